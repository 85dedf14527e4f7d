//! The shop's rows as tables.

use bson::doc;
use salesgraph::{
    engine::{COUNTING_BYTES, Choice, Engine},
    kpi::{Holder, OwnDimension, Vocabulary, Words},
    store::{Condition, Store},
};
use tokio_postgres::types::Type;

use super::{Served, setup, shop};
use crate::small_shop::small_shop;

#[tokio::test]
async fn each_line_sold_is_a_row() {
    let sql = shop("sql sales").await;
    let rows = "SELECT order_id, entry, position, product, product_name, customer_name, segment, \
                city, quantity, revenue, profit FROM sales ORDER BY ordered_at, order_id, position";
    // O7 is cancelled, and O9 without lines.
    assert_eq!(
        sql.table(rows).await,
        [
            "O8 | line | 1 | desk | Oak Desk | Ben | Corporate | Lyon | 2 | 400 | 100",
            "O1 | line | 1 | chair | Oak Chair | Ada | Consumer | Lyon | 2 | 100.1 | 20.02",
            "O1 | line | 2 | pen | Blue Pen | Ada | Consumer | Lyon | 10 | 5.5 | 1.1",
            "O2 | line | 1 | chair | Oak Chair | Ben | Corporate | Springfield | 1 | 50.05 | -10.01",
            "O2 | line | 2 | chair | Oak Chair | Ben | Corporate | Springfield | 1 | 50.05 | 10.01",
            "O3 | line | 1 | desk | Oak Desk | Ada | Consumer | Lyon | 1 | 200 | 50",
            "O4 | line | 1 | pen | Blue Pen | - | - | Lyon | 4 | 2.2 | 0.44",
            "O5 | line | 1 | chair | Oak Chair | Ada | Consumer | - | -1 | -50.05 | -10.01",
            "O6 | line | 1 | deleted | - | Cleo | - | Springfield | 1 | 30 | -",
        ]
    );
    let regions = "SELECT region, sum(revenue), count(*) FROM sales GROUP BY 1 ORDER BY 1";
    assert_eq!(
        sql.table(regions).await,
        ["Abroad | 130.1 | 3", "South | 707.8 | 5", "- | -50.05 | 1"]
    );
    assert_eq!(sql.table("SELECT count(*) FROM sales").await, ["9"]);
    let limited = "SELECT order_id FROM sales WHERE category = 'Office' ORDER BY 1 DESC LIMIT 1";
    assert_eq!(sql.table(limited).await, ["O4"]);
    assert_eq!(sql.rows("SELECT * FROM sales LIMIT 2").await.len(), 2);
}

#[tokio::test]
async fn times_of_rows_are_those_of_the_session() {
    let sql = shop("sql sales days").await;
    let days = "SELECT DISTINCT order_id, day, week, month, quarter, year, weekday, hour FROM sales \
                WHERE order_id IN ('O1', 'O2') ORDER BY 1";
    // O1 at 23:59:59.999 of a Saturday in Paris, O2 a millisecond later.
    let expected = [
        "O1 | 2024-03-30 | 2024-03-25 | 2024-03-01 | 2024-01-01 | 2024 | 6 | 23",
        "O2 | 2024-03-31 | 2024-03-25 | 2024-03-01 | 2024-01-01 | 2024 | 7 | 0",
    ];
    assert_eq!(sql.table(days).await, expected);
    for filter in [
        "ordered_at >= '2024-03-31' AND ordered_at < '2024-04-02'",
        "ordered_at >= DATE '2024-03-31' AND ordered_at < DATE '2024-04-02'",
        "ordered_at BETWEEN '2024-03-31 00:00' AND '2024-04-01 23:59'",
        "'2024-03-31'::timestamp <= ordered_at AND ordered_at < '2024-04-02'::timestamptz",
        "ordered_at >= '2024-03-30 23:00:00+00' AND ordered_at < '2024-04-01 22:00:00+00'",
        "ordered_at::date >= '2024-03-31' AND day < '2024-04-02'",
        "date_trunc('day', ordered_at) IN ('2024-03-31', '2024-04-01')",
        "year = 2024 AND day IN ('2024-03-31', '2024-04-01')",
    ] {
        let orders = format!("SELECT DISTINCT order_id FROM sales WHERE {filter} ORDER BY 1");
        assert_eq!(sql.table(&orders).await, ["O2", "O3"], "{filter}");
    }
    let months = "SELECT date_trunc('month', ordered_at) AS m, sum(revenue) FROM sales \
                  WHERE extract(year FROM ordered_at) = 2024 GROUP BY 1 ORDER BY 1";
    // March: 105.60 + 100.10; April: 200 + 2.20 − 50.05 + 30.
    assert_eq!(
        sql.table(months).await,
        [
            "2024-03-01 00:00:00.000000+01 | 205.7",
            "2024-04-01 00:00:00.000000+02 | 182.15"
        ]
    );
    sql.rows("SET timezone = 'UTC'").await;
    assert_eq!(
        sql.table(days).await,
        [
            "O1 | 2024-03-30 | 2024-03-25 | 2024-03-01 | 2024-01-01 | 2024 | 6 | 22",
            "O2 | 2024-03-30 | 2024-03-25 | 2024-03-01 | 2024-01-01 | 2024 | 6 | 23",
        ]
    );
}

