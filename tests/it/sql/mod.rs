//! SQL over the Postgres wire, as clients speak it.

mod access;
mod answers;
mod catalogue;
mod conditions;
mod copies;
mod figures;
mod limits;
mod refusals;
mod rows;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use salesgraph::{
    asking,
    auth::{Gate, Quota, Quotas},
    engine::{COUNTING_BYTES, Choice, Engine},
    graphql::{AnswerLimits, SettingsOverrides},
    kpi::Vocabulary,
    sql::{self, Setup},
    store::Store,
};
use tokio::net::TcpListener;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, error::DbError};

use crate::small_shop::small_shop;

/// What all statements together may hold of what has been counted.
const MEMORY: usize = 32 << 20;

/// The most clients at the same time.
const CONNECTIONS: usize = 3;

fn now() -> DateTime<Utc> {
    "2024-04-10T10:00:00Z".parse().unwrap()
}

/// What anybody may ask of a shop that this engine counts.
fn setup(engine: Engine, store: Store) -> Setup {
    Setup {
        shop: asking::Shop {
            engine,
            store,
            overrides: SettingsOverrides::default(),
            vocabulary: Vocabulary::built_in(),
            clock: now,
        },
        gate: Gate::Open,
        quotas: Arc::new(Quotas::new(Quota::default(), now)),
        passes: AnswerLimits::DEFAULT.passes,
        memory: MEMORY,
        connections: CONNECTIONS,
        tls: None,
        deadline: Duration::from_secs(60),
    }
}

/// A client of a small shop that MongoDB counts.
async fn shop(name: &str) -> Sql {
    let store = small_shop(name).await;
    Served::start(Choice::Mongo, store).await.client().await
}

/// A server of SQL that runs as long as the test does.
struct Served {
    port: u16,
}

impl Served {
    /// One that anybody may ask.
    async fn start(choice: Choice, store: Store) -> Self {
        Self::guarded(Gate::Open, choice, store).await
    }

    async fn guarded(gate: Gate, choice: Choice, store: Store) -> Self {
        Self::with(Setup {
            gate,
            ..setup(Engine::new(choice, COUNTING_BYTES), store)
        })
        .await
    }

    async fn with(setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(sql::serve(listener, Arc::new(sql::Sql::new(setup))));
        Self { port }
    }

    async fn client(&self) -> Sql {
        self.connected("anybody").await.unwrap()
    }

    async fn connected(&self, password: &str) -> Result<Sql, tokio_postgres::Error> {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("anybody");
        config.dbname("salesgraph").password(password);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(Sql(client))
    }
}

/// A connected client.
struct Sql(Client);

impl Sql {
    /// The rows of the last statement, as text.
    async fn rows(&self, statement: &str) -> Vec<Vec<Option<String>>> {
        let messages = self.0.simple_query(statement).await;
        let messages = messages.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => {
                let cell = |at| row.get(at).map(str::to_owned);
                Some((0..row.len()).map(cell).collect())
            }
            _ => None,
        };
        messages.into_iter().filter_map(row).collect()
    }

    /// The rows with missing values as `-`, to compare with a table.
    async fn table(&self, statement: &str) -> Vec<String> {
        let rows = self.rows(statement).await;
        let shown = |row: &Vec<Option<String>>| {
            let cells = row.iter().map(|it| it.as_deref().unwrap_or("-"));
            cells.collect::<Vec<_>>().join(" | ")
        };
        rows.iter().map(shown).collect()
    }

    /// The SQLSTATE and message that a statement is refused with.
    async fn refusal(&self, statement: &str) -> (String, String) {
        let refused = self.0.simple_query(statement).await;
        said(&refused.expect_err(statement))
    }
}

/// What the server says of an error.
fn said(error: &tokio_postgres::Error) -> (String, String) {
    let said: &DbError = error.as_db_error().unwrap_or_else(|| panic!("{error:?}"));
    (said.code().code().to_owned(), said.message().to_owned())
}
