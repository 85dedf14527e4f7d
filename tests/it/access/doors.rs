//! Every way in takes a token, shows what its scope holds, and closes when it ends.

use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use reqwest::{Client, RequestBuilder, StatusCode, header, redirect::Policy};
use salesgraph::auth::{Gate, Tokens};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    issuer::{AUDIENCE, ISSUER, SigningKey, key_set},
    tokens::{claims, file, options},
};
use crate::{
    cli::{Process, folder, free_port, salesgraph},
    small_shop::small_shop,
    support::{Heard, Served, Socket, fresh_store, server_uri},
};

const FIGURES: &str = "{ kpis { orderCount totalSales } }";

/// A gate that the tokens of this key open.
async fn gate(folder: &TempDir, key: &SigningKey, now: fn() -> DateTime<Utc>) -> Gate {
    let tokens = Tokens::start(options(file(folder, &[key])), now).await;
    Gate::Tokens(Arc::new(tokens.unwrap()))
}

fn noon() -> DateTime<Utc> {
    "2024-04-10T10:00:00Z".parse().unwrap()
}

fn ask(url: &str, query: &str) -> RequestBuilder {
    let request = Client::new().post(format!("{url}/graphql"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    request.body(json!({ "query": query }).to_string())
}

async fn data(request: RequestBuilder) -> Value {
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["data"].clone()
}

#[tokio::test]
async fn a_token_of_one_region_sees_that_region() {
    let (folder, key) = (folder(), SigningKey::rsa("rsa"));
    let gate = gate(&folder, &key, noon).await;
    let served = Served::guarded(small_shop("token").await, gate);
    let url = served.url();
    let token = key.token("RS256", &claims());
    // South: O8, O1, O3 and O4.
    let south = json!({ "kpis": { "orderCount": 4, "totalSales": 707.8 } });
    let cookie = format!("salesgraph={token}");
    let bearer = format!("Bearer {token}");
    for (name, value) in [
        ("authorization", &bearer),
        ("x-api-key", &token),
        ("cookie", &cookie),
    ] {
        let seen = data(ask(url, FIGURES).header(name, value)).await;
        assert_eq!(seen, south, "{name}");
    }
    let regions = "{ kpis { breakdown(by: [REGION]) { rows { key { value } } } } }";
    let seen = data(ask(url, regions).bearer_auth(&token)).await;
    let rows = &seen["kpis"]["breakdown"]["rows"];
    assert_eq!(*rows, json!([{ "key": [{ "value": "South" }] }]));

    let table = format!("{url}/kpis.csv?by=region&measures=orderCount,totalSales");
    let table = Client::new().get(table).bearer_auth(&token).send().await;
    let table = table.unwrap().text().await.unwrap();
    assert_eq!(table, "region,orderCount,totalSales\r\nSouth,4,707.8\r\n");

    let live = format!("subscription {FIGURES}");
    let mut socket = Socket::ready(url, json!({ "authorization": bearer })).await;
    socket.subscribe("1", &live).await;
    assert_eq!(socket.message().await["payload"]["data"], south);
    let events = ask(url, &live).bearer_auth(&token);
    let events = events.header(header::ACCEPT, "text/event-stream").send();
    let first = events.await.unwrap().chunk().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(first.contains(&south.to_string()), "{first}");
}

#[tokio::test]
async fn who_shows_no_token_is_asked_for_one() {
    let (folder, key) = (folder(), SigningKey::rsa("rsa"));
    let gate = gate(&folder, &key, noon).await;
    let served = Served::guarded(small_shop("no_token").await, gate);
    let forged = SigningKey::p256("rsa").token("ES256", &claims());
    for (token, challenge, message) in [
        (None, "Bearer realm=\"salesgraph\"", "show a token"),
        (
            Some(forged),
            "Bearer realm=\"salesgraph\", error=\"invalid_token\"",
            "the token is not accepted here",
        ),
    ] {
        let request = ask(served.url(), FIGURES);
        let request = match &token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], challenge);
        let body: Value = answer.json().await.unwrap();
        let error = &body["errors"][0];
        assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
        assert!(
            error["message"].as_str().unwrap().starts_with(message),
            "{error}"
        );
        let mut socket = Socket::open(served.url(), &[]).await.unwrap();
        let token = token.unwrap_or_default();
        socket
            .init(json!({ "authorization": format!("Bearer {token}") }))
            .await;
        assert_eq!(socket.closed().await, 4403);
    }
}

