//! Fields bound to the columns of one input: from a cell to a value.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    Error,
    dates::{Pattern, parse_date},
    field::{DateField, NumberField, OneOrMany, Pad, Source, TextField},
    numbers::NumberFormat,
    reader::Cells,
    rejects::{Reject, Why},
};

/// The columns of an input, and what the mapping looked for in vain.
pub(super) struct Columns<'n> {
    names: &'n [String],
    missing: Vec<String>,
    repeated: Option<String>,
}

/// A column of the input, and the mapping's key that reads it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    key: &'static str,
    index: usize,
    name: String,
}

impl<'n> Columns<'n> {
    pub fn new(names: &'n [String]) -> Self {
        Self {
            names,
            missing: Vec::new(),
            repeated: None,
        }
    }

    /// The column of that name; one that is missing is remembered for [`Columns::check`].
    pub fn find(&mut self, key: &'static str, name: &str) -> Column {
        let mut found = (0..self.names.len()).filter(|&index| self.names[index] == name);
        let index = found.next();
        if found.next().is_some() {
            self.repeated = Some(name.into());
        }
        if index.is_none() {
            self.missing.push(format!("`{name}` ({key})"));
        }
        Column {
            key,
            index: index.unwrap_or(0),
            name: name.into(),
        }
    }

    /// Fails when any column that was looked for is missing or stands twice.
    pub fn check(self) -> Result<(), Error> {
        if !self.missing.is_empty() {
            return Err(Error::MissingColumns {
                missing: self.missing.join(", "),
                present: format!("`{}`", self.names.join("`, `")),
            });
        }
        match self.repeated {
            Some(column) => Err(Error::RepeatedColumn { column }),
            None => Ok(()),
        }
    }
}

impl Column {
    /// The cell's text, trimmed.
    pub fn text<'r>(&self, cells: Cells<'r>) -> Result<&'r str, Reject> {
        cells.text(self.index).map_err(|_| {
            let bytes = &cells.record[self.index];
            self.reject(Why::Undecodable, &String::from_utf8_lossy(bytes))
        })
    }

    fn reject(&self, why: Why, text: &str) -> Reject {
        Reject {
            key: self.key,
            why,
            cell: Some((text.into(), self.name.clone())),
        }
    }
}

/// A column with what stands for its blanks, or a constant.
#[derive(Clone, Debug)]
enum Origin<C> {
    Column(Column, Option<C>),
    Constant(C),
}

/// A cell that is not blank, or what the mapping gives instead.
enum Found<'r, C> {
    Cell(&'r str, &'r Column),
    Given(&'r C),
}

impl<C: Clone> Origin<C> {
    fn bind(
        key: &'static str,
        source: &Source<C>,
        default: Option<&C>,
        columns: &mut Columns<'_>,
    ) -> Self {
        match source {
            Source::Column(name) => Self::Column(columns.find(key, name), default.cloned()),
            Source::Constant(constant) => Self::Constant(constant.clone()),
        }
    }

    fn read<'r>(
        &'r self,
        cells: Cells<'r>,
        null: &[String],
    ) -> Result<Option<Found<'r, C>>, Reject> {
        let (column, default) = match self {
            Self::Constant(constant) => return Ok(Some(Found::Given(constant))),
            Self::Column(column, default) => (column, default),
        };
        let text = column.text(cells)?;
        Ok(if is_null(text, null) {
            default.as_ref().map(Found::Given)
        } else {
            Some(Found::Cell(text, column))
        })
    }
}

fn is_null(text: &str, null: &[String]) -> bool {
    text.is_empty() || null.iter().any(|marker| marker == text)
}

/// The markers of the field and those of the whole file.
fn all_null(field: &[String], file: &[String]) -> Vec<String> {
    field.iter().chain(file).cloned().collect()
}

/// A text field, bound.
#[derive(Clone, Debug)]
pub(super) struct Text {
    origin: Origin<String>,
    null: Vec<String>,
    map: HashMap<String, String>,
    pad: Option<Pad>,
}

impl Text {
    pub fn bind(
        key: &'static str,
        field: &TextField,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        Self {
            origin: Origin::bind(key, &field.source, field.default.as_ref(), columns),
            null: all_null(&field.null, null),
            map: field.map.clone(),
            pad: field.pad,
        }
    }

    /// The text, or `None` for a blank cell without a default.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        let text = match self.origin.read(cells, &self.null)? {
            None => return Ok(None),
            Some(Found::Given(text)) => return Ok(Some(text.into())),
            Some(Found::Cell(text, _)) => self.map.get(text).map_or(text, String::as_str),
        };
        Ok(Some(match self.pad {
            Some(pad) => padded(text, pad),
            None => text.into(),
        }))
    }
}

fn padded(text: &str, pad: Pad) -> Cow<'_, str> {
    let lacking = pad.width.saturating_sub(text.chars().count());
    if lacking == 0 {
        return text.into();
    }
    let mut padded: String = std::iter::repeat_n(pad.with, lacking).collect();
    padded.push_str(text);
    padded.into()
}

/// A key of one or more parts, bound.
#[derive(Clone, Debug)]
pub(super) struct Key {
    parts: Vec<Text>,
    /// Whether some parts may be blank, as long as one is not.
    sparse: bool,
}

