//! Values between SQL's columns and tables that are handed out: cells of batches, and constants
//! that a URL writes as text.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, RecordBatch, cast::AsArray},
        datatypes::{
            DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType,
        },
    },
    common::ScalarValue,
};
use rust_decimal::Decimal;

use super::{
    columns::{SCALE, numeric},
    time_key::since_1970,
};
use crate::{
    kpi::calendar::start_of_day,
    tables::{Cell, Holds},
};

/// What the cells of a column hold.
pub fn holds(data_type: &DataType) -> Holds {
    match data_type {
        DataType::Boolean => Holds::Truth,
        DataType::Date32 => Holds::Day,
        DataType::Decimal128(..) => Holds::Decimal,
        DataType::Float64 => Holds::Double,
        DataType::Int64 => Holds::Whole,
        DataType::Timestamp(..) => Holds::Instant,
        _ => Holds::Text,
    }
}

/// The rows of a batch; times as the zone's clocks show them.
pub fn rows(batch: &RecordBatch, zone: Tz) -> Vec<Vec<Cell>> {
    let mut rows = vec![Vec::with_capacity(batch.num_columns()); batch.num_rows()];
    for column in batch.columns() {
        for (at, row) in rows.iter_mut().enumerate() {
            row.push(cell(column, at, zone));
        }
    }
    rows
}

fn cell(column: &ArrayRef, at: usize, zone: Tz) -> Cell {
    if column.is_null(at) {
        return Cell::Missing;
    }
    match column.data_type() {
        DataType::Boolean => Cell::Truth(column.as_boolean().value(at)),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().value(at);
            NaiveDate::from_epoch_days(days).map_or(Cell::Missing, Cell::Day)
        }
        DataType::Decimal128(..) => {
            let digits = column.as_primitive::<Decimal128Type>().value(at);
            decimal(digits).map_or(Cell::Missing, Cell::Decimal)
        }
        DataType::Float64 => Cell::Double(column.as_primitive::<Float64Type>().value(at)),
        DataType::Int64 => Cell::Whole(column.as_primitive::<Int64Type>().value(at)),
        DataType::Timestamp(..) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(at);
            let at = DateTime::from_timestamp_micros(micros);
            at.map_or(Cell::Missing, |it| {
                Cell::Instant(it.with_timezone(&zone).fixed_offset())
            })
        }
        DataType::Utf8View => Cell::Text(column.as_string_view().value(at).to_owned()),
        _ => Cell::Text(column.as_string::<i32>().value(at).to_owned()),
    }
}

/// The number of so many units of a column's last digit.
fn decimal(mut units: i128) -> Option<Decimal> {
    let mut scale = u32::from(SCALE);
    while scale > 0 && units % 10 == 0 {
        (units, scale) = (units / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(units, scale).ok()
}

/// A constant of a column's type; why there is none, in words that follow the column's name.
/// A day stands for its first instant in the zone.
///
/// # Errors
/// When the text is none.
pub fn constant(text: &str, of: &DataType, zone: Tz) -> Result<ScalarValue, &'static str> {
    Ok(match of {
        DataType::Boolean => {
            let truth = text.parse().map_err(|_| "is true or false")?;
            ScalarValue::Boolean(Some(truth))
        }
        DataType::Date32 => {
            let day = text.parse().map_err(|_| "is a day, such as 2025-03-14")?;
            ScalarValue::Date32(Some(since_1970(day)))
        }
        DataType::Decimal128(..) => {
            let number = text.parse().ok().and_then(numeric);
            let units = number.ok_or("is a number, such as 12.50")?;
            ScalarValue::try_new_decimal128(units, 38, SCALE.cast_signed())
                .map_err(|_| "is a number of at most 38 digits")?
        }
        DataType::Float64 => {
            let number: Option<f64> = text.parse().ok().filter(|it: &f64| it.is_finite());
            ScalarValue::Float64(Some(number.ok_or("is a number, such as 12.5")?))
        }
        DataType::Int64 => {
            let number = text.parse().map_err(|_| "is a whole number")?;
            ScalarValue::Int64(Some(number))
        }
        DataType::Timestamp(..) => {
            let at = instant(text, zone);
            let at =
                at.ok_or("is a day or an instant, such as 2025-03-14 or 2025-03-14T10:00:00Z")?;
            ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some(zone.name().into()))
        }
        _ => ScalarValue::Utf8(Some(text.to_owned())),
    })
}

