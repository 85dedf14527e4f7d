//! What the schema does, as metrics for whoever runs the server.

use metrics::{describe_gauge, gauge};

const FEEDS: &str = "salesgraph_live_queries";

/// Tells the recorder that has been installed what each metric means.
pub fn describe() {
    describe_gauge!(
        FEEDS,
        "Different subscriptions that are run whenever the shop changes, however many listen to each."
    );
}

/// So many subscriptions are run.
#[expect(clippy::cast_precision_loss, reason = "gauges are doubles")]
pub(super) fn feeds(count: usize) {
    gauge!(FEEDS).set(count as f64);
}