impl Key {
    /// A key all of whose parts are needed.
    pub fn bind(
        key: &'static str,
        parts: &OneOrMany<TextField>,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        let bind = |part| Text::bind(key, part, null, columns);
        Self {
            parts: parts.0.iter().map(bind).collect(),
            sparse: false,
        }
    }

    /// An address: what is known of it tells it from others.
    pub fn of_address(parts: Vec<Text>) -> Self {
        Self {
            parts,
            sparse: true,
        }
    }

    /// The id, or `None` when a part that is needed is blank.
    ///
    /// One part is the id as it stands. Several are joined by `|`; a `|` or a
    /// `\` inside a part is preceded by `\`, so that no two keys read the same.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        if let [part] = self.parts.as_slice() {
            return part.read(cells);
        }
        let mut id = String::new();
        let mut present = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let text = part.read(cells)?;
            present += usize::from(text.is_some());
            if index > 0 {
                id.push('|');
            }
            push_escaped(&mut id, text.as_deref().unwrap_or(""));
        }
        let needed = if self.sparse { 1 } else { self.parts.len() };
        Ok((present >= needed).then_some(id.into()))
    }
}

fn push_escaped(id: &mut String, part: &str) {
    for letter in part.chars() {
        if matches!(letter, '|' | '\\') {
            id.push('\\');
        }
        id.push(letter);
    }
}

/// A number field, bound.
#[derive(Clone, Debug)]
pub(super) struct Numeric {
    key: &'static str,
    origin: Origin<Decimal>,
    null: Vec<String>,
    divide_by: Decimal,
    format: NumberFormat,
}

impl Numeric {
    pub fn bind(
        key: &'static str,
        field: &NumberField,
        format: &NumberFormat,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        Self {
            key,
            origin: Origin::bind(key, &field.source, field.default.as_ref(), columns),
            null: all_null(&field.null, null),
            divide_by: field.divide_by.unwrap_or(1).into(),
            format: field.format.as_ref().unwrap_or(format).clone(),
        }
    }

    /// The number, or `None` for a blank cell without a default.
    pub fn read(&self, cells: Cells<'_>) -> Result<Option<Decimal>, Reject> {
        self.parse(cells, false)
    }

    /// As [`Numeric::read`], and `20 %` is 0.2 whatever `divide_by` says.
    pub fn read_share(&self, cells: Cells<'_>) -> Result<Option<Decimal>, Reject> {
        self.parse(cells, true)
    }

    /// As [`Numeric::read`] where a blank makes the row useless.
    pub fn require(&self, cells: Cells<'_>) -> Result<Decimal, Reject> {
        self.read(cells)?.ok_or_else(|| Reject::missing(self.key))
    }

    /// What the cell is rejected with when its number makes no sense.
    pub fn reject(&self, why: Why, cells: Cells<'_>) -> Reject {
        match self.origin.read(cells, &self.null) {
            Ok(Some(Found::Cell(text, column))) => column.reject(why, text),
            _ => Reject {
                key: self.key,
                why,
                cell: None,
            },
        }
    }

    fn parse(&self, cells: Cells<'_>, percent_allowed: bool) -> Result<Option<Decimal>, Reject> {
        let (text, column) = match self.origin.read(cells, &self.null)? {
            None => return Ok(None),
            Some(Found::Given(number)) => return Ok(Some(*number)),
            Some(Found::Cell(text, column)) => (text, column),
        };
        let number = self.format.parse(text);
        let number = number
            .filter(|number| percent_allowed || !number.percent)
            .ok_or_else(|| column.reject(Why::NotANumber, text))?;
        Ok(Some(if number.percent {
            number.value / Decimal::ONE_HUNDRED
        } else {
            number.value / self.divide_by
        }))
    }
}

/// A date field, bound.
#[derive(Clone, Debug)]
pub(super) struct Date {
    columns: Vec<Column>,
    patterns: Vec<Pattern>,
    zone: Tz,
    null: Vec<String>,
}

impl Date {
    pub fn bind(
        key: &'static str,
        field: &DateField,
        shop: Tz,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        let names = field.columns.iter();
        Self {
            columns: names.map(|name| columns.find(key, name)).collect(),
            patterns: field.patterns.clone(),
            zone: field.zone.map_or(shop, |zone| zone.0),
            null: all_null(&field.null, null),
        }
    }

    /// The instant, or `None` for a blank cell.
    pub fn read(&self, cells: Cells<'_>) -> Result<Option<DateTime<Utc>>, Reject> {
        let text = self.joined(cells)?;
        if text.is_empty() {
            return Ok(None);
        }
        match parse_date(&text, &self.patterns, self.zone) {
            Some(date) => Ok(Some(date)),
            None => Err(self.columns[0].reject(Why::NotADate, &text)),
        }
    }

    /// The cells that are not blank, with a space between them.
    fn joined<'r>(&self, cells: Cells<'r>) -> Result<Cow<'r, str>, Reject> {
        let mut joined = Cow::Borrowed("");
        for column in &self.columns {
            let text = column.text(cells)?;
            if is_null(text, &self.null) {
                continue;
            }
            if joined.is_empty() {
                joined = text.into();
            } else {
                joined.to_mut().push(' ');
                joined.to_mut().push_str(text);
            }
        }
        Ok(joined)
    }
}
