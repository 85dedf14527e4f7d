//! The types whose fields are the catalogue's KPIs.

use std::sync::Arc;

use async_graphql::{
    Context, ContextSelectionSet, MergedObject, Object, Result, ServerResult, Value,
    parser::types::Field, resolver_utils::ContainerType,
};
use rust_decimal::Decimal;

use super::{
    at_hand::{AtHand, Rows, TYPE_NAME, has_all},
    breakdown, cohort, comparison, delivery, drivers, enums,
    figures::{Fields, Figures},
    group::Group,
    having, pairs,
    request::State,
    rfm, season, time_bucket,
};
use crate::kpi::{
    self, Direction, Grain, Kpi, Number, NumberKind, PairsOf, Ranking, relative_change,
};

/// Every KPI over one group of order lines: the whole shop, a filter, a breakdown's row, a stretch of time.
#[derive(MergedObject)]
#[graphql(name = "Kpis")]
pub struct Kpis(Fields<Now>, Groupings);

impl Kpis {
    pub(super) fn of(group: impl Into<Arc<Group>>) -> Self {
        let group = group.into();
        Self(Fields(Now(Arc::clone(&group))), Groupings(group))
    }

    /// Whether a field of KPIs over the group asks for nothing but what has been counted.
    pub(super) fn are_at_hand(
        group: &Arc<Group>,
        ctx: &ContextSelectionSet<'_>,
        field: &Field,
    ) -> bool {
        let ctx = ctx.with_selection_set(&field.selection_set);
        has_all(&Self::of(Arc::clone(group)), &ctx)
    }
}

