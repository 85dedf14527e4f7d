//! Measures of a shop's own: numbers that stand on its orders and lines, put together or
//! their percentiles, and how many values of a dimension there are.

use super::{
    catalogue::{Entry, Kpi, Number, NumberKind},
    conditional::{Conditional, ConditionalMeasure},
    dimension::Dimension,
    fold::{Fold, Percent},
    formula::Formula,
    measure::{Level, Measure},
    own_field::OwnFields,
    unit::Unit,
    vocabulary::WordError,
};

/// A measure that a shop declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMeasure {
    /// Its name, in camel case.
    pub name: String,
    /// A sentence that says what it is.
    pub description: String,
    /// What is measured.
    pub of: Measurable,
    /// What the number counts, in few words: one of [`Unit::NAMES`] or a word of the shop's
    /// own, such as `kg`. Lines and orders that are counted have one without being told.
    pub unit: Option<String>,
}

/// What a shop's own measure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measurable {
    /// Numbers of that name among the `numbers` of documents.
    Numbers {
        /// What has such a number once: a line or an order.
        level: Level,
        /// How the numbers of many are put together.
        aggregate: Aggregate,
    },
    /// A percentile of numbers of that name.
    Percentile {
        /// What has such a number once: a line or an order.
        level: Level,
        /// Which.
        percent: Percent,
    },
    /// The different values of the dimension of this name, of what has one.
    Distinct(String),
}

/// How the numbers of many lines or orders become one; those without a number have no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// All of them added up.
    Sum,
    /// The least of them.
    Minimum,
    /// The greatest of them.
    Maximum,
    /// How many there are.
    Count,
}

impl Aggregate {
    /// Whether that of all is the sum of the parts'.
    #[must_use]
    pub fn adds_up(self) -> bool {
        match self {
            Self::Sum | Self::Count => true,
            Self::Minimum | Self::Maximum => false,
        }
    }
}

/// The KPI that each of a shop's own measures is, by its own name, and those of the measures
/// that are counted in passes of their own.
#[derive(Debug)]
pub(super) struct Measured {
    pub kpis: Vec<Kpi>,
    pub conditional: Vec<Conditional>,
}

/// # Errors
/// When there is another KPI of that name, the unit is none of such a measure, or there is no
/// such dimension.
pub(super) fn measured(
    measures: &[OwnMeasure],
    fields: OwnFields,
    dimensions: &[Dimension],
) -> Result<Measured, WordError> {
    let mut fields = fields.iter();
    let mut field = || match fields.next() {
        Some(field) => field,
        None => unreachable!("each of these has one"),
    };
    let mut all = Measured {
        kpis: Vec::with_capacity(measures.len()),
        conditional: Conditional::built_in(),
    };
    for own in measures {
        let mut others = Kpi::built_in().iter().chain(&all.kpis);
        if others.any(|it| it.name() == own.name) {
            let problem = format!("there are two KPIs `{}`", own.name);
            return Err(WordError::new(&own.name, problem));
        }
        let measure = match &own.of {
            Measurable::Numbers { .. } => Measure::Field(field()),
            Measurable::Percentile { percent, .. } => {
                own.apart(Fold::Percentile(field(), *percent), &mut all.conditional)?
            }
            Measurable::Distinct(dimension) => {
                let dimension = own.dimension(dimension, dimensions)?;
                own.apart(Fold::Distinct(dimension), &mut all.conditional)?
            }
        };
        all.kpis.push(own.kpi(measure)?);
    }
    Ok(all)
}

impl OwnMeasure {
    fn kpi(&self, measure: Measure) -> Result<Kpi, WordError> {
        let is_count = measure.of_nothing().is_some();
        let entry = Entry {
            name: self.name.clone().into(),
            definition: self.description.clone().into(),
            number: Number {
                kind: if is_count {
                    NumberKind::Int
                } else {
                    NumberKind::Decimal
                },
                is_nullable: !is_count,
            },
            formula: Formula::Measure(measure),
            unit: self.unit()?,
            example: None,
        };
        Ok(Kpi(Box::leak(Box::new(entry))))
    }