#[tokio::test]
async fn what_goes_on_ends_with_its_token() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW.load(Ordering::SeqCst), 0).unwrap()
    }
    let noon = noon().timestamp();
    NOW.store(noon, Ordering::SeqCst);
    let (folder, key) = (folder(), SigningKey::rsa("rsa"));
    let gate = gate(&folder, &key, now).await;
    let served = Served::guarded(small_shop("token_ends").await, gate);
    let token = key.token("RS256", &claims());
    let live = format!("subscription {FIGURES}");
    let mut socket = Socket::ready(served.url(), json!({ "x-api-key": &token })).await;
    socket.subscribe("1", &live).await;
    socket.message().await;
    let events = ask(served.url(), &live).bearer_auth(&token);
    let events = events.header(header::ACCEPT, "text/event-stream").send();
    let mut events = events.await.unwrap();
    events.chunk().await.unwrap();

    // An hour later, and the leeway.
    NOW.store(noon + 3600 + 30, Ordering::SeqCst);
    let expected = "the token has expired; sign in again for a new one";
    let (code, reason) = loop {
        if let Heard::Close(code, reason) = socket.hear().await {
            break (code, reason);
        }
    };
    assert_eq!((code, reason.as_str()), (4401, expected));
    let rest = events.text().await.unwrap();
    assert!(
        rest.contains(expected) && rest.contains("event: complete"),
        "{rest}"
    );
    let answer = ask(served.url(), FIGURES).bearer_auth(&token).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.text().await.unwrap().contains(expected));
}

#[tokio::test]
async fn a_browser_signs_in_with_a_token() {
    let (folder, key) = (folder(), SigningKey::p256("p256"));
    let gate = gate(&folder, &key, noon).await;
    let served = Served::guarded(small_shop("token_browser").await, gate);
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let page = format!("{}/sign-in", served.url());
    let form = browser.get(&page).send().await.unwrap();
    let form = form.text().await.unwrap();
    assert!(form.contains(">Token</label>"), "{form}");
    let sign_in = |claims: &Value| {
        let token = key.token("ES256", claims);
        let request = browser.post(&page).body(format!("key={token}"));
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let signed_in = sign_in(&claims()).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let cookie = signed_in.headers()[header::SET_COOKIE].to_str().unwrap();
    let pair = cookie.split(';').next().unwrap();
    let who = browser.get(&page).header(header::COOKIE, pair).send().await;
    let who = who.unwrap().text().await.unwrap();
    assert!(who.contains("<strong>Ada</strong>"), "{who}");

    // Browsers drop a cookie of more than 4,096 bytes, and would ask again and again.
    let mut long = claims();
    long["groups"] = json!("x".repeat(4096));
    let refused = sign_in(&long).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(refused.headers().get(header::SET_COOKIE).is_none());
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("no browser keeps so long a token")
    );
}

/// The command itself, by the clock on the wall.
#[tokio::test]
async fn a_server_takes_keys_and_tokens() {
    let (folder, key) = (folder(), SigningKey::rsa("rsa"));
    std::fs::write(folder.path().join("keys.json"), key_set(&[&key])).unwrap();
    let roles = "[manager]\nkpis = [\"orderCount\"]\n";
    std::fs::write(folder.path().join("roles.toml"), roles).unwrap();
    let store = fresh_store("keys_and_tokens").await;
    let database = [
        "--mongo-uri",
        server_uri(),
        "--database",
        store.database().name(),
    ];
    let listen = format!("127.0.0.1:{}", free_port());
    let _server = Process::start(
        salesgraph(&folder)
            .args(["serve", "--auth", "keys,jwt", "--listen", &listen])
            .args(["--jwt-keys", "keys.json", "--jwt-issuer", ISSUER])
            .args(["--jwt-audience", AUDIENCE, "--jwt-claim", "roles"])
            .args(["--jwt-scopes", "roles.toml"])
            .args(database)
            .stderr(Stdio::null()),
    );
    let added = salesgraph(&folder)
        .args(["keys", "add", "ada"])
        .args(database)
        .output();
    let added = String::from_utf8(added.unwrap().stdout).unwrap();
    let claims =
        json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": 7_226_582_400_i64, "roles": ["manager"] });
    let token = key.token("RS256", &claims);
    let url = format!("http://{listen}");
    for (credential, expected) in [
        (
            added.trim(),
            json!({ "kpis": { "orderCount": 0, "totalSales": 0 } }),
        ),
        // Its scope has no sales.
        (&token, Value::Null),
    ] {
        let start = Instant::now();
        let answer = loop {
            let answer = ask(&url, FIGURES).bearer_auth(credential).send().await;
            match answer {
                Ok(answer) if answer.status() == StatusCode::OK => break answer,
                other => assert!(start.elapsed() < Duration::from_secs(30), "{other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["data"], expected, "{answer}");
    }
    let allowed = ask(&url, "{ kpis { orderCount } }").bearer_auth(&token);
    assert_eq!(data(allowed).await, json!({ "kpis": { "orderCount": 0 } }));
}
