//! Rows as a Parquet file: typed columns, read by notebooks and databases without guessing.

use std::sync::Arc;

use super::{
    form::{Cell, Column, Holds, Table, too_large},
    typed::{self, PRECISION, SCALE},
};
use crate::asking::Refused;
use ::parquet::{
    basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray},
    errors::{ParquetError, Result},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::{Type, TypePtr},
};

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
                scale: SCALE.into(),
                precision: PRECISION.into(),
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
            .with_precision(PRECISION.into())
            .with_scale(SCALE.into());
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
            let bytes = |cell| Some(ByteArray::from(typed::text(cell)?.as_bytes().to_vec()));
            writer.write_batch(&each(there, bytes)?, levels, None)
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            writer.write_batch(&each(there, typed::day)?, levels, None)
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let number = |cell| typed::whole(cell).or_else(|| typed::instant(cell));
            writer.write_batch(&each(there, number)?, levels, None)
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            writer.write_batch(&each(there, typed::double)?, levels, None)
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
            let bytes = |cell| {
                let units = typed::decimal(cell)?.to_be_bytes().to_vec();
                Some(FixedLenByteArray::from(ByteArray::from(units)))
            };
            writer.write_batch(&each(there, bytes)?, levels, None)
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            writer.write_batch(&each(there, typed::truth)?, levels, None)
        }
        ColumnWriter::Int96ColumnWriter(_) | ColumnWriter::FloatColumnWriter(_) => {
            unreachable!("no column is of such a type")
        }
    }?;
    Ok(())
}

/// What cells hold, each as its column has it.
fn each<'t, T>(
    cells: impl Iterator<Item = &'t Cell>,
    held: impl Fn(&'t Cell) -> Option<T>,
) -> Result<Vec<T>> {
    cells
        .map(|cell| held(cell).ok_or_else(|| unfit(cell)))
        .collect()
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

    use chrono::NaiveDate;

    use super::*;

    fn reader(written: &[u8]) -> SerializedFileReader<File> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(written).unwrap();
        SerializedFileReader::new(file).unwrap()
    }

    fn table() -> Table {
        let day = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
        let hour = "2024-03-31T01:00:00+01:00".parse().unwrap();
        Table {
            columns: vec![
                Column::new("product", Holds::Text),
                Column::new("day", Holds::Day),
                Column::new("hour", Holds::Instant),
                Column::new("orderCount", Holds::Whole),
                Column::new("totalSales", Holds::Decimal),
                Column::new("profitMargin", Holds::Double),
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
