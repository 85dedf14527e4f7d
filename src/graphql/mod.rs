//! The GraphQL schema: every KPI at every scope.
//!
//! A resolver never counts anything itself. It says what it needs to the
//! request's `loader`, which merges what a whole level of the query
//! asks for into the fewest passes; fields then finish KPIs from the values
//! that come back.

mod allowance;
mod api;
mod at_hand;
mod breakdown;
mod bytes;
mod calendar;
mod cohort;
mod comparison;
mod completion;
mod delivery;
mod drivers;
mod entity;
mod enums;
mod error;
mod figures;
mod filter;
mod gather;
mod group;
mod having;
mod kpis;
mod lines;
mod live;
mod loader;
pub mod metrics;
mod pairs;
mod period;
mod permit;
mod place;
mod query;
mod request;
mod rfm;
mod scalars;
mod season;
mod shop;
mod sight;
mod subscription;
mod time_bucket;
mod viewer;
mod vocabulary;

use async_graphql::EmptyMutation;

use self::{sight::Seen, subscription::Subscription};
pub use crate::engine::SettingsOverrides;
use crate::{guard::Limits, kpi::Vocabulary};

pub use self::{
    allowance::AnswerLimits, api::Api, error::client_error, gather::Gathered, query::Query,
    request::Setup,
};

type Schema = async_graphql::Schema<Query, EmptyMutation, Seen>;

/// Builds the schema over a shop.
#[must_use]
pub fn schema(setup: Setup) -> Api {
    let schema = vocabulary::spoken(setup.shop.vocabulary, || builder().finish());
    Api::new(schema, setup)
}

/// The schema of a shop in the schema definition language; of what every shop has,
/// `schema.graphql` holds it.
#[must_use]
pub fn sdl(vocabulary: &'static Vocabulary) -> String {
    vocabulary::spoken(vocabulary, || builder().finish().sdl())
}

fn builder() -> async_graphql::SchemaBuilder<Query, EmptyMutation, Seen> {
    // The guard has the say on depth; the library's own limit of 32 would overrule it.
    async_graphql::Schema::build(Query::default(), EmptyMutation, Seen(Subscription))
        .limit_recursive_depth(Limits::DEEPEST)
        .extension(bytes::Measured)
}
