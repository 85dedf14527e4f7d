//! Makes a single server a replica set of one, and keeps it one.

use mongodb::{
    Client,
    bson::{Bson, Document, doc},
    error::{ErrorKind, Result},
};

use super::folder::POLL;

/// The replica set's name.
pub(super) const NAME: &str = "salesgraph";

const ALREADY_INITIALIZED: i32 = 23;
const INVALID_REPLICA_SET_CONFIG: i32 = 93;
const NOT_YET_INITIALIZED: i32 = 94;
const CONFIGURATION_IN_PROGRESS: i32 = 109;
const INTERRUPTED_DUE_TO_STATE_CHANGE: i32 = 11_602;

/// How far the server is.
enum State {
    Primary,
    /// It loads its configuration, or elects itself.
    Waiting,
    /// A fresh data folder.
    NotInitiated,
    /// The configuration names another port.
    NotAMember,
}

/// Brings the server to be the primary of a set of its own, whatever it was before.
///
/// It does not end by itself; the caller sets the limit.
pub(super) async fn become_primary(client: &Client, host: &str) -> Result<()> {
    loop {
        let step = match state(client).await? {
            State::Primary => return Ok(()),
            State::Waiting => Ok(()),
            State::NotInitiated => initiate(client, host).await,
            State::NotAMember => reconfigure(client, host).await,
        };
        step.or_else(ignore_transient)?;
        tokio::time::sleep(POLL).await;
    }
}

/// The process id of the server at the other end.
pub(super) async fn server_pid(client: &Client) -> Result<Option<i64>> {
    let status = admin(client, doc! { "serverStatus": 1 }).await?;
    Ok(match status.get("pid") {
        Some(Bson::Int64(pid)) => Some(*pid),
        Some(Bson::Int32(pid)) => Some((*pid).into()),
        _ => None,
    })
}

async fn state(client: &Client) -> Result<State> {
    let hello = admin(client, doc! { "hello": 1 }).await?;
    if hello.get_bool("isWritablePrimary").unwrap_or(false) {
        return Ok(State::Primary);
    }
    match admin(client, doc! { "replSetGetStatus": 1 }).await {
        Err(error) if code(&error) == Some(NOT_YET_INITIALIZED) => Ok(State::NotInitiated),
        Err(error) if code(&error) == Some(INVALID_REPLICA_SET_CONFIG) => Ok(State::NotAMember),
        Err(error) => ignore_transient(error).map(|()| State::Waiting),
        Ok(_) => Ok(State::Waiting),
    }
}

async fn initiate(client: &Client, host: &str) -> Result<()> {
    let config = doc! { "_id": NAME, "members": [{ "_id": 0, "host": host }] };
    let initiate = doc! { "replSetInitiate": config };
    admin(client, initiate).await.map(drop)
}

/// A server that is no member of its own set cannot be asked for the
/// configuration, but it can still read it.
async fn reconfigure(client: &Client, host: &str) -> Result<()> {
    let configs = client
        .database("local")
        .collection::<Document>("system.replset");
    let Some(mut config) = configs.find_one(doc! {}).await? else {
        return Ok(());
    };
    let version = config.get_i32("version").unwrap_or(1);
    config.insert("version", version + 1);
    config.insert("members", vec![doc! { "_id": 0, "host": host }]);
    let reconfigure = doc! { "replSetReconfig": config, "force": true };
    admin(client, reconfigure).await.map(drop)
}

async fn admin(client: &Client, command: Document) -> Result<Document> {
    client.database("admin").run_command(command).await
}

/// What goes away when the same is tried again.
fn ignore_transient(error: mongodb::error::Error) -> Result<()> {
    match code(&error) {
        Some(ALREADY_INITIALIZED | CONFIGURATION_IN_PROGRESS | INTERRUPTED_DUE_TO_STATE_CHANGE) => {
            Ok(())
        }
        _ if matches!(*error.kind, ErrorKind::Io(_)) => Ok(()),
        _ => Err(error),
    }
}

fn code(error: &mongodb::error::Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        _ => None,
    }
}
