//! A shop's own dimensions, and the texts that they make of its documents.

use bson::Document;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::{
    field::{DateField, NumberField, TextField},
    reading::Reading,
};
use crate::{kpi::Holder, values::shape::Exact};

/// A dimension, as it is written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Table")]
pub struct DimensionSection {
    pub name: Spanned<String>,
    pub description: String,
    pub of: Of,
    pub value: Value,
}

/// What it is an attribute of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    Order,
    Line,
    Product,
    Customer,
    ShipTo,
}

/// What its values follow from.
#[derive(Debug)]
pub enum Value {
    Text(TextField),
    /// A number, or the band that it lies in.
    Number {
        field: NumberField,
        /// Where bands begin, the least first.
        bands: Vec<Decimal>,
    },
    YesOrNo(TextField),
    /// The local day.
    Date(DateField),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: Spanned<String>,
    description: String,
    of: Of,
    text: Option<TextField>,
    number: Option<NumberField>,
    bands: Option<Vec<Exact>>,
    yes_or_no: Option<TextField>,
    date: Option<DateField>,
}

impl TryFrom<Table> for DimensionSection {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<Self, Self::Error> {
        let has_bands = table.bands.is_some();
        let bands = table.bands.unwrap_or_default().into_iter();
        let bands: Vec<Decimal> = bands.map(|number| number.0).collect();
        if !bands.is_sorted_by(|one, next| one < next) {
            return Err("`bands` are the numbers that bands begin with, the least first");
        }
        let value = match (table.text, table.number, table.yes_or_no, table.date) {
            (None, Some(field), None, None) => Value::Number { field, bands },
            _ if has_bands => return Err("`bands` are those of a `number`"),
            (Some(field), None, None, None) => Value::Text(field),
            (None, None, Some(field), None) => Value::YesOrNo(field),
            (None, None, None, Some(field)) => Value::Date(field),
            _ => {
                return Err(
                    "a dimension needs one of `text`, `number`, `yes_or_no` and `date`: where \
                     its value is found",
                );
            }
        };
        Ok(Self {
            name: table.name,
            description: table.description,
            of: table.of,
            value,
        })
    }
}

impl Of {
    /// The document that holds the value once it is canonical.
    pub fn holder(self) -> Holder {
        match self {
            Self::Order => Holder::Order,
            Self::Line => Holder::Line,
            Self::Product => Holder::Product,
            Self::Customer => Holder::Customer,
            Self::ShipTo => Holder::ShipTo,
        }
    }
}

impl Value {
    /// What it is of a document; `None` where it is missing.
    pub fn text(&self, reading: Reading<'_>, document: &Document) -> Option<String> {
        match self {
            Self::Text(field) => reading.text(field, document),
            Self::Number { field, bands } => {
                let number = reading.number(field, document)?;
                Some(band(number, bands))
            }
            Self::YesOrNo(field) => yes_or_no(&reading.text(field, document)?),
            Self::Date(field) => {
                let date = reading.date(field, document)?;
                let day = date.with_timezone(&reading.model.zone).date_naive();
                Some(day.to_string())
            }
        }
    }
}

/// The band that a number lies in, its lower end included; the number itself without bands.
fn band(number: Decimal, bands: &[Decimal]) -> String {
    let above = bands.partition_point(|begin| *begin <= number);
    let below = above.checked_sub(1).map(|at| bands[at]);
    match (below, bands.get(above)) {
        (None, None) => number.normalize().to_string(),
        (None, Some(first)) => format!("under {first}"),
        (Some(from), Some(to)) => format!("{from} to under {to}"),
        (Some(last), None) => format!("{last} and over"),
    }
}

fn yes_or_no(text: &str) -> Option<String> {
    let is = match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => "yes",
        "false" | "no" | "n" | "0" => "no",
        _ => return None,
    };
    Some(is.to_owned())
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn a_band_holds_its_lower_end() {
        let bands = [dec!(0), dec!(20), dec!(49.5)];
        let of = |number| band(number, &bands);
        assert_eq!(of(dec!(-1)), "under 0");
        assert_eq!(of(dec!(0)), "0 to under 20");
        assert_eq!(of(dec!(19.99)), "0 to under 20");
        assert_eq!(of(dec!(20)), "20 to under 49.5");
        assert_eq!(of(dec!(49.50)), "49.5 and over");
        assert_eq!(band(dec!(3.10), &[]), "3.1");
    }
}
