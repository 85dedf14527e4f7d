//! Measures of a shop's own: numbers that stand on its orders and lines, put together.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::{
    catalogue::{Entry, Kpi, Number, NumberKind},
    conditional::ConditionalMeasure,
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
    /// What has such a number once, among the `numbers` of its document: a line or an order.
    pub level: Level,
    /// How the numbers of many are put together.
    pub aggregate: Aggregate,
    /// What the number counts, in few words: one of [`Unit::NAMES`] or a word of the shop's
    /// own, such as `kg`. What is counted has a unit without being told.
    pub unit: Option<String>,
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
        if let Some(one_more) = measures.get(OwnField::MOST) {
            let problem = format!("a shop may have {} measures of its own", OwnField::MOST);
            return Err(WordError::new(&one_more.name, problem));
        }
        let entry = |(at, it): (usize, &OwnMeasure)| FieldEntry {
            name: it.name.clone(),
            of_groups: [format!("own_{}", it.name), format!("any_{}", it.name)],
            level: it.level,
            aggregate: it.aggregate,
            place: measures[..at]
                .iter()
                .filter(|other| other.level == it.level)
                .count(),
        };
        let entries = measures.iter().enumerate().map(entry).collect();
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

/// The KPI that each of a shop's own measures is, by its own name.
///
/// # Errors
/// When there is another KPI of that name, or the unit is none of such a measure.
pub(super) fn measured(measures: &[OwnMeasure], fields: OwnFields) -> Result<Vec<Kpi>, WordError> {
    let mut kpis: Vec<Kpi> = Vec::with_capacity(measures.len());
    for (measure, field) in measures.iter().zip(fields.iter()) {
        let mut others = Kpi::built_in().iter().chain(&kpis);
        if others.any(|it| it.name() == measure.name) {
            let problem = format!("there are two KPIs `{}`", measure.name);
            return Err(WordError::new(&measure.name, problem));
        }
        kpis.push(measure.kpi(field)?);
    }
    Ok(kpis)
}

impl OwnMeasure {
    fn kpi(&self, field: OwnField) -> Result<Kpi, WordError> {
        let is_count = self.aggregate == Aggregate::Count;
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
            formula: Formula::Measure(Measure::Field(field)),
            unit: self.unit()?,
            example: None,
        };
        Ok(Kpi(Box::leak(Box::new(entry))))
    }

    /// What the measure's numbers count, once they are put together.
    ///
    /// # Errors
    /// When that is not said, is said of what needs none, or would add up ratios.
    fn unit(&self) -> Result<Unit, WordError> {
        let wrong = |problem: String| Err(WordError::new(&self.name, problem));
        let name = match (self.aggregate, &self.unit) {
            (Aggregate::Count, None) => return Ok(self.counted()),
            (Aggregate::Count, Some(_)) => {
                let counted = self.counted().name();
                return wrong(format!("what is counted are {counted}: leave `unit` out"));
            }
            (_, None) => {
                let names = Unit::NAMES.join(", ");
                return wrong(format!(
                    "say its `unit`: {names}, or a word of your own, such as \"kg\""
                ));
            }
            (_, Some(name)) => name,
        };
        let Some(unit) = Unit::named(name) else {
            return wrong(format!(
                "`{name}` is no unit: it is one word of letters, such as \"money\" or \"kg\""
            ));
        };
        if unit == Unit::RATIO && self.aggregate == Aggregate::Sum {
            return wrong(
                "ratios are not added up: declare measures of what is divided and by what, and a \
                 [[kpi]] that divides them"
                    .to_owned(),
            );
        }
        Ok(unit)
    }

    fn counted(&self) -> Unit {
        match self.level {
            Level::Line => Unit::LINES,
            Level::Order => Unit::ORDERS,
            Level::Customer => Unit::CUSTOMERS,
        }
    }
}
