//! `salesgraph serve`, and the serving half of `salesgraph demo`.

use std::{cmp::Reverse, io, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use futures::future::{BoxFuture, FutureExt};
use tokio::{net::TcpListener, task::AbortHandle};

use super::{
    Failure, access, clock,
    door::Door,
    failure::in_one_line,
    indexes,
    metrics::Recorder,
    odd,
    options::{self, Database, EngineChoice, Serve, Serving},
};
use crate::{
    asking::Shop,
    auth::Quotas,
    engine::{
        Choice, Engine,
        memory::{self, Replica},
    },
    graphql::{self, Setup},
    http::{self, App, Readiness},
    kpi::Vocabulary,
    store::{self, Store},
    tables::Tables,
};

/// How long running requests may go on after the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long it may take to load the shop into memory; ten million orders take half a minute,
/// which is nobody's question.
const LOADING: Duration = Duration::from_secs(600);
/// How long the database may take to give a sign of life.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn run(options: Serve) -> Result<ExitCode, Failure> {
    if let Some(model) = options.source.model.clone() {
        return Box::pin(super::bridge::run(options, &model)).await;
    }
    let vocabulary = Vocabulary::built_in();
    access::check(&options.serving, vocabulary)?;
    let store = connect(&options.server.uri()?, &options.serving.database).await?;
    let door = Door::open(&options.serving).await?;
    let stop = stop_signal()?;
    serve(door, store, vocabulary, options.serving, stop).await
}

/// A handle on the database that the options name; it need not be there yet.
pub(super) async fn connect(uri: &str, database: &Database) -> Result<Store, Failure> {
    let options = store::Options {
        uri: uri.to_owned(),
        database: database.database.clone(),
        deadline: database.query_timeout,
    };
    let store = Store::connect(&options).await;
    store.map_err(|error| Failure::usage(without_secrets(uri, &in_one_line(&error))))
}

/// Serves the database until `stop`.
pub(super) async fn serve(
    mut door: Door,
    store: Store,
    vocabulary: &'static Vocabulary,
    options: Serving,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<ExitCode, Failure> {
    raise_file_limit();
    // Before the engine starts: it says what it holds as soon as it is loaded.
    let recorder = Recorder::install().map_err(Failure::runtime)?;
    let apart = store.apart(LOADING).map_err(Failure::runtime)?;
    let creates_indexes = !options.indexes.no_create_indexes;
    let upkeep = upkeep_task(store.clone(), apart.clone(), creates_indexes);
    let gate = access::gate(&options.access, &store, vocabulary).await?;
    let limits = options.http.answer_limits();
    let served = shop(&store, &apart, vocabulary, &options);
    let quotas = Arc::new(Quotas::new(options.access.quota(), clock::now));
    let (rows, sql) = super::sql::start(&options, &served, (&gate, &quotas), &mut door)?;
    let app = App {
        gate,
        quotas,
        schema: graphql::schema(Setup {
            shop: served.clone(),
            limits,
        }),
        tables: Some(Tables {
            shop: served,
            passes: limits.passes,
            bytes: limits.bytes,
            rows,
        }),
        limits: options.http.limits(),
        persisted: door.persisted.clone(),
        request_timeout: options.http.request_timeout,
        sockets: options.http.sockets(),
        over_tls: door.tls.is_some(),
        hosts: door.hosts.clone(),
        framing: door.framing.clone(),
        readiness: Arc::new(Ping(store.apart(PATIENCE).map_err(Failure::runtime)?)),
        metrics: recorder.handle.clone(),
    };
    let stop = async {
        stop.await;
        tracing::info!("stopping; running requests may finish");
    };
    let connections = door.connections;
    tracing::info!("listening on {}", door.address().map_err(Failure::runtime)?);
    let (listener, _renewal) = door.into_listener()?;
    http::serve(listener, http::router(app), connections, stop, GRACE).await;
    upkeep.abort();
    sql.inspect(AbortHandle::abort);
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The shop that is asked about.
fn shop(store: &Store, apart: &Store, vocabulary: &'static Vocabulary, options: &Serving) -> Shop {
    let counting_bytes = options.http.counting_bytes();
    Shop {
        engine: engine(apart, vocabulary, &options.engine, counting_bytes),
        store: store.clone(),
        overrides: options.shop.clone().into(),
        vocabulary,
        clock: clock::now,
    }
}

/// What listens where an option says.
pub(super) async fn listener(option: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| in_use(option, address, &error))
}

/// Why an address cannot be had.
pub(super) fn in_use(option: &str, address: SocketAddr, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "cannot listen on {address} ({error}); give another {option}"
    ))
}

