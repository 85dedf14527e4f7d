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
    engine::{COUNTING_BYTES, Choice, Engine},
    kpi::Vocabulary,
    sql::Setup,
    store::Store,
    tls::Tls,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_postgres::NoTls;

use super::{Served, Sql, now, said, setup};
use crate::{
    access::{
        issuer::SigningKey,
        tokens::{claims, file, options},
    },
    small_shop::small_shop,
    tls::{Folder, agreed},
};

const SCOPE: &str = r#"
rows = { region = ["South"] }
kpis = ["totalSales", "orderCount"]
dimensions = ["region", "category"]
"#;

#[tokio::test]
async fn a_key_is_a_password_and_its_scope_holds() {
    let store = small_shop("sql keys").await;
    let keys = Keys::new(store.clone());
    let scope = Scope::from_toml(SCOPE, Vocabulary::built_in()).unwrap();
    let key = keys.add("somebody", &scope, now(), None).await.unwrap();
    let gate = Gate::of_keys(keys.clone(), Vocabulary::built_in(), now);
    let served = Served::guarded(gate, Choice::Mongo, store).await;

    let sql = admitted(&served, key.text()).await;
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

/// A client whose key has this scope.
async fn within(scope: &str, store: Store) -> Sql {
    let (served, key) = keyed(scope, store).await;
    admitted(&served, &key).await
}

/// A server, and a key to it that has this scope.
async fn keyed(scope: &str, store: Store) -> (Served, String) {
    let keys = Keys::new(store.clone());
    let scope = Scope::from_toml(scope, Vocabulary::built_in()).unwrap();
    let key = keys.add("somebody", &scope, now(), None).await.unwrap();
    let gate = Gate::of_keys(keys, Vocabulary::built_in(), now);
    let served = Served::guarded(gate, Choice::Mongo, store).await;
    (served, key.text().to_owned())
}

/// A client with this key.
async fn admitted(served: &Served, key: &str) -> Sql {
    loop {
        match served.connected(key).await {
            Ok(sql) => return sql,
            // The keys are read as soon as the gate is made.
            Err(error) => assert_eq!(said(&error).0, "57P03", "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_key_may_ask_so_often() {
    let scope = "[limits]\nrequestsPerSecond = 3\n";
    let sql = within(scope, small_shop("sql often").await).await;
    let kpi = "SELECT MEASURE(order_count) FROM kpis";
    let both = "SELECT (SELECT count(*) FROM customers) AS c, (SELECT count(*) FROM orders) AS o";
    let catalogue = "SELECT relname FROM pg_class WHERE relname = 'sales'";
    assert_eq!(sql.table(kpi).await, ["7"]);
    // It is one statement, whatever it reads.
    assert_eq!(sql.table(both).await.len(), 1);
    let rows = sql.0.query("SELECT id FROM orders", &[]).await.unwrap();
    assert!(!rows.is_empty());
    // The test's clock stands still, and what tools ask before they ask for figures is free.
    for _ in 0..5 {
        assert_eq!(sql.table(catalogue).await, ["sales"]);
    }
    for statement in [kpi, both, "COPY orders TO STDOUT"] {
        let (code, message) = sql.refusal(statement).await;
        assert_eq!(code, "53400", "{statement}");
        assert!(message.contains("3 times a second"), "{message}");
    }
}

#[tokio::test]
async fn a_key_may_ask_so_much_at_once() {
    let scope = "[limits]\nconcurrentRequests = 1\n";
    let (served, key) = keyed(scope, small_shop("sql at once").await).await;
    let mut slow = admitted(&served, &key).await;
    let quick = admitted(&served, &key).await;
    let kpi = "SELECT MEASURE(order_count) FROM kpis";
    for _ in 0..3 {
        assert_eq!(quick.table(kpi).await, ["7"]);
    }
    // A cursor of which one row has been read.
    let transaction = slow.0.transaction().await.unwrap();
    let cursor = transaction
        .bind("SELECT id FROM orders", &[])
        .await
        .unwrap();
    let first = transaction.query_portal(&cursor, 1).await.unwrap();
    assert_eq!(first.len(), 1);
    let (code, message) = quick.refusal(kpi).await;
    assert_eq!(code, "53400");
    assert!(message.contains("1 of your requests"), "{message}");
    let rest = transaction.query_portal(&cursor, 0).await.unwrap();
    assert!(!rest.is_empty());
    transaction.commit().await.unwrap();
    assert_eq!(quick.table(kpi).await, ["7"]);
}

#[tokio::test]
async fn rows_out_of_scope_are_not_there() {
    let scope = r#"rows = { region = ["South"], category = ["Office"] }"#;
    let sql = within(scope, small_shop("sql scoped rows").await).await;
    // Pens in the South: of O1 the second line, which is its only one here, and O4.
    let sales = "SELECT order_id, position, product, revenue FROM sales ORDER BY 1";
    assert_eq!(
        sql.table(sales).await,
        ["O1 | 1 | pen | 5.5", "O4 | 1 | pen | 2.2"]
    );
    let kpi = "SELECT MEASURE(total_sales) FROM kpis";
    assert_eq!(
        sql.table(kpi).await,
        sql.table("SELECT sum(revenue) FROM sales").await
    );
    let orders = "SELECT id, line_count, sales, customer_id FROM orders ORDER BY 1";
    assert_eq!(
        sql.table(orders).await,
        ["O1 | 1 | 5.5 | ada", "O4 | 1 | 2.2 | -"]
    );
    for (table, ids) in [
        ("customers", &["ada"][..]),
        ("products", &["pen"]),
        ("locations", &["lyon", "paris"]),
        (
            "(SELECT order_id || position AS id FROM order_lines)",
            &["O11", "O41"],
        ),
    ] {
        let all = format!("SELECT id FROM {table} AS t ORDER BY 1");
        assert_eq!(sql.table(&all).await, ids, "{table}");
    }
    let out = "SELECT count(*) FROM sales WHERE region = 'Abroad' OR product = 'chair'";
    assert_eq!(sql.table(out).await, ["0"]);
}

#[tokio::test]
async fn columns_that_tell_what_may_not_be_used_are_refused() {
    let sql = within(SCOPE, small_shop("sql scoped columns").await).await;
    let allowed = "SELECT order_id, region, category, sum(revenue) FROM sales \
                   WHERE region = 'South' GROUP BY 1, 2, 3 ORDER BY 1, 3";
    assert_eq!(
        sql.table(allowed).await,
        [
            "O1 | South | Furniture | 100.1",
            "O1 | South | Office | 5.5",
            "O3 | South | Furniture | 200",
            "O4 | South | Office | 2.2",
            "O8 | South | Furniture | 400",
        ]
    );
    for (statement, thing) in [
        ("SELECT * FROM sales", "dimension `product`"),
        ("SELECT sum(profit) FROM sales", "KPI `totalProfit`"),
        ("SELECT quantity FROM order_lines", "KPI `unitsSold`"),
        (
            "SELECT count(*) FROM sales WHERE quantity > 1",
            "KPI `unitsSold`",
        ),
        (
            "SELECT count(*) FROM sales WHERE city = 'Lyon'",
            "dimension `city`",
        ),
        (
            "SELECT order_id FROM sales ORDER BY customer_name",
            "dimension `customer`",
        ),
        ("SELECT profit FROM orders", "KPI `totalProfit`"),
        ("SELECT customer_id FROM orders", "dimension `customer`"),
        ("SELECT count(*) FROM customers", "dimension `customer`"),
        ("SELECT id FROM products", "dimension `product`"),
        ("SELECT id FROM locations", "dimension `location`"),
        (
            "SELECT amount, quantity FROM order_returns",
            "KPI `unitsSold`",
        ),
    ] {
        let (code, message) = sql.refusal(statement).await;
        assert_eq!(code, "42501", "{statement}");
        assert!(message.contains(thing), "{statement}: {message}");
    }
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

#[tokio::test]
async fn with_a_certificate_nobody_connects_over_an_open_line() {
    let folder = Folder::new();
    let trusted = folder.renew();
    let tls = Tls::of(folder.files()).await.unwrap();
    let store = small_shop("sql tls").await;
    let served = Served::with(Setup {
        tls: Some(tls),
        ..setup(Engine::new(Choice::Mongo, COUNTING_BYTES), store)
    })
    .await;
    let refused = served.connected("anybody").await.err().unwrap();
    assert_eq!(said(&refused).0, "28000");

    // A client asks whether there is TLS by a message without a type, 80877103.
    let mut stream = TcpStream::connect(("127.0.0.1", served.port))
        .await
        .unwrap();
    stream
        .write_all(&[0, 0, 0, 8, 4, 210, 22, 47])
        .await
        .unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'S');
    let stream = agreed(stream, &trusted).await.unwrap();
    let mut config = tokio_postgres::Config::new();
    config.user("anybody").dbname("salesgraph").password("any");
    config.ssl_mode(tokio_postgres::config::SslMode::Disable);
    let (client, connection) = config.connect_raw(stream, NoTls).await.unwrap();
    tokio::spawn(connection);
    let all = "SELECT MEASURE(order_count) FROM kpis";
    assert_eq!(Sql(client).table(all).await, ["7"]);
}
