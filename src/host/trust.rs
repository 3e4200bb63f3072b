//! Whether somebody else could have put a file where it is, or taken it away from there.
//!
//! As root, rampcheck runs no program, believes no configuration and writes to no directory that another user can change. A
//! plugin that another user than root can change is run for nobody.

use std::path::Path;

use super::tree::resolve;
use super::{FileKind, Host, HostError, Result, Stat, read_text};

/// The user, the group or everybody, if they can change what `path` leads to: the file itself, a directory above it, or one
/// on the way of a link. Root and `user` do not count. A directory whose sticky bit is set is safe, but a link in it is not.
///
/// # Errors
/// When a part of the path cannot be examined.
pub fn outsider(host: &dyn Host, path: &Path, user: u32) -> Result<Option<String>> {
    let mut found = None;
    let end = resolve(path, |at| {
        let above = host.stat(at.parent().unwrap_or(at))?;
        let target = host.link(at).ok();
        let shared = above.mode & 0o1000 != 0 && above.mode & 0o022 != 0 && target.is_some();
        let everybody = || shared.then(|| "everybody".to_owned());
        found = found.take().or_else(|| writer(host, &above, user)).or_else(everybody);
        Ok(target)
    })?;
    match found {
        Some(found) => Ok(Some(found)),
        None => Ok(writer(host, &host.stat(&end)?, user)),
    }
}

/// Whether root may run or believe what `path` leads to. Other users may believe what they like.
///
/// # Errors
/// When rampcheck runs as root, and another user can change it.
pub fn trusted(host: &dyn Host, path: &Path) -> Result<()> {
    if host.user().is_ok_and(|user| user.uid == 0)
        && let Some(who) = outsider(host, path, 0)?
    {
        let reason = format!("{who} can change {}, and rampcheck runs as root", path.display());
        return Err(HostError::NotAsked(reason));
    }
    Ok(())
}

