//! Delivery distances: orders by the two points that they travel between.

use bson::{Bson, Document, doc};

use super::{
    groups::{self, key_field},
    prepare::Prepared,
    scan::scan,
    stage::{Lookup, Stage, matching, or_null},
    time::LocalTime,
};
use crate::kpi::Pass;

/// The pipeline over the orders: a document for each route, with both ends' coordinates.
///
/// Orders are grouped by their two places before the places are joined, since a
/// shop has far fewer routes than orders.
pub fn pipeline(pass: &Pass, prepared: &Prepared) -> Vec<Stage> {
    let mut row = doc! { "_id": 0, "from": or_null("$shipFromId"), "to": or_null("$shipToId") };
    let local = LocalTime::over(pass.scope.calendar, &pass.periods());
    row.extend(groups::key(&pass.axes, &local));
    let mut route: Document = (0..pass.axes.len())
        .map(|at| (key_field(at), Bson::from(format!("${}", key_field(at)))))
        .collect();
    route.extend(doc! { "from": "$from", "to": "$to" });

    let mut stages = scan(pass, prepared, &pass.periods());
    stages.extend(groups::cells(&pass.axes));
    stages.push(Stage::Project(row));
    stages.push(Stage::Group(doc! { "_id": route, "orders": { "$sum": 1 } }));
    stages.push(place("_id.from", "from", &prepared.places));
    stages.push(place("_id.to", "to", &prepared.places));
    stages.push(Stage::Project(doc! {
        "orders": 1,
        "from": { "$first": "$from.point.coordinates" },
        "to": { "$first": "$to.point.coordinates" },
    }));
    stages
}

fn place(local_field: &'static str, into: &'static str, canonical: &Document) -> Stage {
    Stage::Lookup(Lookup {
        from: "locations",
        local_field,
        foreign_field: "_id",
        pipeline: matching(canonical),
        r#as: into,
    })
}
