//! Child processes.
/// Stops every running child and its process group.
pub fn stop_all() {}
