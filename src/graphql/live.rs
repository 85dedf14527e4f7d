//! Live figures: subscriptions, run again when the shop has changed.
//!
//! A [`Feed`] runs one subscription for all who ask the same and may see the same. It waits
//! for the engine to say that the figures may be others, runs the subscription as a query is
//! run, and tells of the answer where it differs from the one before. Who is slow to read
//! misses answers, never the last one: a feed holds one answer, however many wait for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::{
    Request, Response, ServerError, Value, Variables, parser::types::ExecutableDocument,
};
use chrono::{DateTime, Timelike, Utc};
use futures::{Stream, stream};
use tokio::{
    sync::{Semaphore, watch},
    time::{Instant, sleep, sleep_until},
};

use super::{
    api::{Api, Run},
    error::{internal, of_request},
    metrics,
};
use crate::{auth::Scope, engine::memory::Version};

/// Feeds that run their subscription at the same time: the rest of the machine is for those
/// who ask.
const AT_ONCE: usize = 4;
/// A feed rests for so many times as long as its last run took.
const REST: u32 = 4;
/// How long a subscription that cannot be run waits before it is run again, should anybody
/// still listen.
const WITHOUT_INTERVAL: Duration = Duration::from_secs(1);

/// The feeds that somebody listens to.
#[derive(Clone, Debug)]
pub(super) struct Live {
    feeds: Arc<Mutex<HashMap<Question, Arc<Feed>>>>,
    turns: Arc<Semaphore>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            feeds: Arc::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

/// What is asked, and by whom as far as that matters: two that are equal have equal answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    query: String,
    operation: Option<String>,
    /// As GraphQL writes them.
    variables: String,
    scope: Arc<Scope>,
}

/// One subscription, for all who ask the same.
#[derive(Debug)]
struct Feed {
    latest: watch::Sender<Option<Answer>>,
    /// When the last one came for whom the latest answer is too old.
    joined: Arc<watch::Sender<Instant>>,
}

/// What a run has given.
#[derive(Clone, Debug)]
struct Answer {
    figures: Arc<Figures>,
    /// When it was begun.
    asked: Instant,
    /// The version of the shop that memory held by then.
    version: Option<Version>,
    as_of: DateTime<Utc>,
}

#[derive(Debug, PartialEq)]
struct Figures {
    data: Value,
    errors: Vec<ServerError>,
}

impl Answer {
    /// Whether it is what a query would give that is asked now, or was asked by then.
    fn is_of(&self, now: Option<&Version>, then: Instant) -> bool {
        let is_unchanged = now.is_some() && self.version.as_ref() == now;
        is_unchanged || self.asked >= then
    }

    fn response(&self) -> Response {
        // As the schema writes instants.
        let as_of = self.as_of.to_rfc3339();
        let mut response = Response::new(self.figures.data.clone());
        response.errors.clone_from(&self.figures.errors);
        response.extension("asOf", Value::from(as_of))
    }
}

impl Live {
    /// The answers to a subscription: the first at once, and each time that it is another.
    pub(super) fn answers(
        &self,
        api: &Api,
        request: Request,
        scope: Arc<Scope>,
    ) -> impl Stream<Item = Response> + Send + use<> {
        let (joined, latest) = self.join(api, request, scope);
        let listener = Listener {
            version: api.setup().shop.engine.version(),
            since: Instant::now(),
            joined,
            latest,
            told: None,
        };
        stream::unfold(Some(listener), async |listener| {
            Some(Listener::next(listener?).await)
        })
    }

    fn join(
        &self,
        api: &Api,
        mut request: Request,
        scope: Arc<Scope>,
    ) -> (Arc<watch::Sender<Instant>>, watch::Receiver<Option<Answer>>) {
        let question = Question {
            variables: request.variables.clone().into_value().to_string(),
            operation: request.operation_name.clone(),
            query: request.query.clone(),
            scope,
        };
        let mut feeds = self.lock();
        if let Some(feed) = feeds.get(&question) {
            return (Arc::clone(&feed.joined), feed.latest.subscribe());
        }
        let (sender, latest) = watch::channel(None);
        let joined = Arc::new(watch::Sender::new(Instant::now()));
        let feed = Arc::new(Feed {
            latest: sender,
            joined: Arc::clone(&joined),
        });
        feeds.insert(question.clone(), Arc::clone(&feed));
        metrics::feeds(feeds.len());
        let runner = Runner {
            live: self.clone(),
            api: api.clone(),
            document: request.parsed_query().ok().cloned(),
            variables: request.variables,
            question,
            feed,
        };
        tokio::spawn(runner.run());
        (joined, latest)
    }

