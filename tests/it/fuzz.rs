//! The fuzz targets on their seeds, on what `cargo fuzz` has found, and on some hundred mutations of the seeds: what `cargo fuzz` does, for a moment and without
//! its instrumentation. The numbers are the same in every run; a failure shows the bytes that it was found with.

use std::collections::BTreeSet;
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

/// `-max_len` of `run.sh`.
const LARGEST: usize = 16 << 10;

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
    for seed in &seeds {
        assert!(seed.len() <= LARGEST, "{target}: libFuzzer would cut a seed of {} bytes", seed.len());
        survives(seed);
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    for input in std::fs::read_dir(corpus).into_iter().flatten() {
        survives(&std::fs::read(input.unwrap().path()).unwrap());
    }
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

#[test]
fn host() {
    smoke("host");
}

#[test]
fn http() {
    smoke("http");
}

#[test]
fn plan() {
    smoke("plan");
}

#[test]
fn redact_map() {
    smoke("redact_map");
}

#[test]
fn signature() {
    smoke("signature");
}

#[test]
fn archive() {
    smoke("archive");
}

#[test]
fn manifest() {
    smoke("manifest");
}

/// A target that is not in both is fuzzed by nobody.
#[test]
fn every_target_is_run_by_cargo_fuzz_and_here() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    let programs: BTreeSet<_> = manifest.lines().filter_map(|line| line.strip_prefix("name = ")).collect();
    let named = bodies::TARGETS.map(|(name, _)| format!("\"{name}\""));
    let mut expected: BTreeSet<_> = named.iter().map(String::as_str).collect();
    expected.extend(["\"rampcheck-fuzz\"", "\"seed\""]);
    assert_eq!(programs, expected);
    for (name, _) in bodies::TARGETS {
        assert!(include_str!("fuzz.rs").contains(&format!("smoke(\"{name}\")")), "{name}");
        assert!(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/targets").join(name).with_extension("rs").exists()
        );
    }
}
