//! The audit log of a server, and how much a key may ask.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header, redirect::Policy};
use salesgraph::{
    auth::{Gate, Keys, Scope},
    kpi::Vocabulary,
};
use serde_json::{Value, json};

use super::keys::Shop;
use crate::support::{Served, Socket, fresh_store};

/// Waits until the log says this.
async fn logged(shop: &Shop, said: &str) {
    let start = Instant::now();
    while !shop.log().contains(said) {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{said}: {}",
            shop.log()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn who_came_in_and_which_keys_there_were_is_written_down() {
    let shop = Shop::start("audited").await;
    // The keys are read once before there is one.
    shop.answers("sg_guessed", StatusCode::UNAUTHORIZED).await;
    let key = shop.key(&["Ada's notebook"]);
    logged(&shop, "audit: key added key=\"Ada's notebook\"").await;
    shop.answers(&key, StatusCode::OK).await;

    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let sign_in = |key: &str| {
        let request = browser
            .post(format!("{}/sign-in", shop.url))
            .body(format!("key={key}"));
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    sign_in("sg_wrong").send().await.unwrap();
    sign_in(&key).send().await.unwrap();
    let out = browser.post(format!("{}/sign-out", shop.url));
    out.header(header::COOKIE, format!("salesgraph={key}"))
        .send()
        .await
        .unwrap();
    let revoked = shop.keys(&["revoke", "Ada's notebook"]);
    assert!(revoked.status.success(), "{revoked:?}");
    shop.answers(&key, StatusCode::UNAUTHORIZED).await;
    for said in [
        "audit: not signed in",
        "audit: signed in identity=\"Ada's notebook\" door=\"browser\"",
        "audit: signed out identity=\"Ada's notebook\"",
        "audit: key revoked key=\"Ada's notebook\"",
        "audit: request refused",
    ] {
        logged(&shop, said).await;
    }
    let log = shop.log();
    for secret in [&*key, "sg_wrong", "sg_guessed"] {
        assert!(!log.contains(secret), "{log}");
    }
    // A request's line says whose it was.
    let lines = log.lines().filter(|it| it.contains("path=\"/graphql\""));
    let own = |it: &&str| it.contains("identity=\"Ada's notebook\"") && it.contains("status=200");
    assert!(lines.filter(own).count() > 0, "{log}");
}

/// The clock of this server stands still: what may come at once is all that may come.
#[tokio::test]
async fn a_key_may_ask_as_much_as_its_scope_says() {
    let store = fresh_store("quotas").await;
    let now = || "2024-04-10T10:00:00Z".parse().unwrap();
    let words = Vocabulary::built_in();
    let keys = Keys::new(store.clone());
    let scope = |text| Scope::from_toml(text, words).unwrap();
    let slow = scope("[limits]\nrequestsPerSecond = 4\n");
    let slow = keys.add("slow", &slow, now(), None).await.unwrap();
    let free = keys
        .add("free", &Scope::default(), now(), None)
        .await
        .unwrap();
    let gate = Gate::of_keys(keys, words, now);
    let start = Instant::now();
    while gate.identity(Some(free.text())).is_err() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "no keys are read"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let shop = Served::guarded(store, gate);
    let ask = async |path: &str, key: &str| {
        let request = Client::new()
            .get(format!("{}{path}", shop.url()))
            .bearer_auth(key);
        request.send().await.unwrap()
    };
    // Whatever it is asked by, each request counts.
    let query = "/graphql?query={shop{name}}";
    let table = "/kpis.csv?measures=orderCount";
    for path in [query, table, query] {
        let answer = ask(path, slow.text()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    let mut socket = Socket::ready(shop.url(), json!({ "X-API-Key": slow.text() })).await;
    socket.subscribe("1", "{ shop { name } }").await;
    assert_eq!(socket.message().await["type"], "next");
    assert_eq!(socket.message().await["type"], "complete");
    socket.subscribe("2", "{ shop { name } }").await;
    let refused = socket.message().await;
    let refused = &refused["payload"][0]["extensions"]["code"];
    assert_eq!(refused, "TOO_MANY_REQUESTS");
    for path in [query, table] {
        let refused = ask(path, slow.text()).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1", "{path}");
        let said: Value = refused.json().await.unwrap();
        assert!(said.to_string().contains("TOO_MANY_REQUESTS"), "{said}");
    }
    for _ in 0..10 {
        assert_eq!(ask(query, free.text()).await.status(), StatusCode::OK);
    }
}
