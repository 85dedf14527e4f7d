//! Drivers: why a KPI is not what it was, in parts that add up.

use async_graphql::{Context, Result, SimpleObject};

use super::{
    breakdown::{DimensionValue, each_once, named, row_limit},
    comparison::{Baseline, TimeRange},
    enums,
    error::client_error,
    group::Group,
    request::State,
    scalars::Decimal,
};
use crate::kpi::{
    self, Axis, Driver, KeyPart, Kpi, Measure, Measures, Predicate, SalesFactors, float, quotient,
};

/// The difference of a KPI from a baseline, taken apart so that the parts add up to it to the last digit.
#[derive(SimpleObject)]
pub struct Drivers {
    /// The baseline; null where there is none, and all else is null or empty then.
    period: Option<TimeRange>,
    /// The KPI over the scope.
    now: Option<Decimal>,
    /// The KPI over the baseline.
    then: Option<Decimal>,
    /// This less that: `rows` and `others` add up to it; null where either is null.
    difference: Option<Decimal>,
    /// The groups with the largest parts, whether up or down, ties by value; none where there is no difference to take apart.
    rows: Vec<DriverRow>,
    /// How many groups there are in all, in either period.
    group_count: usize,
    /// The parts of all other groups together; null when the rows are all there is.
    others: Option<Decimal>,
    /// The difference by what total sales are made of; null for every other KPI, and when the number of customers, of their orders or units, or their sales are not above 0 in both periods.
    sales_tree: Option<SalesTree>,
}

/// What a group adds to the difference.
#[derive(SimpleObject)]
pub struct DriverRow {
    /// The group's value on each dimension, in the order asked for.
    key: Vec<DimensionValue>,
    /// What became of it.
    fate: enums::Fate,
    /// The KPI over the scope; null where it is not there.
    now: Option<Decimal>,
    /// The KPI over the baseline; null where it was not there.
    then: Option<Decimal>,
    /// What it adds to the difference.
    part: Decimal,
    /// That, relative to the difference; null when the difference is 0.
    share: Option<f64>,
}

/// Total sales are customers × orders per customer × units per order × price, and the sales of orders without a customer: what each adds to the difference, by the logarithmic mean, rounded to the digits of the sales.
#[derive(SimpleObject)]
pub struct SalesTree {
    /// By the number of customers.
    customers: Decimal,
    /// By how often each ordered.
    orders_per_customer: Decimal,
    /// By how much was on each order.
    units_per_order: Decimal,
    /// By what each unit was sold for.
    price: Decimal,
    /// By orders without a customer.
    without_customer: Decimal,
}

/// What is asked.
pub(super) struct Asked {
    pub kpi: Kpi,
    pub by: Vec<kpi::Dimension>,
    pub baseline: Baseline,
    pub first: i32,
}

impl Asked {
    /// # Errors
    /// When the KPI of all groups is not what theirs add up to.
    fn check(&self, ctx: &Context<'_>) -> Result<()> {
        each_once(&self.by)?;
        if kpi::adds_up(self.kpi, &self.by, State::of(ctx).vocabulary()) {
            return Ok(());
        }
        Err(client_error(format!(
            "{} of all groups is not the sum of theirs, so it has no parts by these dimensions; ask for a sum, such as TOTAL_SALES, TOTAL_PROFIT or UNITS_SOLD",
            self.kpi.enum_name()
        )))
    }
}

