//! Rows as comma-separated values (RFC 4180).

use csv::{Terminator, WriterBuilder};

use super::form::{Bounded, Cell, Form, Table};
use crate::asking::Refused;

/// Letters that make a formula of the text that they begin, in one spreadsheet or another
/// (OWASP, "CSV Injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
const MARK: &[u8] = b"\xef\xbb\xbf";

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, form: Form, most: usize) -> Result<Vec<u8>, Refused> {
    let mut written = Bounded::new(most);
    if form.has_mark {
        written.push(MARK)?;
    }
    let names: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    append(&mut written, &names, form)?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| text(cell, form)).collect();
        append(&mut written, &cells, form)?;
    }
    Ok(written.bytes)
}

fn append(written: &mut Bounded, cells: &[String], form: Form) -> Result<(), Refused> {
    let mut line = WriterBuilder::new()
        .delimiter(form.separator)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Nothing that is written to memory fails.
    let line = line
        .write_record(cells)
        .ok()
        .and_then(|()| line.into_inner().ok());
    written.push(&line.unwrap_or_default())
}

fn text(cell: &Cell, form: Form) -> String {
    let number = |number: String| {
        if form.decimal_comma {
            number.replace('.', ",")
        } else {
            number
        }
    };
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) if text.starts_with(FORMULA) && !form.is_raw => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Instant(instant) => instant.to_rfc3339(),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Decimal(decimal) => number(decimal.normalize().to_string()),
        Cell::Double(double) => number(double.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::form::{Column, Holds},
        *,
    };

    const PLAIN: Form = Form {
        separator: b',',
        decimal_comma: false,
        has_mark: false,
        is_raw: false,
    };

    fn table() -> Table {
        let text = |text: &str| Cell::Text(text.to_owned());
        Table {
            columns: [
                ("product", Holds::Text),
                ("totalSales", Holds::Decimal),
                ("retentionRate", Holds::Double),
            ]
            .map(|(name, holds)| Column {
                name: name.into(),
                holds,
            })
            .into(),
            rows: vec![
                vec![
                    text("Pen, \"fine\""),
                    Cell::Decimal("12.50".parse().unwrap()),
                    Cell::Double(0.25),
                ],
                vec![
                    text("=1+1"),
                    Cell::Decimal("-3".parse().unwrap()),
                    Cell::Missing,
                ],
            ],
        }
    }

    fn as_text(form: Form) -> String {
        String::from_utf8(written(&table(), form, 1_000).unwrap()).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_have_to_be_and_formulas_are_text() {
        assert_eq!(
            as_text(PLAIN),
            "product,totalSales,retentionRate\r\n\"Pen, \"\"fine\"\"\",12.5,0.25\r\n'=1+1,-3,\r\n"
        );
        let raw = as_text(Form {
            is_raw: true,
            ..PLAIN
        });
        assert!(raw.ends_with("\r\n=1+1,-3,\r\n"), "{raw}");
    }

    #[test]
    fn it_is_written_as_european_spreadsheets_read_it() {
        let form = Form {
            separator: b';',
            decimal_comma: true,
            has_mark: true,
            is_raw: false,
        };
        assert_eq!(
            as_text(form),
            "\u{feff}product;totalSales;retentionRate\r\n\"Pen, \"\"fine\"\"\";12,5;0,25\r\n'=1+1;-3;\r\n"
        );
    }

    #[test]
    fn it_has_no_more_bytes_than_it_may() {
        let size = as_text(PLAIN).len();
        assert!(written(&table(), PLAIN, size).is_ok());
        let refused = written(&table(), PLAIN, size - 1).unwrap_err();
        assert_eq!(refused.code, crate::guard::Code::AnswerTooLarge);
    }
}
