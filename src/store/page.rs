//! Pages: a few documents in an order, from a place in it.
//!
//! A page starts where the one before ended, by the sort keys of its last
//! document, never by skipping: page 10,000 walks the same stretch of an index
//! as page 1.

use std::collections::HashMap;

use bson::{Bson, Document, doc};
use futures::TryStreamExt;
use mongodb::Collection;

use super::{Condition, Entity, Field, Kind, Result, Store, Value, odd::both, seen::Seen};

/// One key of an order. A missing value is smaller than any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// What to sort by.
    pub field: Field,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A total order of documents: its last key is the id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SortOrder(Vec<SortKey>);

/// A place in an order: the value of each key, the id last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position(pub Vec<Option<Value>>);

/// Which documents to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageQuery {
    /// What they are like.
    pub condition: Condition,
    /// In which order.
    pub order: SortOrder,
    /// Only those after this place.
    pub after: Option<Position>,
    /// Only those before this place.
    pub before: Option<Position>,
    /// How many at most.
    pub limit: usize,
    /// The last of them instead of the first, from the end backwards.
    pub backward: bool,
}

impl SortOrder {
    /// The keys, each field once, with ties broken by id in the direction of the last key.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = SortKey>) -> Self {
        let mut order: Vec<SortKey> = Vec::new();
        for key in keys {
            let is_new = order.iter().all(|it| it.field != key.field);
            // Nothing is left to be sorted behind the id.
            let is_open = order.last().is_none_or(|it| it.field != Field::ID);
            if is_new && is_open {
                order.push(key);
            }
        }
        if order.last().is_none_or(|it| it.field != Field::ID) {
            order.push(SortKey {
                field: Field::ID,
                descending: order.last().is_some_and(|it| it.descending),
            });
        }
        Self(order)
    }

    /// The keys, the id last.
    #[must_use]
    pub fn keys(&self) -> &[SortKey] {
        &self.0
    }

    /// The document's place.
    #[must_use]
    pub fn position<T: Entity>(&self, document: &T) -> Position {
        let value = |key: &SortKey| document.value(key.field);
        Position(self.0.iter().map(value).collect())
    }

    /// Whether a document can be there: values of the right kinds, and an id.
    #[must_use]
    pub fn holds(&self, position: &Position) -> bool {
        let fits = |(key, value): (&SortKey, &Option<Value>)| match value {
            Some(value) => value.kind() == key.field.kind,
            None => key.field != Field::ID && key.field.kind != Kind::Other,
        };
        position.0.len() == self.0.len() && self.0.iter().zip(&position.0).all(fits)
    }

    fn reversed(&self) -> Self {
        let reversed = |key: &SortKey| SortKey {
            descending: !key.descending,
            ..*key
        };
        Self(self.0.iter().map(reversed).collect())
    }

    fn sort(&self) -> Document {
        let direction = |key: &SortKey| if key.descending { -1 } else { 1 };
        self.0
            .iter()
            .map(|key| (key.field.path.to_owned(), direction(key).into()))
            .collect()
    }

    /// What documents behind a place are like: an alternative for each key that can tell them apart.
    fn behind(&self, position: &Position) -> Document {
        let mut same = Document::new();
        let mut alternatives = Vec::new();
        for (key, value) in self.0.iter().zip(&position.0) {
            let value = value.as_ref().map_or(Bson::Null, Value::to_bson);
            for beyond in beyond(*key, &value) {
                let mut alternative = same.clone();
                alternative.extend(beyond);
                alternatives.push(alternative);
            }
            same.insert(key.field.path, value);
        }
        if alternatives.len() == 1 {
            alternatives.remove(0)
        } else {
            doc! { "$or": alternatives }
        }
    }
}

