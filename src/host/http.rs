//! HTTP over a Unix socket or a loopback port.
