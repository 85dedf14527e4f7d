//! Batching: the documents and lists that one level of a query asks for are read together.

use std::{collections::HashMap, hash::Hash, marker::PhantomData, sync::Arc};

use async_graphql::{Error, Result};
use dataloader::BatchFn;
use futures::future::join_all;

use crate::{
    graphql::{
        error::{failed, internal},
        gather::Gathered,
    },
    store::{
        self, Condition, Customer, Entity, Location, Order, PageQuery, Product, Relation, Store,
    },
};

/// Every loader of the entity side.
pub struct Entities {
    pub orders: Documents<Order>,
    pub customers: Documents<Customer>,
    pub products: Documents<Product>,
    pub locations: Documents<Location>,
    pub order_lists: Lists<Order>,
    pub product_lists: Lists<Product>,
}

impl Entities {
    pub fn new(store: &Store) -> Self {
        Self {
            orders: Documents::new(store),
            customers: Documents::new(store),
            products: Documents::new(store),
            locations: Documents::new(store),
            order_lists: Lists::new(store),
            product_lists: Lists::new(store),
        }
    }
}

/// Reads documents by id, in one query for all that are asked for at once.
pub struct Documents<T: Entity>(Gathered<String, Found<Option<Arc<T>>>, ById>);

/// What a loader found, or why not.
type Found<T> = Result<T, Error>;

struct ById(Store);

impl<T: Entity> Documents<T> {
    fn new(store: &Store) -> Self {
        Self(Gathered::new(ById(store.clone())))
    }

    /// The document with this id, if there is one.
    pub async fn one(&self, id: &str) -> Result<Option<Arc<T>>> {
        let loaded = self.0.load(id.to_owned()).await;
        loaded.unwrap_or_else(|| Err(internal()))
    }
}

impl<T: Entity> BatchFn<String, Found<Option<Arc<T>>>> for ById {
    async fn load(&mut self, ids: &[String]) -> HashMap<String, Found<Option<Arc<T>>>> {
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = self.0.by_ids::<T>(&texts).await;
        handed_out(found, ids, |found, id| found.remove(id).map(Arc::new))
    }
}

/// What was found, or the same failure, for every key.
fn handed_out<K: Eq + Hash + Clone, F, V>(
    found: store::Result<F>,
    keys: &[K],
    take: impl Fn(&mut F, &K) -> V,
) -> HashMap<K, Found<V>> {
    match found {
        Ok(mut found) => keys
            .iter()
            .map(|key| (key.clone(), Ok(take(&mut found, key))))
            .collect(),
        Err(error) => {
            let error = failed(&error);
            keys.iter()
                .map(|key| (key.clone(), Err(error.clone())))
                .collect()
        }
    }
}

/// Reads and counts what belongs to many parents, in one aggregation for each kind of page.
pub struct Lists<T: Entity> {
    pages: Gathered<Child<PageQuery>, Found<Vec<Arc<T>>>, Pages>,
    counts: Gathered<Child<Condition>, Found<u64>, Counts<T>>,
}

/// What is asked of one parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Child<Q> {
    parent: String,
    relation: Relation,
    asked: Arc<Q>,
}

struct Pages(Store);

struct Counts<T>(Store, PhantomData<fn() -> T>);

impl<T: Entity> Lists<T> {
    fn new(store: &Store) -> Self {
        Self {
            pages: Gathered::new(Pages(store.clone())),
            counts: Gathered::new(Counts(store.clone(), PhantomData)),
        }
    }

    /// A page of what belongs to the parent.
    pub async fn page(
        &self,
        relation: Relation,
        parent: &str,
        page: PageQuery,
    ) -> Result<Vec<Arc<T>>> {
        let child = Child::of(relation, parent, page);
        let loaded = self.pages.load(child).await;
        loaded.unwrap_or_else(|| Err(internal()))
    }

    /// How much of what belongs to the parent matches.
    pub async fn count(
        &self,
        relation: Relation,
        parent: &str,
        condition: Condition,
    ) -> Result<u64> {
        let child = Child::of(relation, parent, condition);
        let loaded = self.counts.load(child).await;
        loaded.unwrap_or_else(|| Err(internal()))
    }
}

impl<Q> Child<Q> {
    fn of(relation: Relation, parent: &str, asked: Q) -> Self {
        Self {
            parent: parent.to_owned(),
            relation,
            asked: Arc::new(asked),
        }
    }
}

/// The children by what is asked of them, with their parents.
fn by_question<Q: Eq + Hash>(children: &[Child<Q>]) -> HashMap<(Relation, &Q), Vec<&Child<Q>>> {
    let mut questions: HashMap<_, Vec<_>> = HashMap::new();
    for child in children {
        let question = (child.relation, child.asked.as_ref());
        questions.entry(question).or_default().push(child);
    }
    questions
}

impl<T: Entity> BatchFn<Child<PageQuery>, Found<Vec<Arc<T>>>> for Pages {
    async fn load(
        &mut self,
        children: &[Child<PageQuery>],
    ) -> HashMap<Child<PageQuery>, Found<Vec<Arc<T>>>> {
        let store = &self.0;
        let questions = by_question(children).into_iter();
        let answers = questions.map(async |((relation, page), children)| {
            let parents: Vec<&str> = children.iter().map(|it| it.parent.as_str()).collect();
            let found = store.pages::<T>(relation, &parents, page).await;
            let children: Vec<_> = children.into_iter().cloned().collect();
            handed_out(found, &children, |found, child| {
                let page = found.remove(&child.parent).unwrap_or_default();
                page.into_iter().map(Arc::new).collect()
            })
        });
        join_all(answers).await.into_iter().flatten().collect()
    }
}

impl<T: Entity> BatchFn<Child<Condition>, Found<u64>> for Counts<T> {
    async fn load(
        &mut self,
        children: &[Child<Condition>],
    ) -> HashMap<Child<Condition>, Found<u64>> {
        let store = &self.0;
        let questions = by_question(children).into_iter();
        let answers = questions.map(async |((relation, condition), children)| {
            let parents: Vec<&str> = children.iter().map(|it| it.parent.as_str()).collect();
            let found = store.counts::<T>(relation, &parents, condition).await;
            let children: Vec<_> = children.into_iter().cloned().collect();
            handed_out(found, &children, |found, child| {
                found.get(&child.parent).copied().unwrap_or_default()
            })
        });
        join_all(answers).await.into_iter().flatten().collect()
    }
}
