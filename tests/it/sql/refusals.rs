//! What is refused, and what is said.

use super::{said, shop};

/// A statement, its SQLSTATE, and some of what is said.
const REFUSED: [[&str; 3]; 31] = [
    [
        "SELECT sum(total_sales) FROM kpis",
        "42803",
        "write MEASURE(total_sales) in place of sum",
    ],
    [
        "SELECT region, avg(average_basket) FROM kpis GROUP BY 1",
        "42803",
        "write MEASURE(average_basket)",
    ],
    ["SELECT count(*) FROM kpis", "42803", "MEASURE(order_count)"],
    ["SELECT * FROM kpis", "0A000", "no rows"],
    ["SELECT MEASURE(region) FROM kpis", "0A000", "takes a KPI"],
    ["SELECT MEASURE(1)", "0A000", "takes a KPI"],
    [
        "SELECT total_sales, MEASURE(order_count) FROM kpis GROUP BY 1",
        "42803",
        "write MEASURE(total_sales)",
    ],
    [
        "SELECT MEASURE(total_sales) FROM kpis WHERE total_sales > 5",
        "0A000",
        "HAVING",
    ],
    [
        "SELECT MEASURE(total_sales) FROM kpis WHERE region = 'a' OR ordered_at < '2024-01-01'",
        "0A000",
        "joined by AND",
    ],
    [
        "SELECT MEASURE(total_sales) FROM kpis WHERE upper(region) = 'A'",
        "0A000",
        "compare dimensions",
    ],
    [
        "SELECT MEASURE(total_sales) FROM kpis WHERE ordered_at > 'soon'",
        "22007",
        "is no time",
    ],
    [
        "SELECT ordered_at, MEASURE(total_sales) FROM kpis GROUP BY 1",
        "0A000",
        "date_trunc",
    ],
    [
        "SELECT date_trunc('minute', ordered_at), MEASURE(total_sales) FROM kpis GROUP BY 1",
        "0A000",
        "hour, day",
    ],
    [
        "SELECT k.region, MEASURE(k.total_sales) FROM kpis k JOIN (VALUES ('a')) v(r) ON v.r = k.region GROUP BY 1",
        "0A000",
        "from a subquery",
    ],
    ["SELECT nothing FROM kpis", "42703", "nothing"],
    ["SELECT 1 FROM nowhere", "42P01", "nowhere"],
    [
        "SET datafusion.runtime.memory_limit = '64G'",
        "42501",
        "not yours",
    ],
    // The library reads names without their quotes.
    [
        "SET \"datafusion\".runtime.memory_limit = '64G'",
        "42501",
        "not yours",
    ],
    ["SET timezone = 'Nowhere/Else'", "22023", "IANA"],
    ["SET \"timezone\" = 'Nowhere/Else'", "22023", "IANA"],
    [
        "SELECT MEASURE(order_count) FROM kpis WHERE ordered_at BETWEEN '2024-01-01' AND (SELECT timestamp '2024-02-01')",
        "0A000",
        "compare dimensions",
    ],
    [
        "SELECT MEASURE(order_count) FROM kpis GROUP BY CUBE(region, city, state, country, product, category, segment)",
        "54000",
        "at most 6 keys",
    ],
    [
        "FETCH 100000000000000 FROM c",
        "54000",
        "at most 100000 rows",
    ],
    ["FETCH ALL FROM c", "54000", "at most 100000 rows"],
    // It makes gigabytes of a letter.
    ["SELECT repeat('x', 2000000000)", "42883", "repeat"],
    ["SELECT region FROM kpis WHERE", "42601", "Expected"],
    ["SELECT 1/0", "22000", "zero"],
    [
        "SELECT MEASURE(DISTINCT total_sales) FROM kpis",
        "0A000",
        "total_sales",
    ],
    [
        "SELECT MEASURE(order_count) FROM kpis GROUP BY upper(region)",
        "0A000",
        "group by dimensions",
    ],
    [
        "SELECT MEASURE(order_count) FROM kpis GROUP BY date_trunc('month', ordered_at), extract(dow FROM ordered_at)",
        "0A000",
        "one expression of ordered_at",
    ],
    [
        "SELECT MEASURE(order_count) FROM kpis GROUP BY extract(minute FROM ordered_at)",
        "0A000",
        "minute",
    ],
];

/// What would write, were it let.
const WRITES: [&str; 7] = [
    "INSERT INTO kpis VALUES (1)",
    "UPDATE kpis SET region = 'a'",
    "DELETE FROM kpis",
    "CREATE TABLE mine (a int)",
    "DROP TABLE kpis",
    "SELECT 1 AS a INTO mine",
    "EXPLAIN ANALYZE CREATE TABLE mine AS SELECT 1",
];

#[tokio::test]
async fn what_cannot_be_counted_right_is_refused_with_what_to_write() {
    let sql = shop("sql refusals").await;
    for [statement, state, message] in REFUSED {
        let (code, said) = sql.refusal(statement).await;
        assert_eq!(code, state, "{statement}: {said}");
        assert!(said.contains(message), "{statement}: {said}");
    }
    let long = format!("SELECT 1{}", " + 1".repeat(20_000));
    let (code, said) = sql.refusal(&long).await;
    assert_eq!(code, "54000", "{said}");
    let prepared = sql.0.prepare(&long).await;
    assert_eq!(super::said(&prepared.expect_err("too long")).0, "54000");
    // The connection goes on.
    assert_eq!(
        sql.table("SELECT MEASURE(order_count) FROM kpis").await,
        ["7"]
    );
}

#[tokio::test]
async fn nothing_is_written() {
    let sql = shop("sql writes").await;
    for statement in WRITES {
        let (code, said) = sql.refusal(statement).await;
        assert_eq!(code, "25006", "{statement}: {said}");
        let prepared = sql.0.prepare(statement).await;
        let (code, _) = super::said(&prepared.expect_err(statement));
        assert_eq!(code, "25006", "{statement}");
    }
}

#[tokio::test]
async fn a_prepared_statement_is_one() {
    let sql = shop("sql several").await;
    let several = "SELECT 1 AS a; SELECT 2 AS b";
    let refused = sql.0.query(several, &[]).await.unwrap_err();
    assert_eq!(said(&refused).0, "42601");
    assert_eq!(sql.table(several).await, ["1", "2"]);
    let one = sql.0.query("SELECT 'a;b' AS a;\n", &[]).await.unwrap();
    assert_eq!(one[0].get::<_, &str>(0), "a;b");
}
