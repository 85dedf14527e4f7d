//! Measures: the numbers that can be accumulated, and nothing else.
//!
//! A line with a negative quantity is a return; every other line is *sold*. What came back
//! later is on [return records](super::Entries::Returns), which lower what lines add up to.

use std::{fmt, sync::Arc};

use rust_decimal::Decimal;

/// Declares the measures that every shop has: what each is, what it counts once, and what it
/// is where nothing is in scope.
macro_rules! declare_measures {
    ($(
        $(#[doc = $meaning:literal])+
        $measure:ident: $level:ident, $of_nothing:ident;
    )+) => {
        /// A number accumulated over the order lines of a scope.
        ///
        /// Every KPI is finished from measures, so that it holds at any scope, grain
        /// and group; a ratio is never accumulated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Measure {
            $($(#[doc = $meaning])+ $measure,)+
            /// One of these under a condition, which a shop's vocabulary knows: plans count it
            /// as the other over fewer lines, and engines never see it.
            Own(OwnMeasure),
        }

        use Measure::{$($measure,)+ Own};

        impl Measure {
            /// Those that every shop has, in the order in which [`Values`] keeps them.
            pub const ALL: [Self; [$(stringify!($measure)),+].len()] = [$($measure),+];

            /// The place of its bit in a set.
            fn number(self) -> u32 {
                enum Number { $($measure),+ }
                match self {
                    $($measure => Number::$measure as u32,)+
                    Own(own) => own.number(),
                }
            }

            /// What the measure counts once.
            #[must_use]
            pub fn level(self) -> Level {
                match self {
                    $($measure => Level::$level,)+
                    Own(_) => unreachable!("plans count what it is of"),
                }
            }

            fn is_zero_of_nothing(self) -> bool {
                match self {
                    $($measure => matches!(OfNothing::$of_nothing, OfNothing::Zero),)+
                    Own(own) => own.is_zero_of_nothing,
                }
            }
        }
    };
}

/// What a measure is where nothing is in scope.
enum OfNothing {
    Zero,
    /// Missing: unknown is not 0.
    None,
}

declare_measures! {
    /// Σ line revenue, less what came back.
    Revenue: Line, Zero;
    /// Σ line profit, less that of what came back; missing when no line in scope has one.
    Profit: Line, None;
    /// Σ quantity, less what came back.
    Units: Line, Zero;
    /// Count of lines.
    Lines: Line, Zero;
    /// Σ revenue of the sold lines.
    Sold: Line, Zero;
    /// Σ quantity of the sold lines.
    SoldUnits: Line, Zero;
    /// Σ revenue of the sold lines before discounts.
    Gross: Line, Zero;
    /// Σ discount of the sold lines; missing when no sold line in scope has one.
    Discount: Line, None;
    /// Σ units that came back; missing when that is known of nothing that did.
    ReturnedUnits: Line, Zero;
    /// Σ cost, less that of what came back; missing when no line in scope has one.
    Cost: Line, None;
    /// Σ revenue of the sold lines that have a cost.
    CostedRevenue: Line, Zero;
    /// Σ tax on the lines; missing when no line in scope has one.
    Tax: Line, None;
    /// Σ shipping charged for the lines; missing when no line in scope has one.
    Shipping: Line, None;
    /// Return records.
    Records: Line, Zero;
    /// Distinct orders.
    Orders: Order, Zero;
    /// Distinct orders that name a customer.
    CustomerOrders: Order, Zero;
    /// Distinct customers.
    Customers: Customer, Zero;
    /// Distinct customers whose first order ever is in the period.
    NewCustomers: Customer, Zero;
    /// Distinct customers with two or more orders.
    RepeatCustomers: Customer, Zero;
    /// Σ over the customers of the time from the first order to the last, in milliseconds.
    OrderSpan: Customer, Zero;
    /// Σ over the customers of their orders less one: the pairs of consecutive orders.
    OrderPairs: Customer, Zero;
    /// Distinct customers with an order in the period before; missing without a bounded period.
    PreviousCustomers: Customer, None;
    /// Of those, the ones with an order in this period too; missing without a bounded period.
    RetainedCustomers: Customer, None;
    /// Σ over the shipped orders of the time from ordered to shipped, in milliseconds.
    ShippingTime: Order, Zero;
    /// Distinct orders that have shipped.
    ShippedOrders: Order, Zero;
    /// When the first order was placed or the first return came, in milliseconds since 1970.
    Earliest: Order, None;
    /// When the last order was placed or the last return came, in milliseconds since 1970.
    Latest: Order, None;
}

/// Which of a vocabulary's conditional measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OwnMeasure {
    place: u8,
    /// Whether it is 0 and not missing where nothing is in scope.
    is_zero_of_nothing: bool,
}

impl OwnMeasure {
    /// The most that one vocabulary may have, of those that are 0 of nothing and of the others.
    pub(super) const MOST: u8 = 48;
    /// The bits of a set before this one are those of the measures that every shop has.
    const FIRST: u32 = 32;

    /// The one at this place among those that are alike in what they are of nothing.
    pub(super) fn new(place: u8, is_zero_of_nothing: bool) -> Self {
        Self {
            place,
            is_zero_of_nothing,
        }
    }

    fn number(self) -> u32 {
        let before = if self.is_zero_of_nothing {
            0
        } else {
            Self::MOST
        };
        Self::FIRST + u32::from(before + self.place)
    }

    fn at(number: u32) -> Option<Self> {
        let place = u8::try_from(number.checked_sub(Self::FIRST)?).ok()?;
        Some(match place.checked_sub(Self::MOST) {
            None => Self::new(place, true),
            Some(place) => Self::new(place, false),
        })
    }
}

/// What a measure counts once, so that an order's number is never multiplied by its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Each line counts.
    Line,
    /// Each order counts once, however many of its lines are in scope.
    Order,
    /// Each customer counts once, however many of their orders are in scope.
    Customer,
}

