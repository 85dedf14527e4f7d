//! How long sockets last, and how many there are.

use std::{sync::mpsc, thread, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::header;
use salesgraph::http::{self, App, Connections, Sockets};
use serde_json::json;
use tokio::{net::TcpListener, runtime::Builder, sync::oneshot};

use super::{
    Server, app,
    sockets::{gets_a_place, ready, server},
};
use crate::support::{Heard, Socket, soon};

#[tokio::test]
async fn whoever_does_not_read_is_let_go() {
    let server = server(Sockets {
        patience: Duration::from_millis(200),
        operations: 1,
        ..Sockets::DEFAULT
    })
    .await;
    let mut socket = ready(&server).await;
    socket.subscribe("1", "subscription { floods }").await;
    // The only place is free again without a byte having been read.
    gets_a_place(&mut ready(&server).await).await;
}

#[tokio::test]
async fn whoever_does_not_say_that_they_are_there_is_let_go() {
    let server = server(Sockets {
        heartbeat: Duration::from_millis(100),
        operations: 1,
        ..Sockets::DEFAULT
    })
    .await;
    let mut silent = ready(&server).await;
    silent.subscribe("1", "subscription { lasts }").await;
    gets_a_place(&mut ready(&server).await).await;
}

#[tokio::test]
async fn whoever_says_that_they_are_there_may_stay() {
    let server = server(Sockets {
        heartbeat: Duration::from_secs(1),
        ..Sockets::DEFAULT
    })
    .await;
    let mut socket = ready(&server).await;
    // Whoever is asked and says nothing for as long again is gone.
    socket.pinged(3).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.message().await["type"], "next");
}

/// A server on a thread of its own: once it has stopped, nothing of it goes on. Its address,
/// and what it stops without.
fn alone() -> (String, oneshot::Sender<()>) {
    let (sender, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            let stop = async { drop(stopped.await) };
            let (router, grace) = (http::router(app()), Duration::from_secs(30));
            let served = http::serve(listener, router, Connections::DEFAULT, stop, grace);
            served.await;
        });
    });
    (format!("http://{}", address.recv().unwrap()), stop)
}

#[tokio::test]
async fn a_server_that_stops_says_so_to_its_sockets_before_it_is_gone() {
    let told = Heard::Close(1001, "the server stops".into());
    // One that has only just been opened, and one over which something runs.
    let (url, stop) = alone();
    let mut socket = Socket::open(&url, &[]).await.unwrap();
    drop(stop);
    assert_eq!(socket.hear().await, told);
    let (url, stop) = alone();
    let mut socket = Socket::ready(&url, json!({})).await;
    socket.subscribe("1", "subscription { lasts }").await;
    assert_eq!(socket.message().await["type"], "next");
    drop(stop);
    assert_eq!(socket.hear().await, told);
}

/// How many sockets and operations `/metrics` tells of.
async fn counted(server: &Server) -> [u32; 2] {
    let metrics = server.get("/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    ["salesgraph_sockets", "salesgraph_subscriptions"].map(|gauge| {
        let mut lines = metrics.lines().filter_map(|line| line.split_once(' '));
        let value = lines.find(|(name, _)| *name == gauge);
        value.map_or(0, |(_, value)| value.parse().unwrap())
    })
}

#[tokio::test]
async fn metrics_tell_how_many_there_are() {
    // Of this test alone: all that it runs is on its thread.
    let recorder = PrometheusBuilder::new().build_recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let server = Server::start(http::router(App {
        metrics: recorder.handle(),
        ..app()
    }))
    .await;
    assert_eq!(counted(&server).await, [0, 0]);
    let (mut one, other) = (ready(&server).await, ready(&server).await);
    for id in ["1", "2"] {
        one.subscribe(id, "subscription { lasts }").await;
        assert_eq!(one.message().await["type"], "next");
    }
    let events = server.post(&json!({ "query": "subscription { lasts }" }));
    let events = events.header(header::ACCEPT, "text/event-stream");
    let mut events = events.send().await.unwrap();
    events.chunk().await.unwrap().unwrap();
    assert_eq!(counted(&server).await, [2, 3]);
    one.say(json!({ "id": "1", "type": "complete" })).await;
    one.say(json!({ "type": "ping" })).await;
    assert_eq!(one.message().await["type"], "pong");
    assert_eq!(counted(&server).await, [2, 2]);
    drop((one, other, events));
    soon(async { while counted(&server).await != [0, 0] {} }).await;
}
