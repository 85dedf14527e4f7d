//! What is around `MEASURE`: it is SQL as any.

use super::shop;

#[tokio::test]
async fn totals_of_grouping_sets_are_counted_and_not_added_up() {
    let sql = shop("sql rollup").await;
    let rollup = "SELECT category, MEASURE(customer_count), MEASURE(order_count), grouping(category) \
                  FROM kpis WHERE category IS NOT NULL GROUP BY ROLLUP(category) ORDER BY 4, 1";
    // O1 is in both categories; Ada, Ben in Furniture, Ada and nobody in Office.
    let expected = [
        "Furniture | 2 | 5 | 0",
        "Office | 1 | 2 | 0",
        "- | 2 | 6 | 1",
    ];
    assert_eq!(sql.table(rollup).await, expected);
}

#[tokio::test]
async fn each_grouping_of_several_is_counted_by_itself() {
    let sql = shop("sql cube").await;
    let sets = "SELECT ship_mode, category, MEASURE(order_count) FROM kpis \
                GROUP BY GROUPING SETS ((ship_mode), (category)) ORDER BY 1, 2";
    // Of no mode and of no category there is O6 alone; O1 is in both categories.
    let expected = [
        "Express | - | 2",
        "Standard | - | 4",
        "- | Furniture | 5",
        "- | Office | 2",
        "- | - | 1",
        "- | - | 1",
    ];
    assert_eq!(sql.table(sets).await, expected);
    let cube = "SELECT ship_mode, category, MEASURE(order_count) FROM kpis \
                WHERE category = 'Furniture' GROUP BY CUBE(ship_mode, category) ORDER BY 1, 2";
    let expected = [
        "Express | Furniture | 1",
        "Express | - | 1",
        "Standard | Furniture | 4",
        "Standard | - | 4",
        "- | Furniture | 5",
        "- | - | 5",
    ];
    assert_eq!(sql.table(cube).await, expected);
}

#[tokio::test]
async fn figures_are_rows_to_join_and_to_window() {
    let sql = shop("sql windows").await;
    let statement = "WITH q AS (SELECT region, MEASURE(total_sales) AS sales FROM kpis AS k \
                     WHERE region IN ('South', 'Abroad') GROUP BY 1) \
                     SELECT q.region, manager, sales, sales / sum(sales) OVER () AS share \
                     FROM q JOIN (VALUES ('South', 'Zoe'), ('Abroad', 'Max')) AS m(region, manager) \
                     ON m.region = q.region ORDER BY sales DESC";
    // South: 400 + 105.60 + 200 + 2.20; abroad: 100.10 + 30.
    let expected = [
        "South | Zoe | 707.8 | 0.844730",
        "Abroad | Max | 130.1 | 0.155269",
    ];
    let found = sql.table(statement).await;
    let cut = |row: &String| {
        row.chars()
            .take(row.rfind('.').unwrap() + 7)
            .collect::<String>()
    };
    assert_eq!(found.iter().map(cut).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn having_order_and_limit_are_of_what_was_counted() {
    let sql = shop("sql having").await;
    let statement = "SELECT customer, MEASURE(order_count) AS orders FROM \
                     (SELECT * FROM kpis WHERE customer IS NOT NULL) AS virtual_table \
                     GROUP BY customer HAVING MEASURE(order_count) > 1 ORDER BY orders DESC LIMIT 1";
    assert_eq!(sql.table(statement).await, ["ada | 3"]);
    assert_eq!(
        sql.table("SELECT DISTINCT segment FROM kpis ORDER BY 1")
            .await,
        ["Consumer", "Corporate", "-"]
    );
    // Tools ask so for a table's columns.
    let nothing = sql.0.prepare("SELECT * FROM kpis LIMIT 0").await.unwrap();
    let columns = nothing.columns().iter().map(tokio_postgres::Column::name);
    let columns: Vec<&str> = columns.collect();
    assert_eq!(columns[0], "ordered_at");
    assert!(columns.contains(&"sub_category") && columns.contains(&"total_sales"));
    assert!(sql.0.query(&nothing, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn days_are_those_of_the_session() {
    let sql = shop("sql zones").await;
    // Before any SET, too.
    let now = sql.table("SELECT now()::text").await;
    assert!(
        now[0].ends_with("+02:00") || now[0].ends_with("+01:00"),
        "{now:?}"
    );
    let days = "SELECT ordered_at::date, MEASURE(order_count) FROM kpis \
                WHERE ordered_at >= '2024-03-30' AND ordered_at < '2024-04-02' GROUP BY 1 ORDER BY 1";
    assert_eq!(
        sql.table(days).await,
        ["2024-03-30 | 1", "2024-03-31 | 1", "2024-04-01 | 1"]
    );
    sql.rows("SET timezone = 'UTC'").await;
    assert_eq!(sql.table(days).await, ["2024-03-30 | 2", "2024-03-31 | 1"]);
    assert_eq!(sql.table("SHOW timezone").await, ["UTC"]);
    let months = "SELECT date_trunc('month', ordered_at), MEASURE(order_count) FROM kpis \
                  WHERE extract(year FROM ordered_at) = 2024 GROUP BY 1 ORDER BY 1";
    assert_eq!(
        sql.table(months).await,
        [
            "2024-03-01 00:00:00.000000+00 | 3",
            "2024-04-01 00:00:00.000000+00 | 3"
        ]
    );
}

#[tokio::test]
async fn prepared_statements_take_values() {
    let sql = shop("sql prepared").await;
    let statement = "SELECT region, MEASURE(order_count), MEASURE(return_rate) FROM kpis \
                     WHERE category = $1 AND region = $2 GROUP BY region";
    let row = sql
        .0
        .query_one(statement, &[&"Furniture", &"South"])
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "South");
    assert_eq!(row.get::<_, i64>(1), 3);
    assert_eq!(row.get::<_, Option<f64>>(2), Some(0.0));
    let none = sql
        .0
        .query(statement, &[&"Furniture", &"Nowhere"])
        .await
        .unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn the_catalogue_describes_every_column() {
    let sql = shop("sql catalogue").await;
    let columns = "SELECT a.attname, format_type(a.atttypid, a.atttypmod), d.description \
                   FROM pg_catalog.pg_attribute a \
                   JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
                   LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = a.attnum \
                   WHERE c.relname = 'kpis' ORDER BY a.attnum";
    let columns = sql.table(columns).await;
    assert_eq!(
        columns.len(),
        1 + 13 + salesgraph::kpi::Kpi::built_in().len()
    );
    assert!(columns.iter().all(|it| !it.ends_with("| -")), "{columns:?}");
    let sales = "total_sales | numeric | Gross sales less discounts and returns, before shipping and tax. Unit: the shop's currency.";
    assert!(columns.iter().any(|it| it == sales), "{columns:?}");
}

#[tokio::test]
async fn drivers_may_open_transactions_and_name_points_in_them() {
    let sql = shop("sql transactions").await;
    let orders = "SELECT MEASURE(order_count) FROM kpis";
    sql.rows("BEGIN").await;
    sql.rows("SAVEPOINT a").await;
    assert_eq!(sql.refusal("SELECT 1 FROM nowhere").await.0, "42P01");
    sql.rows("ROLLBACK TO SAVEPOINT a").await;
    assert_eq!(sql.table(orders).await, ["7"]);
    sql.rows("RELEASE SAVEPOINT a; COMMIT; DISCARD ALL").await;
    assert_eq!(sql.table(orders).await, ["7"]);
}
