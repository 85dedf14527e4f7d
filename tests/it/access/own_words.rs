//! Scopes in a shop's own words: rows by its dimensions, and which of its KPIs may be used.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::Response;
use bson::{Document, doc};
use reqwest::StatusCode;
use salesgraph::{
    auth::{Denied, Gate, Keys, Scope},
    engine::Choice,
    kpi::{
        Aggregate, Holder, Level, Measurable, OwnDimension, OwnKpi, OwnMeasure, Vocabulary, Words,
    },
    store::Store,
};
use serde_json::{Value, json};

use super::keys;
use crate::{
    small_shop::small_shop,
    support::{Served, Shop, caught_up, replica_of},
};

/// Tills of orders, gifts among lines, fees of orders, and what follows from these.
fn words() -> &'static Vocabulary {
    let dimension = |name: &str, holder| OwnDimension {
        name: name.into(),
        description: "What it is.".into(),
        holder,
    };
    let kpi = |name: &str, formula: &str| OwnKpi {
        name: name.into(),
        description: "What it is.".into(),
        formula: formula.into(),
    };
    let fees = OwnMeasure {
        name: "fees".into(),
        description: "What it is.".into(),
        of: Measurable::Numbers {
            level: Level::Order,
            aggregate: Aggregate::Sum,
        },
        unit: Some("money".into()),
    };
    let words = Words {
        dimensions: vec![
            dimension("till", Holder::Order),
            dimension("gift", Holder::Line),
        ],
        measures: vec![fees],
        kpis: vec![
            kpi("salesAfterFees", "totalSales - coalesce(fees, 0)"),
            kpi("giftSales", "totalSales where gift = 'yes'"),
        ],
    };
    Vocabulary::with(words).unwrap()
}

/// O1 is of till T1 and its pens are a gift, O2 is of till T2.
async fn shop(name: &str) -> Store {
    let store = small_shop(name).await;
    let orders = store.database().collection::<Document>("orders");
    for (id, own) in [
        (
            "O1",
            doc! { "attributes": { "till": "T1" }, "numbers": { "fees": 3 }, "lines.1.attributes": { "gift": "yes" } },
        ),
        (
            "O2",
            doc! { "attributes": { "till": "T2" }, "numbers": { "fees": 2 } },
        ),
    ] {
        let set = doc! { "$set": own };
        orders.update_one(doc! { "_id": id }, set).await.unwrap();
    }
    store
}

fn scope(text: &str) -> Arc<Scope> {
    Arc::new(Scope::from_toml(text, words()).unwrap())
}

#[tokio::test]
async fn rows_are_told_by_a_shops_own_dimensions() {
    let words = words();
    let store = shop("own_rows").await;
    let replica = replica_of(words, usize::MAX, &store);
    caught_up(&replica).await;
    let engines = [Choice::Mongo, Choice::Memory(replica)];
    let shops = engines.map(|it| Shop::speaking(words, it, store.clone()));
    let query = "{ kpis { totalSales orderCount fees } customers { totalCount } \
                 orders { edges { node { code totals { sales } lines { amounts { revenue } } } } } }";
    let order = |code: &str, sales: f64, lines: &[f64]| {
        let lines = lines
            .iter()
            .map(|it| json!({ "amounts": { "revenue": it } }));
        json!({ "node": { "code": code, "totals": { "sales": sales }, "lines": lines.collect::<Vec<_>>() } })
    };
    for (rows, kpis, orders) in [
        (
            "till = [\"T1\"]",
            json!({ "totalSales": 105.6, "orderCount": 1, "fees": 3 }),
            vec![order("O1", 105.6, &[100.1, 5.5])],
        ),
        (
            "gift = [\"yes\"]",
            json!({ "totalSales": 5.5, "orderCount": 1, "fees": 3 }),
            vec![order("O1", 5.5, &[5.5])],
        ),
        (
            "gift = { not = [\"yes\"] }\ntill = [\"T1\"]",
            json!({ "totalSales": 100.1, "orderCount": 1, "fees": 3 }),
            vec![order("O1", 100.1, &[100.1])],
        ),
    ] {
        let rows = scope(&format!("[rows]\n{rows}"));
        for shop in &shops {
            let answer = shop.execute_as(&rows, query).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            let seen = answer.data.into_json().unwrap();
            let expected = json!({ "kpis": kpis, "customers": { "totalCount": 1 }, "orders": { "edges": orders } });
            assert_eq!(text(&seen), text(&expected), "{rows:?}");
        }
    }
}

/// 3 and 3.0 are one number.
fn text(value: &Value) -> String {
    value.to_string().replace(".0", "")
}

