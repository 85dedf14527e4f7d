//! The numbers behind a shop's own measures, as sets of measures and engines know them.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::{
    conditional::ConditionalMeasure,
    measure::Level,
    own_measure::{Aggregate, Measurable, OwnMeasure},
    vocabulary::WordError,
};

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
            let (level, aggregate) = match *of {
                Measurable::Numbers { level, aggregate } => (level, aggregate),
                // How many have each number.
                Measurable::Percentile { level, .. } => (level, Aggregate::Count),
                Measurable::Distinct(_) => continue,
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
