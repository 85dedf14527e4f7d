//! Odd documents and rejects, told of in the log and by metrics.

use std::{collections::HashMap, time::Duration};

use tokio::time::sleep;

use super::failure::in_one_line;
use crate::{
    engine::metrics,
    store::{OddDocuments, Rejects, Store},
};

/// How often they are looked for.
const EVERY: Duration = Duration::from_secs(300);

/// What has been told: how many documents of a collection are odd by a field.
type Told = HashMap<(&'static str, &'static str), usize>;

/// How many orders or lines were left out for a reason, as far as it has been told.
type Rejected = HashMap<(String, String), i64>;

/// Looks for odd documents and rejects, again and again.
pub(super) async fn watch(store: Store) {
    let mut told = Told::new();
    let mut rejected = Rejected::new();
    loop {
        if let Ok(rejects) = store.rejects().await {
            tell_rejects(&rejects, &mut rejected);
        }
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

/// Names each reason once, with some ids, and then its count where that changes.
fn tell_rejects(rejects: &[Rejects], told: &mut Rejected) {
    metrics::rejected(rejects.iter().map(|it| it.count).sum());
    told.retain(|(what, reason), _| {
        let mut rejects = rejects.iter();
        rejects.any(|it| it.what == *what && it.reason == *reason)
    });
    for it in rejects {
        let reason = (it.what.clone(), it.reason.clone());
        if told.insert(reason, it.count) != Some(it.count) {
            tracing::warn!(
                count = it.count,
                ids = ?it.ids,
                "the shop has {}s that cannot be used: {}",
                it.what,
                it.reason
            );
        }
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