impl Drivers {
    pub(super) async fn of(ctx: &Context<'_>, group: &Group, asked: Asked) -> Result<Self> {
        let first = row_limit(asked.first)?;
        asked.check(ctx)?;
        let kpi = asked.kpi;
        let Some(period) = asked.baseline.period(ctx, group)? else {
            return Ok(Self::without_baseline(group.kpi(ctx, kpi).await?));
        };
        let wants_tree = kpi == Kpi::TOTAL_SALES && ctx.look_ahead().field("salesTree").exists();
        let before = group.over(period);
        let axes: Vec<Axis> = asked.by.iter().copied().map(Axis::Dimension).collect();
        let measures = kpi.measures();
        let tree = async {
            if wants_tree {
                SalesTree::of(ctx, group, &before).await
            } else {
                Ok(None)
            }
        };
        let (now, then, now_groups, then_groups, sales_tree) = futures::try_join!(
            group.kpi(ctx, kpi),
            before.kpi(ctx, kpi),
            group.groups(ctx, axes.clone(), measures),
            before.groups(ctx, axes, measures),
            tree,
        )?;
        let difference = now.zip(then).and_then(|(now, then)| now.checked_sub(then));
        let parts = difference.and_then(|_| kpi::drivers(kpi, &now_groups, &then_groups));
        let parts = parts.unwrap_or_default();
        let shown = &parts[..first.min(parts.len())];
        State::of(ctx).allowance.take_list(ctx, shown.len())?;
        let others = &parts[shown.len()..];
        let others = (!others.is_empty()).then(|| kpi::sum(others.iter().map(|it| it.part)));
        let row = |it: &Driver| DriverRow::of(it, &asked.by, difference);
        Ok(Self {
            period: Some(TimeRange::of(period)),
            now: now.map(Decimal),
            then: then.map(Decimal),
            difference: difference.map(Decimal),
            rows: shown.iter().map(row).collect(),
            group_count: parts.len(),
            others: others.flatten().map(Decimal),
            sales_tree,
        })
    }

    fn without_baseline(now: Option<rust_decimal::Decimal>) -> Self {
        Self {
            period: None,
            now: now.map(Decimal),
            then: None,
            difference: None,
            rows: Vec::new(),
            group_count: 0,
            others: None,
            sales_tree: None,
        }
    }
}

impl DriverRow {
    fn of(
        driver: &Driver,
        by: &[kpi::Dimension],
        difference: Option<rust_decimal::Decimal>,
    ) -> Self {
        let share = difference.and_then(|difference| quotient(driver.part, difference));
        Self {
            key: named(by, &driver.key),
            fate: driver.fate.into(),
            now: driver.now.map(Decimal),
            then: driver.then.map(Decimal),
            part: Decimal(driver.part),
            share: share.map(float),
        }
    }
}

impl SalesTree {
    async fn of(ctx: &Context<'_>, now: &Group, then: &Group) -> Result<Option<Self>> {
        let measures: Measures = [
            Measure::Customers,
            Measure::CustomerOrders,
            Measure::Units,
            Measure::Revenue,
        ]
        .into();
        let nobody = vec![vec![KeyPart::Missing]];
        let of_customers = Predicate::NotAmong(vec![kpi::Dimension::CUSTOMER], nobody);
        let of = |group: &Group| group.and(of_customers.clone()).wanting(measures);
        let (now_of_customers, then_of_customers) = (of(now), of(then));
        let (now_all, then_all, now, then) = futures::try_join!(
            now.kpi(ctx, Kpi::TOTAL_SALES),
            then.kpi(ctx, Kpi::TOTAL_SALES),
            now_of_customers.values(ctx, measures),
            then_of_customers.values(ctx, measures),
        )?;
        let tree = || {
            let (now, then) = (SalesFactors::of(&now)?, SalesFactors::of(&then)?);
            let parts = now.parts_since(&then)?;
            let without = |all: rust_decimal::Decimal, of: SalesFactors| all.checked_sub(of.sales);
            let without = without(now_all?, now)?.checked_sub(without(then_all?, then)?)?;
            Some(Self {
                customers: Decimal(parts.customers),
                orders_per_customer: Decimal(parts.orders_per_customer),
                units_per_order: Decimal(parts.units_per_order),
                price: Decimal(parts.price),
                without_customer: Decimal(without),
            })
        };
        Ok(tree())
    }
}
