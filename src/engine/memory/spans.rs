//! Time axes: stretches of time that all fall into one bucket or slot.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rustc_hash::FxHashMap;

use super::{amount::row, ledger::Ledger};
use crate::kpi::{self, Calendar, Cycle, Grain, Interval, KeyPart};

/// Milliseconds since 1970, half open.
pub type Stretch = (i64, i64);

/// A period as a stretch.
pub fn stretch(period: Interval) -> Stretch {
    let from = period.from.map_or(i64::MIN, |it| it.timestamp_millis());
    let to = period.to.map_or(i64::MAX, |it| it.timestamp_millis());
    (from, to)
}

const HOUR: i64 = 60 * 60 * 1000;

/// The buckets or slots that orders fall into, as codes.
#[derive(Debug, Default)]
pub struct Spans {
    /// Apart from each other, by time; there is one for every order.
    stretches: Vec<Span>,
    /// What each code stands for: the start of a bucket, or a slot.
    numbers: Vec<i64>,
    /// The key of each code.
    pub parts: Vec<KeyPart>,
}

#[derive(Debug)]
struct Span {
    from: i64,
    to: i64,
    code: u32,
}

impl Spans {
    /// The buckets of a grain, in the order of time.
    pub fn buckets(
        ledger: &Ledger,
        stretches: &[Stretch],
        grain: Grain,
        calendar: Calendar,
    ) -> Self {
        let mut spans = Self::filled(ledger, stretches, (grain, calendar), HOUR, |start| start);
        let time = |start| instant(start).map_or(KeyPart::Missing, KeyPart::Time);
        spans.parts = spans.numbers.iter().copied().map(time).collect();
        spans
    }

    /// The slots of a cycle.
    pub fn slots(ledger: &Ledger, stretches: &[Stretch], cycle: Cycle, zone: Tz) -> Self {
        let slot = |start| instant(start).map_or(i64::MIN, |start| cycle.slot(start, zone));
        let cut = (cycle.grain(), zone.into());
        let mut spans = Self::filled(ledger, stretches, cut, 1, slot);
        spans.parts = spans.numbers.iter().copied().map(KeyPart::Number).collect();
        spans
    }

    /// Spans for every bucket with an order, with the codes of their numbers; `number` takes
    /// a bucket's start, and goes up by a step from hour to hour of a day.
    fn filled(
        ledger: &Ledger,
        stretches: &[Stretch],
        (grain, calendar): (Grain, Calendar),
        step: i64,
        number: impl Fn(i64) -> i64,
    ) -> Self {
        let mut spans = Self::default();
        let mut codes = FxHashMap::default();
        let mut add = |spans: &mut Self, (from, to): Stretch, number: i64| {
            let code = *codes.entry(number).or_insert_with(|| {
                spans.numbers.push(number);
                row(spans.numbers.len() - 1)
            });
            spans.stretches.push(Span { from, to, code });
        };
        for (from, to) in stretches {
            let mut next = ledger.next_time(*from);
            while let Some(time) = next.filter(|time| time < to) {
                let day = (grain == Grain::Hour)
                    .then(|| regular_day(time, calendar.zone))
                    .flatten();
                let end = if let Some((start, end)) = day {
                    let midnight = number(start);
                    for hours in 0..(end - start) / HOUR {
                        let start = start + hours * HOUR;
                        add(&mut spans, (start, start + HOUR), midnight + hours * step);
                    }
                    end
                } else {
                    let (start, end) = bucket(time, grain, calendar);
                    add(&mut spans, (time, end), number(start));
                    end
                };
                next = ledger.next_time(end);
            }
        }
        spans
    }

    /// Runs of times, which are in order, that have the same code: where each ends, and its code.
    pub fn runs(&self, times: &[i64]) -> impl Iterator<Item = (usize, u32)> {
        let first = times.first().copied().unwrap_or_default();
        let mut at = self.stretches.partition_point(|span| span.to <= first);
        let mut end = 0;
        std::iter::from_fn(move || {
            let time = times.get(end)?;
            while self.stretches[at].to <= *time {
                at += 1;
            }
            let Span { to, code, .. } = self.stretches[at];
            let is_last = times.last().is_some_and(|last| *last < to);
            end = if is_last {
                times.len()
            } else {
                end + times[end..].iter().take_while(|it| **it < to).count()
            };
            Some((end, code))
        })
    }

