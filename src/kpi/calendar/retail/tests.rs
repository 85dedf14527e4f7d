use chrono::Weekday;
use chrono_tz::UTC;

use super::{super::CalendarRules, *};
use crate::kpi::{Grain, Interval};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn calendar(
    first_weekday: Weekday,
    first_month: u32,
    weeks: WeekPattern,
    year_ends: YearEnd,
) -> Calendar {
    let rules = CalendarRules {
        first_weekday: Some(first_weekday),
        first_month: Some(first_month),
        weeks: Some(weeks),
        year_ends: Some(year_ends),
    };
    Calendar::new(UTC, rules).unwrap()
}

fn national_retail_federation() -> Calendar {
    let (weeks, ends) = (WeekPattern::FourFiveFour, YearEnd::Nearest);
    calendar(Weekday::Sun, 2, weeks, ends)
}

fn first_day(grain: Grain, of: &str, calendar: Calendar) -> String {
    grain.first_day(day(of), calendar).to_string()
}

/// As the National Retail Federation has published them; 2006, 2012, 2017 and 2023 have 53 weeks.
#[test]
fn years_of_the_national_retail_federation() {
    let published = [
        ("2006-01-29", 53),
        ("2007-02-04", 52),
        ("2008-02-03", 52),
        ("2009-02-01", 52),
        ("2010-01-31", 52),
        ("2011-01-30", 52),
        ("2012-01-29", 53),
        ("2013-02-03", 52),
        ("2014-02-02", 52),
        ("2015-02-01", 52),
        ("2016-01-31", 52),
        ("2017-01-29", 53),
        ("2018-02-04", 52),
        ("2019-02-03", 52),
        ("2020-02-02", 52),
        ("2021-01-31", 52),
        ("2022-01-30", 52),
        ("2023-01-29", 53),
        ("2024-02-04", 52),
        ("2025-02-02", 52),
        ("2026-02-01", 52),
    ];
    let calendar = national_retail_federation();
    for (first, weeks) in published {
        let last = day(first) + Days::new(weeks * 7 - 1);
        assert_eq!(first_day(Grain::Year, first, calendar), first);
        assert_eq!(first_day(Grain::Year, &last.to_string(), calendar), first);
        let after = Grain::Year.next_day(day(first), calendar);
        assert_eq!(after, last + Days::new(1), "{first}");
    }
}

/// Fiscal 2023: holiday months November and December begin on 29 October and 26 November,
/// and January has five weeks.
#[test]
fn months_of_the_national_retail_federation() {
    let calendar = national_retail_federation();
    let starts = [
        "2023-01-29",
        "2023-02-26",
        "2023-04-02",
        "2023-04-30",
        "2023-05-28",
        "2023-07-02",
        "2023-07-30",
        "2023-08-27",
        "2023-10-01",
        "2023-10-29",
        "2023-11-26",
        "2023-12-31",
        "2024-02-04",
    ];
    for (at, pair) in starts.windows(2).enumerate() {
        let (first, next) = (day(pair[0]), day(pair[1]));
        let last = next - Days::new(1);
        assert_eq!(Grain::Month.first_day(first, calendar), first);
        assert_eq!(Grain::Month.first_day(last, calendar), first);
        assert_eq!(Grain::Month.next_day(first, calendar), next);
        let quarter = day(starts[at / 3 * 3]);
        assert_eq!(Grain::Quarter.first_day(last, calendar), quarter);
    }
}

/// Apple's fiscal years end on the last Saturday of September: 2017 on the 30th, after 53
/// weeks, 2022 on the 24th, 2023 on the 30th after 53 weeks, 2024 on the 28th.
#[test]
fn years_that_end_with_the_last_saturday_of_a_month() {
    let (weeks, ends) = (WeekPattern::FourFourFive, YearEnd::Last);
    let calendar = calendar(Weekday::Sun, 10, weeks, ends);
    for (first, after) in [
        ("2016-09-25", "2017-10-01"),
        ("2021-09-26", "2022-09-25"),
        ("2022-09-25", "2023-10-01"),
        ("2023-10-01", "2024-09-29"),
    ] {
        assert_eq!(
            Grain::Year.next_day(day(first), calendar).to_string(),
            after
        );
        let last = (day(after) - Days::new(1)).to_string();
        assert_eq!(first_day(Grain::Year, &last, calendar), first);
    }
}

