use jiff::civil::date;

use super::*;
use crate::judge::testing::{finding, waived};
use Level::{Recommended, Required};

#[test]
fn a_status_joins_outcome_level_and_waiver() {
    for (outcome, level, plain, with_waiver) in [
        (Outcome::Pass, Required, Status::Passed, Status::Passed),
        (Outcome::Pass, Recommended, Status::Passed, Status::Passed),
        (Outcome::Fail, Required, Status::Failed, Status::Waived),
        (Outcome::Fail, Recommended, Status::Warning, Status::Waived),
        (Outcome::Unknown, Required, Status::Unknown, Status::Waived),
        (Outcome::Unknown, Recommended, Status::Unknown, Status::Waived),
        (Outcome::Skipped, Required, Status::Skipped, Status::Skipped),
        (Outcome::Skipped, Recommended, Status::Skipped, Status::Skipped),
    ] {
        // An expired waiver counts as if there were none.
        for (waiver, expected) in [(None, plain), (Some(waived(true)), plain), (Some(waived(false)), with_waiver)] {
            let finding = finding("x", level, outcome, waiver);
            assert_eq!(finding.status(), expected, "{outcome:?}, {level:?}, {:?}", finding.waiver);
        }
    }
    assert!(Status::ALL.is_sorted(), "a reader's attention: {:?}", Status::ALL);
}

#[test]
fn a_waiver_counts_through_its_last_day() {
    for (until, expired) in [
        (None, false),
        (Some(date(2026, 11, 21)), false),
        (Some(date(2026, 11, 20)), false),
        (Some(date(2026, 11, 19)), true),
    ] {
        let waiver = Waiver { id: "x".into(), reason: "array".into(), who: Some("Ada".into()), until };
        let expected = Waived { reason: "array".into(), who: Some("Ada".into()), until, expired, wrong_clock: false };
        assert_eq!(Waived::on(date(2026, 11, 20), false, &waiver), expected);
    }
}
