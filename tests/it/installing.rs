//! Packs that travel: archives, their signatures, and what becomes of them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use rampcheck::signature::{RELEASES, REPORTS, SigningKey};
use serde_json::Value;
use tar::{EntryType, Header};

use crate::signatures::{ssh_keygen, with_key};
use crate::support::{Check, Folder, Run, rampcheck, scratch, scrubbed};

/// The public half of the key that signs here.
const TRUSTED: &str = "tests/keys/ssh.pub";

fn key() -> SigningKey {
    SigningKey::parse(include_str!("../keys/ssh")).unwrap()
}

/// An archive of these entries, whatever their paths are.
fn packed(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, kind, content) in entries {
        let mut header = Header::new_ustar();
        header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// The texts of a folder of `checks/`, by the names that they have in an archive.
fn texts(folder: &str, place: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(Path::new("checks").join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: &Path| {
        (format!("{place}/{}", path.file_name().unwrap().to_str().unwrap()), fs::read_to_string(path).unwrap())
    };
    let mut texts: Vec<_> = entries.map(|path| text(&path)).collect();
    texts.sort();
    texts
}

/// The archive of CometChat's pack with another version, each of its files as `edit` leaves it.
fn cometchat(version: &str, edit: impl Fn(&str, String) -> String) -> Vec<u8> {
    let files = [texts("cometchat", "cometchat"), texts("common", "cometchat/common")].concat();
    let edited = |(name, text): (String, String)| {
        let text = match name.as_str() {
            "cometchat/pack.toml" => text.replace("version = \"2026.11.20\"", &format!("version = \"{version}\"")),
            _ => text,
        };
        (edit(&name, text), name)
    };
    let files: Vec<_> = files.into_iter().map(edited).collect();
    let entries: Vec<_> =
        files.iter().map(|(text, name)| (name.as_str(), EntryType::Regular, text.as_bytes())).collect();
    packed(&entries)
}

/// Writes an archive and its signature, and gives the archive's path.
fn signed(dir: &Folder, name: &str, archive: &[u8]) -> String {
    dir.write(&format!("{name}.sig"), key().sign(archive, RELEASES));
    dir.write(name, archive)
}

/// Installs into the folder `packs`.
fn install(dir: &Folder, archive: &str, trusted: &str) -> Run {
    fs::create_dir_all(dir.join("packs")).unwrap();
    rampcheck(&["packs", "install", archive, "--dir", &dir.at("packs"), "--trust-key", trusted])
}

/// Names in the folder `packs`, hidden ones too.
fn names(dir: &Folder) -> Vec<String> {
    let entries = fs::read_dir(dir.join("packs")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_signed_pack_is_installed_and_replaced_by_a_newer_one_only() {
    let dir = scratch("installing");
    let of = |version: &str| signed(&dir, &format!("{version}.tar.gz"), &cometchat(version, |_, text| text));
    let installed = install(&dir, &of("2999.1.1"), TRUSTED).expect(0).stdout;
    let place = dir.at("packs/cometchat");
    assert!(
        installed
            .starts_with("Installed cometchat 2999.1.1, reviewed on 2026-11-20 and signed by tests@rampcheck (SHA256:"),
        "{installed}"
    );
    assert!(installed.ends_with(&format!("), in {place}. Use it with --pack {place}.\n")), "{installed}");
    assert_eq!(names(&dir), ["cometchat"]);

    // It judges, with its origin in the report.
    let check = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--pack", &place]);
    let report = check.report();
    assert_eq!((&report["pack"]["version"], &report["pack"]["origin"]), (&"2999.1.1".into(), &place.clone().into()));
    let list = ["packs", "list", "--pack", &place];
    rampcheck(&list)
        .expect(0)
        .says(&[", signed by tests@rampcheck: ", "built in (not used: the one above replaces it)"]);
    let listed = rampcheck(&[&list[..], &["--format", "json"]].concat()).expect(0).json();
    let row = |number: usize| {
        (&listed[number]["version"], &listed[number]["used"], &listed[number]["installed"]["signed_by"]["name"])
    };
    assert_eq!(row(0), (&"2999.1.1".into(), &true.into(), &"tests@rampcheck".into()));
    assert_eq!(row(1), (&"2026.11.20".into(), &false.into(), &Value::Null));

    let again = install(&dir, &of("2999.1.1"), TRUSTED).expect(0).stdout;
    assert_eq!(again, format!("cometchat 2999.1.1 is installed in {place} already: nothing to do.\n"));
    install(&dir, &of("2999.1.1.1"), TRUSTED).expect(0).says(&["It replaces version 2999.1.1."]);
    install(&dir, &of("2999.1.1"), TRUSTED).refused("version 2999.1.1 is older than 2999.1.1.1, which is installed in");
    install(&dir, &of("2026.10.31"), TRUSTED).refused("version 2026.10.31 is older than 2026.11.20, which is built in");
    install(&dir, &of("2999.2-rc1"), TRUSTED).refused("its version is `2999.2-rc1`, and only numbers");
    let other =
        cometchat("2999.1.1.1", |name, text| if name.ends_with("/jq.toml") { text + "# More.\n" } else { text });
    install(&dir, &signed(&dir, "other.tar.gz", &other), TRUSTED).refused("but its content differs");
    let other = cometchat("2026.11.20", |name, text| {
        text.replace("Ubuntu", if name.ends_with("os-supported.toml") { "Debian" } else { "Ubuntu" })
    });
    install(&dir, &signed(&dir, "other.tar.gz", &other), TRUSTED)
        .refused("as the pack that is built in, but its content differs");
    assert_eq!(names(&dir), ["cometchat"]);
    assert_eq!(check.report()["pack"]["version"], "2999.1.1.1");
    let same = install(&scratch("installing-same"), &of("2026.11.20"), TRUSTED).expect(0).stdout;
    assert_eq!(same, "cometchat 2026.11.20 is built in already: nothing to do.\n");
}

#[test]
fn the_shared_checks_of_the_archive_count_and_not_those_of_the_program() {
    let dir = scratch("installing-shared");
    let outcome = |more: &[&str]| {
        Check::of("cometchat")
            .tier("qa")
            .on("debian-12")
            .today("2026-11-01")
            .with(more)
            .report()
            .outcome("os-maintained")
    };
    assert_eq!(outcome(&[]), "fail");
    let archive = cometchat("2999.1.1", |_, text| text.replace("2026-07-11", "2026-11-19"));
    install(&dir, &signed(&dir, "a.tar.gz", &archive), TRUSTED).expect(0);
    assert_eq!(outcome(&["--pack", &dir.at("packs/cometchat")]), "pass");
}

#[test]
fn a_pack_that_nobody_trusted_signed_is_not_installed() {
    let (dir, foreign) = with_key("installing-signers", "ed25519");
    let archive = cometchat("2999.1.1", |_, text| text);
    let file = signed(&dir, "a.tar.gz", &archive);
    let foreign = dir.write("foreign.pub", foreign);
    install(&dir, &file, &foreign).refused("signed with the key SHA256:");
    let without = scratch("installing-without-key");
    let refused = rampcheck(&["packs", "install", &file, "--dir", &*without.to_string_lossy()]);
    let has_release_key = include_str!("../../packaging/allowed_signers").lines().any(|line| !line.starts_with('#'));
    refused.refused(if has_release_key { "which is not trusted" } else { "was built without a release key" });
    let report =
        dir.write("report", format!("tests@rampcheck namespaces=\"rampcheck\" {}", include_str!("../keys/ssh.pub")));
    install(&dir, &file, &report).refused("which is not trusted");

    dir.write("a.tar.gz.sig", key().sign(&archive, REPORTS));
    install(&dir, &file, TRUSTED).refused("its signature is made for another purpose than `rampcheck-release`");
    dir.write("a.tar.gz.sig", "no signature");
    install(&dir, &file, TRUSTED).refused("its signature is not an ssh signature");
    fs::remove_file(dir.at("a.tar.gz.sig")).unwrap();
    install(&dir, &file, TRUSTED).refused("its signature is not there. Put it beside the archive, as ");
    let file = signed(&dir, "a.tar.gz", &archive);
    dir.write("a.tar.gz", cometchat("2999.1.1", |_, text| text + "\n"));
    install(&dir, &file, TRUSTED).refused("its signature is not of this file, or the file was changed");
    dir.write("a.tar.gz", &archive[..archive.len() / 2]);
    install(&dir, &file, TRUSTED).refused("its signature is not of this file");
    install(&dir, &dir.at("nothing.tar.gz"), TRUSTED).refused("nothing.tar.gz: No such file");
    assert_eq!(names(&dir), [""; 0]);

    // What ssh-keygen signs counts.
    dir.write("a.tar.gz", &archive);
    fs::remove_file(dir.at("a.tar.gz.sig")).unwrap();
    let (made, said) = ssh_keygen(&dir, &["-Y", "sign", "-n", "rampcheck-release", "-f", "key", "a.tar.gz"], None);
    assert!(made, "{said}");
    install(&dir, &file, TRUSTED).refused("which is not trusted");
    install(&dir, &file, &foreign).expect(0).says(&["signed by root@chat ("]);
}

#[test]
fn an_archive_of_anything_else_is_not_installed() {
    let dir = scratch("installing-hostile");
    let pack = cometchat("2999.1.1", |_, text| text);
    let zeros = vec![0; 64 << 20];
    let file = |path: &'static str| {
        packed(&[("cometchat/pack.toml", EntryType::Regular, b""), (path, EntryType::Regular, b"x")])
    };
    let of_kind = |kind| packed(&[("cometchat/pack.toml", kind, b"")]);
    let many: Vec<_> = (0..2000).map(|number| format!("cometchat/{number}.toml")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), EntryType::Regular, &b""[..])).collect();
    for (archive, words) in [
        (file("/tmp/rampcheck-escaped.toml"), "it holds \"/tmp/rampcheck-escaped.toml\""),
        (file("cometchat/../../escaped.toml"), "it holds \"cometchat/../../escaped.toml\""),
        (file("cometchat/INSTALLED"), "it holds \"cometchat/INSTALLED\""),
        (file("other/pack.toml"), "it holds cometchat and other"),
        (of_kind(EntryType::Symlink), "it holds \"cometchat/pack.toml\""),
        (of_kind(EntryType::Link), "it holds"),
        (of_kind(EntryType::Char), "it holds"),
        (of_kind(EntryType::Fifo), "it holds"),
        (packed(&[("cometchat/pack.toml", EntryType::Regular, &zeros)]), "more than 1000 files or 8 MiB"),
        (packed(&many), "more than 1000 files or 8 MiB"),
        (vec![b'x'; 9 << 20], "larger than 8 MiB"),
        (packed(&[]), "it is empty"),
        (b"something else".to_vec(), "not the archive of a pack"),
        (pack[..pack.len() / 2].to_vec(), "not copied whole"),
        // Of a time to come.
        (
            cometchat("2999.1.1", |_, text| text.replace("why = ", "because_of = ")),
            "cannot use it. It may need a newer rampcheck.",
        ),
        (
            cometchat("2999.1.1", |name, text| match name {
                "cometchat/jq.toml" => text.replace("outcome = \"fail\"", "outcome = \"pass\""),
                _ => text,
            }),
            "It may need a newer rampcheck.",
        ),
        (packed(&[("common/lines.toml", EntryType::Regular, b"")]), "it holds \"common/lines.toml\""),
    ] {
        install(&dir, &signed(&dir, "a.tar.gz", &archive), TRUSTED).refused(words).refused("a.tar.gz: ");
        assert_eq!(names(&dir), [""; 0], "{words}");
    }
    assert!(!Path::new("/tmp/rampcheck-escaped.toml").exists());
}

#[test]
fn what_rampcheck_did_not_install_stays() {
    let dir = scratch("installing-own");
    let file = signed(&dir, "a.tar.gz", &cometchat("2999.1.1", |_, text| text));
    let words = "packs/cometchat, or it was changed since. Move it away";
    dir.write("packs/cometchat/pack.toml", "product = \"cometchat\"");
    install(&dir, &file, TRUSTED).refused(words);
    assert_eq!(fs::read_to_string(dir.at("packs/cometchat/pack.toml")).unwrap(), "product = \"cometchat\"");
    fs::remove_dir_all(dir.at("packs/cometchat")).unwrap();
    install(&dir, &file, TRUSTED).expect(0);
    let newer = signed(&dir, "b.tar.gz", &cometchat("2999.1.2", |_, text| text));
    let changed = dir.at("packs/cometchat/common/lines.toml");
    fs::write(&changed, fs::read_to_string(&changed).unwrap() + "# ours\n").unwrap();
    install(&dir, &newer, TRUSTED).refused(words);
    rampcheck(&["packs", "list", "--pack", &dir.at("packs/cometchat")])
        .expect(0)
        .says(&["folder, changed since it was installed: "]);
    fs::rename(dir.at("packs/cometchat"), dir.at("cometchat")).unwrap();
    symlink(dir.at("cometchat"), dir.at("packs/cometchat")).unwrap();
    install(&dir, &newer, TRUSTED).refused(words);
    let nowhere = rampcheck(&["packs", "install", &newer, "--dir", &dir.at("nowhere"), "--trust-key", TRUSTED]);
    nowhere.refused("nowhere: No such file or directory");
}

#[test]
fn the_archives_of_a_release_are_reproducible_and_can_be_installed() {
    let (dir, public) = with_key("installing-release", "ed25519");
    let write = |out: &str, umask: &str, more: &[&str]| {
        let out = dir.at(out);
        let script = format!("umask {umask} && exec packaging/packs \"$@\"");
        let mut command = Command::new("bash");
        scrubbed(&mut command).args(["-c", &script, "packs", &out]).args(more).env("SOURCE_DATE_EPOCH", "1700000000");
        Run::of(command.env("PATH", "/usr/bin:/bin")).expect(0)
    };
    write("a", "022", &["--key", &dir.at("key")]);
    write("b", "077", &[]);
    let names = |folder: &str| {
        let mut names: Vec<_> = fs::read_dir(dir.at(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("a").len(), 4, "two archives, each with its signature");
    assert_eq!(names("b").len(), 2);
    let public = dir.write("keys", format!("release@rampcheck namespaces=\"rampcheck-release\" {public}"));
    for name in names("b") {
        let file = |folder: &str| dir.join(folder).join(&name);
        assert_eq!(fs::read(file("a")).unwrap(), fs::read(file("b")).unwrap(), "{name:?}");
        let installed = install(&dir, file("a").to_str().unwrap(), &public).expect(0).stdout;
        assert!(installed.ends_with(" is built in already: nothing to do.\n"), "{installed}");
    }
    let mut newer = fs::read(dir.join("a").join(&names("a")[0])).unwrap();
    newer.push(0);
    fs::write(dir.join("a").join(&names("a")[0]), newer).unwrap();
    install(&dir, dir.join("a").join(&names("a")[0]).to_str().unwrap(), &public).refused("not of this file");
}

#[test]
fn the_record_of_an_installation_says_who_signed_the_pack() {
    let dir = scratch("installing-record");
    install(&dir, &signed(&dir, "a.tar.gz", &cometchat("2999.1.1", |_, text| text)), TRUSTED).expect(0);
    let record: toml::Table = fs::read_to_string(dir.at("packs/cometchat/INSTALLED")).unwrap().parse().unwrap();
    assert_eq!(record["signed_by"]["name"].as_str(), Some("tests@rampcheck"));
    assert_eq!(record["sha256"].as_str().map(str::len), Some(64));
    rampcheck(&["packs", "validate", &dir.at("packs/cometchat")]).expect(0);
}
