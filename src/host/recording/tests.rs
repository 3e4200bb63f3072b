//! Recordings that are written, read back, and wrong.

use proptest::prelude::*;

use super::super::{FileKind, Recorded};
use super::write::{WIDTH, string, wrapped};
use super::*;

fn read_back(host: &Recorded) -> Recorded {
    let text = host.to_toml().unwrap();
    Recorded::default().answering(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_recording_reads_like_one_written_by_hand() {
    let host = Recorded::default()
        .file("/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
        .file("/proc/sys/vm/swappiness", "60\n")
        .file("/etc/docker/daemon.json", r#"{"data-root":"/srv"}"#)
        .file("/proc/1/environ", vec![0xff, 0])
        .symlink("/etc/os-release", "../usr/lib/os-release")
        .directory("/sys/class/dmi")
        .answering(
            r#"
            arch = "x86_64"
            clock_synchronized = true
            user = { uid = 0, groups = [0] }
            listeners = [{ address = "::", port = 443, uid = 33, inode = 7 }]
            variables.DOCKER_HOST = "unix:///run/docker.sock"
            tools = { jq = "/usr/bin/jq" }
            stat."/run/docker.sock" = { kind = "socket", uid = 0, gid = 998, mode = 0o660 }
            statfs."/" = { size = 100, available = 50, inodes = 10, inodes_free = 5 }
            command = [{ run = "/usr/bin/jq --version", code = 5, stderr = "jq: error\nsee 'jq --help'\n" }]
            measurements."device /dev/vda" = { size = 8192, first = [120, 95], again = [40, 41], zeros = [30] }
            web = [{ url = "https://chat.example.com/", status = 404, tls = "1.3", origin = "https://www.example.com", answered_by = "nginx" }]
            errors = { "read /etc/shadow" = "not-permitted", "tool git" = { failed = "it's \"odd\"" } }
            directories = { "/proc" = ["1", "42"] }
            [[http]]
            endpoint = "unix:///run/docker.sock"
            target = "/version"
            headers = { server = "Docker/29" }
            body = '{"Version":"29"}'
            "#,
        )
        .unwrap();
    insta::assert_snapshot!(host.to_toml().unwrap(), @r#"
    # A recorded host: `rampcheck check ... --host FILE` and `rampcheck facts --host FILE` replay it.
    arch = "x86_64"
    clock_synchronized = true
    user = { uid = 0, groups = [0] }
    listeners = [
        { address = "::", port = 443, uid = 33, inode = 7 },
    ]

    [variables]
    DOCKER_HOST = "unix:///run/docker.sock"

    [tools]
    jq = "/usr/bin/jq"

    [[command]]
    run = "/usr/bin/jq --version"
    code = 5
    stderr = '''
    jq: error
    see 'jq --help'
    '''

    [[http]]
    endpoint = "unix:///run/docker.sock"
    target = "/version"
    headers = { server = "Docker/29" }
    body = '{"Version":"29"}'

    [[web]]
    url = "https://chat.example.com/"
    status = 404
    tls = "1.3"
    origin = "https://www.example.com"
    answered_by = "nginx"

    [stat]
    "/run/docker.sock" = { kind = "socket", uid = 0, gid = 998, mode = 0o660 }

    [statfs]
    "/" = { size = 100, available = 50, inodes = 10, inodes_free = 5 }

    [measurements]
    "device /dev/vda" = { size = 8192, first = [120, 95], again = [40, 41], zeros = [30] }

    [errors]
    "read /etc/shadow" = "not-permitted"
    "tool git" = { failed = """it's "odd"""" }

    [links]
    "/etc/os-release" = "../usr/lib/os-release"

    [directories]
    "/proc" = ["42"]
    "/sys/class/dmi" = []

    [files]
    "/etc/docker/daemon.json" = '{"data-root":"/srv"}'
    "/proc/sys/vm/swappiness" = "60\n"
    "/usr/lib/os-release" = '''
    ID=debian
    VERSION_ID="12"
    '''

    [binary]
    "/proc/1/environ" = "/wA="
    "#);
    assert_eq!(host.to_toml().unwrap(), read_back(&host).to_toml().unwrap());
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, expected) in [
        ("arch = 5", "1:8: invalid type, expected a string"),
        ("arch = \"x\"\nfile = {}", "2:1: unknown field, expected one of "),
        ("[files]\n\"/a\" = 'x", "2:10: invalid literal string, expected `'`"),
        ("[files]\netc = ''", "2:1: not an absolute path without dot components and needless slashes"),
        ("[files]\n\"/a/../b\" = ''", "2:1: not an absolute path"),
        ("[files]\n\"/a/\" = ''", "2:1: not an absolute path"),
        ("[links]\n\"/a\" = ''", "2:8: a path of 0 bytes, expected 1 to 4096"),
        ("[files]\n\"/a\" = ''\n[links]\n\"/a\" = 'b'", "4:1: there is another entry for this path"),
        ("[files]\n\"/a/b\" = ''\n[links]\n\"/a\" = 'b'", "2:1: below a path that is not a directory"),
        ("[files]\n\"/a\" = ''\n[directories]\n\"/a\" = ['b']", "4:1: there is another entry for this path"),
        ("directories = { \"/a\" = ['b/c'] }", "1:24: not the name of a directory entry"),
        ("[binary]\n\"/a\" = 'x'", "2:8: not base64"),
        ("[errors]\n\"raed /a\" = 'hangs'", "2:1: unknown call, expected one of `read ...`"),
        ("[errors]\n\"read /a\" = 'hung'", "2:13: unknown variant, expected one of "),
        ("[stat]\n\"/a\" = { kind = 'file' }", "2:8: missing field `uid`"),
        ("[[web]]\nurl = 'x'\ncode = 1", "3:1: unknown field, expected one of `url`"),
    ] {
        let error = parse(text, Path::new("x.toml")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("x.toml:{expected}")), "{text}\n{error}");
    }
}

#[test]
fn names_are_wrapped() {
    let names: Vec<_> = (1000..1040).map(|pid| string(&format!("{pid}"))).collect();
    let text = wrapped(&names);
    assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() == 6, "{text}");
    assert_eq!(wrapped(&names[..2]), r#"["1000", "1001"]"#);
}

#[test]
fn a_recording_that_is_too_large_is_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(RECORDING_LIMIT as u64 + 1).unwrap();
    assert!(matches!(Recorded::load(file.path()), Err(RecordedError::TooLarge(_))));
    let error = Recorded::load(Path::new("/nonexistent/x.toml")).unwrap_err().to_string();
    assert!(error.starts_with("/nonexistent/x.toml: No such file"), "{error}");
}

#[test]
fn an_error_never_quotes_what_the_file_holds() {
    for text in [
        "root:$6$s3cret:1::",
        "s3cret",
        "s3cret = 1",
        "\"s3cret\" = 1",
        "arch = s3cret",
        "arch = [\"s3cret\"]",
        "user = \"s3cret, expected s3cret\"",
        "user = { s3cret = 1 }",
        "arch = \"a\"s3cret",
        "[s3cret",
        "[files]\ns3cret = 1",
        "[files]\n\"/s3cret\" = ''\n\"/s3cret/x\" = ''",
        "[files]\n\"/s3cret\" = ''\n\"/s3cret\" = ''",
        "[binary]\n\"/a\" = 's3cret!'",
        "directories.\"/a\" = ['s3cret/']",
        "[errors]\n\"s3cret\" = 'hangs'",
        "[errors]\n\"read /a\" = 's3cret'",
        "[errors]\n\"read /a\" = { s3cret = 's3cret' }",
        "[[http]]\ns3cret = 1",
        "[stat]\n\"/a\" = { kind = 's3cret' }",
        "listeners = [{ address = 's3cret', port = 1 }]",
        "clock_synchronized = 's3cret'",
        "live_state = { load = 's3cret' }",
    ] {
        let error = parse(text, Path::new("x.toml")).unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn millions_of_values_are_not_read() {
    for part in ["a = 1\n", "[", "a = [1,1,1,1]\n", "[[http]]\n"] {
        let text = part.repeat(MOST_VALUES + 1);
        let started = std::time::Instant::now();
        let error = parse(&text, Path::new("x.toml")).unwrap_err().to_string();
        assert_eq!(error, "x.toml:1:1: more than 400000 values");
        assert!(started.elapsed() < std::time::Duration::from_secs(2));
    }
}

#[test]
fn what_reaches_a_bound_is_read() {
    let list = |values: usize| {
        // A sign stands before the table, its two values, and the list.
        let text = format!("user = {{ uid = 0, groups = [{}0] }}", "0,".repeat(values - 5));
        Recorded::default().answering(&text).is_ok()
    };
    assert!(list(400_000) && !list(400_001) && !list(400_002));
    for (length, fits) in [(4096, true), (4097, false), (4098, false)] {
        let name = "x".repeat(length);
        for text in [format!("links.'/x' = '{name}'"), format!("directories.'/x' = ['{name}']")] {
            assert_eq!(Recorded::default().answering(&text).is_ok(), fits, "{length}");
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    for (length, fits) in [(16 << 20, true), ((16 << 20) + 1, false), ((16 << 20) + 2, false)] {
        let text = "files.'/x' = ''\n";
        std::fs::write(file.path(), text.to_owned() + &" ".repeat(length - text.len())).unwrap();
        assert_eq!(Recorded::load(file.path()).is_ok(), fits, "{length}");
    }
}

#[test]
fn what_is_no_regular_file_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for (path, reason) in [
        (fifo.as_path(), "is not a regular file"),
        (Path::new("/dev/zero"), "is not a regular file"),
        (folder.path(), "is a directory"),
    ] {
        let error = Recorded::load(path).unwrap_err().to_string();
        assert!(error.ends_with(reason), "{error}");
    }
    let sparse = folder.path().join("sparse");
    std::fs::File::create(&sparse).unwrap().set_len(6 << 30).unwrap();
    assert!(matches!(Recorded::load(&sparse), Err(RecordedError::TooLarge(_))));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a'\"\\\\\n\t\r]{0,8}", "[a-z \n]{0,20}"]
}

proptest! {
    #[test]
    fn never_panics(text: String) {
        let _ = parse(&text, Path::new("x"));
    }

    #[test]
    fn what_was_written_is_read_back(
        files in prop::collection::btree_map("/[ab][é'\\\\ ]?/f", prop_oneof![text().prop_map(String::into_bytes), any::<Vec<u8>>()], 0..4),
        links in prop::collection::btree_map("/[cd]/l[a-z.\"]?", "[a-z/.'\"]{1,9}", 0..4),
        listed in prop::collection::btree_map("/[ef]", prop::collection::vec("[a-z'\" ]{1,9}", 0..30), 0..3),
        (stdout, key) in (text(), text()),
        mode in 0_u32..0o7777,
    ) {
        let mut host = Recorded::default();
        host.nodes.extend(files.into_iter().map(|(path, content)| (path.into(), Node::File(content))));
        host.nodes.extend(links.into_iter().map(|(path, target)| (path.into(), Node::Link(target.into()))));
        for (directory, names) in listed {
            host.nodes.extend(names.into_iter().map(|name| (Path::new(&directory).join(name), Node::Listed)));
            host.nodes.insert(directory.into(), Node::Directory);
        }
        host.answers.command = vec![Command { run: key.clone(), stdout, ..Command::default() }];
        host.answers.variables.insert(key, "x".to_owned());
        host.answers.stat.insert("/a".into(), Stat { kind: FileKind::Other, uid: 1, gid: 2, mode });
        let again = read_back(&host);
        prop_assert_eq!(&again.nodes, &host.nodes);
        prop_assert_eq!(&again.answers.variables, &host.answers.variables);
        prop_assert_eq!(&again.answers.stat, &host.answers.stat);
        prop_assert_eq!(&again.answers.command[0].stdout, &host.answers.command[0].stdout);
        prop_assert_eq!(&again.answers.command[0].run, &host.answers.command[0].run);
    }
}
