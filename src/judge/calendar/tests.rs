use jiff::civil::date;

use super::*;
use crate::judge::testing::{pack, releases, source};

#[test]
fn a_pack_without_releases_has_no_calendar() {
    assert_eq!(calendar(&pack(vec![], vec![]), date(2026, 11, 20)), None);
}

#[test]
fn every_line_as_of_a_day_in_the_order_of_the_ends() {
    use Standing::{Ended, Supported, Uncertain, Unreleased};
    let pack = Pack { releases: Some(releases()), ..pack(vec![], vec![]) };
    for (today, expected) in [
        // The last day itself, then days on which the vendor may have counted otherwise.
        (date(2026, 10, 31), [("7.10", Ended, -31), ("8.4", Supported, 0), ("9.1", Unreleased, 242)]),
        (date(2026, 11, 1), [("7.10", Ended, -32), ("8.4", Uncertain, -1), ("9.1", Unreleased, 241)]),
        (date(2026, 11, 30), [("7.10", Ended, -61), ("8.4", Uncertain, -30), ("9.1", Unreleased, 212)]),
        (date(2026, 12, 14), [("7.10", Ended, -75), ("8.4", Ended, -44), ("9.1", Unreleased, 198)]),
        (date(2026, 12, 15), [("7.10", Ended, -76), ("8.4", Ended, -45), ("9.1", Supported, 197)]),
    ] {
        let rows = calendar(&pack, today).unwrap().releases;
        for (line, standing, days_left) in expected {
            let row = rows.iter().find(|row| row.line == line).unwrap();
            assert_eq!((row.standing, row.days_left), (standing, days_left), "{line} on {today}");
        }
    }
    let calendar = calendar(&pack, date(2026, 11, 20)).unwrap();
    let lines: Vec<_> = calendar.releases.iter().map(|row| row.line.as_str()).collect();
    // 8.4 may last to the end of November, 8.9 to that of the next.
    let by_end = ["6.0", "6.13", "7.0", "7.9", "7.13", "8.0", "7.10", "8.4", "8.6", "9.0", "8.5", "9.1", "8.9"];
    assert_eq!(lines, by_end);
    let Calendar { product, title, reviewed, source: url, .. } = &calendar;
    assert_eq!(
        (product.as_str(), title.as_str(), *reviewed, url),
        ("thing", "Thing", date(2026, 11, 18), &source().url)
    );
    let long_term: Vec<_> = calendar.releases.iter().filter(|row| row.lts).map(|row| row.line.as_str()).collect();
    assert_eq!(long_term, ["7.10", "8.5", "8.9"]);
    let row = calendar.releases.iter().find(|row| row.line == "8.9").unwrap();
    assert_eq!(
        (row.released.as_str(), row.until, row.until_possible),
        ("2026-10", date(2027, 10, 31), Some(date(2027, 11, 30)))
    );
}
