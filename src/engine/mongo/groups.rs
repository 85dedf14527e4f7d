//! Keys: what a row is grouped by on each axis.

use bson::{Bson, Document, doc};
use chrono_tz::Tz;

use super::{filter::expression, stage::Stage};
use crate::kpi::{Axis, Cycle, Dimension, Grain, Pass};

/// Where the part of an order that belongs to one group stands.
const CELL: &str = "_cell";

/// The field of a key's part.
pub fn key_field(at: usize) -> String {
    format!("k{at}")
}

/// A key as a `$group`'s `_id`; no axis, one group.
pub fn id(key: Document) -> Bson {
    if key.is_empty() {
        Bson::Null
    } else {
        key.into()
    }
}

/// A pass's key, read from the fields under a prefix.
pub fn key_from(pass: &Pass, prefix: &str) -> Document {
    let part = |at| {
        (
            key_field(at),
            Bson::from(format!("{prefix}{}", key_field(at))),
        )
    };
    (0..pass.axes.len()).map(part).collect()
}

/// The axes that can tell the lines of one order apart, by their place.
fn line_axes(axes: &[Axis]) -> Vec<(usize, Dimension)> {
    let of_lines = |(at, axis): (usize, &Axis)| match axis {
        Axis::Dimension(dimension) if dimension.is_of_lines() => Some((at, *dimension)),
        _ => None,
    };
    axes.iter().enumerate().filter_map(of_lines).collect()
}

/// Where the lines of a row stand.
pub fn lines_path(axes: &[Axis]) -> &'static str {
    if line_axes(axes).is_empty() {
        "lines"
    } else {
        "_cell.lines"
    }
}

/// Splits each order into its cells: the groups that its lines belong to, each once.
///
/// Nothing to do where no axis tells lines apart.
pub fn cells(axes: &[Axis]) -> Vec<Stage> {
    let line_axes = line_axes(axes);
    if line_axes.is_empty() {
        return Vec::new();
    }
    let key: Document = line_axes
        .iter()
        .map(|(at, dimension)| (key_field(*at), expression(*dimension).into()))
        .collect();
    let keys = doc! { "$map": { "input": "$lines", "as": "line", "in": key } };
    let same = |(at, dimension): &(usize, Dimension)| -> Document {
        doc! { "$eq": [expression(*dimension), format!("$$key.{}", key_field(*at))] }
    };
    let same: Vec<Document> = line_axes.iter().map(same).collect();
    let lines = doc! { "$filter": { "input": "$lines", "as": "line", "cond": { "$and": same } } };
    let cells = doc! { "$map": {
        "input": { "$setUnion": [keys] },
        "as": "key",
        "in": { "key": "$$key", "lines": lines },
    } };
    vec![
        Stage::Set(doc! { CELL: cells }),
        Stage::Unwind(format!("${CELL}")),
    ]
}

/// The key of a row: an expression for each axis.
pub fn key(axes: &[Axis], zone: Tz) -> Document {
    let part = |(at, axis): (usize, &Axis)| -> (String, Bson) {
        (key_field(at), key_part(at, *axis, zone))
    };
    axes.iter().enumerate().map(part).collect()
}

fn key_part(at: usize, axis: Axis, zone: Tz) -> Bson {
    match axis {
        Axis::Dimension(dimension) if dimension.is_of_lines() => {
            format!("${CELL}.key.{}", key_field(at)).into()
        }
        Axis::Dimension(dimension) => expression(dimension).into(),
        Axis::Bucket(grain) => bucket("$orderedAt", grain, zone).into(),
        Axis::Slot(cycle) => slot(cycle, zone).into(),
    }
}

/// The start of the bucket that a time is in.
pub fn bucket(time: &str, grain: Grain, zone: Tz) -> Document {
    if grain == Grain::Hour && zone != Tz::UTC {
        return hour(time, zone);
    }
    let mut truncation = doc! { "date": time };
    truncation.extend(calendar_unit(grain, zone));
    doc! { "$dateTrunc": truncation }
}

/// The start of the hour on the clock.
///
/// `$dateTrunc` counts hours from the zone's first of January 2000, and is half an hour
/// off where the zone was then: on Lord Howe in winter, in Caracas for ten years.
fn hour(time: &str, zone: Tz) -> Document {
    let of = doc! { "date": time, "timezone": zone.name() };
    doc! { "$subtract": [time, { "$add": [
        { "$multiply": [{ "$minute": of.clone() }, 60_000] },
        { "$multiply": [{ "$second": of }, 1_000] },
        { "$millisecond": time },
    ] }] }
}

/// The grain, zone and first day of the week, as date operators take them.
///
/// A zone costs the server twice the time, so UTC goes without saying.
pub fn calendar_unit(grain: Grain, zone: Tz) -> Document {
    let mut unit = doc! { "unit": unit(grain) };
    if grain == Grain::Week {
        unit.insert("startOfWeek", "monday");
    }
    if zone != Tz::UTC {
        unit.insert("timezone", zone.name());
    }
    unit
}

fn unit(grain: Grain) -> &'static str {
    match grain {
        Grain::Hour => "hour",
        Grain::Day => "day",
        Grain::Week => "week",
        Grain::Month => "month",
        Grain::Quarter => "quarter",
        Grain::Year => "year",
    }
}

fn slot(cycle: Cycle, zone: Tz) -> Document {
    let part = |operator: &str| {
        let mut of = doc! { "date": "$orderedAt" };
        if zone != Tz::UTC {
            of.insert("timezone", zone.name());
        }
        doc! { operator: of }
    };
    match cycle {
        Cycle::MonthOfYear => part("$month"),
        Cycle::IsoWeekday => part("$isoDayOfWeek"),
        Cycle::HourOfDay => part("$hour"),
        Cycle::WeekdayHour => {
            let days = doc! { "$subtract": [part("$isoDayOfWeek"), 1] };
            doc! { "$add": [{ "$multiply": [days, 24] }, part("$hour")] }
        }
    }
}
