//! The stages of an aggregation pipeline, as MongoDB names them.

use bson::{Bson, Document, doc};
use serde::Serialize;

/// One stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Stage {
    /// Keeps the documents that match a query.
    #[serde(rename = "$match")]
    Match(Document),
    /// Joins the documents of another collection.
    #[serde(rename = "$lookup")]
    Lookup(Lookup),
    /// Adds or replaces fields.
    #[serde(rename = "$set")]
    Set(Document),
    /// Keeps only these fields.
    #[serde(rename = "$project")]
    Project(Document),
    /// Makes one document for each element of an array.
    #[serde(rename = "$unwind")]
    Unwind(String),
    /// Makes one document for each value of `_id`.
    #[serde(rename = "$group")]
    Group(Document),
    /// Orders the documents.
    #[serde(rename = "$sort")]
    Sort(Document),
    /// Keeps the first few documents.
    #[serde(rename = "$limit")]
    Limit(i64),
    /// Looks at a document's neighbours.
    #[serde(rename = "$setWindowFields")]
    SetWindowFields(Document),
    /// Appends what another pipeline gives.
    #[serde(rename = "$unionWith")]
    UnionWith(UnionWith),
}

/// An equality join.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// The other collection.
    pub from: &'static str,
    /// The path here.
    pub local_field: &'static str,
    /// The path there.
    pub foreign_field: &'static str,
    /// What to do with the documents that match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pipeline: Vec<Stage>,
    /// The array that receives them.
    pub r#as: &'static str,
}

/// Another pipeline's documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnionWith {
    /// The collection that the pipeline reads.
    pub coll: &'static str,
    /// Its stages.
    pub pipeline: Vec<Stage>,
}

/// Keeps the documents that match a query, where it asks for anything.
pub fn matching(query: &Document) -> Vec<Stage> {
    let asked = Some(query).filter(|query| !query.is_empty());
    asked.cloned().map(Stage::Match).into_iter().collect()
}

/// `$sum` of a path or expression.
pub fn sum(of: impl Into<Bson>) -> Document {
    doc! { "$sum": of.into() }
}

/// One value or another.
pub fn cond(test: impl Into<Bson>, then: impl Into<Bson>, otherwise: impl Into<Bson>) -> Document {
    doc! { "$cond": [test.into(), then.into(), otherwise.into()] }
}

/// The value, with a missing one as null: groups and comparisons tell the two apart.
pub fn or_null(value: impl Into<Bson>) -> Document {
    doc! { "$ifNull": [value.into(), Bson::Null] }
}

/// A value that is taken as it is, whatever it looks like.
pub fn literal(value: impl Into<Bson>) -> Document {
    doc! { "$literal": value.into() }
}
