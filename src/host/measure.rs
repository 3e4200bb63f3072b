//! How long a disk takes to read and to write, one block after another.
//!
//! Reads go to random places, past the page cache (O_DIRECT), and to every place twice: what a cache in front of the disk
//! holds takes the same time twice, and what it does not hold takes longer the first time. What the times mean is the
//! probe's business. Nothing that is there is changed: reads open for reading only, and writes go to a new file without a
//! name, which the kernel removes when the process ends in whatever way.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{File, FileType, OpenOptions};
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::mountinfo::{self, MOUNTINFO};
use super::{HostError, Latencies, Measurement, Result};

/// The longest that a measurement takes on a disk that answers: [`TIME`], and [`SEARCH`] before it.
pub const MEASURING: Duration = Duration::from_millis(2250);

/// How long reads or writes go on.
const TIME: Duration = Duration::from_secs(2);
/// How long large files are looked for.
const SEARCH: Duration = Duration::from_millis(250);

/// What is read or written at once: a page, and a multiple of every block size that O_DIRECT asks for.
const BLOCK: usize = 4096;
/// After so many reads that count, or writes, percentiles change no more.
const ENOUGH: usize = 512;
/// Most blocks of zeros that are read. A disk that holds little else has nothing to measure.
const MOST_ZEROS: usize = 8192;

/// Smallest file that is worth reading from, how many are opened, and how much they must hold together: places that are read
/// again by chance tell nothing.
const LARGE: u64 = 1 << 20;
const MOST_FILES: usize = 64;
const LEAST_BYTES: u64 = 64 << 20;

/// Takes a measurement on this machine.
pub(super) fn measure(what: &Measurement) -> Result<Latencies> {
    match what {
        Measurement::Device(path) => {
            let mut device = open(path, FileType::is_block_device, "is not a block device")?;
            let size = device.seek(SeekFrom::End(0))?;
            reads(&[(device, size)])
        }
        Measurement::Files(directory) => reads(&large_files(directory)?),
        Measurement::Writes(directory) => writes(directory),
    }
}

/// Opens a file of a kind for reads past the page cache. Opening one of another kind could have effects, and on its way to it
/// somebody else could put something in its place. So it is held first, without being opened, and then examined.
fn open(path: &Path, is_kind: fn(&FileType) -> bool, otherwise: &str) -> Result<File> {
    let held = OpenOptions::new().read(true).custom_flags(libc::O_PATH | libc::O_NOFOLLOW).open(path)?;
    if !is_kind(&held.metadata()?.file_type()) {
        return Err(HostError::Failed(otherwise.to_owned()));
    }
    let flags = libc::O_DIRECT | libc::O_NONBLOCK | libc::O_NOCTTY;
    let path = format!("/proc/self/fd/{}", held.as_raw_fd());
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidInput => HostError::Failed("cannot be read past the page cache (O_DIRECT)".to_owned()),
        _ => error.into(),
    })
}

