//! The recorder of metrics.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tokio::task::AbortHandle;

use crate::{engine, graphql, http};

/// Bounds of histograms, in seconds: memory counts in milliseconds, `MongoDB` in minutes.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 120.0,
];
/// How often samples are put into their buckets, whether anybody asks or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// The process's recorder, and the task that keeps it small.
pub(super) struct Recorder {
    pub handle: PrometheusHandle,
    upkeep: AbortHandle,
}

impl Recorder {
    /// Installs it; from here on, everything is recorded.
    pub(super) fn install() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?;
        let handle = recorder.install_recorder()?;
        engine::metrics::describe();
        graphql::metrics::describe();
        http::metrics::describe();
        let kept = handle.clone();
        let upkeep = tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                kept.run_upkeep();
            }
        });
        Ok(Self {
            handle,
            upkeep: upkeep.abort_handle(),
        })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.upkeep.abort();
    }
}
