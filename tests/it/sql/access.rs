//! Who may ask, and what they see.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use salesgraph::{
    auth::{Gate, Keys, Scope, Tokens},
    engine::Choice,
};
use tempfile::TempDir;

use super::{Served, said};
use crate::{
    access::{
        issuer::SigningKey,
        tokens::{claims, file, options},
    },
    small_shop::small_shop,
};

const SCOPE: &str = r#"
rows = { region = ["South"] }
kpis = ["totalSales", "orderCount"]
dimensions = ["region", "category"]
"#;

#[tokio::test]
async fn a_key_is_a_password_and_its_scope_holds() {
    let store = small_shop("sql keys").await;
    let now = || "2024-04-10T10:00:00Z".parse().unwrap();
    let keys = Keys::new(store.clone());
    let scope = Scope::from_toml(SCOPE).unwrap();
    let key = keys.add("somebody", &scope, now(), None).await.unwrap();
    let gate = Gate::of_keys(keys.clone(), now);
    let served = Served::guarded(gate, Choice::Mongo, store).await;

    let sql = loop {
        match served.connected(key.text()).await {
            Ok(sql) => break sql,
            // The keys are read as soon as the gate is made.
            Err(error) => assert_eq!(said(&error).0, "57P03", "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let refused = served.connected("another").await.err().unwrap();
    assert_eq!(said(&refused).0, "28P01");

    // South: O8, O1, O3 and O4.
    let all = "SELECT MEASURE(total_sales), MEASURE(order_count) FROM kpis";
    assert_eq!(sql.table(all).await, ["707.8 | 4"]);
    let regions = "SELECT region, MEASURE(order_count) FROM kpis GROUP BY 1";
    assert_eq!(sql.table(regions).await, ["South | 4"]);
    for (statement, thing) in [
        (
            "SELECT MEASURE(customer_count) FROM kpis",
            "KPI `customerCount`",
        ),
        ("SELECT city FROM kpis GROUP BY 1", "dimension `city`"),
        (
            "SELECT MEASURE(order_count) FROM kpis WHERE city = 'Lyon'",
            "dimension `city`",
        ),
    ] {
        let (code, message) = sql.refusal(statement).await;
        assert_eq!(code, "42501", "{statement}");
        assert!(message.contains(thing), "{message}");
    }

    // A connection that is open is no way around.
    assert!(keys.revoke("somebody").await.unwrap());
    let start = std::time::Instant::now();
    while let Ok(_answered) = sql.0.simple_query(all).await {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the key still opens"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(sql.refusal(all).await.0, "28P01");
}

#[tokio::test]
async fn a_token_is_a_password_until_it_ends() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW.load(Ordering::SeqCst), 0).unwrap()
    }
    let claims = claims();
    let end = claims["exp"].as_i64().unwrap();
    NOW.store(end - 1, Ordering::SeqCst);
    let (folder, key) = (TempDir::new().unwrap(), SigningKey::rsa("rsa"));
    let tokens = Tokens::start(options(file(&folder, &[&key])), now).await;
    let gate = Gate::Tokens(Arc::new(tokens.unwrap()));
    let served = Served::guarded(gate, Choice::Mongo, small_shop("sql tokens").await).await;

    let forged = SigningKey::p256("rsa").token("ES256", &claims);
    for password in [forged.as_str(), "sg_guessed"] {
        let refused = served.connected(password).await.err().unwrap();
        let (code, message) = said(&refused);
        assert_eq!(code, "28P01");
        assert!(message.contains("the token is not accepted"), "{message}");
    }
    let sql = served
        .connected(&key.token("RS256", &claims))
        .await
        .unwrap();
    // South: O8, O1, O3 and O4.
    let all = "SELECT MEASURE(total_sales), MEASURE(order_count) FROM kpis";
    assert_eq!(sql.table(all).await, ["707.8 | 4"]);

    NOW.store(end + 30, Ordering::SeqCst);
    let (code, message) = sql.refusal(all).await;
    assert_eq!(code, "28P01");
    assert!(message.contains("the token has expired"), "{message}");
}

#[tokio::test]
async fn there_is_one_database() {
    let store = small_shop("sql database").await;
    let served = Served::start(Choice::Mongo, store).await;
    let mut config = tokio_postgres::Config::new();
    config
        .host("127.0.0.1")
        .port(served.port)
        .user("ada")
        .dbname("ada");
    let refused = config.connect(tokio_postgres::NoTls).await.err().unwrap();
    assert_eq!(said(&refused).0, "3D000");
}
