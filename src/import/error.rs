//! What stops an import; a row that cannot be used does not, it is a reject.

use std::{io, path::PathBuf};

use crate::{files, store};

/// Why an import stopped.
///
/// Each message is one line. Up to and including [`Error::TooManyLines`],
/// nothing has been written to the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The mapping file cannot be opened or is not UTF-8.
    #[error("cannot read the mapping `{}`: {source}", path.display())]
    ReadMapping {
        /// The mapping file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The mapping is not TOML, or holds an unknown key or an impossible value.
    #[error("{place}: {problem}")]
    Mapping {
        /// File and line.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Neither the caller nor the mapping names an input.
    #[error("no input file: name one, or set `file.path` in the mapping")]
    NoInput,
    /// The input cannot be read.
    #[error(transparent)]
    Input(#[from] files::Error),
    /// The input ends before its header line.
    #[error("the input `{}` is empty: its first line must name the columns", path.display())]
    EmptyInput {
        /// The CSV file.
        path: PathBuf,
    },
    /// The mapping names columns that the input does not have.
    #[error("no such column: {missing}; the input's columns are {present}{}", hint.unwrap_or_default())]
    MissingColumns {
        /// The keys of the mapping and the columns that they name.
        missing: String,
        /// The columns that there are.
        present: String,
        /// What may be the reason.
        hint: Option<&'static str>,
    },
    /// The mapping names a column that occurs more than once.
    #[error(
        "the input has several columns named `{column}`: give each a name of its own, in the file or with `file.columns`"
    )]
    RepeatedColumn {
        /// The column.
        column: String,
    },
    /// The rejects would overwrite the input.
    #[error("`{}` is the input: write the rejects to another file", path.display())]
    RejectsOverInput {
        /// The path given for both.
        path: PathBuf,
    },
    /// The rejects would take the place of something that no import has written.
    #[error("`{}` exists and is no rejects file: write the rejects to another file", path.display())]
    RejectsOverOther {
        /// What is there.
        path: PathBuf,
    },
    /// The rejects file cannot be written.
    #[error("cannot write the rejects to `{}`: {source}", path.display())]
    Rejects {
        /// The rejects file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database's orders are in another currency.
    #[error(
        "the database holds a shop in {held} and `shop.currency` is {given}: import into another database, or replace the shop with `--replace`"
    )]
    OtherCurrency {
        /// The currency of the orders that are there.
        held: String,
        /// The currency of the mapping.
        given: String,
    },
    /// A shop was to be replaced by one without orders.
    #[error(
        "no row of the input is an order line that can be used: the shop in the database stays as it is"
    )]
    NothingToReplaceWith,
    /// The zone that the database's shop counts its days in is none that is known.
    #[error(
        "the shop's time zone in the database, `{zone}`, is no IANA time zone: set `shop.time_zone`"
    )]
    UnknownZone {
        /// The zone's name.
        zone: String,
    },
    /// More lines under one order id than a MongoDB document holds.
    #[error(
        "order `{id}` has {lines} lines, more than one document holds: is `order.id` the right column?"
    )]
    TooManyLines {
        /// The order.
        id: String,
        /// Its lines.
        lines: u32,
    },
    /// The database took the batch and refused documents in it.
    #[error("the database refused {refused} of the {collection}, first because: {reason}")]
    Refused {
        /// The collection.
        collection: &'static str,
        /// How many documents of the batch.
        refused: usize,
        /// What the database says of the first.
        reason: String,
    },
    /// A batch was not acknowledged in time.
    #[error(
        "the database did not acknowledge a batch of {collection} within {seconds} s: run the import again, it continues safely"
    )]
    Slow {
        /// The collection.
        collection: &'static str,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// Whether a file or option that was given is wrong, rather than something
    /// that failed while running.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Input(error) => error.is_usage(),
            Self::Rejects { source, .. } => files::is_usage(source),
            Self::Refused { .. } | Self::Slow { .. } | Self::Store(_) => false,
            _ => true,
        }
    }
}

impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        Self::Store(error.into())
    }
}
