//! Rows as an array of JSON objects, numbers with all their digits.

use serde_json::{Map, Number, Value};

use super::form::{Bounded, Cell, Column, Table};
use crate::asking::Refused;

/// What stands before all rows, and after them.
pub const HEAD: &[u8] = b"[";
pub const TAIL: &[u8] = b"\n]\n";

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, most: usize) -> Result<Vec<u8>, Refused> {
    let mut written = Bounded::new(most);
    written.push(HEAD)?;
    for (number, row) in table.rows.iter().enumerate() {
        written.push(separator(number == 0))?;
        written.push(object(&table.columns, row).as_bytes())?;
    }
    written.push(TAIL)?;
    Ok(written.bytes)
}

/// The objects of rows, the first of which may be the first of all.
pub fn objects(columns: &[Column], rows: &[Vec<Cell>], are_first: bool) -> Vec<u8> {
    let mut written = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        written.extend_from_slice(separator(are_first && number == 0));
        written.extend_from_slice(object(columns, row).as_bytes());
    }
    written
}

/// What stands before an object.
fn separator(is_first: bool) -> &'static [u8] {
    if is_first { b"\n" } else { b",\n" }
}

fn object(columns: &[Column], row: &[Cell]) -> String {
    let names = columns.iter().map(|it| it.name.clone());
    let cells = names.zip(row.iter().map(value));
    Value::Object(cells.collect::<Map<_, _>>()).to_string()
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) => text.clone().into(),
        Cell::Day(day) => day.to_string().into(),
        Cell::Instant(instant) => instant.to_rfc3339().into(),
        Cell::Whole(whole) => (*whole).into(),
        Cell::Decimal(decimal) => {
            let digits = decimal.normalize().to_string().parse::<Number>();
            digits.map_or(Value::Null, Value::Number)
        }
        Cell::Double(double) => (*double).into(),
        Cell::Truth(truth) => (*truth).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::form::Holds, *};

    #[test]
    fn numbers_keep_their_digits() {
        let table = Table {
            columns: [("region", Holds::Text), ("totalSales", Holds::Decimal)]
                .map(|(name, holds)| Column {
                    name: name.into(),
                    holds,
                })
                .into(),
            rows: vec![
                vec![
                    Cell::Missing,
                    Cell::Decimal("1234567890123456.7800".parse().unwrap()),
                ],
                vec![Cell::Text("West".into()), Cell::Missing],
            ],
        };
        let text = String::from_utf8(written(&table, 1_000).unwrap()).unwrap();
        assert_eq!(
            text,
            "[\n{\"region\":null,\"totalSales\":1234567890123456.78},\n{\"region\":\"West\",\"totalSales\":null}\n]\n"
        );
    }
}
