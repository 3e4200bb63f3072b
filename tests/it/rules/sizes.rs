//! What suffices for a size of the vendor's tables.
