//! Seasons: what comes round again.

use std::sync::Arc;

use async_graphql::{Context, ContextSelectionSet, Object, Result, parser::types::Field};

use super::{
    at_hand::{AtHand, Ready, Rows},
    error::too_many,
    group::{Group, selected_with_comparisons},
    kpis::Kpis,
    request::State,
};
use crate::kpi::{
    Axis, Cycle, KeyPart, float,
    series::{Season, season_measures, seasons},
};

/// One slot of a cycle, such as every March or every Monday.
pub struct SeasonSlot {
    cycle: Cycle,
    season: Season,
    group: Arc<Group>,
}

/// One slot of a cycle, such as every March or every Monday.
#[Object]
impl SeasonSlot {
    /// The month of the year, 1 to 12; null in cycles without one.
    async fn month(&self) -> Option<i64> {
        (self.cycle == Cycle::MonthOfYear).then_some(self.season.slot)
    }

    /// The ISO weekday, 1 (Monday) to 7; null in cycles without one.
    async fn weekday(&self) -> Option<i64> {
        match self.cycle {
            Cycle::IsoWeekday => Some(self.season.slot),
            Cycle::WeekdayHour => Some(self.season.slot / 24 + 1),
            Cycle::MonthOfYear | Cycle::HourOfDay => None,
        }
    }

    /// The hour of the day, 0 to 23; null in cycles without one.
    async fn hour(&self) -> Option<i64> {
        match self.cycle {
            Cycle::HourOfDay => Some(self.season.slot),
            Cycle::WeekdayHour => Some(self.season.slot % 24),
            Cycle::MonthOfYear | Cycle::IsoWeekday => None,
        }
    }

    /// The KPIs of the orders placed in the slot, less what came back in it.
    async fn kpis(&self) -> Ready<Kpis> {
        Ready(Kpis::of(Arc::clone(&self.group)))
    }

    /// How often the slot occurs in the scope's span, with orders or without.
    async fn occurrences(&self) -> usize {
        self.season.occurrences
    }

    /// Mean sales of the slot's occurrences over the mean sales of all occurrences, a ratio: 1.2 is a fifth above the average; null where the slot does not occur or nothing was sold.
    async fn seasonal_index(&self) -> Option<f64> {
        self.season.index.map(float)
    }
}

impl AtHand for SeasonSlot {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        field.name.node != "kpis" || Kpis::are_at_hand(&self.group, ctx, field)
    }
}

/// Every slot of the cycle.
pub(super) async fn slots(
    ctx: &Context<'_>,
    group: &Group,
    cycle: Cycle,
) -> Result<Rows<SeasonSlot>> {
    let vocabulary = State::of(ctx).vocabulary();
    let wanted = selected_with_comparisons(vocabulary, &ctx.look_ahead().field("kpis"));
    let axis = Axis::Slot(cycle);
    let have_index = ctx.look_ahead().field("seasonalIndex").exists();
    let measures = wanted.union(season_measures(have_index));
    let rows = group.groups(ctx, vec![axis], measures).await?;
    let zone = group.scope().calendar.zone;
    let seasons = seasons(&rows, cycle, group.period(), zone, measures).map_err(too_many)?;
    State::of(ctx).allowance.take_list(ctx, seasons.len())?;
    let slot = |season: Season| {
        let within = group.within(&[axis], &[KeyPart::Number(season.slot)]);
        SeasonSlot {
            cycle,
            group: Arc::new(within.wanting(wanted).counted(season.values.clone())),
            season,
        }
    };
    Ok(Rows(seasons.into_iter().map(slot).collect()))
}
