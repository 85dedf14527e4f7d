//! Customers by how recently, how often and for how much they bought.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    enums,
    group::{Group, selected_with_comparisons},
    kpis::Kpis,
    request::State,
};
use crate::kpi::{Bought, Predicate, RfmCell, RfmGroup, float, quotient, rfm_cells};

/// The customers in scope by how recently they ordered, how often, and for how much.
///
/// Each is scored from 1 to 5 by fifths of all customers in scope, 5 being the best, on the time of the last order, the number of orders and the total sales, as SQL's `ntile(5)` does; ties go by customer id, and fewer than five customers do not reach the highest scores. Frequency and monetary value count together, as their mean, a half rounded up.
#[derive(SimpleObject)]
pub struct Rfm {
    /// What `averageDaysSinceLastOrder` looks back from: the end of the scope's period or, where it has none or is not over, the last order in scope; null when there is no customer.
    as_of: Option<DateTime<Utc>>,
    /// How many customers have an order in scope.
    customer_count: usize,
    /// All eleven groups, those of nobody too.
    groups: Vec<RfmGroupFigures>,
    /// All 25 cells of the table that groups are made of, the highest scores first.
    cells: Vec<RfmCellFigures>,
}

/// The customers of one cell: those of one recency score and one mean score for frequency and monetary value.
#[derive(SimpleObject)]
#[graphql(name = "RfmCell")]
pub struct RfmCellFigures {
    /// 1 to 5; 5 for the fifth who ordered last.
    recency: u8,
    /// The mean of the scores for how often and for how much, a half rounded up; 1 to 5.
    frequency_monetary: u8,
    /// The group that the cell belongs to.
    group: enums::RfmGroupName,
    /// How many customers.
    customer_count: usize,
}

/// The customers of one group.
pub struct RfmGroupFigures {
    group: RfmGroup,
    /// Their places among all customers.
    members: Vec<usize>,
    whole: Arc<Whole>,
}

/// What the groups are of.
struct Whole {
    lines: Group,
    as_of: Option<DateTime<Utc>>,
    customers: Arc<[Bought]>,
}

/// The customers of one group.
#[Object(name = "RfmGroup")]
impl RfmGroupFigures {
    /// Which group.
    async fn group(&self) -> enums::RfmGroupName {
        self.group.into()
    }

    /// How many customers.
    async fn customer_count(&self) -> usize {
        self.members.len()
    }

    /// Their share of the customers in scope, a ratio; null when there is none.
    async fn share(&self) -> Option<f64> {
        let all = self.whole.customers.len();
        ratio(self.members.len().into(), all.into())
    }

    /// The mean of the elapsed days from each customer's last order in scope to `asOf`; null when there is no customer.
    async fn average_days_since_last_order(&self) -> Option<f64> {
        const DAY: u32 = 86_400_000;
        let as_of = self.whole.as_of?.timestamp_millis();
        let since = self.customers().map(|it| i128::from(as_of - it.last_order));
        let since = Decimal::from_i128_with_scale(since.sum(), 0);
        ratio(
            since,
            Decimal::from(self.members.len()) * Decimal::from(DAY),
        )
    }

    /// The KPIs of what these customers ordered in scope. Broken down by `CUSTOMER`, they tell who they are; compared with another period, what the same customers did then.
    async fn kpis(&self, ctx: &Context<'_>) -> Result<Kpis> {
        let state = State::of(ctx);
        let bytes = self.members.len() * size_of::<Arc<str>>();
        state.allowance.held(state.session.hold(bytes))?;
        let ids = self.customers().map(|it| Arc::clone(&it.id));
        let theirs = Predicate::OneOfMany(ids.collect());
        let wanted = selected_with_comparisons(state.vocabulary(), &ctx.look_ahead());
        Ok(Kpis::of(self.whole.lines.and(theirs).wanting(wanted)))
    }
}

impl RfmGroupFigures {
    fn customers(&self) -> impl Iterator<Item = &Bought> {
        self.members.iter().map(|at| &self.whole.customers[*at])
    }
}

impl Rfm {
    pub(super) async fn of(ctx: &Context<'_>, group: &Group) -> Result<Self> {
        let customers = group.customers(ctx).await?;
        let last = customers.iter().map(|it| it.last_order).max();
        let last = last.and_then(DateTime::from_timestamp_millis);
        let end = group.period().to.filter(|end| *end <= State::of(ctx).now());
        let as_of = last.map(|last| end.unwrap_or(last));
        let scored = rfm_cells(&customers);
        let whole = Arc::new(Whole {
            lines: group.clone(),
            as_of,
            customers,
        });
        Ok(Self {
            as_of,
            customer_count: scored.len(),
            cells: cells(&scored),
            groups: groups(&scored, &whole),
        })
    }
}

fn cells(scored: &[RfmCell]) -> Vec<RfmCellFigures> {
    let mut counts: HashMap<RfmCell, usize> = HashMap::new();
    for cell in scored {
        *counts.entry(*cell).or_default() += 1;
    }
    let figures = |cell: RfmCell| RfmCellFigures {
        recency: cell.recency,
        frequency_monetary: cell.frequency_monetary,
        group: cell.group().into(),
        customer_count: counts.get(&cell).copied().unwrap_or_default(),
    };
    RfmCell::all().map(figures).collect()
}

fn groups(scored: &[RfmCell], whole: &Arc<Whole>) -> Vec<RfmGroupFigures> {
    let mut members: HashMap<RfmGroup, Vec<usize>> = HashMap::new();
    for (at, cell) in scored.iter().enumerate() {
        members.entry(cell.group()).or_default().push(at);
    }
    let figures = |group: RfmGroup| RfmGroupFigures {
        group,
        members: members.remove(&group).unwrap_or_default(),
        whole: Arc::clone(whole),
    };
    RfmGroup::ALL.map(figures).into()
}

fn ratio(of: Decimal, by: Decimal) -> Option<f64> {
    quotient(of, by).map(float)
}
