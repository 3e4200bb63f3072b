//! Month arithmetic of support windows: they end with a month, some months after the one of the release.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Months that a release is supported, and a long-term one.
const MONTHS: i32 = 6;
const MONTHS_LTS: i32 = 12;

/// Last day of support by the vendor's rule: the last day of the month six months on, twelve for a long-term release.
pub(super) fn end_of_support(released: Date, lts: bool) -> Date {
    let months = if lts { MONTHS_LTS } else { MONTHS };
    released.saturating_add(months.months()).last_of_month()
}

/// The later day that is possible where a release came out on the last day of a month: the vendor has counted such
/// releases from the next month, too.
pub(super) fn possible_end(released: Date, lts: bool) -> Option<Date> {
    (released == released.last_of_month()).then(|| end_of_support(released.saturating_add(1.day()), lts))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{days, utc_day};

    #[test]
    fn windows_of_releases_that_the_vendor_has_published() {
        for (released, lts, until, possible) in [
            (date(2025, 4, 7), false, date(2025, 10, 31), None),
            (date(2023, 8, 2), false, date(2024, 2, 29), None),
            (date(2024, 8, 9), false, date(2025, 2, 28), None),
            (date(2025, 9, 4), true, date(2026, 9, 30), None),
            (date(2025, 8, 31), false, date(2026, 2, 28), Some(date(2026, 3, 31))),
            (date(2024, 2, 29), true, date(2025, 2, 28), Some(date(2025, 3, 31))),
            (date(2024, 10, 31), false, date(2025, 4, 30), Some(date(2025, 5, 31))),
        ] {
            assert_eq!((end_of_support(released, lts), possible_end(released, lts)), (until, possible), "{released}");
        }
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (2000i16..2400, 1i8..=12, 1i8..=31)
            .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
    }

    proptest! {
        #[test]
        fn a_window_ends_with_the_sixth_or_twelfth_month(released in any_day(), lts: bool) {
            let until = end_of_support(released, lts);
            let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
            prop_assert_eq!(months(until) - months(released), if lts { 12 } else { 6 });
            prop_assert!(until.tomorrow().is_ok_and(|next| next.day() == 1));
        }

        #[test]
        fn every_release_of_a_month_ends_on_the_same_day(released in any_day(), lts: bool) {
            let until = end_of_support(released, lts);
            prop_assert_eq!(until, end_of_support(released.first_of_month(), lts));
            prop_assert_eq!(until, end_of_support(released.last_of_month(), lts));
        }

        #[test]
        fn only_a_months_last_day_is_doubtful(released in any_day(), lts: bool) {
            let last = released.tomorrow().is_ok_and(|next| next.day() == 1);
            let possible = possible_end(released, lts);
            prop_assert_eq!(possible.is_some(), last);
            if let Some(possible) = possible {
                let until = end_of_support(released, lts);
                prop_assert!((28..=31).contains(&days(until, possible)));
                prop_assert_eq!(possible, possible.last_of_month());
            }
        }

        #[test]
        fn a_later_release_never_ends_earlier(one in any_day(), other in any_day(), lts: bool) {
            prop_assert!(one > other || end_of_support(one, lts) <= end_of_support(other, lts));
        }

        #[test]
        fn days_count_like_tomorrow(day in any_day(), number in 0i64..3000) {
            let later = day.saturating_add(number.days());
            prop_assert_eq!((days(day, later), days(later, day)), (number, -number));
        }

        /// A moment is one day in UTC, whatever offset it was written with.
        #[test]
        fn offsets_do_not_move_the_day(seconds in 0i64..4_000_000_000, offset in -14i8..=14) {
            let moment = Timestamp::from_second(seconds).unwrap();
            let written = moment.display_with_offset(Offset::constant(offset)).to_string();
            let read: Timestamp = written.parse().unwrap();
            prop_assert_eq!(utc_day(read), utc_day(moment));
        }

        #[test]
        fn the_ends_of_the_calendar_do_not_overflow(year in prop_oneof![Just(-9999i16), Just(9999)], lts: bool) {
            for day in [Date::constant(year, 1, 1), Date::constant(year, 12, 31)] {
                let _ = (end_of_support(day, lts), possible_end(day, lts), days(day, Date::MIN), days(Date::MIN, day));
            }
        }
    }
}
