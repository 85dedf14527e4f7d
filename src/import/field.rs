//! One canonical field in the mapping: a column's name in the plain case, a
//! table where more must be said.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};

use super::{
    dates::{Pattern, Zone, iso_patterns},
    numbers::NumberFormat,
    text::{CleanUp, Pad},
};
pub(super) use crate::values::shape::OneOrMany;
use crate::values::shape::{Exact, text_or_table};

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Source<C> {
    Column(String),
    Constant(C),
    /// The number of the row in its file; of texts only.
    RowNumber,
}

/// A field that is read as text.
#[derive(Clone, Debug)]
pub(super) struct TextField {
    pub source: Source<String>,
    /// Stands in for a blank cell.
    pub default: Option<String>,
    /// Texts that mean blank.
    pub null: Vec<String>,
    /// In a box: nearly all fields have none, and there are many.
    pub clean_up: Box<CleanUp>,
}

/// A field that is read as an exact decimal.
#[derive(Clone, Debug)]
pub(super) struct NumberField {
    pub source: Source<Decimal>,
    pub default: Option<Decimal>,
    pub null: Vec<String>,
    /// 100 where the cells hold cents, or 20 for 20 %.
    pub divide_by: Option<u32>,
    pub format: Option<NumberFormat>,
}

/// A field that is read as an instant.
#[derive(Clone, Debug)]
pub(super) struct DateField {
    /// More than one where the date and the time stand apart.
    pub columns: Vec<String>,
    pub patterns: Vec<Pattern>,
    pub zone: Option<Zone>,
    pub null: Vec<String>,
}

/// Rows that are returns because a column says so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnField {
    pub column: String,
    pub values: OneOrMany<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TextTable {
    column: Option<String>,
    constant: Option<String>,
    row_number: bool,
    default: Option<String>,
    null: Vec<String>,
    trim: String,
    strip_prefix: Option<OneOrMany<String>>,
    strip_suffix: Option<OneOrMany<String>>,
    lower: bool,
    map: HashMap<String, String>,
    pad: Option<Pad>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberTable {
    column: Option<String>,
    constant: Option<Exact>,
    default: Option<Exact>,
    #[serde(default)]
    null: Vec<String>,
    divide_by: Option<u32>,
    format: Option<NumberFormat>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateTable {
    column: OneOrMany<String>,
    format: Option<OneOrMany<Pattern>>,
    time_zone: Option<Zone>,
    #[serde(default)]
    null: Vec<String>,
}

impl From<String> for TextTable {
    fn from(column: String) -> Self {
        Self {
            column: Some(column),
            ..Self::default()
        }
    }
}

impl From<String> for NumberTable {
    fn from(column: String) -> Self {
        Self {
            column: Some(column),
            constant: None,
            default: None,
            null: Vec::new(),
            divide_by: None,
            format: None,
        }
    }
}

impl From<String> for DateTable {
    fn from(column: String) -> Self {
        Self {
            column: OneOrMany(vec![column]),
            format: None,
            time_zone: None,
            null: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for TextField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table: TextTable = text_or_table(deserializer)?;
        let source = match (table.row_number, &table.column, &table.constant) {
            (true, None, None) => Source::RowNumber,
            (true, ..) => {
                return Err(de::Error::custom(
                    "say `column`, `constant` or `row_number`, one of them",
                ));
            }
            (false, ..) => source(table.column, table.constant)?,
        };
        let texts = |texts: Option<OneOrMany<String>>| texts.map_or_else(Vec::new, |texts| texts.0);
        Ok(Self {
            source,
            default: table.default,
            null: table.null,
            clean_up: Box::new(CleanUp {
                trim: table.trim,
                strip_prefix: texts(table.strip_prefix),
                strip_suffix: texts(table.strip_suffix),
                lower: table.lower,
                map: table.map,
                pad: table.pad,
            }),
        })
    }
}

impl<'de> Deserialize<'de> for NumberField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table: NumberTable = text_or_table(deserializer)?;
        if table.divide_by == Some(0) {
            return Err(de::Error::custom("`divide_by` cannot be 0"));
        }
        Ok(Self {
            source: source(table.column, table.constant.map(|number| number.0))?,
            default: table.default.map(|number| number.0),
            null: table.null,
            divide_by: table.divide_by,
            format: table.format,
        })
    }
}

impl<'de> Deserialize<'de> for DateField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table: DateTable = text_or_table(deserializer)?;
        Ok(Self {
            columns: table.column.0,
            patterns: table.format.map_or_else(iso_patterns, |format| format.0),
            zone: table.time_zone,
            null: table.null,
        })
    }
}

fn source<C, E: de::Error>(column: Option<String>, constant: Option<C>) -> Result<Source<C>, E> {
    match (column, constant) {
        (Some(column), None) => Ok(Source::Column(column)),
        (None, Some(constant)) => Ok(Source::Constant(constant)),
        _ => Err(E::custom("say either `column` or `constant`")),
    }
}
