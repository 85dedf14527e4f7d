//! Time series without gaps, and seasons.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{
    calendar::Calendar,
    cycle::Cycle,
    grain::{Grain, TooManyBuckets},
    interval::Interval,
    measure::Measure,
    measures::{Measures, Values},
    quotient::{quotient, sum},
    scope::{Key, KeyPart},
};

/// One bucket of a time series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The instant that the bucket starts.
    pub start: DateTime<Utc>,
    /// What was counted in it.
    pub values: Values,
}

/// One slot of a cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// The slot's number, as [`Cycle::slots`] has it.
    pub slot: i64,
    /// What was counted in it.
    pub values: Values,
    /// How often the slot occurs in the span.
    pub occurrences: usize,
    /// Mean sales of the slot's occurrences over the mean sales of all occurrences.
    pub index: Option<Decimal>,
}

/// Every bucket of the span, the empty ones with nothing in them.
///
/// The span is the period where it is bounded, and otherwise reaches to the
/// first and the last bucket that has an order or a return record.
///
/// # Errors
/// [`TooManyBuckets`] where the span holds more than anybody can look at.
pub fn filled(
    rows: &[(Key, Values)],
    grain: Grain,
    period: Interval,
    calendar: Calendar,
    measures: Measures,
) -> Result<Vec<Point>, TooManyBuckets> {
    let counted: HashMap<DateTime<Utc>, &Values> = rows
        .iter()
        .filter_map(|(key, values)| Some((key.first()?.time()?, values)))
        .collect();
    let entered =
        |(start, values): (&DateTime<Utc>, &&Values)| has_entries(values).then_some(*start);
    let first = period
        .from
        .or_else(|| counted.iter().filter_map(entered).min());
    let last = counted.iter().filter_map(entered).max();
    let last = last.map(|start| grain.next(start, calendar));
    let Some((from, to)) = first.zip(period.to.or(last)) else {
        return Ok(Vec::new());
    };
    let starts = grain.starts(from, to, calendar)?;
    let point = |start| Point {
        start,
        values: counted
            .get(&start)
            .map_or_else(|| Values::of_nothing(measures), |it| Values::clone(it)),
    };
    Ok(starts.into_iter().map(point).collect())
}

/// Whether an order or a return record was counted; what was counted without asking for
/// orders has some.
#[must_use]
pub fn has_entries(values: &Values) -> bool {
    let records = values.value(Measure::Records).unwrap_or_default();
    values
        .value(Measure::Orders)
        .is_none_or(|orders| !orders.is_zero() || !records.is_zero())
}

/// What seasons are finished from, beside the KPIs asked for: the sales for their index alone.
#[must_use]
pub fn season_measures(have_index: bool) -> Measures {
    let span: Measures = [Measure::Earliest, Measure::Latest].into();
    if have_index {
        span.union([Measure::Revenue].into())
    } else {
        span
    }
}

/// Every slot of the cycle; the rows hold [`season_measures`], with which the slots have their
/// seasonal index or have none.
///
/// # Errors
/// [`TooManyBuckets`] where the span holds more than can be counted.
pub fn seasons<'a>(
    rows: &'a [(Key, Values)],
    cycle: Cycle,
    period: Interval,
    zone: Tz,
    measures: Measures,
) -> Result<Vec<Season>, TooManyBuckets> {
    let occurrences = match span(rows, cycle.grain(), period, zone.into()) {
        Some((from, to)) => cycle.occurrences(from, to, zone)?,
        None => Vec::new(),
    };
    let all_occurrences: usize = occurrences.iter().sum();
    let all_sales = sum(rows.iter().map(|(_, values)| sales(values)));
    let slot = |(key, values): &'a (Key, Values)| match key.as_slice() {
        [KeyPart::Number(slot)] => Some((*slot, values)),
        _ => None,
    };
    let counted: HashMap<i64, &Values> = rows.iter().filter_map(slot).collect();
    let season = |slot| {
        let slot_at = usize::try_from(slot).unwrap_or_default();
        let occurrences = occurrences.get(slot_at).copied().unwrap_or_default();
        let values = counted
            .get(&slot)
            .map_or_else(|| Values::of_nothing(measures), |it| Values::clone(it));
        // One mean over the other, as one quotient.
        let over = sales(&values).checked_mul(count(all_occurrences));
        let under = all_sales.and_then(|all| all.checked_mul(count(occurrences)));
        let index = over
            .zip(under)
            .and_then(|(over, under)| quotient(over, under));
        Season {
            slot,
            values,
            occurrences,
            index,
        }
    };
    Ok(cycle.slots().map(season).collect())
}

