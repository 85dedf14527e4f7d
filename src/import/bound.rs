//! Fields bound to the columns of one input: from a cell to a value.

use std::borrow::Cow;

use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    Error, currency,
    dates::{Moment, Pattern, looks_like, parse_date},
    field::{DateField, NumberField, Source, TextField},
    numbers::{NoNumber, NumberFormat},
    reader::Cells,
    rejects::{Reject, Why},
    text::{CleanUp, has_control, visible},
};

/// The columns of an input, and what the mapping looked for in vain.
pub(super) struct Columns<'n> {
    names: &'n [String],
    missing: Vec<(&'static str, String)>,
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
            self.missing.push((key, name.into()));
        }
        Column {
            key,
            index: index.unwrap_or(0),
            name: name.into(),
        }
    }

    /// The names that were looked for in vain.
    pub fn into_missing(self) -> Vec<String> {
        self.missing.into_iter().map(|(_, name)| name).collect()
    }

    /// Fails when any column that was looked for is missing or stands twice.
    pub fn check(self) -> Result<(), Error> {
        if !self.missing.is_empty() {
            let missing = self.missing.iter();
            let missing = missing.map(|(key, name)| format!("`{}` ({key})", visible(name)));
            let present = self.names.iter().map(|name| format!("`{}`", visible(name)));
            return Err(Error::MissingColumns {
                missing: missing.collect::<Vec<_>>().join(", "),
                present: present.collect::<Vec<_>>().join(", "),
                hint: (self.names.len() == 1).then_some(": is `file.delimiter` right?"),
            });
        }
        match self.repeated {
            Some(column) => Err(Error::RepeatedColumn {
                column: visible(&column).into(),
            }),
            None => Ok(()),
        }
    }
}

impl Column {
    /// The cell's text, trimmed.
    pub fn text<'r>(&self, cells: Cells<'r>) -> Result<&'r str, Reject> {
        cells.text(self.index).map_err(|_| {
            let bytes = cells.record.get(self.index).unwrap_or_default();
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

pub(super) fn is_null(text: &str, null: &[String]) -> bool {
    text.is_empty() || null.iter().any(|marker| marker == text)
}

/// The markers of the field and those of the whole file.
pub(super) fn all_null(field: &[String], file: &[String]) -> Vec<String> {
    field.iter().chain(file).cloned().collect()
}

/// A field's source, bound.
#[derive(Clone, Debug)]
enum Origin<C> {
    Column(Column),
    Constant(C),
    RowNumber,
}

impl<C: Clone> Origin<C> {
    fn bind(key: &'static str, source: &Source<C>, columns: &mut Columns<'_>) -> Self {
        match source {
            Source::Column(name) => Self::Column(columns.find(key, name)),
            Source::Constant(constant) => Self::Constant(constant.clone()),
            Source::RowNumber => Self::RowNumber,
        }
    }
}

/// A text field, bound.
#[derive(Clone, Debug)]
pub(super) struct Text {
    origin: Origin<String>,
    default: Option<String>,
    null: Vec<String>,
    clean_up: Box<CleanUp>,
}

impl Text {
    pub fn bind(
        key: &'static str,
        field: &TextField,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        Self {
            origin: Origin::bind(key, &field.source, columns),
            default: field.default.clone(),
            null: all_null(&field.null, null),
            clean_up: field.clean_up.clone(),
        }
    }

    /// The text, or `None` for a blank cell without a default.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        let own = self.read_own(cells)?;
        Ok(own.or_else(|| self.default().map(Cow::from)))
    }

    /// The text, or `None` for a blank cell, whatever the default.
    pub fn read_own<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        let column = match &self.origin {
            Origin::Constant(text) => return Ok(Some(text.into())),
            Origin::RowNumber => return Ok(Some(cells.row.to_string().into())),
            Origin::Column(column) => column,
        };
        let text = column.text(cells)?;
        if is_null(text, &self.null) {
            return Ok(None);
        }
        if has_control(text) {
            return Err(column.reject(Why::ControlCharacter, text));
        }
        let text = self.clean_up.apply(text);
        Ok((!is_null(&text, &self.null)).then_some(text))
    }

    /// Whether rows may say different things.
    pub fn is_column(&self) -> bool {
        matches!(self.origin, Origin::Column(_))
    }

    /// What a blank cell means.
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// What a row is rejected with when its text makes no sense.
    pub fn reject(&self, key: &'static str, why: Why, text: &str) -> Reject {
        match &self.origin {
            Origin::Column(column) => column.reject(why, text),
            Origin::Constant(_) | Origin::RowNumber => Reject {
                key,
                why,
                cell: None,
            },
        }
    }
}

/// A number field, bound.
#[derive(Clone, Debug)]
pub(super) struct Numeric {
    key: &'static str,
    origin: Origin<Decimal>,
    default: Option<Decimal>,
    null: Vec<String>,
    divide_by: Decimal,
    format: NumberFormat,
    /// The currency of an amount of money; none for other numbers.
    currency: Option<String>,
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
            origin: Origin::bind(key, &field.source, columns),
            default: field.default,
            null: all_null(&field.null, null),
            divide_by: field.divide_by.unwrap_or(1).into(),
            format: field.format.as_ref().unwrap_or(format).clone(),
            currency: None,
        }
    }

    /// An amount of money in this currency: a sign that contradicts it makes it none.
    pub fn in_currency(self, code: &str) -> Self {
        Self {
            currency: Some(code.into()),
            ..self
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
        if let Origin::Column(column) = &self.origin
            && let Ok(text) = column.text(cells)
        {
            return column.reject(why, text);
        }
        Reject {
            key: self.key,
            why,
            cell: None,
        }
    }

    fn parse(&self, cells: Cells<'_>, percent_allowed: bool) -> Result<Option<Decimal>, Reject> {
        let column = match &self.origin {
            Origin::Constant(number) => return Ok(Some(*number)),
            Origin::RowNumber => return Ok(Some(cells.row.into())),
            Origin::Column(column) => column,
        };
        let text = column.text(cells)?;
        if is_null(text, &self.null) {
            return Ok(self.default);
        }
        let number = self.format.parse(text).map_err(|no_number| {
            let why = match no_number {
                NoNumber::Malformed => Why::NotANumber,
                NoNumber::TooManyDigits => Why::TooManyDigits,
            };
            column.reject(why, text)
        })?;
        if number.percent && !percent_allowed {
            return Err(column.reject(Why::NotANumber, text));
        }
        if number.currency.is_some_and(|sign| self.is_foreign(sign)) {
            return Err(column.reject(Why::OtherCurrency, text));
        }
        Ok(Some(if number.percent {
            number.value / Decimal::ONE_HUNDRED
        } else {
            number.value / self.divide_by
        }))
    }

    fn is_foreign(&self, sign: char) -> bool {
        let code = self.currency.as_deref();
        code.is_some_and(|code| currency::contradicts(sign, code))
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

    /// What the cell says, or `None` for a blank one.
    pub fn read(&self, cells: Cells<'_>) -> Result<Option<Moment>, Reject> {
        let text = self.joined(cells)?;
        if text.is_empty() {
            return Ok(None);
        }
        match parse_date(&text, &self.patterns, self.zone) {
            Some(date) => Ok(Some(date)),
            None => Err(self.columns[0].reject(Why::NotADate(looks_like(&text)), &text)),
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