fn code(answer: &Response) -> Option<String> {
    let extensions = answer.errors.first()?.extensions.as_ref()?;
    let code = extensions.get("code")?.clone().into_json().ok()?;
    code.as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_scope_says_which_of_them_may_be_used() {
    let shop = Shop::speaking(words(), Choice::Mongo, shop("own_uses").await);
    let by =
        |dimension: &str| format!("{{ kpis {{ breakdown(by: [{dimension}]) {{ groupCount }} }} }}");
    for (uses, query, is_allowed) in [
        // What is listed may be used, whatever it is made of; what it is made of may not.
        (
            "kpis = [\"salesAfterFees\"]",
            "{ kpis { salesAfterFees } }",
            true,
        ),
        ("kpis = [\"salesAfterFees\"]", "{ kpis { fees } }", false),
        (
            "kpis = [\"salesAfterFees\"]",
            "{ kpis { totalSales } }",
            false,
        ),
        (
            "kpis = [\"giftSales\"]\ndimensions = [\"till\"]",
            "{ kpis { giftSales } }",
            true,
        ),
        (
            "kpis = [\"totalSales\"]",
            "{ kpis { salesAfterFees } }",
            false,
        ),
        ("dimensions = [\"till\"]", by("TILL").as_str(), true),
        ("dimensions = [\"till\"]", by("GIFT").as_str(), false),
        (
            "dimensions = [\"till\"]",
            "{ kpis { fees salesAfterFees } }",
            true,
        ),
        // It tells of gifts.
        ("dimensions = [\"till\"]", "{ kpis { giftSales } }", false),
        ("dimensions = [\"gift\"]", "{ kpis { giftSales } }", true),
        (
            "dimensions = [\"gift\"]",
            "{ kpis(filter: { till: { eq: \"T1\" } }) { totalSales } }",
            false,
        ),
    ] {
        let answer = shop.execute_as(&scope(uses), query).await;
        if is_allowed {
            assert!(
                answer.errors.is_empty(),
                "{uses}: {query}: {:?}",
                answer.errors
            );
        } else {
            assert_eq!(
                code(&answer).as_deref(),
                Some("FORBIDDEN"),
                "{uses}: {query}"
            );
        }
    }
}

fn now() -> chrono::DateTime<chrono::Utc> {
    "2024-04-10T10:00:00Z".parse().unwrap()
}

/// Waits until a key is known, or is known to open nothing.
async fn settled(gate: &Gate, key: &str) -> Result<(), Denied> {
    let start = Instant::now();
    loop {
        match gate.identity(Some(key)) {
            Err(Denied::NotReady) => {}
            settled => return settled.map(drop),
        }
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "no keys are read"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Tables and agents keep to it, too.
#[tokio::test]
async fn every_door_keeps_to_it() {
    let store = shop("own_doors").await;
    let keys = Keys::new(store.clone());
    let scope = scope("kpis = [\"fees\"]\ndimensions = [\"till\"]\n[rows]\ntill = [\"T1\"]");
    let key = keys.add("till 1", &scope, now(), None).await.unwrap();
    let gate = Gate::of_keys(keys, words(), now);
    settled(&gate, key.text()).await.unwrap();
    let shop = Served::speaking(store, gate, words());
    let ask = async |path: &str, body: Option<Value>| {
        let url = format!("{}{path}", shop.url());
        let client = reqwest::Client::new();
        let request = match body {
            None => client.get(url),
            Some(body) => client
                .post(url)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .body(body.to_string()),
        };
        let answer = request.bearer_auth(key.text()).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let (_, table) = ask("/kpis.csv?by=till&measures=fees", None).await;
    assert_eq!(table, "till,fees\r\nT1,3\r\n");
    for path in [
        "/kpis.csv?by=till&measures=totalSales",
        "/kpis.csv?by=gift&measures=fees",
        "/kpis.csv?measures=fees&gift=yes",
    ] {
        let (status, problem) = ask(path, None).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: {problem}");
    }
    let call = |arguments: Value| {
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": { "name": "ask", "arguments": arguments } })
    };
    let asked = call(json!({ "measures": ["fees"], "by": ["till"] }));
    let (_, told) = ask("/mcp", Some(asked)).await;
    assert!(told.contains("T1") && !told.contains("T2"), "{told}");
    let asked = call(json!({ "measures": ["fees"], "by": ["gift"] }));
    let (_, told) = ask("/mcp", Some(asked)).await;
    assert!(told.contains("FORBIDDEN"), "{told}");
}

/// A model that has lost a word must not show more than before.
#[tokio::test]
async fn a_key_in_words_that_the_shop_has_no_longer_opens_nothing() {
    let store = shop("own_gone").await;
    let keys = Keys::new(store.clone());
    let mut made = Vec::new();
    for (name, text) in [
        ("rows", "[rows]\ntill = [\"T1\"]"),
        ("kpis", "kpis = [\"totalSales\", \"fees\"]"),
        ("dimensions", "dimensions = [\"region\", \"gift\"]"),
    ] {
        made.push(keys.add(name, &scope(text), now(), None).await.unwrap());
    }
    let before = Gate::of_keys(keys.clone(), words(), now);
    let after = Gate::of_keys(keys, Vocabulary::built_in(), now);
    for key in &made {
        assert_eq!(settled(&before, key.text()).await, Ok(()));
        assert_eq!(settled(&after, key.text()).await, Err(Denied::BadScope));
    }
}

/// Whoever makes a key says which shop it is for, and who shows it to another is told why.
#[tokio::test]
async fn keys_are_made_in_the_words_of_a_model() {
    let shop = keys::Shop::start("own_words_made").await;
    let folder = shop.folder();
    std::fs::write(folder.join("own.toml"), "[rows]\nstore = [\"Denver\"]\n").unwrap();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/supplies.toml");

    let refused = shop.keys(&["add", "clerk", "--scope", "own.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("`store`, which is no dimension") && said.contains("--model"),
        "{said}"
    );

    let key = shop.key(&["clerk", "--scope", "own.toml", "--model", model]);
    let listed = String::from_utf8(shop.keys(&["list"]).stdout).unwrap();
    assert!(
        listed.contains("rows = { store = [\"Denver\"] }"),
        "{listed}"
    );
    // The server is of a shop without stores.
    let told = shop.refusal(&key).await;
    assert!(told.contains("this shop does not have"), "{told}");
}
