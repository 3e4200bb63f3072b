//! Who may use the engine's socket, in words for somebody who may not.
//!
//! Reads the socket's owner and mode, /etc/passwd and /etc/group. A directory service may have more groups; it is never
//! asked.

use std::path::Path;

use crate::host::{Endpoint, Host, Stat, User, read_text};

/// Write permission of the group: connecting to a socket takes it, unix(7).
const GROUP_MAY_CONNECT: u32 = 0o020;

/// Why the endpoint refused this user, and what helps.
pub(super) fn denied(host: &dyn Host, endpoint: &Endpoint) -> String {
    let Endpoint::Unix(path) = endpoint else { return format!("permission denied on {endpoint}") };
    let reason = format!("permission denied on {}: ", path.display());
    reason + &advice(host, path)
}

fn advice(host: &dyn Host, path: &Path) -> String {
    const AS_ROOT: &str = "only root may use it; run rampcheck as root";
    // The directory of another user's rootless engine is closed, which hides the group too.
    let Ok(Stat { gid, mode, .. }) = host.stat(path) else { return "run rampcheck as root".to_owned() };
    if gid == 0 || mode & GROUP_MAY_CONNECT == 0 {
        return AS_ROOT.to_owned();
    }
    let groups = read_text(host, "/etc/group").unwrap_or_default();
    let group = group(&groups, gid);
    let name = group.as_ref().map_or_else(|| gid.to_string(), |group| group.name.to_owned());
    let may = format!("root and the group {name} may use it");
    let Ok(user) = host.user() else { return format!("{may}; run rampcheck as root") };
    if user.groups.contains(&gid) {
        return format!(
            "{may}, and this session has that group: perhaps a security module refuses it; run rampcheck as root"
        );
    }
    let accounts = read_text(host, "/etc/passwd").unwrap_or_default();
    let listed = group.is_some_and(|group| is_member(&accounts, &user, &group, gid));
    if listed {
        format!("{may}; your user is in the group already: log in again")
    } else {
        format!("{may}; run rampcheck as root or add your user to that group")
    }
}

/// A line of /etc/group: group(5).
#[derive(Debug, PartialEq, Eq)]
struct Group<'a> {
    name: &'a str,
    members: Vec<&'a str>,
}

fn group(text: &str, gid: u32) -> Option<Group<'_>> {
    text.lines().find_map(|line| {
        let mut fields = line.trim_end().split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        let members = fields.next().unwrap_or_default().split(',').filter(|member| !member.is_empty()).collect();
        (id.parse() == Ok(gid)).then_some(Group { name, members })
    })
}

/// Whether the account with the user's id is listed in the group, or has it as its first group: passwd(5).
fn is_member(accounts: &str, user: &User, group: &Group<'_>, gid: u32) -> bool {
    accounts.lines().any(|line| {
        let fields: Vec<&str> = line.trim_end().split(':').collect();
        let [name, _, uid, first, ..] = fields.as_slice() else { return false };
        uid.parse() == Ok(user.uid) && (group.members.contains(name) || first.parse() == Ok(gid))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::Recorded;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\n";

    fn words(group: &str, gid: u32, mode: u32, groups: &str) -> String {
        let host = Recorded::default().file("/etc/passwd", PASSWD).file("/etc/group", group);
        let host = host.answering(&format!(
            r#"
            user = {{ uid = 1000, groups = {groups} }}
            stat."/run/docker.sock" = {{ kind = "socket", uid = 0, gid = {gid}, mode = {mode} }}
            "#
        ));
        denied(&host.unwrap(), &Endpoint::Unix("/run/docker.sock".into()))
    }

    #[test]
    fn says_who_may_and_what_helps() {
        let (outside, inside) = ("root:x:0:\ndocker:x:998:bob\n", "root:x:0:\ndocker:x:998:bob,ann\n");
        for (group, gid, mode, session, expected) in [
            (
                outside,
                998,
                0o660,
                "[1000]",
                "root and the group docker may use it; run rampcheck as root or add your user to that group",
            ),
            (
                inside,
                998,
                0o660,
                "[1000]",
                "root and the group docker may use it; your user is in the group already: log in again",
            ),
            (
                inside,
                998,
                0o660,
                "[1000, 998]",
                "root and the group docker may use it, and this session has that group: \
                 perhaps a security module refuses it; run rampcheck as root",
            ),
            (
                outside,
                999,
                0o660,
                "[1000]",
                "root and the group 999 may use it; run rampcheck as root or add your user to that group",
            ),
            (outside, 0, 0o660, "[1000]", "only root may use it; run rampcheck as root"),
            (inside, 998, 0o600, "[1000]", "only root may use it; run rampcheck as root"),
        ] {
            assert_eq!(words(group, gid, mode, session), format!("permission denied on /run/docker.sock: {expected}"));
        }
    }

    #[test]
    fn a_socket_in_a_closed_directory_has_no_group_to_name() {
        let reason = denied(&Recorded::default(), &Endpoint::Unix("/run/user/7/docker.sock".into()));
        assert_eq!(reason, "permission denied on /run/user/7/docker.sock: run rampcheck as root");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), gid: u32) {
            if let Some(group) = group(&text, gid) {
                let _ = is_member(&text, &User { uid: gid, groups: Vec::new() }, &group, gid);
            }
        }
    }
}
