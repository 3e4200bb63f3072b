//! What the times of random reads tell about a disk, where they are unmistakable.
//!
//! A rotating disk moves its arm and then waits for the platter: at 15,000 revolutions a minute that alone takes 0 to 4 ms, at
//! 7200 it takes 0 to 8.3 ms. So the median of reads at random places, one after another, is never below 1 ms, and they
//! differ from each other by some milliseconds. Flash reads a page in some 0.1 ms, and no network that carries disks makes
//! 5 ms of that.
//!
//! What can pretend to be fast is memory in front of a rotating disk: the page cache of a hypervisor, a RAID controller, a
//! storage array. It cannot hold everything, so that some of the random places are read from the platter, which the 99th
//! percentile shows. A small disk that was just written it can hold as a whole. That is ruled out if the reads took longer
//! than memory takes. Memory shows its own time when a place is read again, and when a thin disk answers zeros from nowhere.
//! It is ruled out as well if the data read from is larger than what a machine has to spare for one guest. Otherwise the
//! kind of disk stays unknown.
//!
//! What can pretend to be slow is flash that is throttled or busy. Throttled reads are slow evenly. A busy disk is slow the
//! second time, too, whereas a rotating one has the place in its buffer by then. Both stay unknown.

use crate::host::Latencies;

/// Fewer reads tell nothing.
const ENOUGH: usize = 64;
/// Flash: the median, and 99 % of the reads, in microseconds.
const FLASH_MEDIAN: u64 = 1000;
const FLASH_SLOWEST: u64 = 5000;
/// A rotating disk: the median, the fastest tenth, and how far apart the fastest and the slowest tenth are.
const ROTATING_MEDIAN: u64 = 5000;
const ROTATING_FASTEST: u64 = 1000;
const ROTATING_SPREAD: u64 = 3000;
/// What flash takes longer than memory to read a page.
const FLASH_READ: u64 = 40;
/// Memory of the machine below answers sooner, even to a slow guest.
const MEMORY_SLOWEST: u64 = 200;
/// What no machine has to spare as a cache for one guest.
const LARGER_THAN_CACHES: u64 = 256 << 30;

/// What a measurement says of the disk.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Conclusion {
    Ssd,
    Hdd,
    /// Why it says nothing.
    Unclear(&'static str),
}

/// The time within which this share of the reads or writes ends, in microseconds: the smallest that is not exceeded by more
/// than the rest of them. 0 if there are none.
pub(super) fn percentile(times: &[u64], percent: usize) -> u64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// What a measurement of reads says of the disk.
pub(super) fn conclude(taken: &Latencies) -> Conclusion {
    let [fastest, median, slow, slowest] = [10, 50, 90, 99].map(|percent| percentile(&taken.first, percent));
    if taken.first.len() < ENOUGH {
        Conclusion::Unclear("too few blocks that hold data were read to conclude from")
    } else if median < FLASH_MEDIAN && slowest < FLASH_SLOWEST {
        if is_beyond_caches(taken, median) {
            Conclusion::Ssd
        } else {
            Conclusion::Unclear("that is as fast as memory, so that a cache below this machine cannot be ruled out")
        }
    } else if median < FLASH_MEDIAN {
        Conclusion::Unclear(
            "the median is that of flash or of a cache, but some reads took as long as on a rotating disk",
        )
    } else if median < ROTATING_MEDIAN {
        Conclusion::Unclear("that is neither clearly flash nor clearly a rotating disk")
    } else if fastest >= ROTATING_FASTEST
        && slow - fastest >= ROTATING_SPREAD
        && percentile(&taken.again, 50) <= median / 2
    {
        Conclusion::Hdd
    } else {
        Conclusion::Unclear("that is as slow as a rotating disk, but in the way of a disk that is throttled or busy")
    }
}

