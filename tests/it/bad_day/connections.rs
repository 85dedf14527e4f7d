//! A database whose connections break, that freezes, and that is killed.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use rustix::process::Signal;

use super::{
    FIGURES, GOOD_AGAIN, PATIENCE, Server, assert_among, clients::Clients, database::Database,
    fill, fresh, order, store, until,
};

/// More customers than the database sends at once.
const CUSTOMERS: usize = 10_100;

/// What is told of a database that is away, and nothing else; on a busy machine a request may be
/// over before it has been tried as often as it may.
const AWAY: [&str; 3] = ["DATABASE_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_TIMEOUT"];

fn assert_away(clients: &Clients) {
    assert_among(clients.codes(), &AWAY.map(str::to_owned));
}

#[tokio::test]
async fn a_connection_that_is_closed_once_is_not_noticed() {
    const EACH: &str =
        "{ kpis { breakdown(by: CUSTOMER, first: 1, orderBy: ORDER_COUNT) { groupCount } }
        orders(first: 2) { totalCount edges { node { code customer { name } } } } }";
    let database = Database::start(&[]).await;
    let shop = store(&database.uri(), "closed").await;
    let of_each = (0..CUSTOMERS).map(|number| {
        let mut order = order(number);
        order.insert("customerId", format!("c{number}"));
        order
    });
    let orders = shop.orders().clone_with_type::<Document>();
    orders.insert_many(of_each).await.unwrap();
    let mongo = ["--engine", "mongo"];
    let server = Server::start(&database.uri(), "closed", &mongo).await;
    let expected = server.ask(EACH).await.unwrap();
    assert_eq!(
        expected["data"]["kpis"]["breakdown"]["groupCount"],
        CUSTOMERS
    );
    for command in ["find", "aggregate", "getMore"] {
        let closed = doc! { "failCommands": [command], "closeConnection": true };
        database.fail(doc! { "times": 1 }, closed).await;
        let answer = server.ask(EACH).await.unwrap();
        assert!(answer.get("errors").is_none(), "{command}: {answer}");
        assert_eq!(answer["data"], expected["data"], "{command}");
        assert!(database.mend().await > 0, "{command} was not closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_always_closed_are_told_of() {
    let database = Database::start(&[]).await;
    let (uri, shop) = (database.uri(), store(&database.uri(), "always").await);
    fill(&shop, 200).await;
    let [auto, mongo] = Server::both(&uri, "always").await;
    auto.gives_from_memory(&fresh(&uri, "always", 200).await)
        .await;
    let clients = [&auto, &mongo].map(|it| Clients::of(it, 2, FIGURES));
    let closed = doc! {
        "failCommands": ["find", "aggregate", "getMore", "count"], "closeConnection": true,
    };
    database.fail("alwaysOn", closed).await;
    until("they are told", PATIENCE, async || {
        let told = clients[1].told();
        (told.refusals.get(AWAY[0]).copied().unwrap_or_default() > 3).then_some(())
    })
    .await;
    database.mend().await;

    let mended = Instant::now();
    let orders = shop.orders().clone_with_type::<Document>();
    orders.insert_one(order(200)).await.unwrap();
    for server in [&auto, &mongo] {
        until("it is good again", GOOD_AGAIN, async || {
            let answer = server.ask(FIGURES).await.ok()?;
            answer.get("errors").is_none().then_some(())
        })
        .await;
    }
    assert!(mended.elapsed() < 2 * GOOD_AGAIN);
    let figures = fresh(&uri, "always", 201).await;
    mongo.gives(&figures, GOOD_AGAIN).await;
    auto.gives_from_memory(&figures).await;
    clients.iter().for_each(assert_away);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_freezes_is_waited_for() {
    let database = Database::start(&[]).await;
    let uri = database.uri();
    fill(&store(&uri, "frozen").await, 200).await;
    let [auto, mongo] = Server::both(&uri, "frozen").await;
    let figures = fresh(&uri, "frozen", 200).await;
    auto.gives_from_memory(&figures).await;
    let clients = [&auto, &mongo].map(|it| Clients::of(it, 2, FIGURES));

    database.send(Signal::STOP);
    let frozen = Instant::now();
    // The driver has given it up, and memory is out of date: nothing changes after that.
    until("it is given up", PATIENCE, async || {
        let is_given_up = clients[1].told().refusals.contains_key(AWAY[0]);
        (is_given_up && frozen.elapsed() > Duration::from_secs(8)).then_some(())
    })
    .await;
    auto.is_ready(false).await;
    auto.gives(&figures, GOOD_AGAIN).await;
    database.send(Signal::CONT);

    mongo.gives(&figures, GOOD_AGAIN).await;
    for server in [&auto, &mongo] {
        server.is_ready(true).await;
    }
    let shop = store(&uri, "frozen").await;
    let orders = shop.orders().clone_with_type::<Document>();
    orders.insert_one(order(200)).await.unwrap();
    let figures = fresh(&uri, "frozen", 201).await;
    mongo.gives(&figures, GOOD_AGAIN).await;
    auto.gives_from_memory(&figures).await;
    assert_away(&clients[1]);
    // Memory answers on, with what it knew.
    assert!(clients[0].codes().is_empty(), "{:?}", clients[0].codes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_under_load_is_found_again() {
    let mut database = Database::start(&[]).await;
    let uri = database.uri();
    fill(&store(&uri, "crashed").await, 200).await;
    let [auto, mongo] = Server::both(&uri, "crashed").await;
    auto.gives_from_memory(&fresh(&uri, "crashed", 200).await)
        .await;
    let clients = [&auto, &mongo].map(|it| Clients::of(it, 4, FIGURES));
    for round in 0..2 {
        database.kill().await;
        mongo.is_ready(false).await;
        let refused = clients[1].told().refusals.values().sum::<usize>();
        until("they are told", PATIENCE, async || {
            (clients[1].told().refusals.values().sum::<usize>() > refused).then_some(())
        })
        .await;
        database.restart().await;
        until("it is good again", GOOD_AGAIN, async || {
            let answer = mongo.ask(FIGURES).await.ok()?;
            answer.get("errors").is_none().then_some(())
        })
        .await;
        let shop = store(&uri, "crashed").await;
        let orders = shop.orders().clone_with_type::<Document>();
        orders.insert_one(order(200 + round)).await.unwrap();
        let figures = fresh(&uri, "crashed", 201 + round).await;
        mongo.gives(&figures, GOOD_AGAIN).await;
        auto.gives_from_memory(&figures).await;
        auto.is_ready(true).await;
    }
    clients.iter().for_each(assert_away);
}
