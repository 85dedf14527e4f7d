//! How far orders travel.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::{error::client_error, group::Group, request::State};
use crate::kpi::{Bar, Distribution};

/// Bars that one query may ask for.
const MOST_BARS: usize = 1000;

/// How far the orders of a scope travel, in kilometres as the crow flies (haversine, mean Earth radius 6371.0088 km).
pub struct DeliveryDistance(Distribution);

impl DeliveryDistance {
    pub(super) async fn of(ctx: &Context<'_>, group: &Group) -> Result<Self> {
        let counts = group.distances(ctx).await?;
        let routes = counts.into_iter().map(|count| (count.km, count.orders));
        Ok(Self(Distribution::new(routes)))
    }
}

/// How far the orders of a scope travel, in kilometres as the crow flies (haversine, mean Earth radius 6371.0088 km).
#[Object]
impl DeliveryDistance {
    /// How many orders could be measured: both ends are known places with a point.
    async fn measured_order_count(&self) -> u64 {
        self.0.measured()
    }

    /// How many orders could not be measured.
    async fn unmeasured_order_count(&self) -> u64 {
        self.0.unmeasured()
    }

    /// The mean over the measured orders, in kilometres; null where none could be measured.
    async fn mean(&self) -> Option<f64> {
        self.0.mean()
    }

    /// Half of the measured orders travel no further, in kilometres; null where none could be measured.
    async fn median(&self) -> Option<f64> {
        self.0.percentile(0.5)
    }

    /// 90 % of the measured orders travel no further, in kilometres, interpolated linearly between orders; null where none could be measured.
    async fn percentile90(&self) -> Option<f64> {
        self.0.percentile(0.9)
    }

    /// The longest way, in kilometres; null where none could be measured.
    async fn maximum(&self) -> Option<f64> {
        self.0.maximum()
    }

    /// The measured orders by distance, from 0 to the longest way, in bars of one width.
    async fn histogram(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The width of a bar in kilometres; without it, a round one that gives at most 20 bars."
        )]
        width: Option<f64>,
    ) -> Result<Vec<DistanceBar>> {
        let bars = self.0.histogram(width, MOST_BARS).ok_or_else(|| {
            client_error(format!(
                "the width must be above 0 and give at most {MOST_BARS} bars; choose a wider one"
            ))
        })?;
        State::of(ctx).allowance.take_list(ctx, bars.len())?;
        Ok(bars.into_iter().map(Into::into).collect())
    }
}

/// The orders that travel a range of distances.
#[derive(SimpleObject)]
pub struct DistanceBar {
    /// The shortest distance, in kilometres.
    from: f64,
    /// The first distance beyond, in kilometres.
    to: f64,
    /// How many orders.
    order_count: u64,
}

impl From<Bar> for DistanceBar {
    fn from(bar: Bar) -> Self {
        Self {
            from: bar.from,
            to: bar.to,
            order_count: bar.orders,
        }
    }
}
