//! The reference engine: a pass becomes one aggregation over the orders.
//!
//! [`prepare`] looks up what the pipeline needs to know: the ids behind predicates
//! ([`semi_join`]) and small collections to join ([`join`]). [`scan`] reads and
//! joins the orders of the scope; [`measures`], [`cohorts`], [`distances`] or [`pairs`]
//! group them; [`decode`] reads what comes back. Attributes are joined at query time
//! rather than kept on the orders, so that nothing can be stale.

mod cohorts;
mod customers;
mod decode;
mod distances;
mod filter;
mod groups;
mod join;
mod measures;
mod numbers;
mod pairs;
mod parts;
mod prepare;
mod retail;
mod scan;
mod semi_join;
mod stage;
#[cfg(test)]
mod tests;
mod time;

use bson::{Document, RawDocumentBuf};
use futures::TryStreamExt;

use self::{measures::Counting, pairs::Counted, prepare::Prepared, stage::Stage};
use super::{Error, allotment::Hold, rows};
use crate::{
    kpi::{Answer, Count, Grain, Key, Measures, Pass, Values, bought_measures},
    store::{self, Store},
};

/// Counts a pass in one aggregation; in another one, where that broke off.
pub async fn answer(store: &Store, pass: &Pass, hold: &Hold) -> Result<Answer, Error> {
    for _ in 1..store::TRIES {
        match Box::pin(counted(store, pass, hold)).await {
            Err(Error::Store(error)) if error.broke_off() => {}
            answer => return answer,
        }
    }
    Box::pin(counted(store, pass, hold)).await
}

async fn counted(store: &Store, pass: &Pass, hold: &Hold) -> Result<Answer, Error> {
    let prepared = async || Prepared::new(store, pass, hold).await;
    match pass.count {
        Count::Measures(measures) => {
            if let Some((fold, finer)) = pass.finer() {
                let groups = groups(store, &finer, measures, hold).await?;
                return Ok(Answer::Measures(fold.folded(&groups)));
            }
            let groups = groups(store, pass, measures, hold).await?;
            Ok(Answer::Measures(groups))
        }
        Count::Customers => {
            let measures = bought_measures(pass.entries);
            let groups = groups(store, &pass.by_customer(), measures, hold).await?;
            Ok(Answer::Customers(pass.buyers(&groups)))
        }
        Count::Cohorts(grain) => {
            let prepared = prepared().await?;
            let pipeline = cohorts::pipeline(pass, &prepared, grain);
            let documents = run(store, &pipeline, hold).await?;
            cohorts_of(pass, grain, &documents).map(Answer::Cohorts)
        }
        Count::Distances => {
            let prepared = prepared().await?;
            let documents = run(store, &distances::pipeline(pass, &prepared), hold).await?;
            let row = |it| Ok((decode::key(pass, it)?, decode::distance(it)?));
            let rows: Result<_, Error> = documents.iter().map(row).collect();
            rows.map(Answer::Distances)
        }
        Count::Pairs(asked) => {
            let mut counted = Counted::default();
            let pipeline = pairs::pipeline(pass, &prepared().await?);
            each(store, &pipeline, |document| {
                hold.take(Counted::BYTES)?;
                counted.add(pass, &read(document)?)
            })
            .await?;
            Ok(Answer::Pairs(counted.pairs(pass, asked)))
        }
    }
}

/// The groups of a pass for measures.
async fn groups(
    store: &Store,
    pass: &Pass,
    measures: Measures,
    hold: &Hold,
) -> Result<Vec<(Key, Values)>, Error> {
    let prepared = Prepared::new(store, pass, hold).await?;
    let counting = Counting::new(pass, &prepared, measures);
    let groups = run(store, &counting.pipeline(), hold).await?;
    let row = |group| {
        let values = decode::values(counting.measures(), group)?;
        Ok((decode::key(pass, group)?, values))
    };
    let rows: Result<Vec<_>, Error> = groups.iter().map(row).collect();
    Ok(rows::wanted(rows?, pass, counting.measures()))
}

/// Cohorts by key, each key with the sizes of all cohorts.
fn cohorts_of(
    pass: &Pass,
    grain: Grain,
    documents: &[Document],
) -> Result<Vec<(Key, crate::kpi::CohortCount)>, Error> {
    let keys = pass.slices.clone().unwrap_or_else(|| vec![Key::new()]);
    let mut rows = Vec::new();
    for document in documents {
        let count = decode::cohort(document, grain, pass)?;
        if count.bucket.is_some() {
            rows.push((decode::key(pass, document)?, count));
        } else {
            rows.extend(keys.iter().map(|key| (key.clone(), count)));
        }
    }
    Ok(rows)
}

/// So many times the bytes that a document takes on the way is what it takes when it is read.
const READ: usize = 8;

async fn run(store: &Store, pipeline: &[Stage], hold: &Hold) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    each(store, pipeline, |document| {
        hold.take(document.as_bytes().len() * READ)?;
        documents.push(read(document)?);
        Ok(())
    })
    .await?;
    Ok(documents)
}

/// Hands over what a pipeline gives, document by document.
async fn each(
    store: &Store,
    pipeline: &[Stage],
    mut hand: impl FnMut(RawDocumentBuf) -> Result<(), Error>,
) -> Result<(), Error> {
    let pipeline = pipeline.iter().map(bson::serialize_to_document);
    let pipeline: Vec<Document> = pipeline
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Unreadable(error.to_string()))?;
    tracing::debug!(?pipeline, "aggregate");
    let aggregate = async {
        let orders = store.orders();
        let mut cursor = orders
            .aggregate(pipeline)
            .allow_disk_use(true)
            .max_time(store.deadline())
            .batch_size(10_000)
            .with_type::<RawDocumentBuf>()
            .await?;
        while let Some(document) = cursor.try_next().await? {
            if let Err(error) = hand(document) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    };
    let handed = store.bounded(aggregate).await;
    handed.map_err(store::Error::into).flatten()
}

fn read(document: RawDocumentBuf) -> Result<Document, Error> {
    Document::try_from(document).map_err(|error| Error::Unreadable(error.to_string()))
}