/// Something of O1 came back on 12 April, for 50.05.
async fn shop_with_a_return(name: &str) -> Store {
    let store = small_shop(name).await;
    let at = |text| bson::DateTime::parse_rfc3339_str(text).unwrap();
    let amount = |text: &str| text.parse::<bson::Decimal128>().unwrap();
    let returned = doc! {
        "returnedAt": at("2024-04-12T08:00:00Z"), "line": 0, "quantity": 1,
        "amount": amount("50.05"), "profit": amount("10.01"),
    };
    let orders = store.database().collection::<bson::Document>("orders");
    let change = doc! { "$set": { "returns": [returned] } };
    orders
        .update_one(doc! { "_id": "O1" }, change)
        .await
        .unwrap();
    store
}

#[tokio::test]
async fn what_came_back_lowers_the_sales_as_it_lowers_the_kpi() {
    let store = shop_with_a_return("sql sales returns").await;
    let sql = Served::start(Choice::Mongo, store).await.client().await;
    let returns = "SELECT order_id, position, product, city, day, quantity, revenue, profit \
                   FROM sales WHERE entry = 'return'";
    let expected = ["O1 | 1 | chair | Lyon | 2024-04-12 | -1 | -50.05 | -10.01"];
    assert_eq!(sql.table(returns).await, expected);
    // April in the South: 200 + 2.20 − 50.05; abroad 30, and −50.05 of O5 to nowhere.
    let compared = "WITH k AS (SELECT region, MEASURE(total_sales) AS total_sales, \
                                      MEASURE(total_profit) AS total_profit FROM kpis \
                               WHERE ordered_at >= '2024-04-01' AND ordered_at < '2024-05-01' GROUP BY 1), \
                         s AS (SELECT region, sum(revenue) AS revenue, sum(profit) AS profit FROM sales \
                               WHERE ordered_at >= '2024-04-01' AND ordered_at < '2024-05-01' GROUP BY 1) \
                    SELECT s.region, revenue, total_sales, profit, total_profit FROM s \
                    JOIN k ON s.region IS NOT DISTINCT FROM k.region ORDER BY 1";
    assert_eq!(
        sql.table(compared).await,
        [
            "Abroad | 30 | 30 | - | -",
            "South | 152.15 | 152.15 | 40.43 | 40.43",
            "- | -50.05 | -50.05 | -10.01 | -10.01",
        ]
    );
    let returns = "SELECT order_id, position, line_position, returned_at, quantity, amount, cost \
                   FROM order_returns";
    assert_eq!(
        sql.table(returns).await,
        ["O1 | 1 | 1 | 2024-04-12 10:00:00.000000+02 | 1 | 50.05 | -"]
    );
}

