//! Rows as comma-separated values (RFC 4180).

use csv::{Terminator, WriterBuilder};

use super::form::{Bounded, Cell, Column, Form, Table};
use crate::asking::Refused;

/// Letters that make a formula of the text that they begin, in one spreadsheet or another
/// (OWASP, "CSV Injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Rows that are written before it is seen how many bytes there are.
const ROWS_AT_ONCE: usize = 1_000;
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// # Errors
/// When it has too many bytes.
pub fn written(table: &Table, form: Form, most: usize) -> Result<Vec<u8>, Refused> {
    let mut written = Bounded::new(most);
    written.push(&head(&table.columns, form))?;
    for rows in table.rows.chunks(ROWS_AT_ONCE) {
        written.push(&lines(rows, form))?;
    }
    Ok(written.bytes)
}

/// The line that says what the columns are called.
pub fn head(columns: &[Column], form: Form) -> Vec<u8> {
    let names = columns.iter().map(|it| it.name.clone()).collect();
    let mut head = if form.has_mark { MARK.to_vec() } else { vec![] };
    head.extend(records(std::iter::once(names), form));
    head
}

/// A line for each row.
pub fn lines(rows: &[Vec<Cell>], form: Form) -> Vec<u8> {
    let texts = |row: &Vec<Cell>| row.iter().map(|cell| text(cell, form)).collect();
    records(rows.iter().map(texts), form)
}

fn records(records: impl Iterator<Item = Vec<String>>, form: Form) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(form.separator)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for record in records {
        // Nothing that is written to memory fails.
        let _ = writer.write_record(record);
    }
    writer.into_inner().unwrap_or_default()
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
        Cell::Truth(truth) => truth.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::form::Holds, *};

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
