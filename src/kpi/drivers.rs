//! Drivers: the difference of a KPI between two periods, in parts that add up to it exactly.

use std::collections::HashMap;

use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{
    catalogue::Kpi,
    dimension::Dimension,
    float::float,
    formula::Formula,
    measure::{Level, Measure},
    measures::Values,
    quotient::sum,
    ranking::Row,
    scope::Key,
    vocabulary::Vocabulary,
};

/// What became of a group between two periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is in the later period only.
    Came,
    /// It is in the earlier period only.
    Went,
    /// It is in both.
    Changed,
}

/// A group's part in a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// The group.
    pub key: Key,
    /// What became of it.
    pub fate: Fate,
    /// The KPI in the later period; `None` where it is null or the group is not there.
    pub now: Option<Decimal>,
    /// The KPI in the earlier period.
    pub then: Option<Decimal>,
    /// What the group adds to the difference.
    pub part: Decimal,
}

/// Whether the KPI of all groups together is the sum of theirs, those that are null left out:
/// sums over lines add up over anything, counts of orders where an order is in one group only.
#[must_use]
pub fn adds_up(kpi: Kpi, over: &[Dimension], vocabulary: &Vocabulary) -> bool {
    let of_lines = over.iter().any(|it| it.is_of_lines());
    let is_sum = |measure: &Measure| {
        let counted = match measure {
            Measure::Conditional(it) => {
                let known = vocabulary.conditional(*it);
                known.filter(|it| it.fold.is_none()).map(|it| it.of)
            }
            plain => Some(*plain),
        };
        let is_added = |it: &Measure| match it {
            Measure::Earliest | Measure::Latest | Measure::LastOrder => false,
            Measure::Field(own) => own.aggregate().adds_up(),
            _ => true,
        };
        match counted.filter(is_added).map(Measure::level) {
            Some(Level::Line) => true,
            Some(Level::Order) => !of_lines,
            Some(Level::Customer) | None => false,
        }
    };
    let measures = kpi.formula().measures();
    // Where one term is null the group's sum is, though not that of all groups.
    let is_never_null = |it: &Measure| it.of_nothing().is_some();
    let has_one_term = matches!(kpi.formula(), Formula::Measure(_));
    measures.iter().all(is_sum)
        && (has_one_term || measures.iter().all(is_never_null))
        && is_linear(kpi.formula())
}

fn is_linear(formula: &Formula) -> bool {
    match formula {
        Formula::Measure(_) => true,
        Formula::Sum(terms) => terms.iter().all(is_linear),
        Formula::Difference(one, other) => is_linear(one) && is_linear(other),
        Formula::Number(_)
        | Formula::Ratio(..)
        | Formula::MeanDays(..)
        | Formula::Days(_)
        | Formula::Product(..)
        | Formula::Coalesce(..) => false,
    }
}

/// Each group's part in the difference of a KPI that [adds up](adds_up), the largest first,
/// whether up or down, ties by key; `None` where one needs more digits than there are.
#[must_use]
pub fn drivers(kpi: Kpi, now: &[Row], then: &[Row]) -> Option<Vec<Driver>> {
    let mut earlier: HashMap<&Key, &Values> = then.iter().map(|(key, it)| (key, it)).collect();
    let mut drivers = Vec::with_capacity(now.len());
    for (key, values) in now {
        drivers.push(driver(kpi, key, Some(values), earlier.remove(key))?);
    }
    for (key, values) in earlier {
        drivers.push(driver(kpi, key, None, Some(values))?);
    }
    drivers.sort_unstable_by(|one, two| {
        let by_size = two.part.abs().cmp(&one.part.abs());
        by_size.then_with(|| one.key.cmp(&two.key))
    });
    Some(drivers)
}

fn driver(kpi: Kpi, key: &Key, now: Option<&Values>, then: Option<&Values>) -> Option<Driver> {
    let fate = match (now, then) {
        (Some(_), Some(_)) => Fate::Changed,
        (Some(_), None) => Fate::Came,
        (None, _) => Fate::Went,
    };
    let finish = |values: Option<&Values>| kpi.finish(values?);
    let (now, then) = (finish(now), finish(then));
    let part = now.unwrap_or_default();
    Some(Driver {
        key: key.clone(),
        fate,
        now,
        then,
        part: part.checked_sub(then.unwrap_or_default())?.normalize(),
    })
}

