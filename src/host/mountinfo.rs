//! What is mounted where: `/proc/self/mountinfo`, as proc_pid_mountinfo(5) describes it.
//!
//! Knows only the file's format, not which disk is below, or what a mount says about a container.

use std::path::{Path, PathBuf};

use super::{Host, HostError, read_text};

/// The file all of this comes from.
pub(crate) const MOUNTINFO: &str = "/proc/self/mountinfo";

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// Number of the mount, as proc_pid_fdinfo(5) gives it in `mnt_id`.
    pub id: u64,
    /// Device number `major:minor`; major 0 is not a block device (overlay, btrfs, nfs, tmpfs).
    pub device: (u32, u32),
    /// The directory within the file system that is the mount's root.
    pub root: String,
    /// Where it is mounted.
    pub point: PathBuf,
    /// File system type.
    pub fstype: String,
    /// What is mounted: a device, a pool, a server, or any word.
    pub source: String,
    /// Options of the file system (not of the mount).
    pub options: String,
}

/// All mounts that rampcheck sees, in the order they were made.
pub(crate) fn mounts(host: &dyn Host) -> Result<Vec<Mount>, HostError> {
    read_text(host, MOUNTINFO).map(|text| parse(&text))
}

/// Reads the file, without lines that do not have its format.
pub(crate) fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Mount> {
    // `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw`: any number of tags precedes the dash.
    let (mount, file_system) = line.split_once(" - ")?;
    let mut mount = mount.split(' ');
    let id = mount.next()?.parse().ok()?;
    let mut mount = mount.skip(1);
    let (major, minor) = mount.next()?.split_once(':')?;
    let (root, point) = (unescape(mount.next()?), unescape(mount.next()?));
    // A blank source leaves two spaces in a row, so runs of spaces are not one separator.
    let mut file_system = file_system.split(' ').map(unescape);
    Some(Mount {
        id,
        device: (major.parse().ok()?, minor.parse().ok()?),
        root,
        point: PathBuf::from(point),
        fstype: file_system.next()?,
        source: file_system.next()?,
        options: file_system.next().unwrap_or_default(),
    })
}

/// Undoes the kernel's `\040` for space, tab, newline, backslash and `#`.
fn unescape(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let octal = match after {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] if byte == b'\\' => {
                Some((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'))
            }
            _ => None,
        };
        bytes.push(octal.unwrap_or(byte));
        rest = if octal.is_some() { &after[3..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The mount that holds `path`: the longest mount point above it, the last one made where several are equal (what is
/// mounted later hides what was there).
pub(crate) fn holding<'m>(mounts: &'m [Mount], path: &Path) -> Option<&'m Mount> {
    mounts.iter().filter(|mount| path.starts_with(&mount.point)).max_by_key(|mount| mount.point.components().count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SERVER: &str = "\
22 28 0:21 / /proc rw,nosuid - proc proc rw
28 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv rw
31 28 8:2 / /boot rw,relatime shared:2 master:1 - ext4 /dev/sda2 rw
40 28 0:40 / /srv/chat\\040data rw - nfs4 nas:/export\\134chat rw,vers=4.2
41 28 0:41 / /mnt rw - tmpfs  rw,size=4k
42 28 8:17 / /var/lib rw - xfs /dev/sdb1 rw
43 28 8:33 / /var/lib rw - xfs /dev/sdc1 rw
not a mount
";

    #[test]
    fn fields_and_escapes() {
        let mounts = parse(SERVER);
        assert_eq!(mounts.len(), 7);
        assert_eq!(mounts[1].device, (253, 0));
        assert_eq!(mounts[2].source, "/dev/sda2");
        assert_eq!(mounts[3].point, Path::new("/srv/chat data"));
        assert_eq!((mounts[3].source.as_str(), mounts[3].fstype.as_str()), ("nas:/export\\chat", "nfs4"));
        assert_eq!((mounts[4].source.as_str(), mounts[4].options.as_str()), ("", "rw,size=4k"));
    }

    #[test]
    fn the_nearest_mount_holds_a_path_and_the_last_hides_the_first() {
        let mounts = parse(SERVER);
        let source = |path: &str| holding(&mounts, Path::new(path)).map(|mount| mount.source.as_str());
        assert_eq!(source("/"), Some("/dev/mapper/ubuntu--vg-ubuntu--lv"));
        assert_eq!(source("/var/lib/docker"), Some("/dev/sdc1"));
        assert_eq!(source("/var/library"), Some("/dev/mapper/ubuntu--vg-ubuntu--lv"), "whole components only");
        assert_eq!(source("/srv/chat data/files"), Some("nas:/export\\chat"));
        assert_eq!(holding(&[], Path::new("/")), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), fields in "[0-9: \\\\/a-z-]{0,80}") {
            let _ = parse(&text);
            let _ = parse(&fields);
            let _ = unescape(&text);
        }

        #[test]
        fn an_escaped_path_comes_back(path in "/[ -~]{0,20}") {
            let escaped: String = path.bytes().map(|byte| format!("\\{byte:03o}")).collect();
            prop_assert_eq!(unescape(&escaped), path);
        }
    }
}
