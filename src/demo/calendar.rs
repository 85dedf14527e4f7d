//! When people order: the years, the seasons, the week and the hours of the day.
//!
//! Every hour of the window has a weight, and takes its share of all orders:
//! so the orders are numbered in the order of time, their number is exact, and
//! the time of any one is known without making those before it.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::dice::{Dice, Subject};

/// January first, in percent of an ordinary month.
const MONTHS: [u64; 12] = [88, 80, 90, 94, 97, 100, 86, 70, 101, 108, 142, 165];
/// Monday first, in percent of an ordinary day.
const WEEKDAYS: [u64; 7] = [102, 94, 92, 97, 108, 124, 83];
/// From midnight, in percent of the busiest hour.
const HOURS: [u64; 24] = [
    14, 8, 4, 3, 3, 6, 14, 28, 48, 66, 80, 88, 92, 82, 74, 72, 76, 84, 92, 98, 100, 86, 56, 30,
];
/// By how many thousandths of its first day the shop grows in a year.
const GROWTH: u64 = 220;

const MILLISECONDS: u64 = 3_600_000;

/// The hours of the window, each with its share of the orders.
pub(super) struct Calendar {
    zone: Tz,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    /// How many orders come before each hour; one entry more than there are hours.
    before: Vec<u64>,
}

impl Calendar {
    /// Spreads the orders over the days from the first to just before the last.
    pub fn new(zone: Tz, [first, last]: [NaiveDate; 2], orders: u64, seed: u64) -> Self {
        let (start, end) = (midnight(zone, first), midnight(zone, last));
        let mut sums = vec![0];
        let mut sum = 0;
        for hour in 0.. {
            let moment = start + TimeDelta::hours(hour);
            if moment >= end {
                break;
            }
            sum += weight(&moment.with_timezone(&zone), first, seed);
            sums.push(sum);
        }
        let share = |part: &u64| scaled(orders, *part, sum);
        Self {
            zone,
            start,
            end,
            before: sums.iter().map(share).collect(),
        }
    }

    /// The first instant after the window.
    pub fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// The hour in which an order is placed.
    pub fn hour_of(&self, order: u64) -> DateTime<Utc> {
        self.hour_at(self.slot(order))
    }

    /// The instant at which an order is placed: the orders of an hour follow each other in it.
    pub fn moment_of(&self, order: u64, dice: &mut Dice) -> DateTime<Utc> {
        let slot = self.slot(order);
        let earlier = order - self.before[slot];
        let orders = self.before[slot + 1] - self.before[slot];
        let offset = (earlier * MILLISECONDS + dice.below(MILLISECONDS)) / orders;
        self.hour_at(slot) + milliseconds(offset)
    }

    /// The month of the shop's own calendar, 1 for January.
    pub fn month_of(&self, moment: DateTime<Utc>) -> u32 {
        moment.with_timezone(&self.zone).month()
    }

    fn slot(&self, order: u64) -> usize {
        self.before.partition_point(|before| *before <= order) - 1
    }

    fn hour_at(&self, slot: usize) -> DateTime<Utc> {
        self.start + TimeDelta::hours(i64::try_from(slot).unwrap_or_default())
    }
}

/// A span that is known to be short.
pub(super) fn milliseconds(count: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(count).unwrap_or_default())
}

fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest();
    local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
}

fn weight(moment: &DateTime<Tz>, first: NaiveDate, seed: u64) -> u64 {
    let day = moment.date_naive();
    let age = u64::try_from((day - first).num_days()).unwrap_or_default();
    let hour = u64::from(moment.hour());
    let day_luck = Dice::new(seed, Subject::Day, age).between(80, 121);
    let hour_luck = Dice::new(seed, Subject::Hour, age * 24 + hour).between(40, 161);
    let rhythm = MONTHS[moment.month0() as usize]
        * WEEKDAYS[day.weekday().num_days_from_monday() as usize]
        * HOURS[moment.hour() as usize];
    let growth = 1000 + GROWTH * age / 365;
    rhythm * growth * special(day) / 100 * day_luck * hour_luck / 10_000
}

/// What a feast or a sale makes of a day, in percent.
fn special(day: NaiveDate) -> u64 {
    match (day.month(), day.day()) {
        (11, 23..=29) if is_black_friday(day) => 240,
        (12, 24..=26) => 45,
        (1, 1) => 40,
        (5, 1) | (7, 14) => 75,
        _ => 100,
    }
}

/// The Friday after the fourth Thursday of November.
fn is_black_friday(day: NaiveDate) -> bool {
    let thursday = day.checked_sub_days(Days::new(1));
    day.weekday() == chrono::Weekday::Fri
        && thursday.is_some_and(|day| (22..=28).contains(&day.day()))
}

/// The whole scaled by a part of the sum, rounded down.
fn scaled(whole: u64, part: u64, sum: u64) -> u64 {
    let exact = u128::from(whole) * u128::from(part) / u128::from(sum.max(1));
    u64::try_from(exact).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Paris;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn days_begin_at_the_shops_own_midnight_across_a_change_of_the_clock() {
        let calendar = Calendar::new(Paris, [day(2024, 3, 30), day(2024, 4, 1)], 10, 1);
        assert_eq!(
            calendar.hour_at(0).to_rfc3339(),
            "2024-03-29T23:00:00+00:00"
        );
        assert_eq!(calendar.end().to_rfc3339(), "2024-03-31T22:00:00+00:00");
        assert_eq!(calendar.before.len() - 1, 47, "the second day has 23 hours");
        assert_eq!(calendar.before.last(), Some(&10));
    }

    #[test]
    fn orders_follow_each_other_in_time() {
        let calendar = Calendar::new(Paris, [day(2024, 1, 1), day(2024, 1, 3)], 5000, 1);
        let moment = |order| {
            let mut dice = Dice::new(1, Subject::Order, order);
            calendar.moment_of(order, &mut dice)
        };
        let moments: Vec<_> = (0..5000).map(moment).collect();
        assert!(moments.is_sorted());
        assert!(*moments.last().unwrap() < calendar.end());
    }

    #[test]
    fn black_friday_is_found() {
        assert_eq!(special(day(2024, 11, 29)), 240);
        assert_eq!(special(day(2023, 11, 24)), 240);
        assert_eq!(special(day(2024, 11, 22)), 100);
    }
}
