use chrono_tz::{America::Sao_Paulo, Europe::Paris};

use super::*;
use crate::kpi::Grain;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
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
fn a_day_without_midnight_starts_after_the_skip() {
    // On 4 November 2018 the clocks of Brasília went from 24:00 to 01:00.
    assert_eq!(
        start_of_day(day("2018-11-04"), Sao_Paulo),
        utc("2018-11-04T03:00:00Z")
    );
}

#[test]
fn a_day_is_one_stretch_where_midnight_comes_twice() {
    // Newfoundland, 7 November 2010: 00:01 became 23:01 of the day before.
    let zone = chrono_tz::America::St_Johns;
    let shown_again = utc("2010-11-07T03:00:00Z");
    assert_eq!(local_date(shown_again, zone), day("2010-11-07"));
    let seventh = start_of_day(day("2010-11-07"), zone);
    assert_eq!(seventh, utc("2010-11-07T02:30:00Z"));
    assert_eq!(Grain::Day.start(shown_again, zone.into()), seventh);
}

#[test]
fn rules_that_contradict_each_other_are_refused() {
    let weeks = Some(WeekPattern::FourFiveFour);
    let year_ends = Some(YearEnd::Last);
    let usual = CalendarRules::default;
    for (rules, refused) in [
        (
            CalendarRules {
                first_month: Some(13),
                ..usual()
            },
            CalendarError::FirstMonth(13),
        ),
        (
            CalendarRules {
                first_month: Some(0),
                ..usual()
            },
            CalendarError::FirstMonth(0),
        ),
        (
            CalendarRules { weeks, ..usual() },
            CalendarError::WeeksWithoutFirstMonth,
        ),
        (
            CalendarRules {
                year_ends,
                ..usual()
            },
            CalendarError::YearEndWithoutWeeks,
        ),
    ] {
        assert_eq!(Calendar::new(Paris, rules), Err(refused));
    }
    assert_eq!(Calendar::new(Paris, usual()), Ok(Paris.into()));
}
