//! The fuzz targets on their seeds and on some thousand seeded mutations of them: what `cargo fuzz` does, for a moment and
//! without its instrumentation. A failure names the target, the seed and the mutation, so that it can be repeated.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the seeds are files of this tree")]

#[path = "fuzz/bodies.rs"]
mod bodies;
#[path = "fuzz/seeds.rs"]
mod seeds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Mutations of each target, in so much time at most.
const MUTATIONS: u64 = 3000;
const TIME: Duration = Duration::from_secs(8);

/// Numbers that only look random: the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }
}

/// Pieces that formats care for.
const PIECES: [&str; 16] = [
    "\"",
    "\\",
    "\n",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "<script>",
    "{",
    "]",
    "=",
    " - ",
    "\\040",
    "1e999",
    "18446744073709551616",
    "-1",
    "null",
];

/// One to four changes: a bit, a piece put in, a stretch left out or said again, a cut.
fn mutated(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let end = (at + 1 + numbers.below(40)).min(bytes.len());
        match numbers.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << numbers.below(8),
            1 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            4 => bytes.truncate(at.max(1)),
            _ => {}
        }
    }
    bytes
}

fn survives(target: &str, body: bodies::Body, bytes: &[u8], what: &str) {
    let result = catch_unwind(AssertUnwindSafe(|| body(bytes)));
    assert!(result.is_ok(), "{target}: {what}: {:?}", String::from_utf8_lossy(bytes));
}

fn smoke(target: &str) {
    let (_, body) = bodies::TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let seeds = seeds::seeds(target, Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(!seeds.is_empty(), "{target} has no seed");
    for (number, seed) in seeds.iter().enumerate() {
        survives(target, body, seed, &format!("seed {number}"));
    }
    let started = Instant::now();
    for round in 0..MUTATIONS {
        let mut numbers = Numbers(round);
        let number = numbers.below(seeds.len());
        let bytes = mutated(&seeds[number], &mut numbers);
        survives(target, body, &bytes, &format!("mutation {round} of seed {number}"));
        if started.elapsed() > TIME {
            break;
        }
    }
}

#[test]
fn report() {
    smoke("report");
}

#[test]
fn pack() {
    smoke("pack");
}

#[test]
fn os_release() {
    smoke("os_release");
}

#[test]
fn version() {
    smoke("version");
}

#[test]
fn mountinfo() {
    smoke("mountinfo");
}

#[test]
fn docker() {
    smoke("docker");
}

#[test]
fn jwt() {
    smoke("jwt");
}
