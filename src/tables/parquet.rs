//! Rows as a Parquet file: typed columns, read by notebooks and databases without guessing.

use std::sync::Arc;

use ::parquet::{
    basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray},
    errors::{ParquetError, Result},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::{Type, TypePtr},
};
use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use super::form::{Cell, Column, Holds, Table, too_large};
use crate::asking::Refused;

/// Digits of a decimal, and those of them after the point: the same in every file, so that
/// files can be read as one. SQL has as many.
const PRECISION: i32 = 38;
const SCALE: u32 = 15;
/// Bytes of a number of 38 digits.
const DECIMAL_BYTES: i32 = 16;
/// Rows that stand together in the file.
const ROWS_OF_GROUP: usize = 100_000;

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, most: usize) -> std::result::Result<Vec<u8>, Refused> {
    let written = file(table).map_err(|error| failed(&error))?;
    if written.len() > most {
        return Err(too_large(most));
    }
    Ok(written)
}

/// What is said where a file cannot be written.
pub fn failed(error: &ParquetError) -> Refused {
    tracing::error!(%error, "a Parquet file cannot be written");
    Refused::internal()
}

fn file(table: &Table) -> Result<Vec<u8>> {
    let mut file = File::new("kpis", &table.columns)?;
    let mut written = Vec::new();
    for rows in table.rows.chunks(ROWS_OF_GROUP) {
        file.group(rows)?;
        written.extend(file.taken());
    }
    written.extend(file.end()?);
    Ok(written)
}

/// A file that is written group by group, and taken from as it grows.
pub struct File {
    writer: SerializedFileWriter<Vec<u8>>,
}

impl File {
    /// One without rows, of a table of this name.
    ///
    /// # Errors
    /// When columns cannot stand in one file.
    pub fn new(name: &str, columns: &[Column]) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("salesgraph ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let schema = schema(name, columns)?;
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        Ok(Self { writer })
    }

    /// Writes rows that stand together.
    ///
    /// # Errors
    /// When a cell does not fit its column.
    pub fn group(&mut self, rows: &[Vec<Cell>]) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        let mut at = 0;
        while let Some(mut column) = group.next_column()? {
            let cells = rows.iter().map(|row| &row[at]);
            write(column.untyped(), cells)?;
            column.close()?;
            at += 1;
        }
        group.close()?;
        Ok(())
    }

    /// What has been written since it was last taken. The writer counts bytes by itself.
    pub fn taken(&mut self) -> Vec<u8> {
        std::mem::take(self.writer.inner_mut())
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> Result<Vec<u8>> {
        self.writer.into_inner()
    }
}

fn schema(name: &str, columns: &[Column]) -> Result<TypePtr> {
    let fields = columns.iter().map(|it| Ok(Arc::new(field(it)?)));
    let schema = Type::group_type_builder(name).with_fields(fields.collect::<Result<_>>()?);
    Ok(Arc::new(schema.build()?))
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical) = match column.holds {
        Holds::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Holds::Day => (Physical::INT32, Some(LogicalType::Date)),
        Holds::Instant => {
            let micros = LogicalType::Timestamp {
                is_adjusted_to_u_t_c: true,
                unit: TimeUnit::MICROS,
            };
            (Physical::INT64, Some(micros))
        }
        Holds::Whole => (Physical::INT64, None),
        Holds::Decimal => {
            let decimal = LogicalType::Decimal {
                scale: SCALE.cast_signed(),
                precision: PRECISION,
            };
            (Physical::FIXED_LEN_BYTE_ARRAY, Some(decimal))
        }
        Holds::Double => (Physical::DOUBLE, None),
        Holds::Truth => (Physical::BOOLEAN, None),
    };
    let mut field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    if column.holds == Holds::Decimal {
        field = field
            .with_length(DECIMAL_BYTES)
            .with_precision(PRECISION)
            .with_scale(SCALE.cast_signed());
    }
    field.build()
}

/// Writes the cells of a column; what is missing has no value, only a level of 0.
fn write<'t>(
    writer: &mut ColumnWriter<'_>,
    cells: impl Iterator<Item = &'t Cell> + Clone,
) -> Result<()> {
    let there = cells.clone().filter(|it| **it != Cell::Missing);
    let levels: Vec<i16> = cells.map(|it| i16::from(*it != Cell::Missing)).collect();
    let levels = Some(levels.as_slice());
    match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let values: Result<Vec<ByteArray>> = there.map(text).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            let values: Result<Vec<i32>> = there.map(day).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let values: Result<Vec<i64>> = there.map(whole).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let values: Result<Vec<f64>> = there.map(double).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
            let values: Result<Vec<FixedLenByteArray>> = there.map(decimal).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            let values: Result<Vec<bool>> = there.map(truth).collect();
            writer.write_batch(&values?, levels, None)
        }
        ColumnWriter::Int96ColumnWriter(_) | ColumnWriter::FloatColumnWriter(_) => {
            unreachable!("no column is of such a type")
        }
    }?;
    Ok(())
}