/// The largest regular files found in a moment, with their sizes: below `directory` first, then on all of its file system.
fn large_files(directory: &Path) -> Result<Vec<(File, u64)>> {
    let started = Instant::now();
    let device = directory.metadata()?.dev();
    let same = |path: &&Path| path.metadata().is_ok_and(|metadata| metadata.dev() == device);
    let top = directory.ancestors().take_while(same).last().unwrap_or(directory);
    let mounts = mountinfo::parse(&std::fs::read_to_string(MOUNTINFO).unwrap_or_default());
    let mounted: BTreeSet<PathBuf> = mounts.into_iter().map(|mount| mount.point).collect();
    let mut found: Vec<(u64, PathBuf)> = Vec::new();
    let mut to_list = VecDeque::from([directory.to_owned(), top.to_owned()]);
    while let Some(next) = to_list.pop_front() {
        for entry in next.read_dir().into_iter().flatten().flatten() {
            if started.elapsed() > SEARCH {
                to_list.clear();
                break;
            }
            let path = entry.path();
            // What is mounted there is on another file system, and asking one that hangs would never end.
            if mounted.contains(&path) {
                continue;
            }
            // The metadata of a link is that of the link.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() && metadata.len() >= LARGE {
                found.push((metadata.len(), path));
            } else if metadata.is_dir() && metadata.dev() == device && path != directory {
                to_list.push_back(path);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    let mut trouble = None;
    let mut files = Vec::new();
    for (size, path) in found.into_iter().rev() {
        match open(&path, FileType::is_file, "is not a regular file") {
            Ok(file) => files.push((file, size)),
            Err(error) => trouble = trouble.or(Some(error)),
        }
        if files.len() == MOST_FILES {
            break;
        }
    }
    match trouble {
        _ if files.iter().map(|(_, size)| size).sum::<u64>() >= LEAST_BYTES => Ok(files),
        Some(error) if files.is_empty() => Err(error),
        _ => Err(HostError::Failed("there are no large files to read".to_owned())),
    }
}

/// Reads at random places of all the files together, whose sizes are given.
fn reads(files: &[(File, u64)]) -> Result<Latencies> {
    let block = BLOCK as u64;
    let blocks: u64 = files.iter().map(|(_, size)| size / block).sum();
    if blocks == 0 {
        return Err(HostError::Failed("has no size".to_owned()));
    }
    let mut taken = Latencies { size: blocks * block, ..Latencies::default() };
    // Twice the size holds a whole block at an address that O_DIRECT takes.
    let mut memory = vec![0; 2 * BLOCK];
    let offset = memory.as_ptr().align_offset(BLOCK);
    let Some(buffer) = memory.get_mut(offset..offset.saturating_add(BLOCK)) else {
        return Err(HostError::Failed("there is no aligned memory".to_owned()));
    };
    let mut random = Random::by_the_clock();
    let started = Instant::now();
    while taken.first.len() < ENOUGH && taken.zeros.len() < MOST_ZEROS && started.elapsed() < TIME {
        let mut place = random.next() % blocks;
        let file = files.iter().find(|(_, size)| match place.checked_sub(size / block) {
            Some(rest) => {
                place = rest;
                false
            }
            None => true,
        });
        let Some((file, _)) = file else { continue };
        let (length, first) = timed(|| file.read_at(buffer, place * block))?;
        if length < BLOCK {
            // The file became shorter, and its end is not a block.
            continue;
        }
        if buffer.iter().all(|byte| *byte == 0) {
            taken.zeros.push(first);
            continue;
        }
        let (_, again) = timed(|| file.read_at(buffer, place * block))?;
        taken.first.push(first);
        taken.again.push(again);
    }
    Ok(taken)
}

/// Appends blocks to a file without a name, and waits for each to reach the disk, fdatasync(2).
fn writes(directory: &Path) -> Result<Latencies> {
    // O_TMPFILE, or a new file that is unlinked before anything is written.
    let mut file = tempfile::tempfile_in(directory)?;
    let mut random = Random::by_the_clock();
    // Not zeros, which a file system that compresses would not write.
    let block: Vec<u8> = (0..BLOCK).map(|_| random.next().to_le_bytes()[7]).collect();
    let mut taken = Latencies::default();
    let started = Instant::now();
    while taken.first.len() < ENOUGH && started.elapsed() < TIME {
        let ((), time) = timed(|| file.write_all(&block).and_then(|()| file.sync_data()))?;
        taken.first.push(time);
    }
    Ok(taken)
}

/// What a call gives, and how many microseconds it took.
fn timed<T>(call: impl FnOnce() -> std::io::Result<T>) -> Result<(T, u64)> {
    let started = Instant::now();
    let value = call()?;
    Ok((value, u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)))
}

/// Marsaglia's xorshift64*: other places in each run, spread evenly. Nothing depends on their being hard to guess.
struct Random(u64);

impl Random {
    fn by_the_clock() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self((now.as_secs() << 32 ^ u64::from(now.subsec_nanos())) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed<T>(words: &str) -> Result<T> {
        Err(HostError::Failed(words.to_owned()))
    }

    /// Reads of a file of 1 MiB with this content. `None` where the file system of temporary files has no O_DIRECT.
    fn reads_of(content: &[u8]) -> Option<Latencies> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file.as_file().set_len(1 << 20).unwrap();
        file.as_file().sync_all().unwrap();
        match open(file.path(), FileType::is_file, "") {
            Ok(file) => Some(reads(&[(file, 1 << 20)]).unwrap()),
            Err(error) => {
                assert_eq!(error, HostError::Failed("cannot be read past the page cache (O_DIRECT)".to_owned()));
                None
            }
        }
    }

    #[test]
    fn every_block_with_data_is_read_twice() {
        let Some(taken) = reads_of(&[7; 1 << 20]) else { return };
        assert_eq!((taken.size, taken.zeros.len()), (1 << 20, 0));
        assert!(!taken.first.is_empty() && taken.first.len() <= ENOUGH, "{}", taken.first.len());
        assert_eq!(taken.first.len(), taken.again.len());
    }

    #[test]
    fn blocks_of_zeros_do_not_count() {
        let Some(taken) = reads_of(&[]) else { return };
        assert_eq!((taken.first.len(), taken.again.len()), (0, 0));
        assert!(!taken.zeros.is_empty() && taken.zeros.len() <= MOST_ZEROS);
        let Some(half) = reads_of(&[7; 1 << 19]) else { return };
        assert!(!half.first.is_empty() && !half.zeros.is_empty(), "{half:?}");
    }

    #[test]
    fn what_is_no_block_device_is_not_opened() {
        let directory = tempfile::tempdir().unwrap();
        let fifo = directory.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        for path in [&fifo, Path::new("/dev/null"), directory.path()] {
            assert_eq!(measure(&Measurement::Device(path.to_owned())), failed("is not a block device"));
        }
        assert_eq!(measure(&Measurement::Device("/dev/no-such-disk".into())), Err(HostError::NotFound));
        let link = directory.path().join("link");
        std::os::unix::fs::symlink("/proc/self/exe", &link).unwrap();
        for path in [&fifo, &link, Path::new("/dev/null")] {
            assert_eq!(open(path, FileType::is_file, "is not a file").map(drop), failed("is not a file"));
        }
    }

    #[test]
    fn files_are_found_on_the_file_system_of_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("small"), [7; 4096]).unwrap();
        std::os::unix::fs::symlink("/proc/kcore", directory.path().join("link")).unwrap();
        for number in 0..3 {
            std::fs::write(directory.path().join(format!("large-{number}")), vec![7; 22 << 20]).unwrap();
        }
        match large_files(directory.path()) {
            Ok(files) => {
                assert!(files.len() <= MOST_FILES && files.iter().all(|(_, size)| *size >= LARGE), "{files:?}")
            }
            Err(error) => {
                assert_eq!(error, HostError::Failed("cannot be read past the page cache (O_DIRECT)".to_owned()))
            }
        }
        assert_eq!(measure(&Measurement::Files("/no/such/directory".into())), Err(HostError::NotFound));
    }

    #[test]
    fn writes_leave_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("mine"), "untouched").unwrap();
        let taken = measure(&Measurement::Writes(directory.path().to_owned())).unwrap();
        assert!(!taken.first.is_empty() && taken.first.len() <= ENOUGH, "{}", taken.first.len());
        let names: Vec<_> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["mine"]);
        assert_eq!(std::fs::read_to_string(directory.path().join("mine")).unwrap(), "untouched");
        assert_eq!(measure(&Measurement::Writes("/no/such/directory".into())), Err(HostError::NotFound));
    }

    #[test]
    fn places_are_spread() {
        let mut random = Random(1);
        let mut counts = [0; 8];
        for _ in 0..8000 {
            counts[usize::try_from(random.next() % 8).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }
}
