//! Odd documents: those that break a [rule](super::rules), and how they are left out.
//!
//! To test every document in every query would take up to twice the time. So the
//! server keeps an index of the odd ones alone, which costs nothing as long as there
//! are none: a request looks once which there are (0.6 ms, beside 1.9 s to look through
//! 200,000 orders without it), and its queries leave out their ids. Three things no such
//! index can tell: that `lines` or `returns` is one document in place of a list, that a list
//! stands within it, and that a point has one coordinate only. Queries test for those by
//! themselves, in 0.4 µs an order.

use std::collections::HashSet;

use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::{IndexModel, options::IndexOptions};
use tokio::sync::OnceCell;

use super::{
    Result, Store,
    rules::{
        COLLECTIONS, DEGREES, Holds, LAST_PLACE, LINE, Odd, RETURN, Rule, TIMES, TOO_LARGE, check,
        rules,
    },
    seen::Seen,
};

/// The most ids that queries leave out one by one.
const MOST_IDS: usize = 10_000;
/// The index of odd documents.
const ODD: &str = "odd";
/// The index of orders with an amount that is a double.
const DOUBLES: &str = "doubles";

/// What each request looks up once.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    canonical: [OnceCell<Document>; COLLECTIONS.len()],
    doubles: OnceCell<bool>,
    pub(super) returns: OnceCell<bool>,
    pub seen: OnceCell<Seen>,
    named: [OnceCell<Document>; COLLECTIONS.len()],
}

impl Lookups {
    /// What the documents of a collection are like that rows name.
    pub fn named(&self, collection: &str) -> Option<&OnceCell<Document>> {
        let at = COLLECTIONS.iter().position(|it| *it == collection)?;
        Some(&self.named[at])
    }
}

/// Odd documents of one collection that break the same rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddDocuments {
    /// The collection.
    pub collection: &'static str,
    /// The field that is missing or holds something else.
    pub field: &'static str,
    /// How many there are, of the first ten thousand odd ones of a collection.
    pub count: usize,
    /// The ids of the first few, as a shell shows them where they are no text.
    pub ids: Vec<String>,
}

/// Ids that are worth telling.
const TOLD_IDS: usize = 10;

impl Store {
    /// What the documents of a collection are like that are not odd, to be asked for
    /// beside what a query is about. Whatever answers a request asks for
    /// [`Store::visible`] ones; for what visible orders name, this is enough.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn canonical(&self, collection: &'static str) -> Result<Document> {
        let at = COLLECTIONS.iter().position(|it| *it == collection);
        match self.lookups().zip(at) {
            Some((lookups, at)) => {
                let cell = &lookups.canonical[at];
                cell.get_or_try_init(|| self.find_canonical(collection))
                    .await
                    .cloned()
            }
            None => self.find_canonical(collection).await,
        }
    }

    async fn find_canonical(&self, collection: &'static str) -> Result<Document> {
        let ids = doc! { "_id": 1 };
        let odd = self.indexed(collection, ODD, is_odd(collection), ids, MOST_IDS + 1);
        // Boxed: it is a part of every question.
        let odd = Box::pin(odd).await?;
        let ids = odd
            .iter()
            .filter_map(|it| Bson::try_from(it.get("_id").ok()??).ok());
        let ids: Vec<Bson> = ids.collect();
        let mut canonical = shape(collection);
        if ids.len() > MOST_IDS {
            canonical.insert("$nor", vec![is_odd(collection)]);
        } else if !ids.is_empty() {
            canonical.insert("_id", doc! { "$nin": ids });
        }
        Ok(canonical)
    }

    /// Whether a line or return record of an order has an amount that is a double.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_doubles(&self) -> Result<bool> {
        let find = || async {
            let ids = doc! { "_id": 1 };
            let found = self.indexed("orders", DOUBLES, is_double(), ids, 1);
            Ok(!Box::pin(found).await?.is_empty())
        };
        match self.lookups() {
            Some(lookups) => lookups.doubles.get_or_try_init(find).await.copied(),
            None => find().await,
        }
    }

    /// All odd documents, by collection and the first rule that each breaks; none where only
    /// some rows may be seen, for what is odd is no row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn odd_documents(&self) -> Result<Vec<OddDocuments>> {
        let mut all = Vec::new();
        if !self.sees_all_rows() {
            return Ok(all);
        }
        for collection in COLLECTIONS {
            let whole = Document::new();
            let odd = is_odd(collection);
            let mut odd = self
                .indexed(collection, ODD, odd, whole.clone(), MOST_IDS)
                .await?;
            let shape = shape(collection);
            if !shape.is_empty() {
                let misshapen = doc! { "$nor": [shape] };
                odd.extend(
                    self.some(collection, misshapen, whole, MOST_IDS, None)
                        .await?,
                );
            }
            all.extend(by_rule(collection, &odd));
        }
        Ok(all)
    }
}

