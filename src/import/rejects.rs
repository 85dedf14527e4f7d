//! Rows that cannot be used: why, and the file that keeps them.

use std::{
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{Error, reader::Cells};

/// Why a row cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reject {
    /// The mapping's key, such as `order.ordered_at`; `record` for the row as a whole.
    pub key: &'static str,
    pub why: Why,
    /// The cell as it stands, and its column.
    pub cell: Option<(String, String)>,
}

/// What is wrong with a cell or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Missing,
    NotANumber,
    NotADate,
    OutOfRange,
    TooLarge,
    MoreThanThePrice,
    Undecodable,
    WrongNumberOfCells { expected: usize, found: usize },
    Endless,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "missing",
            Self::NotANumber => "not a number",
            Self::NotADate => "matches no date pattern",
            Self::OutOfRange => "out of range",
            Self::TooLarge => "more digits than an exact number holds",
            Self::MoreThanThePrice => "more than the price: is `divide_by` missing?",
            Self::Undecodable => "not text in this encoding: is `file.encoding` right?",
            Self::WrongNumberOfCells { .. } => "wrong number of cells",
            Self::Endless => "too long for one row: was a quote left open?",
        })
    }
}

impl Reject {
    pub fn record(why: Why) -> Self {
        Self {
            key: "record",
            why,
            cell: None,
        }
    }

    pub fn missing(key: &'static str) -> Self {
        Self {
            key,
            why: Why::Missing,
            cell: None,
        }
    }

    /// What rejects of this kind have in common, for counting.
    pub fn kind(&self) -> String {
        format!("{}: {}", self.key, self.why)
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.key, self.why)?;
        if let Why::WrongNumberOfCells { expected, found } = self.why {
            write!(formatter, ", {found} instead of {expected}")?;
        }
        match &self.cell {
            Some((text, column)) => write!(formatter, ", `{text}` in column `{column}`"),
            None => Ok(()),
        }
    }
}

/// The CSV of rejected rows: line, reason, and the cells as they stood.
pub(super) struct RejectsFile {
    path: PathBuf,
    columns: Vec<String>,
    writer: Option<csv::Writer<File>>,
}

impl RejectsFile {
    /// Takes away what an earlier import left; the file is made for the first reject.
    pub fn new(path: &Path, input: &Path, columns: &[String]) -> Result<Self, Error> {
        if is_same_file(path, input) {
            return Err(Error::RejectsOverInput { path: path.into() });
        }
        let rejects = Self {
            path: path.into(),
            columns: columns.to_vec(),
            writer: None,
        };
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(rejects.error(error)),
            _ => Ok(rejects),
        }
    }

    pub fn write(&mut self, cells: Cells<'_>, reject: &Reject) -> Result<(), Error> {
        self.try_write(cells, reject)
            .map_err(|error| self.error(error.into()))
    }

    /// Makes sure that all of it is on disk.
    pub fn finish(mut self) -> Result<(), Error> {
        match self.writer.as_mut().map(csv::Writer::flush) {
            Some(Err(error)) => Err(self.error(error)),
            _ => Ok(()),
        }
    }

    fn try_write(&mut self, cells: Cells<'_>, reject: &Reject) -> csv::Result<()> {
        let line = cells.line.to_string();
        let reason = reject.to_string();
        let writer = self.writer()?;
        writer.write_field(line)?;
        writer.write_field(reason)?;
        for cell in cells.record {
            writer.write_field(cell.strip_suffix(b"\r").unwrap_or(cell))?;
        }
        writer.write_record(None::<&[u8]>)
    }

    fn writer(&mut self) -> csv::Result<&mut csv::Writer<File>> {
        if self.writer.is_none() {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .from_path(&self.path)?;
            writer.write_record(
                ["line", "reason"]
                    .into_iter()
                    .chain(self.columns.iter().map(String::as_str)),
            )?;
            self.writer = Some(writer);
        }
        Ok(self.writer.as_mut().expect("made above"))
    }

    fn error(&self, source: io::Error) -> Error {
        Error::Rejects {
            path: self.path.clone(),
            source,
        }
    }
}

fn is_same_file(first: &Path, second: &Path) -> bool {
    match (first.canonicalize(), second.canonicalize()) {
        (Ok(first), Ok(second)) => first == second,
        _ => false,
    }
}
