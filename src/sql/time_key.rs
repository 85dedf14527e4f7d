//! Expressions of the time of orders: what can be grouped and filtered by.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use datafusion::{
    arrow::datatypes::DataType,
    common::ScalarValue,
    logical_expr::{Cast, Expr, expr::ScalarFunction},
};

use super::{columns::ORDERED_AT, refusal::Refusal};
use crate::kpi::{Axis, Cycle, Grain, KeyPart, calendar::local_date};

/// An expression of the time of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeKey {
    /// `date_trunc('month', ordered_at)`: when a bucket starts.
    Start(Grain),
    /// `ordered_at::date`: the day.
    Day,
    /// `extract(year FROM ordered_at)`: the year.
    Year,
    /// `extract(month FROM ordered_at)`: what comes round again, by its number.
    Slot(Cycle),
    /// `extract(dow FROM ordered_at)`: the day of the week from Sunday, which is 0.
    FromSunday,
}

impl TimeKey {
    /// What an expression is of the time of orders; `None` where it is of something else.
    ///
    /// # Errors
    /// When it is of it, and nothing that can be counted by.
    pub fn of(expression: &Expr) -> Result<Option<Self>, Refusal> {
        match expression {
            Expr::Alias(alias) => Self::of(&alias.expr),
            Expr::Cast(Cast { expr, field }) if is_time(expr) => match field.data_type() {
                DataType::Date32 => Ok(Some(Self::Day)),
                _ => Ok(None),
            },
            Expr::ScalarFunction(ScalarFunction { func, args }) => {
                let [unit, time] = args.as_slice() else {
                    return Ok(None);
                };
                let Some(unit) = constant(unit).filter(|_| is_time(time)) else {
                    return Ok(None);
                };
                match func.name() {
                    "date_trunc" => Self::truncated(&text(unit)).map(Some),
                    "date_part" => Self::part(&text(unit)).map(Some),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    fn truncated(unit: &str) -> Result<Self, Refusal> {
        let grain = match unit {
            "hour" => Grain::Hour,
            "day" => Grain::Day,
            "week" => Grain::Week,
            "month" => Grain::Month,
            "quarter" => Grain::Quarter,
            "year" => Grain::Year,
            _ => {
                return Err(Refusal::unsupported(format!(
                    "ordered_at cannot be cut to '{unit}': take hour, day, week, month, quarter or year"
                )));
            }
        };
        Ok(Self::Start(grain))
    }

    fn part(unit: &str) -> Result<Self, Refusal> {
        Ok(match unit {
            "year" => Self::Year,
            "month" => Self::Slot(Cycle::MonthOfYear),
            "isodow" => Self::Slot(Cycle::IsoWeekday),
            "dow" => Self::FromSunday,
            "hour" => Self::Slot(Cycle::HourOfDay),
            _ => {
                return Err(Refusal::unsupported(format!(
                    "the {unit} of ordered_at cannot be asked for: take year, month, isodow, dow or hour, or date_trunc('{unit}', ordered_at)"
                )));
            }
        })
    }

    /// What to group by.
    pub fn axis(self) -> Axis {
        match self {
            Self::Start(grain) => Axis::Bucket(grain),
            Self::Day => Axis::Bucket(Grain::Day),
            Self::Year => Axis::Bucket(Grain::Year),
            Self::Slot(cycle) => Axis::Slot(cycle),
            Self::FromSunday => Axis::Slot(Cycle::IsoWeekday),
        }
    }

    /// A group's value.
    pub fn value(self, part: &KeyPart, zone: Tz) -> ScalarValue {
        match (self, part) {
            (Self::Start(_), KeyPart::Time(start)) => ScalarValue::TimestampMicrosecond(
                Some(start.timestamp_micros()),
                Some(zone.name().into()),
            ),
            (Self::Day, KeyPart::Time(start)) => {
                ScalarValue::Date32(Some(day_number(*start, zone)))
            }
            (Self::Year, KeyPart::Time(start)) => {
                ScalarValue::Int64(Some(local_date(*start, zone).year().into()))
            }
            (Self::FromSunday, KeyPart::Number(slot)) => ScalarValue::Int64(Some(slot % 7)),
            (_, KeyPart::Number(slot)) => ScalarValue::Int64(Some(*slot)),
            _ => ScalarValue::Null,
        }
    }
}

/// A day as days since 1970.
pub fn since_1970(day: NaiveDate) -> i32 {
    const DAYS_TO_1970: i32 = 719_163;
    day.num_days_from_ce() - DAYS_TO_1970
}

/// Days since 1970.
fn day_number(start: DateTime<Utc>, zone: Tz) -> i32 {
    since_1970(local_date(start, zone))
}

/// Whether an expression is the time of orders itself.
pub fn is_time(expression: &Expr) -> bool {
    matches!(expression, Expr::Column(column) if column.name == ORDERED_AT)
}

/// A text, which drivers send with its type beside it.
fn constant(expression: &Expr) -> Option<&ScalarValue> {
    match expression {
        Expr::Literal(value, _) => Some(value),
        Expr::Cast(Cast { expr, field }) if field.data_type().is_string() => constant(expr),
        _ => None,
    }
}

fn text(unit: &ScalarValue) -> String {
    let text = unit.try_as_str().flatten().unwrap_or_default();
    text.to_ascii_lowercase()
}
