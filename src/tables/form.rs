//! Tables as they are handed out: what stands in them, and the kinds of files.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;

use crate::{asking::Refused, guard::Code};

/// Columns and rows.
#[derive(Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

/// A column, whatever its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the first line of a file has it.
    pub name: String,
    /// What its cells hold.
    pub holds: Holds,
}

#[cfg(test)]
impl Column {
    pub(super) fn new(name: &str, holds: Holds) -> Self {
        let name = name.into();
        Self { name, holds }
    }
}

/// What the cells of a column hold, where they hold something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A day of a calendar.
    Day,
    /// An instant, as the clocks of a zone show it.
    Instant,
    /// A whole number.
    Whole,
    /// A number with all its digits.
    Decimal,
    /// A number in binary, such as a rate.
    Double,
    /// True or false.
    Truth,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    Missing,
    /// Text.
    Text(String),
    /// A day of a calendar.
    Day(NaiveDate),
    /// An instant, as the clocks of a zone show it.
    Instant(DateTime<FixedOffset>),
    /// A whole number.
    Whole(i64),
    /// A number with all its digits.
    Decimal(Decimal),
    /// A number in binary.
    Double(f64),
    /// True or false.
    Truth(bool),
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// An array of objects.
    Json,
    /// A workbook of one sheet (Office Open XML).
    Xlsx,
    /// Apache Parquet, with typed columns.
    Parquet,
    /// A stream of Apache Arrow's interprocess format.
    #[cfg(feature = "sql")]
    Arrow,
}

impl Kind {
    /// Every kind; the first where a client takes any.
    pub const ALL: &'static [Self] = &[
        Self::Csv,
        Self::Json,
        Self::Xlsx,
        Self::Parquet,
        // Arrow comes with the SQL engine, which is made of it.
        #[cfg(feature = "sql")]
        Self::Arrow,
    ];

    /// What such files end in.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            #[cfg(feature = "sql")]
            Self::Arrow => "arrows",
        }
    }

    /// The media type, as IANA has it.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            #[cfg(feature = "sql")]
            Self::Arrow => "application/vnd.apache.arrow.stream",
        }
    }
}

/// A kind of file, and how its text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What stands between the cells of CSV.
    pub separator: u8,
    /// Whether numbers in CSV have a decimal comma.
    pub decimal_comma: bool,
    /// Whether CSV starts with a byte order mark, by which Excel knows UTF-8.
    pub has_mark: bool,
    /// Whether text in CSV that a spreadsheet would take for a formula stays as it is.
    pub is_raw: bool,
}

impl Form {
    /// Takes what says how text is written from the parameters of a URL, and leaves the rest.
    ///
    /// # Errors
    /// When one of them says what cannot be.
    pub fn take(parameters: &mut Vec<(String, String)>) -> Result<Self, Refused> {
        let mut taken = |name: &str| {
            let at = parameters.iter().position(|(it, _)| it == name)?;
            Some(parameters.remove(at).1)
        };
        let decimal_comma = match taken("decimal").as_deref() {
            None | Some(".") => false,
            Some(",") => true,
            Some(_) => return Err(Refused::input("`decimal` is . or ,")),
        };
        let separator = match taken("separator").as_deref() {
            // What has decimal commas is told by semicolons.
            None if decimal_comma => b';',
            None | Some(",") => b',',
            Some(";") => b';',
            Some("tab") => b'\t',
            Some(_) => return Err(Refused::input("`separator` is , or ; or tab")),
        };
        let mut is_set = |name: &str| match taken(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refused::input(format!("`{name}` is true or false"))),
        };
        Ok(Self {
            separator,
            decimal_comma,
            has_mark: is_set("bom")?,
            is_raw: is_set("raw")?,
        })
    }
}

/// Bytes up to a bound.
#[derive(Debug)]
pub struct Bounded {
    pub bytes: Vec<u8>,
    most: usize,
}

impl Bounded {
    pub fn new(most: usize) -> Self {
        Self {
            bytes: Vec::new(),
            most,
        }
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// Past the bound.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        if self.bytes.len() + bytes.len() > self.most {
            return Err(too_large(self.most));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

pub fn too_large(most: usize) -> Refused {
    let message =
        format!("the table has more than {most} bytes; ask for fewer groups, or set a limit");
    Refused::new(Code::AnswerTooLarge, message)
}
