//! The managed server: its life, and what it makes of what a crash left behind.

use std::{path::Path, process::Stdio, time::Duration};

use mongodb::{
    Client,
    bson::{Document, doc},
};
use salesgraph::mongod::{Error, Mongod, Options};
use tokio::{net::TcpListener, process::Command};

use crate::support::{program, server_folder};

fn options(folder: &Path) -> Options {
    let mut options = Options::new(program(), folder);
    options.arguments = vec!["--wiredTigerCacheSizeGB=0.25".into()];
    options
}

async fn write(mongod: &Mongod) {
    let notes = Client::with_uri_str(mongod.uri()).await.unwrap();
    let notes = notes.database("x").collection("notes");
    notes.insert_one(doc! {}).await.unwrap();
}

async fn written(mongod: &Mongod) -> u64 {
    let notes = Client::with_uri_str(mongod.uri()).await.unwrap();
    let notes = notes.database("x").collection::<Document>("notes");
    notes.count_documents(doc! {}).await.unwrap()
}

#[tokio::test]
async fn a_second_start_finds_the_data_on_the_same_port() {
    let folder = server_folder();
    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    let port = mongod.port();
    write(&mongod).await;
    mongod.stop().await.unwrap();

    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    assert_eq!(mongod.port(), port);
    assert_eq!(written(&mongod).await, 1);
    mongod.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_on_another_port_finds_the_data_too() {
    let folder = server_folder();
    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    let port = mongod.port();
    write(&mongod).await;
    mongod.stop().await.unwrap();

    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let squatter = tokio::spawn(hang_up(listener));
    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    assert_ne!(mongod.port(), port);
    assert_eq!(written(&mongod).await, 1);
    write(&mongod).await;
    mongod.stop().await.unwrap();
    squatter.abort();
}

/// Some other service on the port, which has nothing to say to a `mongod`.
async fn hang_up(listener: TcpListener) {
    while let Ok((caller, _)) = listener.accept().await {
        drop(caller);
    }
}

#[tokio::test]
async fn a_folder_in_use_is_refused() {
    let folder = server_folder();
    let first = Mongod::start(options(folder.path())).await.unwrap();
    let error = Mongod::start(options(folder.path())).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    first.stop().await.unwrap();
}

/// As after a `kill -9` of the owner: the server runs on, and nobody holds the lock.
#[tokio::test]
async fn a_server_left_behind_is_stopped_and_its_data_kept() {
    let folder = server_folder();
    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    write(&mongod).await;
    mongod.stop().await.unwrap();
    let mut orphan = Command::new(program())
        .args(["--replSet=salesgraph", "--bind_ip=127.0.0.1", "--dbpath"])
        .arg(folder.path().join("db"))
        .args(["--port", &read_port(folder.path())])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    wait_until_locked(folder.path()).await;

    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), orphan.wait()).await;
    ended.expect("the orphan was stopped").unwrap();
    assert_eq!(written(&mongod).await, 1);
    mongod.stop().await.unwrap();
}

fn read_port(folder: &Path) -> String {
    let port = std::fs::read_to_string(folder.join("port")).unwrap();
    port.trim().to_owned()
}

/// The server writes its process id into the file once it holds the lock.
async fn wait_until_locked(folder: &Path) {
    let locked = async {
        while std::fs::read_to_string(folder.join("db/mongod.lock")).is_ok_and(|id| id.is_empty()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, locked).await.unwrap();
}

/// Dropping kills the server in the middle of its work.
#[tokio::test]
async fn a_killed_server_recovers_from_its_journal() {
    let folder = server_folder();
    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    write(&mongod).await;
    drop(mongod);

    let mongod = Mongod::start(options(folder.path())).await.unwrap();
    assert_eq!(written(&mongod).await, 1);
    mongod.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_quoted() {
    let folder = server_folder();
    let mut wrong = options(folder.path());
    wrong.arguments = vec!["--noSuchOption".into()];
    let error = Mongod::start(wrong).await.unwrap_err();
    assert!(matches!(error, Error::Exited { .. }), "{error}");
    assert!(error.to_string().contains("noSuchOption"), "{error}");
}

#[tokio::test]
async fn a_server_killed_from_outside_is_noticed() {
    let folder = server_folder();
    let mut mongod = Mongod::start(options(folder.path())).await.unwrap();
    let pid = mongod.pid().to_string();
    let killed = Command::new("kill").args(["-9", &pid]).status().await;
    assert!(killed.unwrap().success());
    let error = mongod.ended().await.to_string();
    assert!(error.contains("signal: 9"), "{error}");
}
