//! Words that the tests are written in.

mod check;
mod expected;
mod folder;
mod recorded;
mod run;
#[path = "../../common/signing.rs"]
pub mod signing;
mod tree;
pub mod web;

pub use check::{Check, Finding, Report};
pub use expected::expected;
pub use folder::{Folder, scratch};
pub use recorded::{recorded, recorded_hosts};
pub use run::{Run, command, rampcheck, scrubbed};
pub use tree::{DEADLINE, Tree};

/// The day of most tests, so that ends of support do not age them.
pub const DAY: &str = "2026-11-20";

/// Does the same with every item, on as many threads as there are processors; answers in the order of the items.
pub fn in_parallel<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (work, next) = (&work, &next);
    let take = move || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(item) = items.get(number) else { return done };
            done.push((number, work(item)));
        }
    };
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, done)| done).collect()
}
