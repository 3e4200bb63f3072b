//! The fuzz targets on their seeds and on some hundred mutations of them: what `cargo fuzz` does, for a moment and without
//! its instrumentation. The numbers are the same in every run; a failure shows the bytes that it was found with.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

#[path = "../fuzz/bodies.rs"]
mod bodies;
#[path = "../fuzz/seeds.rs"]
mod seeds;

/// Mutations of each target, in so much time at most.
const MUTATIONS: u32 = 3000;
const TIME: Duration = Duration::from_secs(3);

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
    "18446744073709551615",
    "-1",
    "null",
];

/// One change of a sample, at a place that fits its length.
#[derive(Clone, Debug)]
enum Change {
    FlipBit(u8),
    PutIn(&'static str),
    LeaveOut(usize),
    SayAgain(usize),
    Cut,
}

impl Change {
    fn make(&self, at: usize, bytes: &mut Vec<u8>) {
        let end = |length: usize| (at + length).min(bytes.len());
        match *self {
            Self::FlipBit(bit) => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit),
            Self::PutIn(piece) => drop(bytes.splice(at..at, piece.bytes())),
            Self::LeaveOut(length) => drop(bytes.drain(at..end(length))),
            Self::SayAgain(length) => {
                let again = bytes[at..end(length)].to_vec();
                drop(bytes.splice(at..at, again));
            }
            Self::Cut => bytes.truncate(at),
        }
    }
}

/// A seed with one to four changes.
fn mutations(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = prop_oneof![
        (0..8_u8).prop_map(Change::FlipBit),
        select(&PIECES[..]).prop_map(Change::PutIn),
        (1..=40_usize).prop_map(Change::LeaveOut),
        (1..=40_usize).prop_map(Change::SayAgain),
        Just(Change::Cut),
    ];
    (select(seeds), vec((any::<Index>(), change), 1..=4)).prop_map(|(mut bytes, changes)| {
        for (at, change) in changes {
            let at = at.index(bytes.len() + 1);
            change.make(at, &mut bytes);
        }
        bytes
    })
}

fn smoke(target: &str) {
    let (_, body) = bodies::TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let survives = |bytes: &[u8]| {
        let result = catch_unwind(AssertUnwindSafe(|| body(bytes)));
        assert!(result.is_ok(), "{target}: {:?}", String::from_utf8_lossy(bytes));
    };
    let seeds = seeds::seeds(target, Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(!seeds.is_empty(), "{target} has no seed");
    seeds.iter().for_each(|seed| survives(seed));
    let mutations = mutations(seeds);
    let mut runner = TestRunner::deterministic();
    let started = Instant::now();
    for _ in 0..MUTATIONS {
        survives(&mutations.new_tree(&mut runner).unwrap().current());
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
