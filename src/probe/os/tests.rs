//! Distributions by their own os-release, cut down to the fields that matter.

use proptest::prelude::*;

use super::super::testing::{ask, reason, why};
use super::*;
use crate::facts::{FactState, Facts, Subject};
use crate::host::Recorded;

fn facts(os_release: &str) -> Facts {
    ask(Subject::Os, &Recorded::default().file(FILES[0], os_release))
}

/// Files with a blank line between them, each under what it must come to: id, release, family, derivative of, LTS.
const SAMPLES: &str = r#"
= ubuntu 22.04 ubuntu - true
PRETTY_NAME="Ubuntu 22.04.5 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=jammy

= ubuntu 24.10 ubuntu - false
ID=ubuntu
VERSION_ID="24.10"
UBUNTU_CODENAME=oracular

= ubuntu 23.04 ubuntu - false
ID=ubuntu
VERSION_ID="23.04"
UBUNTU_CODENAME=lunar

= ubuntu 16.04 ubuntu - true
ID=ubuntu
VERSION_ID="16.04"
ID_LIKE=debian

= rhel 7.9 rhel - -
NAME="Red Hat Enterprise Linux Server"
VERSION="7.9 (Maipo)"
ID="rhel"
ID_LIKE="fedora"
VARIANT="Server"
VERSION_ID="7.9"

= rhel 8.10 rhel - -
ID="rhel"
ID_LIKE="fedora"
VERSION_ID="8.10"
PLATFORM_ID="platform:el8"

= rhel 9.6 rhel - -
ID="rhel"
ID_LIKE="fedora"
VERSION_ID="9.6"
PLATFORM_ID="platform:el9"

= rhel 10.0 rhel - -
ID="rhel"
ID_LIKE="centos fedora"
VERSION_ID="10.0"
PLATFORM_ID="platform:el10"

= rocky 9.5 rhel rhel -
NAME="Rocky Linux"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PLATFORM_ID="platform:el9"

= almalinux 8.10 rhel rhel -
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="8.10"
PLATFORM_ID="platform:el8"

= ol 9.4 rhel rhel -
NAME="Oracle Linux Server"
ID="ol"
ID_LIKE="fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"

= ol 7.9 rhel rhel -
ID="ol"
ID_LIKE="fedora"
VERSION_ID="7.9"

= centos 9 rhel rhel -
NAME="CentOS Stream"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="9"
PLATFORM_ID="platform:el9"

= centos 7 rhel rhel -
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"

= debian 12 debian - -
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian

= debian - debian - -
PRETTY_NAME="Debian GNU/Linux trixie/sid"
VERSION_CODENAME=trixie
ID=debian

= raspbian 11 debian - -
PRETTY_NAME="Raspbian GNU/Linux 11 (bullseye)"
VERSION_ID="11"
ID=raspbian
ID_LIKE=debian

= amzn 2023 amazon - -
NAME="Amazon Linux"
ID="amzn"
ID_LIKE="fedora"
VERSION_ID="2023"
PLATFORM_ID="platform:al2023"

= amzn 2 amazon - -
ID="amzn"
ID_LIKE="centos rhel fedora"
VERSION_ID="2"

= linuxmint 21.3 ubuntu ubuntu -
NAME="Linux Mint"
ID=linuxmint
ID_LIKE="ubuntu debian"
VERSION_ID="21.3"
UBUNTU_CODENAME=jammy

= linuxmint 6 debian - -
NAME="LMDE"
ID=linuxmint
ID_LIKE=debian
VERSION_ID="6"

= pop 22.04 ubuntu ubuntu -
NAME="Pop!_OS"
ID=pop
ID_LIKE="ubuntu debian"
VERSION_ID="22.04"
UBUNTU_CODENAME=jammy

= fedora 42 fedora - -
NAME="Fedora Linux"
ID=fedora
VERSION_ID=42
VERSION_CODENAME=""
PLATFORM_ID="platform:f42"

= fedora 43 fedora - -
ID=fedora
VERSION_ID=43
PLATFORM_ID="platform:eln"

= nobara 39 fedora - -
NAME="Nobara Linux"
ID=nobara
ID_LIKE="rhel centos fedora"
VERSION_ID=39
PLATFORM_ID="platform:f39"

= arch - arch - -
NAME="Arch Linux"
ID=arch
BUILD_ID=rolling

= alpine 3.20.3 alpine - -
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3

= opensuse-leap 15.6 suse - -
ID="opensuse-leap"
ID_LIKE="suse opensuse"
VERSION_ID="15.6"

= opensuse-tumbleweed 20241101 suse - -
# VERSION="20241101"
ID="opensuse-tumbleweed"
ID_LIKE="opensuse suse"
VERSION_ID="20241101"

= sles 15.5 suse - -
ID="sles"
ID_LIKE="suse"
VERSION_ID="15.5"

= kali 2024.3 debian - -
ID=kali
ID_LIKE=debian
VERSION_ID="2024.3"

= nixos 24.05 other - -
ID=nixos
VERSION_ID="24.05"

= linux - other - -
NAME="Home made, without the optional ID"
"#;

