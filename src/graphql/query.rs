//! The root of every query.

use async_graphql::{Context, MergedObject, Object, Result};

use super::{
    entity::NodeFields,
    filter::KpiFilter,
    group::{Group, selected_with_comparisons},
    kpis::Kpis,
    request::State,
    shop::Shop,
    viewer::Viewer,
};

/// Where every query starts.
#[derive(Default, MergedObject)]
pub struct Query(FigureFields, NodeFields);

/// The shop and its figures.
#[derive(Default)]
pub struct FigureFields;

#[Object]
impl FigureFields {
    /// The shop itself: what it is called, what it counts in, what there is to filter by.
    async fn shop(&self) -> Shop {
        Shop
    }

    /// Every KPI over the order lines that match the filter; without one, over all of them.
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order lines to look at.")] filter: Option<KpiFilter>,
    ) -> Result<Kpis> {
        kpis(ctx, filter).await
    }

    /// Who asks; null where the server lets everybody ask.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        Viewer::of(ctx)
    }
}

/// What the field `kpis` of a query or a subscription stands for.
pub(super) async fn kpis(ctx: &Context<'_>, filter: Option<KpiFilter>) -> Result<Kpis> {
    let state = State::of(ctx);
    let scope = filter.unwrap_or_default().scope(state).await?;
    let wanted = selected_with_comparisons(state.vocabulary(), &ctx.look_ahead());
    Ok(Kpis::of(Group::new(scope, wanted)))
}
