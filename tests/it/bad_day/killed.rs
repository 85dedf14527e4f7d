//! A server with a shop's own database, the source, and one for what is made of it: each is
//! killed at any moment while the shop goes on.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bson::{Document, doc};
use futures::TryStreamExt;
use mongodb::Collection;
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::SliceRandom};
use rustix::process::Signal;
use salesgraph::{
    bridge::{Bridge, Source},
    model::Model,
    store::{Options, Store},
};
use tempfile::TempDir;

use super::{FIGURES, PATIENCE, Server, database::Database, store, until};
use crate::{
    shops::source::MODEL,
    support::{BothEngines, fresh_store},
};

/// A sale of the shop's own.
pub fn sale(id: i32, amount: i32) -> Document {
    let at = bson::DateTime::from_millis(1_680_000_000_000 + i64::from(id) * 3_600_000);
    doc! { "_id": id, "at": at, "items": [{ "n": 1, "amount": amount }] }
}

/// The amounts of sales by their ids.
type Sales = BTreeMap<i32, i32>;

/// The sales of a shop that goes on, once it has been told to stop.
///
/// There is one change after the other, each tried until the source has taken it: so it is
/// known what there is, whoever was killed meanwhile.
async fn goes_on(
    orders: Collection<Document>,
    is_over: Arc<AtomicBool>,
    mut sales: Sales,
) -> Sales {
    let mut dice = SmallRng::seed_from_u64(sales.len() as u64);
    while !is_over.load(Ordering::SeqCst) {
        let (id, amount) = (dice.random_range(0..400), dice.random_range(1..100));
        let of_id = || doc! { "_id": id };
        if dice.random_range(0..4) == 0 {
            while orders.delete_one(of_id()).await.is_err() {}
            sales.remove(&id);
        } else {
            let replace = || orders.replace_one(of_id(), sale(id, amount)).upsert(true);
            while replace().await.is_err() {}
            sales.insert(id, amount);
        }
    }
    sales
}

/// All orders of a database, by id.
async fn orders(store: &Store) -> Vec<Document> {
    let orders = store.orders().clone_with_type::<Document>();
    let sorted = orders.find(doc! {}).sort(doc! { "_id": 1 });
    sorted.await.unwrap().try_collect().await.unwrap()
}

/// MongoDB holds what a server was writing as it was killed for a minute, and nobody can write
/// there meanwhile, unless it is told to forget it sooner.
const FORGETFUL: &str = "--setParameter=transactionLifetimeLimitSeconds=3";

/// What may happen to a house.
#[derive(Clone, Copy, Debug)]
pub enum Harm {
    ServerKilled,
    SourceKilled,
    CanonicalKilled,
    SourceFrozen,
    CanonicalFrozen,
    SourceCutOff,
    CanonicalCutOff,
}

/// A shop's own database, the one for what is made of it, and the server of both.
pub struct House {
    source: Database,
    canonical: Database,
    pub server: Server,
    sales: Sales,
    model: TempDir,
}

impl House {
    /// One with a single sale, whose server may not answer yet.
    pub async fn start() -> Self {
        Self::with(async |_| ()).await
    }

    /// The same, but the shop's own database is not there until it returns.
    pub async fn start_without_source() -> Self {
        Self::with(Database::kill).await
    }

    pub async fn source_returns(&mut self) {
        self.source.restart().await;
    }

    /// One to whose source this is done before the server starts.
    async fn with(harm: impl AsyncFnOnce(&mut Database)) -> Self {
        let mut source = Database::start(&[]).await;
        let canonical = Database::start(&[FORGETFUL]).await;
        let model = crate::cli::folder();
        std::fs::write(model.path().join("shop.toml"), MODEL).unwrap();
        let sales = Sales::from([(1_000, 1)]);
        sold(&source)
            .await
            .insert_one(sale(1_000, 1))
            .await
            .unwrap();
        harm(&mut source).await;
        Self {
            server: begin(&source, &canonical, &model),
            source,
            canonical,
            sales,
            model,
        }
    }

