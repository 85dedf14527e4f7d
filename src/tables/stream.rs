//! Rows to bytes while they are read, so that a file may be longer than memory.

use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};

#[cfg(feature = "sql")]
use arrow_schema::ArrowError;

#[cfg(feature = "sql")]
use super::arrow;
use super::{
    csv,
    form::{Cell, Column, Form, Kind, Table, too_large},
    json, parquet,
    rows::Sheet,
    xlsx,
};
use crate::asking::{Refused, apart};

/// Rows that stand together in a Parquet file: they are held until there are so many.
const ROWS_OF_GROUP: usize = 32_768;

/// The bytes of a file, piece by piece. A workbook is one piece, of so many bytes at most.
pub fn file(
    name: &str,
    sheet: Sheet,
    (kind, form): (Kind, Form),
    most: usize,
) -> impl Stream<Item = Result<Vec<u8>, Refused>> + Send + 'static {
    let Sheet { columns, rows } = sheet;
    match kind {
        Kind::Csv => {
            let head = csv::head(&columns, form);
            let lines = rows.map_ok(move |rows| csv::lines(&rows, form));
            stream::iter([Ok(head)]).chain(lines).boxed()
        }
        Kind::Json => {
            let mut are_first = true;
            let objects = rows.map_ok(move |rows| {
                let objects = json::objects(&columns, &rows, are_first);
                are_first &= rows.is_empty();
                objects
            });
            let head = stream::iter([Ok(json::HEAD.to_vec())]);
            let tail = stream::iter([Ok(json::TAIL.to_vec())]);
            head.chain(objects).chain(tail).boxed()
        }
        Kind::Parquet => grouped(name, &columns, rows).boxed(),
        #[cfg(feature = "sql")]
        Kind::Arrow => batches(&columns, rows).boxed(),
        Kind::Xlsx => stream::once(workbook(columns, rows, most)).boxed(),
    }
}

/// An Arrow stream: each piece is a batch, which readers take as it comes.
#[cfg(feature = "sql")]
fn batches(
    columns: &[Column],
    rows: Rows,
) -> impl Stream<Item = Result<Vec<u8>, Refused>> + Send + use<> {
    let begun = arrow::Stream::new(columns).map_err(|error| arrow::failed(&error));
    stream::try_unfold(Some((begun, rows)), |state| async move {
        let Some((stream, mut rows)) = state else {
            return Ok(None);
        };
        let mut stream = stream?;
        let more = rows.try_next().await?;
        let written = apart(move || -> Result<_, ArrowError> {
            Ok(match more {
                Some(some) => (stream.batch(&some)?, Some((Ok(stream), rows))),
                None => (stream.end()?, None),
            })
        });
        let written = written.await?;
        written.map(Some).map_err(|error| arrow::failed(&error))
    })
}

type Rows = stream::BoxStream<'static, Result<Vec<Vec<Cell>>, Refused>>;

/// A Parquet file that is written.
struct Grouped {
    file: parquet::File,
    rows: Rows,
    /// Those of the next group.
    held: Vec<Vec<Cell>>,
}

fn grouped(
    name: &str,
    columns: &[Column],
    rows: Rows,
) -> impl Stream<Item = Result<Vec<u8>, Refused>> + Send + use<> {
    let begun = parquet::File::new(name, columns).map_err(|error| parquet::failed(&error));
    let begun = begun.map(|file| Grouped {
        file,
        rows,
        held: Vec::new(),
    });
    stream::try_unfold(Some(begun), |state| async move {
        match state {
            None => Ok(None),
            Some(grouped) => grouped?.next().await.map(Some),
        }
    })
}

impl Grouped {
    /// The next piece, and what is left; nothing behind the last.
    async fn next(mut self) -> Result<(Vec<u8>, Option<Result<Self, Refused>>), Refused> {
        while self.held.len() < ROWS_OF_GROUP {
            let Some(rows) = self.rows.try_next().await? else {
                let written = apart(move || {
                    if !self.held.is_empty() {
                        self.file.group(&self.held)?;
                    }
                    self.file.end()
                });
                let written = written.await?.map_err(|error| parquet::failed(&error))?;
                return Ok((written, None));
            };
            self.held.extend(rows);
        }
        let written = apart(move || {
            self.file.group(&self.held)?;
            self.held.clear();
            Ok((self.file.taken(), Some(Ok(self))))
        });
        written.await?.map_err(|error| parquet::failed(&error))
    }
}

