//! Rows as an array of JSON objects, numbers with all their digits.

use serde_json::{Map, Number, Value};

use super::form::{Bounded, Cell, Table};
use crate::asking::Refused;

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, most: usize) -> Result<Vec<u8>, Refused> {
    let mut written = Bounded::new(most);
    written.push(b"[")?;
    for (number, row) in table.rows.iter().enumerate() {
        let names = table.columns.iter().map(|it| it.name.clone());
        let cells = names.zip(row.iter().map(value));
        let object = Value::Object(cells.collect::<Map<_, _>>());
        written.push(if number == 0 { b"\n" } else { b",\n" })?;
        written.push(object.to_string().as_bytes())?;
    }
    written.push(b"\n]\n")?;
    Ok(written.bytes)
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
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::form::{Column, Holds},
        *,
    };

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
