//! Deployment methods, platforms, remedies, and words for what was found.
