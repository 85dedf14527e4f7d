//! One handle on the database, with a deadline around everything it does.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use bson::Timestamp;
use mongodb::{
    Client, Collection, Database,
    bson::{doc, serialize_to_document},
    error::ErrorKind,
    options::{ClientOptions, ReadConcern, WriteConcern},
};
use tokio::sync::Semaphore;

use super::{Customer, Location, Order, Product, Rows, ShopSettings, odd::Lookups};

/// Where the database is and how long to wait for it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection string, `mongodb://…` or `mongodb+srv://…`.
    pub uri: String,
    /// The database's name.
    pub database: String,
    /// How long one operation may take before it is given up.
    pub deadline: Duration,
}

/// Why the database did not answer, told apart by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No server could be reached; it may come back.
    #[error("the database cannot be reached")]
    Unavailable(#[source] mongodb::error::Error),
    /// The operation took longer than its deadline.
    #[error("the database did not answer in time")]
    Deadline,
    /// The connection string cannot be used.
    #[error("the MongoDB connection string is wrong: {0}")]
    BadUri(#[source] mongodb::error::Error),
    /// What a request may see can only be told by more ids than the database takes.
    #[error("what the request may see takes more than {0} ids to tell")]
    TooManyIds(usize),
    /// Anything else; for the log, not for clients.
    #[error("the database refused the operation")]
    Failed(#[source] mongodb::error::Error),
}

/// The result of a database operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// MongoDB's code for an operation that ran past its `maxTimeMS`.
const MAX_TIME_EXPIRED: i32 = 50;

/// The server's codes where it is the wrong one to ask for a moment: it starts, stops, steps
/// down or is being elected, or what it would pass the question on to does.
const IN_BETWEEN: [i32; 12] = [
    6, 7, 89, 91, 134, 189, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
];

/// The server's codes where a collection was renamed or dropped while it was read, its cursor
/// ended, or what it is was changing: a load of the whole shop puts its collections in the
/// place of those that were there.
const GONE_MEANWHILE: [i32; 6] = [26, 43, 112, 175, 237, 246];

/// The server's code where a document of that id is there already.
const DUPLICATE_KEY: i32 = 11_000;

/// How often what only reads is asked until it is told that it breaks off.
pub const TRIES: usize = 3;

/// The server's codes where a change stream cannot be resumed: its history is gone, or its
/// token is.
pub const NOT_RESUMABLE: [i32; 3] = [260, 280, 286];

impl Error {
    /// Whether the server refused a command with one of these codes.
    #[must_use]
    pub fn has_code(&self, codes: &[i32]) -> bool {
        let Self::Failed(error) = self else {
            return false;
        };
        matches!(&*error.kind, ErrorKind::Command(command) if codes.contains(&command.code))
    }

    /// Which of the documents that were inserted have ids that others had before; `None` where
    /// something else went wrong, too.
    #[must_use]
    pub fn duplicates(&self) -> Option<BTreeSet<usize>> {
        let Self::Failed(error) = self else {
            return None;
        };
        let ErrorKind::InsertMany(refused) = &*error.kind else {
            return None;
        };
        let errors = refused.write_errors.as_ref()?;
        let is_all = refused.write_concern_error.is_none()
            && errors.iter().all(|it| it.code == DUPLICATE_KEY);
        is_all.then(|| errors.iter().map(|it| it.index).collect())
    }

    /// Whether what only reads broke off, and may go well if it is asked again at once. A
    /// server that has been looked for in vain is not looked for again.
    #[must_use]
    pub fn broke_off(&self) -> bool {
        match self {
            Self::Unavailable(error) => !matches!(*error.kind, ErrorKind::ServerSelection { .. }),
            other => other.has_code(&GONE_MEANWHILE),
        }
    }
}

impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        match *error.kind {
            ErrorKind::Command(ref command) if command.code == MAX_TIME_EXPIRED => Self::Deadline,
            ErrorKind::Command(ref command) if IN_BETWEEN.contains(&command.code) => {
                Self::Unavailable(error)
            }
            ErrorKind::ServerSelection { .. }
            | ErrorKind::Io(_)
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::DnsResolve { .. } => Self::Unavailable(error),
            _ => Self::Failed(error),
        }
    }
}

