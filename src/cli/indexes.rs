//! Indexes are created behind the scenes: the server answers meanwhile, slower.

use std::time::Duration;

use tokio::time::sleep;

use super::failure::in_one_line;
use crate::store::{self, Store};

/// Soon at first, for a database that starts together with the server.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Creates the indexes, trying again until that succeeds.
pub(super) async fn create(store: Store) {
    let mut wait = FIRST_WAIT;
    let mut told = String::new();
    while let Err(error) = store.create_indexes().await {
        // Said once, and again only when the reason changes.
        let reason = error.to_string();
        if reason != told {
            report(&error);
            told = reason;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    tracing::info!("the database's indexes are in place");
}

fn report(error: &store::Error) {
    let reason = in_one_line(error);
    match error {
        store::Error::Unavailable(_) | store::Error::Deadline => {
            tracing::warn!("waiting for the database to create its indexes: {reason}");
        }
        _ => tracing::warn!(
            "the indexes cannot be created and queries will be slow: {reason}; \
             give the user the right, or --no-create-indexes to do without"
        ),
    }
}
