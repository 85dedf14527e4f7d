//! A shop to ask, without HTTP in between.

use std::{sync::Arc, time::Duration};

use async_graphql::{Executor as _, Request, Response};
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use salesgraph::{
    asking,
    auth::{Identity, Scope},
    engine::{
        COUNTING_BYTES, Choice, Engine,
        memory::{Options, Replica},
    },
    graphql::{self, AnswerLimits, Api, SettingsOverrides, Setup},
    kpi::Vocabulary,
    store::Store,
    tables::Tables,
};
use serde_json::Value;

/// What time it is in the tests: 10 April 2024, 12:00 in Paris.
const NOW: &str = "2024-04-10T10:00:00Z";

/// A schema over a database, and its tables, at a time that stands still.
pub struct Shop {
    api: Api,
    tables: Tables,
}

impl Shop {
    /// Counted by MongoDB.
    pub fn over(store: Store) -> Self {
        Self::counted_by(Choice::Mongo, store)
    }

    /// Counted from memory, with everything that the database holds by now.
    pub async fn in_memory(store: Store) -> Self {
        let replica = replica(&store);
        caught_up(&replica).await;
        Self::counted_by(Choice::Memory(replica), store)
    }

    pub fn counted_by(choice: Choice, store: Store) -> Self {
        Self::limited(AnswerLimits::DEFAULT, choice, store)
    }

    /// One that speaks a shop's own words.
    pub fn speaking(vocabulary: &'static Vocabulary, choice: Choice, store: Store) -> Self {
        Self::made(
            AnswerLimits::DEFAULT,
            COUNTING_BYTES,
            choice,
            store,
            vocabulary,
        )
    }

    /// One whose requests may hold so many bytes while they are counted.
    pub fn holding(counting_bytes: usize, choice: Choice, store: Store) -> Self {
        Self::made(
            AnswerLimits::DEFAULT,
            counting_bytes,
            choice,
            store,
            Vocabulary::built_in(),
        )
    }

    /// One whose answers may cost so much.
    pub fn limited(limits: AnswerLimits, choice: Choice, store: Store) -> Self {
        Self::made(
            limits,
            COUNTING_BYTES,
            choice,
            store,
            Vocabulary::built_in(),
        )
    }

    fn made(
        limits: AnswerLimits,
        counting_bytes: usize,
        choice: Choice,
        store: Store,
        vocabulary: &'static Vocabulary,
    ) -> Self {
        let shop = asking::Shop {
            engine: Engine::new(choice, counting_bytes),
            store,
            overrides: SettingsOverrides::default(),
            vocabulary,
            clock: || NOW.parse().unwrap(),
        };
        let api = graphql::schema(Setup {
            shop: shop.clone(),
            limits,
        });
        #[cfg(feature = "sql")]
        let rows = Some(rows(&shop));
        #[cfg(not(feature = "sql"))]
        let rows = None;
        let tables = Tables {
            shop,
            passes: limits.passes,
            bytes: limits.bytes,
            rows,
        };
        Self { api, tables }
    }

    pub fn into_api(self) -> Api {
        self.api
    }

    pub fn into_parts(self) -> (Api, Tables) {
        (self.api, self.tables)
    }

    pub async fn execute(&self, query: &str) -> Response {
        self.api.execute(query).await
    }

    /// The answers to a subscription of who may see so much.
    pub fn subscribe_as(&self, scope: &Arc<Scope>, query: &str) -> BoxStream<'static, Response> {
        let request = Request::new(query).data(identity(scope));
        self.api.execute_stream(request, None)
    }

    /// The answer to who may see so much.
    pub async fn execute_as(&self, scope: &Arc<Scope>, query: &str) -> Response {
        let request = Request::new(query).data(identity(scope));
        self.api.execute(request).await
    }

    /// The data of an answer without errors.
    pub async fn data(&self, query: &str) -> Value {
        let response = self.execute(query).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        let text = serde_json::to_string(&response.data).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// What gives rows, in builds that have it.
#[cfg(feature = "sql")]
fn rows(shop: &asking::Shop) -> Arc<dyn salesgraph::tables::RowTables> {
    use salesgraph::{
        auth::{Gate, Quota, Quotas},
        sql::{Setup, Sql},
    };

    let quotas = Quotas::new(Quota::default(), || NOW.parse().unwrap());
    Arc::new(Sql::new(Setup {
        shop: shop.clone(),
        gate: Gate::Open,
        quotas: Arc::new(quotas),
        passes: AnswerLimits::DEFAULT.passes,
        memory: COUNTING_BYTES,
        connections: 1,
        tls: None,
        deadline: Duration::from_secs(60),
    }))
}

/// A shop whose every question goes to both engines.
pub struct BothEngines {
    mongo: Shop,
    memory: Shop,
}

impl BothEngines {
    pub async fn over(store: Store) -> Self {
        Self::speaking(Vocabulary::built_in(), store).await
    }

    /// Of a shop that has words of its own.
    pub async fn speaking(vocabulary: &'static Vocabulary, store: Store) -> Self {
        let replica = replica_of(vocabulary, usize::MAX, &store);
        caught_up(&replica).await;
        let shop = |choice| Shop::speaking(vocabulary, choice, store.clone());
        Self {
            mongo: shop(Choice::Mongo),
            memory: shop(Choice::Memory(replica)),
        }
    }

    /// The data of an answer without errors, which both must give.
    pub async fn data(&self, query: &str) -> Value {
        let (mongo, memory) = tokio::join!(self.mongo.data(query), self.memory.data(query));
        assert_eq!(memory, mongo, "memory's answer is not MongoDB's to {query}");
        mongo
    }

    /// What the one error of an answer says, which both must give.
    pub async fn error(&self, query: &str) -> String {
        let [mongo, memory] = [&self.mongo, &self.memory].map(async |shop| {
            let errors = shop.execute(query).await.errors;
            assert_eq!(errors.len(), 1, "{errors:?}");
            errors[0].message.clone()
        });
        let (mongo, memory) = tokio::join!(mongo, memory);
        assert_eq!(memory, mongo, "memory's error is not MongoDB's to {query}");
        mongo
    }
}

/// Waits until a replica holds everything that the database holds by now.
pub async fn caught_up(replica: &Replica) {
    let caught_up = replica.has_caught_up_with(now());
    let waited = tokio::time::timeout(Duration::from_secs(60), caught_up).await;
    waited.expect("the replica catches up");
}

/// A replica of the database that has all the memory it needs.
pub fn replica(store: &Store) -> Replica {
    replica_within(usize::MAX, store)
}

/// A replica of the database that may take so many bytes.
pub fn replica_within(budget: usize, store: &Store) -> Replica {
    replica_of(Vocabulary::built_in(), budget, store)
}

/// A replica of a shop that has words of its own.
pub fn replica_of(vocabulary: &'static Vocabulary, budget: usize, store: &Store) -> Replica {
    let options = Options {
        budget,
        // Never: a test that needs another load asks for it.
        reload_every: Duration::from_secs(3600),
        clock: now,
        vocabulary,
    };
    Replica::start(store.clone(), options)
}

/// Somebody who may see so much.
fn identity(scope: &Arc<Scope>) -> Identity {
    Identity {
        name: "somebody".into(),
        scope: Arc::clone(scope),
        expires_at: None,
    }
}

/// The time of day: what changes in a database is dated by its clock.
#[expect(clippy::disallowed_methods, reason = "the one place in the tests")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