/// Whether fast reads came from the disk, and not from memory in front of it.
fn is_beyond_caches(taken: &Latencies, median: u64) -> bool {
    let memory = [&taken.again, &taken.zeros]
        .into_iter()
        .filter(|times| times.len() >= ENOUGH)
        .map(|times| percentile(times, 50))
        .min()
        .unwrap_or(median);
    let (data, all) = (taken.first.len() as u64, (taken.first.len() + taken.zeros.len()) as u64);
    median >= MEMORY_SLOWEST
        || (median >= memory.saturating_add(FLASH_READ) && 2 * median >= 3 * memory)
        || taken.size / all.max(1) * data >= LARGER_THAN_CACHES
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 reads whose times go evenly from one to another, and second reads of the same places.
    fn reads((from, to): (u64, u64), again: u64) -> Latencies {
        let first = (0..200).map(|step| from + (to - from) * step / 199).collect();
        Latencies { size: 40 << 30, first, again: vec![again; 200], zeros: Vec::new() }
    }

    fn unclear(taken: &Latencies) -> &'static str {
        match conclude(taken) {
            Conclusion::Unclear(why) => why,
            conclusion => panic!("{conclusion:?}: {taken:?}"),
        }
    }

    #[test]
    fn what_is_unmistakable() {
        for (what, times, again, expected) in [
            ("a disk of 7200 revolutions", (4000, 16_000), 200, Conclusion::Hdd),
            ("a disk of 15,000 revolutions, short strokes", (3500, 7500), 100, Conclusion::Hdd),
            ("flash behind a hypervisor's cache", (90, 160), 40, Conclusion::Ssd),
            ("flash over a network, nothing cached", (300, 900), 600, Conclusion::Ssd),
        ] {
            assert_eq!(conclude(&reads(times, again)), expected, "{what}");
        }
    }

    #[test]
    fn what_is_not() {
        for (what, times, again, words) in [
            ("all of it in the hypervisor's memory", (35, 60), 45, "a cache below this machine cannot be ruled out"),
            ("flash as fast as that, and no cache", (80, 130), 100, "a cache below this machine cannot be ruled out"),
            ("a slow network", (1500, 3500), 1500, "neither clearly flash"),
            ("just too slow for flash", (1000, 1000), 100, "neither clearly flash"),
            ("a limit of 100 reads a second", (9900, 10_100), 10_000, "throttled or busy"),
            ("flash that others keep busy", (2000, 30_000), 14_000, "throttled or busy"),
        ] {
            assert!(unclear(&reads(times, again)).contains(words), "{what}");
        }
    }

    #[test]
    fn a_cache_that_does_not_hold_everything_shows() {
        let mut half = reads((35, 60), 45);
        for time in half.first.iter_mut().step_by(20) {
            *time = 9000;
        }
        assert!(
            unclear(&half).contains("some reads took as long as on a rotating disk"),
            "one read in twenty came from the platter"
        );
    }

    #[test]
    fn memory_shows_its_time_by_zeros_too() {
        let thin = |zeros| Latencies { zeros: vec![zeros; 1000], ..reads((80, 130), 100) };
        assert_eq!(conclude(&thin(40)), Conclusion::Ssd);
        assert!(unclear(&thin(100)).contains("cannot be ruled out"), "zeros are read from the disk as well");
        let few = Latencies { zeros: vec![1; 10], ..reads((80, 130), 100) };
        assert!(unclear(&few).contains("cannot be ruled out"));
    }

    #[test]
    fn no_cache_holds_a_large_disk() {
        let large = Latencies { size: 2 << 40, ..reads((80, 130), 100) };
        assert_eq!(conclude(&large), Conclusion::Ssd);
        let empty = Latencies { zeros: vec![100; 4000], ..large };
        assert!(unclear(&empty).contains("cannot be ruled out"), "2 TiB, of which 100 GB hold data");
    }

    #[test]
    fn a_few_reads_tell_nothing() {
        let few = |count| {
            let mut few = reads((4000, 16_000), 200);
            few.first = few.first.into_iter().step_by(200 / count).take(count).collect();
            few
        };
        assert!(unclear(&few(63)).contains("too few"));
        assert_eq!(conclude(&few(64)), Conclusion::Hdd);
        assert!(unclear(&Latencies::default()).contains("too few"));
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<_> = (1..=100).rev().collect();
        assert_eq!([1, 50, 99, 100].map(|percent| percentile(&times, percent)), [1, 50, 99, 100]);
        assert_eq!([50, 99].map(|percent| percentile(&[7, 9], percent)), [7, 9]);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn any_recorded_figures_are_taken() {
        let huge =
            Latencies { size: u64::MAX, first: vec![u64::MAX; 64], again: vec![u64::MAX; 64], zeros: vec![0; 64] };
        assert!(matches!(conclude(&huge), Conclusion::Unclear(_)));
        let again = Latencies { first: vec![1; 64], ..huge };
        assert!(matches!(conclude(&again), Conclusion::Ssd), "it is as large as that");
    }
}
