//! Rows as tables over HTTP, in builds that have them.

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use reqwest::{StatusCode, header};
use salesgraph::{
    auth::{Gate, Keys, Scope},
    kpi::Vocabulary,
};
use serde_json::{Value, json};

use super::{get, text};
use crate::{small_shop::small_shop, support::Served};

#[tokio::test]
async fn rows_that_are_asked_for_are_a_file() {
    let shop = Served::start(small_shop("table rows").await);
    let lines = "/table/sales.csv?columns=order_id,position,product,revenue,day&orderBy=-revenue,order_id,position";
    assert_eq!(
        text(&shop, &format!("{lines}&period=2024-03..2024-04-01")).await,
        "order_id,position,product,revenue,day\r\n\
         O3,1,desk,200,2024-04-01\r\n\
         O1,1,chair,100.1,2024-03-30\r\n\
         O2,1,chair,50.05,2024-03-31\r\n\
         O2,2,chair,50.05,2024-03-31\r\n\
         O1,2,pen,5.5,2024-03-30\r\n"
    );
    for (condition, orders) in [
        ("min.revenue=200", "O8 O3"),
        ("above.revenue=200", "O8"),
        ("max.revenue=2.2", "O4 O5"),
        ("below.revenue=2.2", "O5"),
        (
            "product=desk&product=deleted&below.ordered_at=2024-01-01",
            "O8",
        ),
        ("customer=", "O4"),
        ("category=&category=Office&above.quantity=3", "O1 O4"),
        ("city!=Lyon&above.revenue=0", "O2 O2 O6"),
        (
            "min.ordered_at=2024-04-10T10:00:00Z&max.ordered_at=2024-04-10T10:00:00Z",
            "O4 O5",
        ),
        // Midnight in Paris, and in New York six hours later.
        ("below.ordered_at=2024-03-31&period=2024", "O1 O1"),
        (
            "below.ordered_at=2024-03-31&period=2024&timeZone=America/New_York",
            "O1 O2 O2 O1",
        ),
    ] {
        let path = format!("/table/sales.csv?columns=order_id&orderBy=-revenue&{condition}");
        let rows = text(&shop, &path).await;
        let rows: Vec<&str> = rows.lines().skip(1).collect();
        assert_eq!(rows.join(" "), orders, "{condition}");
    }
    let european = "/table/orders.csv?columns=id,sales&id=O1&decimal=,";
    assert_eq!(text(&shop, european).await, "id;sales\r\nO1;105,6\r\n");
}

#[tokio::test]
async fn every_kind_of_file_says_the_same() {
    let shop = Served::in_memory(small_shop("table kinds").await);
    let asked = "columns=id,is_counted,ordered_at,line_count,profit&orderBy=id&id=O6&id=O7";
    let rows = json!([
        { "id": "O6", "is_counted": true, "ordered_at": "2024-04-20T10:00:00+02:00", "line_count": 1, "profit": null },
        { "id": "O7", "is_counted": false, "ordered_at": "2024-04-21T10:00:00+02:00", "line_count": 1, "profit": 99 },
    ]);
    let json = text(&shop, &format!("/table/orders.json?{asked}")).await;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), rows);

    let by_type = reqwest::Client::new().get(format!("{}/table/orders?{asked}", shop.url()));
    let answer = by_type
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let disposition = "attachment; filename=\"orders.json\"";
    assert_eq!(answer.headers()[header::CONTENT_DISPOSITION], disposition);
    assert_eq!(answer.text().await.unwrap(), json);

    let file = get(&shop, &format!("/table/orders.parquet?{asked}")).await;
    let reader = SerializedFileReader::new(file.bytes().await.unwrap()).unwrap();
    let read: Vec<String> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|it| it.unwrap().to_string())
        .collect();
    assert_eq!(read.len(), 2);
    assert!(
        read[1].contains("is_counted: false") && read[1].contains("line_count: 1"),
        "{read:?}"
    );

    let workbook = get(&shop, &format!("/table/orders.xlsx?{asked}")).await;
    let bytes = std::io::Cursor::new(workbook.bytes().await.unwrap());
    let mut workbook: calamine::Xlsx<_> = calamine::Reader::new(bytes).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut workbook, "Sheet1").unwrap();
    assert_eq!(sheet.get_value((2, 1)), Some(&calamine::Data::Bool(false)));
}

