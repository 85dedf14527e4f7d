//! Columns of rows: what each holds, and where that stands in the documents.

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field};

use super::super::columns::{NUMERIC, timestamp};
use crate::{
    auth::{Forbidden, Scope},
    kpi::{Cycle, Grain, Vocabulary},
};

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// A sentence that says what it is.
    pub description: String,
    pub source: Source,
    /// Whether each row has a value.
    pub needed: bool,
    /// What the graph calls the fields that tell the same: a scope that forbids one of them
    /// forbids the column.
    pub told_by: Vec<&'static str>,
}

/// What has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The document: an order, or what else the table is of.
    Document,
    /// The order's line.
    Line,
    /// The return record.
    Return,
    /// The order's customer.
    Customer,
    /// The place that the order ships to.
    ShipTo,
    /// The line's product.
    Product,
}

/// Where a column's values come from. Paths are those of the stored documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Text(Holder, &'static str),
    Number(Holder, &'static str),
    /// A number of the shop's own, by its name.
    OwnNumber(Holder, &'static str),
    Time(Holder, &'static str),
    /// A coordinate of the document's point, in degrees.
    Degrees(usize),
    /// A number of a line, or that of a return record, with its sign turned.
    Entry {
        line: Option<&'static str>,
        returned: Option<&'static str>,
    },
    /// A line's revenue and what was taken off.
    ListAmount,
    /// A number of all lines of the order that may be seen, added up.
    Total(&'static str),
    /// How many of them there are.
    LineCount,
    /// Whether KPIs count the order.
    IsCounted,
    /// A line's place on its order, from 1; of a return record, that of its line.
    Position,
    /// A return record's place on its order, from 1.
    ReturnPosition,
    /// Whether an entry of sales is a `line` or a `return`.
    EntryKind,
    /// When an entry of sales was ordered, or came back.
    At,
    /// The first day of its bucket, in the session's zone.
    FirstDay(Grain),
    /// Its year there.
    Year,
    /// Its slot of a cycle there.
    Slot(Cycle),
}

impl Column {
    pub fn new(name: impl Into<String>, source: Source, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            source,
            needed: false,
            told_by: Vec::new(),
        }
    }

    /// The same, of which each row has a value.
    pub fn needed(self) -> Self {
        Self {
            needed: true,
            ..self
        }
    }

    /// The same, whose values fields of these names of the graph tell.
    pub fn told_by(self, names: &[&'static str]) -> Self {
        Self {
            told_by: names.to_vec(),
            ..self
        }
    }

    /// Whether whoever may see so much may use it.
    ///
    /// # Errors
    /// What it tells that they may not.
    pub fn permit(&self, scope: &Scope, vocabulary: &Vocabulary) -> Result<(), Forbidden> {
        let mut names = self.told_by.iter();
        names.try_for_each(|name| scope.permit_name(vocabulary, name))
    }

    /// The column as a table has it whose times are shown in this zone.
    pub fn field(&self, zone: Tz) -> Field {
        Field::new(&self.name, self.data_type(zone), !self.needed)
    }

    pub fn data_type(&self, zone: Tz) -> DataType {
        self.source.data_type(zone)
    }
}

impl Source {
    fn data_type(self, zone: Tz) -> DataType {
        match self {
            Self::Text(..) | Self::EntryKind => DataType::Utf8,
            Self::Number(..)
            | Self::OwnNumber(..)
            | Self::Entry { .. }
            | Self::ListAmount
            | Self::Total(_) => NUMERIC,
            Self::Time(..) | Self::At => timestamp(zone),
            Self::Degrees(_) => DataType::Float64,
            Self::LineCount
            | Self::Position
            | Self::ReturnPosition
            | Self::Year
            | Self::Slot(_) => DataType::Int64,
            Self::IsCounted => DataType::Boolean,
            Self::FirstDay(_) => DataType::Date32,
        }
    }

    /// What has the field that the values are read from, where that is one of these.
    pub fn holder(self) -> Option<Holder> {
        match self {
            Self::Text(holder, _) | Self::Number(holder, _) | Self::Time(holder, _) => Some(holder),
            _ => None,
        }
    }
}
