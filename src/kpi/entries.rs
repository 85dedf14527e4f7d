//! Orders and return records: a pass walks over the ones or the others.
//!
//! A return record tells of a line that came back after its order. It is no order and no
//! line, stands on a day of its own, and lowers what lines add up to. So it is counted as a
//! negative line that stands alone, in a pass of its own, and [`Pass::with_returns`] puts what
//! both passes found together: engines need not know how.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{
    answer::Answer,
    bought::less_returned,
    measure::Measure,
    measures::{Measures, Values},
    plan::{Count, Pass},
    scope::Key,
};

/// What a pass walks over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entries {
    /// Orders with their lines.
    Orders,
    /// Return records, each as an order with one negative line.
    Returns,
}

/// When a return record counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReturnsOn {
    /// On the day that it came back.
    #[default]
    ReturnDay,
    /// At the time of its order.
    OrderDay,
}

/// What return records lower.
const LOWERED: [Measure; 4] = [
    Measure::Revenue,
    Measure::Profit,
    Measure::Units,
    Measure::Cost,
];

impl Pass {
    /// The same pass over return records, where they have a part in what it counts.
    #[must_use]
    pub fn over_returns(&self) -> Option<Self> {
        if self.count == Count::Customers {
            return Some(Self {
                entries: Entries::Returns,
                ..self.clone()
            });
        }
        let Count::Measures(measures) = self.count else {
            return None;
        };
        if self.fold.is_some() {
            // What is folded is of orders: their values, customers, numbers of the shop's own.
            return None;
        }
        let times = [Measure::Earliest, Measure::Latest];
        let counted: Measures = LOWERED.into_iter().chain(times).collect();
        // How many there are tells whether there is such a group.
        let mut counted = measures
            .intersection(counted)
            .union([Measure::Orders].into());
        if measures.contains(Measure::ReturnedUnits) {
            counted = counted.union([Measure::Units].into());
        }
        if self.axes.is_empty() && counted == [Measure::Orders].into() {
            // They lower nothing that is asked for.
            return None;
        }
        Some(Self {
            entries: Entries::Returns,
            count: Count::Measures(counted),
            ..self.clone()
        })
    }

    /// What was counted over the orders, together with what was over return records.
    #[must_use]
    pub fn with_returns(&self, orders: &Answer, returns: &Answer) -> Answer {
        let (orders, returns, measures) = match (orders, returns, self.count) {
            (Answer::Measures(orders), Answer::Measures(returns), Count::Measures(measures)) => {
                (orders, returns, measures)
            }
            (Answer::Customers(bought), Answer::Customers(returned), _) => {
                return Answer::Customers(less_returned(bought, returned));
            }
            _ => return orders.clone(),
        };
        let measures = self.counting(measures).union([Measure::Records].into());
        let nothing = Values::of_nothing(measures);
        let none = Values::of_nothing(Measures::NONE);
        let mut left: HashMap<&Key, &Values> = returns.iter().map(|(key, it)| (key, it)).collect();
        let mut rows: Vec<(Key, Values)> = Vec::with_capacity(orders.len());
        for (key, sold) in orders {
            let returned = left.remove(key).unwrap_or(&none);
            rows.push((key.clone(), lowered(measures, sold, returned)));
        }
        let rest = left.into_iter();
        rows.extend(rest.map(|(key, it)| (key.clone(), lowered(measures, &nothing, it))));
        Answer::Measures(rows)
    }
}

/// What was sold, with what came back; records count their units and amounts below 0.
fn lowered(measures: Measures, sold: &Values, returned: &Values) -> Values {
    let either = |one: Option<Decimal>, other, both: fn(Decimal, Decimal) -> Option<Decimal>| match (
        one, other,
    ) {
        (Some(one), Some(other)) => both(one, other),
        (one, other) => one.or(other),
    };
    Values::new(measures, |measure| {
        let (one, other) = (sold.value(measure), returned.value(measure));
        match measure {
            Measure::Records => Some(returned.value(Measure::Orders).unwrap_or_default()),
            Measure::ReturnedUnits => returned_units(one, returned),
            Measure::Earliest => either(one, other, |one, other| Some(one.min(other))),
            Measure::Latest => either(one, other, |one, other| Some(one.max(other))),
            lowered if LOWERED.contains(&lowered) => either(one, other, added),
            _ => one,
        }
    })
}

fn added(one: Decimal, other: Decimal) -> Option<Decimal> {
    Some(one.checked_add(other)?.normalize())
}

/// The units of returned lines and of records; unknown where there are none of the former and
/// the latter do not say.
fn returned_units(of_lines: Option<Decimal>, records: &Values) -> Option<Decimal> {
    let has_records = records.value(Measure::Orders).is_some();
    match (of_lines?, records.value(Measure::Units)) {
        (of_lines, Some(of_records)) => added(of_lines, -of_records),
        (of_lines, None) if of_lines.is_zero() && has_records => None,
        (of_lines, None) => Some(of_lines),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;
    use Measure::{Latest, Orders, Profit, Records, ReturnedUnits, Revenue, Units};

    fn values(measures: &[(Measure, Decimal)]) -> Values {
        let set = measures.iter().map(|(measure, _)| *measure).collect();
        Values::new(set, |measure| {
            let found = measures.iter().find(|(it, _)| *it == measure);
            found.map(|(_, value)| *value)
        })
    }

    #[test]
    fn records_lower_what_lines_add_up_to() {
        let sold = values(&[
            (Revenue, dec!(100)),
            (Units, dec!(7)),
            (ReturnedUnits, dec!(1)),
            (Orders, dec!(4)),
            (Latest, dec!(10)),
        ]);
        let returned = values(&[
            (Revenue, dec!(-30)),
            (Units, dec!(-2)),
            (Profit, dec!(-5)),
            (Orders, dec!(3)),
            (Latest, dec!(20)),
        ]);
        let all = Measures::from([
            Revenue,
            Units,
            Profit,
            ReturnedUnits,
            Records,
            Orders,
            Latest,
        ]);
        let both = lowered(all, &sold, &returned);
        let expected = values(&[
            (Revenue, dec!(70)),
            (Units, dec!(5)),
            (Profit, dec!(-5)),
            (ReturnedUnits, dec!(3)),
            (Records, dec!(3)),
            (Orders, dec!(4)),
            (Latest, dec!(20)),
        ]);
        assert_eq!(both, expected);
    }

    #[test]
    fn units_that_nobody_knows_are_not_zero() {
        let records = values(&[(Orders, dec!(3))]);
        assert_eq!(returned_units(Some(dec!(0)), &records), None);
        assert_eq!(returned_units(Some(dec!(2)), &records), Some(dec!(2)));
        let nothing = Values::of_nothing(Measures::NONE);
        assert_eq!(returned_units(Some(dec!(0)), &nothing), Some(dec!(0)));
    }
}