    /// The shop goes on while this happens.
    pub async fn hurt(mut self, harms: &[Harm], dice: &mut SmallRng) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let orders = sold(&self.source).await;
        let sales = std::mem::take(&mut self.sales);
        let going_on = tokio::spawn(goes_on(orders, Arc::clone(&is_over), sales));
        for harm in harms {
            // In the middle of whatever it is doing.
            pause(dice, 900).await;
            self = self.suffer(*harm, dice).await;
        }
        is_over.store(true, Ordering::SeqCst);
        self.sales = going_on.await.unwrap();
        self
    }

    async fn suffer(mut self, harm: Harm, dice: &mut SmallRng) -> Self {
        match harm {
            Harm::ServerKilled => {
                drop(self.server);
                self.server = begin(&self.source, &self.canonical, &self.model);
            }
            Harm::SourceKilled => dies(&mut self.source).await,
            Harm::CanonicalKilled => dies(&mut self.canonical).await,
            Harm::SourceFrozen => freezes(&self.source, dice).await,
            Harm::CanonicalFrozen => freezes(&self.canonical, dice).await,
            Harm::SourceCutOff => is_cut_off(&self.source, dice).await,
            Harm::CanonicalCutOff => is_cut_off(&self.canonical, dice).await,
        }
        self
    }

    /// The figures are those of the sales, and of a fresh load.
    pub async fn is_right(&self) {
        let (many, amount) = (self.sales.len(), self.sales.values().sum::<i32>());
        let figures = until("the figures are right", PATIENCE, async || {
            let figures = self.server.ask(FIGURES).await.ok()?["data"].take();
            let kpis = &figures["kpis"];
            let is_right = kpis["orderCount"] == many && kpis["totalSales"] == amount;
            is_right.then_some(figures)
        })
        .await;
        let afresh = fresh_store("afresh").await;
        let model = Model::parse(MODEL, "shop.toml").unwrap();
        let options = Options {
            uri: self.source.uri(),
            database: SOLD.into(),
            deadline: PATIENCE,
        };
        let source = Source::connect(&options).await.unwrap();
        let bridge = Bridge::new(model, source, afresh.clone());
        bridge.start(Arc::new(|_, _| {})).await.unwrap();
        let kept = store(&self.canonical.uri(), KEPT).await;
        assert_eq!(orders(&kept).await, orders(&afresh).await);
        assert_eq!(figures, BothEngines::over(afresh).await.data(FIGURES).await);
        self.server.gives_from_memory(&figures).await;
    }
}

/// The database of the shop's own, and that for what is made of it.
const SOLD: &str = "sold";
const KEPT: &str = "kept";

async fn sold(source: &Database) -> Collection<Document> {
    let shop = store(&source.uri(), SOLD).await;
    shop.database().collection("orders")
}

fn begin(source: &Database, canonical: &Database, model: &TempDir) -> Server {
    let (model, from) = (model.path().join("shop.toml"), source.uri());
    let model = ["--model", model.to_str().unwrap(), "--source-uri", &from];
    let options = [model.as_slice(), &["--source-database", SOLD]].concat();
    Server::begin(&canonical.uri(), KEPT, &options)
}

async fn pause(dice: &mut SmallRng, longest: u64) {
    tokio::time::sleep(Duration::from_millis(dice.random_range(100..longest))).await;
}

async fn dies(database: &mut Database) {
    database.kill().await;
    database.restart().await;
}

async fn freezes(database: &Database, dice: &mut SmallRng) {
    database.send(Signal::STOP);
    pause(dice, 6_000).await;
    database.send(Signal::CONT);
}

/// The server's connections are closed whatever it asks, and of others nobody's.
async fn is_cut_off(database: &Database, dice: &mut SmallRng) {
    let all = [
        "find",
        "aggregate",
        "getMore",
        "update",
        "delete",
        "commitTransaction",
    ];
    let closed = doc! { "failCommands": all.as_slice(), "closeConnection": true };
    database.fail("alwaysOn", closed).await;
    pause(dice, 3_000).await;
    database.mend().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_the_figures_are_those_of_a_fresh_load() {
    let mut dice = SmallRng::seed_from_u64(1);
    let mut harms = [
        Harm::ServerKilled,
        Harm::SourceKilled,
        Harm::CanonicalKilled,
    ]
    .repeat(2);
    harms.shuffle(&mut dice);
    let house = House::start().await.hurt(&harms, &mut dice).await;
    house.is_right().await;
}