/// Whether root alone can change what `path` leads to, as it must be for a plugin, whoever runs rampcheck.
///
/// # Errors
/// When another user can change it.
pub fn belongs_to_root(host: &dyn Host, path: &Path) -> Result<()> {
    match outsider(host, path, 0)? {
        Some(who) => Err(HostError::NotAsked(format!(
            "{} was not run, because {who} can change it; only root may be able to change a plugin and the directories above it",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Who can write a file, or replace what is in a directory.
fn writer(host: &dyn Host, stat: &Stat, user: u32) -> Option<String> {
    let sticky = stat.kind == FileKind::Directory && stat.mode & 0o1000 != 0;
    if ![0, user].contains(&stat.uid) {
        Some(format!("user {}", stat.uid))
    } else if stat.mode & 0o002 != 0 && !sticky {
        Some("everybody".to_owned())
    } else if stat.mode & 0o020 != 0 && !sticky && has_others(host, stat.gid, user) {
        Some(format!("group {}", stat.gid))
    } else {
        None
    }
}

/// Whether a group has members beside root and `user`: group(5), passwd(5). Debian gives /usr/local to a group without any.
fn has_others(host: &dyn Host, gid: u32, user: u32) -> bool {
    let (Ok(groups), Ok(accounts)) = (read_text(host, "/etc/group"), read_text(host, "/etc/passwd")) else {
        return gid != 0;
    };
    let field = |line: &str, number: usize| line.split(':').nth(number).unwrap_or_default().trim().to_owned();
    let is = |line: &str, number: usize, id: u32| field(line, number).parse() == Ok(id);
    let listed = |line: &str| field(line, 3).split(',').any(|name| !["", "root"].contains(&name));
    groups.lines().any(|line| is(line, 2, gid) && listed(line))
        || accounts.lines().any(|line| is(line, 3, gid) && !is(line, 2, 0) && !is(line, 2, user))
}

#[cfg(test)]
mod tests {
    use super::super::Recorded;
    use super::*;

    const ALICE: &str = "kind = 'directory', uid = 1000, gid = 1000, mode = 0o755";

    fn found(answers: &str, path: &str, user: u32) -> Option<String> {
        let files = "[files]\n'/usr/local/lib/x' = ''\n'/home/alice/bin/x' = ''\n'/tmp/x' = ''\n\
            '/etc/group' = \"staff:x:50:\\nusers:x:100:bob\\nown:x:1000:\\n\"\n\
            '/etc/passwd' = \"root:x:0:0::/root:\\nalice:x:1000:1000::/home/alice:\\n\"\n";
        let host = Recorded::default().answering(&format!("{answers}\n{files}")).unwrap();
        outsider(&host, Path::new(path), user).unwrap()
    }

    #[test]
    fn whoever_can_change_a_part_of_the_path_is_found() {
        let local = |gid: u32, mode: u32| {
            format!("stat.'/usr/local' = {{ kind = 'directory', uid = 0, gid = {gid}, mode = {mode} }}")
        };
        for (answers, path, user, expected) in [
            (String::new(), "/usr/local/lib/x", 0, None),
            (format!("stat.'/home/alice' = {{ {ALICE} }}"), "/home/alice/bin/x", 0, Some("user 1000")),
            (format!("stat.'/home/alice' = {{ {ALICE} }}"), "/home/alice/bin/x", 1000, None),
            (local(50, 0o2775), "/usr/local/lib/x", 0, None),
            (local(100, 0o2775), "/usr/local/lib/x", 0, Some("group 100")),
            (local(1000, 0o775), "/usr/local/lib/x", 0, Some("group 1000")),
            (local(1000, 0o775), "/usr/local/lib/x", 1000, None),
            (local(0, 0o777), "/usr/local/lib/x", 0, Some("everybody")),
            (local(0, 0o1777), "/usr/local/lib/x", 0, None),
            (
                "stat.'/usr/local/lib/x' = { kind = 'file', uid = 0, gid = 0, mode = 0o1666 }".to_owned(),
                "/usr/local/lib/x",
                0,
                Some("everybody"),
            ),
            // Whoever owns a link chooses what root would run.
            (
                format!("stat.'/home/alice' = {{ {ALICE} }}\n[links]\n'/opt/x' = '/home/alice/y'\n'/home/alice/y' = '/usr/local/lib/x'"),
                "/opt/x",
                0,
                Some("user 1000"),
            ),
            (
                "stat.'/tmp' = { kind = 'directory', uid = 0, gid = 0, mode = 0o1777 }\n[links]\n'/tmp/y' = '/usr/local/lib/x'"
                    .to_owned(),
                "/tmp/y",
                0,
                Some("everybody"),
            ),
        ] {
            assert_eq!(found(&answers, path, user).as_deref(), expected, "{answers} {path} {user}");
        }
    }

    #[test]
    fn a_plugin_belongs_to_root_whoever_asks() {
        let asked = |answers: &str| {
            let directory = |mode: u32| format!("{{ kind = 'directory', uid = 0, gid = 0, mode = {mode} }}");
            let (open, user) = (directory(0o777), "user = { uid = 1000, groups = [1000] }");
            let answers = answers.replace("OPEN", &open);
            let host =
                Recorded::default().file("/usr/lib/rampcheck/plugins.d/x", "").answering(&format!("{user}\n{answers}"));
            belongs_to_root(&host.unwrap(), Path::new("/usr/lib/rampcheck/plugins.d/x"))
        };
        let refused = |who: &str| {
            Err(HostError::NotAsked(format!(
                "/usr/lib/rampcheck/plugins.d/x was not run, because {who} can change it; only root may be able to change a \
                 plugin and the directories above it"
            )))
        };
        for (answers, expected) in [
            ("", Ok(())),
            ("stat.'/usr/lib/rampcheck/plugins.d' = OPEN", refused("everybody")),
            ("stat.'/usr/lib/rampcheck' = OPEN", refused("everybody")),
            (
                "stat.'/usr/lib/rampcheck/plugins.d/x' = { kind = 'file', uid = 1000, gid = 0, mode = 0o755 }",
                refused("user 1000"),
            ),
            ("errors = { 'stat /usr/lib/rampcheck' = 'not-permitted' }", Err(HostError::NotPermitted)),
        ] {
            assert_eq!(asked(answers), expected, "{answers}");
        }
        let none =
            belongs_to_root(&Recorded::default().directory("/usr/lib"), Path::new("/usr/lib/rampcheck/plugins.d/x"));
        assert_eq!(none, Err(HostError::NotFound));
    }
}
