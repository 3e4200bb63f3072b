//! The vendors' rules, a row each: what is planned on which host, and what the vendor would say of it. A row reads like the
//! sentence of the rule it stands for.

mod checks;
mod measure;
mod plan;
mod ports;
mod releases;
mod sizes;
