use chrono_tz::{Europe::Paris, UTC};

use super::{super::calendar::CalendarRules, *};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(from: &str, to: &str) -> Interval {
    Interval::of_days(day(from), day(to), Paris)
}

/// Years from July, weeks from Sunday.
fn fiscal() -> Calendar {
    let rules = CalendarRules {
        first_weekday: Some(Weekday::Sun),
        first_month: Some(7),
        ..CalendarRules::default()
    };
    Calendar::new(Paris, rules).unwrap()
}

#[test]
fn fiscal_years_begin_with_their_first_month() {
    let first = |grain: Grain, of: &str| grain.first_day(day(of), fiscal()).to_string();
    assert_eq!(first(Grain::Year, "2024-06-30"), "2023-07-01");
    assert_eq!(first(Grain::Year, "2024-07-01"), "2024-07-01");
    assert_eq!(first(Grain::Quarter, "2024-03-31"), "2024-01-01");
    assert_eq!(first(Grain::Quarter, "2024-12-31"), "2024-10-01");
    assert_eq!(first(Grain::Month, "2024-12-31"), "2024-12-01");
    // A Saturday, and the Sunday after it.
    assert_eq!(first(Grain::Week, "2024-08-17"), "2024-08-11");
    assert_eq!(first(Grain::Week, "2024-08-18"), "2024-08-18");
    let next = |grain: Grain, of: &str| grain.next_day(day(of), fiscal()).to_string();
    assert_eq!(next(Grain::Year, "2024-02-29"), "2024-07-01");
    assert_eq!(next(Grain::Quarter, "2024-02-29"), "2024-04-01");
}

#[test]
fn fiscal_buckets_are_labelled_by_their_year() {
    let label = |grain: Grain, of: &str| {
        let at = start_of_day(day(of), Paris);
        grain.label(grain.start(at, fiscal()), fiscal())
    };
    assert_eq!(label(Grain::Year, "2024-06-30"), "2023/24");
    assert_eq!(label(Grain::Quarter, "2024-06-30"), "2023/24-Q4");
    assert_eq!(label(Grain::Quarter, "2024-07-01"), "2024/25-Q1");
    assert_eq!(label(Grain::Month, "2024-07-01"), "2024-07");
    assert_eq!(label(Grain::Week, "2024-08-17"), "2024-08-11/P1W");
    assert_eq!(label(Grain::Year, "1999-12-31"), "1999/00");
}

#[test]
fn a_fiscal_year_is_compared_with_the_one_before() {
    let (from, to) = days("2024-07-01", "2025-07-01").bounds().unwrap();
    assert_eq!(Grain::Year.bucket(from, fiscal()).to, Some(to));
    let before = Grain::Year.year_before(from, fiscal());
    assert_eq!(before, days("2023-07-01", "2024-07-01"));
}

#[test]
fn the_day_the_clocks_go_forward_has_23_hours() {
    let hours = |from, to| {
        let (from, to) = days(from, to).bounds().unwrap();
        Grain::Hour.starts(from, to, Paris.into()).unwrap().len()
    };
    assert_eq!(hours("2024-03-31", "2024-04-01"), 23);
    assert_eq!(hours("2024-10-27", "2024-10-28"), 25);
}

#[test]
fn buckets_start_where_the_calendar_says() {
    let instant = utc("2024-08-15T12:34:56Z");
    let starts = [
        (Grain::Hour, "2024-08-15T12:00:00Z"),
        (Grain::Day, "2024-08-14T22:00:00Z"),
        (Grain::Week, "2024-08-11T22:00:00Z"),
        (Grain::Month, "2024-07-31T22:00:00Z"),
        (Grain::Quarter, "2024-06-30T22:00:00Z"),
        (Grain::Year, "2023-12-31T23:00:00Z"),
    ];
    for (grain, start) in starts {
        assert_eq!(grain.start(instant, Paris.into()), utc(start), "{grain:?}");
    }
}