/// What total sales are made of: customers × orders per customer × units per order × price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SalesFactors {
    /// Distinct customers.
    pub customers: Decimal,
    /// Their orders.
    pub orders: Decimal,
    /// The units on these.
    pub units: Decimal,
    /// The sales of these.
    pub sales: Decimal,
}

/// The parts that factors have in a difference of sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SalesParts {
    /// More customers, or fewer.
    pub customers: Decimal,
    /// More orders of each.
    pub orders_per_customer: Decimal,
    /// More units on each.
    pub units_per_order: Decimal,
    /// A higher price of each.
    pub price: Decimal,
}

impl SalesFactors {
    /// Those of these values.
    #[must_use]
    pub fn of(values: &Values) -> Option<Self> {
        Some(Self {
            customers: values.value(Measure::Customers)?,
            orders: values.value(Measure::CustomerOrders)?,
            units: values.value(Measure::Units)?,
            sales: values.value(Measure::Revenue)?,
        })
    }

    /// Each factor, as its logarithm; `None` where one is not above 0.
    fn logarithms(&self) -> Option<[f64; 4]> {
        let logarithm = |it: Decimal| Some(float(it)).filter(|it| *it > 0.0).map(f64::ln);
        let customers = logarithm(self.customers)?;
        let orders = logarithm(self.orders)?;
        let units = logarithm(self.units)?;
        let sales = logarithm(self.sales)?;
        Some([customers, orders - customers, units - orders, sales - units])
    }

    /// Each factor's part in the difference to earlier sales, by the logarithmic mean of both.
    ///
    /// Rounded half to even to the digits of the sales, two at least; what that leaves is on
    /// the largest part, so that all of them add up to the difference to the last digit.
    /// `None` where a factor is not above 0, then or now.
    #[must_use]
    pub fn parts_since(&self, then: &Self) -> Option<SalesParts> {
        const DECIMALS: u32 = 2;
        let (now_logs, then_logs) = (self.logarithms()?, then.logarithms()?);
        let difference = self.sales.checked_sub(then.sales)?;
        let mean = logarithmic_mean(float(self.sales), float(then.sales));
        let decimals = difference.normalize().scale().max(DECIMALS);
        let part = |at: usize| {
            let part = mean * (now_logs[at] - then_logs[at]);
            Some(Decimal::from_f64(part)?.round_dp(decimals))
        };
        let mut parts = [part(0)?, part(1)?, part(2)?, part(3)?];
        let rest = difference.checked_sub(sum(parts)?)?;
        let largest = parts.iter_mut().rev().max_by_key(|part| part.abs())?;
        *largest = largest.checked_add(rest)?;
        let [customers, orders_per_customer, units_per_order, price] =
            parts.map(|part| part.normalize());
        Some(SalesParts {
            customers,
            orders_per_customer,
            units_per_order,
            price,
        })
    }
}