#[test]
fn labels_name_both_years_where_a_year_is_in_two() {
    let calendar = national_retail_federation();
    let label = |grain: Grain, of: &str| {
        let start = day(of).and_hms_opt(12, 0, 0).unwrap().and_utc();
        grain.label(grain.start(start, calendar), calendar)
    };
    // The last day of the 53rd week.
    assert_eq!(label(Grain::Year, "2024-02-03"), "2023/24");
    assert_eq!(label(Grain::Quarter, "2024-02-03"), "2023/24-Q4");
    assert_eq!(label(Grain::Month, "2024-02-03"), "2023/24-M12");
    assert_eq!(label(Grain::Week, "2024-02-03"), "2023/24-W53");
    assert_eq!(label(Grain::Day, "2024-02-03"), "2024-02-03");
    assert_eq!(label(Grain::Week, "2024-02-04"), "2024/25-W01");
    // Years that begin about the first of January are those of the calendar, though this one
    // begins on 29 December 2024.
    let (weeks, ends) = (WeekPattern::FiveFourFour, YearEnd::Nearest);
    let calendar = self::calendar(Weekday::Sun, 1, weeks, ends);
    let start = day("2024-12-29").and_hms_opt(0, 0, 0).unwrap().and_utc();
    assert_eq!(Grain::Month.label(start, calendar), "2025-M01");
}

/// The year after one of 53 weeks is compared with weeks that begin a week later than that
/// year's own, as the National Retail Federation restates it.
#[test]
fn a_year_of_53_weeks_is_restated_by_one_week() {
    let calendar = national_retail_federation();
    let interval = |from: &str, to: &str| Interval::of_days(day(from), day(to), UTC);
    let compared = |grain: Grain, first: &str| {
        let start = interval(first, first).from.unwrap();
        grain.year_before(start, calendar)
    };
    // February 2024 with the weeks from 5 February 2023, not from 29 January.
    let restated = interval("2023-02-05", "2023-03-05");
    assert_eq!(compared(Grain::Month, "2024-02-04"), restated);
    let restated = interval("2023-02-05", "2024-02-04");
    assert_eq!(compared(Grain::Year, "2024-02-04"), restated);
    // A year after one of 52 weeks with that very year.
    let whole = interval("2024-02-04", "2025-02-02");
    assert_eq!(compared(Grain::Year, "2025-02-02"), whole);
    let year = interval("2025-02-02", "2026-02-01");
    assert_eq!(year.year_before(calendar), Some(whole));
    // What lies before four weeks of February are five of January.
    let (january, february) = (
        interval("2023-12-31", "2024-02-04"),
        interval("2024-02-04", "2024-03-03"),
    );
    assert_eq!(february.previous(calendar), Some(january));
}

#[test]
fn every_day_is_in_the_bucket_that_begins_with_its_first_day() {
    for first_weekday in [Weekday::Mon, Weekday::Sat, Weekday::Sun] {
        for (weeks, _) in WeekPattern::ALL {
            for (ends, _) in YearEnd::ALL {
                for first_month in [1, 2, 7, 12] {
                    let calendar = calendar(first_weekday, first_month, weeks, ends);
                    for grain in [Grain::Month, Grain::Quarter, Grain::Year] {
                        holds_of_all_days(grain, calendar);
                    }
                }
            }
        }
    }
}

/// Buckets follow each other without gaps, each of whole weeks, and their days know them.
fn holds_of_all_days(grain: Grain, calendar: Calendar) {
    let mut first = grain.first_day(day("1999-06-15"), calendar);
    while first < day("2031-01-01") {
        let next = grain.next_day(first, calendar);
        let days = (next - first).num_days();
        let months = grain.months().unwrap();
        assert!(
            days % 7 == 0 && (28 * months..=42 * months).contains(&usize::try_from(days).unwrap())
        );
        for at in [first, first + Days::new(1), next - Days::new(1)] {
            assert_eq!(grain.first_day(at, calendar), first, "{calendar:?}");
        }
        first = next;
    }
}
