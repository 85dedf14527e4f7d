//! What the engines do and hold, as metrics for whoever runs the server.

use std::time::Duration;

use chrono::{DateTime, Utc};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};

const PASSES: &str = "salesgraph_engine_passes_total";
const SECONDS: &str = "salesgraph_engine_duration_seconds";
const ORDERS_READ: &str = "salesgraph_engine_orders_read_total";
const READY: &str = "salesgraph_memory_ready";
const ORDERS: &str = "salesgraph_memory_orders";
const BYTES: &str = "salesgraph_memory_bytes";
const AS_OF: &str = "salesgraph_memory_as_of_seconds";
const ODD: &str = "salesgraph_odd_documents";
const REJECTS: &str = "salesgraph_rejects";

/// Tells the recorder that has been installed what each metric means.
pub fn describe() {
    describe_counter!(
        PASSES,
        "Passes over the orders, by the engine that counted."
    );
    describe_histogram!(
        SECONDS,
        Unit::Seconds,
        "Time to count the passes that one level of a query needs, by engine."
    );
    describe_counter!(
        ORDERS_READ,
        "Orders looked at, by engine; MongoDB does not say."
    );
    describe_gauge!(
        READY,
        "Whether the shop is in memory and may answer: 1 or 0."
    );
    describe_gauge!(ORDERS, "Orders in memory.");
    describe_gauge!(BYTES, Unit::Bytes, "Memory that the shop takes.");
    describe_gauge!(
        AS_OF,
        Unit::Seconds,
        "The instant up to which memory holds every change, in seconds since 1970."
    );
    describe_gauge!(
        ODD,
        "Documents that are left out, by collection and the field that is missing or of another type."
    );
    describe_gauge!(
        REJECTS,
        "Orders and lines of the shop's own database that cannot be used."
    );
}

/// An engine has counted passes.
pub(super) fn counted(engine: &'static str, passes: usize, time: Duration, orders: Option<usize>) {
    counter!(PASSES, "engine" => engine).increment(passes as u64);
    metrics::histogram!(SECONDS, "engine" => engine).record(time);
    if let Some(orders) = orders {
        counter!(ORDERS_READ, "engine" => engine).increment(orders as u64);
    }
}

/// Memory holds so many orders in so many bytes.
#[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
pub(super) fn holds(orders: usize, bytes: usize) {
    gauge!(ORDERS).set(orders as f64);
    gauge!(BYTES).set(bytes as f64);
}

/// Memory may answer, as of an instant; or it may not.
#[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
pub(super) fn ready(as_of: Option<DateTime<Utc>>) {
    if let Some(as_of) = as_of {
        gauge!(AS_OF).set(as_of.timestamp_millis() as f64 / 1000.0);
    }
    gauge!(READY).set(f64::from(u8::from(as_of.is_some())));
}

/// So many orders and lines of the shop's own database cannot be used.
#[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
pub fn rejected(count: i64) {
    gauge!(REJECTS).set(count as f64);
}

/// So many documents of a collection are odd by a field.
#[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
pub fn odd(collection: &'static str, field: &'static str, count: usize) {
    gauge!(ODD, "collection" => collection, "field" => field).set(count as f64);
}