    /// The code of one instant, if it is in a span.
    pub fn code_at(&self, time: i64) -> Option<u32> {
        let at = self.stretches.partition_point(|span| span.to <= time);
        let span = self.stretches.get(at)?;
        (span.from <= time).then_some(span.code)
    }

    /// Whether they are buckets rather than slots.
    pub fn are_buckets(&self) -> bool {
        matches!(self.parts.first(), Some(KeyPart::Time(_)))
    }

    /// The start of each bucket, in milliseconds since 1970; an instant for those that start
    /// before it.
    pub fn starts_since(&self, instant: i64) -> Vec<i64> {
        let starts = self.numbers.iter();
        starts.map(|start| *start.max(&instant)).collect()
    }

    /// For each bucket, whether the one before it in time has the code before.
    pub fn follow_each_other(&self, grain: Grain, calendar: Calendar) -> Vec<bool> {
        let follows = |at: usize| {
            let before = at.checked_sub(1).and_then(|it| self.parts[it].time());
            before.map(|it| grain.next(it, calendar)) == self.parts[at].time()
        };
        (0..self.parts.len()).map(follows).collect()
    }
}

/// The day that a time is in, where the clocks do not change on it.
fn regular_day(time: i64, zone: Tz) -> Option<Stretch> {
    let (start, end) = kpi::regular_day(instant(time)?, zone)?;
    Some((start.timestamp_millis(), end.timestamp_millis()))
}

/// The bucket that a time is in.
fn bucket(time: i64, grain: Grain, calendar: Calendar) -> Stretch {
    let Some(at) = instant(time) else {
        return (time, time + 1);
    };
    let start = grain.start(at, calendar);
    let end = grain.next(start, calendar).timestamp_millis();
    (start.timestamp_millis(), end.max(time + 1))
}

fn instant(milliseconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            attributes::Attributes,
            block::Order,
            dictionary::Dictionaries,
            snapshot::{Arrivals, Snapshot},
        },
        *,
    };
    use crate::kpi::Vocabulary;

    /// A quarter of an hour.
    const QUARTER: i64 = HOUR / 4;

    /// A shop with an order at each of these times.
    fn shop(times: &[i64]) -> Snapshot {
        let mut arrivals = Arrivals::default();
        for time in times {
            arrivals.push(Order {
                id: time.unsigned_abs(),
                time: *time,
                ..Order::default()
            });
        }
        Snapshot::new(
            arrivals,
            Dictionaries::new(Vocabulary::built_in()),
            Attributes::new(Vocabulary::built_in()),
        )
        .unwrap()
    }

    #[test]
    fn slots_are_those_of_the_clock_around_its_changes() {
        let changes = [
            "2022-03-13T07:00:00Z",
            "2022-03-27T01:00:00Z",
            "2022-04-02T15:00:00Z",
            "2022-10-01T15:30:00Z",
            "2022-10-30T01:00:00Z",
            "2022-11-06T06:00:00Z",
        ];
        let times = changes.iter().flat_map(|change| {
            let change: DateTime<Utc> = change.parse().unwrap();
            (-40..40).map(move |quarters| change.timestamp_millis() + quarters * QUARTER + 7)
        });
        let times: Vec<i64> = times.collect();
        for skipped in 0..5 {
            let times: Vec<i64> = times.iter().copied().skip(skipped).step_by(5).collect();
            let shop = shop(&times);
            for zone in [
                chrono_tz::UTC,
                chrono_tz::Europe::Paris,
                chrono_tz::Australia::Lord_Howe,
                chrono_tz::Asia::Kolkata,
                chrono_tz::America::New_York,
            ] {
                let spans = Spans::slots(
                    &shop.orders,
                    &[(i64::MIN, i64::MAX)],
                    Cycle::HourOfDay,
                    zone,
                );
                for time in &times {
                    let slot = spans.code_at(*time).map(|it| spans.numbers[it as usize]);
                    let clock = Cycle::HourOfDay.slot(instant(*time).unwrap(), zone);
                    assert_eq!(slot, Some(clock), "{zone} at {:?}", instant(*time));
                }
            }
        }
    }
}
