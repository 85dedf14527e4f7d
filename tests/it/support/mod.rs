//! What the tests share: a server of their own, empty databases, counted commands.

mod commands;
mod served;
mod server;
mod shop;
mod socket;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use mongodb::options::ClientOptions;
use salesgraph::{
    bridge::Source,
    store::{Options, Store},
};
use tokio::time::timeout;

pub use commands::CommandCounter;
pub use served::Served;
pub use server::{program, server_folder, server_uri};
pub use shop::{BothEngines, Shop, caught_up, replica, replica_of, replica_within};
pub use socket::{Heard, Socket};

/// MongoDB's limit for the name of a database.
const LONGEST_DATABASE_NAME: usize = 63;

/// An empty database of its own on the tests' server.
pub async fn fresh_store(name: &str) -> Store {
    Store::connect(&store_options(fresh_database(name)))
        .await
        .expect("the tests' own connection string is right")
}

/// A second handle on the same database, for another runtime.
pub async fn reconnected(store: &Store) -> Store {
    let options = store_options(store.database().name().to_owned());
    Store::connect(&options)
        .await
        .expect("the tests' own connection string is right")
}

/// A database of the tests' server as a shop's own.
pub async fn source_in(store: &Store) -> Source {
    let source = Source::connect(&store_options(store.database().name().to_owned())).await;
    source.expect("the tests' own connection string is right")
}

/// A second handle on the same database whose commands are counted from now on.
pub async fn counted(store: &Store) -> (Store, CommandCounter) {
    let counter = CommandCounter::default();
    let options = store_options(store.database().name().to_owned());
    let client = counting_client(&options.uri, &counter).await;
    let store = Store::with_client_options(client, &options).expect("the options are right");
    (store, counter)
}

/// Driver options whose commands the counter counts.
pub async fn counting_client(uri: &str, counter: &CommandCounter) -> ClientOptions {
    let mut client = ClientOptions::parse(uri)
        .await
        .expect("the tests' own connection string is right");
    client.command_event_handler = Some(counter.handler());
    client
}

/// What comes within half a minute.
pub async fn soon<T>(coming: impl Future<Output = T>) -> T {
    let come = timeout(Duration::from_secs(30), coming).await;
    come.expect("it comes within half a minute")
}

/// The data that lies beside the repository, or `None` where it does not:
/// then say so and skip.
pub fn shared_dir() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("SALESGRAPH_SHARED").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn store_options(database: String) -> Options {
    Options {
        uri: server_uri().to_owned(),
        database,
        deadline: Duration::from_secs(60),
    }
}

/// Two tests may choose the same name: the number keeps them apart.
fn fresh_database(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let name: String = name.chars().filter(|letter| allowed(*letter)).collect();
    let mut database = format!("t{number}_{name}");
    database.truncate(LONGEST_DATABASE_NAME);
    database
}
