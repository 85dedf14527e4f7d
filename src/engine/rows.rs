//! What is left to do to an engine's rows, whichever engine counted them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::kpi::{Answer, Grain, Interval, Key, KeyPart, Measure, Measures, Pass, Values};

/// How many bytes so many rows of an answer take, roughly: a key with a part for each axis,
/// and the values of the measures.
pub fn bytes(rows: usize, axes: usize, measures: Measures) -> usize {
    /// Two vectors, and what an allocator adds to each.
    const ROW: usize = size_of::<(Key, Values)>() + 48;
    let row =
        ROW + axes * size_of::<KeyPart>() + measures.iter().count() * size_of::<Option<Decimal>>();
    rows.saturating_mul(row)
}

/// How many bytes an answer takes, roughly.
pub fn answer_bytes(answer: &Answer) -> usize {
    /// All rows are as large as the first.
    fn of<T>(rows: &[(Key, T)], measures: impl Fn(&T) -> Measures) -> usize {
        let (axes, measures) = match rows.first() {
            Some((key, row)) => (key.len(), measures(row)),
            None => (0, Measures::NONE),
        };
        bytes(rows.len(), axes, measures)
    }
    match answer {
        Answer::Measures(rows) => of(rows, Values::measures),
        Answer::Cohorts(rows) => of(rows, |_| Measures::NONE),
        Answer::Distances(rows) => of(rows, |_| Measures::NONE),
        Answer::Pairs(rows) => {
            let pairs = rows.iter().map(|(_, pairs)| size_of_val(&*pairs.first));
            of(rows, |_| Measures::NONE) + pairs.sum::<usize>()
        }
        Answer::Customers(rows) => {
            let buyers = rows.iter().map(|(_, buyers)| size_of_val(&**buyers));
            of(rows, |_| Measures::NONE) + buyers.sum::<usize>()
        }
    }
}

/// The rows that the pass asks for, of those that were read for it.
pub fn wanted(mut rows: Vec<(Key, Values)>, pass: &Pass, counted: Measures) -> Vec<(Key, Values)> {
    if let Some((at, grain)) = pass.bucket() {
        if counted.contains(Measure::PreviousCustomers) {
            rows = with_previous_buckets(rows, at, grain, pass);
        }
        let stretches = wanted_buckets(grain, pass);
        rows.retain(|(key, _)| starts_within(&key[at], &stretches));
    }
    rows.retain(|row| may_be_group(row, pass));
    rows
}

/// Whether the row may be of a group: which ones are, the [pass](Pass::with_groups) says once
/// all of its parts are there.
fn may_be_group((_, values): &(Key, Values), pass: &Pass) -> bool {
    pass.is_of_slices() || values.has_any(&[Measure::Orders, Measure::PreviousCustomers])
}

/// Rows in scope, with the customers of the bucket before each where that is asked for.
fn with_previous_buckets(
    rows: Vec<(Key, Values)>,
    at: usize,
    grain: Grain,
    pass: &Pass,
) -> Vec<(Key, Values)> {
    let calendar = pass.scope.calendar;
    let customers: HashMap<Key, Option<Decimal>> = rows
        .iter()
        .map(|(key, values)| (key.clone(), values.value(Measure::Customers)))
        .collect();
    let previous = |key: &Key| {
        let mut before = key.clone();
        before[at] = KeyPart::Time(grain.previous(key[at].time()?, calendar));
        customers
            .get(&before)
            .copied()
            .unwrap_or(Some(Decimal::ZERO))
    };
    let with_previous = |(key, values): (Key, Values)| {
        let values = Values::new(values.measures(), |measure| match measure {
            Measure::PreviousCustomers => previous(&key),
            other => values.value(other),
        });
        (key, values)
    };
    let after = buckets_after(&rows, at, grain, pass);
    rows.into_iter().chain(after).map(with_previous).collect()
}

/// The buckets without an order that follow one with a customer: nobody came back in them.
fn buckets_after(
    rows: &[(Key, Values)],
    at: usize,
    grain: Grain,
    pass: &Pass,
) -> Vec<(Key, Values)> {
    let calendar = pass.scope.calendar;
    let there: HashSet<&Key> = rows.iter().map(|(key, _)| key).collect();
    let after = |(key, values): &(Key, Values)| {
        values
            .value(Measure::Customers)
            .filter(|it| !it.is_zero())?;
        let next = grain.next(key[at].time()?, calendar);
        let mut after = key.clone();
        after[at] = KeyPart::Time(next);
        let nothing = Values::new(values.measures(), |measure| match measure {
            Measure::RetainedCustomers => Some(Decimal::ZERO),
            other => other.of_nothing(),
        });
        (!there.contains(&after)).then_some((after, nothing))
    };
    rows.iter().filter_map(after).collect()
}

/// The first instant of each wanted bucket, and the instant that its period ends.
fn wanted_buckets(grain: Grain, pass: &Pass) -> Vec<Interval> {
    let from_bucket = |period: Interval| Interval {
        from: period
            .from
            .map(|from| grain.start(from, pass.scope.calendar)),
        ..period
    };
    pass.periods().into_iter().map(from_bucket).collect()
}

/// Whether a bucket starts in one of these stretches; else it was only read to look back.
fn starts_within(part: &KeyPart, stretches: &[Interval]) -> bool {
    let within = |start: DateTime<Utc>| {
        stretches
            .iter()
            .any(|it| it.from.is_none_or(|from| from <= start) && it.to.is_none_or(|to| start < to))
    };
    part.time().is_some_and(within)
}