impl AtHand for Kpis {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        let Fields(Now(group)) = &self.0;
        let kpi = State::of(ctx).vocabulary().kpi(&field.name.node);
        field.name.node == TYPE_NAME || kpi.is_some_and(|kpi| group.has(kpi))
    }

    async fn value(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

/// Every KPI over a group, each amount as the double nearest to it.
pub type RoundedKpis = Fields<Rounded>;
/// How far each KPI is from its value over a baseline.
pub type KpiDifferences = Fields<Differences>;
/// The same, relative to the size of that value.
pub type KpiChanges = Fields<Changes>;

/// The KPIs themselves.
pub struct Now(Arc<Group>);
/// The KPIs of a group without exact decimals.
pub struct Rounded(Group);
/// A group less its baseline.
pub struct Differences(Compared);
/// The change from a baseline to a group.
pub struct Changes(Compared);

/// A group, and what it is compared with.
#[derive(Clone)]
struct Compared {
    now: Group,
    then: Option<Group>,
}

impl RoundedKpis {
    pub(super) fn of(group: Group) -> Self {
        Self(Rounded(group))
    }
}

impl KpiDifferences {
    pub(super) fn between(now: Group, then: Option<Group>) -> Self {
        Self(Differences(Compared { now, then }))
    }
}

impl KpiChanges {
    pub(super) fn between(now: Group, then: Option<Group>) -> Self {
        Self(Changes(Compared { now, then }))
    }
}

impl Figures for Now {
    const TYPE_NAME: &str = "KpiFields";
    const DESCRIPTION: &str = "The KPIs themselves.";

    fn number(kpi: Kpi) -> Number {
        kpi.number()
    }

    async fn value(&self, ctx: &Context<'_>, kpi: Kpi) -> Result<Option<Decimal>> {
        self.0.kpi(ctx, kpi).await
    }
}

impl Figures for Rounded {
    const TYPE_NAME: &str = "RoundedKpis";
    const DESCRIPTION: &str =
        "Every KPI over one group of order lines, each amount as the double nearest to it.";

    fn number(kpi: Kpi) -> Number {
        match kpi.number() {
            exact @ Number {
                kind: NumberKind::Decimal,
                ..
            } => Number {
                kind: NumberKind::Float,
                ..exact
            },
            other => other,
        }
    }

    async fn value(&self, ctx: &Context<'_>, kpi: Kpi) -> Result<Option<Decimal>> {
        self.0.kpi(ctx, kpi).await
    }
}

impl Figures for Differences {
    const TYPE_NAME: &str = "KpiDifferences";
    const DESCRIPTION: &str = "How far each KPI is from its value over the baseline: this one less that one; null where either is null.";

    fn number(kpi: Kpi) -> Number {
        Number {
            is_nullable: true,
            ..kpi.number()
        }
    }

    fn unit(kpi: Kpi) -> String {
        format!("Unit of the difference: {}.", kpi.unit().words())
    }

    async fn value(&self, ctx: &Context<'_>, kpi: Kpi) -> Result<Option<Decimal>> {
        difference(ctx, kpi, &self.0.now, self.0.then.as_ref()).await
    }
}

impl Figures for Changes {
    const TYPE_NAME: &str = "KpiChanges";
    const DESCRIPTION: &str = "How far each KPI is from its value over the baseline, relative to the size of that value: 0.25 is 25 % more; null where either is null or the baseline is 0.";

    fn number(_: Kpi) -> Number {
        Number {
            kind: NumberKind::Float,
            is_nullable: true,
        }
    }

    fn unit(_: Kpi) -> String {
        "Unit of the change: ratio.".to_owned()
    }

    async fn value(&self, ctx: &Context<'_>, kpi: Kpi) -> Result<Option<Decimal>> {
        change(ctx, kpi, &self.0.now, self.0.then.as_ref()).await
    }
}

async fn difference(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<Option<Decimal>> {
    let (now, then) = both(ctx, kpi, now, then).await?;
    Ok(now.zip(then).and_then(|(now, then)| now.checked_sub(then)))
}

async fn change(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<Option<Decimal>> {
    let (now, then) = both(ctx, kpi, now, then).await?;
    Ok(relative_change(now, then))
}

/// The KPI over both groups, asked for at once so that one batch counts them.
async fn both(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<(Option<Decimal>, Option<Decimal>)> {
    let then = async {
        match then {
            Some(then) => then.kpi(ctx, kpi).await,
            None => Ok(None),
        }
    };
    futures::try_join!(now.kpi(ctx, kpi), then)
}

/// The ways to look closer.
struct Groupings(Arc<Group>);

#[Object]
impl Groupings {
    /// The KPIs of each value of one or more dimensions, the first few rows in the order of a KPI.
    #[expect(clippy::too_many_arguments, reason = "a breakdown's arguments")]
    async fn breakdown(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dimensions to group by, each once; a missing value is a group too.")]
        by: Vec<enums::Dimension>,
        #[graphql(
            desc = "The KPI that orders the rows; rows where it is null come last, ties by value.",
            default_with = "Kpi::TOTAL_SALES.into()"
        )]
        order_by: enums::KpiName,
        #[graphql(
            desc = "Which rows come first.",
            default_with = "Direction::Descending.into()"
        )]
        direction: enums::Direction,
        #[graphql(
            desc = "Conditions on the KPIs of a group, all of which must hold for it to be a row; shares are of the whole scope nevertheless."
        )]
        having: Option<Vec<having::KpiCondition>>,
        #[graphql(desc = "How many rows, 1 to 1,000.", default = 10)] first: i32,
        #[graphql(
            desc = "Only groups after this place, an `endCursor`: with it, page after page gives every group."
        )]
        after: Option<String>,
    ) -> Result<breakdown::Breakdown> {
        let vocabulary = State::of(ctx).vocabulary();
        let by = by.into_iter().map(|it| it.meant(vocabulary));
        let by = by.collect::<Result<Vec<_>>>()?;
        let ranking = Ranking {
            by: order_by.meant(vocabulary)?,
            direction: direction.into(),
        };
        let asked = breakdown::Asked {
            by,
            having: having.unwrap_or_default(),
            ranking,
            after,
            first,
        };
        breakdown::Breakdown::of(ctx, &self.0, asked).await
    }

    /// The KPIs of every stretch of time from the first to the last of the scope, the empty ones with zeros.
    ///
    /// A bounded period is shown whole; otherwise the series reaches from the first order or return to the last.
    async fn time_series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The size of a bucket.")] grain: enums::Grain,
    ) -> Result<Rows<time_bucket::TimeBucket>> {
        time_bucket::series(ctx, &self.0, grain.into()).await
    }

    /// The KPIs of every slot of a cycle, such as each month of the year over all years.
    async fn seasonality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What comes round again.")] cycle: enums::Cycle,
    ) -> Result<Rows<season::SeasonSlot>> {
        season::slots(ctx, &self.0, cycle.into()).await
    }

    /// The buckets with the highest value of a KPI, ties by time, the earlier first.
    async fn peaks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The size of a bucket.", default_with = "Grain::Day.into()")]
        grain: enums::Grain,
        #[graphql(
            desc = "The KPI that is high.",
            default_with = "Kpi::TOTAL_SALES.into()"
        )]
        by: enums::KpiName,
        #[graphql(desc = "How many buckets, 1 to 1,000.", default = 10)] first: i32,
    ) -> Result<Rows<time_bucket::TimeBucket>> {
        let by = by.meant(State::of(ctx).vocabulary())?;
        time_bucket::peaks(ctx, &self.0, grain.into(), by, first).await
    }

    /// Customers by the time of their first order ever, and how many of them ordered in scope later on.
    async fn cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The size of a cohort and of the periods after it; not hours.",
            default_with = "Grain::Month.into()"
        )]
        grain: enums::Grain,
    ) -> Result<Rows<cohort::Cohort>> {
        cohort::cohorts(ctx, &self.0, grain.into()).await
    }

    /// The same KPIs over another period, and how far these are from them.
    async fn compare_to(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to compare with.")] baseline: comparison::Baseline,
    ) -> Result<comparison::Comparison> {
        comparison::Comparison::with(ctx, &self.0, &baseline)
    }

    /// Why a KPI is not what it was: its difference from a baseline, in parts that add up to it.
    async fn drivers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dimensions whose values have a part each, each once.")] by: Vec<
            enums::Dimension,
        >,
        #[graphql(desc = "What to compare with.")] baseline: comparison::Baseline,
        #[graphql(
            desc = "The KPI: a sum over lines, or a count of orders by what whole orders have.",
            default_with = "Kpi::TOTAL_SALES.into()"
        )]
        kpi: enums::KpiName,
        #[graphql(desc = "How many rows, 1 to 1,000.", default = 10)] first: i32,
    ) -> Result<drivers::Drivers> {
        let vocabulary = State::of(ctx).vocabulary();
        let by = by.into_iter().map(|it| it.meant(vocabulary));
        let asked = drivers::Asked {
            kpi: kpi.meant(vocabulary)?,
            by: by.collect::<Result<_>>()?,
            baseline,
            first,
        };
        Box::pin(drivers::Drivers::of(ctx, &self.0, asked)).await
    }

    /// Which products are on the same orders, each pair once: how often, and how much more often than by chance.
    ///
    /// A filter on products or categories keeps lines: only those that match make pairs. A scope whose orders hold more different pairs than one request may hold is refused with `QUERY_TOO_COMPLEX`, never cut short.
    async fn pairs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many pairs, 1 to 1,000.", default = 10)] first: i32,
        #[graphql(
            desc = "Which pairs come first.",
            default_with = "kpi::PairOrder::Orders.into()"
        )]
        order_by: enums::PairOrder,
        #[graphql(desc = "Only pairs on at least so many orders.", default = 1)] min_orders: i32,
    ) -> Result<pairs::ProductPairs> {
        let asked = pairs::Asked {
            of: PairsOf::All,
            order_by,
            min_orders,
            first,
        };
        pairs::ProductPairs::of(ctx, &self.0, &asked).await
    }

    /// Customers by how recently they ordered in scope, how often and for how much, in eleven groups with the KPIs of each.
    async fn rfm(&self, ctx: &Context<'_>) -> Result<rfm::Rfm> {
        rfm::Rfm::of(ctx, &self.0).await
    }

    /// How far the orders travel, as the crow flies from where they ship from to where they are delivered.
    async fn delivery_distance(&self, ctx: &Context<'_>) -> Result<delivery::DeliveryDistance> {
        delivery::DeliveryDistance::of(ctx, &self.0).await
    }
}