/// The engine; what loads the shop and follows it asks through a store of its own.
fn engine(
    apart: &Store,
    vocabulary: &'static Vocabulary,
    options: &options::Engine,
    counting_bytes: usize,
) -> Engine {
    let replica = || {
        let budget = usize::try_from(options.memory_budget.as_u64()).unwrap_or(usize::MAX);
        let options = memory::Options {
            budget,
            reload_every: options.reload_every,
            clock: clock::now,
            vocabulary,
        };
        Replica::start(apart.clone(), options)
    };
    let choice = match options.engine {
        EngineChoice::Mongo => Choice::Mongo,
        EngineChoice::Auto => Choice::Auto(replica()),
        EngineChoice::Memory => Choice::Memory(replica()),
    };
    Engine::new(choice, counting_bytes)
}

/// Creates indexes, then looks for odd documents, of which one of them is.
fn upkeep_task(store: Store, apart: Store, creates_indexes: bool) -> AbortHandle {
    let upkeep = async move {
        if creates_indexes {
            indexes::create(store).await;
        }
        odd::watch(apart).await;
    };
    tokio::spawn(upkeep).abort_handle()
}

/// Lets the process have as many files open as it may: each connection is one.
#[cfg(unix)]
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: maximum,
        maximum,
    };
    // A limit that cannot be raised is still one to serve under.
    let _ = setrlimit(Resource::Nofile, most);
}

/// Other systems have no such limit.
#[cfg(not(unix))]
fn raise_file_limit() {}

/// Ready when the database answers a ping.
struct Ping(Store);

impl Readiness for Ping {
    fn ready(&self) -> BoxFuture<'_, bool> {
        self.0.ping(PATIENCE).map(|answer| answer.is_ok()).boxed()
    }
}

/// Done when the process is told to stop, by Ctrl-C or by its supervisor.
///
/// From the first call on, the signals no longer end the process by themselves.
#[cfg(unix)]
pub(super) fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::runtime)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done when the process is told to stop by Ctrl-C.
#[cfg(not(unix))]
pub(super) fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// A message about a connection string, without the password in it.
pub(super) fn without_secrets(uri: &str, message: &str) -> String {
    let authority = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let password = user.split_once(':').map_or("", |(_, password)| password);
    let parts = password.split(['@', '/']).chain([password]);
    // Shorter ones are part of ordinary words.
    let mut parts: Vec<&str> = parts.filter(|part| part.len() > 2).collect();
    parts.sort_by_key(|part| Reverse(part.len()));
    parts.iter().fold(message.to_owned(), |message, part| {
        message.replace(part, "***")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wrong_connection_string_is_named_without_its_password() {
        let database = Database {
            database: "shop".into(),
            query_timeout: Duration::from_secs(1),
        };
        for uri in [
            "mongodb://ada:hun/ter2@db.example",
            "mongodb://ada:hunter2@db.example:port",
            "mongodb://ada:hunter2%zz@db.example",
            "mongodb://ada:hunter2@db.example/?authMechanism=hunter2",
            "mysql://ada:hunter2@db.example",
        ] {
            let failure = connect(uri, &database).await.unwrap_err().to_string();
            assert!(failure.contains("connection string"), "{failure}");
            assert!(!failure.contains("ter2"), "{failure}");
        }
    }
}
