//! Parquet: typed rows as documents, of the columns that are wanted only.

use std::{fs::File, io, sync::Arc};

use bson::{Bson, Document, Uuid};
use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit},
    data_type::Decimal,
    errors::ParquetError,
    file::{reader::FileReader as _, serialized_reader::SerializedFileReader},
    record::{Field, Row},
    schema::types::{Type, TypePtr},
};

use super::{Error, Input, Item, Result, Take};

/// What a column's own type says that its values do not.
#[derive(Clone, Copy, Debug, Default)]
struct Meaning {
    /// Whether they are times that count nanoseconds.
    are_nanoseconds: bool,
    /// Whether they are times that show some wall clock.
    are_local: bool,
    /// Whether they are UUIDs.
    are_uuids: bool,
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
    let wanted = schema
        .get_fields()
        .iter()
        .filter(|it| input.wants(it.name()));
    let wanted: Vec<TypePtr> = wanted.map(Arc::clone).collect();
    if let Some(column) = wanted.iter().find(|it| holds_intervals(it)) {
        return Err(Error::NoValues {
            path: input.path.clone(),
            column: column.name().into(),
            what: "an interval",
        });
    }
    let meanings: Vec<Meaning> = wanted.iter().map(|it| meaning(it)).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(wanted);
    let projection = projection.build().map_err(unreadable)?;
    let rows = reader.get_row_iter(Some(projection)).map_err(unreadable)?;
    for (number, row) in (1..).zip(rows) {
        let document = document(row.map_err(unreadable)?, &meanings);
        take(number, document.map_or_else(Item::Broken, Item::Row))?;
    }
    Ok(())
}

/// Whether a column, or one within it, holds intervals, which the reader of rows gives up at.
fn holds_intervals(column: &Type) -> bool {
    if column.is_group() {
        return column.get_fields().iter().any(|it| holds_intervals(it));
    }
    column.get_basic_info().converted_type() == ConvertedType::INTERVAL
}

fn unreadable(input: &Input<'_>, error: ParquetError) -> Error {
    input.unreadable(io::Error::new(io::ErrorKind::InvalidData, error))
}

fn meaning(column: &Type) -> Meaning {
    match column.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp {
            is_adjusted_to_u_t_c,
            unit,
        }) => Meaning {
            are_nanoseconds: *unit == TimeUnit::NANOS,
            are_local: !is_adjusted_to_u_t_c,
            ..Meaning::default()
        },
        Some(LogicalType::Uuid) => Meaning {
            are_uuids: true,
            ..Meaning::default()
        },
        _ => Meaning::default(),
    }
}

/// A row's fields, or why one of them cannot be read.
fn document(row: Row, meanings: &[Meaning]) -> Result<Document, String> {
    let mut document = Document::new();
    for ((name, field), meaning) in row.into_columns().into_iter().zip(meanings) {
        match value(field, *meaning) {
            Ok(Bson::Null) => {}
            Ok(value) => {
                document.insert(name, value);
            }
            Err(what) => return Err(format!("`{name}` holds {what}")),
        }
    }
    Ok(document)
}

/// A field's value, or what it holds that is none.
fn value(field: Field, meaning: Meaning) -> Result<Bson, &'static str> {
    const NO_TIME: &str = "a time out of all calendars";
    const TOO_LARGE: &str = "a number of too many digits";
    let within = |field: Field| value(field, Meaning::default());
    Ok(match field {
        Field::Null => Bson::Null,
        Field::Bool(is) => is.into(),
        Field::Byte(number) => i32::from(number).into(),
        Field::Short(number) => i32::from(number).into(),
        Field::Int(number) => number.into(),
        Field::Long(nanoseconds) if meaning.are_nanoseconds => {
            time(nanoseconds.div_euclid(1_000_000), meaning).ok_or(NO_TIME)?
        }
        Field::Long(number) => number.into(),
        Field::UByte(number) => i32::from(number).into(),
        Field::UShort(number) => i32::from(number).into(),
        Field::UInt(number) => i64::from(number).into(),
        Field::ULong(number) => decimal(number.into(), 0).ok_or(TOO_LARGE)?,
        // Its shortest text is meant, as in other files, not what it is as a double.
        Field::Float16(number) => as_double(&number).into(),
        Field::Float(number) => as_double(&number).into(),
        Field::Double(number) => number.into(),
        Field::Decimal(number) => of_decimal(&number).ok_or(TOO_LARGE)?,
        Field::Str(text) => text.into(),
        Field::Bytes(bytes) => of_bytes(bytes.data(), meaning)?,
        Field::Date(days) => day(days).ok_or(NO_TIME)?.to_string().into(),
        Field::TimeMillis(milliseconds) => {
            of_day(i64::from(milliseconds) * 1_000).ok_or(NO_TIME)?
        }
        Field::TimeMicros(microseconds) => of_day(microseconds).ok_or(NO_TIME)?,
        Field::TimestampMillis(milliseconds) => time(milliseconds, meaning).ok_or(NO_TIME)?,
        Field::TimestampMicros(microseconds) => {
            time(microseconds.div_euclid(1_000), meaning).ok_or(NO_TIME)?
        }
        Field::Group(row) => {
            let fields = row.into_columns().into_iter();
            let fields = fields.map(|(name, it)| Ok((name, within(it)?)));
            Bson::Document(fields.collect::<Result<_, &str>>()?)
        }
        Field::ListInternal(list) => {
            let elements = list.elements().iter().cloned().map(within);
            Bson::Array(elements.collect::<Result<_, _>>()?)
        }
        Field::MapInternal(map) => {
            let entries = map.entries().iter().cloned().map(|(name, it)| match name {
                Field::Str(name) => Ok((name, within(it)?)),
                _ => Err("a map whose keys are no text"),
            });
            Bson::Document(entries.collect::<Result<_, _>>()?)
        }
    })
}

fn as_double(number: &impl ToString) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

fn of_bytes(bytes: &[u8], meaning: Meaning) -> Result<Bson, &'static str> {
    if meaning.are_uuids {
        let bytes = bytes.try_into().map_err(|_| "a UUID of too few bytes")?;
        return Ok(Uuid::from_bytes(bytes).into());
    }
    let text = std::str::from_utf8(bytes);
    Ok(text.map_err(|_| "bytes that are no text")?.into())
}

/// A time of some day, as text, to be read with a day.
fn of_day(microseconds: i64) -> Option<Bson> {
    let seconds = u32::try_from(microseconds.div_euclid(1_000_000)).ok()?;
    let nanoseconds = u32::try_from(microseconds.rem_euclid(1_000_000)).ok()? * 1_000;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanoseconds)?;
    Some(time.format("%H:%M:%S%.f").to_string().into())
}

/// An instant; a wall clock's time as text, so that it is read in the zone of its field.
fn time(milliseconds: i64, meaning: Meaning) -> Option<Bson> {
    if !meaning.are_local {
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
