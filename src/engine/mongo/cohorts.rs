//! Cohorts: customers by the bucket of their first order ever, and when they came back.

use bson::{Bson, Document, doc};

use super::{
    customers::first_order_ever,
    groups::{self, key_field},
    prepare::Prepared,
    scan::scan,
    stage::{Stage, UnionWith, or_null},
    time::LocalTime,
};
use crate::kpi::{Grain, Pass};

/// The pipeline over the orders.
///
/// Its documents are either a cohort's activity in a bucket, by key, or, under
/// no key and no bucket, a cohort's size.
pub fn pipeline(pass: &Pass, prepared: &Prepared, grain: Grain) -> Vec<Stage> {
    let local = LocalTime::over(pass.scope.calendar, &pass.periods());
    let counted = &prepared.counted;
    let mut row = doc! { "_id": 0, "customer": or_null("$customerId") };
    row.insert("bucket", local.bucket("$orderedAt", grain));
    row.extend(groups::key(&pass.axes, &local));
    let cohort = LocalTime::ever(pass.scope.calendar).bucket("$firstEver", grain);

    let mut stages = scan(pass, prepared, &pass.periods());
    stages.extend(groups::cells(&pass.axes));
    stages.push(Stage::Project(row));
    stages.push(Stage::Match(named("customer")));
    stages.push(Stage::Group(doc! {
        "_id": with_key(pass, "$", doc! { "customer": "$customer" }),
        "buckets": { "$addToSet": "$bucket" },
    }));
    stages.extend(first_order_ever(counted));
    stages.push(Stage::Unwind("$buckets".into()));
    stages.push(Stage::Group(doc! {
        "_id": with_key(pass, "$_id.", doc! { "cohort": cohort.clone(), "bucket": "$buckets" }),
        "customers": { "$sum": 1 },
    }));
    stages.push(Stage::UnionWith(UnionWith {
        coll: "orders",
        pipeline: sizes(cohort, counted),
    }));
    stages
}

/// How many customers each cohort has, whatever the scope.
fn sizes(cohort: Document, counted: &Document) -> Vec<Stage> {
    let mut with_customer = counted.clone();
    with_customer.extend(named("customerId"));
    vec![
        Stage::Match(with_customer),
        Stage::Group(doc! { "_id": "$customerId", "firstEver": { "$min": "$orderedAt" } }),
        Stage::Group(doc! { "_id": { "cohort": cohort }, "customers": { "$sum": 1 } }),
    ]
}

fn named(customer: &str) -> Document {
    doc! { customer: { "$ne": Bson::Null } }
}

fn with_key(pass: &Pass, prefix: &str, mut id: Document) -> Document {
    for at in 0..pass.axes.len() {
        let field = key_field(at);
        let path = format!("{prefix}{field}");
        id.insert(field, path);
    }
    id
}
