//! Following links within the tree of another machine, never out of it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::{HostError, Result};

/// How many links are followed, as in the kernel (`MAXSYMLINKS`).
const MAX_LINKS: usize = 40;

/// The absolute path that `path` leads to once every link was followed. `link` returns the target of a link, or `None` if the
/// path is not one. `..` at the top stays at the top, and an absolute target starts at the top of the tree.
pub(super) fn resolve(path: &Path, mut link: impl FnMut(&Path) -> Result<Option<PathBuf>>) -> Result<PathBuf> {
    let mut done = PathBuf::from("/");
    let mut rest: VecDeque<OsString> = parts(path).collect();
    let mut links = 0;
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            done.pop();
            continue;
        }
        done.push(&part);
        let Some(target) = link(&done)? else { continue };
        links += 1;
        if links > MAX_LINKS {
            return Err(HostError::Failed("too many levels of symbolic links".to_owned()));
        }
        done.pop();
        if target.is_absolute() {
            done = PathBuf::from("/");
        }
        for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
            rest.push_front(part);
        }
    }
    Ok(done)
}

fn parts(path: &Path) -> impl Iterator<Item = OsString> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(part) => Some(part.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn follow(path: &str, links: &[(&str, &str)]) -> Result<PathBuf> {
        resolve(Path::new(path), |at| {
            Ok(links.iter().find(|(from, _)| Path::new(from) == at).map(|(_, to)| PathBuf::from(to)))
        })
    }

    #[test]
    fn links_stay_within_the_tree() {
        let links =
            [("/var/run", "/run"), ("/etc/os-release", "../usr/lib/os-release"), ("/out", "../../../../etc/shadow")];
        assert_eq!(follow("/var/run/docker.sock", &links), Ok("/run/docker.sock".into()));
        assert_eq!(follow("/etc/os-release", &links), Ok("/usr/lib/os-release".into()));
        assert_eq!(follow("/out", &links), Ok("/etc/shadow".into()));
        assert_eq!(follow("/../../etc/./hosts", &links), Ok("/etc/hosts".into()));
    }

    #[test]
    fn a_loop_of_links_ends() {
        assert!(matches!(follow("/a", &[("/a", "b"), ("/b", "a")]), Err(HostError::Failed(_))));
    }

    proptest! {
        #[test]
        fn the_result_never_leaves_the_tree(
            path in "(/|\\.\\.|\\.|a|b|c){0,12}",
            links in proptest::collection::vec(("(/[abc]){1,3}", "/?((\\.\\.|\\.|a|b|c)/?){0,5}"), 0..6),
        ) {
            let links: Vec<_> = links.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
            if let Ok(end) = follow(&path, &links) {
                prop_assert!(end.is_absolute(), "{end:?}");
                prop_assert!(
                    end.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_))),
                    "{end:?}"
                );
                prop_assert!(links.iter().all(|(from, _)| Path::new(from) != end), "{end:?} is a link");
            }
        }
    }
}
