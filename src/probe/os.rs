//! Distribution and release.
use super::*;
/// os-release.
pub struct OsRelease;
/// Parses.
pub fn parse_os_release() {}
pub(crate) fn probe(_: &dyn Host, _: &Questions, _: &Sink) {}