#[tokio::test]
async fn orders_of_any_status_and_what_they_name_are_tables() {
    let sql = shop("sql orders").await;
    let orders = "SELECT id, status, is_counted, customer_id, ship_to_id, ship_from_id, line_count, \
                  units, sales, profit, tax, shipped_at FROM orders WHERE id >= 'O4' ORDER BY id";
    assert_eq!(
        sql.table(orders).await,
        [
            "O4 | completed | t | - | lyon | paris | 1 | 4 | 2.2 | 0.44 | - | 2024-04-11 00:00:00.000000+02",
            "O5 | completed | t | ada | - | - | 1 | -1 | -50.05 | -10.01 | - | -",
            "O6 | completed | t | cleo | illinois | paris | 1 | 1 | 30 | - | - | -",
            "O7 | cancelled | f | ben | lyon | paris | 1 | 1 | 999 | 99 | - | -",
            "O8 | completed | t | ben | lyon | paris | 1 | 2 | 400 | 100 | - | 2023-04-08 12:00:00.000000+02",
            "O9 | completed | f | ben | - | - | 0 | 0 | 0 | - | - | -",
        ]
    );
    let joined = "SELECT o.id, l.position, p.name, c.name, c.segment, city, l.quantity \
                  FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id \
                  JOIN products AS p ON p.id = l.product_id \
                  JOIN customers AS c ON c.id = o.customer_id \
                  JOIN locations ON locations.id = o.ship_to_id \
                  WHERE o.status = 'cancelled' OR l.quantity > 5 ORDER BY 1, 2";
    assert_eq!(
        sql.table(joined).await,
        [
            "O1 | 2 | Blue Pen | Ada | Consumer | Lyon | 10",
            "O7 | 1 | Oak Desk | Ben | Corporate | Lyon | 1",
        ]
    );
    let never = "SELECT name FROM products WHERE id NOT IN \
                 (SELECT product_id FROM order_lines WHERE product_id IS NOT NULL) ORDER BY 1";
    assert!(sql.table(never).await.is_empty());
    assert_eq!(
        sql.table("SELECT id, latitude, longitude, state, postal_code FROM locations ORDER BY id DESC LIMIT 2")
            .await,
        ["paris | 48.8566 | 2.3522 | Paris | -", "ohio | - | - | Ohio | -"]
    );
}

#[tokio::test]
async fn drivers_get_rows_with_their_types_and_send_values() {
    let sql = shop("sql sales prepared").await;
    let statement = "SELECT order_id, ordered_at, revenue, day, position, hour FROM sales \
                     WHERE region = $1 AND ordered_at >= $2 ORDER BY ordered_at";
    let types = [Type::TEXT, Type::TIMESTAMPTZ];
    let prepared = sql.0.prepare_typed(statement, &types).await.unwrap();
    let columns: Vec<&Type> = prepared
        .columns()
        .iter()
        .map(tokio_postgres::Column::type_)
        .collect();
    let expected = [
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::NUMERIC,
        Type::DATE,
        Type::INT8,
        Type::INT8,
    ];
    assert_eq!(columns, expected.iter().collect::<Vec<_>>());
    let from: chrono::DateTime<chrono::Utc> = "2024-04-01T00:00:00Z".parse().unwrap();
    let rows = sql.0.query(&prepared, &[&"South", &from]).await.unwrap();
    let ids: Vec<&str> = rows.iter().map(|it| it.get(0)).collect();
    assert_eq!(ids, ["O4"]);
}