/// What values behind another are like, as alternatives that an index can answer one by one.
fn beyond(key: SortKey, value: &Bson) -> Vec<Document> {
    let path = key.field.path;
    match (key.descending, value) {
        (false, Bson::Null) => vec![doc! { path: { "$ne": Bson::Null } }],
        (true, Bson::Null) => Vec::new(),
        (false, value) => vec![doc! { path: { "$gt": value } }],
        // An id is never missing.
        (true, value) if key.field == Field::ID => vec![doc! { path: { "$lt": value } }],
        (true, value) => vec![
            doc! { path: { "$lt": value } },
            doc! { path: { "$eq": Bson::Null } },
        ],
    }
}

impl Position {
    /// The id of the document that is there; empty in a place without one.
    #[must_use]
    pub fn id(&self) -> &str {
        match self.0.last() {
            Some(Some(Value::Text(id))) => id,
            _ => "",
        }
    }
}

impl PageQuery {
    /// The query, the sort and the limit, as the database takes them.
    pub(super) fn parts(&self, seen: Option<&Seen>) -> (Document, Document, i64) {
        let (order, from, to) = if self.backward {
            (self.order.reversed(), &self.before, &self.after)
        } else {
            (self.order.clone(), &self.after, &self.before)
        };
        let from = from.as_ref().map(|place| order.behind(place));
        let to = to.as_ref().map(|place| order.reversed().behind(place));
        let condition = Some(query(&self.condition, seen)).filter(|it| !it.is_empty());
        let mut all: Vec<Document> = [condition, from, to].into_iter().flatten().collect();
        let query = match all.len() {
            0 => Document::new(),
            1 => all.remove(0),
            _ => doc! { "$and": all },
        };
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        (query, order.sort(), limit)
    }

    /// Documents as they come from the database, in the order that was asked for.
    pub(super) fn in_order<T: Entity>(&self, mut documents: Vec<T>, seen: Option<&Seen>) -> Vec<T> {
        if let Some(seen) = seen {
            for document in &mut documents {
                document.trim(seen);
            }
        }
        if self.backward {
            documents.reverse();
        }
        documents
    }
}

impl Store {
    /// The collection of an entity.
    #[must_use]
    pub fn collection<T: Entity>(&self) -> Collection<T> {
        self.database().collection(T::COLLECTION)
    }

    /// The documents of a page, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn page<T: Entity>(&self, page: &PageQuery) -> Result<Vec<T>> {
        let seen = self.seen().await?;
        let (query, sort, limit) = page.parts(seen);
        let query = both(query, self.visible(T::COLLECTION).await?);
        let collection = self.collection::<T>();
        let find = || async {
            let cursor = collection
                .find(query.clone())
                .sort(sort.clone())
                .limit(limit)
                // The whole page at once: a second round trip would cost more than the page.
                .batch_size(whole(page.limit))
                .max_time(self.deadline())
                .await?;
            cursor.try_collect().await
        };
        let documents = self.read(find).await?;
        Ok(page.in_order(documents, seen))
    }

    /// How many documents match.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count<T: Entity>(&self, condition: &Condition) -> Result<u64> {
        let query = query(condition, self.seen().await?);
        let query = both(query, self.visible(T::COLLECTION).await?);
        let is_of_ids = query.keys().all(|field| field == Field::ID.path);
        let collection = self.collection::<T>();
        let count = || {
            let count = collection.count_documents(query.clone());
            let count = count.max_time(self.deadline());
            if is_of_ids {
                // Counting ids reads a small part of what the documents take.
                count.hint(mongodb::options::Hint::Keys(doc! { "_id": 1 }))
            } else {
                count
            }
        };
        self.read(count).await
    }

    /// The documents with these ids, by id; those that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_ids<T: Entity>(&self, ids: &[&str]) -> Result<HashMap<String, T>> {
        let query = both(
            doc! { "_id": { "$in": ids } },
            self.visible(T::COLLECTION).await?,
        );
        let seen = self.seen().await?;
        let collection = self.collection::<T>();
        let find = || async {
            let cursor = collection
                .find(query.clone())
                .batch_size(whole(ids.len()))
                .max_time(self.deadline())
                .await?;
            let by_id = cursor.map_ok(|mut it: T| {
                if let Some(seen) = seen {
                    it.trim(seen);
                }
                (it.id().to_owned(), it)
            });
            by_id.try_collect().await
        };
        self.read(find).await
    }

    /// The places of all matching documents in an order that is sorted elsewhere.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn positions<T: Entity>(
        &self,
        condition: &Condition,
        fields: &[Field],
    ) -> Result<Vec<Position>> {
        let query = query(condition, self.seen().await?);
        let query = both(query, self.visible(T::COLLECTION).await?);
        let paths = fields.iter().map(|it| (it.path.to_owned(), 1.into()));
        let paths: Document = paths.collect();
        let collection = self.collection::<T>().clone_with_type::<Document>();
        let find = || async {
            let cursor = collection
                .find(query.clone())
                .projection(paths.clone())
                .batch_size(100_000)
                .max_time(self.deadline())
                .await?;
            let position = |document: Document| {
                let value = |field: &Field| value(document.get(field.path)?);
                Position(fields.iter().map(value).collect())
            };
            cursor.map_ok(position).try_collect().await
        };
        self.read(find).await
    }
}

