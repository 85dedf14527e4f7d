//! A set of three whose primary steps down.

use bson::{Document, doc};
use mongodb::Client;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{
    FIGURES, GOOD_AGAIN, PATIENCE, Server, clients::Clients, fill, fresh, order, store, until,
};
use crate::{
    cli::free_port,
    support::{program, server_folder},
};

/// Three members, each a process that ends with the test.
struct Set {
    uri: String,
    client: Client,
    _members: Vec<(Child, TempDir)>,
}

impl Set {
    async fn start() -> Self {
        let ports: [u16; 3] = std::array::from_fn(|_| free_port());
        let members = ports.map(member).into();
        let hosts = ports.map(|port| format!("127.0.0.1:{port}"));
        let first = format!("mongodb://{}/?directConnection=true", hosts[0]);
        let first = Client::with_uri_str(first).await.unwrap();
        let listed = hosts
            .iter()
            .zip(0..)
            .map(|(host, id)| doc! { "_id": id, "host": host });
        let config = doc! {
            "_id": "three", "members": listed.collect::<Vec<Document>>(),
            "settings": { "electionTimeoutMillis": 2_000 },
        };
        let initiate = doc! { "replSetInitiate": config };
        until("all are there", PATIENCE, async || {
            let admin = first.database("admin");
            admin.run_command(initiate.clone()).await.ok()
        })
        .await;
        let uri = format!("mongodb://{}/?replicaSet=three", hosts.join(","));
        let set = Self {
            client: Client::with_uri_str(&uri).await.unwrap(),
            uri,
            _members: members,
        };
        // It is elected by then, and somebody follows it.
        let notes = set.client.database("x").collection::<Document>("notes");
        notes.insert_one(doc! {}).await.unwrap();
        set
    }

    async fn primary(&self) -> Option<String> {
        let admin = self.client.database("admin");
        let primary = admin.run_command(doc! { "hello": 1 }).await.ok()?;
        primary.get_str("primary").ok().map(str::to_owned)
    }

    /// Has the primary step down, and waits until there is another one.
    async fn elect_another(&self) {
        let before = self.primary().await;
        assert!(before.is_some());
        let admin = self.client.database("admin");
        until("it steps down", PATIENCE, async || {
            // One that nobody can follow at once stays what it is.
            let step_down = doc! { "replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 10 };
            admin.run_command(step_down).await.ok()
        })
        .await;
        until("another one is elected", PATIENCE, async || {
            let now = self.primary().await?;
            (Some(&now) != before.as_ref()).then_some(())
        })
        .await;
    }
}

fn member(port: u16) -> (Child, TempDir) {
    let folder = server_folder();
    let data = folder.path().join("db");
    std::fs::create_dir(&data).unwrap();
    let mut mongod = Command::new(program());
    let mongod = mongod
        .args(["--replSet=three", "--bind_ip=127.0.0.1"])
        .args(["--wiredTigerCacheSizeGB=0.25", "--oplogSize=16"])
        .arg("--setParameter=diagnosticDataCollectionEnabled=false")
        .arg("--dbpath")
        .arg(&data)
        .args(["--port", &port.to_string()])
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true);
    (mongod.spawn().unwrap(), folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_steps_down_is_not_noticed() {
    const LISTS: &str = "{ kpis { orderCount totalSales }
        orders(first: 2) { totalCount edges { node { code customer { name } } } } }";
    let set = Set::start().await;
    let shop = store(&set.uri, "three").await;
    fill(&shop, 200).await;
    let [auto, mongo] = Server::both(&set.uri, "three").await;
    auto.gives_from_memory(&fresh(&set.uri, "three", 200).await)
        .await;
    let clients = [
        Clients::of(&auto, 2, FIGURES),
        Clients::of(&mongo, 4, LISTS),
    ];
    for round in 0..2 {
        set.elect_another().await;
        let orders = shop.orders().clone_with_type::<Document>();
        orders.insert_one(order(200 + round)).await.unwrap();
        let figures = fresh(&set.uri, "three", 201 + round).await;
        mongo.gives(&figures, GOOD_AGAIN).await;
        auto.gives_from_memory(&figures).await;
        mongo.is_ready(true).await;
    }
    for clients in clients {
        assert!(clients.codes().is_empty(), "{:?}", clients.codes());
    }
}