#[test]
fn next_and_previous_are_each_others_inverse() {
    for grain in Grain::ALL {
        let start = grain.start(utc("2024-03-31T12:00:00Z"), Paris.into());
        let next = grain.next(start, Paris.into());
        assert!(next > start, "{grain:?}");
        assert_eq!(grain.previous(next, Paris.into()), start, "{grain:?}");
    }
}

#[test]
fn a_week_is_compared_with_the_one_52_weeks_before() {
    let monday = start_of_day(day("2024-08-12"), Paris);
    let before = Grain::Week.year_before(monday, Paris.into());
    assert_eq!(before, days("2023-08-14", "2023-08-21"));
}

#[test]
fn the_bucket_before_a_half_month_is_a_whole_month() {
    let half = days("2024-03-10", "2024-05-01");
    let before = with_buckets_before(&[half], Grain::Month, half, Paris.into());
    assert_eq!(before, [days("2024-02-01", "2024-03-01"), half]);
    let whole = days("2024-03-01", "2024-05-01");
    let before = with_buckets_before(&[whole], Grain::Month, whole, Paris.into());
    assert_eq!(before, [days("2024-02-01", "2024-05-01")]);
    let all = Interval::default();
    assert_eq!(
        with_buckets_before(&[all], Grain::Month, all, Paris.into()),
        [all]
    );
}

#[test]
fn an_hour_ends_where_the_clock_leaps_out_of_it() {
    // On 7 April 2024 the clocks of Lord Howe went from 02:00 back to 01:30.
    let zone = chrono_tz::Australia::Lord_Howe;
    let (from, to) = (utc("2024-04-06T14:00:00Z"), utc("2024-04-06T16:30:00Z"));
    let starts = Grain::Hour.starts(from, to, zone.into()).unwrap();
    let expected = [
        "2024-04-06T14:00:00Z",
        "2024-04-06T15:00:00Z",
        "2024-04-06T15:30:00Z",
    ];
    assert_eq!(starts, expected.map(utc));
    let labels = starts
        .iter()
        .map(|start| Grain::Hour.label(*start, zone.into()));
    let expected = [
        "2024-04-07T01:00+11:00",
        "2024-04-07T01:30+10:30",
        "2024-04-07T02:00+10:30",
    ];
    assert_eq!(labels.collect::<Vec<_>>(), expected);
}

#[test]
fn the_ends_of_time_are_no_panic() {
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for grain in Grain::ALL {
            let start = grain.start(at, Paris.into());
            let end = grain.next(start, Paris.into());
            assert!(start <= end, "{grain:?}");
            let _ = (
                grain.previous(start, Paris.into()),
                grain.year_before(start, Paris.into()),
            );
            let _ = (
                grain.label(start, Paris.into()),
                grain.starts(start, end, Paris.into()),
            );
        }
    }
    let ever = Interval::of_days(NaiveDate::MIN, NaiveDate::MAX, Paris);
    assert_eq!(ever.previous(Paris.into()), None);
}

#[test]
fn labels_sort_as_time_does() {
    let start = start_of_day(day("2024-12-30"), UTC);
    let labels = [
        (Grain::Hour, "2024-12-30T00:00+00:00"),
        (Grain::Day, "2024-12-30"),
        (Grain::Week, "2025-W01"),
        (Grain::Month, "2024-12"),
        (Grain::Quarter, "2024-Q4"),
        (Grain::Year, "2024"),
    ];
    for (grain, label) in labels {
        assert_eq!(grain.label(start, UTC.into()), label);
    }
}

#[test]
fn a_date_gone_wrong_does_not_fill_the_memory() {
    let from = utc("0024-01-01T00:00:00Z");
    let to = utc("2024-01-01T00:00:00Z");
    assert_eq!(
        Grain::Hour.starts(from, to, UTC.into()),
        Err(TooManyBuckets)
    );
}
