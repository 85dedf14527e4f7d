//! Random shops: what all of a shop's documents have in common, and when its orders are placed.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use salesgraph::kpi::Vocabulary;

use super::{dice::Dice, words};

/// Zones with clocks that change by an hour, by half an hour, at midnight, over midnight, by a
/// day, or never; and zones whose law changed after MongoDB's own rules of them were written.
pub const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Paris",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/New_York",
    "Asia/Kathmandu",
    "America/Mexico_City",
    "America/Scoresbysund",
    "America/Ciudad_Juarez",
    "America/St_Johns",
    "Pacific/Chatham",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Amman",
];

/// When clocks change in Europe, New York, on Lord Howe, in São Paulo (until 2019), and in
/// Apia (which left out a day); in Mexico, Ciudad Juárez, Scoresbysund, Newfoundland, Cairo,
/// Havana, Amman and on the Chatham Islands.
const CLOCK_CHANGES: [&str; 23] = [
    "2024-03-31T01:00:00Z",
    "2023-10-29T01:00:00Z",
    "2022-10-30T01:00:00Z",
    "2023-03-12T07:00:00Z",
    "2022-11-06T06:00:00Z",
    "2024-04-06T15:00:00Z",
    "2022-10-01T15:30:00Z",
    "2023-04-01T15:00:00Z",
    "2018-02-18T02:00:00Z",
    "2018-11-04T03:00:00Z",
    "2011-12-30T10:00:00Z",
    "2011-10-30T01:00:00Z",
    "2022-04-03T08:00:00Z",
    "2022-10-30T07:00:00Z",
    "2022-11-30T06:00:00Z",
    "2024-03-31T00:00:00Z",
    "2010-11-07T02:31:00Z",
    "2011-03-13T03:31:00Z",
    "2023-04-27T22:00:00Z",
    "2023-10-26T21:00:00Z",
    "2023-03-12T05:00:00Z",
    "2022-10-28T00:00:00Z",
    "2023-09-23T14:00:00Z",
];

/// What all documents of a shop have in common.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what shops have or lack, each by itself"
)]
pub struct World {
    /// The first day on which an order may be placed.
    from: NaiveDate,
    pub days: u64,
    zone: Tz,
    /// In one shop in a few, some orders are placed in other centuries.
    has_far_dates: bool,
    /// In some, other programs write documents that are odd.
    pub has_odd_documents: bool,
    /// In some, nothing is known of discounts, costs, tax and shipping.
    pub knows_the_bridge: bool,
    /// In some, things come back after their order.
    pub has_returns: bool,
    /// In some, other programs write amounts as doubles.
    pub has_doubles: bool,
    /// Most have words of their own.
    pub vocabulary: &'static Vocabulary,
}

impl World {
    pub fn new(dice: &mut Dice) -> Self {
        // Soon there is a change of the clocks.
        let change: DateTime<Utc> = dice.pick(&CLOCK_CHANGES).parse().unwrap();
        Self {
            from: change.date_naive() - Days::new(dice.below(20) as u64),
            days: *dice.pick(&[3, 12, 40, 120, 420, 900]),
            zone: dice.pick(&ZONES).parse().unwrap(),
            has_far_dates: dice.percent(15),
            has_odd_documents: dice.percent(40),
            has_doubles: dice.percent(25),
            knows_the_bridge: dice.percent(70),
            has_returns: dice.percent(70),
            vocabulary: words::vocabulary(dice),
        }
    }

    /// The same without odd documents.
    pub fn canonical(self) -> Self {
        Self {
            has_odd_documents: false,
            ..self
        }
    }

    /// The same with KPIs and without dimensions of the shop's own.
    pub fn with_own_kpis_alone(self) -> Self {
        Self {
            vocabulary: words::of_kpis_alone(),
            ..self
        }
    }

    /// A day on which there may be orders, or just before or after.
    pub fn day(&self, dice: &mut Dice) -> NaiveDate {
        let days = dice.below(usize::try_from(self.days).unwrap() + 2);
        self.from + Days::new(days as u64)
    }

    pub fn instant(&self, dice: &mut Dice) -> DateTime<Utc> {
        if self.has_far_dates && dice.percent(4) {
            let far = [
                "1969-12-31T23:59:59.999Z",
                "1955-07-01T12:00:00Z",
                "2099-12-31T23:30:00Z",
            ];
            return dice.pick(&far).parse().unwrap();
        }
        let day = self.day(dice);
        match dice.below(8) {
            // Ends of days, months and years in the shop's zone.
            0 => self.local(day, dice) - TimeDelta::milliseconds(1),
            1 => self.local(day, dice),
            2 => self.local(day.with_day(1).unwrap(), dice),
            3 => self.local(day.with_ordinal(1).unwrap(), dice),
            4 => self.clock_change(dice),
            // Few different times, so that some are equal.
            5 => day.and_hms_opt(12, 0, 0).unwrap().and_utc(),
            _ => {
                let milliseconds = dice.between(0, 86_400_000 - 1);
                day.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::milliseconds(milliseconds)
            }
        }
    }

    fn local(&self, day: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
        let hour = u32::try_from(*dice.pick(&[0, 0, 1, 2, 23])).unwrap();
        let time = day.and_hms_opt(hour, 0, 0).unwrap();
        let local = self.zone.from_local_datetime(&time).earliest();
        local.map_or_else(|| time.and_utc(), |it| it.to_utc())
    }

    /// Around a time at which some zone changes its clocks.
    fn clock_change(&self, dice: &mut Dice) -> DateTime<Utc> {
        let end = self.from + Days::new(self.days);
        let changes: Vec<DateTime<Utc>> = CLOCK_CHANGES
            .iter()
            .map(|it| it.parse().unwrap())
            .filter(|it: &DateTime<Utc>| (self.from..=end).contains(&it.date_naive()))
            .collect();
        if changes.is_empty() {
            return self.local(self.day(dice), dice);
        }
        *dice.pick(&changes) + TimeDelta::minutes(15 * dice.between(-8, 8))
    }
}