async fn workbook(columns: Vec<Column>, mut rows: Rows, most: usize) -> Result<Vec<u8>, Refused> {
    let mut table = Table {
        columns,
        rows: Vec::new(),
    };
    let cells = most / xlsx::CELL;
    while let Some(more) = rows.try_next().await? {
        table.rows.extend(more);
        if table.rows.len() >= xlsx::MOST_ROWS {
            return Err(xlsx::too_many_rows());
        }
        if table.rows.len().saturating_mul(table.columns.len()) > cells {
            return Err(too_large(most));
        }
    }
    apart(move || xlsx::written(&table, most)).await?
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use ::parquet::file::{
        metadata::RowGroupMetaData,
        reader::{FileReader as _, SerializedFileReader},
    };

    use super::{super::form::Holds, *};
    use crate::guard::Code;

    const PLAIN: Form = Form {
        separator: b',',
        decimal_comma: false,
        has_mark: false,
        is_raw: false,
    };

    /// Numbers and whether they are even, in pieces of so many.
    fn sheet(pieces: &[usize]) -> Sheet {
        let mut number = 0;
        let pieces: Vec<Result<Vec<Vec<Cell>>, Refused>> = pieces
            .iter()
            .map(|count| {
                let rows = (0..*count).map(|_| {
                    number += 1;
                    vec![Cell::Whole(number), Cell::Truth(number % 2 == 0)]
                });
                Ok(rows.collect())
            })
            .collect();
        Sheet {
            columns: vec![
                Column::new("number", Holds::Whole),
                Column::new("even", Holds::Truth),
            ],
            rows: stream::iter(pieces).boxed(),
        }
    }

    async fn written(pieces: &[usize], kind: Kind) -> Vec<u8> {
        let file = file("numbers", sheet(pieces), (kind, PLAIN), 1 << 20);
        file.try_concat().await.unwrap()
    }

    #[tokio::test]
    async fn pieces_are_one_file() {
        let csv = written(&[1, 0, 2], Kind::Csv).await;
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "number,even\r\n1,false\r\n2,true\r\n3,false\r\n"
        );
        for pieces in [&[2][..], &[1, 1], &[0, 1, 0, 1]] {
            let json = written(pieces, Kind::Json).await;
            assert_eq!(
                String::from_utf8(json).unwrap(),
                "[\n{\"even\":false,\"number\":1},\n{\"even\":true,\"number\":2}\n]\n"
            );
        }
        assert_eq!(written(&[], Kind::Json).await, b"[\n]\n");
    }

    fn reader(file: &[u8]) -> SerializedFileReader<std::fs::File> {
        let mut kept = tempfile::tempfile().unwrap();
        kept.write_all(file).unwrap();
        SerializedFileReader::new(kept).unwrap()
    }

    #[tokio::test]
    async fn a_parquet_file_has_a_group_for_so_many_rows() {
        let pieces = [ROWS_OF_GROUP - 1, 1, 1];
        let file = written(&pieces, Kind::Parquet).await;
        let read = reader(&file);
        let groups = read.metadata().row_groups();
        let counts: Vec<i64> = groups.iter().map(RowGroupMetaData::num_rows).collect();
        assert_eq!(counts, [i64::try_from(ROWS_OF_GROUP).unwrap(), 1]);
        let last = read.get_row_iter(None).unwrap().last().unwrap().unwrap();
        assert_eq!(
            last.to_string(),
            format!("{{number: {}, even: false}}", ROWS_OF_GROUP + 1)
        );
        let empty = written(&[], Kind::Parquet).await;
        assert_eq!(reader(&empty).metadata().file_metadata().num_rows(), 0);
    }

    #[tokio::test]
    async fn a_workbook_has_no_more_cells_than_it_may() {
        let file = file(
            "numbers",
            sheet(&[100, 100]),
            (Kind::Xlsx, PLAIN),
            200 * xlsx::CELL,
        );
        let refused = file.try_concat().await.unwrap_err();
        assert_eq!(refused.code, Code::AnswerTooLarge);
    }

    #[tokio::test]
    async fn what_fails_in_the_middle_is_no_whole_file() {
        for kind in Kind::ALL.iter().copied().filter(|it| *it != Kind::Xlsx) {
            let Sheet { columns, rows } = sheet(&[2]);
            let rows = rows.chain(stream::iter([Err(Refused::internal())])).boxed();
            let file = file("numbers", Sheet { columns, rows }, (kind, PLAIN), 1 << 20);
            assert_eq!(
                file.try_concat().await,
                Err(Refused::internal()),
                "{kind:?}"
            );
        }
    }
}