/// A query that must hold beside another.
///
/// Alternatives stay outermost: only so does the server take each from its index, in order.
pub(super) fn both(query: Document, other: Document) -> Document {
    if query.is_empty() || other.is_empty() {
        return if other.is_empty() { query } else { other };
    }
    match query.get_array("$or") {
        Ok(alternatives) if query.len() == 1 => {
            let both = |alternative| doc! { "$and": [alternative, other.clone()] };
            let alternatives = alternatives.iter().map(both);
            doc! { "$or": alternatives.collect::<Vec<_>>() }
        }
        _ => doc! { "$and": [query, other] },
    }
}

fn by_rule(collection: &'static str, documents: &[RawDocumentBuf]) -> Vec<OddDocuments> {
    let mut all: Vec<OddDocuments> = Vec::new();
    // One may break a rule of both kinds.
    let mut told = HashSet::new();
    for document in documents {
        let Err(Odd { field }) = check(collection, document) else {
            // Mended since it was found.
            continue;
        };
        let id = id(document);
        if !told.insert(id.clone()) {
            continue;
        }
        let at = all
            .iter()
            .position(|it| it.field == field)
            .unwrap_or_else(|| {
                all.push(OddDocuments {
                    collection,
                    field,
                    count: 0,
                    ids: Vec::new(),
                });
                all.len() - 1
            });
        all[at].count += 1;
        if all[at].ids.len() < TOLD_IDS {
            all[at].ids.push(id);
        }
    }
    all.sort_unstable_by_key(|it| it.field);
    all
}

fn id(document: &RawDocumentBuf) -> String {
    let id = document.get("_id").ok().flatten();
    match id.map(Bson::try_from) {
        Some(Ok(Bson::String(text))) => text,
        Some(Ok(id)) => id.to_string(),
        _ => String::new(),
    }
}

/// The indexes of a collection's odd documents.
pub(super) fn indexes(collection: &str) -> Vec<IndexModel> {
    let index = |name: &str, of: Document| {
        let options = IndexOptions::builder()
            .name(name.to_owned())
            .partial_filter_expression(of)
            .build();
        // Other than that of the ids themselves.
        let keys = doc! { "_id": 1, name: 1 };
        IndexModel::builder().keys(keys).options(options).build()
    };
    let mut indexes = vec![index(ODD, is_odd(collection))];
    if collection == "orders" {
        indexes.push(index(DOUBLES, is_double()));
    }
    indexes
}

/// What odd documents are like, as far as an index can tell.
fn is_odd(collection: &str) -> Document {
    let rules = rules(collection).iter();
    let odd = rules.flat_map(|rule| match rule.holds {
        Holds::List(inner) => {
            let inner = inner.iter().flat_map(breaks);
            // What is not there at all breaks no rule.
            let is_there = doc! { rule.path: { "$type": "object" } };
            let inner = inner.map(|way| doc! { "$and": [is_there.clone(), way] });
            breaks(rule).into_iter().chain(inner).collect()
        }
        _ => breaks(rule),
    });
    doc! { "$or": odd.collect::<Vec<_>>() }
}

/// What canonical documents are like in what no such index can tell.
fn shape(collection: &str) -> Document {
    match collection {
        "orders" => {
            let no_document = doc! { "$type": ["array", "null"] };
            let list = doc! { "$type": "array", "$not": { "$elemMatch": no_document } };
            let has_list = doc! { "returns": list.clone() };
            // A list that holds null equals null, too.
            let is_null = doc! { "$eq": Bson::Null, "$not": { "$type": "array" } };
            doc! { "lines": list, "$or": [{ "returns": is_null }, has_list] }
        }
        "locations" => {
            let has_latitude = doc! { "point.coordinates.1": { "$exists": true } };
            doc! { "$or": [{ "point": Bson::Null }, has_latitude] }
        }
        _ => Document::new(),
    }
}