fn sales(values: &Values) -> Decimal {
    values.value(Measure::Revenue).unwrap_or_default()
}

fn count(occurrences: usize) -> Decimal {
    Decimal::from_usize(occurrences).unwrap_or_default()
}

/// The period, or from the first bucket with an order or return to the last where it is open.
fn span(
    rows: &[(Key, Values)],
    grain: Grain,
    period: Interval,
    calendar: Calendar,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let times = |measure| rows.iter().filter_map(move |(_, it)| it.value(measure));
    let first = times(Measure::Earliest).min().and_then(instant);
    let last = times(Measure::Latest).max().and_then(instant);
    let from = period
        .from
        .or_else(|| Some(grain.start(first?, calendar)))?;
    let to = period
        .to
        .or_else(|| Some(grain.next(grain.start(last?, calendar), calendar)))?;
    Some((from, to))
}

/// The instant of a measure that counts milliseconds since 1970.
#[must_use]
pub fn instant(milliseconds: Decimal) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(milliseconds).ok()?)
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Europe::Paris, UTC};
    use rust_decimal_macros::dec;

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn millis(text: &str) -> Decimal {
        utc(text).timestamp_millis().into()
    }

    fn sold(revenue: Decimal, first: &str, last: &str) -> Values {
        Values::new(season_measures(true), |measure| match measure {
            Measure::Earliest => Some(millis(first)),
            Measure::Latest => Some(millis(last)),
            _ => Some(revenue),
        })
    }

    #[test]
    fn gaps_are_filled_from_the_first_order_to_the_last() {
        let on = |start: &str| (vec![KeyPart::Time(utc(start))], sold(dec!(1), start, start));
        let rows = vec![on("2024-04-01T00:00:00Z"), on("2024-01-01T00:00:00Z")];
        let all = Interval::default();
        let points = filled(&rows, Grain::Month, all, UTC.into(), season_measures(true)).unwrap();
        let sales: Vec<_> = points.iter().map(|it| sales(&it.values)).collect();
        assert_eq!(sales, [dec!(1), dec!(0), dec!(0), dec!(1)]);
    }

    #[test]
    fn a_bounded_period_is_shown_whole() {
        let from = utc("2024-01-01T00:00:00Z");
        let year = Grain::Year.bucket(from, UTC.into());
        let points = filled(&[], Grain::Quarter, year, UTC.into(), Measures::NONE).unwrap();
        assert_eq!(points.len(), 4);
        let all = Interval::default();
        assert_eq!(
            filled(&[], Grain::Quarter, all, UTC.into(), Measures::NONE),
            Ok(vec![])
        );
    }

    #[test]
    fn the_seasonal_index_compares_mean_occurrences() {
        // Monday 1 to Monday 8 January 2024: two Mondays with 30 in all, one of each
        // other day, with 10 on the Tuesday. Mean of all 8 days: 5. Monday: 15 / 5 = 3.
        let rows = vec![
            (
                vec![KeyPart::Number(1)],
                sold(dec!(30), "2024-01-01T08:00:00Z", "2024-01-08T23:00:00Z"),
            ),
            (
                vec![KeyPart::Number(2)],
                sold(dec!(10), "2024-01-02T08:00:00Z", "2024-01-02T08:00:00Z"),
            ),
        ];
        let all = Interval::default();
        let week = seasons(&rows, Cycle::IsoWeekday, all, UTC, season_measures(true)).unwrap();
        assert_eq!(week.len(), 7);
        assert_eq!((week[0].occurrences, week[0].index), (2, Some(dec!(3))));
        assert_eq!((week[1].occurrences, week[1].index), (1, Some(dec!(2))));
        assert_eq!((week[6].occurrences, week[6].index), (1, Some(dec!(0))));
    }

    #[test]
    fn the_hour_that_clocks_skip_does_not_occur() {
        let day = Grain::Day.bucket(utc("2024-03-30T23:00:00Z"), Paris.into());
        let hours = seasons(&[], Cycle::HourOfDay, day, Paris, season_measures(true)).unwrap();
        assert_eq!(hours[1].occurrences, 1);
        assert_eq!(hours[2].occurrences, 0);
        assert_eq!(hours[2].index, None);
    }
}
