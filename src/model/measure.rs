//! A shop's own measures, and the numbers that they are made of.

use bson::Document;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, de::Error};
use toml::Spanned;

use super::{
    field::NumberField,
    reading::{Conversion, Reading},
};
use crate::{
    kpi::{Aggregate, Holder, Level, Measurable, OwnMeasure, Percent},
    store::{decimal_from_double, rules::TOO_LARGE},
};

/// The most decimals of a number that is no money: as many as sums of millions are exact with.
const DECIMALS: u32 = 6;
const MONEY: &str = "money";

/// A measure, as it is written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Table")]
pub struct MeasureSection {
    pub name: Spanned<String>,
    description: String,
    unit: Option<String>,
    of: Measured,
}

#[derive(Debug)]
enum Measured {
    Numbers {
        of: Of,
        number: Box<NumberField>,
        put: Put,
    },
    /// The values of a dimension.
    Distinct(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: Spanned<String>,
    description: String,
    of: Option<Of>,
    number: Option<NumberField>,
    aggregate: Option<Put>,
    distinct: Option<String>,
    unit: Option<String>,
}

impl TryFrom<Table> for MeasureSection {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<Self, Self::Error> {
        let of = match (table.of, table.number, table.aggregate, table.distinct) {
            (Some(of), Some(number), Some(aggregate), None) => Measured::Numbers {
                of,
                number: Box::new(number),
                put: aggregate,
            },
            (None, None, None, Some(dimension)) => Measured::Distinct(dimension),
            _ => {
                return Err(
                    "a measure needs `of`, `number` and `aggregate`: what has its number, where \
                     that is found, and how many are put together; or `distinct`, the dimension \
                     whose values are counted, and none of these",
                );
            }
        };
        Ok(Self {
            name: table.name,
            description: table.description,
            unit: table.unit,
            of,
        })
    }
}

/// The number of one measure, and where it is found.
#[derive(Debug)]
pub struct OwnNumber {
    /// Its name in canonical documents.
    pub name: String,
    pub field: NumberField,
    is_money: bool,
}

/// What has such a number once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    Line,
    Order,
}

/// How numbers are put together.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Put {
    Sum,
    Minimum,
    Maximum,
    Count,
    Median,
    Percentile(#[serde(deserialize_with = "percent")] Percent),
}

/// A percentile, such as 90 or 99.5.
fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Percent, D::Error> {
    let percent = f64::deserialize(deserializer)?;
    let percent = decimal_from_double(percent).and_then(Percent::new);
    percent.ok_or_else(|| {
        D::Error::custom(
            "a percentile is above 0 and below 100, with three decimals at most, such as 90",
        )
    })
}

impl Of {
    /// The document that has the number once it is canonical.
    fn holder(self) -> Holder {
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

impl Put {
    /// What is measured of numbers that something of this level has.
    fn measurable(self, level: Level) -> Measurable {
        let numbers = |aggregate| Measurable::Numbers { level, aggregate };
        match self {
            Self::Sum => numbers(Aggregate::Sum),
            Self::Minimum => numbers(Aggregate::Minimum),
            Self::Maximum => numbers(Aggregate::Maximum),
            Self::Count => numbers(Aggregate::Count),
            Self::Median => Measurable::Percentile {
                level,
                percent: Percent::MEDIAN,
            },
            Self::Percentile(percent) => Measurable::Percentile { level, percent },
        }
    }
}

impl MeasureSection {
    /// The measure as the shop's vocabulary has it.
    pub fn declared(&self) -> OwnMeasure {
        OwnMeasure {
            name: self.name.as_ref().clone(),
            description: self.description.clone(),
            unit: self.unit.clone(),
            of: match &self.of {
                Measured::Numbers { of, put, .. } => put.measurable(of.level()),
                Measured::Distinct(dimension) => Measurable::Distinct(dimension.clone()),
            },
        }
    }

    /// The number that documents of a holder have for the measure.
    pub fn number_of(&self, holder: Holder) -> Option<OwnNumber> {
        match &self.of {
            Measured::Numbers { of, number, .. } if of.holder() == holder => Some(OwnNumber {
                name: self.name.as_ref().clone(),
                field: NumberField::clone(number),
                is_money: self.unit.as_deref() == Some(MONEY),
            }),
            Measured::Numbers { .. } | Measured::Distinct(_) => None,
        }
    }
}

impl OwnNumber {
    /// The number of a document: money in the shop's currency and rounded as all amounts are,
    /// anything else rounded to six decimals, half to even. One that is [`TOO_LARGE`] is missing.
    pub fn of(
        &self,
        reading: Reading<'_>,
        document: &Document,
        conversion: Conversion,
    ) -> Option<Decimal> {
        let number = if self.is_money {
            reading.money(&self.field, document, conversion)?
        } else {
            let number = reading.number(&self.field, document)?;
            number.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointNearestEven)
        };
        (number.abs() < TOO_LARGE.into()).then_some(number)
    }
}
