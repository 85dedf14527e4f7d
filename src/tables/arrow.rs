//! Rows as a stream of Arrow's interprocess format: columns that notebooks take as they are.

use std::sync::Arc;

use super::{
    form::{Cell, Column, Holds, Table, too_large},
    typed::{self, PRECISION, SCALE},
};
use crate::asking::Refused;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    RecordBatchOptions, StringArray, TimestampMicrosecondArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

/// Rows that stand together.
const ROWS_OF_BATCH: usize = 32_768;

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, most: usize) -> Result<Vec<u8>, Refused> {
    let written = stream(table).map_err(|error| failed(&error))?;
    if written.len() > most {
        return Err(too_large(most));
    }
    Ok(written)
}

fn stream(table: &Table) -> Result<Vec<u8>, ArrowError> {
    let mut stream = Stream::new(&table.columns)?;
    let mut written = Vec::new();
    for rows in table.rows.chunks(ROWS_OF_BATCH) {
        written.extend(stream.batch(rows)?);
    }
    written.extend(stream.end()?);
    Ok(written)
}

/// What is said where a stream cannot be written.
pub fn failed(error: &ArrowError) -> Refused {
    tracing::error!(%error, "an Arrow stream cannot be written");
    Refused::internal()
}

/// A stream that is taken from as it grows.
pub struct Stream {
    columns: Vec<Holds>,
    schema: SchemaRef,
    writer: StreamWriter<Vec<u8>>,
}

impl Stream {
    /// One without rows.
    ///
    /// # Errors
    /// When columns cannot stand in one stream.
    pub fn new(columns: &[Column]) -> Result<Self, ArrowError> {
        let fields = columns
            .iter()
            .map(|it| Field::new(&it.name, held(it.holds), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Ok(Self {
            columns: columns.iter().map(|it| it.holds).collect(),
            writer: StreamWriter::try_new(Vec::new(), &schema)?,
            schema,
        })
    }

    /// The bytes of some rows that stand together, and of the head before the first of them.
    ///
    /// # Errors
    /// When a cell does not fit its column.
    pub fn batch(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, ArrowError> {
        let columns = self.columns.iter().enumerate();
        let columns = columns.map(|(at, holds)| array(*holds, rows.iter().map(|row| &row[at])));
        let columns = columns.collect::<Result<_, _>>()?;
        let count = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let schema = Arc::clone(&self.schema);
        let batch = RecordBatch::try_new_with_options(schema, columns, &count)?;
        self.writer.write(&batch)?;
        Ok(std::mem::take(self.writer.get_mut()))
    }

    /// The rest of the stream.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> Result<Vec<u8>, ArrowError> {
        self.writer.finish()?;
        Ok(std::mem::take(self.writer.get_mut()))
    }
}

fn held(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8,
        Holds::Day => DataType::Date32,
        Holds::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Holds::Whole => DataType::Int64,
        Holds::Decimal => DataType::Decimal128(PRECISION, SCALE.cast_signed()),
        Holds::Double => DataType::Float64,
        Holds::Truth => DataType::Boolean,
    }
}

/// The cells of a column.
fn array<'t>(holds: Holds, cells: impl Iterator<Item = &'t Cell>) -> Result<ArrayRef, ArrowError> {
    Ok(match holds {
        Holds::Text => Arc::new(StringArray::from_iter(each(cells, typed::text)?)),
        Holds::Day => Arc::new(Date32Array::from_iter(each(cells, typed::day)?)),
        Holds::Instant => {
            let instants = TimestampMicrosecondArray::from_iter(each(cells, typed::instant)?);
            Arc::new(instants.with_timezone("UTC"))
        }
        Holds::Whole => Arc::new(Int64Array::from_iter(each(cells, typed::whole)?)),
        Holds::Decimal => {
            let decimals = Decimal128Array::from_iter(each(cells, typed::decimal)?);
            Arc::new(decimals.with_precision_and_scale(PRECISION, SCALE.cast_signed())?)
        }
        Holds::Double => Arc::new(Float64Array::from_iter(each(cells, typed::double)?)),
        Holds::Truth => Arc::new(BooleanArray::from_iter(each(cells, typed::truth)?)),
    })
}

/// What cells hold: none where nothing is known.
fn each<'t, T>(
    cells: impl Iterator<Item = &'t Cell>,
    held: impl Fn(&'t Cell) -> Option<T>,
) -> Result<Vec<Option<T>>, ArrowError> {
    let value = |cell: &'t Cell| match cell {
        Cell::Missing => Ok(None),
        cell => match held(cell) {
            Some(value) => Ok(Some(value)),
            None => Err(ArrowError::CastError(format!(
                "{cell:?} does not fit its column"
            ))),
        },
    };
    cells.map(value).collect()
}

#[cfg(test)]
mod tests {
    use arrow_array::{Array as _, cast::AsArray as _, types};
    use arrow_ipc::reader::StreamReader;
    use chrono::{DateTime, NaiveDate};
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn cells_are_read_as_they_were_written() {
        let instant = DateTime::parse_from_rfc3339("2025-03-14T09:26:53.589+01:00").unwrap();
        let table = Table {
            columns: vec![
                Column::new("text", Holds::Text),
                Column::new("day", Holds::Day),
                Column::new("instant", Holds::Instant),
                Column::new("whole", Holds::Whole),
                Column::new("decimal", Holds::Decimal),
                Column::new("double", Holds::Double),
                Column::new("truth", Holds::Truth),
            ],
            rows: vec![
                vec![
                    Cell::Text("é".into()),
                    Cell::Day(NaiveDate::from_ymd_opt(1970, 1, 3).unwrap()),
                    Cell::Instant(instant),
                    Cell::Whole(-7),
                    Cell::Decimal(dec!(12.345)),
                    Cell::Double(0.25),
                    Cell::Truth(true),
                ],
                vec![Cell::Missing; 7],
            ],
        };
        let written = written(&table, 1 << 20).unwrap();
        let batches = StreamReader::try_new(written.as_slice(), None).unwrap();
        let batches: Vec<RecordBatch> = batches.map(Result::unwrap).collect();
        let [batch] = batches.as_slice() else {
            panic!("one batch");
        };
        assert_eq!(batch.num_rows(), 2);
        assert!(batch.columns().iter().all(|it| it.is_null(1)));
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "é");
        assert_eq!(
            batch.column(1).as_primitive::<types::Date32Type>().value(0),
            2
        );
        let instants = batch
            .column(2)
            .as_primitive::<types::TimestampMicrosecondType>();
        assert_eq!(instants.value(0), 1_741_940_813_589_000);
        assert_eq!(
            batch.column(3).as_primitive::<types::Int64Type>().value(0),
            -7
        );
        let decimals = batch.column(4).as_primitive::<types::Decimal128Type>();
        assert_eq!(decimals.value_as_string(0), "12.345000000000000");
        let doubles = batch.column(5).as_primitive::<types::Float64Type>();
        assert_eq!(doubles.value(0).to_bits(), 0.25_f64.to_bits());
        assert!(batch.column(6).as_boolean().value(0));

        assert!(super::written(&table, 100).is_err());
        let misfit = Table {
            columns: vec![Column::new("whole", Holds::Whole)],
            rows: vec![vec![Cell::Truth(true)]],
        };
        assert!(super::written(&misfit, 1 << 20).is_err());
    }
}
