//! Conditions on the KPIs of groups, and the classes of groups by their share of the sales.

use rust_decimal::Decimal;

use super::{
    catalogue::Kpi,
    measure::Measure,
    measures::Values,
    quotient::{quotient, sum},
    ranking::{Direction, Ranking, Row},
};

/// What a group's KPI must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Having {
    /// The KPI.
    pub kpi: Kpi,
    /// What it must be, all of it.
    pub tests: Vec<HavingTest>,
}

/// One test of a KPI; one that is null passes none but [`HavingTest::IsNull`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HavingTest {
    /// It is this.
    Is(Decimal),
    /// It is more than this.
    Above(Decimal),
    /// It is this or more.
    AtLeast(Decimal),
    /// It is less than this.
    Below(Decimal),
    /// It is this or less.
    AtMost(Decimal),
    /// It is null, or it is not.
    IsNull(bool),
}

impl Having {
    /// Whether a group meets the condition.
    #[must_use]
    pub fn is_met(&self, values: &Values) -> bool {
        let value = self.kpi.finish(values);
        self.tests.iter().all(|test| test.passes(value))
    }
}

impl HavingTest {
    fn passes(self, value: Option<Decimal>) -> bool {
        let Some(value) = value else {
            return matches!(self, Self::IsNull(true));
        };
        match self {
            Self::Is(it) => value == it,
            Self::Above(it) => value > it,
            Self::AtLeast(it) => value >= it,
            Self::Below(it) => value < it,
            Self::AtMost(it) => value <= it,
            Self::IsNull(is_null) => !is_null,
        }
    }
}

/// Classes of groups that sell much and little, after Pareto.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AbcClass {
    /// The groups that sell most, up to 80 % of the sales.
    A,
    /// The next ones, up to 95 %.
    B,
    /// All others.
    C,
}

impl AbcClass {
    /// The class of a group up to and with which this share of the sales is made.
    #[must_use]
    pub fn of(cumulative_share: Decimal) -> Self {
        let percent = |percent| Decimal::new(percent, 2);
        match cumulative_share {
            share if share <= percent(80) => Self::A,
            share if share <= percent(95) => Self::B,
            _ => Self::C,
        }
    }
}

/// For each of the shown groups, the share of the sales that is made up to and with it, by
/// falling sales, ties by key.
///
/// `None` where all sales together are not above 0: there is nothing to have a share of. Of
/// hundreds of thousands of groups a page is shown, so they are not sorted: each adds to the
/// first of the shown ones that it does not come after.
#[must_use]
pub fn cumulative_shares(groups: &[Row], shown: &[&Row]) -> Vec<Option<Decimal>> {
    let by_sales = Ranking {
        by: Kpi::TOTAL_SALES,
        direction: Direction::Descending,
    };
    let sales = |(_, values): &Row| values.value(Measure::Revenue).unwrap_or_default();
    let mut ranked: Vec<usize> = (0..shown.len()).collect();
    ranked.sort_by(|one, two| by_sales.compare(shown[*one], shown[*two]));
    let mut parts = vec![Some(Decimal::ZERO); shown.len() + 1];
    for group in groups {
        let at = ranked.partition_point(|at| by_sales.compare(shown[*at], group).is_lt());
        parts[at] = parts[at].and_then(|part| part.checked_add(sales(group)));
    }
    let total: Option<Vec<Decimal>> = parts.iter().copied().collect();
    let total = total.and_then(sum).filter(|all| *all > Decimal::ZERO);
    let mut so_far = Some(Decimal::ZERO);
    let mut shares = vec![None; shown.len()];
    for (at, part) in ranked.into_iter().zip(parts) {
        so_far = so_far.zip(part).and_then(|(one, two)| one.checked_add(two));
        let of_total = so_far.zip(total);
        shares[at] = of_total.and_then(|(so_far, total)| quotient(so_far, total));
    }
    shares
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn group(name: &str, sales: Option<Decimal>) -> Row {
        let values = Values::new([Measure::Revenue].into(), |_| sales);
        (vec![name.into()], values)
    }

    fn having(tests: &[HavingTest]) -> Having {
        Having {
            kpi: Kpi::TOTAL_SALES,
            tests: tests.to_vec(),
        }
    }

    #[test]
    fn a_group_must_pass_every_test() {
        let (_, ten) = group("ten", Some(dec!(10)));
        let between = [
            HavingTest::Above(dec!(9.99)),
            HavingTest::AtMost(dec!(10.0)),
        ];
        assert!(having(&between).is_met(&ten));
        for failing in [
            HavingTest::Is(dec!(10.01)),
            HavingTest::Above(dec!(10)),
            HavingTest::AtLeast(dec!(10.01)),
            HavingTest::Below(dec!(10)),
            HavingTest::AtMost(dec!(9)),
            HavingTest::IsNull(true),
        ] {
            assert!(!having(&[HavingTest::Is(dec!(10)), failing]).is_met(&ten));
        }
    }

    #[test]
    fn what_is_null_is_neither_more_nor_less() {
        let profit = Having {
            kpi: Kpi::TOTAL_PROFIT,
            ..having(&[HavingTest::Below(dec!(1))])
        };
        let unknown = Values::new(Kpi::TOTAL_PROFIT.measures(), |_| None);
        assert!(!profit.is_met(&unknown));
        let is_null = |is| Having {
            tests: vec![HavingTest::IsNull(is)],
            ..profit.clone()
        };
        assert!(is_null(true).is_met(&unknown));
        assert!(!is_null(false).is_met(&unknown));
    }

    #[test]
    fn shares_add_up_by_falling_sales() {
        let groups = [
            group("c", Some(dec!(15))),
            group("a", Some(dec!(60))),
            group("e", Some(dec!(5))),
            group("b", Some(dec!(20))),
        ];
        let told = |shown: &[usize]| -> Vec<(Decimal, AbcClass)> {
            let shown: Vec<&Row> = shown.iter().map(|at| &groups[*at]).collect();
            let shares = cumulative_shares(&groups, &shown).into_iter().flatten();
            shares.map(|it| (it, AbcClass::of(it))).collect()
        };
        let (c, a, b) = (
            (dec!(0.95), AbcClass::B),
            (dec!(0.6), AbcClass::A),
            (dec!(0.8), AbcClass::A),
        );
        let e = (dec!(1), AbcClass::C);
        assert_eq!(told(&[0, 1, 2, 3]), [c, a, e, b]);
        // What is not shown counts nevertheless.
        assert_eq!(told(&[2, 3]), [e, b]);
        assert_eq!(told(&[0]), [c]);
    }

    #[test]
    fn nothing_has_a_share_of_a_loss() {
        let groups = [group("a", Some(dec!(5))), group("b", Some(dec!(-5)))];
        assert_eq!(cumulative_shares(&groups, &[&groups[0]]), [None]);
    }
}
