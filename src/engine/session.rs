//! Sessions: all passes of one request, counted over one state of the shop.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};

use super::{
    Choice, Counted, Error,
    allotment::{Allotment, Hold, Stopped},
    memory::{self, Version, View},
    metrics, mongo, rows,
};
use crate::{
    kpi::{Answer, Dimension, Holder, Pass, Predicate, Scope, Vocabulary},
    store::{self, Store},
};

/// Passes of one request that MongoDB counts at the same time.
const AT_ONCE: usize = 8;

/// What an engine has done for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Passes that it counted.
    pub passes: usize,
    /// From the first of a batch until all of it was answered, all batches together.
    pub time: Duration,
    /// Orders that it read; MongoDB does not say.
    pub orders: Option<usize>,
}

/// What each engine has done for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Works {
    /// The memory engine.
    pub memory: Work,
    /// MongoDB.
    pub mongo: Work,
}

/// Counts the passes of one request.
#[derive(Debug)]
pub struct Session {
    choice: Choice,
    pub(super) store: Store,
    /// What the shop can be asked about.
    vocabulary: &'static Vocabulary,
    allotment: Arc<Allotment>,
    /// What has been counted, and is held until the request is answered.
    held: Hold,
    /// About how much memory has counted for the request.
    cost: AtomicUsize,
    /// What the rows must match that are counted.
    rows: Vec<Predicate>,
    /// The shop in memory as it was when the request came.
    pub(super) view: Option<View>,
    works: Mutex<Works>,
}

impl Session {
    pub(super) fn new(
        choice: Choice,
        store: Store,
        vocabulary: &'static Vocabulary,
        allotment: Arc<Allotment>,
        view: Option<View>,
        rows: Vec<Predicate>,
    ) -> Self {
        Self {
            choice,
            store,
            vocabulary,
            held: allotment.hold(),
            allotment,
            cost: AtomicUsize::new(0),
            view,
            rows,
            works: Mutex::default(),
        }
    }

    /// Counts passes, at once.
    ///
    /// # Errors
    /// Each pass has its own: the database fails or does not answer before its
    /// deadline, only memory may answer and is not ready, or counting takes more memory
    /// than one request may have.
    pub async fn answers(&self, passes: Vec<Pass>) -> Vec<Counted> {
        let view = self.view.as_ref();
        let known = |pass| view.and_then(|view| view.known(pass));
        let known: Vec<Option<Arc<Answer>>> = passes.iter().map(known).collect();
        let unknown = passes.into_iter().zip(&known);
        let unknown: Vec<Pass> = unknown
            .filter_map(|(pass, known)| known.is_none().then_some(pass))
            .collect();
        self.told_again(known.len() - unknown.len());
        let fresh = if unknown.is_empty() {
            Vec::new()
        } else {
            self.whole_answers(unknown).await
        };
        let mut fresh = fresh.into_iter();
        let answers = known.into_iter().filter_map(|known| match known {
            Some(known) => Some(self.held(known)),
            None => fresh.next(),
        });
        answers.collect()
    }

    /// Takes note of passes whose answers memory knew.
    fn told_again(&self, passes: usize) {
        if passes > 0 {
            let work = Work::of(passes, Instant::now(), Some(0));
            metrics::counted("memory", work.passes, work.time, work.orders);
            self.lock().memory.add(work);
        }
    }

    /// Counts passes of which not all has been counted before.
    async fn whole_answers(&self, passes: Vec<Pass>) -> Vec<Counted> {
        let plain = passes.iter().map(|pass| pass.plain(self.vocabulary));
        let (counts, plain): (Vec<usize>, Vec<Vec<Pass>>) = plain.map(|it| (it.len(), it)).unzip();
        let plain = plain.into_iter().flatten().collect();
        let mut answers = self.plain_answers(plain).await.into_iter();
        let whole = |(pass, count): (&Pass, usize)| {
            // All of its parts are taken, whatever becomes of the first: the rest are others'.
            let parts: Vec<Counted> = answers.by_ref().take(count).collect();
            let parts: Vec<Arc<Answer>> = parts.into_iter().collect::<Result<_, _>>()?;
            let whole = pass.with_groups(pass.whole(self.vocabulary, &parts));
            if let Some(view) = &self.view {
                view.remember(pass, &whole);
            }
            self.held(whole)
        };
        passes.iter().zip(counts).map(whole).collect()
    }

    /// Answers to passes without a shop's own measures, with what came back.
    async fn plain_answers(&self, mut passes: Vec<Pass>) -> Vec<Counted> {
        let has_returns = match self.has_returns().await {
            Ok(has_returns) => has_returns,
            Err(error) => return vec![Err(error.into()); passes.len()],
        };
        if !has_returns {
            return self.counted(passes).await;
        }
        let over_returns: Vec<Option<Pass>> = passes.iter().map(Pass::over_returns).collect();
        let count = passes.len();
        passes.extend(over_returns.iter().flatten().cloned());
        let mut answers = self.counted(passes.clone()).await;
        let mut returns = answers.split_off(count).into_iter();
        let mut whole = |pass: &Pass, orders: Counted, over_returns: &Option<Pass>| {
            let returns = over_returns.as_ref().and_then(|_| returns.next());
            match returns {
                Some(returns) => Ok(pass.with_returns(&*orders?, &*returns?).into()),
                None => orders,
            }
        };
        let parts = passes.iter().zip(answers).zip(&over_returns);
        parts
            .map(|((pass, orders), over_returns)| whole(pass, orders, over_returns))
            .collect()
    }

