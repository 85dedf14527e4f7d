//! Databases of a test's own, to which it does what it likes.

use bson::{Bson, Document, doc};
use mongodb::Client;
use rustix::process::Signal;
use salesgraph::mongod::{Mongod, Options};
use tempfile::TempDir;

use super::signal;
use crate::support::{program, server_folder};

/// One `mongod`, primary of a set of its own. What it runs in is cleared up with the others.
pub struct Database {
    /// `None` between its death and its return.
    mongod: Option<Mongod>,
    options: Options,
    uri: String,
    _folder: TempDir,
}

impl Database {
    pub async fn start(arguments: &[&str]) -> Self {
        let folder = server_folder();
        let mut options = Options::new(program(), folder.path());
        let usual = [
            "--setParameter=enableTestCommands=1",
            "--setParameter=diagnosticDataCollectionEnabled=false",
            "--wiredTigerCacheSizeGB=0.25",
        ];
        let all = usual.iter().chain(arguments);
        options.arguments = all.map(|&it| it.to_owned()).collect();
        let mongod = Mongod::start(options.clone()).await.unwrap();
        Self {
            uri: mongod.uri(),
            mongod: Some(mongod),
            options,
            _folder: folder,
        }
    }

    /// Where it is, for those who do not wait for it as long as usual.
    pub fn uri(&self) -> String {
        let impatient =
            "connectTimeoutMS=1000&heartbeatFrequencyMS=1000&serverSelectionTimeoutMS=2000";
        format!("{}&{impatient}&appName=served", self.uri)
    }

    /// Stops it, or lets it go on.
    pub fn send(&self, what: Signal) {
        signal(self.mongod.as_ref().unwrap().pid(), what);
    }

    /// Kills it in the middle of whatever it is doing.
    pub async fn kill(&mut self) {
        self.send(Signal::KILL);
        let mut mongod = self.mongod.take().unwrap();
        mongod.ended().await;
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) {
        let mongod = Mongod::start(self.options.clone()).await.unwrap();
        assert_eq!(mongod.uri(), self.uri, "it is where it was");
        self.mongod = Some(mongod);
    }

    /// Has it fail commands of the servers.
    pub async fn fail(&self, mode: impl Into<Bson>, what: Document) {
        let mut data = doc! { "appName": "served" };
        data.extend(what);
        self.fail_point(doc! { "mode": mode.into(), "data": data })
            .await;
    }

    /// Has it fail nothing any more; how often it did.
    pub async fn mend(&self) -> i32 {
        let reply = self.fail_point(doc! { "mode": "off" }).await;
        reply.get_i32("count").unwrap()
    }

    async fn fail_point(&self, rest: Document) -> Document {
        let mut command = doc! { "configureFailPoint": "failCommand" };
        command.extend(rest);
        let client = Client::with_uri_str(&self.uri).await.unwrap();
        let reply = client.database("admin").run_command(command).await;
        reply.unwrap()
    }
}
