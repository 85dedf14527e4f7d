//! Rows as files, by `COPY … TO STDOUT`.

use futures::{StreamExt, TryStreamExt, pin_mut};
use tokio_postgres::{
    binary_copy::BinaryCopyOutStream,
    types::{FromSql, Type},
};

use super::{Sql, said, shop};

impl Sql {
    /// What a client writes into its file.
    async fn copied(&self, statement: &str) -> String {
        let pieces = self.0.copy_out(statement).await;
        let pieces = pieces.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        let pieces: Vec<_> = pieces.try_collect().await.unwrap();
        String::from_utf8(pieces.concat()).unwrap()
    }
}

#[tokio::test]
async fn rows_are_written_as_files() {
    let sql = shop("sql copies").await;
    let regions =
        "SELECT region, sum(revenue) AS revenue, count(*) FROM sales GROUP BY 1 ORDER BY 1";
    let csv = format!("COPY ({regions}) TO STDOUT (FORMAT csv, HEADER)");
    let expected = "region,revenue,count(*)\nAbroad,130.1,3\nSouth,707.8,5\n,-50.05,1\n";
    assert_eq!(sql.copied(&csv).await, expected);
    // As psql sends `\copy … to 'file'`.
    let text = sql.copied(&format!("COPY ( {regions} ) TO STDOUT ")).await;
    assert_eq!(text, "Abroad\t130.1\t3\nSouth\t707.8\t5\n\\N\t-50.05\t1\n");
    let table = sql
        .copied("COPY products (id, name) TO STDOUT WITH CSV")
        .await;
    let mut lines: Vec<&str> = table.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["chair,Oak Chair", "desk,Oak Desk", "pen,Blue Pen"]);
    // A KPI, and nothing.
    let none = "COPY (SELECT region, MEASURE(total_sales) AS sales FROM kpis \
                WHERE region = 'Nowhere' GROUP BY 1) TO STDOUT (FORMAT csv, HEADER)";
    assert_eq!(sql.copied(none).await, "region,sales\n");
}

#[tokio::test]
async fn rows_are_written_in_binary() {
    let sql = shop("sql binary copies").await;
    let all = "COPY (SELECT id, line_count FROM orders WHERE status = 'completed' AND id < 'O3' \
               ORDER BY 1) TO STDOUT (FORMAT binary)";
    let pieces = sql.0.copy_out(all).await.unwrap();
    let rows = BinaryCopyOutStream::new(pieces, &[Type::TEXT, Type::INT8]);
    pin_mut!(rows);
    let mut read = Vec::new();
    while let Some(row) = rows.next().await {
        let row = row.unwrap();
        read.push((cell::<String>(&row, 0), cell::<i64>(&row, 1)));
    }
    assert_eq!(read, [("O1".to_owned(), 2), ("O2".to_owned(), 2)]);
}

fn cell<'r, T: FromSql<'r>>(
    row: &'r tokio_postgres::binary_copy::BinaryCopyOutRow,
    at: usize,
) -> T {
    row.get(at)
}

#[tokio::test]
async fn what_is_wrong_with_a_copy_is_said() {
    let sql = shop("sql refused copies").await;
    for (statement, state, reason) in [
        ("COPY sales FROM STDIN", "25006", "read-only"),
        ("COPY sales TO '/tmp/sales.csv'", "25006", "read-only"),
        (
            "COPY (SELECT 1) TO STDOUT (FORMAT parquet)",
            "0A000",
            "text, csv or binary",
        ),
        (
            "COPY (SELECT nothing FROM sales) TO STDOUT",
            "42703",
            "nothing",
        ),
        (
            "COPY (SELECT sum(total_sales) FROM kpis) TO STDOUT",
            "42803",
            "MEASURE",
        ),
    ] {
        let refused = match sql.0.copy_out(statement).await {
            Ok(pieces) => pieces.try_collect::<Vec<_>>().await.expect_err(statement),
            Err(error) => error,
        };
        let (code, message) = said(&refused);
        assert_eq!(code, state, "{statement}: {message}");
        assert!(message.contains(reason), "{statement}: {message}");
    }
    let (code, message) = sql.refusal("SELECT 1; COPY sales TO STDOUT").await;
    assert_eq!(code, "0A000");
    assert!(message.contains("without other statements"), "{message}");
}