impl Measure {
    /// What the measure is where nothing is in scope.
    #[must_use]
    pub fn of_nothing(self) -> Option<Decimal> {
        self.is_zero_of_nothing().then_some(Decimal::ZERO)
    }

    fn bit(self) -> u128 {
        1 << self.number()
    }
}

/// A set of measures.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Measures(u128);

impl Measures {
    /// The set of no measure.
    pub const NONE: Self = Self(0);

    /// The measures of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    #[must_use]
    pub fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the measure is in the set.
    #[must_use]
    pub fn contains(self, measure: Measure) -> bool {
        self.0 & measure.bit() != 0
    }

    /// Whether any of them is in the set.
    #[must_use]
    pub fn contains_any(self, measures: &[Measure]) -> bool {
        measures.iter().any(|measure| self.contains(*measure))
    }

    /// The measures that are in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The measures, in the order of [`Measure::ALL`], and then a shop's own.
    pub fn iter(self) -> impl Iterator<Item = Measure> {
        let built_in = Measure::ALL.into_iter();
        let built_in = built_in.filter(move |measure| self.contains(*measure));
        built_in.chain(self.own().map(Own))
    }

    /// The shop's own among them.
    pub fn own(self) -> impl Iterator<Item = OwnMeasure> {
        let mut rest = self.0 >> OwnMeasure::FIRST << OwnMeasure::FIRST;
        std::iter::from_fn(move || {
            let number = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            OwnMeasure::at(number)
        })
    }

    fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// How many measures of the set come before this one.
    fn position(self, measure: Measure) -> Option<usize> {
        let before = self.0 & (measure.bit() - 1);
        self.contains(measure)
            .then_some(before.count_ones() as usize)
    }
}

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Measure> for Measures {
    fn from_iter<I: IntoIterator<Item = Measure>>(measures: I) -> Self {
        Self(measures.into_iter().fold(0, |set, one| set | one.bit()))
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
    fn the_list_of_all_measures_is_in_the_order_of_their_bits() {
        for (position, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure.number() as usize, position);
        }
    }

    #[test]
    fn a_shops_own_measures_have_places_of_their_own() {
        let own = [
            OwnMeasure::new(0, true),
            OwnMeasure::new(OwnMeasure::MOST - 1, true),
            OwnMeasure::new(0, false),
            OwnMeasure::new(OwnMeasure::MOST - 1, false),
        ];
        let set: Measures = own.into_iter().map(Own).chain([Latest]).collect();
        assert_eq!(set.own().collect::<Vec<_>>(), own);
        assert_eq!(set.iter().next(), Some(Latest));
        let values = Values::of_nothing(set);
        assert_eq!(values.value(Own(own[1])), Some(dec!(0)));
        assert_eq!(values.value(Own(own[2])), None);
    }

    #[test]
    fn a_union_holds_both_sets() {
        let both = Measures::from([Revenue]).union(Measures::from([Orders]));
        assert!(both.contains_all([Revenue, Orders].into()));
        assert!(!both.contains(Units));
    }
}
