//! A server whose database is away, comes, and goes again.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

use crate::support::program;

use super::{Process, folder, free_port, salesgraph, status_of};

async fn query(url: &str, query: &str) -> Value {
    let request = Client::new()
        .post(url)
        .header(header::CONTENT_TYPE, "application/json");
    let response = request
        .body(json!({ "query": query }).to_string())
        .send()
        .await;
    response.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn who_opens_the_demo_before_its_shop_is_there_is_told_so() {
    let folder = folder();
    let (http, mongo) = (free_port(), free_port());
    let base = format!("http://127.0.0.1:{http}");
    // No database is there: the shop is not generated before the server is ended.
    let server = Process::start(
        salesgraph(&folder)
            .args(["demo", "--query-timeout", "60s"])
            .args(["--listen", &format!("127.0.0.1:{http}")])
            .args(["--demo-mongo-uri", &format!("mongodb://127.0.0.1:{mongo}")])
            .stderr(Stdio::null()),
    );
    assert_eq!(
        status_of(&format!("{base}/health/live"), StatusCode::OK).await,
        Some(StatusCode::OK)
    );
    let ready = reqwest::get(format!("{base}/health/ready")).await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.text().await.unwrap(), "the shop is being generated\n");
    assert_eq!(server.end("INT"), Some(0));
}

#[tokio::test]
async fn the_server_waits_for_its_database_and_recovers() {
    let (folder, data) = (folder(), folder());
    let (http, mongo) = (free_port(), free_port());
    let base = format!("http://127.0.0.1:{http}");
    let ready = format!("{base}/health/ready");
    let server = Process::start(
        salesgraph(&folder)
            .args([
                "serve",
                "--database",
                "http_recovery",
                "--listen",
                &format!("127.0.0.1:{http}"),
            ])
            .env(
                "SALESGRAPH_MONGO_URI",
                format!("mongodb://127.0.0.1:{mongo}/?directConnection=true"),
            )
            .stderr(Stdio::null()),
    );
    assert_eq!(
        status_of(&format!("{base}/health/live"), StatusCode::OK).await,
        Some(StatusCode::OK)
    );

    let start = Instant::now();
    assert_eq!(
        reqwest::get(&ready).await.unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert!(start.elapsed() < Duration::from_secs(3));
    let answer = query(&format!("{base}/graphql"), "{ shop { name } }").await;
    let code = &answer["errors"][0]["extensions"]["code"];
    assert_eq!(code, "DATABASE_UNAVAILABLE", "{answer}");

    let mut mongod = Command::new(program());
    mongod.arg("--dbpath").arg(data.path()).args([
        "--bind_ip",
        "127.0.0.1",
        "--port",
        &mongo.to_string(),
    ]);
    let database = Process::quiet(&mut mongod);
    assert_eq!(
        status_of(&ready, StatusCode::OK).await,
        Some(StatusCode::OK)
    );
    let answer = query(&format!("{base}/graphql"), "{ shop { name } }").await;
    assert_eq!(answer["data"]["shop"]["name"], "Shop", "{answer}");

    database.end("TERM");
    let gone = status_of(&ready, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(gone, Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(server.end("INT"), Some(0));
}
