//! The lines about a support window that a person needs when it has ended or is about to.

use crate::evaluate::SupportWindow;

/// Labels and texts below a finding.
pub fn lines(window: &SupportWindow) -> Vec<(&'static str, String)> {
    let lts = |lts: bool| if lts { " LTS" } else { "" };
    let mut lines = Vec::new();
    if let Some(goal) = &window.go_to {
        let way = match goal.steps.as_slice() {
            [stops @ .., _] if !stops.is_empty() => format!(", by way of {}", stops.join(" and ")),
            _ => String::new(),
        };
        lines.push(("go to", format!("{}{}{way}", goal.version, lts(goal.lts))));
        let supported = window.supported_today.iter();
        let supported: Vec<_> =
            supported.map(|line| format!("{}{} until {}", line.line, lts(line.lts), line.until)).collect();
        lines.push(("open", format!("supported that day: {}", supported.join(", "))));
    }
    if let Some(key) = &window.key {
        lines.push(("key", key.clone()));
    }
    lines
}
