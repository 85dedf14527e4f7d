//! Scalars of the shop's world.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::kpi::calendar::YEARS;

/// An exact decimal number, as a JSON number with all its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

/// An exact decimal number, as a JSON number with all its digits: read it as a
/// decimal where your language has one; a double keeps 15 of them.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        Ok(Self(text.parse().map_err(|_| "expected a decimal number")?))
    }

    fn to_value(&self) -> Value {
        let digits = self.0.normalize().to_string();
        digits.parse().map_or(Value::Null, Value::Number)
    }
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A calendar day in the shop's time zone, as ISO 8601 writes it: `2024-03-31`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let day = text(&value)?.parse().ok();
        let day = day.filter(|day: &NaiveDate| YEARS.contains(&day.year()));
        Ok(Self(day.ok_or(
            "expected a day such as 2024-03-31, of the years 1 to 9999",
        )?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A month of a year, by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearMonth(pub NaiveDate);

/// A month of a year, as ISO 8601 writes it: `2024-03`.
#[Scalar(name = "YearMonth")]
impl ScalarType for YearMonth {
    fn parse(value: Value) -> InputValueResult<Self> {
        let first = format!("{}-01", text(&value)?);
        let first = NaiveDate::parse_from_str(&first, "%Y-%m-%d").ok();
        let first = first.filter(|day| YEARS.contains(&day.year()));
        Ok(Self(first.ok_or(
            "expected a month such as 2024-03, of the years 1 to 9999",
        )?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m").to_string())
    }
}

/// A time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub Tz);

/// A time zone by its IANA name: `Europe/Paris`.
#[Scalar(name = "TimeZone")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        let zone = text(&value)?.parse();
        Ok(Self(zone.map_err(
            |_| "expected an IANA time zone such as Europe/Paris",
        )?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.name().to_owned())
    }
}

fn text<T: InputType>(value: &Value) -> Result<&str, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other.clone())),
    }
}