#[tokio::test]
async fn a_shops_own_words_are_columns() {
    let store = small_shop("sql sales own").await;
    let set = async |collection: &str, id: &str, change| {
        let collection = store.database().collection::<bson::Document>(collection);
        let change = doc! { "$set": change };
        collection
            .update_one(doc! { "_id": id }, change)
            .await
            .unwrap();
    };
    set(
        "orders",
        "O1",
        doc! { "attributes": { "till": "T1" }, "lines.1.attributes": { "gift": "yes" } },
    )
    .await;
    set(
        "products",
        "chair",
        doc! { "attributes": { "material": "oak" } },
    )
    .await;
    let own = |name: &str, holder| OwnDimension {
        name: name.into(),
        description: "What it is.".into(),
        holder,
    };
    let words = Words {
        dimensions: vec![
            own("till", Holder::Order),
            own("gift", Holder::Line),
            own("material", Holder::Product),
        ],
        ..Words::default()
    };
    let mut setup = setup(Engine::new(Choice::Mongo, COUNTING_BYTES), store);
    setup.shop.vocabulary = Vocabulary::with(words).unwrap();
    let sql = Served::with(setup).await.client().await;
    let sales = "SELECT position, till, gift, material FROM sales WHERE till = 'T1' ORDER BY 1";
    assert_eq!(
        sql.table(sales).await,
        ["1 | T1 | - | oak", "2 | T1 | yes | -"]
    );
    let apart = "SELECT (SELECT count(till) FROM orders), (SELECT count(gift) FROM order_lines), \
                 (SELECT count(material) FROM products)";
    assert_eq!(sql.table(apart).await, ["1 | 1 | 1"]);
}

#[tokio::test]
async fn tools_find_tables_descriptions_and_keys() {
    let sql = shop("sql keys of tables").await;
    let tables = "SELECT table_name, table_type FROM information_schema.tables \
                  WHERE table_schema = 'public' ORDER BY 1";
    assert_eq!(
        sql.table(tables).await,
        [
            "customers | BASE TABLE",
            "kpis | VIEW",
            "locations | BASE TABLE",
            "order_lines | BASE TABLE",
            "order_returns | BASE TABLE",
            "orders | BASE TABLE",
            "products | BASE TABLE",
            "sales | BASE TABLE",
        ]
    );
    let columns = "SELECT attname, attnotnull, description FROM pg_catalog.pg_attribute AS a \
                   JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
                   JOIN pg_catalog.pg_description AS d ON d.objoid = c.oid AND d.objsubid = a.attnum \
                   WHERE relname = 'customers' AND attnum < 4 ORDER BY attnum";
    assert_eq!(
        sql.table(columns).await,
        [
            "id | t | The customer's id in the shop.",
            "name | t | The customer's name.",
            "segment | f | The kind of customer, such as `Consumer`; null where that is unknown.",
        ]
    );
    let keys = "SELECT c.relname, a.attname, f.relname, fa.attname FROM pg_catalog.pg_constraint AS k \
                JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid \
                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] \
                LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid \
                LEFT JOIN pg_catalog.pg_attribute AS fa ON fa.attrelid = f.oid AND fa.attnum = k.confkey[1] \
                WHERE c.relname IN ('orders', 'order_lines') ORDER BY 1, contype DESC, 2";
    assert_eq!(
        sql.table(keys).await,
        [
            "order_lines | order_id | - | -",
            "order_lines | order_id | orders | id",
            "order_lines | product_id | products | id",
            "orders | id | - | -",
            "orders | customer_id | customers | id",
            "orders | ship_from_id | locations | id",
            "orders | ship_to_id | locations | id",
        ]
    );
}

/// A statement reads several collections, batch by batch, while others write to them.
#[tokio::test]
async fn records_are_of_one_instant() {
    let store = small_shop("records instant").await;
    let now = store.now().await.unwrap();
    let orders = store.database().collection::<bson::Document>("orders");
    let change = doc! { "$set": { "status": "cancelled" } };
    orders
        .update_one(doc! { "_id": "O1" }, change)
        .await
        .unwrap();
    let customers = store.database().collection::<bson::Document>("customers");
    customers.delete_many(doc! {}).await.unwrap();

    let always = Condition::ALWAYS;
    let mut records = store.records("orders", &always, now, None).await.unwrap();
    let orders = records.next().await.unwrap().unwrap();
    let order = orders
        .iter()
        .find(|it| it.fields().text("_id") == Some("O1"));
    assert_eq!(order.unwrap().fields().text("status"), Some("completed"));
    assert!(records.next().await.unwrap().is_none());
    let named = store
        .named_records("customers", &["ada", "nobody"], now)
        .await;
    assert_eq!(named.unwrap().len(), 1);
}
