//! Sets of measures, and their values.

use std::{
    fmt,
    hash::{Hash, Hasher},
    ops::Range,
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{
    catalogue::Kpi,
    conditional::ConditionalMeasure,
    measure::Measure,
    own_field::{OwnField, OwnFields},
};

/// A set of measures, at most of one shop.
#[derive(Clone, Copy, Default)]
pub struct Measures {
    /// A bit for each, by its number.
    bits: u128,
    /// What the shop has of its own, where any of it is in the set.
    fields: Option<OwnFields>,
}

impl Measures {
    /// The set of no measure.
    pub const NONE: Self = Self {
        bits: 0,
        fields: None,
    };

    /// What these KPIs are finished from.
    #[must_use]
    pub fn of(kpis: impl IntoIterator<Item = Kpi>) -> Self {
        let each = kpis.into_iter().map(Kpi::measures);
        each.fold(Self::NONE, Self::union)
    }

    /// The measures of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
            fields: self.fields.or(other.fields),
        }
    }

    /// Whether all of `other` is in the set.
    #[must_use]
    pub fn contains_all(self, other: Self) -> bool {
        self.bits & other.bits == other.bits
    }

    /// Whether the measure is in the set.
    #[must_use]
    pub fn contains(self, measure: Measure) -> bool {
        self.bits & bit(measure) != 0
    }

    /// Whether any of them is in the set.
    #[must_use]
    pub fn contains_any(self, measures: &[Measure]) -> bool {
        measures.iter().any(|measure| self.contains(*measure))
    }

    /// The measures that are in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            bits: self.bits & other.bits,
            fields: self.fields,
        }
    }

    /// The measures, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Measure> {
        let built_in = Measure::ALL.into_iter();
        let built_in = built_in.filter(move |measure| self.contains(*measure));
        let conditional = self.conditional().map(Measure::Conditional);
        let fields = self.fields().map(Measure::Field);
        built_in.chain(conditional).chain(fields)
    }

    /// Those under conditions.
    pub fn conditional(self) -> impl Iterator<Item = ConditionalMeasure> {
        self.numbers(ConditionalMeasure::FIRST..ConditionalMeasure::END)
            .filter_map(ConditionalMeasure::at)
    }

    /// The numbers of the shop's own.
    pub fn fields(self) -> impl Iterator<Item = OwnField> {
        let fields = self.fields;
        self.numbers(OwnField::FIRST..u128::BITS)
            .filter_map(move |number| fields?.at(number))
    }

    /// The numbers of those in a range.
    fn numbers(self, range: Range<u32>) -> impl Iterator<Item = u32> {
        let mut rest = self.bits >> range.start << range.start;
        std::iter::from_fn(move || {
            let number = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            (number < range.end).then_some(number)
        })
    }

    fn len(self) -> usize {
        self.bits.count_ones() as usize
    }

    /// How many measures of the set come before this one.
    fn position(self, measure: Measure) -> Option<usize> {
        let before = self.bits & (bit(measure) - 1);
        self.contains(measure)
            .then_some(before.count_ones() as usize)
    }
}

fn bit(measure: Measure) -> u128 {
    1 << measure.number()
}

impl PartialEq for Measures {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits && self.fields().eq(other.fields())
    }
}

impl Eq for Measures {}

impl Hash for Measures {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Measure> for Measures {
    fn from_iter<I: IntoIterator<Item = Measure>>(measures: I) -> Self {
        let add = |set: Self, measure| Self {
            bits: set.bits | bit(measure),
            fields: match measure {
                Measure::Field(own) => Some(own.fields()),
                _ => set.fields,
            },
        };
        measures.into_iter().fold(Self::NONE, add)
    }
}

impl<const N: usize> From<[Measure; N]> for Measures {
    fn from(measures: [Measure; N]) -> Self {
        measures.into_iter().collect()
    }
}

/// The values of a set of measures, as an engine counted them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    measures: Measures,
    /// One for each measure of the set, in its order.
    values: Arc<[Option<Decimal>]>,
}

impl Values {
    /// Asks for the value of each measure of the set, once each.
    pub fn new(measures: Measures, value: impl FnMut(Measure) -> Option<Decimal>) -> Self {
        let mut values = Vec::with_capacity(measures.len());
        values.extend(measures.iter().map(value));
        Self {
            measures,
            values: values.into(),
        }
    }

    /// The values where nothing is in scope.
    #[must_use]
    pub fn of_nothing(measures: Measures) -> Self {
        Self::new(measures, Measure::of_nothing)
    }

    /// Which measures have been counted.
    #[must_use]
    pub fn measures(&self) -> Measures {
        self.measures
    }

    /// Whether one of these has been counted, and is not 0.
    #[must_use]
    pub fn has_any(&self, measures: &[Measure]) -> bool {
        let is_some = |it: &Measure| self.value(*it).is_some_and(|it| !it.is_zero());
        measures.iter().any(is_some)
    }

    /// The value of a measure: `None` when it is missing or was not counted.
    #[must_use]
    pub fn value(&self, measure: Measure) -> Option<Decimal> {
        let position = self.measures.position(measure)?;
        self.values[position]
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;
    use Measure::{Conditional, Latest, Orders, Revenue, Units};

    #[test]
    fn values_are_found_by_their_measure() {
        let set = Measures::from([Orders, Revenue, Latest]);
        let values = Values::new(set, |measure| match measure {
            Revenue => Some(dec!(12.5)),
            Orders => Some(dec!(2)),
            _ => None,
        });
        assert_eq!(values.value(Revenue), Some(dec!(12.5)));
        assert_eq!(values.value(Orders), Some(dec!(2)));
        assert_eq!(values.value(Latest), None);
        assert_eq!(values.value(Units), None);
    }

    #[test]
    fn measures_under_conditions_have_places_of_their_own() {
        let own = [
            ConditionalMeasure::new(0, true),
            ConditionalMeasure::new(ConditionalMeasure::MOST - 1, true),
            ConditionalMeasure::new(0, false),
            ConditionalMeasure::new(ConditionalMeasure::MOST - 1, false),
        ];
        let set: Measures = own.into_iter().map(Conditional).chain([Latest]).collect();
        assert_eq!(set.conditional().collect::<Vec<_>>(), own);
        assert_eq!(set.iter().next(), Some(Latest));
        let values = Values::of_nothing(set);
        assert_eq!(values.value(Conditional(own[1])), Some(dec!(0)));
        assert_eq!(values.value(Conditional(own[2])), None);
    }

    #[test]
    fn a_union_holds_both_sets() {
        let both = Measures::from([Revenue]).union(Measures::from([Orders]));
        assert!(both.contains_all([Revenue, Orders].into()));
        assert!(!both.contains(Units));
    }
}