/// The shop's database.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    deadline: Duration,
    /// How the client was made, to make another one like it.
    client: Arc<ClientOptions>,
    /// Operations that may run at the same time.
    turns: Arc<Semaphore>,
    /// What is one request's own, where this is the store of one.
    request: Option<Arc<OfRequest>>,
}

/// What a request does not share with others.
#[derive(Debug)]
struct OfRequest {
    /// Its operations that may run at the same time.
    turns: Semaphore,
    lookups: Lookups,
    /// The rows that it may see.
    rows: Rows,
}

/// Operations that run at the same time, and the driver's connections for them. The driver
/// is not asked for more: it hands connections out one at a time to those who wait, also
/// to those who have left since, and a second's crowd would keep it busy for minutes.
const OPERATIONS: u32 = 16;
/// Those of one request: others find a turn beside it.
const OF_ONE_REQUEST: usize = 8;

impl Store {
    /// A handle on the database; no connection is made until it is used.
    ///
    /// # Errors
    /// [`Error::BadUri`] when the connection string cannot be parsed.
    pub async fn connect(options: &Options) -> Result<Self> {
        let client = ClientOptions::parse(&options.uri)
            .await
            .map_err(Error::BadUri)?;
        Self::with_client_options(client, options)
    }

    /// As [`Store::connect`], with driver options already made: to watch the commands, say.
    ///
    /// # Errors
    /// [`Error::BadUri`] when the driver cannot use the options.
    pub fn with_client_options(mut client: ClientOptions, options: &Options) -> Result<Self> {
        client.app_name.get_or_insert_with(|| "salesgraph".into());
        // The driver waits 30 s for a server by default; a person waits less.
        client
            .server_selection_timeout
            .get_or_insert(Duration::from_secs(5));
        client.connect_timeout.get_or_insert(Duration::from_secs(5));
        client
            .write_concern
            .get_or_insert_with(WriteConcern::majority);
        client.read_concern.get_or_insert_with(ReadConcern::local);
        let operations = *client.max_pool_size.get_or_insert(OPERATIONS);
        Self::made(client, &options.database, options.deadline, operations)
    }

