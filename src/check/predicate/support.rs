//! `within_support`: what a check expects of the support window of the product's release.

use super::super::window::{Authority, State, Window, window};
use super::{Leaf, Operator, Scope};

/// What is expected of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It is open, or may be.
    Open,
    /// More than so many days of it are left.
    DaysLeft(u32),
    /// It is not between a certain and a possible last day.
    Certain,
    /// What says so is at most so many days old.
    SourceDays(u32),
}

impl Support {
    /// Whether it holds; `None` when the window cannot be told.
    pub(super) fn holds(self, scope: &Scope<'_>) -> Option<bool> {
        let window = window(scope.facts, scope.calendar)?.ok()?;
        Some(match self {
            Self::Open => window.state(scope.today) != State::Ended,
            Self::DaysLeft(days) => window.days_left(scope.today) > i64::from(days),
            Self::Certain => window.state(scope.today) != State::Doubtful,
            Self::SourceDays(most) => window.source_age(scope.today) <= i64::from(most),
        })
    }

    pub(super) fn needed(self, scope: &Scope<'_>) -> String {
        match self {
            Self::Open => format!("inside its support window on {}", scope.today),
            Self::DaysLeft(days) => format!("more than {days} days of support left"),
            Self::Certain => "a last day of support that is certain".to_owned(),
            Self::SourceDays(days) => format!("a source at most {days} days old"),
        }
    }
}

impl Leaf {
    /// The window in words, for a leaf that expects it to be open.
    pub fn open(&self, scope: &Scope<'_>) -> Option<String> {
        (self.operator == Operator::WithinSupport(Support::Open)).then(|| self.support(scope)).flatten()
    }

    /// The window in words, or why it cannot be told, for a leaf that looks at one.
    pub fn support(&self, scope: &Scope<'_>) -> Option<String> {
        let Operator::WithinSupport(_) = self.operator else { return None };
        Some(match window(scope.facts, scope.calendar)? {
            Ok(window) => in_words(&window, scope),
            Err(reason) => reason,
        })
    }
}

/// Until when, how many days, and who says so.
fn in_words(window: &Window, scope: &Scope<'_>) -> String {
    let left = window.days_left(scope.today);
    let days = |number: i64| format!("{number} {}", if number == 1 { "day" } else { "days" });
    let until = window.until;
    let state = match (window.state(scope.today), window.until_possible) {
        (State::Open, Some(possible)) => format!("supported until {until} ({} left), possibly {possible}", days(left)),
        (State::Open, None) => format!("supported until {until} ({} left)", days(left)),
        (State::Doubtful, Some(possible)) => format!(
            "support ended {until} or ends {possible}: the first release of {} came out on the last day of a month, and the vendor has counted such ones from the next month, too",
            window.line
        ),
        _ => format!("support ended {} ({} ago)", window.until_possible.unwrap_or(until), days(-left)),
    };
    let lts = if window.lts { ", a long-term line" } else { "" };
    let (date, age) = (window.source_date, window.source_age(scope.today));
    let old = if age > 0 { format!(", {} old", days(age)) } else { String::new() };
    let by = match window.authority {
        Authority::SignedList => format!("the signed list of {date}{old} ({})", window.source),
        Authority::Calendar => format!("{}, reviewed {date}{old}", window.source),
        Authority::ReleaseDate => format!("the vendor's rule from its day of release, in {}", window.source),
    };
    format!("{state}{lts}; by {by}")
}
