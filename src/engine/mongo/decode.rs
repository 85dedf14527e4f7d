//! The server's documents as rows.

use bson::{Bson, Document};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    groups::key_field,
    parts::{any_field, field},
    time,
};
use crate::{
    engine::Error,
    kpi::{
        Axis, CohortCount, Coordinates, DistanceCount, Grain, Key, KeyPart, Measure, Measures,
        Pass, Values, haversine_km,
    },
    store::decimal_from_bson,
};

/// The key of a group.
pub fn key(pass: &Pass, document: &Document) -> Result<Key, Error> {
    let id = document.get("_id").and_then(Bson::as_document);
    let part = |(at, axis): (usize, &Axis)| {
        let value = id.and_then(|id| id.get(key_field(at)));
        key_part(*axis, value.unwrap_or(&Bson::Null), pass)
    };
    pass.line_axes().iter().enumerate().map(part).collect()
}

/// The value of a dimension.
pub fn dimension(value: &Bson) -> KeyPart {
    match value {
        Bson::Null => KeyPart::Missing,
        Bson::String(text) => KeyPart::from(text.as_str()),
        other => KeyPart::from(other.to_string().as_str()),
    }
}

fn key_part(axis: Axis, value: &Bson, pass: &Pass) -> Result<KeyPart, Error> {
    match axis {
        Axis::Dimension(_) => Ok(dimension(value)),
        Axis::Cohort(_) | Axis::Number(_) if *value == Bson::Null => Ok(KeyPart::Missing),
        Axis::Number(_) => {
            let number = decimal_from_bson(value).ok_or_else(|| unreadable(value))?;
            Ok(KeyPart::Decimal(number.normalize()))
        }
        Axis::Bucket(grain) | Axis::Cohort(grain) => start(value, grain, pass).map(KeyPart::Time),
        Axis::Slot(_) => whole(value).map(KeyPart::Number),
    }
}

/// The values of a group.
pub fn values(measures: Measures, group: &Document) -> Result<Values, Error> {
    for measure in measures.iter() {
        if let Some(value) = group.get(field(measure)) {
            let readable = matches!(value, Bson::Null) || number(value).is_some();
            if !readable {
                return Err(unreadable(value));
            }
        }
    }
    Ok(Values::new(measures, |measure| value(measure, group)))
}

fn value(measure: Measure, group: &Document) -> Option<Decimal> {
    let is_unknown = |any: &str| group.get(any) == Some(&Bson::Null);
    if any_field(measure).is_some_and(is_unknown) {
        return None;
    }
    group.get(field(measure)).and_then(number)
}

/// A number, or a time as milliseconds since 1970.
fn number(value: &Bson) -> Option<Decimal> {
    match value {
        Bson::DateTime(time) => Some(time.timestamp_millis().into()),
        other => decimal_from_bson(other),
    }
}

/// How many customers of a cohort, and when.
pub fn cohort(document: &Document, grain: Grain, pass: &Pass) -> Result<CohortCount, Error> {
    let id = document
        .get_document("_id")
        .map_err(|_| unreadable(&Bson::Null))?;
    let start = |shifted| start(shifted, grain, pass);
    Ok(CohortCount {
        cohort: start(id.get("cohort").unwrap_or(&Bson::Null))?,
        bucket: id.get("bucket").map(start).transpose()?,
        customers: count(document, "customers")?,
    })
}

/// How many orders on a route, and its length.
pub fn distance(document: &Document) -> Result<DistanceCount, Error> {
    let km = coordinates(document.get("from"))
        .zip(coordinates(document.get("to")))
        .map(|(from, to)| haversine_km(from, to));
    Ok(DistanceCount {
        km,
        orders: count(document, "orders")?,
    })
}

fn coordinates(point: Option<&Bson>) -> Option<Coordinates> {
    let degrees = |value: &Bson| match value {
        Bson::Double(degrees) => Some(*degrees),
        Bson::Int32(degrees) => Some(f64::from(*degrees)),
        other => decimal_from_bson(other)?.to_string().parse().ok(),
    };
    match point?.as_array()?.as_slice() {
        [longitude, latitude] => Some(Coordinates {
            longitude: degrees(longitude)?,
            latitude: degrees(latitude)?,
        }),
        _ => None,
    }
}

/// A number of orders or customers.
pub fn count(document: &Document, field: &str) -> Result<u64, Error> {
    let number = whole(document.get(field).unwrap_or(&Bson::Null))?;
    u64::try_from(number).map_err(|_| unreadable(&Bson::Int64(number)))
}

fn whole(value: &Bson) -> Result<i64, Error> {
    match value {
        Bson::Int32(number) => Ok(i64::from(*number)),
        Bson::Int64(number) => Ok(*number),
        other => Err(unreadable(other)),
    }
}

/// The instant at which a bucket starts.
fn start(shifted: &Bson, grain: Grain, pass: &Pass) -> Result<DateTime<Utc>, Error> {
    let date = shifted.as_datetime();
    let date = date.ok_or_else(|| unreadable(shifted))?;
    Ok(time::start(*date, grain, pass.scope.calendar.zone))
}

fn unreadable(value: &Bson) -> Error {
    Error::Unreadable(format!("{value}"))
}