#[test]
fn distributions_by_their_own_file() {
    let samples: Vec<_> = SAMPLES.trim().split("\n\n").filter_map(|sample| sample.split_once('\n')).collect();
    assert_eq!(samples.len(), 33);
    for (expected, text) in &samples {
        let facts = facts(text);
        let found = ["os.id", "os.version_id", "os.family", "os.derivative_of", "os.lts"].map(|name| {
            assert_eq!(why(&facts[name]), None, "{name} of {text}");
            match facts[name].value() {
                Some(Value::Text(text)) => text.clone(),
                Some(Value::Bool(lts)) => lts.to_string(),
                _ => "-".to_owned(),
            }
        });
        assert_eq!(&format!("= {}", found.join(" ")), expected, "{text}");
    }
    let ubuntu = facts(samples[0].1);
    assert_eq!(ubuntu["os.pretty_name"].text(), Some("Ubuntu 22.04.5 LTS"));
    assert_eq!(ubuntu["os.codename"].text(), Some("jammy"));
    assert_eq!(ubuntu["os.id_like"].value(), Some(&Value::List(vec!["debian".to_owned()])));
    assert_eq!(facts("ID=fedora\nVERSION_CODENAME=\"\"\n")["os.codename"].state, FactState::Absent);
}

#[test]
fn quoting_is_the_shells() {
    for (line, expected) in [
        ("X=plain", Some("plain")),
        ("X=", Some("")),
        ("  X=indented\r", Some("indented")),
        (r#"X="double quoted""#, Some("double quoted")),
        ("X='single \"quoted\" \\n'", Some("single \"quoted\" \\n")),
        (r#"X="\$5 \`a\` \"b\" \\ \n""#, Some("$5 `a` \"b\" \\ \\n")),
        (r"X=a\ b\$", Some("a b$")),
        (r#"X=a"b"'c'"#, Some("abc")),
        ("X=a=b", Some("a=b")),
        ("X=value   # and a comment", Some("value")),
        ("X=no#comment", Some("no#comment")),
        ("X=\"$HOME\"", Some("$HOME")),
        ("X=two words", None),
        ("X=\"unfinished", None),
        ("X='unfinished", None),
        ("X=\"", None),
        ("X=\\", None),
        ("#X=comment", None),
        ("X =spaced", None),
        ("9X=number", None),
        ("=", None),
        ("words", None),
    ] {
        let release = parse_os_release(line);
        assert_eq!(release.fields.get("X").map(String::as_str), expected, "{line}");
        assert_eq!(release.fields.len(), usize::from(expected.is_some()), "{line}");
    }
}

#[test]
fn the_last_whole_assignment_counts() {
    let release = parse_os_release("\u{feff}ID=first\nID=second\r\nID=\"\nVERSION_ID=\n");
    assert_eq!(release.get("ID"), Some("second"));
    assert_eq!(release.get("VERSION_ID"), None, "empty is not set");
}

#[test]
fn a_file_that_says_nothing_leaves_all_unknown() {
    for text in ["", "NAME=\"", "\0\u{1}\u{2}ELF", "# nothing\n"] {
        let facts = facts(text);
        for name in OF_THE_FILE {
            assert_eq!(reason(&facts[name]), "/etc/os-release: holds no assignment", "{name} of {text:?}");
        }
    }
    let binary = Recorded::default().file(FILES[0], vec![0xff, 0xfe, b'\n', b'I', b'D', b'=', 0xff]);
    assert_eq!(ask(Subject::Os, &binary)["os.family"].text(), Some("other"));
    let odd = facts("ID=ubuntu\nVERSION_ID=rolling\n");
    assert_eq!(reason(&odd["os.version_id"]), "VERSION_ID `rolling` is not a version");
    assert_eq!(why(&odd["os.lts"]), Some(Why::NotDetermined));
}

#[test]
fn the_administrators_file_comes_first_and_never_both() {
    let ask = |host: Recorded| ask(Subject::Os, &host);
    let both = Recorded::default().file(FILES[0], "ID=etc\n").file(FILES[1], "ID=usr\nVERSION_ID=1\n");
    let facts = ask(both.clone());
    assert_eq!(facts["os.id"].text(), Some("etc"));
    assert_eq!(facts["os.version_id"].state, FactState::Absent);
    let facts = ask(both.answering("errors = { 'read /etc/os-release' = 'not-permitted' }").unwrap());
    assert_eq!(why(&facts["os.id"]), Some(Why::NotPermitted));
    let facts = ask(Recorded::default().file(FILES[1], "ID=usr\n"));
    assert_eq!((facts["os.id"].text(), facts["os.id"].place.as_str()), (Some("usr"), FILES[1]));
    let facts = ask(Recorded::default());
    assert_eq!(reason(&facts["os.id"]), "neither /etc/os-release nor /usr/lib/os-release exists");
}

#[test]
fn ubuntu_pro_says_whether_it_is_attached() {
    for (status, expected) in
        [(r#"{"attached": true, "version": "34"}"#, Some(true)), (r#"{"attached": false}"#, Some(false)), ("{}", None)]
    {
        let facts = ask(Subject::Os, &Recorded::default().file(PRO_STATUS, status));
        assert_eq!(facts["os.esm"].value(), expected.map(Value::Bool).as_ref(), "{status}");
        assert_eq!(why(&facts["os.esm"]), expected.is_none().then_some(Why::Unreadable), "{status}");
    }
    assert_eq!(facts("ID=debian\n")["os.esm"].state, FactState::Absent);
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), value in "[a-z \"'\\\\$#]{0,20}") {
        let release = parse_os_release(&text);
        let _ = (release.family(), release.derivative_of(), release.lts());
        let _ = parse_os_release(&format!("ID={value}\nVERSION_ID={value}"));
    }

    #[test]
    fn a_quoted_value_comes_back(value in "[^\0\r\n]{0,30}") {
        let single = format!("X='{}'", value.replace('\'', "'\\''"));
        let escaped: String =
            value.chars().flat_map(|c| "$`\"\\".contains(c).then_some('\\').into_iter().chain([c])).collect();
        for line in [single, format!("X=\"{escaped}\"")] {
            let release = parse_os_release(&line);
            prop_assert_eq!(release.fields.get("X"), Some(&value), "{}", line);
        }
    }
}