fn text(cell: &Cell) -> Result<ByteArray> {
    match cell {
        Cell::Text(text) => Ok(text.as_bytes().to_vec().into()),
        other => Err(unfit(other)),
    }
}

/// Days since 1970.
fn day(cell: &Cell) -> Result<i32> {
    match cell {
        Cell::Day(day) => Ok(day.num_days_from_ce() - NaiveDate::default().num_days_from_ce()),
        other => Err(unfit(other)),
    }
}

fn whole(cell: &Cell) -> Result<i64> {
    match cell {
        Cell::Whole(whole) => Ok(*whole),
        Cell::Instant(instant) => Ok(instant.timestamp_micros()),
        other => Err(unfit(other)),
    }
}

fn double(cell: &Cell) -> Result<f64> {
    match cell {
        Cell::Double(double) => Ok(*double),
        other => Err(unfit(other)),
    }
}

fn truth(cell: &Cell) -> Result<bool> {
    match cell {
        Cell::Truth(truth) => Ok(*truth),
        other => Err(unfit(other)),
    }
}

fn decimal(cell: &Cell) -> Result<FixedLenByteArray> {
    let Cell::Decimal(decimal) = cell else {
        return Err(unfit(cell));
    };
    let units = units(*decimal).ok_or_else(|| unfit(cell))?;
    Ok(ByteArray::from(units.to_be_bytes().to_vec()).into())
}

/// A number in units of its column's last decimal, rounded half to even where it has more of
/// them; `None` where it has too many digits.
pub fn units(decimal: Decimal) -> Option<i128> {
    let decimal = decimal.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointNearestEven);
    let factor = 10_i128.checked_pow(SCALE.checked_sub(decimal.scale())?)?;
    let units = decimal.mantissa().checked_mul(factor)?;
    (units.unsigned_abs() < 10_u128.pow(PRECISION.unsigned_abs())).then_some(units)
}

fn unfit(cell: &Cell) -> ParquetError {
    ParquetError::General(format!("{cell:?} does not fit its column"))
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write as _};

    use ::parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };

    use super::*;

    fn reader(written: &[u8]) -> SerializedFileReader<File> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(written).unwrap();
        SerializedFileReader::new(file).unwrap()
    }

    fn table() -> Table {
        let column = |name: &str, holds| Column {
            name: name.into(),
            holds,
        };
        let day = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
        let hour = "2024-03-31T01:00:00+01:00".parse().unwrap();
        Table {
            columns: vec![
                column("product", Holds::Text),
                column("day", Holds::Day),
                column("hour", Holds::Instant),
                column("orderCount", Holds::Whole),
                column("totalSales", Holds::Decimal),
                column("profitMargin", Holds::Double),
            ],
            rows: vec![
                vec![
                    Cell::Text("=chair".into()),
                    Cell::Day(day),
                    Cell::Instant(hour),
                    Cell::Whole(-3),
                    Cell::Decimal("-1234567890123456.78".parse().unwrap()),
                    Cell::Double(0.25),
                ],
                vec![Cell::Missing; 6],
            ],
        }
    }

    #[test]
    fn columns_have_types_and_what_is_missing_is_null() {
        let written = written(&table(), usize::MAX).unwrap();
        let reader = reader(&written);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().collect();
        let rows: Vec<Vec<Field>> = rows
            .into_iter()
            .map(|row| {
                row.unwrap()
                    .get_column_iter()
                    .map(|it| it.1.clone())
                    .collect()
            })
            .collect();
        assert_eq!(rows[0][0], Field::Str("=chair".into()));
        // 54 years with 14 leap days among them, and 90 days.
        assert_eq!(rows[0][1], Field::Date(19_813));
        assert_eq!(rows[0][2], Field::TimestampMicros(1_711_843_200_000_000));
        assert_eq!(rows[0][3], Field::Long(-3));
        assert_eq!(rows[0][4].to_string(), "-1234567890123456.780000000000000");
        assert_eq!(rows[0][5], Field::Double(0.25));
        assert!(rows[1].iter().all(|it| *it == Field::Null), "{rows:?}");
    }

    #[test]
    fn a_file_without_rows_has_its_columns() {
        let empty = Table {
            rows: Vec::new(),
            ..table()
        };
        let written = written(&empty, usize::MAX).unwrap();
        let reader = reader(&written);
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        assert_eq!(schema.num_columns(), 6);
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    }

    #[test]
    fn it_has_no_more_bytes_than_it_may() {
        let size = written(&table(), usize::MAX).unwrap().len();
        assert!(written(&table(), size - 1).is_err());
    }
}
