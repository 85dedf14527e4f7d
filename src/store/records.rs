//! Documents read field by field, batch by batch, all of one instant.
//!
//! Pages are lists of whole entities; whoever reads a collection from end to end reads
//! records: a batch at a time, so that no more than that is held, with a shop's own attributes
//! and numbers, and of several collections as they were at the same instant.

use std::{collections::HashMap, sync::Arc};

use bson::{Bson, Document, RawBsonRef, RawDocument, RawDocumentBuf, Timestamp, doc};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use mongodb::{
    Cursor,
    options::{ReadPreference, SelectionCriteria},
};
use rust_decimal::Decimal;

use super::{
    Condition, Entity, Order, Result, Store, decimal_from_bson,
    odd::both,
    page::query,
    rules::{self, Holds, check},
    seen::Seen,
};

/// Documents of one batch.
const BATCH: usize = 1000;

/// An instant that several reads are of.
///
/// A server without a replica set keeps no past: there, each read is of its own.
#[derive(Clone, Copy, Debug)]
pub struct AsOf(Option<Timestamp>);

/// A document, and what of it may be seen.
#[derive(Clone, Debug)]
pub struct Record {
    document: RawDocumentBuf,
    /// Which of an order's lines are rows, and whether something without a line is one;
    /// `None` where all may be seen.
    kept: Option<(Vec<bool>, bool)>,
}

/// The fields of a document, a line or a return record.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a RawDocument);

/// A return record, and the line that it names, where the order has that.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// Its own fields.
    pub fields: Fields<'a>,
    /// The line's place among those that may be seen, from 0, and its fields.
    pub line: Option<(usize, Fields<'a>)>,
}

/// The records of a collection, as they come.
#[derive(Debug)]
pub struct Records {
    store: Store,
    collection: &'static str,
    cursor: Cursor<RawDocumentBuf>,
    /// Documents of the next batch.
    next: usize,
}

impl Store {
    /// This instant, to read of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn now(&self) -> Result<AsOf> {
        self.cluster_time().await.map(AsOf)
    }

    /// The visible documents of a collection that are like this, as they were at that instant;
    /// the first batch has at most so many, where that is less than a whole one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn records(
        &self,
        collection: &'static str,
        condition: &Condition,
        as_of: AsOf,
        first: Option<usize>,
    ) -> Result<Records> {
        let query = query(condition, self.seen().await?);
        let query = both(query, self.visible(collection).await?);
        let batch = first.map_or(BATCH, |first| first.clamp(1, BATCH));
        Ok(Records {
            cursor: self
                .read(|| self.find(collection, &query, as_of, batch))
                .await?,
            store: self.clone(),
            collection,
            next: batch,
        })
    }

    /// The documents with these ids, by id, as they were at that instant: of what visible
    /// orders name, which may be seen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn named_records(
        &self,
        collection: &'static str,
        ids: &[&str],
        as_of: AsOf,
    ) -> Result<HashMap<String, Arc<Record>>> {
        let ids_in = doc! { "_id": { "$in": ids } };
        let query = both(ids_in, self.canonical(collection).await?);
        let found = || async {
            let cursor = self.find(collection, &query, as_of, ids.len()).await?;
            cursor.try_collect().await
        };
        let found: Vec<RawDocumentBuf> = self.read(found).await?;
        let by_id = found.into_iter().filter_map(|document| {
            check(collection, &document).ok()?;
            let record = Record {
                document,
                kept: None,
            };
            let id = record.fields().text("_id")?.to_owned();
            Some((id, Arc::new(record)))
        });
        Ok(by_id.collect())
    }

    async fn find(
        &self,
        collection: &str,
        query: &Document,
        AsOf(at): AsOf,
        batch: usize,
    ) -> mongodb::error::Result<Cursor<RawDocumentBuf>> {
        let mut find = doc! {
            "find": collection,
            "filter": query.clone(),
            "batchSize": super::page::whole(batch),
            "maxTimeMS": i64::try_from(self.deadline().as_millis()).unwrap_or(i64::MAX),
        };
        if let Some(at) = at {
            let read_concern = doc! { "level": "snapshot", "atClusterTime": at };
            find.insert("readConcern", read_concern);
        }
        let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
        let command = self.database().run_cursor_command(find);
        let command = command.selection_criteria(primary);
        let command = command.batch_size(super::page::whole(BATCH));
        Ok(command.await?.with_type())
    }
}

