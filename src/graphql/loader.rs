//! Batching: what one level of a query asks for is counted together.
//!
//! [`gather`](super::gather) says when a level has asked for everything.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Deref,
    sync::Arc,
};

use async_graphql::Error;
use dataloader::BatchFn;

use super::{
    allowance::Allowance,
    error::{failed, internal},
    gather::Gathered,
    permit::allowed_request,
};
use crate::{
    auth::Scope,
    engine::{self, Session},
    kpi::{
        Answer, Bought, CohortCount, Dimension, DistanceCount, Key, Merged, Pairs, Request, Values,
        Vocabulary, merge,
    },
};

/// Counts what the request's resolvers ask for, merged.
pub(super) struct Counts {
    scope: Arc<Scope>,
    vocabulary: &'static Vocabulary,
    gathered: Gathered<Request, Counted, CountBatch>,
}

/// What was counted for a request, shared with whoever asks for the same.
type Counted = Result<Arc<Answer>, Error>;

struct CountBatch {
    session: Arc<Session>,
    allowance: Arc<Allowance>,
    vocabulary: &'static Vocabulary,
}

/// The groups that were counted for a request for measures.
pub(super) struct Groups(Arc<Answer>);

impl Deref for Groups {
    type Target = [(Key, Values)];

    fn deref(&self) -> &Self::Target {
        match &*self.0 {
            Answer::Measures(rows) => rows,
            _ => &[],
        }
    }
}

impl Counts {
    pub fn new(
        session: Arc<Session>,
        allowance: Arc<Allowance>,
        scope: Arc<Scope>,
        vocabulary: &'static Vocabulary,
    ) -> Self {
        Self {
            scope,
            vocabulary,
            gathered: Gathered::new(CountBatch {
                session,
                allowance,
                vocabulary,
            }),
        }
    }

    async fn answer(&self, request: Request) -> Counted {
        allowed_request(&self.scope, self.vocabulary, &request)?;
        let loaded = self.gathered.load(request.narrowed()).await;
        loaded.unwrap_or_else(|| Err(internal()))
    }

    /// The groups of a request for measures.
    pub async fn measures(&self, request: Request) -> Result<Groups, Error> {
        self.answer(request).await.map(Groups)
    }

    /// The counts of a request for cohorts.
    pub async fn cohorts(&self, request: Request) -> Result<Vec<CohortCount>, Error> {
        match &*self.answer(request).await? {
            Answer::Cohorts(rows) => Ok(rows.iter().map(|(_, count)| *count).collect()),
            _ => Err(internal()),
        }
    }

    /// The counts of a request for distances.
    pub async fn distances(&self, request: Request) -> Result<Vec<DistanceCount>, Error> {
        match &*self.answer(request).await? {
            Answer::Distances(rows) => Ok(rows.iter().map(|(_, count)| *count).collect()),
            _ => Err(internal()),
        }
    }

    /// The pairs of a request for them; none where there is no order.
    pub async fn pairs(&self, request: Request) -> Result<Pairs, Error> {
        match &*self.answer(request).await? {
            Answer::Pairs(rows) => {
                let only = rows.first().map(|(_, pairs)| pairs.clone());
                Ok(only.unwrap_or_default())
            }
            _ => Err(internal()),
        }
    }

    /// The customers of a request for them, in the order of their ids; none where there is no
    /// order.
    pub async fn customers(&self, request: Request) -> Result<Arc<[Bought]>, Error> {
        match &*self.answer(request).await? {
            Answer::Customers(rows) => {
                let only = rows.first().map(|(_, buyers)| Arc::clone(buyers));
                Ok(only.unwrap_or_default())
            }
            _ => Err(internal()),
        }
    }
}

impl BatchFn<Request, Counted> for CountBatch {
    async fn load(&mut self, requests: &[Request]) -> HashMap<Request, Counted> {
        let merged = merge(requests);
        let passes = merged.iter().map(|it| it.pass.parts(self.vocabulary));
        if let Err(error) = self.allowance.take_passes(passes.sum()) {
            let refused = requests.iter().cloned();
            return refused.map(|it| (it, Err(error.clone()))).collect();
        }
        let passes = merged.iter().map(|it| it.pass.clone()).collect();
        let answers = self.session.answers(passes).await;
        let served = merged.into_iter().zip(answers);
        served
            .flat_map(|(merged, answer)| self.serve(&merged, answer, requests))
            .collect()
    }
}

impl CountBatch {
    /// Hands each request of a pass its part of the answer.
    fn serve(
        &self,
        merged: &Merged,
        answer: Result<Arc<Answer>, engine::Error>,
        requests: &[Request],
    ) -> Vec<(Request, Counted)> {
        let served: Vec<&Request> = merged.serves.iter().map(|at| &requests[*at]).collect();
        let parts: Vec<Counted> = match self.parts(answer, &served) {
            Ok(parts) => parts.into_iter().map(Ok).collect(),
            Err(error) => served.iter().map(|_| Err(error.clone())).collect(),
        };
        served.into_iter().cloned().zip(parts).collect()
    }

    fn parts(
        &self,
        answer: Result<Arc<Answer>, engine::Error>,
        served: &[&Request],
    ) -> Result<Vec<Arc<Answer>>, Error> {
        let answer = answer.map_err(|error| match error {
            engine::Error::Stopped(stopped) => self.allowance.refuse(failed(stopped)),
            error => failed(&error),
        })?;
        if served.iter().any(|request| !request.slice.is_empty()) {
            self.allowance.held(self.session.hold_copy(&answer))?;
        }
        Ok(answer.split(served))
    }
}

/// Finds what products and customers are called.
pub(super) struct Names {
    session: Arc<Session>,
    stored: Gathered<(Dimension, String), Result<Option<String>, Error>, NameBatch>,
}

struct NameBatch(Arc<Session>);

impl Names {
    pub fn new(session: Arc<Session>) -> Self {
        Self {
            stored: Gathered::new(NameBatch(Arc::clone(&session))),
            session,
        }
    }

    /// Whether the database need not be asked for names of the dimension's values.
    pub fn are_at_hand(&self, dimension: Dimension) -> bool {
        !dimension.has_names() || self.session.knows_names()
    }

    /// The name of a product or customer by its id; the value itself for any other dimension.
    pub async fn name(&self, dimension: Dimension, value: &str) -> Result<String, Error> {
        if !dimension.has_names() {
            return Ok(value.to_owned());
        }
        let name = if self.session.knows_names() {
            self.session.name(dimension, value)
        } else {
            let loaded = self.stored.load((dimension, value.to_owned())).await;
            loaded.unwrap_or_else(|| Err(internal()))?
        };
        Ok(name.unwrap_or_else(|| value.to_owned()))
    }
}

impl BatchFn<(Dimension, String), Result<Option<String>, Error>> for NameBatch {
    async fn load(
        &mut self,
        keys: &[(Dimension, String)],
    ) -> HashMap<(Dimension, String), Result<Option<String>, Error>> {
        let dimensions: BTreeSet<Dimension> = keys.iter().map(|(it, _)| *it).collect();
        let mut names = HashMap::new();
        for dimension in dimensions {
            let ids = keys.iter().filter(|(it, _)| *it == dimension);
            let ids: Vec<&str> = ids.map(|(_, id)| id.as_str()).collect();
            let found = self.0.names(dimension, &ids).await;
            let found = found.map_err(|error| failed(&error));
            names.extend(ids.into_iter().map(|id| {
                let name = found.as_ref().map(|found| found.get(id).cloned());
                ((dimension, id.to_owned()), name.map_err(Clone::clone))
            }));
        }
        names
    }
}
