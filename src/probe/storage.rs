//! The file systems of `/` and of the data: what is mounted, on which kind of disk, how large, how much is free.
//!
//! The data is where the engine says, unless the operator names a path. statvfs(3), which can hang on a network file system,
//! is called last, when everything else has been reported, and only a measurement comes after it.

mod data_root;
mod latency;
mod media;
mod providers;

use std::path::{Path, PathBuf};

use data_root::{DataRoot, data_root};
use latency::percentile;
pub(super) use media::is_network;
use media::{DATA_MEDIA, Disks, Measured, words};

use super::{Host, HostError, Questions, Sink, unanswered};
use crate::facts::{Fact, Measure, Why};
use crate::host::Measurement;
use crate::host::mountinfo::{MOUNTINFO, holding, mounts};

/// Names of the facts below `storage.root.` and `storage.data.`.
const NAMES: [&str; 7] = ["path", "device", "fstype", "media", "size", "available", "inodes_free"];
/// Names of the facts below `storage.data.` that are measured.
const MEASURED: [&str; 7] = [
    "read_latency_p50",
    "read_latency_p99",
    "read_latency_reads",
    "read_latency_method",
    "write_latency_p50",
    "write_latency_p99",
    "write_latency_writes",
];
/// The file system of the images, if it is not that of the data, and names of the facts below it.
const IMAGES: &str = "storage.images";
const IMAGES_NAMES: [&str; 3] = ["path", "size", "available"];

pub(crate) fn probe_root(host: &dyn Host, _: &Questions, sink: &Sink) {
    sink.known("storage.root.path", "/", "");
    if let Some(disks) = report_mount(host, Path::new("/"), "storage.root", sink) {
        sink.put("storage.root.media", disks.media("storage.root.media", None));
    }
    report_space(host, Path::new("/"), "storage.root", sink);
}

pub(crate) fn probe_data(host: &dyn Host, questions: &Questions, sink: &Sink) {
    let name = "storage.data";
    let asked = match questions.measure {
        None => "nothing",
        Some(Measure::Reads) => "reads",
        Some(Measure::Writes) => "writes",
    };
    sink.known(format!("{name}.measured"), asked, "--measure");
    let root = match &questions.data_dir {
        Some(path) => {
            Ok(DataRoot { path: path.clone(), place: format!("--data-dir: {}", path.display()), images: None })
        }
        None => data_root(host),
    };
    let found = root.and_then(|root| match nearest_existing(host, &root.path) {
        Ok(path) => Ok((path, root)),
        Err(error) => Err(unanswered(&error, root.path.display().to_string())),
    });
    match found {
        Ok((path, DataRoot { place, images, .. })) => {
            sink.known(format!("{name}.path"), path.display().to_string(), place);
            let disks = report_mount(host, &path, name, sink);
            // A measurement can hang, so that what is known without one is reported first.
            let waits = |disks: &&Disks| questions.measure.is_some() && !disks.is_known();
            if let Some(disks) = disks.as_ref().filter(|disks| !waits(disks)) {
                sink.put(DATA_MEDIA, disks.media(DATA_MEDIA, None));
            }
            let images = report_images(host, &path, images, sink);
            report_space(host, &path, name, sink);
            if let Some(images) = images {
                report_size(host, &images, IMAGES, sink);
            }
            let reads = questions.measure.map(|_| measured(host, &path, disks.as_ref()));
            if let Some(disks) = disks.as_ref().filter(waits) {
                sink.put(DATA_MEDIA, disks.media(DATA_MEDIA, reads.as_ref()));
            }
            report_latencies(host, questions.measure, &path, reads, sink);
        }
        Err(unknown) => {
            put_all(sink, name, &NAMES, &unknown);
            put_all(sink, name, &MEASURED, &unknown);
            put_all(sink, IMAGES, &IMAGES_NAMES, &unknown);
        }
    }
}

fn put_all(sink: &Sink, name: &str, facts: &[&str], fact: &Fact) {
    for of_name in facts {
        sink.put(format!("{name}.{of_name}"), fact.clone());
    }
}

