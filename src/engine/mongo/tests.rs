//! The pipelines of typical passes, as snapshots: a change of one shows in review.

use std::sync::Arc;

use chrono_tz::{Europe::Paris, UTC};

use super::{cohorts, distances, measures::Counting, pairs, prepare::Prepared, stage::Stage};
use crate::kpi::{
    Axis, Count, Cycle, Dimension, Entries, Grain, Interval, Kpi, Measure, Measures, PairOrder,
    Pairing, PairsOf, Pass, Predicate, ReturnsOn, Scope,
};

fn every_measure() -> Measures {
    Measure::ALL.into_iter().collect()
}

fn april() -> Interval {
    let day = |text: &str| text.parse().unwrap();
    Interval::of_days(day("2024-04-01"), day("2024-05-01"), Paris)
}

fn pass(period: Interval, predicates: Vec<Predicate>, axes: Vec<Axis>, count: Count) -> Pass {
    Pass {
        entries: Entries::Orders,
        scope: Arc::new(Scope {
            period,
            returns_on: ReturnsOn::default(),
            calendar: Paris.into(),
            uncounted: Arc::new(["cancelled".into()]),
            predicates,
        }),
        axes,
        slices: None,
        count,
        fold: None,
    }
}

fn pipeline(pass: &Pass) -> Vec<Stage> {
    let prepared = Prepared::blindly(pass);
    match pass.count {
        Count::Measures(measures) => Counting::new(pass, &prepared, measures).pipeline(),
        Count::Cohorts(grain) => cohorts::pipeline(pass, &prepared, grain),
        Count::Distances => distances::pipeline(pass, &prepared),
        Count::Pairs(_) => pairs::pipeline(pass, &prepared),
        Count::Customers => pipeline(&pass.by_customer()),
    }
}

/// A stage a line, as extended JSON.
fn shown(pass: &Pass) -> String {
    let stage = |stage: &Stage| serde_json::to_string(stage).unwrap();
    let stages: Vec<String> = pipeline(pass).iter().map(stage).collect();
    stages.join("\n")
}

#[test]
fn order_measures_of_all_time_are_one_group() {
    let measures = Kpi::TOTAL_SALES
        .measures()
        .union(Kpi::ORDER_COUNT.measures());
    let all = pass(
        Interval::default(),
        vec![],
        vec![],
        Count::Measures(measures),
    );
    insta::assert_snapshot!(shown(&all));
}

#[test]
fn every_measure_of_a_month_is_one_pipeline() {
    let month = pass(april(), vec![], vec![], Count::Measures(every_measure()));
    insta::assert_snapshot!(shown(&month));
}

#[test]
fn a_breakdown_by_category_splits_orders_into_cells() {
    let predicates = vec![
        Predicate::Among(vec![Dimension::REGION], vec![vec!["West".into()]]),
        Predicate::NotAmong(vec![Dimension::SUB_CATEGORY], vec![vec!["Pens".into()]]),
    ];
    let axes = vec![Axis::Dimension(Dimension::CATEGORY)];
    let count = Count::Measures(Kpi::ORDERS_PER_CUSTOMER.measures());
    insta::assert_snapshot!(shown(&pass(april(), predicates, axes, count)));
}

#[test]
fn retention_by_month_looks_one_month_back() {
    let axes = vec![Axis::Bucket(Grain::Month)];
    let count = Count::Measures(Kpi::RETENTION_RATE.measures());
    insta::assert_snapshot!(shown(&pass(april(), vec![], axes, count)));
}

#[test]
fn cohorts_and_their_sizes_are_one_pipeline() {
    let count = Count::Cohorts(Grain::Month);
    let mut cohorts = pass(april(), vec![], vec![], count);
    // A zone's clocks have changed some two hundred times since anybody may have ordered.
    let scope = Scope {
        calendar: UTC.into(),
        ..(*cohorts.scope).clone()
    };
    cohorts.scope = Arc::new(scope);
    insta::assert_snapshot!(shown(&cohorts));
}

#[test]
fn kinds_of_customers_follow_from_their_first_orders() {
    let returning = Predicate::one_of(Dimension::CUSTOMER_KIND, &["returning".to_owned()]);
    let axes = vec![Axis::Dimension(Dimension::CUSTOMER_KIND)];
    let count = Count::Measures(Kpi::TOTAL_SALES.measures());
    insta::assert_snapshot!(shown(&pass(april(), vec![returning], axes, count)));
}

#[test]
fn distances_join_places_after_grouping() {
    insta::assert_snapshot!(shown(&pass(april(), vec![], vec![], Count::Distances)));
}

#[test]
fn pairs_are_told_apart_before_they_are_counted() {
    let pairing = Pairing {
        of: PairsOf::Each,
        order: PairOrder::Orders,
        min_orders: 1,
        first: 10,
    };
    let axes = vec![Axis::Dimension(Dimension::PRODUCT)];
    let mut pairs = pass(april(), vec![], axes, Count::Pairs(pairing));
    pairs.slices = Some(vec![vec!["desk".into()]]);
    insta::assert_snapshot!(shown(&pairs));
}

#[test]
fn no_zone_is_named_to_the_database() {
    let cycles = [
        Cycle::MonthOfYear,
        Cycle::IsoWeekday,
        Cycle::HourOfDay,
        Cycle::WeekdayHour,
    ];
    let buckets = Grain::ALL.map(Axis::Bucket);
    for axis in buckets.into_iter().chain(cycles.map(Axis::Slot)) {
        let ever = Interval::default();
        let all = pass(ever, vec![], vec![axis], Count::Measures(every_measure()));
        assert!(!shown(&all).contains("timezone"), "{axis:?}");
    }
    let cohorts = pass(
        Interval::default(),
        vec![],
        vec![],
        Count::Cohorts(Grain::Week),
    );
    assert!(!shown(&cohorts).contains("timezone"));
}
