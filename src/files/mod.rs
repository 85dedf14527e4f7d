//! Files: what stands in them, read row by row.
//!
//! Nothing here knows what a row means, or where it goes.
//!
//! | module | does |
//! |---|---|
//! | `folder` | finds the files that a model names, and sees when they change |
//! | `packed` | unpacks gzip and zstd |
//! | `records`, `reader`, `header` | text to records of cells, each with its line |
//! | `csv`, `json`, `parquet` | files to documents |
//! | `spool` | keeps documents on the disk, by number and by key |

mod csv;
mod folder;
pub(crate) mod header;
mod json;
mod packed;
mod parquet;
pub(crate) mod reader;
mod records;
mod spool;

use std::{collections::BTreeSet, io, path::PathBuf};

use bson::Document;

pub(crate) use folder::{Folder, Stamp};
pub(crate) use spool::{Index, Spool, Spooling};

use crate::values::format::FileDeclaration;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be opened or read to its end.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is of a kind that is told by its first bytes and is no text.
    #[error("`{}` is {what}: save it as CSV first", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// It ends before its header line.
    #[error("`{}` is empty: its first line must name the columns", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No file has the name that the model has.
    #[error("there is no file `{name}` in `{}`; it has {there}", folder.display())]
    NoFile {
        /// The name.
        name: String,
        /// The folder.
        folder: PathBuf,
        /// What there is instead.
        there: String,
    },
    /// Several files have it.
    #[error("`{name}` may be {candidates}: write the whole name")]
    SeveralFiles {
        /// The name.
        name: String,
        /// The files.
        candidates: String,
    },
    /// The model names columns that are not there.
    #[error("`{}` has no column {missing}; it has {there}", path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The columns that the model names.
        missing: String,
        /// Those that there are.
        there: String,
    },
    /// Several columns have the name of one that the model names.
    #[error("`{}` has several columns `{name}`: rename all but the one that is meant", path.display())]
    SeveralColumns {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// A column is of a type that means nothing to a shop.
    #[error("`{}` has `{column}` as {what}: write it as text or a number", path.display())]
    NoValues {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What it holds.
        what: &'static str,
    },
    /// Documents cannot be kept on the disk.
    #[error("cannot keep what was read in a temporary file: {0}")]
    Spool(#[source] io::Error),
    /// Nobody waits for it any more.
    #[error("it was not read to its end")]
    Stopped,
}

/// The result of reading a file.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether a file that was given is wrong, rather than something that failed meanwhile.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Read { source, .. } => {
                is_usage(source) || source.kind() == io::ErrorKind::InvalidData
            }
            Self::Spool(_) | Self::Stopped => false,
            _ => true,
        }
    }
}

/// Whether another name would help.
pub(crate) fn is_usage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory
    )
}

/// What stands in one place of a file.
pub(crate) enum Item {
    Row(Document),
    /// What cannot be read, and why.
    Broken(String),
}

/// A file to read.
pub(crate) struct Input<'i> {
    pub path: PathBuf,
    pub format: &'i FileDeclaration,
    /// The fields that are wanted, by the first step of their paths.
    pub wanted: &'i BTreeSet<String>,
}

/// Hears of each row: its line, or its number where lines mean nothing, and the row.
pub(crate) type Take<'t> = dyn FnMut(u64, Item) -> Result<()> + 't;

impl Input<'_> {
    /// Whether a field is read: one that is wanted, or the document's own id.
    fn wants(&self, name: &str) -> bool {
        name == "_id" || self.wanted.contains(name)
    }

    /// Reads the file to its end.
    pub fn read(&self, take: &mut Take<'_>) -> Result<()> {
        match folder::kind(&self.path) {
            folder::Kind::Text { delimiter } => csv::read(self, delimiter, take),
            folder::Kind::Json => json::read(self, take),
            folder::Kind::Parquet => parquet::read(self, take),
        }
    }

    /// Refuses a file that lacks columns which are wanted, or has several of one name.
    fn check_columns(&self, names: &[String]) -> Result<()> {
        let missing: Vec<&String> = self
            .wanted
            .iter()
            .filter(|it| !names.contains(it))
            .collect();
        if !missing.is_empty() {
            return Err(Error::NoColumn {
                path: self.path.clone(),
                missing: folder::quoted(missing),
                there: folder::quoted(names),
            });
        }
        let mut columns = names.iter().enumerate();
        let twice = columns.find(|(at, it)| self.wants(it) && names[..*at].contains(it));
        match twice {
            Some((_, name)) => Err(Error::SeveralColumns {
                path: self.path.clone(),
                name: name.clone(),
            }),
            None => Ok(()),
        }
    }

    fn unreadable(&self, source: io::Error) -> Error {
        Error::Read {
            path: self.path.clone(),
            source,
        }
    }
}
