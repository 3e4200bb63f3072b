//! The support window of the product's release, as a finding shows it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::check::{Authority, Check, Line, Operator, Scope, State, Support, supported, way_on, window};

/// From so many days before the end on, the way on is shown.
const ENDING: i64 = 30;

/// Until when the release is supported, who says so, and where to go from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SupportWindow {
    /// The release.
    pub version: String,
    /// Its line.
    pub line: String,
    /// A long-term line.
    pub lts: bool,
    /// Who says until when.
    pub source: Authority,
    /// Where that was read.
    pub read_in: String,
    /// Day of the source: the list's timestamp, or the calendar's review.
    pub source_date: Date,
    /// Fingerprint of the key that signed the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Last day of support that is certain.
    pub until: Date,
    /// A later last day that is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_possible: Option<Date>,
    /// Days left that are certain; negative when over.
    pub days_left: i64,
    /// Lines supported on the day judged, oldest first.
    pub supported_today: Vec<Line>,
    /// Where to go, when it has ended or is about to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go_to: Option<GoTo>,
}

/// Where to go from a release, without skipping a major.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GoTo {
    /// Line to end on.
    pub version: String,
    /// It is a long-term line.
    pub lts: bool,
    /// Lines to go through, one of each major; the last is the goal.
    pub steps: Vec<String>,
}

impl SupportWindow {
    /// The window of a check that expects it to be open; `None` for other checks, and where it cannot be told.
    pub(super) fn of(check: &Check, scope: &Scope<'_>) -> Option<Self> {
        let looks = |leaf: &&crate::check::Leaf| leaf.operator == Operator::WithinSupport(Support::Open);
        check.expect.leaves().iter().find(|leaf| looks(leaf))?;
        let window = window(scope.facts, scope.calendar)?.ok()?;
        let days_left = window.days_left(scope.today);
        let leave = window.state(scope.today) != State::Open || days_left <= ENDING;
        let way = leave.then(|| way_on(&window.version, scope.facts, scope.calendar, scope.today)).flatten();
        let key = scope.facts.get("server.list.key").and_then(|fact| fact.text()).map(str::to_owned);
        Some(Self {
            line: window.line,
            lts: window.lts,
            source: window.authority,
            read_in: window.source,
            source_date: window.source_date,
            key: key.filter(|_| window.authority == Authority::SignedList),
            until: window.until,
            until_possible: window.until_possible,
            days_left,
            supported_today: supported(scope.facts, scope.calendar, scope.today),
            go_to: way.map(|(goal, steps)| GoTo {
                version: goal.line,
                lts: goal.lts,
                steps: steps.into_iter().map(|step| step.line).collect(),
            }),
            version: window.version,
        })
    }
}