    /// Forgets a feed; where `unless_heard`, only one that nobody listens to. Whether it is
    /// forgotten: who joins does so under the same lock.
    fn forget(&self, question: &Question, feed: &Arc<Feed>, unless_heard: bool) -> bool {
        let mut feeds = self.lock();
        if unless_heard && feed.latest.receiver_count() > 0 {
            return false;
        }
        if feeds.get(question).is_some_and(|it| Arc::ptr_eq(it, feed)) {
            feeds.remove(question);
            metrics::feeds(feeds.len());
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, Arc<Feed>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens to a feed.
struct Listener {
    joined: Arc<watch::Sender<Instant>>,
    latest: watch::Receiver<Option<Answer>>,
    /// What memory held when they came.
    version: Option<Version>,
    since: Instant,
    told: Option<Arc<Figures>>,
}

impl Listener {
    /// What is told next, and who listens on; nobody where the feed has broken off.
    async fn next(mut self) -> (Response, Option<Self>) {
        let is_news = |answer: &Option<Answer>| match (answer, &self.told) {
            (Some(answer), Some(told)) => {
                !Arc::ptr_eq(&answer.figures, told) && answer.figures != *told
            }
            (Some(answer), None) => answer.is_of(self.version.as_ref(), self.since),
            (None, _) => false,
        };
        if self.told.is_none() && !is_news(&self.latest.borrow()) {
            let since = self.since;
            self.joined.send_if_modified(|last| {
                let is_later = since > *last;
                *last = since.max(*last);
                is_later
            });
        }
        let news = self.latest.wait_for(is_news).await;
        let Some(answer) = news.ok().and_then(|it| it.clone()) else {
            return (Response::from_errors(vec![of_request(&internal())]), None);
        };
        let response = answer.response();
        self.told = Some(answer.figures);
        (response, Some(self))
    }
}

/// The task behind a feed.
struct Runner {
    live: Live,
    api: Api,
    question: Question,
    document: Option<ExecutableDocument>,
    variables: Variables,
    feed: Arc<Feed>,
}

impl Drop for Runner {
    /// Also where a resolver panics: whoever comes next gets a feed that runs.
    fn drop(&mut self) {
        self.live.forget(&self.question, &self.feed, false);
    }
}

impl Runner {
    async fn run(self) {
        loop {
            let round = async {
                let (asked, version) = (Instant::now(), self.api.setup().shop.engine.version());
                let run = self.answer().await;
                let interval = run.min_interval.unwrap_or(WITHOUT_INTERVAL);
                let rest = (asked.elapsed() * REST).max(interval);
                // What failed need not fail again, though the shop is the same.
                let version = version.filter(|_| run.response.errors.is_empty());
                self.tell(run, asked, version.clone());
                self.until_it_may_differ(version.as_ref(), asked, rest)
                    .await;
            };
            tokio::select! {
                () = round => {}
                () = self.feed.latest.closed() => {
                    if self.live.forget(&self.question, &self.feed, true) {
                        return;
                    }
                }
            }
        }
    }

    async fn answer(&self) -> Run {
        let question = &self.question;
        let mut request = Request::new(&question.query).variables(self.variables.clone());
        request.operation_name.clone_from(&question.operation);
        if let Some(document) = &self.document {
            request.set_parsed_query(document.clone());
        }
        // Never closed.
        let _turn = self.live.turns.acquire().await;
        self.api.run(request, Arc::clone(&question.scope)).await
    }

    /// Tells of an answer; those who know the same already only learn as of when it is.
    fn tell(&self, run: Run, asked: Instant, version: Option<Version>) {
        let figures = Figures {
            data: run.response.data,
            errors: run.response.errors,
        };
        self.feed.latest.send_modify(|latest| {
            let before = latest.take().map(|it| it.figures);
            let same = before.filter(|before| **before == figures);
            *latest = Some(Answer {
                figures: same.unwrap_or_else(|| Arc::new(figures)),
                asked,
                version,
                as_of: run.as_of,
            });
        });
    }

    /// Waits until the shop has changed, or the time of day may have moved a period, but not
    /// longer than until somebody comes who has to have an answer.
    async fn until_it_may_differ(&self, version: Option<&Version>, asked: Instant, rest: Duration) {
        let setup = self.api.setup();
        let due = async {
            sleep_until(asked + rest).await;
            tokio::select! {
                () = setup.shop.engine.changed(version) => {}
                () = sleep(until_next_minute((setup.shop.clock)())) => {}
            }
        };
        let mut joined = self.feed.joined.subscribe();
        tokio::select! {
            () = due => {}
            _ = joined.wait_for(|last| *last > asked) => {}
        }
    }
}

/// Every period begins and ends with a minute, in any time zone.
fn until_next_minute(now: DateTime<Utc>) -> Duration {
    let gone = Duration::from_secs(now.second().into());
    Duration::from_secs(60).saturating_sub(gone)
}
