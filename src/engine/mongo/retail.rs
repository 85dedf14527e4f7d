//! Retail calendars in pipelines: months, quarters and years of whole weeks.
//!
//! [`RetailYear`] says which weeks a year has; here it is reckoned in the database's own date
//! arithmetic, on local times that are written as if they were UTC.

use bson::{Bson, Document, doc};

use super::time::{first_of_months as first_of_calendar_months, truncated};
use crate::kpi::{Calendar, Grain, RetailYear};

const DAY: i64 = 24 * 60 * 60 * 1000;
const WEEK: i64 = 7 * DAY;
/// The weeks of a quarter.
const QUARTER: i64 = 13;

/// The first day of the stretch of 1, 3 or 12 months of a retail year that a local time is in.
pub fn first_of_months(
    local: Bson,
    months: usize,
    retail: RetailYear,
    calendar: Calendar,
) -> Document {
    let latest = retail.ends.latest_start();
    // A week is in the year when its last day, less so many, is not before the first of the
    // year's first month.
    let ahead = days(6) - days(latest);
    let week = truncated(local, Grain::Week, calendar);
    let within = doc! { "$add": ["$$week", ahead] };
    let nominal = first_of_calendar_months(within.into(), Grain::Year, calendar);
    let start = doc! { "$add": [nominal, days(latest)] };
    let year = truncated(start.into(), Grain::Week, calendar);
    let weeks = doc! { "$divide": [{ "$subtract": ["$$week", "$$year"] }, WEEK] };
    let weeks = doc! { "$let": {
        "vars": { "weeks": weeks },
        "in": weeks_before(months, retail),
    } };
    let first = doc! { "$add": ["$$year", { "$multiply": [weeks, WEEK] }] };
    let from_year = doc! { "$let": { "vars": { "year": year }, "in": first } };
    doc! { "$let": { "vars": { "week": week }, "in": from_year } }
}

/// How many weeks of the year are over where the month, quarter or year begins that the week
/// `$$weeks`, from 0 on, is in.
fn weeks_before(months: usize, retail: RetailYear) -> Bson {
    if months == 12 {
        return 0_i64.into();
    }
    // The 53rd week is of the last quarter.
    let quarter = doc! { "$min": [{ "$floor": { "$divide": ["$$weeks", QUARTER] } }, 3] };
    let quarters = doc! { "$multiply": [quarter, QUARTER] };
    if months == 3 {
        return quarters.into();
    }
    let into_quarter = doc! { "$subtract": ["$$weeks", "$$quarters"] };
    let [_, second, third] = retail.weeks.month_starts().map(u64::cast_signed);
    let month = doc! { "$switch": {
        "branches": [
            { "case": { "$gte": ["$$into", third] }, "then": third },
            { "case": { "$gte": ["$$into", second] }, "then": second },
        ],
        "default": 0_i64,
    } };
    let of_quarter = doc! { "$let": { "vars": { "into": into_quarter }, "in": month } };
    let weeks = doc! { "$add": ["$$quarters", of_quarter] };
    doc! { "$let": { "vars": { "quarters": quarters }, "in": weeks } }.into()
}

fn days(days: u64) -> i64 {
    days.cast_signed() * DAY
}
