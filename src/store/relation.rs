//! What belongs to a document: pages for many parents in one aggregation.
//!
//! `$lookup` runs the page's own query for each parent, on the index and up to
//! the limit, so that it reads what it gives. Grouping the children of all
//! parents by parent would read every child there is: an order list under 100
//! products would read nearly every order of the shop.

use std::collections::HashMap;

use bson::{Bson, Document, doc};
use futures::TryStreamExt;
use mongodb::Collection;

use super::page::{query, whole};
use super::{
    Condition, Customer, Entity, Field, Location, Order, PageQuery, Product, Result, Store,
    odd::both, seen::Seen,
};

/// How documents belong to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// A customer's orders.
    OrdersOfCustomer,
    /// The orders that hold a product.
    OrdersOfProduct,
    /// The orders that ship to a location.
    OrdersToLocation,
    /// The other products of a product's category.
    SiblingsOfProduct,
}

/// Where the list of children stands on the parent.
const CHILDREN: &str = "children";

impl Relation {
    /// The collection of the parents, their field and that of the children that must be equal.
    fn join(self) -> (&'static str, Field, Field) {
        match self {
            Self::OrdersOfCustomer => (Customer::COLLECTION, Field::ID, Order::CUSTOMER),
            Self::OrdersOfProduct => {
                let product = Field::text("lines.productId");
                (Product::COLLECTION, Field::ID, product)
            }
            Self::OrdersToLocation => (Location::COLLECTION, Field::ID, Order::SHIP_TO),
            Self::SiblingsOfProduct => (Product::COLLECTION, Product::CATEGORY, Product::CATEGORY),
        }
    }

    /// The pipeline that gives each parent its children.
    fn pipeline<T: Entity>(
        self,
        parents: &[&str],
        children: Vec<Document>,
        seen: Option<&Seen>,
    ) -> Vec<Document> {
        let (_, local, foreign) = self.join();
        let mut stages = Vec::new();
        let belongs = match self {
            Self::SiblingsOfProduct => Some(doc! { "$ne": ["$_id", "$$parent"] }),
            // One line may be of the product, and another one be seen.
            Self::OrdersOfProduct => seen.and_then(|seen| seen.holds_product("$$parent")),
            Self::OrdersOfCustomer | Self::OrdersToLocation => None,
        };
        if let Some(belongs) = belongs {
            stages.push(doc! { "$match": { "$expr": belongs } });
        }
        stages.extend(children);
        let lookup = doc! {
            "from": T::COLLECTION,
            "localField": local.path,
            "foreignField": foreign.path,
            "let": { "parent": "$_id" },
            "pipeline": stages,
            "as": CHILDREN,
        };
        vec![
            doc! { "$match": { "_id": { "$in": parents } } },
            doc! { "$lookup": lookup },
            doc! { "$project": { CHILDREN: 1 } },
        ]
    }
}

impl Store {
    /// The same page of each parent's children; parents that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pages<T: Entity>(
        &self,
        relation: Relation,
        parents: &[&str],
        page: &PageQuery,
    ) -> Result<HashMap<String, Vec<T>>> {
        let seen = self.seen().await?;
        let (query, sort, limit) = page.parts(seen);
        let children = vec![
            doc! { "$match": both(query, self.visible(T::COLLECTION).await?) },
            doc! { "$sort": sort },
            doc! { "$limit": limit },
        ];
        let found = self.children::<T>(relation, parents, children).await?;
        let mut pages = HashMap::with_capacity(found.len());
        for (parent, children) in found {
            let children = children.into_iter().map(read::<T>);
            let children = children.collect::<Result<Vec<T>>>()?;
            pages.insert(parent, page.in_order(children, seen));
        }
        Ok(pages)
    }

    /// How many of each parent's children match; parents that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn counts<T: Entity>(
        &self,
        relation: Relation,
        parents: &[&str],
        condition: &Condition,
    ) -> Result<HashMap<String, u64>> {
        let query = query(condition, self.seen().await?);
        let children = vec![
            doc! { "$match": both(query, self.visible(T::COLLECTION).await?) },
            doc! { "$count": "count" },
        ];
        let found = self.children::<T>(relation, parents, children).await?;
        let count = |children: Vec<Bson>| {
            let count = children.first()?.as_document()?.get("count")?;
            match count {
                Bson::Int32(count) => u64::try_from(*count).ok(),
                Bson::Int64(count) => u64::try_from(*count).ok(),
                _ => None,
            }
        };
        let count = |(parent, children)| (parent, count(children).unwrap_or_default());
        Ok(found.into_iter().map(count).collect())
    }

    async fn children<T: Entity>(
        &self,
        relation: Relation,
        parents: &[&str],
        children: Vec<Document>,
    ) -> Result<Vec<(String, Vec<Bson>)>> {
        let (collection, ..) = relation.join();
        let collection: Collection<Document> = self.database().collection(collection);
        let pipeline = relation.pipeline::<T>(parents, children, self.seen().await?);
        let aggregate = || async {
            let cursor = collection
                .aggregate(pipeline.clone())
                .batch_size(whole(parents.len()))
                .max_time(self.deadline())
                .await?;
            cursor.try_collect::<Vec<Document>>().await
        };
        let found = self.read(aggregate).await?;
        let parts = |mut document: Document| {
            let Some(Bson::String(parent)) = document.remove("_id") else {
                return None;
            };
            match document.remove(CHILDREN) {
                Some(Bson::Array(children)) => Some((parent, children)),
                _ => None,
            }
        };
        Ok(found.into_iter().filter_map(parts).collect())
    }
}

fn read<T: Entity>(document: Bson) -> Result<T> {
    let read = bson::deserialize_from_bson(document);
    Ok(read.map_err(mongodb::error::Error::from)?)
}
