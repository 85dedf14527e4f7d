use chrono_tz::{America::Sao_Paulo, Europe::Paris, UTC};

use super::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(from: &str, to: &str) -> Interval {
    Interval::of_days(day(from), day(to), Paris)
}

#[test]
fn a_day_is_cut_in_its_zone() {
    assert_eq!(
        start_of_day(day("2024-03-31"), Paris),
        utc("2024-03-30T23:00:00Z")
    );
    assert_eq!(
        start_of_day(day("2024-04-01"), Paris),
        utc("2024-03-31T22:00:00Z")
    );
}

#[test]
fn the_day_the_clocks_go_forward_has_23_hours() {
    let hours = |from, to| {
        let (from, to) = days(from, to).bounds().unwrap();
        Grain::Hour.starts(from, to, Paris).unwrap().len()
    };
    assert_eq!(hours("2024-03-31", "2024-04-01"), 23);
    assert_eq!(hours("2024-10-27", "2024-10-28"), 25);
}

#[test]
fn a_day_without_midnight_starts_after_the_skip() {
    // On 4 November 2018 the clocks of Brasília went from 24:00 to 01:00.
    assert_eq!(
        start_of_day(day("2018-11-04"), Sao_Paulo),
        utc("2018-11-04T03:00:00Z")
    );
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
        assert_eq!(grain.start(instant, Paris), utc(start), "{grain:?}");
    }
}

#[test]
fn next_and_previous_are_each_others_inverse() {
    for grain in Grain::ALL {
        let start = grain.start(utc("2024-03-31T12:00:00Z"), Paris);
        let next = grain.next(start, Paris);
        assert!(next > start, "{grain:?}");
        assert_eq!(grain.previous(next, Paris), start, "{grain:?}");
    }
}

#[test]
fn a_week_is_compared_with_the_one_52_weeks_before() {
    let monday = start_of_day(day("2024-08-12"), Paris);
    let before = Grain::Week.year_before(monday, Paris);
    assert_eq!(before, start_of_day(day("2023-08-14"), Paris));
}

#[test]
fn the_bucket_before_a_half_month_is_a_whole_month() {
    let half = days("2024-03-10", "2024-05-01");
    let before = with_buckets_before(&[half], Grain::Month, half, Paris);
    assert_eq!(before, [days("2024-02-01", "2024-03-01"), half]);
    let whole = days("2024-03-01", "2024-05-01");
    let before = with_buckets_before(&[whole], Grain::Month, whole, Paris);
    assert_eq!(before, [days("2024-02-01", "2024-05-01")]);
    let all = Interval::default();
    assert_eq!(with_buckets_before(&[all], Grain::Month, all, Paris), [all]);
}

#[test]
fn an_hour_ends_where_the_clock_leaps_out_of_it() {
    // On 7 April 2024 the clocks of Lord Howe went from 02:00 back to 01:30.
    let zone = chrono_tz::Australia::Lord_Howe;
    let (from, to) = (utc("2024-04-06T14:00:00Z"), utc("2024-04-06T16:30:00Z"));
    let starts = Grain::Hour.starts(from, to, zone).unwrap();
    let expected = [
        "2024-04-06T14:00:00Z",
        "2024-04-06T15:00:00Z",
        "2024-04-06T15:30:00Z",
    ];
    assert_eq!(starts, expected.map(utc));
    let labels = starts.iter().map(|start| Grain::Hour.label(*start, zone));
    let expected = [
        "2024-04-07T01:00+11:00",
        "2024-04-07T01:30+10:30",
        "2024-04-07T02:00+10:30",
    ];
    assert_eq!(labels.collect::<Vec<_>>(), expected);
}

#[test]
fn a_day_is_one_stretch_where_midnight_comes_twice() {
    // Newfoundland, 7 November 2010: 00:01 became 23:01 of the day before.
    let zone = chrono_tz::America::St_Johns;
    let shown_again = utc("2010-11-07T03:00:00Z");
    assert_eq!(local_date(shown_again, zone), day("2010-11-07"));
    let seventh = start_of_day(day("2010-11-07"), zone);
    assert_eq!(seventh, utc("2010-11-07T02:30:00Z"));
    assert_eq!(Grain::Day.start(shown_again, zone), seventh);
}

#[test]
fn the_ends_of_time_are_no_panic() {
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for grain in Grain::ALL {
            let start = grain.start(at, Paris);
            let end = grain.next(start, Paris);
            assert!(start <= end, "{grain:?}");
            let _ = (
                grain.previous(start, Paris),
                grain.year_before(start, Paris),
            );
            let _ = (grain.label(start, Paris), grain.starts(start, end, Paris));
        }
    }
    let ever = Interval::of_days(NaiveDate::MIN, NaiveDate::MAX, Paris);
    assert_eq!(ever.previous(Paris), None);
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
        assert_eq!(grain.label(start, UTC), label);
    }
}

#[test]
fn a_date_gone_wrong_does_not_fill_the_memory() {
    let from = utc("0024-01-01T00:00:00Z");
    let to = utc("2024-01-01T00:00:00Z");
    assert_eq!(Grain::Hour.starts(from, to, UTC), Err(TooManyBuckets));
}
