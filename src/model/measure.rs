//! A shop's own measures, and the numbers that they are made of.

use bson::Document;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;
use toml::Spanned;

use super::{
    field::NumberField,
    reading::{Conversion, Reading},
};
use crate::kpi::{Aggregate, Holder, Level, OwnMeasure};

/// The most decimals of a number that is no money: as many as sums of millions are exact with.
const DECIMALS: u32 = 6;
const MONEY: &str = "money";

/// A measure, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureSection {
    pub name: Spanned<String>,
    pub description: String,
    pub of: Of,
    /// Where its number is found.
    pub number: NumberField,
    pub aggregate: Put,
    pub unit: Option<String>,
}

/// What has such a number once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    Line,
    Order,
}

/// How numbers are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Put {
    Sum,
    Minimum,
    Maximum,
    Count,
}

impl Of {
    /// The document that has the number once it is canonical.
    pub fn holder(self) -> Holder {
        match self {
            Self::Line => Holder::Line,
            Self::Order => Holder::Order,
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Line => Level::Line,
            Self::Order => Level::Order,
        }
    }
}

impl MeasureSection {
    /// The measure as the shop's vocabulary has it.
    pub fn declared(&self) -> OwnMeasure {
        OwnMeasure {
            name: self.name.as_ref().clone(),
            description: self.description.clone(),
            level: self.of.level(),
            aggregate: match self.aggregate {
                Put::Sum => Aggregate::Sum,
                Put::Minimum => Aggregate::Minimum,
                Put::Maximum => Aggregate::Maximum,
                Put::Count => Aggregate::Count,
            },
            unit: self.unit.clone(),
        }
    }

    /// The number of a document: money in the shop's currency and rounded as all amounts are,
    /// anything else rounded to six decimals, half to even.
    pub fn number(
        &self,
        reading: Reading<'_>,
        document: &Document,
        conversion: Conversion,
    ) -> Option<Decimal> {
        if self.unit.as_deref() == Some(MONEY) {
            return reading.money(&self.number, document, conversion);
        }
        let number = reading.number(&self.number, document)?;
        Some(number.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointNearestEven))
    }
}
