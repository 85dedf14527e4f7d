//! Folds: what the groups of a finer grouping come to.
//!
//! How many values a dimension has, a median or another percentile do not add up over parts,
//! and no accumulator holds them in little memory. So they have passes of their own, and what
//! such a pass answers is defined by a [finer](super::Pass::finer) one, which groups by one
//! axis more and whose groups are folded into those that are asked for. An engine counts that
//! one, or knows a shorter way.

use std::{collections::HashMap, fmt};

use rust_decimal::Decimal;

use super::{
    dimension::Dimension,
    measure::Measure,
    measures::{Measures, Values},
    own_field::OwnField,
    scope::{Axis, Key, KeyPart},
};

/// What is made of the groups of a pass that groups by one more axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fold {
    /// How many values of the dimension there are among what has orders.
    Distinct(Dimension),
    /// A percentile of the shop's own numbers, each as often as it is there.
    Percentile(OwnField, Percent),
    /// The median time from the first order to the second, of customers with two or more.
    MedianSecondOrder,
}

/// Which percentile, above 0 and below 100.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// Half of the numbers are no greater.
    pub const MEDIAN: Self = Self(Decimal::from_parts(50, 0, 0, false, 0));
    /// The most decimals that one may have.
    const DECIMALS: u32 = 3;

    /// `None` unless it is above 0, below 100 and has at most three decimals.
    #[must_use]
    pub fn new(percent: Decimal) -> Option<Self> {
        let percent = percent.normalize();
        let is_within = percent > Decimal::ZERO && percent < Decimal::ONE_HUNDRED;
        (is_within && percent.scale() <= Self::DECIMALS).then_some(Self(percent))
    }

    /// The percentile of these whole numbers, in no order: the same, found without a sort.
    #[must_use]
    pub fn of_whole(self, numbers: &mut [i64]) -> Option<Decimal> {
        let (below, beyond) = self.rank(numbers.len().try_into().ok()?)?;
        let (_, lower, above) = numbers.select_nth_unstable(below.try_into().ok()?);
        let lower = Decimal::from(*lower);
        let upper = above.iter().min().copied().map_or(lower, Decimal::from);
        Some((lower + (upper - lower) * beyond).normalize())
    }

    /// The place of the percentile among so many sorted numbers, counted from 0, and how far
    /// it is from there to the next.
    fn rank(self, count: u64) -> Option<(Decimal, Decimal)> {
        let last = Decimal::from(count.checked_sub(1)?);
        let rank = self.0.checked_mul(last)? / Decimal::ONE_HUNDRED;
        Some((rank.floor(), rank.fract()))
    }

    /// The percentile of these numbers with how often each is there: between two of them, as
    /// far from the one as from the other in proportion, which is SQL's `percentile_cont`.
    fn of(self, mut numbers: Vec<(Decimal, u64)>) -> Option<Decimal> {
        numbers.sort_unstable_by_key(|(number, _)| *number);
        let count: u64 = numbers.iter().map(|(_, count)| count).sum();
        let (below, beyond) = self.rank(count)?;
        let mut seen = 0;
        let mut at = numbers.into_iter().filter_map(|(number, count)| {
            seen += count;
            (Decimal::from(seen) > below).then_some((number, seen))
        });
        let (lower, up_to) = at.next()?;
        if beyond.is_zero() || Decimal::from(up_to) > below + Decimal::ONE {
            return Some(lower.normalize());
        }
        let (upper, _) = at.next()?;
        let between = upper.checked_sub(lower)?.checked_mul(beyond)?;
        Some(lower.checked_add(between)?.normalize())
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl Fold {
    /// What the groups that are folded are told apart by.
    #[must_use]
    pub fn axis(self) -> Axis {
        match self {
            Self::Distinct(dimension) => Axis::Dimension(dimension),
            Self::Percentile(number, _) => Axis::Number(number),
            Self::MedianSecondOrder => Axis::Dimension(Dimension::CUSTOMER),
        }
    }

    /// The dimension whose values it counts.
    #[must_use]
    pub fn counts_values_of(self) -> Option<Dimension> {
        match self {
            Self::Distinct(dimension) => Some(dimension),
            Self::Percentile(..) | Self::MedianSecondOrder => None,
        }
    }

    /// What is counted of each of these groups.
    #[must_use]
    pub fn counted(self) -> Measures {
        match self {
            Self::Distinct(_) => [Measure::Orders].into(),
            Self::Percentile(number, _) => [Measure::Field(number)].into(),
            Self::MedianSecondOrder => [Measure::SecondOrderTime, Measure::RepeatCustomers].into(),
        }
    }

    /// The measure that stands for the outcome among those that are counted.
    #[must_use]
    pub fn measure(self) -> Measure {
        match self {
            Self::Distinct(_) => Measure::Orders,
            Self::Percentile(number, _) => Measure::Field(number),
            Self::MedianSecondOrder => Measure::SecondOrderTime,
        }
    }

    /// The groups that are asked for, from the finer ones; those without a value on the last
    /// axis have no part.
    #[must_use]
    pub fn folded(self, finer: &[(Key, Values)]) -> Vec<(Key, Values)> {
        let mut groups: HashMap<&[KeyPart], Vec<(Decimal, u64)>> = HashMap::new();
        for (key, values) in finer {
            if let Some((value, key)) = key.split_last()
                && let Some(number) = self.number(value, values)
            {
                groups.entry(key).or_default().push(number);
            }
        }
        let folded = groups.into_iter().filter_map(|(key, numbers)| {
            let outcome = self.outcome(numbers)?;
            let values = Values::new([self.measure()].into(), |_| Some(outcome));
            Some((key.to_vec(), values))
        });
        folded.collect()
    }

    /// What a finer group adds: a number, and how often.
    fn number(self, value: &KeyPart, values: &Values) -> Option<(Decimal, u64)> {
        match (self, value) {
            (_, KeyPart::Missing) => None,
            (Self::Distinct(_), _) => values
                .has_any(&[Measure::Orders])
                .then_some((Decimal::ONE, 1)),
            (Self::Percentile(number, _), KeyPart::Decimal(value)) => {
                let count = values.value(Measure::Field(number))?;
                let count = u64::try_from(count).ok().filter(|it| *it > 0)?;
                Some((*value, count))
            }
            (Self::Percentile(..), other) => unreachable!("{other:?} is no number of the shop's"),
            (Self::MedianSecondOrder, _) => {
                let has_two = values.has_any(&[Measure::RepeatCustomers]);
                let time = || values.value(Measure::SecondOrderTime);
                has_two.then(time).flatten().map(|time| (time, 1))
            }
        }
    }

    fn outcome(self, numbers: Vec<(Decimal, u64)>) -> Option<Decimal> {
        match self {
            Self::Distinct(_) => Some(numbers.len().into()),
            Self::Percentile(_, percent) => percent.of(numbers),
            Self::MedianSecondOrder => Percent::MEDIAN.of(numbers),
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn values_are_counted_where_there_are_orders() {
        let row = |group: &str, value: KeyPart, orders| {
            let orders = Values::new([Measure::Orders].into(), |_| Some(orders));
            (vec![group.into(), value], orders)
        };
        let rows = [
            row("West", "web".into(), dec!(2)),
            row("West", "till".into(), dec!(1)),
            row("West", KeyPart::Missing, dec!(4)),
            // Something came back, and nothing was ordered.
            row("West", "phone".into(), dec!(0)),
            row("East", KeyPart::Missing, dec!(1)),
        ];
        let counted = Fold::Distinct(Dimension::CITY).folded(&rows);
        let [(key, values)] = counted.as_slice() else {
            panic!("{counted:?}");
        };
        assert_eq!(*key, vec![KeyPart::from("West")]);
        assert_eq!(values.value(Measure::Orders), Some(dec!(2)));
    }

    #[test]
    fn percentiles_lie_between_two_numbers_in_proportion() {
        let percentile = |percent: Decimal, numbers: &[(Decimal, u64)]| {
            Percent::new(percent).unwrap().of(numbers.to_vec())
        };
        // 1, 2, 2, 2, 10, in no order.
        let five = [(dec!(10), 1), (dec!(2), 3), (dec!(1), 1)];
        assert_eq!(percentile(dec!(50), &five), Some(dec!(2)));
        // The rank is 3.6: six tenths of the way from 2 to 10.
        assert_eq!(percentile(dec!(90), &five), Some(dec!(6.8)));
        // The rank is 0.4.
        assert_eq!(percentile(dec!(10), &five), Some(dec!(1.4)));
        // 3.5 and −1: halfway.
        let two = [(dec!(3.5), 1), (dec!(-1), 1)];
        assert_eq!(percentile(dec!(50), &two), Some(dec!(1.25)));
        assert_eq!(percentile(dec!(99.9), &[(dec!(7.10), 1)]), Some(dec!(7.1)));
        assert_eq!(percentile(dec!(50), &[]), None);
    }

    #[test]
    fn percentiles_of_whole_numbers_are_the_same() {
        let numbers = [7, -3, 7, 40, 0, 12, 7, 5, 100, 1];
        for many in 1..=numbers.len() {
            for percent in [dec!(0.001), dec!(10), dec!(50), dec!(75), dec!(99.999)] {
                let percent = Percent::new(percent).unwrap();
                let counted = numbers[..many].iter().map(|it| (Decimal::from(*it), 1));
                let whole = percent.of_whole(&mut numbers[..many].to_vec());
                assert_eq!(
                    whole,
                    percent.of(counted.collect()),
                    "{percent:?} of {many}"
                );
            }
        }
        assert_eq!(Percent::MEDIAN.of_whole(&mut []), None);
    }

    #[test]
    fn a_percentile_is_above_0_and_below_100() {
        for percent in [dec!(0), dec!(100), dec!(-5), dec!(99.9999)] {
            assert_eq!(Percent::new(percent), None, "{percent}");
        }
        assert_eq!(Percent::new(dec!(50.00)), Some(Percent::MEDIAN));
    }

    #[test]
    fn customers_who_ordered_once_have_no_part_in_a_median() {
        let of = Measure::SecondOrderTime;
        let row = |customer: KeyPart, repeat, time| {
            let values = Values::new([of, Measure::RepeatCustomers].into(), |it| {
                Some(if it == of { time } else { repeat })
            });
            (vec![customer], values)
        };
        let rows = [
            row("a".into(), dec!(1), dec!(40)),
            row("b".into(), dec!(0), dec!(0)),
            // Both orders at one instant.
            row("c".into(), dec!(1), dec!(0)),
            row(KeyPart::Missing, dec!(0), dec!(0)),
        ];
        let folded = Fold::MedianSecondOrder.folded(&rows);
        let [(key, values)] = folded.as_slice() else {
            panic!("{folded:?}");
        };
        assert!(key.is_empty());
        assert_eq!(values.value(of), Some(dec!(20)));
    }
}