fn instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let day: Option<NaiveDate> = text.parse().ok();
    let at = || DateTime::parse_from_rfc3339(text).ok();
    day.map(|it| start_of_day(it, zone))
        .or_else(|| at().map(Into::into))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    };

    use super::{
        super::columns::{NUMERIC, timestamp},
        *,
    };

    #[test]
    fn values_are_what_they_were() {
        let zone = chrono_tz::Europe::Paris;
        let numbers = Decimal128Array::from(vec![Some(-12_500_000_000_000_000), None]);
        let numbers = numbers.with_data_type(NUMERIC);
        // 2024-03-31T01:30:00Z, an hour after Paris put its clocks forward.
        let times = TimestampMicrosecondArray::from(vec![Some(1_711_848_600_000_000), None]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", Arc::new(StringArray::from(vec![Some("é"), None]))),
            ("number", Arc::new(numbers)),
            ("count", Arc::new(Int64Array::from(vec![Some(7), None]))),
            ("share", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
            (
                "truth",
                Arc::new(BooleanArray::from(vec![Some(true), None])),
            ),
            ("day", Arc::new(Date32Array::from(vec![Some(19_813), None]))),
            ("at", Arc::new(times.with_timezone(zone.name()))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, it)| (name, it, true)),
        )
        .unwrap();
        let expected = [
            Cell::Text("é".into()),
            Cell::Decimal("-12.5".parse().unwrap()),
            Cell::Whole(7),
            Cell::Double(0.5),
            Cell::Truth(true),
            Cell::Day("2024-03-31".parse().unwrap()),
            Cell::Instant("2024-03-31T03:30:00+02:00".parse().unwrap()),
        ];
        let missing = vec![Cell::Missing; expected.len()];
        assert_eq!(rows(&batch, zone), [expected.to_vec(), missing]);
    }

    #[test]
    fn constants_are_read_by_their_columns() {
        let zone = chrono_tz::Europe::Paris;
        let at =
            |micros| ScalarValue::TimestampMicrosecond(Some(micros), Some("Europe/Paris".into()));
        for (text, of, expected) in [
            (
                "12.50",
                NUMERIC,
                ScalarValue::Decimal128(Some(12_500_000_000_000_000), 38, 15),
            ),
            ("-3", DataType::Int64, ScalarValue::Int64(Some(-3))),
            ("true", DataType::Boolean, ScalarValue::Boolean(Some(true))),
            ("1970-01-02", DataType::Date32, ScalarValue::Date32(Some(1))),
            // Midnight in Paris is 23:00 the day before in UTC.
            ("2024-01-01", timestamp(zone), at(1_704_063_600_000_000)),
            (
                "2024-01-01T00:00:00Z",
                timestamp(zone),
                at(1_704_067_200_000_000),
            ),
            ("12", DataType::Utf8, ScalarValue::Utf8(Some("12".into()))),
        ] {
            assert_eq!(constant(text, &of, zone), Ok(expected), "{text}");
        }
        for (text, of) in [
            ("ten", NUMERIC),
            ("1.5", DataType::Int64),
            ("yes", DataType::Boolean),
            ("NaN", DataType::Float64),
            ("2024-02-30", DataType::Date32),
            ("soon", timestamp(zone)),
        ] {
            assert!(constant(text, &of, zone).is_err(), "{text}");
        }
    }
}