#[tokio::test]
async fn what_cannot_be_asked_says_what_to_write() {
    let shop = Served::start(small_shop("table refusals").await);
    for (path, status, reason) in [
        (
            "/table/kpis.csv",
            StatusCode::NOT_FOUND,
            "KPIs are at /kpis.csv",
        ),
        (
            "/table/sale.csv",
            StatusCode::NOT_FOUND,
            "there are sales, orders, order_lines",
        ),
        (
            "/table/orders.csv?colour=red",
            StatusCode::BAD_REQUEST,
            "orders has no column `colour`: there are id, ",
        ),
        (
            "/table/orders.csv?columns=id,id",
            StatusCode::BAD_REQUEST,
            "`id` is asked for twice",
        ),
        (
            "/table/orders.csv?orderBy=size",
            StatusCode::BAD_REQUEST,
            "no column `size`",
        ),
        (
            "/table/sales.csv?min.revenue=much",
            StatusCode::BAD_REQUEST,
            "`revenue` is a number",
        ),
        (
            "/table/sales.csv?min.ordered_at=soon",
            StatusCode::BAD_REQUEST,
            "`ordered_at` is a day or an instant",
        ),
        (
            "/table/customers.csv?period=2024",
            StatusCode::BAD_REQUEST,
            "customers has no ordered_at",
        ),
        (
            "/table/sales.csv?separator=x",
            StatusCode::BAD_REQUEST,
            "`separator` is",
        ),
    ] {
        let answer = get(&shop, path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let problem: Value = answer.json().await.unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(reason), "{path}: {detail}");
    }
}

#[tokio::test]
async fn a_scope_holds_for_rows_and_columns() {
    let store = small_shop("table scopes").await;
    let now = || "2024-04-10T10:00:00Z".parse().unwrap();
    let keys = Keys::new(store.clone());
    let scope = "rows = { region = [\"South\"] }\nkpis = [\"totalSales\", \"orderCount\"]\ndimensions = [\"region\", \"category\"]";
    let scope = Scope::from_toml(scope, Vocabulary::built_in()).unwrap();
    let key = keys.add("south", &scope, now(), None).await.unwrap();
    let gate = Gate::of_keys(keys, Vocabulary::built_in(), now);
    let shop = Served::guarded(store, gate);
    let asked = async |path: &str| {
        let request = reqwest::Client::new().get(format!("{}{path}", shop.url()));
        let answer = request.bearer_auth(key.text()).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    // The keys are read as soon as the gate is made.
    while asked("/table/orders.csv").await.0 == StatusCode::SERVICE_UNAVAILABLE {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let (status, sales) = asked("/table/sales.json?orderBy=-revenue&limit=1").await;
    assert_eq!(status, StatusCode::OK, "{sales}");
    let sales: Value = serde_json::from_str(&sales).unwrap();
    let row = sales[0].as_object().unwrap();
    assert_eq!(
        (&row["order_id"], &row["revenue"]),
        (&json!("O8"), &json!(400))
    );
    assert!(
        !row.contains_key("profit") && !row.contains_key("product"),
        "{row:?}"
    );
    let (_, abroad) = asked("/table/sales.csv?columns=order_id&region=Abroad").await;
    assert_eq!(abroad, "order_id\r\n");
    for path in [
        "/table/sales.csv?columns=profit",
        "/table/sales.csv?city=Lyon",
        "/table/sales.csv?columns=order_id&orderBy=customer_name",
        "/table/products.csv",
    ] {
        let (status, problem) = asked(path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: {problem}");
    }
    let (_, description) = asked("/openapi.json").await;
    let description: Value = serde_json::from_str(&description).unwrap();
    let paths = &description["paths"];
    assert!(paths.get("/table/products.csv").is_none());
    let columns = &paths["/table/sales.csv"]["get"]["parameters"][0]["schema"]["items"]["enum"];
    let columns = columns.as_array().unwrap();
    assert!(columns.contains(&json!("revenue")) && !columns.contains(&json!("profit")));
    assert_eq!(
        asked("/table/sales.csv?columns=order_id").await.0,
        StatusCode::OK
    );
    let nobody = get(&shop, "/table/sales.csv").await;
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}
