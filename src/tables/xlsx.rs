//! Rows as a workbook of one sheet, text never a formula.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::form::{Cell, Column, Table, too_large};
use crate::{asking::Refused, guard::Code, kpi::float};

/// What a sheet has room for, its header included.
pub const MOST_ROWS: usize = 1_048_576;
/// About what a cell takes while a workbook is put together.
pub const CELL: usize = 128;
/// The most that a cell has room for, in units of UTF-16.
const LONGEST: usize = 32_767;
/// The widest that a column starts out, in characters.
const WIDEST: usize = 40;

/// # Errors
/// When it has too many rows or bytes.
pub fn written(table: &Table, most: usize) -> Result<Vec<u8>, Refused> {
    if table.rows.len() >= MOST_ROWS {
        return Err(too_many_rows());
    }
    let written = workbook(table).map_err(|error| {
        tracing::error!(%error, "a workbook cannot be written");
        Refused::internal()
    })?;
    if written.len() > most {
        return Err(too_large(most));
    }
    Ok(written)
}

/// A sheet has no room for so many.
pub fn too_many_rows() -> Refused {
    let most = MOST_ROWS - 1;
    let message = format!("a sheet has room for {most} rows; set a limit, or ask for CSV");
    Refused::new(Code::AnswerTooLarge, message)
}

fn workbook(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let header = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, Column { name, .. }) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, name, &header)?;
        let at = usize::from(column);
        let texts = table.rows.iter().filter_map(|row| match &row[at] {
            Cell::Text(text) => Some(text.chars().count()),
            _ => None,
        });
        let widest = texts.chain([name.chars().count(), 10]).max();
        let width = widest.unwrap_or_default().min(WIDEST);
        sheet.set_column_width(column, u32::try_from(width).unwrap_or_default())?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            write(sheet, row, column, cell, [&day, &time])?;
        }
    }
    workbook.save_to_buffer()
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    [day, time]: [&Format; 2],
) -> Result<(), XlsxError> {
    match cell {
        Cell::Missing => return Ok(()),
        Cell::Text(text) if text.len() > LONGEST => {
            // A letter is two units at most.
            let cut: String = text.chars().take(LONGEST / 2).collect();
            sheet.write_string(row, column, cut)?
        }
        Cell::Text(text) => sheet.write_string(row, column, text)?,
        Cell::Day(date) => sheet.write_datetime_with_format(row, column, date, day)?,
        // Spreadsheets know no offsets: it is what the shop's clocks show.
        Cell::Instant(at) => {
            sheet.write_datetime_with_format(row, column, at.naive_local(), time)?
        }
        Cell::Whole(whole) => sheet.write_number(row, column, float((*whole).into()))?,
        Cell::Decimal(decimal) => sheet.write_number(row, column, float(*decimal))?,
        Cell::Double(double) => sheet.write_number(row, column, *double)?,
        Cell::Truth(truth) => sheet.write_boolean(row, column, *truth)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader as _, Xlsx};

    use super::{super::form::Holds, *};

    #[test]
    fn a_text_is_cut_where_a_cell_has_no_more_room() {
        let table = Table {
            columns: vec![Column {
                name: "product".into(),
                holds: Holds::Text,
            }],
            rows: vec![vec![Cell::Text("x".repeat(LONGEST + 1))]],
        };
        let written = written(&table, usize::MAX).unwrap();
        let mut workbook = Xlsx::new(Cursor::new(written)).unwrap();
        let sheet = workbook.worksheet_range("Sheet1").unwrap();
        let text = sheet.get_value((1, 0)).unwrap().to_string();
        assert_eq!(text.len(), LONGEST / 2);
    }

    #[test]
    fn it_has_no_more_bytes_than_it_may() {
        let table = Table {
            columns: vec![Column {
                name: "orderCount".into(),
                holds: Holds::Whole,
            }],
            rows: vec![vec![Cell::Whole(1)]],
        };
        let size = written(&table, usize::MAX).unwrap().len();
        let refused = written(&table, size / 2).unwrap_err();
        assert_eq!(refused.code, Code::AnswerTooLarge);
    }
}
