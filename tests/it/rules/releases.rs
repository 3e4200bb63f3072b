//! Releases, their last days of support, and the MongoDB that each needs.
