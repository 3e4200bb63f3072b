//! Ports while the platform runs, backends behind a firewall, and limits of containers.