    /// Whether there are return records, which nothing is lost by in a shop without.
    async fn has_returns(&self) -> store::Result<bool> {
        match &self.view {
            Some(view) => Ok(view.snapshot.has_returns()),
            None if matches!(self.choice, Choice::Memory(_)) => Ok(false),
            None => self.store.has_returns().await,
        }
    }

    async fn counted(&self, passes: Vec<Pass>) -> Vec<Counted> {
        match (&self.view, &self.choice) {
            (Some(view), _) if view.can_count(&passes) => {
                self.counted_in_memory(view.clone(), passes).await
            }
            // MongoDB could, but of another instant than the rest of the request.
            (Some(_), _) => vec![Err(Error::TooManyGroups); passes.len()],
            (None, Choice::Memory(replica)) => {
                let why = replica.unheld().map(|why| why.to_string());
                let why = why.unwrap_or_else(|| "it is still being loaded".into());
                vec![Err(Error::NotInMemory(why)); passes.len()]
            }
            (None, _) => self.counted_by_mongo(passes).await,
        }
    }

    async fn counted_in_memory(&self, view: View, passes: Vec<Pass>) -> Vec<Counted> {
        let (started, count) = (Instant::now(), passes.len());
        let more = memory::cost(&view, &passes);
        let cost = self.cost.fetch_add(more, Ordering::Relaxed);
        let lane = memory::lane_of(cost.saturating_add(more));
        let hold = self.allotment.hold();
        let counted = match memory::counted(view, passes, hold, lane).await {
            Ok(counted) => counted,
            Err(stopped) => return vec![Err(stopped.into()); count],
        };
        let work = Work::of(count, started, Some(counted.orders));
        metrics::counted("memory", work.passes, work.time, work.orders);
        self.lock().memory.add(work);
        counted.answers.into_iter().map(Ok).collect()
    }

    async fn counted_by_mongo(&self, passes: Vec<Pass>) -> Vec<Counted> {
        let started = Instant::now();
        let count = async |pass: &Pass| {
            let hold = self.allotment.hold();
            let pass = self.within_rows(pass);
            mongo::answer(&self.store, &pass, &hold).await.map(Arc::new)
        };
        // What a pass needs is looked up when its turn comes, and not held before.
        let answers = stream::iter(&passes).map(count).buffered(AT_ONCE);
        let answers = answers.collect().await;
        let work = Work::of(passes.len(), started, None);
        metrics::counted("mongo", work.passes, work.time, work.orders);
        self.lock().mongo.add(work);
        answers
    }

    /// The pass over lines that are rows; which orders may be seen, `store` says.
    fn within_rows<'a>(&self, pass: &'a Pass) -> Cow<'a, Pass> {
        let of_lines = self.rows.iter().filter(|it| it.is_of_lines());
        let of_lines: Vec<Predicate> = of_lines.cloned().collect();
        if of_lines.is_empty() {
            return Cow::Borrowed(pass);
        }
        let mut scope = Scope::clone(&pass.scope);
        for predicate in &mut scope.predicates {
            *predicate = predicate.among_lines(&of_lines);
        }
        scope.predicates.extend(of_lines);
        Cow::Owned(Pass {
            scope: Arc::new(scope),
            ..pass.clone()
        })
    }

    /// An answer that the request holds until it ends.
    fn held(&self, answer: Arc<Answer>) -> Counted {
        self.held.take(rows::answer_bytes(&answer))?;
        Ok(answer)
    }

    /// Holds so many bytes for the request until it is answered.
    ///
    /// # Errors
    /// When that is more than it may.
    pub fn hold(&self, bytes: usize) -> Result<(), Stopped> {
        self.held.take(bytes)
    }

    /// Holds as much again as an answer takes.
    ///
    /// # Errors
    /// When that is more than the request may.
    pub fn hold_copy(&self, answer: &Answer) -> Result<(), Stopped> {
        self.held.take(rows::answer_bytes(answer))
    }

    /// The instant up to which memory holds every change; `None` where MongoDB answers, as of now.
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        self.view.as_ref().map(|view| view.as_of)
    }

    /// The version of the shop that memory answers from; `None` where MongoDB answers.
    pub fn version(&self) -> Option<Version> {
        self.view.as_ref().map(View::version)
    }

    /// Whether memory knows what products and customers are called.
    pub fn knows_names(&self) -> bool {
        self.view.is_some()
    }

    /// What the product or customer with this id is called, as far as memory knows.
    pub fn name(&self, dimension: Dimension, id: &str) -> Option<String> {
        self.view
            .as_ref()?
            .snapshot
            .dictionaries
            .name(dimension, id)
    }

    /// What products or customers are called, by their ids; those that are gone are left out,
    /// and nothing is found for dimensions whose values are their own names.
    ///
    /// # Errors
    /// When MongoDB has to be asked and does not answer.
    pub async fn names(
        &self,
        of: Dimension,
        ids: &[&str],
    ) -> store::Result<HashMap<String, String>> {
        if self.knows_names() {
            let named = |id: &&str| Some(((*id).to_owned(), self.name(of, id)?));
            return Ok(ids.iter().filter_map(named).collect());
        }
        match of.names() {
            Some(Holder::Product) => self.store.product_names(ids).await,
            Some(Holder::Customer) => self.store.customer_names(ids).await,
            _ => Ok(HashMap::new()),
        }
    }

    /// What has been done for the request so far.
    pub fn works(&self) -> Works {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Works> {
        self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn of(passes: usize, since: Instant, orders: Option<usize>) -> Self {
        Self {
            passes,
            time: since.elapsed(),
            orders,
        }
    }

    fn add(&mut self, more: Self) {
        self.passes += more.passes;
        self.time += more.time;
        if let Some(orders) = more.orders {
            *self.orders.get_or_insert_default() += orders;
        }
    }
}
