//! The types whose fields are the catalogue's KPIs.

use std::sync::Arc;

use async_graphql::{
    Context, ContextSelectionSet, MergedObject, Object, Result, ServerResult, Value,
    parser::types::Field, resolver_utils::ContainerType,
};

use super::{
    at_hand::{AtHand, Rows, TYPE_NAME, has_all},
    breakdown, cohort, comparison, delivery, enums,
    float::float,
    group::Group,
    request::State,
    scalars, season, time_bucket,
};
use crate::kpi::{Direction, Grain, Kpi, for_each_kpi, relative_change};

/// Every KPI over one group of order lines: the whole shop, a filter, a breakdown's row, a stretch of time.
#[derive(MergedObject)]
#[graphql(name = "Kpis")]
pub struct Kpis(KpiFields, Groupings);

impl Kpis {
    pub(super) fn of(group: impl Into<Arc<Group>>) -> Self {
        let group = group.into();
        Self(KpiFields(Arc::clone(&group)), Groupings(group))
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
    fn has(&self, _: &ContextSelectionSet<'_>, field: &Field) -> bool {
        let KpiFields(group) = &self.0;
        field.name.node == TYPE_NAME
            || Kpi::from_name(&field.name.node).is_some_and(|kpi| group.has(kpi))
    }

    async fn value(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

/// The KPIs themselves.
struct KpiFields(Arc<Group>);

/// Every KPI over one group of order lines, each amount as the double nearest to it.
pub struct RoundedKpis(Group);

impl RoundedKpis {
    pub(super) fn of(group: Group) -> Self {
        Self(group)
    }
}

/// How far each KPI is from its value over the baseline: this one less that one; null where either is null.
pub struct KpiDifferences {
    pub(super) now: Group,
    pub(super) then: Option<Group>,
}

/// How far each KPI is from its value over the baseline, relative to the size of that value: 0.25 is 25 % more; null where either is null or the baseline is 0.
pub struct KpiChanges {
    pub(super) now: Group,
    pub(super) then: Option<Group>,
}

/// A finished number as the type that its field has.
trait Wire {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self;
}

impl Wire for Option<scalars::Decimal> {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        value.map(scalars::Decimal)
    }
}

impl Wire for scalars::Decimal {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        Self(value.unwrap_or_default())
    }
}

impl Wire for Option<i64> {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        value.and_then(|value| value.try_into().ok())
    }
}

impl Wire for i64 {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        Option::<Self>::from_finished(value).unwrap_or_default()
    }
}

impl Wire for Option<f64> {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        value.map(float)
    }
}

impl Wire for f64 {
    fn from_finished(value: Option<rust_decimal::Decimal>) -> Self {
        float(value.unwrap_or_default())
    }
}

/// The type of a difference: the KPI's own, and always nullable.
trait Difference {
    type Of: Wire;
}

impl<T> Difference for Option<T>
where
    Self: Wire,
{
    type Of = Self;
}

impl Difference for i64 {
    type Of = Option<Self>;
}

impl Difference for scalars::Decimal {
    type Of = Option<Self>;
}

/// The type without exact decimals: a double in their place.
trait Rounded {
    type Of: Wire;
}

impl Rounded for scalars::Decimal {
    type Of = f64;
}

impl Rounded for Option<scalars::Decimal> {
    type Of = Option<f64>;
}

impl Rounded for Option<f64> {
    type Of = Self;
}

impl Rounded for i64 {
    type Of = Self;
}

