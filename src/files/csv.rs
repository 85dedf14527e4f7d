//! Rows of cells as documents: a field for each cell that is not empty.

use bson::Document;

use super::{
    Error, Input, Item, Result, Take, header,
    reader::{Broken, Cells, Records},
};

/// Where the cell of a wanted column stands, and what it is called.
type Columns = Vec<(usize, String)>;

pub(super) fn read(input: &Input<'_>, delimiter: u8, take: &mut Take<'_>) -> Result<()> {
    let mut records = Records::open(&input.path, &input.format.text(delimiter))?;
    let names = names(input, &mut records)?;
    input.check_columns(&names)?;
    let columns = names.iter().cloned().enumerate();
    let columns: Columns = columns.filter(|(_, name)| input.wants(name)).collect();
    let delimiter = records.delimiter;
    while let Some(cells) = records.next().map_err(|source| input.unreadable(source))? {
        let item = match cells.broken(names.len(), delimiter) {
            Some(broken) => Item::Broken(reason(broken)),
            None => row(cells, &columns, &input.format.null),
        };
        take(cells.line, item)?;
    }
    Ok(())
}

/// The names of all columns, as they stand.
fn names(input: &Input<'_>, records: &mut Records) -> Result<Vec<String>> {
    if let Some(names) = &input.format.columns {
        return Ok(names.clone());
    }
    let wanted: Vec<String> = input.wanted.iter().cloned().collect();
    let header = header::find(records, &wanted).map_err(|source| input.unreadable(source))?;
    let header = header.ok_or_else(|| Error::Empty {
        path: input.path.clone(),
    })?;
    Ok(header.names)
}

fn row(cells: Cells<'_>, columns: &Columns, null: &[String]) -> Item {
    let mut document = Document::new();
    for (column, name) in columns {
        let Ok(text) = cells.text(*column) else {
            return Item::Broken(format!(
                "`{name}` is not text in this encoding: is `encoding` of the file right?"
            ));
        };
        if !text.is_empty() && !null.iter().any(|it| it == text) {
            document.insert(name, text);
        }
    }
    Item::Row(document)
}

fn reason(broken: Broken) -> String {
    match broken {
        Broken::Endless => "too long for one row: are `delimiter` and `quote` of the file right?",
        Broken::HoldsRows => "a cell holds whole rows: does a quote open that closes rows later?",
        Broken::TooManyCells { .. } => {
            "too many cells: are `delimiter` and `quote` of the file right?"
        }
    }
    .into()
}