/// A condition on what may be seen of documents, as a query document.
pub(super) fn query(condition: &Condition, seen: Option<&Seen>) -> Document {
    match seen {
        Some(seen) => seen.narrowed(condition).query(),
        None => condition.query(),
    }
}

/// The batch that holds so many documents and shows that there are no more.
pub(super) fn whole(count: usize) -> u32 {
    u32::try_from(count).map_or(u32::MAX, |count| count.saturating_add(1))
}

fn value(stored: &Bson) -> Option<Value> {
    match stored {
        Bson::String(text) => Some(Value::Text(text.clone())),
        Bson::DateTime(time) => Some(Value::Time(time.to_chrono())),
        other => super::decimal_from_bson(other).map(Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEGMENT: Field = Field::text("segment");

    fn order(descending: bool) -> SortOrder {
        SortOrder::new([SortKey {
            field: SEGMENT,
            descending,
        }])
    }

    fn at(segment: Option<&str>) -> Position {
        let text = |it: &str| Value::Text(it.into());
        Position(vec![segment.map(text), Some(text("C-1"))])
    }

    #[test]
    fn missing_values_come_first_and_last_when_turned_round() {
        let from_missing = order(false).behind(&at(None));
        assert_eq!(
            from_missing,
            doc! { "$or": [{ "segment": { "$ne": Bson::Null } }, { "segment": Bson::Null, "_id": { "$gt": "C-1" } }] }
        );
        let down = order(true);
        assert_eq!(
            down.behind(&at(None)),
            doc! { "segment": Bson::Null, "_id": { "$lt": "C-1" } }
        );
        assert_eq!(
            down.behind(&at(Some("B"))),
            doc! { "$or": [
                { "segment": { "$lt": "B" } },
                { "segment": { "$eq": Bson::Null } },
                { "segment": "B", "_id": { "$lt": "C-1" } },
            ] }
        );
    }

    #[test]
    fn an_order_holds_each_field_once_and_ends_with_the_id() {
        let key = |field, descending| SortKey { field, descending };
        let order = SortOrder::new([key(SEGMENT, true), key(SEGMENT, false)]);
        assert_eq!(order.keys(), [key(SEGMENT, true), key(Field::ID, true)]);
        let by_id = SortOrder::new([key(Field::ID, false), key(SEGMENT, true)]);
        assert_eq!(by_id.keys(), [key(Field::ID, false)]);
    }

    #[test]
    fn a_place_of_another_order_is_not_held() {
        assert!(order(false).holds(&at(None)));
        let time = Value::Time(chrono::DateTime::UNIX_EPOCH);
        let id = || Some(Value::Text("C-1".into()));
        assert!(!order(false).holds(&Position(vec![Some(time), id()])));
        assert!(!order(false).holds(&Position(vec![id()])));
        assert!(!order(false).holds(&Position(vec![id(), None])));
    }
}
