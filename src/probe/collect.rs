//! Running every probe under its deadline.
/// Deadlines.
pub struct Limits;
/// Progress.
pub struct Progress;
/// Collects.
pub fn collect() {}
