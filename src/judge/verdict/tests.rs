use super::*;
use crate::judge::testing::{finding, waived};
use Level::{Recommended, Required};

/// The sorts of findings, in the order of the columns below.
fn sorts() -> [Vec<Finding>; 7] {
    let of = |level, outcome| vec![finding("x", level, outcome, None)];
    let waived = [(Required, Outcome::Fail), (Required, Outcome::Unknown), (Recommended, Outcome::Fail)]
        .map(|(level, outcome)| finding("x", level, outcome, Some(waived(false))));
    [
        of(Required, Outcome::Fail),
        of(Required, Outcome::Unknown),
        of(Recommended, Outcome::Fail),
        of(Recommended, Outcome::Unknown),
        waived.to_vec(),
        [of(Required, Outcome::Pass), of(Recommended, Outcome::Pass)].concat(),
        of(Required, Outcome::Skipped),
    ]
}

/// Which findings there are, and the verdict: `x` is there, `-` is not, `*` may be.
const TABLE: [(&str, Verdict); 8] = [
    // required          recommended       either
    // failed  unknown   failed  unknown   waived  passed  skipped
    ("   x       *         *       *         *       *       *   ", Verdict::Unsupported),
    ("   -       x         *       *         *       *       *   ", Verdict::Undetermined),
    ("   -       -         x       *         *       *       *   ", Verdict::SupportedWithWarnings),
    ("   -       -         -       x         *       *       *   ", Verdict::SupportedWithWarnings),
    ("   -       -         -       -         x       *       *   ", Verdict::SupportedWithWarnings),
    ("   -       -         -       -         -       x       *   ", Verdict::Supported),
    // Nothing was evaluated.
    ("   -       -         -       -         -       -       x   ", Verdict::Undetermined),
    ("   -       -         -       -         -       -       -   ", Verdict::Undetermined),
];

#[test]
fn the_verdict_over_every_combination_of_findings() {
    let sorts = sorts();
    for combination in 0..1_u32 << sorts.len() {
        let is_there = |sort: usize| combination & (1 << sort) != 0;
        let fits = |row: &&(&str, Verdict)| {
            let mut cells = row.0.split_whitespace().enumerate();
            cells.all(|(sort, cell)| cell == "*" || (cell == "x") == is_there(sort))
        };
        let rows: Vec<_> = TABLE.iter().filter(fits).collect();
        let [(row, expected)] = rows[..] else { panic!("{combination:07b} is in {} rows", rows.len()) };
        let findings: Vec<_> =
            sorts.iter().enumerate().filter(|(sort, _)| is_there(*sort)).flat_map(|(_, sort)| sort.clone()).collect();
        assert_eq!(verdict(&findings), *expected, "{row}, {combination:07b}");
        let backwards: Vec<_> = findings.into_iter().rev().collect();
        assert_eq!(verdict(&backwards), *expected, "{row}, {combination:07b} backwards");
    }
}

#[test]
fn an_expired_waiver_changes_no_verdict() {
    for level in [Required, Recommended] {
        for outcome in [Outcome::Pass, Outcome::Fail, Outcome::Unknown, Outcome::Skipped] {
            let of = |waiver| verdict(&[finding("x", level, outcome, waiver)]);
            assert_eq!(of(Some(waived(true))), of(None), "{level:?} {outcome:?}");
        }
    }
}

#[test]
fn verdicts_are_ordered_by_severity() {
    use Verdict::{Supported, SupportedWithWarnings, Undetermined, Unsupported};
    assert!([Supported, SupportedWithWarnings, Undetermined, Unsupported].is_sorted());
}

#[test]
fn a_summary_has_every_id_once_under_its_status() {
    let findings = [
        finding("a", Required, Outcome::Pass, None),
        finding("b", Required, Outcome::Fail, None),
        finding("c", Recommended, Outcome::Fail, None),
        finding("d", Required, Outcome::Unknown, None),
        finding("e", Required, Outcome::Fail, Some(waived(false))),
        finding("f", Required, Outcome::Skipped, None),
        finding("g", Required, Outcome::Fail, Some(waived(true))),
        finding("h", Required, Outcome::Pass, None),
        finding("i", Required, Outcome::Pass, None),
    ];
    let summary = Summary::of(&findings);
    for (status, ids) in [
        (Status::Failed, &["b", "g"][..]),
        (Status::Warning, &["c"]),
        (Status::Unknown, &["d"]),
        (Status::Waived, &["e"]),
        (Status::Passed, &["a", "h", "i"]),
        (Status::Skipped, &["f"]),
    ] {
        assert_eq!(summary.ids(status), ids, "{status:?}");
    }
    assert_eq!(summary.total(), findings.len());
    assert_eq!(Summary::default().total(), 0);
}