/// The path with its links followed, or the nearest directory above it that exists. Only *not found* leads upwards: a
/// path that may not be read can be a file system of its own.
fn nearest_existing(host: &dyn Host, path: &Path) -> Result<PathBuf, HostError> {
    if !path.is_absolute() {
        return Err(HostError::Failed("not an absolute path".to_owned()));
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

/// Reports what is mounted at the file system that holds `path`, and gives the disks below it, whose kind is yet to be
/// reported.
fn report_mount(host: &dyn Host, path: &Path, name: &str, sink: &Sink) -> Option<Disks> {
    let mounts = mounts(host);
    let mount = mounts.as_ref().map_err(Clone::clone).and_then(|mounts| {
        holding(mounts, path).ok_or_else(|| HostError::Failed(format!("no mount holds {}", path.display())))
    });
    match &mount {
        Ok(mount) => {
            sink.known(format!("{name}.device"), mount.source.as_str(), MOUNTINFO);
            sink.known(format!("{name}.fstype"), mount.fstype.as_str(), MOUNTINFO);
            Some(Disks::below(host, mount))
        }
        Err(error) => {
            put_all(sink, name, &["device", "fstype", "media"], &unanswered(error, MOUNTINFO));
            None
        }
    }
}

/// Measures reads of the disk of the data, or of its files where the disk may not be opened.
fn measured(host: &dyn Host, path: &Path, disks: Option<&Disks>) -> Measured {
    if let Some(node) = disks.and_then(|disks| disks.node.clone()) {
        let device = Measurement::Device(node);
        match host.measure(&device) {
            Err(HostError::NotPermitted | HostError::NotFound) => {}
            taken => return (device, taken),
        }
    }
    let files = Measurement::Files(path.to_owned());
    let taken = host.measure(&files);
    (files, taken)
}

/// Reports what was measured of reads, then measures and reports writes, if anybody asked for it.
fn report_latencies(host: &dyn Host, asked: Option<Measure>, path: &Path, reads: Option<Measured>, sink: &Sink) {
    let method = match &reads {
        Some((what, Err(error))) => unanswered(error, words(what)),
        Some((what @ Measurement::Files(_), Ok(_))) => Fact::known("files", words(what)),
        Some((what, Ok(_))) => Fact::known("device", words(what)),
        None => not_measured("--measure"),
    };
    sink.put("storage.data.read_latency_method", method);
    report_times("read", reads.as_ref(), "--measure", sink);
    let writes = (asked == Some(Measure::Writes)).then(|| {
        let what = Measurement::Writes(path.to_owned());
        let taken = host.measure(&what);
        (what, taken)
    });
    report_times("write", writes.as_ref(), "--measure writes", sink);
}

/// Reports percentiles of reads or writes, and their number.
fn report_times(kind: &str, measured: Option<&Measured>, option: &str, sink: &Sink) {
    let facts = match measured {
        Some((what, Ok(taken))) => {
            let what = words(what);
            let of = |percent| match percentile(&taken.first, percent) {
                _ if taken.first.is_empty() => {
                    Fact::unknown(Why::NotDetermined, "all that was read is zeros", what.as_str())
                }
                time => Fact::known(time as f64 / 1000.0, what.as_str()),
            };
            [of(50), of(99), Fact::known(taken.first.len() as u64, what.as_str())]
        }
        Some((what, Err(error))) => std::array::from_fn(|_| unanswered(error, words(what))),
        None => std::array::from_fn(|_| not_measured(option)),
    };
    for (name, fact) in ["p50", "p99", &format!("{kind}s")].into_iter().zip(facts) {
        sink.put(format!("storage.data.{kind}_latency_{name}"), fact);
    }
}

fn not_measured(option: &str) -> Fact {
    Fact::unknown(Why::NotAsked, format!("not measured; add {option}"), "")
}

/// Reports how large the file system is and how much of it is free.
fn report_space(host: &dyn Host, path: &Path, name: &str, sink: &Sink) {
    report_size(host, path, name, sink);
    let place = format!("statvfs(3) of {}", path.display());
    let inodes = match host.statfs(path) {
        Ok(statfs) if statfs.inodes == 0 => Fact::absent(place),
        Ok(statfs) => Fact::known(statfs.inodes_free, place),
        Err(error) => unanswered(&error, place),
    };
    sink.put(format!("{name}.inodes_free"), inodes);
}

fn report_size(host: &dyn Host, path: &Path, name: &str, sink: &Sink) {
    let place = format!("statvfs(3) of {}", path.display());
    match host.statfs(path) {
        Ok(statfs) => {
            sink.known(format!("{name}.size"), statfs.size, place.as_str());
            sink.known(format!("{name}.available"), statfs.available, place);
        }
        Err(error) => put_all(sink, name, &["size", "available"], &unanswered(&error, place)),
    }
}

/// Reports where the images are, if not on the file system of the data: containerd keeps them below its own root. Gives that
/// place, whose size is yet to be reported.
fn report_images(host: &dyn Host, data: &Path, images: Option<Result<PathBuf, Fact>>, sink: &Sink) -> Option<PathBuf> {
    let elsewhere = match images {
        None => Err(Fact::absent("the engine keeps its images with the data")),
        Some(Err(unknown)) => Err(unknown),
        Some(Ok(images)) => {
            let place = format!("containerd's root: {}", images.display());
            let found = nearest_existing(host, &images).and_then(|path| {
                let mounts = mounts(host)?;
                let device = |path: &Path| holding(&mounts, path).map(|mount| mount.device);
                Ok((device(&path) == device(data), path))
            });
            match found {
                Ok((true, _)) => Err(Fact::absent(format!("{place}, on the file system of the data"))),
                Ok((false, path)) => Ok((path, place)),
                Err(error) => Err(unanswered(&error, place)),
            }
        }
    };
    match elsewhere {
        Ok((path, place)) => {
            sink.known(format!("{IMAGES}.path"), path.display().to_string(), place);
            Some(path)
        }
        Err(fact) => {
            put_all(sink, IMAGES, &IMAGES_NAMES, &fact);
            None
        }
    }
}

#[cfg(test)]
mod tests;
