//! Rows that cannot be used: why, and the file that keeps them.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{Error, reader::Cells, text::visible};

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
    /// In a row that ends before its last columns.
    MissingInShortRow,
    NotANumber,
    TooManyDigits,
    /// With what it looks like, where it looks like something.
    NotADate(Option<&'static str>),
    OutOfRange,
    TooLarge,
    MoreThanAll,
    MoreThanThePrice,
    OtherCurrency,
    Undecodable,
    ControlCharacter,
    TooManyCells {
        expected: usize,
        found: usize,
    },
    HoldsRows,
    Endless,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "missing",
            Self::MissingInShortRow => "missing, in a row with fewer cells than columns",
            Self::NotANumber => "not a number",
            Self::TooManyDigits => "more digits than an exact number holds, which are 28",
            Self::NotADate(None) => "matches no date pattern",
            Self::NotADate(Some(looks_like)) => {
                return write!(formatter, "matches no date pattern: {looks_like}");
            }
            Self::OutOfRange => "out of range",
            Self::TooLarge => "more digits than an exact number holds: is `line.round` missing?",
            Self::MoreThanAll => "more than the price: is `divide_by` missing?",
            Self::MoreThanThePrice => "more than the price of the line",
            Self::OtherCurrency => "in another currency than the shop's",
            Self::Undecodable => "not text in this encoding: is `file.encoding` right?",
            Self::ControlCharacter => "holds a control character",
            Self::TooManyCells { .. } => {
                "too many cells: is `file.delimiter`, `file.quote` or `file.escape` right?"
            }
            Self::HoldsRows => "a cell holds whole rows: does a quote open that closes rows later?",
            Self::Endless => "too long for one row: is `file.delimiter` or `file.quote` right?",
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
        if let Why::TooManyCells { expected, found } = self.why {
            write!(formatter, ", {found} instead of {expected}")?;
        }
        match &self.cell {
            Some((text, column)) => write!(
                formatter,
                ", `{}` in column `{}`",
                visible(text),
                visible(column)
            ),
            None => Ok(()),
        }
    }
}

/// The columns that a rejects file has before those of the input.
const OWN_COLUMNS: [&str; 2] = ["line", "reason"];

/// The CSV of rejected rows: line, reason, and the cells as they stood.
///
/// It is written beside its place and moved there when it is whole, over the
/// rejects of an earlier import or over nothing.
pub(super) struct RejectsFile {
    path: PathBuf,
    columns: Vec<String>,
    writer: Option<csv::Writer<NamedTempFile>>,
}

impl RejectsFile {
    /// Looks at what is in its place; the file is made for the first reject.
    pub fn new(path: &Path, input: &Path, columns: &[String]) -> Result<Self, Error> {
        // The end of a symbolic link is what would be lost.
        let place = path.canonicalize().unwrap_or_else(|_| path.into());
        if input.canonicalize().is_ok_and(|input| input == place) {
            return Err(Error::RejectsOverInput { path: path.into() });
        }
        let rejects = Self {
            path: place,
            columns: columns.to_vec(),
            writer: None,
        };
        match rejects.may_be_replaced() {
            Ok(true) => Ok(rejects),
            Ok(false) => Err(Error::RejectsOverOther { path: path.into() }),
            Err(error) => Err(rejects.error(error)),
        }
    }

    pub fn write(&mut self, cells: Cells<'_>, reject: &Reject) -> Result<(), Error> {
        self.try_write(cells, reject)
            .map_err(|error| self.error(error.into()))
    }

    /// Puts the file into its place, or takes away what an earlier import left there.
    pub fn finish(mut self) -> Result<(), Error> {
        let done = match self.writer.take() {
            Some(writer) => self.keep(writer),
            None => match fs::remove_file(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done,
            },
        };
        done.map_err(|error| self.error(error))
    }

    /// Whether there is nothing, or a regular file that is empty or begins as rejects do.
    fn may_be_replaced(&self) -> io::Result<bool> {
        let metadata = match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            other => other?,
        };
        if !metadata.is_file() {
            return Ok(false);
        }
        let mut start = String::new();
        let beginning = format!("{},", OWN_COLUMNS.join(","));
        let mut file = File::open(&self.path)?.take(beginning.len() as u64);
        Ok(match file.read_to_string(&mut start) {
            Ok(_) => start.is_empty() || start == beginning,
            Err(_) => false,
        })
    }

    fn try_write(&mut self, cells: Cells<'_>, reject: &Reject) -> csv::Result<()> {
        let line = cells.line.to_string();
        let reason = reject.to_string();
        let writer = self.writer()?;
        writer.write_field(line)?;
        writer.write_field(reason)?;
        for cell in cells.record {
            writer.write_field(cell)?;
        }
        writer.write_record(None::<&[u8]>)
    }

    fn writer(&mut self) -> csv::Result<&mut csv::Writer<NamedTempFile>> {
        if self.writer.is_none() {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .from_writer(self.beside()?);
            let columns = self.columns.iter().map(String::as_str);
            writer.write_record(OWN_COLUMNS.into_iter().chain(columns))?;
            self.writer = Some(writer);
        }
        Ok(self.writer.as_mut().expect("made above"))
    }

    /// A file in the same folder, so that it can be moved in one step.
    fn beside(&self) -> io::Result<NamedTempFile> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".rejects-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder)
    }

    fn keep(&self, writer: csv::Writer<NamedTempFile>) -> io::Result<()> {
        let file = writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn error(&self, source: io::Error) -> Error {
        Error::Rejects {
            path: self.path.clone(),
            source,
        }
    }
}
