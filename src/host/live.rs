//! The machine rampcheck runs on.
/// The machine rampcheck runs on, or a tree of files below a root.
pub struct Live;
