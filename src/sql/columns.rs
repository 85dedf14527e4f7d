//! The columns of `kpis`: a shop's dimensions, the time of orders, and its KPIs.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use indexmap::IndexMap;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::kpi::{Dimension, Kpi, NumberKind, Vocabulary};

/// The column of when orders were placed.
pub const ORDERED_AT: &str = "ordered_at";
/// Decimals of a number with all its digits. Quotients have 15 digits, so that those of 1 or
/// more are kept whole, and amounts up to 79 trillion fit the 96 bits that are sent.
pub const SCALE: u8 = 15;
/// The type of money and of units.
pub const NUMERIC: DataType = DataType::Decimal128(38, SCALE.cast_signed());

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A dimension's value.
    Dimension(Dimension),
    /// When an order was placed, or something came back.
    OrderedAt,
    /// A KPI, which only [`MEASURE`](super::measure) can ask for.
    Kpi(Kpi),
}

/// The columns by their names.
#[derive(Debug)]
pub struct Columns(IndexMap<String, Meaning>);

impl Columns {
    /// Those of a shop that knows these words.
    pub fn of(vocabulary: &Vocabulary) -> Self {
        let mut columns = IndexMap::from([(ORDERED_AT.to_owned(), Meaning::OrderedAt)]);
        let mut add = |name: &str, meaning| {
            // A shop's own word may be both a dimension's and a KPI's.
            let mut name = in_snake_case(name);
            while columns.contains_key(&name) {
                name.push('_');
            }
            columns.insert(name, meaning);
        };
        for dimension in vocabulary.dimensions() {
            add(dimension.name(), Meaning::Dimension(*dimension));
        }
        for kpi in vocabulary.kpis() {
            add(kpi.name(), Meaning::Kpi(*kpi));
        }
        Self(columns)
    }

    /// What a column means.
    pub fn meaning(&self, name: &str) -> Option<Meaning> {
        self.0.get(name).copied()
    }

    /// Each column with what it means, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Meaning)> {
        self.0
            .iter()
            .map(|(name, meaning)| (name.as_str(), *meaning))
    }

    /// The columns as a table has them whose times are shown in this zone.
    pub fn schema(&self, zone: Tz) -> SchemaRef {
        let field =
            |(name, meaning): (&str, Meaning)| Field::new(name, meaning.data_type(zone), true);
        Arc::new(Schema::new(self.iter().map(field).collect::<Vec<_>>()))
    }
}

impl Meaning {
    fn data_type(self, zone: Tz) -> DataType {
        match self {
            Self::Dimension(_) => DataType::Utf8,
            Self::OrderedAt => timestamp(zone),
            Self::Kpi(kpi) => match kpi.number().kind {
                NumberKind::Decimal => NUMERIC,
                NumberKind::Float => DataType::Float64,
                NumberKind::Int => DataType::Int64,
            },
        }
    }

    /// A sentence that says what it is.
    pub fn description(self) -> String {
        match self {
            Self::Dimension(dimension) => dimension.description().to_owned(),
            Self::OrderedAt => "When the order was placed, or something came back: filter by it, and group by date_trunc('month', ordered_at).".to_owned(),
            Self::Kpi(kpi) => format!("{} Unit: {}.", kpi.definition(), kpi.unit().words()),
        }
    }
}

/// The type of instants that are shown in this zone.
pub fn timestamp(zone: Tz) -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(zone.name().into()))
}

/// The digits of a number at the scale of its column.
pub fn numeric(value: Decimal) -> Option<i128> {
    let scale = u32::from(SCALE);
    let rounded = value.round_dp_with_strategy(scale, RoundingStrategy::MidpointNearestEven);
    let missing = scale.checked_sub(rounded.scale())?;
    rounded
        .mantissa()
        .checked_mul(10_i128.checked_pow(missing)?)
}

/// A name in camel case as SQL has it: `subCategory` is `sub_category`.
pub fn in_snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Holder, OwnDimension, OwnKpi, Words};

    #[test]
    fn every_word_is_a_column_of_its_own() {
        let own = OwnDimension {
            name: "orderedAt".into(),
            description: "Where it was ordered.".into(),
            holder: Holder::Order,
        };
        let kpi = OwnKpi {
            name: "city".into(),
            description: "A word that is taken.".into(),
            formula: "totalSales".into(),
        };
        let words = Vocabulary::with(Words {
            dimensions: vec![own],
            kpis: vec![kpi],
            ..Words::default()
        })
        .unwrap();
        let columns = Columns::of(words);
        let count = words.dimensions().len() + words.kpis().len() + 1;
        assert_eq!(columns.iter().count(), count);
        assert_eq!(columns.meaning("ordered_at"), Some(Meaning::OrderedAt));
        assert_eq!(
            columns.meaning("ordered_at_"),
            words.dimension("orderedAt").map(Meaning::Dimension)
        );
        assert_eq!(
            columns.meaning("city_"),
            words.kpi("city").map(Meaning::Kpi)
        );
        assert_eq!(
            columns.meaning("sub_category"),
            Some(Meaning::Dimension(Dimension::SUB_CATEGORY))
        );
    }
}
