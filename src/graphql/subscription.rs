//! The root of every subscription.
//!
//! A subscription is run as a query is, once for each answer: what its field gives is a
//! stream of one. When it is run again is [`live`](super::live)'s business.

use std::{future::ready, time::Duration};

use async_graphql::{Context, Result, Subscription as Root};
use futures::{Stream, stream};

use super::{filter::KpiFilter, kpis::Kpis, query, request::State};

/// Where every subscription starts.
pub struct Subscription;

/// Where every subscription starts.
#[Root]
impl Subscription {
    /// Every KPI over the order lines that match the filter; without one, over all of them. The
    /// first answer comes at once, and another one whenever something of it has changed.
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order lines to look at.")] filter: Option<KpiFilter>,
        #[graphql(
            desc = "How long it is at least from one answer to the next, 100 to 3,600,000. When somebody else begins the same subscription, with the same text and variables, an answer that is news comes earlier, to all who have it. Unit: milliseconds.",
            default = 1000,
            validator(minimum = 100, maximum = 3_600_000)
        )]
        min_interval: u32,
    ) -> Result<impl Stream<Item = Kpis> + use<>> {
        let interval = Duration::from_millis(min_interval.into());
        State::of(ctx).min_interval.get_or_init(|| interval);
        let kpis = query::kpis(ctx, filter).await?;
        Ok(stream::once(ready(kpis)))
    }
}
