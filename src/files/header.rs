//! The input's header: the line that names the columns, wherever it stands.

use std::io;

use super::reader::{Cells, Records};
use crate::values::text::trimmed;

/// How many records are looked at: titles, notes and definitions are fewer.
const LOOKED_AT: usize = 50;

/// The columns' names, and what stood above them.
pub(crate) struct Header {
    pub names: Vec<String>,
    /// The line of the file where it starts.
    pub line: u64,
    /// The records above, which are not blank.
    pub above: usize,
}

/// The first record that has all the names that are wanted; where none has, the
/// one that has most of them, for the message. `None` where there is no record.
pub(crate) fn find(records: &mut Records, wanted: &[String]) -> io::Result<Option<Header>> {
    let mut best: Option<(usize, Header)> = None;
    for above in 0..LOOKED_AT {
        let Some(cells) = records.next()? else {
            break;
        };
        let header = Header {
            names: names(cells),
            line: cells.line,
            above,
        };
        let has = |name: &&String| header.names.contains(name);
        let found = wanted.iter().filter(has).count();
        if found == wanted.len() {
            return Ok(Some(header));
        }
        if best.as_ref().is_none_or(|(most, _)| found > *most) {
            best = Some((found, header));
        }
    }
    Ok(best.map(|(_, header)| header))
}

fn names(cells: Cells<'_>) -> Vec<String> {
    let cells = cells.record.iter();
    let mut names: Vec<String> = cells
        .map(|name| trimmed(&String::from_utf8_lossy(name)).to_owned())
        .collect();
    // A delimiter at the end of the header names no column.
    while names.len() > 1 && names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}