    fn dimension(&self, name: &str, dimensions: &[Dimension]) -> Result<Dimension, WordError> {
        let found = dimensions.iter().find(|it| it.name() == name);
        found.copied().ok_or_else(|| {
            let problem = format!("there is no dimension `{name}`: declare it in a [[dimension]]");
            WordError::new(&self.name, problem)
        })
    }

    /// The measure, counted in a pass of its own beside others.
    fn apart(&self, fold: Fold, others: &mut Vec<Conditional>) -> Result<Measure, WordError> {
        let is_zero_of_nothing = matches!(fold, Fold::Distinct(_));
        let measure = ConditionalMeasure::after(others, is_zero_of_nothing);
        let measure = measure.ok_or_else(|| {
            let most = ConditionalMeasure::MOST;
            let problem = format!("a shop may have {most} such measures");
            WordError::new(&self.name, problem)
        })?;
        others.push(Conditional {
            measure,
            of: fold.measure(),
            predicates: Vec::new(),
            fold: Some(fold),
        });
        Ok(Measure::Conditional(measure))
    }

    /// What the measure's numbers count, once they are put together.
    ///
    /// # Errors
    /// When that is not said, is said of what needs none, or would add up ratios.
    fn unit(&self) -> Result<Unit, WordError> {
        let wrong = |problem: String| Err(WordError::new(&self.name, problem));
        let counted = self.counted();
        let name = match (counted, &self.unit) {
            (Some(counted), None) => return Ok(counted),
            (Some(counted), Some(_)) => {
                let counted = counted.name();
                return wrong(format!("what is counted are {counted}: leave `unit` out"));
            }
            (None, None) => {
                let names = Unit::NAMES.join(", ");
                return wrong(format!(
                    "say its `unit`: {names}, or a word of your own, such as \"kg\""
                ));
            }
            (None, Some(name)) => name,
        };
        let Some(unit) = Unit::named(name) else {
            return wrong(format!(
                "`{name}` is no unit: it is one word of letters, such as \"money\" or \"kg\""
            ));
        };
        let is_sum = matches!(
            self.of,
            Measurable::Numbers {
                aggregate: Aggregate::Sum,
                ..
            }
        );
        if unit == Unit::RATIO && is_sum {
            return wrong(
                "ratios are not added up: declare measures of what is divided and by what, and a \
                 [[kpi]] that divides them"
                    .to_owned(),
            );
        }
        Ok(unit)
    }

    /// What is counted, where numbers are.
    fn counted(&self) -> Option<Unit> {
        match self.of {
            Measurable::Numbers {
                level,
                aggregate: Aggregate::Count,
            } => Some(match level {
                Level::Line => Unit::LINES,
                Level::Order => Unit::ORDERS,
                Level::Customer => Unit::CUSTOMERS,
            }),
            Measurable::Numbers { .. }
            | Measurable::Percentile { .. }
            | Measurable::Distinct(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Vocabulary, Words, adds_up};

    #[test]
    fn sums_and_counts_add_up_at_their_level() {
        let numbers = |name: &str, level, aggregate| OwnMeasure {
            name: name.into(),
            description: "What it is.".into(),
            of: Measurable::Numbers { level, aggregate },
            unit: (aggregate != Aggregate::Count).then(|| "kg".into()),
        };
        let cities = OwnMeasure {
            name: "cities".into(),
            description: "What it is.".into(),
            of: Measurable::Distinct("city".into()),
            unit: Some("cities".into()),
        };
        let words = Words {
            measures: vec![
                numbers("weight", Level::Line, Aggregate::Sum),
                numbers("heaviest", Level::Line, Aggregate::Maximum),
                numbers("parcels", Level::Order, Aggregate::Count),
                cities,
            ],
            ..Words::default()
        };
        let words = Vocabulary::with(words).unwrap();
        let over = |name, by| adds_up(words.kpi(name).unwrap(), &[by], words);
        assert!(over("weight", Dimension::CATEGORY));
        assert!(!over("heaviest", Dimension::REGION));
        assert!(over("parcels", Dimension::REGION));
        assert!(!over("parcels", Dimension::CATEGORY));
        assert!(!over("cities", Dimension::REGION));
    }
}
