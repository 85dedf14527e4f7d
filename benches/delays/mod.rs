//! How long changes took to show.

use std::time::Duration;

/// The delays' median, 90th and 99th percentile and worst, in whole milliseconds.
pub fn summary(mut delays: Vec<Duration>) -> String {
    delays.sort_unstable();
    let at = |share: usize| delays[(delays.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    format!(
        "{} changes seen after ms: median {:.0}, p90 {:.0}, p99 {:.0}, worst {:.0}",
        delays.len(),
        at(50),
        at(90),
        at(99),
        at(100),
    )
}
