//! Orders by the two places that they travel between.

use rustc_hash::FxHashMap;

use super::{
    amount::row, attributes::Base, columns::Columns, grouped::Groups, grouping::Grouping,
    snapshot::Snapshot,
};
use crate::kpi::{DistanceCount, Key, haversine_km};

/// Orders by group, the place they ship from and the place they ship to.
#[derive(Clone, Debug, Default)]
pub struct Distances(FxHashMap<(u32, u32, u32), u64>);

impl Distances {
    /// Counts a block's orders.
    pub fn absorb(&mut self, columns: &Columns<'_>, groups: Groups<'_>) {
        let (from, to) = (columns.ship_from(), columns.codes(Base::ShipTo));
        groups.for_each(|order, group| {
            let route = (row(group), from[order], to[order]);
            *self.0.entry(route).or_default() += 1;
        });
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<((u32, u32, u32), u64)>()
    }

    /// How many routes there are, of each group.
    pub fn routes(&self) -> usize {
        self.0.len()
    }

    /// Adds other orders; `place` says which group their groups are.
    pub fn merge(&mut self, other: Self, place: impl Fn(usize) -> usize) {
        for ((group, from, to), orders) in other.0 {
            let group = row(place(group as usize));
            *self.0.entry((group, from, to)).or_default() += orders;
        }
    }

    /// A row for each route.
    pub fn rows(&self, snapshot: &Snapshot, grouping: &Grouping) -> Vec<(Key, DistanceCount)> {
        let points = snapshot.attributes.points();
        let left_out = row(grouping.left_out());
        let routes = self.0.iter().filter(|((group, ..), _)| *group != left_out);
        let groups = routes.clone().map(|((group, ..), _)| *group as usize);
        let keys = grouping.keys(snapshot, &groups.collect::<Vec<_>>());
        let distance = |((route, orders), key): ((&(u32, u32, u32), &u64), Key)| {
            let (from, to) = (points[route.1 as usize], points[route.2 as usize]);
            let km = from.zip(to).map(|(from, to)| haversine_km(from, to));
            let orders = *orders;
            (key, DistanceCount { km, orders })
        };
        routes.zip(keys).map(distance).collect()
    }
}