async fn difference(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<Option<rust_decimal::Decimal>> {
    let (now, then) = both(ctx, kpi, now, then).await?;
    Ok(now.zip(then).and_then(|(now, then)| now.checked_sub(then)))
}

async fn change(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<Option<rust_decimal::Decimal>> {
    let (now, then) = both(ctx, kpi, now, then).await?;
    Ok(relative_change(now, then))
}

/// The KPI over both groups, asked for at once so that one batch counts them.
async fn both(
    ctx: &Context<'_>,
    kpi: Kpi,
    now: &Group,
    then: Option<&Group>,
) -> Result<(Option<rust_decimal::Decimal>, Option<rust_decimal::Decimal>)> {
    let then = async {
        match then {
            Some(then) => then.kpi(ctx, kpi).await,
            None => Ok(None),
        }
    };
    futures::try_join!(now.kpi(ctx, kpi), then)
}

/// A unit in words, for descriptions.
macro_rules! unit {
    (Money) => {
        "the shop's currency"
    };
    (MoneyPerOrder) => {
        "the shop's currency per order"
    };
    (MoneyPerUnit) => {
        "the shop's currency per unit of a product"
    };
    (Ratio) => {
        "ratio"
    };
    (Orders) => {
        "orders"
    };
    (Lines) => {
        "order lines"
    };
    (Units) => {
        "units of a product"
    };
    (UnitsPerOrder) => {
        "units of a product per order"
    };
    (Customers) => {
        "customers"
    };
    (OrdersPerCustomer) => {
        "orders per customer"
    };
    (Days) => {
        "days of 24 hours"
    };
}

macro_rules! kpi_fields {
    ($(
        #[doc = $definition:literal]
        $kpi:ident $field:ident: $type:ty = [$($formula:tt)+], $unit:ident,
        example [$($example:literal),+] => $value:literal;
    )+) => {
        mod fields {
            use super::{
                Context, Difference, Kpi, KpiChanges, KpiDifferences, KpiFields, Object, Result,
                Rounded, RoundedKpis, Wire, change, difference, scalars::Decimal,
            };

            #[Object]
            impl KpiFields {
                $(
                    #[doc = $definition]
                    #[doc = concat!("Unit: ", unit!($unit), ".")]
                    async fn $field(&self, ctx: &Context<'_>) -> Result<$type> {
                        self.0.kpi(ctx, Kpi::$kpi).await.map(Wire::from_finished)
                    }
                )+
            }

            /// Every KPI over one group of order lines, each amount as the double nearest to it.
            #[Object]
            impl RoundedKpis {
                $(
                    #[doc = $definition]
                    #[doc = concat!("Unit: ", unit!($unit), ".")]
                    async fn $field(&self, ctx: &Context<'_>) -> Result<<$type as Rounded>::Of> {
                        self.0.kpi(ctx, Kpi::$kpi).await.map(Wire::from_finished)
                    }
                )+
            }

            /// How far each KPI is from its value over the baseline: this one less that one; null where either is null.
            #[Object]
            impl KpiDifferences {
                $(
                    #[doc = $definition]
                    #[doc = concat!("Unit of the difference: ", unit!($unit), ".")]
                    async fn $field(
                        &self,
                        ctx: &Context<'_>,
                    ) -> Result<<$type as Difference>::Of> {
                        let value = difference(ctx, Kpi::$kpi, &self.now, self.then.as_ref());
                        value.await.map(Wire::from_finished)
                    }
                )+
            }

            /// How far each KPI is from its value over the baseline, relative to the size of that value: 0.25 is 25 % more; null where either is null or the baseline is 0.
            #[Object]
            impl KpiChanges {
                $(
                    #[doc = $definition]
                    #[doc = "Unit of the change: ratio."]
                    async fn $field(&self, ctx: &Context<'_>) -> Result<Option<f64>> {
                        let value = change(ctx, Kpi::$kpi, &self.now, self.then.as_ref());
                        value.await.map(Wire::from_finished)
                    }
                )+
            }
        }
    };
}
for_each_kpi!(kpi_fields);

/// The ways to look closer.
struct Groupings(Arc<Group>);

#[Object]
impl Groupings {
    /// The KPIs of each value of one or more dimensions, the first few rows in the order of a KPI.
    async fn breakdown(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dimensions to group by, each once; a missing value is a group too.")]
        by: Vec<enums::Dimension>,
        #[graphql(
            desc = "The KPI that orders the rows; rows where it is null come last, ties by value.",
            default_with = "Kpi::TotalSales.into()"
        )]
        order_by: enums::KpiName,
        #[graphql(
            desc = "Which rows come first.",
            default_with = "Direction::Descending.into()"
        )]
        direction: enums::Direction,
        #[graphql(desc = "How many rows, 1 to 1,000.", default = 10)] first: i32,
    ) -> Result<breakdown::Breakdown> {
        let vocabulary = State::of(ctx).vocabulary();
        let by = by.into_iter().map(|it| it.meant(vocabulary));
        let by = by.collect::<Result<Vec<_>>>()?;
        let order = breakdown::Order {
            by: order_by.into(),
            direction: direction.into(),
            first,
        };
        breakdown::Breakdown::of(ctx, &self.0, by, order).await
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
            default_with = "Kpi::TotalSales.into()"
        )]
        by: enums::KpiName,
        #[graphql(desc = "How many buckets, 1 to 1,000.", default = 10)] first: i32,
    ) -> Result<Rows<time_bucket::TimeBucket>> {
        time_bucket::peaks(ctx, &self.0, grain.into(), by.into(), first).await
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

    /// How far the orders travel, as the crow flies from where they ship from to where they are delivered.
    async fn delivery_distance(&self, ctx: &Context<'_>) -> Result<delivery::DeliveryDistance> {
        delivery::DeliveryDistance::of(ctx, &self.0).await
    }
}
