//! One canonical field in the model: a path in the plain case, a table where more
//! must be said.

use std::collections::HashMap;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};

use super::{filter::Filter, path::Path, value::Dates};
use crate::values::{
    dates::{Pattern, Zone, iso_patterns},
    numbers::NumberFormat,
    shape::{Exact, OneOrMany, text_or_table},
    text::{CleanUp, Pad},
};

/// Where a value is found.
#[derive(Clone, Debug)]
pub struct At {
    pub path: Path,
    /// The lookup in whose document it is found, in place of the one at hand.
    pub lookup: Option<String>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum Origin<C> {
    Field(At),
    Constant(C),
}

/// A field that is read as text.
#[derive(Clone, Debug)]
pub struct TextField {
    pub origin: Origin<String>,
    /// Stands in for a blank.
    pub default: Option<String>,
    /// Texts that mean blank.
    pub null: Vec<String>,
    pub clean_up: Box<CleanUp>,
}

impl TextField {
    /// What stands at a path.
    pub fn of(path: Path) -> Self {
        Self {
            origin: Origin::Field(At { path, lookup: None }),
            default: None,
            null: Vec::new(),
            clean_up: Box::default(),
        }
    }

    /// The path, where it says no more than that.
    pub fn plain_path(&self) -> Option<&Path> {
        let is_plain =
            self.default.is_none() && self.null.is_empty() && *self.clean_up == CleanUp::default();
        match &self.origin {
            Origin::Field(At { path, lookup: None }) if is_plain => Some(path),
            _ => None,
        }
    }

    /// Whether it stands in a document that is looked up.
    pub fn looks_up(&self) -> bool {
        matches!(&self.origin, Origin::Field(At { lookup, .. }) if lookup.is_some())
    }
}

/// A field that is read as an exact decimal.
#[derive(Clone, Debug)]
pub struct NumberField {
    pub origin: NumberOrigin,
    pub default: Option<Decimal>,
    /// Numbers that mean unknown, such as a cost of 0.
    pub null: Vec<Decimal>,
    /// 100 where the documents hold cents.
    pub divide_by: Option<Decimal>,
    pub format: Option<NumberFormat>,
    /// Whether it is in the shop's own currency whatever the order's is.
    pub in_shop_currency: bool,
}

/// Where a number comes from.
#[derive(Clone, Debug)]
pub enum NumberOrigin {
    One(Origin<Decimal>),
    /// What is left of one number after another of the same document, which may be missing.
    Difference(At, Path),
    /// The sum over an array's elements.
    Sum {
        array: At,
        filter: Filter,
        path: Path,
    },
}

/// A field that is read as an instant.
#[derive(Clone, Debug)]
pub struct DateField {
    pub at: At,
    /// Where the time of the day stands that has a field of its own.
    pub time: Option<Path>,
    patterns: Vec<Pattern>,
    zone: Option<Zone>,
    is_wall_clock: bool,
}

impl DateField {
    /// How its dates are stored, in a shop that counts in `zone`.
    pub fn dates(&self, zone: Tz) -> Dates<'_> {
        Dates {
            patterns: &self.patterns,
            zone: self.zone.map_or(zone, |zone| zone.0),
            is_wall_clock: self.is_wall_clock,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TextTable {
    path: Option<Path>,
    lookup: Option<String>,
    constant: Option<String>,
    default: Option<String>,
    null: Vec<String>,
    trim: String,
    strip_prefix: Option<OneOrMany<String>>,
    strip_suffix: Option<OneOrMany<String>>,
    lower: bool,
    map: HashMap<String, String>,
    pad: Option<Pad>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NumberTable {
    path: Option<Path>,
    lookup: Option<String>,
    constant: Option<Exact>,
    minus: Option<Path>,
    sum: Option<Path>,
    r#where: Filter,
    default: Option<Exact>,
    null: Option<OneOrMany<Exact>>,
    divide_by: Option<Exact>,
    format: Option<NumberFormat>,
    in_shop_currency: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DateTable {
    path: Option<Path>,
    time: Option<Path>,
    lookup: Option<String>,
    format: Option<OneOrMany<Pattern>>,
    time_zone: Option<Zone>,
    wall_clock: bool,
}

/// A table that stands for a path that was written alone.
trait OfPath: Default {
    fn set_path(&mut self, path: Path);
}

macro_rules! of_path {
    ($($table:ident),*) => {$(
        impl OfPath for $table {
            fn set_path(&mut self, path: Path) {
                self.path = Some(path);
            }
        }

        impl From<String> for $table {
            fn from(text: String) -> Self {
                let mut table = Self::default();
                // What is no path is none, and the table says that it lacks one.
                if let Ok(path) = Path::try_from(text) {
                    table.set_path(path);
                }
                table
            }
        }
    )*};
}

of_path!(TextTable, NumberTable, DateTable);

fn origin<C, E: de::Error>(
    path: Option<Path>,
    lookup: Option<String>,
    constant: Option<C>,
) -> Result<Origin<C>, E> {
    match (path, constant) {
        (Some(path), None) => Ok(Origin::Field(At { path, lookup })),
        (None, Some(constant)) if lookup.is_none() => Ok(Origin::Constant(constant)),
        _ => Err(E::custom(
            "say either a `path` such as \"address.city\" or a `constant`",
        )),
    }
}

impl<'de> Deserialize<'de> for TextField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table: TextTable = text_or_table(deserializer)?;
        let texts = |texts: Option<OneOrMany<String>>| texts.map_or_else(Vec::new, |texts| texts.0);
        Ok(Self {
            origin: origin(table.path, table.lookup, table.constant)?,
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
        let constant = table.constant.map(|number| number.0);
        let null = table.null.map_or_else(Vec::new, |null| null.0);
        let divide_by = table.divide_by.map(|number| number.0);
        if divide_by.is_some_and(|by| by.is_zero()) {
            return Err(de::Error::custom("`divide_by` cannot be 0"));
        }
        let number_origin = match (table.sum, table.path, table.minus) {
            (None, Some(path), Some(less)) if constant.is_none() => {
                let lookup = table.lookup;
                NumberOrigin::Difference(At { path, lookup }, less)
            }
            (_, _, Some(_)) => {
                return Err(de::Error::custom(
                    "`minus` is taken off the number at a `path`, and of no other",
                ));
            }
            (Some(array), Some(path), None) if constant.is_none() => NumberOrigin::Sum {
                array: At {
                    path: array,
                    lookup: table.lookup,
                },
                filter: table.r#where,
                path,
            },
            (Some(_), _, None) => {
                return Err(de::Error::custom(
                    "`sum` names an array and needs the `path` of the number in its elements",
                ));
            }
            (None, path, None) => NumberOrigin::One(origin(path, table.lookup, constant)?),
        };
        Ok(Self {
            origin: number_origin,
            default: table.default.map(|number| number.0),
            null: null.into_iter().map(|number| number.0).collect(),
            divide_by,
            format: table.format,
            in_shop_currency: table.in_shop_currency,
        })
    }
}

impl<'de> Deserialize<'de> for DateField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table: DateTable = text_or_table(deserializer)?;
        let path = table
            .path
            .ok_or_else(|| de::Error::custom("a date needs a `path`, such as \"createdAt\""))?;
        Ok(Self {
            at: At {
                path,
                lookup: table.lookup,
            },
            time: table.time,
            patterns: table.format.map_or_else(iso_patterns, |format| format.0),
            zone: table.time_zone,
            is_wall_clock: table.wall_clock,
        })
    }
}