impl Records {
    /// The next batch; `None` behind the last. What is odd is left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Option<Vec<Record>>> {
        let Self { store, cursor, .. } = self;
        let size = std::mem::replace(&mut self.next, BATCH);
        let batch = store.bounded(async {
            let mut batch = Vec::with_capacity(size);
            while batch.len() < size && cursor.advance().await? {
                batch.push(cursor.current().to_owned());
            }
            Ok(batch)
        });
        let batch = batch.await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let seen = self.store.seen().await?;
        let canonical = |it: &RawDocumentBuf| check(self.collection, it).is_ok();
        let records = batch.into_iter().filter(canonical);
        let of_orders = seen.filter(|_| self.collection == Order::COLLECTION);
        Ok(Some(records.map(|it| Record::of(it, of_orders)).collect()))
    }
}

impl Record {
    fn of(document: RawDocumentBuf, seen: Option<&Seen>) -> Self {
        let mut record = Self {
            document,
            kept: None,
        };
        record.kept = seen.map(|seen| {
            let lines = record.fields().list("lines");
            let kept = lines.map(|it| seen.is_row(|field| it.text(field.path)));
            (kept.collect(), seen.is_row(|_| None))
        });
        record
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields(&self.document)
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.document.as_bytes().len()
    }

    /// An order's lines that may be seen.
    #[must_use]
    pub fn lines(&self) -> Vec<Fields<'_>> {
        let lines = self.fields().list("lines").enumerate();
        let seen = lines.filter(|(at, _)| self.is_kept(*at) == Some(true));
        seen.map(|(_, line)| line).collect()
    }

    /// What came back of an order's lines that may be seen. Nothing was sold on an order
    /// without lines, and so nothing came back.
    #[must_use]
    pub fn returns(&self) -> Vec<Returned<'_>> {
        let lines: Vec<Fields<'_>> = self.fields().list("lines").collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let returned = |record: Fields<'_>| {
            let at = record.place("line").filter(|at| *at < lines.len());
            let of_nothing = self.kept.as_ref().is_none_or(|(_, it)| *it);
            let is_seen = at.map_or(Some(of_nothing), |at| self.is_kept(at))?;
            is_seen.then_some(at)
        };
        let records = self.fields().list("returns");
        let seen = records.filter_map(|record| Some((record, returned(record)?)));
        let seen = seen.map(|(fields, at)| Returned {
            fields,
            line: at.map(|at| {
                let before = (0..at).filter(|it| self.is_kept(*it) == Some(true));
                (before.count(), lines[at])
            }),
        });
        seen.collect()
    }

    /// Whether a line may be seen; `None` where there is none.
    fn is_kept(&self, at: usize) -> Option<bool> {
        match &self.kept {
            None => Some(true),
            Some((kept, _)) => kept.get(at).copied(),
        }
    }
}

impl<'a> Fields<'a> {
    /// The text at a path; what is no text is missing.
    #[must_use]
    pub fn text(self, path: &str) -> Option<&'a str> {
        self.value(path)?.as_str()
    }

    /// The number at a path; what is no amount is missing.
    #[must_use]
    pub fn number(self, path: &str) -> Option<Decimal> {
        let value = self.value(path).filter(|it| Holds::Amount.admits(*it))?;
        decimal_from_bson(&Bson::try_from(value).ok()?)
    }

    /// A number of the shop's own, by its name; what is no amount is missing.
    #[must_use]
    pub fn own_number(self, name: &str) -> Option<Decimal> {
        let numbers = self.value("numbers")?.as_document()?;
        Self(numbers).number(name)
    }

    /// The instant at a path.
    #[must_use]
    pub fn time(self, path: &str) -> Option<DateTime<Utc>> {
        self.value(path)?
            .as_datetime()
            .map(bson::DateTime::to_chrono)
    }

    /// A coordinate of a point, in degrees: the longitude is 0, the latitude 1.
    #[must_use]
    pub fn degrees(self, path: &str, at: usize) -> Option<f64> {
        let point = self.value(path)?.as_document()?;
        rules::degrees(point.get_array("coordinates").ok()?.get(at).ok()??)
    }

    fn place(self, path: &str) -> Option<usize> {
        let place = self.value(path)?;
        let place = place.as_i32().map(i64::from).or_else(|| place.as_i64());
        usize::try_from(place?).ok()
    }

    fn list(self, path: &str) -> impl Iterator<Item = Self> + use<'a> {
        let list = self.value(path).and_then(RawBsonRef::as_array);
        let documents = list.into_iter().flatten().flatten();
        documents.filter_map(|it| it.as_document().map(Self))
    }

    fn value(self, path: &str) -> Option<RawBsonRef<'a>> {
        match path.split_once('.') {
            None => self.0.get(path).ok()?,
            Some((first, rest)) => {
                let inner = self.0.get(first).ok()??.as_document()?;
                Self(inner).value(rest)
            }
        }
    }
}