    fn made(
        options: ClientOptions,
        database: &str,
        deadline: Duration,
        operations: u32,
    ) -> Result<Self> {
        let client = Client::with_options(options.clone()).map_err(Error::BadUri)?;
        let turns = usize::try_from(operations).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Self {
            database: client.database(database),
            deadline,
            client: Arc::new(options),
            turns: Arc::new(Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS))),
            request: None,
        })
    }

    /// The same database with connections, turns and a deadline of its own, so that what runs
    /// here never waits for what requests ask.
    ///
    /// # Errors
    /// [`Error::BadUri`] when the driver cannot use the options.
    pub fn apart(&self, deadline: Duration) -> Result<Self> {
        let options = ClientOptions::clone(&self.client);
        let operations = options.max_pool_size.unwrap_or(OPERATIONS);
        Self::made(options, self.database.name(), deadline, operations)
    }

    /// The same database for one request, which leaves turns to others and looks for odd
    /// documents once; it sees these rows.
    #[must_use]
    pub fn for_request(&self, rows: Rows) -> Self {
        Self {
            request: Some(Arc::new(OfRequest {
                turns: Semaphore::new(OF_ONE_REQUEST),
                lookups: Lookups::default(),
                rows,
            })),
            ..self.clone()
        }
    }

    /// How long one operation may take; pass it on to the server as `maxTimeMS`.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(super) fn lookups(&self) -> Option<&Lookups> {
        self.request.as_ref().map(|request| &request.lookups)
    }

    pub(super) fn sees_all_rows(&self) -> bool {
        self.rows().is_none_or(Rows::are_all)
    }

    pub(super) fn rows(&self) -> Option<&Rows> {
        self.request.as_ref().map(|request| &request.rows)
    }

    /// The database itself.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The orders.
    #[must_use]
    pub fn orders(&self) -> Collection<Order> {
        self.database.collection("orders")
    }

    /// The customers.
    #[must_use]
    pub fn customers(&self) -> Collection<Customer> {
        self.database.collection("customers")
    }

    /// The products.
    #[must_use]
    pub fn products(&self) -> Collection<Product> {
        self.database.collection("products")
    }

    /// The locations.
    #[must_use]
    pub fn locations(&self) -> Collection<Location> {
        self.database.collection("locations")
    }

    /// Waits for an operation, and for its turn before that, but no longer than the deadline.
    ///
    /// The driver has no socket timeout: without this, a server that hangs
    /// would hang its caller for good. Whoever is dropped while it waits for its turn
    /// never reaches the driver.
    ///
    /// # Errors
    /// [`Error::Deadline`] when the time is up, else the operation's own error.
    pub async fn bounded<T>(
        &self,
        operation: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> Result<T> {
        let operation = async {
            // Never closed.
            let _own = match &self.request {
                Some(request) => request.turns.acquire().await.ok(),
                None => None,
            };
            let _turn = self.turns.acquire().await.ok();
            operation.await
        };
        bounded(self.deadline, operation).await
    }

    /// As [`Store::bounded`], for what only reads: it is asked again where it broke off.
    ///
    /// The driver does so by itself, but neither for commands nor for the rest of an answer
    /// that comes in several parts.
    ///
    /// # Errors
    /// As those of [`Store::bounded`].
    pub async fn read<T, R>(&self, question: impl Fn() -> R) -> Result<T>
    where
        R: IntoFuture<Output = mongodb::error::Result<T>>,
    {
        // Boxed: the driver's futures are large.
        let ask = || self.bounded(Box::pin(question().into_future()));
        for _ in 1..TRIES {
            match ask().await {
                Err(error) if error.broke_off() => {}
                answer => return answer,
            }
        }
        ask().await
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    /// When it gives none within `patience`.
    pub async fn ping(&self, patience: Duration) -> Result<()> {
        let patience_ms = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
        let ping = doc! { "ping": 1, "maxTimeMS": patience_ms };
        let ping = self.database.run_command(ping);
        bounded(patience, ping.into_future()).await.map(drop)
    }

    /// The server's own time; `None` where it keeps none, being no member of a replica set:
    /// then it has neither change streams nor transactions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cluster_time(&self) -> Result<Option<Timestamp>> {
        let hello = || self.database.run_command(doc! { "hello": 1 });
        let hello = self.read(hello).await?;
        let is_router = hello.get_str("msg").is_ok_and(|it| it == "isdbgrid");
        let has_time = hello.contains_key("setName") || is_router;
        let time = hello.get_timestamp("operationTime").ok();
        Ok(time.filter(|_| has_time))
    }

    /// Tells one database from another: its servers and its name.
    #[must_use]
    pub fn address(&self) -> String {
        let mut hosts: Vec<String> = self.client.hosts.iter().map(ToString::to_string).collect();
        hosts.sort();
        format!("{}/{}", hosts.join(","), self.database.name())
    }

    /// The shop's settings, or `None` while the database holds no shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settings(&self) -> Result<Option<ShopSettings>> {
        let shop = self.database.collection::<ShopSettings>("shop");
        let find = || {
            let find = shop.find_one(doc! { "_id": ShopSettings::ID });
            find.max_time(self.deadline)
        };
        self.read(find).await
    }

    /// Writes the shop's settings over those that are there.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn save_settings(&self, settings: &ShopSettings) -> Result<()> {
        let settings = serialize_to_document(settings).map_err(mongodb::error::Error::from)?;
        let shop = self.database.collection("shop");
        let replace = shop
            .replace_one(doc! { "_id": ShopSettings::ID }, settings)
            .upsert(true);
        self.bounded(replace).await.map(drop)
    }
}

async fn bounded<T>(
    limit: Duration,
    operation: impl Future<Output = mongodb::error::Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(limit, operation).await {
        Ok(result) => result.map_err(Error::from),
        Err(_) => Err(Error::Deadline),
    }
}