/// The ways in which a field breaks its rule.
fn breaks(rule: &Rule) -> Vec<Document> {
    let path = rule.path;
    let other = |types: &[&str]| doc! { path: { "$type": types_but(types, rule.needed) } };
    let mut ways = match rule.holds {
        Holds::Text => vec![other(&["string"])],
        Holds::Time => {
            let [first, last] = TIMES.map(bson::DateTime::from_millis);
            let within = [
                doc! { path: { "$lt": first } },
                doc! { path: { "$gt": last } },
            ];
            [vec![other(&["date"])], within.to_vec()].concat()
        }
        Holds::Amount => [vec![other(&NUMBERS)], too_large(path)].concat(),
        Holds::Attributes | Holds::Numbers => vec![other(&["object"])],
        // That is also what an element is that is no document.
        Holds::Place => vec![
            other(&["int", "long"]),
            doc! { path: { "$lt": 0 } },
            doc! { path: { "$gt": LAST_PLACE } },
        ],
        Holds::List(_) => vec![other(&["object", "array"])],
        Holds::Point => [vec![other(&["object"])], no_point(path)].concat(),
    };
    if rule.needed {
        ways.push(doc! { path: Bson::Null });
    }
    ways
}

fn too_large(path: &str) -> Vec<Document> {
    vec![
        doc! { path: { "$gte": TOO_LARGE } },
        doc! { path: { "$lte": -TOO_LARGE } },
        doc! { path: f64::NAN },
    ]
}

fn no_point(path: &str) -> Vec<Document> {
    let [kind, coordinates] = ["type", "coordinates"].map(|field| format!("{path}.{field}"));
    let mut ways = vec![
        doc! { &kind: { "$type": types_but(&["string"], true) } },
        doc! { &kind: Bson::Null },
        doc! { &kind: { "$lt": "Point" } },
        doc! { &kind: { "$gt": "Point" } },
        doc! { &coordinates: { "$type": "object" } },
        doc! { format!("{coordinates}.{}", DEGREES.len()): { "$exists": true } },
    ];
    for (at, most) in DEGREES.into_iter().enumerate() {
        let degrees = format!("{coordinates}.{at}");
        ways.push(doc! { &degrees: { "$type": types_but(&NUMBERS[1..], true) } });
        ways.push(doc! { &degrees: Bson::Null });
        ways.push(doc! { &degrees: { "$lt": -most } });
        ways.push(doc! { &degrees: { "$gt": most } });
        ways.push(doc! { &degrees: f64::NAN });
    }
    // What is not there at all breaks no rule.
    let is_there = doc! { path: { "$type": "object" } };
    let ways = ways
        .into_iter()
        .map(|way| doc! { "$and": [is_there.clone(), way] });
    ways.collect()
}

/// Orders with an amount that is a double.
fn is_double() -> Document {
    let rules = LINE.iter().chain(RETURN);
    let amounts = rules.filter(|rule| rule.holds == Holds::Amount);
    let double = |rule: &Rule| doc! { rule.path: { "$type": "double" } };
    doc! { "$or": amounts.map(double).collect::<Vec<_>>() }
}

/// The numbers, those that points may not be given in first.
const NUMBERS: [&str; 4] = ["decimal", "double", "int", "long"];

/// Every type but these, and but null where that may be: no index of some documents alone
/// can be made by a negation.
fn types_but(types: &[&str], needed: bool) -> Vec<&'static str> {
    const ALL: [&str; 21] = [
        "double",
        "string",
        "object",
        "array",
        "binData",
        "undefined",
        "objectId",
        "bool",
        "date",
        "null",
        "regex",
        "dbPointer",
        "javascript",
        "symbol",
        "javascriptWithScope",
        "int",
        "timestamp",
        "long",
        "decimal",
        "minKey",
        "maxKey",
    ];
    let is_other = |it: &&str| !types.contains(it) && (needed || *it != "null");
    ALL.into_iter().filter(is_other).collect()
}
