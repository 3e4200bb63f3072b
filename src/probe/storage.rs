//! The file systems of `/` and of the data: what is mounted, on which kind of disk, how large, how much is free.
//!
//! What can hang (statvfs(3) of a network file system) is asked last, so that the rest is reported by then.

mod data_root;
mod media;

use std::path::{Path, PathBuf};

use super::mountinfo::{MOUNTINFO, holding, mounts};
use super::{Asked, Host, HostError, Sink};
use crate::facts::Fact;

/// Paths of the facts below `storage.root.` and `storage.data.`.
const NAMES: [&str; 7] = ["path", "device", "fstype", "media", "size", "available", "inodes_free"];

pub(crate) fn probe_root(host: &dyn Host, _: &Asked, sink: &Sink) {
    sink.known("storage.root.path", "/", "");
    file_system(host, Path::new("/"), "storage.root", sink);
}

pub(crate) fn probe_data(host: &dyn Host, asked: &Asked, sink: &Sink) {
    let questions = asked.wait();
    let name = "storage.data";
    let wanted = match &questions.data_dir {
        Some(path) => Ok((path.clone(), "--data-dir".to_owned())),
        None => data_root::data_root(host),
    };
    let found = wanted.and_then(|(path, because)| match nearest_existing(host, &path) {
        Ok(existing) => Ok((existing, format!("{because}: {}", path.display()))),
        Err(error) => Err((error, path.display().to_string())),
    });
    match found {
        Ok((path, source)) => {
            sink.known(format!("{name}.path"), path.display().to_string(), source);
            file_system(host, &path, name, sink);
        }
        Err((error, source)) => {
            for fact in NAMES {
                sink.failed(format!("{name}.{fact}"), &error, source.as_str());
            }
        }
    }
}

/// The path with its links followed, or the nearest directory above it that exists. Only *not found* leads upwards:
/// what must not be looked at may well be a file system of its own.
fn nearest_existing(host: &dyn Host, path: &Path) -> Result<PathBuf, HostError> {
    if !path.is_absolute() {
        return Err(HostError::Failed("is not an absolute path".to_owned()));
    }
    // Links first, so that one that leads nowhere yet leads to the file system where its target will be made.
    let path = match host.canonical(path) {
        Err(HostError::NotFound) => path.to_owned(),
        canonical => canonical?,
    };
    for above in path.ancestors() {
        match host.stat(above) {
            Ok(_) => return host.canonical(above),
            Err(HostError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(PathBuf::from("/"))
}

fn file_system(host: &dyn Host, path: &Path, name: &str, sink: &Sink) {
    let mounts = mounts(host);
    let mount = mounts.as_ref().map_err(Clone::clone).and_then(|mounts| {
        holding(mounts, path).ok_or_else(|| HostError::Failed(format!("no mount holds {}", path.display())))
    });
    match mount {
        Ok(mount) => {
            sink.known(format!("{name}.device"), mount.source.as_str(), MOUNTINFO);
            sink.known(format!("{name}.fstype"), mount.fstype.as_str(), MOUNTINFO);
            sink.put(format!("{name}.media"), media::media(host, mount, &format!("{name}.media")));
        }
        Err(error) => {
            for fact in ["device", "fstype", "media"] {
                sink.failed(format!("{name}.{fact}"), &error, MOUNTINFO);
            }
        }
    }
    let source = format!("statvfs(3) of {}", path.display());
    match host.statfs(path) {
        Ok(size) => {
            sink.known(format!("{name}.size"), size.size, source.as_str());
            sink.known(format!("{name}.available"), size.available, source.as_str());
            let inodes = if size.inodes == 0 { Fact::absent(source) } else { Fact::known(size.inodes_free, source) };
            sink.put(format!("{name}.inodes_free"), inodes);
        }
        Err(error) => {
            for fact in ["size", "available", "inodes_free"] {
                sink.failed(format!("{name}.{fact}"), &error, source.as_str());
            }
        }
    }
}

#[cfg(test)]
mod tests;