/// The mean of two numbers above 0 that turns a ratio of theirs into their difference.
fn logarithmic_mean(one: f64, other: f64) -> f64 {
    /// So close to each other, the difference of logarithms has few digits left.
    const CLOSE: f64 = 1e-3;
    let middle = f64::midpoint(one, other);
    let apart = (one - other) / middle;
    if apart.abs() < CLOSE {
        // The first terms of its series leave less than 10⁻²⁰ of it.
        middle * (1.0 - apart.powi(2) / 12.0 - apart.powi(4) / 180.0)
    } else {
        (one - other) / (one / other).ln()
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn factors(customers: i64, orders: i64, units: i64, sales: Decimal) -> SalesFactors {
        SalesFactors {
            customers: customers.into(),
            orders: orders.into(),
            units: units.into(),
            sales,
        }
    }

    fn all(parts: SalesParts) -> [Decimal; 4] {
        let SalesParts {
            customers,
            orders_per_customer,
            units_per_order,
            price,
        } = parts;
        [customers, orders_per_customer, units_per_order, price]
    }

    #[test]
    fn one_factor_that_doubles_is_the_whole_difference() {
        let then = factors(10, 20, 40, dec!(100));
        let more_customers = factors(20, 40, 80, dec!(200)).parts_since(&then).unwrap();
        assert_eq!(all(more_customers), [dec!(100), dec!(0), dec!(0), dec!(0)]);
        let dearer = factors(10, 20, 40, dec!(250)).parts_since(&then).unwrap();
        assert_eq!(all(dearer), [dec!(0), dec!(0), dec!(0), dec!(150)]);
    }

    /// From 100 to 400 by two factors that double: each is half of the difference.
    #[test]
    fn equal_factors_have_equal_parts() {
        let parts = factors(20, 40, 80, dec!(400)).parts_since(&factors(10, 20, 40, dec!(100)));
        assert_eq!(
            all(parts.unwrap()),
            [dec!(150), dec!(0), dec!(0), dec!(150)]
        );
    }

    /// Sales stay, and what customers add prices take: ±100 · ln 2 = 69.3147….
    #[test]
    fn factors_that_cancel_out() {
        let parts = factors(20, 20, 20, dec!(100)).parts_since(&factors(10, 10, 10, dec!(100)));
        assert_eq!(
            all(parts.unwrap()),
            [dec!(69.31), dec!(0), dec!(0), dec!(-69.31)]
        );
    }

    #[test]
    fn parts_add_up_to_the_last_digit() {
        let mut dice: u64 = 7;
        let mut roll = |most: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i64::try_from(1 + (dice >> 33) % most).unwrap()
        };
        for _ in 0..2000 {
            let [now, then] = std::array::from_fn(|_| {
                factors(
                    roll(300),
                    roll(2000),
                    roll(9000),
                    Decimal::new(roll(90_000_000), 4),
                )
            });
            let parts = all(now.parts_since(&then).unwrap());
            assert_eq!(parts.iter().sum::<Decimal>(), now.sales - then.sales);
        }
    }

    #[test]
    fn what_is_not_above_nothing_has_no_factors() {
        let some = factors(1, 1, 1, dec!(1));
        let loss = factors(1, 1, 1, dec!(-1));
        assert_eq!(loss.parts_since(&some), None);
        assert_eq!(some.parts_since(&factors(0, 0, 0, dec!(0))), None);
    }

    #[test]
    fn sums_add_up_and_distinct_counts_do_not() {
        let words = Vocabulary::built_in();
        let over = |kpi, by: Dimension| adds_up(kpi, &[by], words);
        for kpi in [Kpi::TOTAL_SALES, Kpi::TOTAL_PROFIT, Kpi::RETURNS] {
            assert!(over(kpi, Dimension::PRODUCT), "{kpi:?}");
        }
        assert!(over(Kpi::ORDER_COUNT, Dimension::REGION));
        assert!(!over(Kpi::ORDER_COUNT, Dimension::CATEGORY));
        for kpi in [
            Kpi::CUSTOMER_COUNT,
            Kpi::AVERAGE_BASKET,
            // Null where one of its terms is.
            Kpi::AMOUNT_CHARGED,
        ] {
            assert!(!over(kpi, Dimension::REGION), "{kpi:?}");
        }
    }

    #[test]
    fn groups_come_go_and_change() {
        let row = |name: &str, sales| {
            let values = Values::new([Measure::Revenue].into(), |_| Some(sales));
            (vec![name.into()], values)
        };
        let now = [
            row("new", dec!(5)),
            row("same", dec!(2)),
            row("up", dec!(9)),
        ];
        let then = [
            row("up", dec!(1)),
            row("same", dec!(2)),
            row("old", dec!(5)),
        ];
        let drivers = drivers(Kpi::TOTAL_SALES, &now, &then).unwrap();
        let told: Vec<_> = drivers
            .iter()
            .map(|it| (it.key[0].text().unwrap(), it.fate, it.part))
            .collect();
        assert_eq!(
            told,
            [
                ("up", Fate::Changed, dec!(8)),
                ("new", Fate::Came, dec!(5)),
                ("old", Fate::Went, dec!(-5)),
                ("same", Fate::Changed, dec!(0)),
            ]
        );
    }
}
