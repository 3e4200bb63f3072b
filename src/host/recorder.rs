//! Records what a host was asked.
/// Records what a host was asked.
pub struct Recorder;
