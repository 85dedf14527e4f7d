//! Keys: what a row is grouped by on each axis.

use bson::{Bson, Document, doc};

use super::{customers::FIRST_ORDER, filter::expression, numbers, stage::Stage, time::LocalTime};
use crate::kpi::{Axis, Pass};

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
    (0..pass.line_axes().len()).map(part).collect()
}

/// The axes that can tell the lines of one order apart, by their place, and what each is of a
/// `$$line`.
fn line_axes(axes: &[Axis]) -> Vec<(usize, Bson)> {
    let of_lines = |(at, axis): (usize, &Axis)| match axis {
        Axis::Dimension(dimension) if dimension.is_of_lines() => {
            Some((at, expression(*dimension).into()))
        }
        Axis::Number(number) if axis.is_of_lines() => Some((at, numbers::of_row(*number).into())),
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
        .map(|(at, value)| (key_field(*at), value.clone()))
        .collect();
    let keys = doc! { "$map": { "input": "$lines", "as": "line", "in": key } };
    let same = |(at, value): &(usize, Bson)| -> Document {
        doc! { "$eq": [value.clone(), format!("$$key.{}", key_field(*at))] }
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
pub fn key(axes: &[Axis], local: &LocalTime) -> Document {
    let part = |(at, axis): (usize, &Axis)| -> (String, Bson) {
        (key_field(at), key_part(at, *axis, local))
    };
    axes.iter().enumerate().map(part).collect()
}

fn key_part(at: usize, axis: Axis, local: &LocalTime) -> Bson {
    match axis {
        _ if axis.is_of_lines() => format!("${CELL}.key.{}", key_field(at)).into(),
        Axis::Dimension(dimension) => expression(dimension).into(),
        Axis::Bucket(grain) => local.bucket("$orderedAt", grain).into(),
        Axis::Slot(cycle) => local.slot("$orderedAt", cycle).into(),
        Axis::Number(number) => numbers::of_row(number).into(),
        Axis::Cohort(grain) => {
            let first = format!("${FIRST_ORDER}.orderedAt");
            local.of_any_time().bucket(&first, grain).into()
        }
    }
}
