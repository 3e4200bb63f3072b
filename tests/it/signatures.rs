//! Signed reports, held against the real ssh-keygen.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::{Check, Folder, rampcheck, scratch};

/// Runs ssh-keygen in a folder, with a file as its input. Whether it was content, and what it said.
pub fn ssh_keygen(dir: &Folder, arguments: &[&str], input: Option<&str>) -> (bool, String) {
    let stdin = input.map_or(Stdio::null(), |file| fs::File::open(dir.join(file)).unwrap().into());
    let output = Command::new("ssh-keygen").args(arguments).current_dir(&**dir).stdin(stdin).output();
    let output = output.expect("these tests need ssh-keygen (package openssh-client)");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A folder with a new key of this kind. Gives the key's public line, too.
pub fn with_key(name: &str, kind: &str) -> (Folder, String) {
    let dir = scratch(name);
    let made = ssh_keygen(&dir, &["-q", "-t", kind, "-N", "", "-C", "root@chat", "-f", "key"], None);
    assert!(made.0, "{}", made.1);
    let public = fs::read_to_string(dir.at("key.pub")).unwrap();
    (dir, public)
}

fn signed(dir: &Folder, host: &str) -> String {
    let (key, file) = (dir.at("key"), dir.at("report.json"));
    let check = Check::of("cometchat").tier("qa").on(host);
    check.with(&["--sign", &key, "--output", &format!("json={file}")]).expect(0);
    file
}

#[test]
fn ssh_keygen_accepts_a_signed_report_and_refuses_an_edited_one() {
    let (dir, public) = with_key("signed", "ed25519");
    let file = signed(&dir, "ubuntu-22.04");
    dir.write("allowed", format!("chat-2@example.net {public}"));
    let verify =
        ["-Y", "verify", "-f", "allowed", "-I", "chat-2@example.net", "-n", "rampcheck", "-s", "report.json.sig"];
    let (accepted, said) = ssh_keygen(&dir, &verify, Some("report.json"));
    assert!(accepted && said.contains("Good \"rampcheck\" signature for chat-2@example.net"), "{said}");
    let allowed = ["--allowed-signers", &dir.at("allowed")];
    let good = rampcheck(&[&["verify", &file][..], &allowed].concat()).expect(0);
    good.says(&["signer   chat-2@example.net, an allowed signer, with", "as far as its signer is"]);

    // What ssh-keygen signs counts here, too.
    let ours = fs::read(dir.at("report.json.sig")).unwrap();
    fs::remove_file(dir.at("report.json.sig")).unwrap();
    assert!(ssh_keygen(&dir, &["-Y", "sign", "-n", "rampcheck", "-f", "key", "report.json"], None).0);
    assert_eq!(fs::read(dir.at("report.json.sig")).unwrap(), ours, "Ed25519 signs the same in the same way");
    fs::remove_file(dir.at("report.json.sig")).unwrap();
    assert!(
        ssh_keygen(&dir, &["-Y", "sign", "-n", "rampcheck", "-O", "hashalg=sha256", "-f", "key", "report.json"], None)
            .0
    );
    rampcheck(&[&["verify", &file][..], &allowed].concat()).expect(0);

    // Edited, and with a digest that fits: the signature does not.
    let mut report: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    report["facts"]["memory.total"]["value"] = (1_u64 << 40).into();
    report["digest"] = rampcheck::report::digest_of(&report).unwrap().into();
    fs::write(&file, report.to_string()).unwrap();
    assert!(!ssh_keygen(&dir, &verify, Some("report.json")).0);
    let edited = rampcheck(&[&["verify", &file][..], &allowed].concat()).expect(2);
    edited.says(&[
        "signer   nobody: the signature is not of this report, or the report was edited",
        "Not to be relied on.",
    ]);
    rampcheck(&["verify", &file]).expect(2).says(&["signer   nobody"]);
}

#[test]
fn a_signature_counts_only_from_whom_it_should_come() {
    let (dir, public) = with_key("signers", "ed25519");
    let file = signed(&dir, "ubuntu-22.04");
    let (other, _) = with_key("signers-other", "ed25519");
    let other = fs::read_to_string(other.at("key.pub")).unwrap();
    let verify = |option: &str, text: String| rampcheck(&["verify", &file, option, &dir.write("file", text)]);
    for (line, code) in [
        (format!("ada {public}"), 0),
        (format!("# comment\n\nada namespaces=\"file,rampcheck\" {public}"), 0),
        (format!("ada namespaces=\"git\" {public}"), 2),
        (format!("ada cert-authority {public}"), 2),
        (format!("ada valid-before=\"20200101\" {public}"), 2),
        (format!("#ada {public}"), 2),
        (format!("ada {other}"), 2),
        (String::new(), 2),
    ] {
        assert_eq!(verify("--allowed-signers", line.clone()).code, code, "{line}");
    }
    let name = "chat-2.example.net";
    for (line, code, words) in [
        (format!("{name} {public}"), 0, "signer   the host itself, chat-2.example.net, with"),
        (format!("other,*.example.net {public}"), 0, "the host itself"),
        (format!("{name} {other}{name} {public}"), 0, "the host itself"),
        (format!("elsewhere.example.net {public}"), 2, "another host, elsewhere.example.net"),
        (format!("{name} {public}@revoked * {public}"), 2, "a key that is revoked"),
        (format!("@cert-authority {name} {public}"), 2, "no known host"),
        (format!("{name} {other}"), 2, "no known host"),
    ] {
        let run = verify("--known-hosts", line.clone());
        assert_eq!(run.code, code, "{line}: {}", run.stdout);
        run.says(&[words]);
    }
    // As ssh writes it with HashKnownHosts.
    dir.write("hashed", format!("{name} {public}"));
    assert!(ssh_keygen(&dir, &["-H", "-f", "hashed"], None).0);
    let hashed = fs::read_to_string(dir.at("hashed")).unwrap();
    assert!(hashed.starts_with("|1|"), "{hashed}");
    verify("--known-hosts", hashed).expect(0).says(&["the host itself"]);
    // For something else, not at all, and asked of nobody.
    rampcheck(&["verify", &file]).expect(0).says(&["signer   whoever has SHA256:", "Only a signature"]);
    fs::remove_file(dir.at("report.json.sig")).unwrap();
    verify("--allowed-signers", format!("ada {public}")).expect(2).says(&["nobody: there is no signature"]);
    assert!(ssh_keygen(&dir, &["-Y", "sign", "-n", "file", "-f", "key", "report.json"], None).0);
    verify("--allowed-signers", format!("ada {public}")).expect(2).says(&["made for another purpose"]);
}

#[test]
fn keys_that_cannot_sign_are_refused_before_the_run() {
    let (dir, _) = with_key("keys", "ecdsa");
    let sign = |key: &str| {
        let output = format!("json={}", dir.at("report.json"));
        Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--sign", key, "--output", &output]).run()
    };
    sign(&dir.at("key")).refused("not an Ed25519 key");
    sign(&dir.at("key.pub")).refused("others can read or write this key");
    sign("/nonexistent").refused("/nonexistent");
    assert!(ssh_keygen(&dir, &["-q", "-t", "ed25519", "-N", "secret", "-f", "locked"], None).0);
    sign(&dir.at("locked")).refused("the key has a passphrase");
    let text = dir.write("text", "no key");
    fs::set_permissions(&text, Permissions::from_mode(0o600)).unwrap();
    sign(&text).refused("not a private key of OpenSSH");
    let bare = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--sign", &dir.at("locked")]);
    bare.run().refused("passphrase");
    assert!(!dir.join("report.json").exists());
}

#[test]
fn a_directory_and_a_bundle_hold_the_signature_beside_the_report() {
    let (dir, public) = with_key("signed-folder", "ed25519");
    fs::create_dir(dir.join("out")).unwrap();
    let (key, out) = (dir.at("key"), format!("json={}/", dir.at("out")));
    Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--sign", &key, "--output", &out]).expect(0);
    let mut names: Vec<_> = fs::read_dir(dir.at("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    let allowed = dir.write("allowed", format!("ada {public}"));
    rampcheck(&["verify", names[0].to_str().unwrap(), "--allowed-signers", &allowed]).expect(0);
    let bundle = dir.at("bundle.tar.gz");
    let host = ["--host", "tests/hosts/ubuntu-22.04.toml", "--tier", "qa", "--sign", &key, "-o", &bundle];
    rampcheck(&[&["bundle", "cometchat"][..], &host].concat()).expect(0).says(&["report.json.sig"]);
    rampcheck(&["verify", &bundle, "--allowed-signers", &allowed]).expect(0).says(&["signer   ada, an allowed signer"]);
}

#[test]
fn a_signature_counts_whatever_the_report_was_packed_in() {
    let (dir, public) = with_key("signed-packed", "ed25519");
    let file = signed(&dir, "ubuntu-22.04");
    let allowed = dir.write("allowed", format!("ada {public}"));
    let (report, signature) = (fs::read_to_string(&file).unwrap(), dir.at("report.json.sig"));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(report.as_bytes()).unwrap();
    dir.write("report.json.gz", packed.finish().unwrap());
    let quoted: String = report.lines().map(|line| format!("> {line}\r\n")).collect();
    let quoted = dir.write("mail.txt", format!("Here it is:\r\n\r\n{quoted}\r\n"));
    for arrived in [&["report.json.gz"][..], &[&quoted, "--signature", &signature]] {
        let file = dir.join(arrived[0]);
        let arrived = [&["verify", file.to_str().unwrap(), "--allowed-signers", &allowed], &arrived[1..]].concat();
        rampcheck(&arrived).expect(0).says(&["signer   ada, an allowed signer"]);
        let listed = rampcheck(&[&arrived[..], &["--format", "json"]].concat()).expect(0).json();
        let by = &listed[0]["signed_by"];
        assert_eq!((&listed[0]["reliable"], &by["trusted"]), (&true.into(), &true.into()), "{listed}");
        assert!(by["key"].as_str().unwrap().starts_with("SHA256:"), "{listed}");
    }
    // Nobody said whose signatures count.
    let listed = rampcheck(&["verify", &file, "--format", "json"]).expect(0).json();
    assert_eq!((&listed[0]["reliable"], &listed[0]["signed_by"]["trusted"]), (&true.into(), &false.into()), "{listed}");
    // It is of another report.
    let other = dir.write("other.json", Check::of("cometchat").tier("qa").on("vm-14gib").format("json").run().stdout);
    let listed = rampcheck(&["verify", &other, "--signature", &signature, "--format", "json"]).expect(2).json();
    assert_eq!((&listed[0]["signed_by"], &listed[0]["reasons"][0]["what"]), (&Value::Null, &"signer".into()));
}
