//! Parquet: typed rows as documents, of the columns that are wanted only.

use std::{fs::File, sync::Arc};

use bson::{Bson, Document};
use chrono::{DateTime, Days, NaiveDate};
use parquet::{
    basic::{LogicalType, TimeUnit},
    data_type::Decimal,
    errors::ParquetError,
    file::{reader::FileReader as _, serialized_reader::SerializedFileReader},
    record::{Field, Row},
    schema::types::{Type, TypePtr},
};

use super::{Error, Input, Item, Result, Take};

/// What a column's own type says that its values do not.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    /// Whether they count nanoseconds.
    are_nanoseconds: bool,
    /// Whether they show some wall clock.
    are_local: bool,
}

pub(super) fn read(input: &Input<'_>, take: &mut Take<'_>) -> Result<()> {
    let file = File::open(&input.path).map_err(|source| input.unreadable(source))?;
    let unreadable = |error: ParquetError| unreadable(input, error);
    let reader = SerializedFileReader::new(file).map_err(unreadable)?;
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<String> = schema
        .get_fields()
        .iter()
        .map(|it| it.name().into())
        .collect();
    input.check_columns(&names)?;
    let wanted = schema.get_fields().iter();
    let wanted: Vec<TypePtr> = wanted
        .filter(|it| it.name() == "_id" || input.wanted.contains(it.name()))
        .map(Arc::clone)
        .collect();
    let times: Vec<Times> = wanted.iter().map(|it| times(it)).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(wanted);
    let projection = projection.build().map_err(unreadable)?;
    let rows = reader.get_row_iter(Some(projection)).map_err(unreadable)?;
    for (number, row) in (1..).zip(rows) {
        take(
            number,
            Item::Row(document(row.map_err(unreadable)?, &times)),
        )?;
    }
    Ok(())
}

fn unreadable(input: &Input<'_>, error: ParquetError) -> Error {
    input.unreadable(std::io::Error::other(error))
}

fn times(column: &Type) -> Times {
    match column.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp {
            is_adjusted_to_u_t_c,
            unit,
        }) => Times {
            are_nanoseconds: *unit == TimeUnit::NANOS,
            are_local: !is_adjusted_to_u_t_c,
        },
        _ => Times::default(),
    }
}

fn document(row: Row, times: &[Times]) -> Document {
    let columns = row.into_columns().into_iter().zip(times);
    let fields = columns.filter_map(|((name, field), times)| Some((name, value(field, *times)?)));
    fields.collect()
}

/// A field's value; `None` where it has none, or one that is nothing to a shop.
fn value(field: Field, times: Times) -> Option<Bson> {
    Some(match field {
        Field::Null | Field::TimeMillis(_) | Field::TimeMicros(_) | Field::MapInternal(_) => {
            return None;
        }
        Field::Bool(is) => is.into(),
        Field::Byte(number) => i32::from(number).into(),
        Field::Short(number) => i32::from(number).into(),
        Field::Int(number) => number.into(),
        Field::Long(nanoseconds) if times.are_nanoseconds => {
            time(nanoseconds.div_euclid(1_000_000), times)?
        }
        Field::Long(number) => number.into(),
        Field::UByte(number) => i32::from(number).into(),
        Field::UShort(number) => i32::from(number).into(),
        Field::UInt(number) => i64::from(number).into(),
        Field::ULong(number) => decimal(number.into(), 0)?,
        // Its shortest text is meant, as in other files, not what it is as a double.
        Field::Float16(number) => number.to_string().parse::<f64>().ok()?.into(),
        Field::Float(number) => number.to_string().parse::<f64>().ok()?.into(),
        Field::Double(number) => number.into(),
        Field::Decimal(number) => of_decimal(&number)?,
        Field::Str(text) => text.into(),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).ok()?.into(),
        Field::Date(days) => day(days)?.to_string().into(),
        Field::TimestampMillis(milliseconds) => time(milliseconds, times)?,
        Field::TimestampMicros(microseconds) => time(microseconds.div_euclid(1_000), times)?,
        Field::Group(row) => {
            let fields = row.into_columns().into_iter();
            let fields = fields.filter_map(|(name, it)| Some((name, value(it, Times::default())?)));
            Bson::Document(fields.collect())
        }
        Field::ListInternal(list) => {
            let elements = list.elements().iter().cloned();
            let elements = elements.filter_map(|it| value(it, Times::default()));
            Bson::Array(elements.collect())
        }
    })
}

/// An instant; a wall clock's time as text, so that it is read in the zone of its field.
fn time(milliseconds: i64, times: Times) -> Option<Bson> {
    if !times.are_local {
        return Some(bson::DateTime::from_millis(milliseconds).into());
    }
    let local = DateTime::from_timestamp_millis(milliseconds)?.naive_utc();
    Some(local.format("%Y-%m-%dT%H:%M:%S%.f").to_string().into())
}

fn day(days: i32) -> Option<NaiveDate> {
    let first = NaiveDate::default();
    let count = Days::new(days.unsigned_abs().into());
    if days < 0 {
        first.checked_sub_days(count)
    } else {
        first.checked_add_days(count)
    }
}

/// Big-endian bytes of two's complement, with so many of its digits after the point.
fn of_decimal(number: &Decimal) -> Option<Bson> {
    let bytes = number.data();
    let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut whole = [if is_negative { 0xff } else { 0 }; 16];
    let start = whole.len().checked_sub(bytes.len())?;
    whole[start..].copy_from_slice(bytes);
    decimal(
        i128::from_be_bytes(whole),
        u32::try_from(number.scale()).ok()?,
    )
}

fn decimal(whole: i128, scale: u32) -> Option<Bson> {
    let number = rust_decimal::Decimal::try_from_i128_with_scale(whole, scale).ok()?;
    Some(Bson::Decimal128(number.to_string().parse().ok()?))
}
