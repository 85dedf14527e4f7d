//! KPIs and rows as tables over HTTP.

#[cfg(feature = "sql")]
mod rows;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use calamine::{Data, Reader as _, Xlsx};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use reqwest::{Response, StatusCode, header};
use salesgraph::kpi::Kpi;
use serde_json::{Value, json};

use crate::{small_shop::small_shop, support::Served};

async fn get(shop: &Served, path: &str) -> Response {
    reqwest::get(format!("{}{path}", shop.url())).await.unwrap()
}

async fn text(shop: &Served, path: &str) -> String {
    let answer = get(shop, path).await;
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    text
}

/// By the table in `small_shop.rs`.
#[tokio::test]
async fn groups_are_rows_and_kpis_columns() {
    let store = small_shop("tables").await;
    for shop in [Served::start(store.clone()), Served::in_memory(store)] {
        let asked = "by=customer,month&measures=totalSales,orderCount,totalProfit&period=2024";
        assert_eq!(
            text(&shop, &format!("/kpis.csv?{asked}")).await,
            "customer,customerName,month,totalSales,orderCount,totalProfit\r\n\
             ada,Ada,2024-03-01,105.6,1,21.12\r\n\
             ada,Ada,2024-04-01,149.95,2,39.99\r\n\
             ben,Ben,2024-03-01,100.1,1,0\r\n\
             cleo,Cleo,2024-04-01,30,1,\r\n\
             ,,2024-04-01,2.2,1,0.44\r\n"
        );
        // Everything is one group; a year without an order, too.
        let all = "/kpis.csv?measures=totalSales,averageBasket&period=2022";
        assert_eq!(text(&shop, all).await, "totalSales,averageBasket\r\n0,\r\n");
        let ranked = "/kpis.csv?by=customer&measures=totalSales&customer!=ada&orderBy=-totalSales&limit=2&separator=;&decimal=,&bom=true";
        assert_eq!(
            text(&shop, ranked).await,
            "\u{feff}customer;customerName;totalSales\r\nben;Ben;500,1\r\ncleo;Cleo;30\r\n"
        );
        let hours = "/kpis.json?by=hour&measures=orderCount&period=2024-03&timeZone=Asia/Kolkata";
        let hours: Value = serde_json::from_str(&text(&shop, hours).await).unwrap();
        assert_eq!(
            hours,
            json!([{ "hour": "2024-03-31T04:00:00+05:30", "orderCount": 2 }])
        );
    }
}

/// Every KPI is what GraphQL says, digit for digit.
#[tokio::test]
async fn tables_say_what_the_graph_says() {
    let shop = Served::in_memory(small_shop("tables_say").await);
    let kpis: Vec<&str> = Kpi::built_in().iter().map(|it| it.name()).collect();
    let (measures, fields) = (kpis.join(","), kpis.join(" "));
    for (by, dimension) in [
        ("shipMode", "SHIP_MODE"),
        ("category", "CATEGORY"),
        ("status", "STATUS"),
    ] {
        let query = format!(
            "{{ kpis {{ breakdown(by: [{dimension}], first: 1000) {{ rows {{ key {{ value }} kpis {{ {fields} }} }} }} }} }}"
        );
        let graph = shop.data(&query).await;
        let mut expected: Vec<Value> = graph["kpis"]["breakdown"]["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let mut cells = row["kpis"].clone();
                cells[by] = row["key"][0]["value"].clone();
                cells
            })
            .collect();
        let table = text(&shop, &format!("/kpis.json?by={by}&measures={measures}")).await;
        let mut rows: Vec<Value> = serde_json::from_str(&table).unwrap();
        let by_key = |one: &Value, other: &Value| one[by].to_string().cmp(&other[by].to_string());
        expected.sort_by(by_key);
        rows.sort_by(by_key);
        assert_eq!(rows, expected, "{by}");
    }
}

#[tokio::test]
async fn a_workbook_has_numbers_days_and_texts() {
    let shop = Served::start(small_shop("workbook").await);
    let path = "/kpis.xlsx?by=day,product&measures=totalSales,orderCount&period=2024-04-10";
    let answer = get(&shop, path).await;
    let disposition = answer.headers()[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    assert_eq!(disposition, "attachment; filename=\"kpis.xlsx\"");
    let bytes = answer.bytes().await.unwrap();
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = workbook.worksheet_range("Sheet1").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(shown).collect())
        .collect();
    assert_eq!(
        rows,
        [
            vec!["day", "product", "productName", "totalSales", "orderCount"],
            vec!["2024-04-10 00:00:00", "chair", "Oak Chair", "-50.05", "1"],
            vec!["2024-04-10 00:00:00", "pen", "Blue Pen", "2.2", "1"],
        ]
    );
}

