//! Measures of a shop's own: numbers that stand on its orders and lines, put together, and
//! how many values of a dimension there are.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::{
    catalogue::{Entry, Kpi, Number, NumberKind},
    conditional::{Conditional, ConditionalMeasure},
    dimension::Dimension,
    formula::Formula,
    measure::{Level, Measure},
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

/// The number behind a measure of a shop's own. It lives as long as the program.
#[derive(Clone, Copy)]
pub struct OwnField {
    all: OwnFields,
    /// Its place among all of the shop's.
    at: usize,
}

/// All numbers of one shop's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnFields(&'static Vec<FieldEntry>);

#[derive(Debug)]
struct FieldEntry {
    name: String,
    /// The names of what groups have of it, and of what tells whether they have any.
    of_groups: [String; 2],
    level: Level,
    aggregate: Aggregate,
    /// Its place among those of the same level.
    place: usize,
}

impl OwnFields {
    /// # Errors
    /// When there are more than sets have bits for.
    pub fn of(measures: &[OwnMeasure]) -> Result<Self, WordError> {
        let mut entries: Vec<FieldEntry> = Vec::new();
        for OwnMeasure { name, of, .. } in measures {
            let Measurable::Numbers { level, aggregate } = *of else {
                continue;
            };
            if entries.len() == OwnField::MOST {
                let most = OwnField::MOST;
                let problem = format!("a shop may have {most} measures of numbers of its own");
                return Err(WordError::new(name, problem));
            }
            let place = entries.iter().filter(|it| it.level == level).count();
            entries.push(FieldEntry {
                name: name.clone(),
                of_groups: [format!("own_{name}"), format!("any_{name}")],
                level,
                aggregate,
                place,
            });
        }
        Ok(Self(Box::leak(Box::new(entries))))
    }

    /// Each of them, in the order in which they were declared.
    pub fn iter(self) -> impl Iterator<Item = OwnField> {
        (0..self.0.len()).map(move |at| OwnField { all: self, at })
    }

    /// The one of a number in sets of measures.
    pub fn at(self, number: u32) -> Option<OwnField> {
        let at = usize::try_from(number.checked_sub(OwnField::FIRST)?).ok()?;
        (at < self.0.len()).then_some(OwnField { all: self, at })
    }
}

impl OwnField {
    /// The most that one shop may have.
    const MOST: usize = (u128::BITS - Self::FIRST) as usize;
    /// The bits of a set before this one are those of other measures.
    pub(super) const FIRST: u32 = ConditionalMeasure::END;

    fn entry(self) -> &'static FieldEntry {
        &self.all.0[self.at]
    }

    pub(super) fn fields(self) -> OwnFields {
        self.all
    }

    pub(super) fn number(self) -> u32 {
        Self::FIRST + u32::try_from(self.at).unwrap_or_default()
    }

    /// Its name among the `numbers` of a document.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.entry().name
    }

    /// What groups have of it, as a name that no built-in measure has.
    #[must_use]
    pub fn of_group(self) -> &'static str {
        &self.entry().of_groups[0]
    }

    /// What is null in groups where it is missing; `None` of what is never missing.
    #[must_use]
    pub fn any_of_group(self) -> Option<&'static str> {
        let any = self.entry().of_groups[1].as_str();
        (!self.is_zero_of_nothing()).then_some(any)
    }

    /// What has such a number once: a line or an order.
    #[must_use]
    pub fn level(self) -> Level {
        self.entry().level
    }

    /// How the numbers of many are put together.
    #[must_use]
    pub fn aggregate(self) -> Aggregate {
        self.entry().aggregate
    }

    /// Its place among the shop's own numbers of the same [level](Self::level).
    #[must_use]
    pub fn place(self) -> usize {
        self.entry().place
    }

    /// Whether it is 0 and not missing where nothing is in scope.
    pub(super) fn is_zero_of_nothing(self) -> bool {
        self.aggregate() == Aggregate::Count
    }
}

impl fmt::Debug for OwnField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for OwnField {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.entry(), other.entry())
    }
}

impl Eq for OwnField {}

impl Hash for OwnField {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.entry(), state);
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
    let mut all = Measured {
        kpis: Vec::with_capacity(measures.len()),
        conditional: Vec::new(),
    };
    for own in measures {
        let mut others = Kpi::built_in().iter().chain(&all.kpis);
        if others.any(|it| it.name() == own.name) {
            let problem = format!("there are two KPIs `{}`", own.name);
            return Err(WordError::new(&own.name, problem));
        }
        let measure = match &own.of {
            Measurable::Numbers { .. } => match fields.next() {
                Some(field) => Measure::Field(field),
                None => unreachable!("each of these has one"),
            },
            Measurable::Distinct(dimension) => {
                let conditional = own.distinct(dimension, dimensions, &all.conditional)?;
                let measure = Measure::Conditional(conditional.measure);
                all.conditional.push(conditional);
                measure
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

    fn distinct(
        &self,
        dimension: &str,
        dimensions: &[Dimension],
        others: &[Conditional],
    ) -> Result<Conditional, WordError> {
        let found = dimensions.iter().find(|it| it.name() == dimension);
        let distinct = found.copied().ok_or_else(|| {
            let problem =
                format!("there is no dimension `{dimension}`: declare it in a [[dimension]]");
            WordError::new(&self.name, problem)
        })?;
        let place = u8::try_from(others.len()).ok();
        let place = place.filter(|it| *it < ConditionalMeasure::MOST);
        let place = place.ok_or_else(|| {
            let most = ConditionalMeasure::MOST;
            let problem = format!("a shop may count the values of {most} dimensions");
            WordError::new(&self.name, problem)
        })?;
        Ok(Conditional {
            measure: ConditionalMeasure::new(place, true),
            of: Measure::Orders,
            predicates: Vec::new(),
            distinct: Some(distinct),
        })
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
            Measurable::Numbers { .. } | Measurable::Distinct(_) => None,
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
