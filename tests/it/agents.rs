//! The shop as agents see it, by the Model Context Protocol.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use salesgraph::{
    auth::{Gate, Keys, Scope},
    kpi::Vocabulary,
};
use serde_json::{Value, json};

use crate::{small_shop::small_shop, support::Served};

/// An agent's program, which speaks the protocol and knows nothing of shops.
struct Agent {
    url: String,
    key: Option<String>,
}

impl Agent {
    fn of(shop: &Served) -> Self {
        Self {
            url: format!("{}/mcp", shop.url()),
            key: None,
        }
    }

    async fn send(&self, method: &str, params: Value) -> reqwest::Response {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Client::new().post(&self.url).body(message.to_string());
        let request = request
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-06-18");
        let request = match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn result(&self, method: &str, params: Value) -> Value {
        let answer = self.send(method, params).await;
        let text = answer.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.result("tools/call", params).await;
        assert_ne!(result["isError"], json!(true), "{result}");
        result["structuredContent"].clone()
    }

    /// What a call is refused with: a code and what to do.
    async fn refusal(&self, tool: &str, arguments: Value) -> (String, String) {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.result("tools/call", params).await;
        assert_eq!(result["isError"], json!(true), "{result}");
        let error = &result["structuredContent"]["error"];
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        (text("code"), text("message"))
    }

    async fn names(&self, tool: usize, property: &str) -> Vec<String> {
        let tools = self.result("tools/list", json!({})).await;
        let names = &tools["tools"][tool]["inputSchema"]["properties"][property]["items"]["enum"];
        let names = names.as_array().unwrap().iter();
        names.map(|it| it.as_str().unwrap().to_owned()).collect()
    }
}

/// By the table in `small_shop.rs`.
#[tokio::test]
async fn figures_are_asked_for_by_name() {
    let store = small_shop("agents").await;
    for shop in [Served::start(store.clone()), Served::in_memory(store)] {
        let agent = Agent::of(&shop);
        let asked = json!({
            "measures": ["totalSales", "orderCount"], "by": ["customer"], "period": "2024",
            "except": { "customer": ["ben"] }, "orderBy": ["-totalSales"], "limit": 2,
        });
        assert_eq!(
            agent.call("ask", asked).await,
            json!({
                "rows": [
                    { "customer": "ada", "customerName": "Ada", "totalSales": 255.55, "orderCount": 3 },
                    { "customer": "cleo", "customerName": "Cleo", "totalSales": 30, "orderCount": 1 },
                ],
                "more": true,
                "units": { "totalSales": "the shop's currency", "orderCount": "orders" },
                "url": "/kpis.json?measures=totalSales%2CorderCount&by=customer&orderBy=-totalSales&period=2024&filter.customer%21=ben",
            })
        );
        let first = json!({ "measures": ["orderCount"], "by": ["customer"], "limit": 1 });
        assert_eq!(agent.call("ask", first).await["more"], json!(true));
        let values = agent
            .call(
                "values",
                json!({ "dimension": "product", "search": "CHAIR" }),
            )
            .await;
        assert_eq!(
            values,
            json!({ "values": [{ "value": "chair", "label": "Oak Chair" }], "more": false })
        );
    }
}

#[tokio::test]
async fn a_figure_is_explained_and_can_be_asked_for_again() {
    let shop = Served::start(small_shop("agents_explain").await);
    let agent = Agent::of(&shop);
    let asked = json!({
        "measure": "averageBasket", "period": "2024-03..2024-04",
        "only": { "shipMode": ["Standard"] }, "except": { "product": ["a \"b\""] },
    });
    let explained = agent.call("explain", asked).await;
    // O1, O3 and O5: 105.60 + 200 − 50.05 on 3 orders.
    assert_eq!(explained["value"], json!(85.183_333_333_333_3));
    assert_eq!(explained["unit"], json!("the shop's currency per order"));
    let again = shop.data(explained["graphql"].as_str().unwrap()).await;
    assert_eq!(again["kpis"]["averageBasket"], explained["value"]);
    let table = format!("{}{}", shop.url(), explained["url"].as_str().unwrap());
    let table: Value = reqwest::get(table).await.unwrap().json().await.unwrap();
    assert_eq!(table[0]["averageBasket"], explained["value"]);
}

/// March sold 105.60 + 100.10, April 182.15: furniture 200 − 50.05, pens 2.20, and 30 of what
/// nothing is known about.
#[tokio::test]
async fn one_period_is_set_against_another() {
    let store = small_shop("agents_change").await;
    for shop in [Served::start(store.clone()), Served::in_memory(store)] {
        let agent = Agent::of(&shop);
        let april = json!({
            "measures": ["totalSales", "orderCount"], "period": "2024-04",
            "baseline": "PREVIOUS_PERIOD",
        });
        let told = agent.call("compare", april).await;
        let sales = json!({
            "now": 182.15, "then": 205.7, "difference": -23.55, "change": -0.114_487_117_160_914,
        });
        let orders = json!({ "now": 4, "then": 2, "difference": 2, "change": 1.0 });
        assert_eq!(
            told["rows"],
            json!([{ "totalSales": sales, "orderCount": orders }])
        );
        assert_eq!(told["more"], json!(false));
        assert_eq!(told["baseline"]["to"], json!("2024-03-31T22:00:00+00:00"));
        let again = shop.data(told["graphql"].as_str().unwrap()).await;
        assert_eq!(again["kpis"]["compareTo"]["change"]["orderCount"], 1.0);

        let by = json!({
            "measures": ["totalSales"], "by": ["category"], "period": "2024-04",
            "baseline": "2024-03", "limit": 2,
        });
        let told = agent.call("compare", by).await;
        assert_eq!(
            told["rows"],
            json!([
                { "category": "Furniture", "totalSales": {
                    "now": 149.95, "then": 200.2, "difference": -50.25,
                    "change": -0.250_999_000_999_001,
                } },
                { "category": null, "totalSales": {
                    "now": 30, "then": 0, "difference": 30, "change": null,
                } },
            ])
        );
        assert_eq!(told["more"], json!(true));
    }
}

#[tokio::test]
async fn a_change_is_told_in_parts_that_add_up() {
    let shop = Served::start(small_shop("agents_drivers").await);
    let asked = json!({
        "by": ["category"], "period": "2024-04", "baseline": "PREVIOUS_PERIOD", "limit": 2,
    });
    let told = Agent::of(&shop).call("drivers", asked).await;
    assert_eq!(told["measure"], json!("totalSales"));
    assert_eq!(told["difference"], json!(-23.55));
    let parts = told["rows"].as_array().unwrap();
    let parts: Vec<_> = parts
        .iter()
        .map(|it| (&it["category"], &it["fate"], &it["part"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("Furniture"), &json!("CHANGED"), &json!(-50.25)),
            (&Value::Null, &json!("CAME"), &json!(30)),
        ]
    );
    assert_eq!(told["others"], json!(-3.3));
}

/// Ben founded 2023 with 400 and came back once; Ada and Cleo founded 2024.
#[tokio::test]
async fn who_came_back_is_told_by_cohorts() {
    let shop = Served::start(small_shop("agents_cohorts").await);
    let asked = json!({ "grain": "year", "measures": ["totalSales"] });
    let told = Agent::of(&shop).call("cohorts", asked).await;
    let cell = |offset: i32, customers: i32, sales: Value, to_date: Value| {
        json!({
            "offset": offset, "customerCount": customers, "share": 1.0,
            "kpis": { "totalSales": sales }, "toDate": { "totalSales": to_date },
        })
    };
    let of_2023 = [
        cell(0, 1, json!(400), json!(400)),
        cell(1, 1, json!(100.1), json!(500.1)),
    ];
    let of_2024 = [cell(0, 2, json!(285.55), json!(285.55))];
    assert_eq!(
        told["cohorts"],
        json!([
            { "label": "2023", "size": 1, "periods": of_2023 },
            { "label": "2024", "size": 2, "periods": of_2024 },
        ])
    );
    assert_eq!(told["more"], json!(false));
}

#[tokio::test]
async fn the_catalogue_says_what_there_is() {
    let shop = Served::start(small_shop("agents_catalogue").await);
    let agent = Agent::of(&shop);
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let server = agent.result("initialize", hello).await;
    assert_eq!(server["serverInfo"]["name"], json!("salesgraph"));
    let catalogue = agent.call("catalogue", json!({})).await;
    assert_eq!(catalogue["shop"]["currency"], json!("EUR"));
    assert_eq!(
        catalogue["shop"]["firstOrderAt"],
        json!("2023-04-05T10:00:00+00:00")
    );
    let kpis = catalogue["kpis"].as_array().unwrap();
    let profit = kpis.iter().find(|it| it["name"] == "totalProfit").unwrap();
    assert_eq!(profit["unit"], json!("the shop's currency"));
    assert!(profit["definition"].as_str().unwrap().len() > 20);
    let by = agent.names(2, "by").await;
    assert!(by.contains(&"region".to_owned()) && by.contains(&"month".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let agent = Agent::of(&Served::start(small_shop("agents_refusals").await));
    for (tool, arguments, said) in [
        (
            "ask",
            json!({ "measures": ["sales"] }),
            "there is no KPI `sales`: there are grossSales",
        ),
        ("ask", json!({}), "say which KPIs"),
        (
            "ask",
            json!({ "measures": "totalSales" }),
            "`measures`: invalid type: string",
        ),
        (
            "ask",
            json!({ "measures": ["totalSales"], "sort": 1 }),
            "unknown field `sort`",
        ),
        (
            "ask",
            json!({ "measures": ["totalSales"], "limit": 1000 }),
            "`limit` is from 1 to 200",
        ),
        (
            "ask",
            json!({ "measures": ["totalSales"], "by": ["month", "day"] }),
            "one stretch of time",
        ),
        (
            "ask",
            json!({ "measures": ["totalSales"], "period": "last year" }),
            "is no period",
        ),
        (
            "values",
            json!({ "dimension": "colour" }),
            "there is no dimension `colour`",
        ),
        (
            "explain",
            json!({ "measure": "totalSales,orderCount" }),
            "`measure` is one KPI",
        ),
        (
            "compare",
            json!({ "measures": ["totalSales"], "baseline": "PREVIOUS_YEAR" }),
            "say which `period` is compared",
        ),
        (
            "compare",
            json!({ "measures": ["totalSales"], "period": "2024", "baseline": "before" }),
            "`baseline` is one of PREVIOUS_PERIOD",
        ),
        (
            "compare",
            json!({ "period": "2024", "baseline": "PREVIOUS_YEAR" }),
            "say which KPIs",
        ),
        (
            "drivers",
            json!({ "measure": "averageBasket", "by": ["region"], "period": "2024", "baseline": "2023" }),
            "is not the sum of theirs",
        ),
        (
            "cohorts",
            json!({ "grain": "hour" }),
            "`grain` is one of week, month",
        ),
    ] {
        let (code, message) = agent.refusal(tool, arguments.clone()).await;
        assert_eq!(code, "BAD_USER_INPUT", "{arguments}");
        assert!(message.contains(said), "{arguments}: {message}");
    }
}

#[tokio::test]
async fn a_key_opens_and_its_scope_holds() {
    let store = small_shop("agents_keys").await;
    let now = || "2024-04-10T10:00:00Z".parse().unwrap();
    let keys = Keys::new(store.clone());
    let scope = Scope::from_toml(
        "rows = { region = [\"South\"] }\nkpis = [\"orderCount\"]\ndimensions = [\"region\"]",
        Vocabulary::built_in(),
    )
    .unwrap();
    let key = keys.add("agent", &scope, now(), None).await.unwrap();
    let shop = Served::guarded(store, Gate::of_keys(keys, Vocabulary::built_in(), now));
    let stranger = Agent::of(&shop);
    let agent = Agent {
        key: Some(key.text().to_owned()),
        ..Agent::of(&shop)
    };
    // The keys are read as soon as the gate is made.
    let start = Instant::now();
    while agent.send("ping", json!({})).await.status() != StatusCode::OK {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the key does not open"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = stranger.send("tools/list", json!({})).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);

    // South: O8, O1, O3 and O4.
    let orders = agent
        .call(
            "ask",
            json!({ "measures": ["orderCount"], "by": ["region"] }),
        )
        .await;
    assert_eq!(
        orders["rows"],
        json!([{ "region": "South", "orderCount": 4 }])
    );
    assert_eq!(agent.names(2, "measures").await, ["orderCount"]);
    for (tool, arguments) in [
        ("ask", json!({ "measures": ["totalSales"] })),
        ("ask", json!({ "measures": ["orderCount"], "by": ["city"] })),
        (
            "ask",
            json!({ "measures": ["orderCount"], "only": { "city": ["Lyon"] } }),
        ),
        ("values", json!({ "dimension": "city" })),
        (
            "compare",
            json!({ "measures": ["totalSales"], "period": "2024", "baseline": "2023" }),
        ),
        (
            "drivers",
            json!({ "measure": "orderCount", "by": ["city"], "period": "2024", "baseline": "2023" }),
        ),
        ("cohorts", json!({ "measures": ["orderCount"] })),
    ] {
        let (code, _) = agent.refusal(tool, arguments.clone()).await;
        assert_eq!(code, "FORBIDDEN", "{arguments}");
    }
    let regions = agent.call("values", json!({ "dimension": "region" })).await;
    assert_eq!(
        regions["values"],
        json!([
            { "value": "North", "label": "North" },
            { "value": "South", "label": "South" },
        ])
    );
}
