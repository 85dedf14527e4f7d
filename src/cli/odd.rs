//! Odd documents, told of in the log and by metrics.

use std::{collections::HashMap, time::Duration};

use tokio::time::sleep;

use super::failure::in_one_line;
use crate::{
    engine::metrics,
    store::{OddDocuments, Store},
};

/// How often they are looked for.
const EVERY: Duration = Duration::from_secs(300);

/// What has been told: how many documents of a collection are odd by a field.
type Told = HashMap<(&'static str, &'static str), usize>;

/// Looks for odd documents, again and again.
pub(super) async fn watch(store: Store) {
    let mut told = Told::new();
    loop {
        match store.odd_documents().await {
            Ok(odd) => tell(&odd, &mut told),
            Err(error) => {
                tracing::debug!(
                    "odd documents cannot be looked for: {}",
                    in_one_line(&error)
                );
            }
        }
        sleep(EVERY).await;
    }
}

/// Names each field once, with some ids, and then its count where that changes.
fn tell(odd: &[OddDocuments], told: &mut Told) {
    let mut mended: Vec<_> = told.keys().copied().collect();
    for it in odd {
        let (collection, field, count) = (it.collection, it.field, it.count);
        mended.retain(|known| *known != (collection, field));
        metrics::odd(collection, field, count);
        match told.insert((collection, field), count) {
            None => tracing::warn!(
                count,
                ids = ?it.ids,
                "documents of `{collection}` are left out whose `{field}` is missing or of another type"
            ),
            Some(before) if before != count => tracing::warn!(
                count,
                before,
                "documents of `{collection}` are left out for their `{field}`"
            ),
            Some(_) => {}
        }
    }
    for (collection, field) in mended {
        metrics::odd(collection, field, 0);
        told.remove(&(collection, field));
        tracing::info!("no document of `{collection}` is left out for its `{field}` any more");
    }
}