/// On 10 April 2024, Paris: a chair came back, pens were bought.
#[tokio::test]
async fn a_parquet_file_has_typed_columns() {
    let shop = Served::start(small_shop("parquet").await);
    let path = "/kpis.parquet?by=day,product&measures=totalSales,orderCount,averageBasket&period=2024-04-10";
    let answer = get(&shop, path).await;
    let media_type = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(media_type, "application/vnd.apache.parquet");
    let reader = SerializedFileReader::new(answer.bytes().await.unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    let rows: Vec<String> = rows.map(|row| row.unwrap().to_string()).collect();
    assert_eq!(
        rows,
        [
            "{day: 2024-04-10, product: \"chair\", productName: \"Oak Chair\", totalSales: -50.050000000000000, orderCount: 1, averageBasket: -50.050000000000000}",
            "{day: 2024-04-10, product: \"pen\", productName: \"Blue Pen\", totalSales: 2.200000000000000, orderCount: 1, averageBasket: 2.200000000000000}",
        ]
    );
}

fn shown(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) => at.as_datetime().unwrap().to_string(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let store = small_shop("tags").await;
    let shop = Served::in_memory(store.clone());
    let url = format!("{}/kpis.csv?by=month&measures=orderCount", shop.url());
    let client = reqwest::Client::new();
    let first = client.get(&url).send().await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    let again = client.get(&url).header(header::IF_NONE_MATCH, &tag);
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    // Another question has another tag.
    let other = client.get(format!("{url}&period=2024"));
    let other = other.header(header::IF_NONE_MATCH, &tag).send().await;
    assert_eq!(other.unwrap().status(), StatusCode::OK);
    let orders = store.orders();
    orders.delete_one(bson::doc! { "_id": "O8" }).await.unwrap();
    let start = Instant::now();
    let changed = loop {
        let changed = client.get(&url).header(header::IF_NONE_MATCH, &tag);
        let changed = changed.send().await.unwrap();
        if changed.status() == StatusCode::OK {
            break changed.text().await.unwrap();
        }
        assert!(start.elapsed() < Duration::from_secs(30), "still the same");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(!changed.contains("2023-04-01"), "{changed}");
}

#[tokio::test]
async fn without_an_ending_it_is_what_the_client_takes() {
    let shop = Served::start(small_shop("accept").await);
    let client = reqwest::Client::new();
    for (accept, expected) in [
        ("*/*", "text/csv; charset=utf-8; header=present"),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("image/png, application/json;q=0.9", "application/json"),
        ("text/csv;q=0.5, Application/JSON", "application/json"),
    ] {
        let answer = client.get(format!("{}/kpis?measures=orderCount", shop.url()));
        let answer = answer.header(header::ACCEPT, accept).send().await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], expected, "{accept}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_problem_that_says_what_to_write() {
    let shop = Served::start(small_shop("problems").await);
    for (path, detail) in [
        ("/kpis.csv", "say which KPIs, such as measures=totalSales"),
        ("/kpis.csv?measures=sales", "there is no KPI `sales`"),
        (
            "/kpis.csv?measures=totalSales&by=colour",
            "`by` cannot hold `colour`",
        ),
        (
            "/kpis.csv?measures=totalSales&by=month,year",
            "one stretch of time",
        ),
        (
            "/kpis.csv?measures=totalSales&by=region,region",
            "`region` is asked for twice",
        ),
        (
            "/kpis.csv?measures=totalSales&colour=red",
            "there is no parameter `colour`",
        ),
        (
            "/kpis.csv?measures=totalSales&period=soon",
            "`soon` is no period",
        ),
        (
            "/kpis.csv?measures=totalSales&period=2024&period=2025",
            "`period` is given twice",
        ),
        (
            "/kpis.csv?measures=totalSales&timeZone=Mars",
            "`timeZone` is an IANA name",
        ),
        (
            "/kpis.csv?measures=totalSales&limit=0",
            "`limit` is a number of rows",
        ),
        (
            "/kpis.csv?measures=totalSales&orderBy=region",
            "`orderBy` names `region`",
        ),
        (
            "/kpis.csv?measures=totalSales&orderBy=totalSales,-totalSales",
            "`orderBy` names a column twice",
        ),
        (
            "/kpis.csv?measures=totalSales&decimal=x",
            "`decimal` is . or ,",
        ),
    ] {
        let answer = get(&shop, path).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let media = answer.headers()[header::CONTENT_TYPE].clone();
        assert_eq!(media, "application/problem+json", "{path}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "BAD_USER_INPUT", "{path}");
        let told = problem["detail"].as_str().unwrap();
        assert!(told.contains(detail), "{path}: {told}");
    }
    let client = reqwest::Client::new();
    let picture = client.get(format!("{}/kpis?measures=totalSales", shop.url()));
    let picture = picture.header(header::ACCEPT, "image/png").send().await;
    assert_eq!(picture.unwrap().status(), StatusCode::NOT_ACCEPTABLE);
}

/// Whoever writes a client by it asks for what there is.
#[tokio::test]
async fn the_description_names_every_kpi_and_dimension() {
    let shop = Served::start(small_shop("openapi").await);
    let description: Value = serde_json::from_str(&text(&shop, "/openapi.json").await).unwrap();
    let parameters = &description["paths"]["/kpis.csv"]["get"]["parameters"];
    let named = |name: &str| {
        let mut all = parameters.as_array().unwrap().iter();
        all.find(|it| it["name"] == name).unwrap()
    };
    let measures = named("measures")["schema"]["items"]["enum"]
        .as_array()
        .unwrap();
    let kpis: Vec<&str> = Kpi::built_in().iter().map(|it| it.name()).collect();
    assert_eq!(measures, &kpis);
    assert_eq!(named("subCategory")["schema"]["type"], "array");
}
