//! Products that are bought together.

use bson::{Document, doc};
use salesgraph::{
    engine::{COUNTING_BYTES, Choice},
    store::{ShopSettings, Store},
};
use serde_json::{Value, json};

use crate::support::{BothEngines, CommandCounter, Shop, caught_up, counted, fresh_store, replica};

/// Six orders that count:
///
/// | order | in | by | holds |
/// |---|---|---|---|
/// | 1 | January | air | apple twice, bread, cheese |
/// | 2 | January | air | apple, bread |
/// | 3 | February | sea | apple that came back, cheese |
/// | 4 | February | sea | bread |
/// | 5 | February | sea | apple, bread, dates |
/// | 6 | February | sea | nobody knows what, cheese |
///
/// and one that was cancelled, of apple and dates. Four hold an apple, four bread, three
/// cheese, one dates.
async fn shop(name: &str) -> Store {
    let store = fresh_store(name).await;
    let order = |id: &str, day: &str, mode: &str, products: &[(Option<&str>, i32)]| {
        let line = |(product, quantity): &(Option<&str>, i32)| {
            let mut line = doc! { "quantity": quantity, "revenue": f64::from(*quantity) };
            line.extend(product.map(|it| ("productId".to_owned(), it.into())));
            line
        };
        let lines: Vec<Document> = products.iter().map(line).collect();
        let placed = bson::DateTime::parse_rfc3339_str(format!("{day}T12:00:00Z")).unwrap();
        doc! { "_id": id, "orderedAt": placed, "status": "paid", "shipMode": mode, "lines": lines }
    };
    let some = |product: &'static str| (Some(product), 1);
    let (a, b, c, d) = (some("apple"), some("bread"), some("cheese"), some("dates"));
    let mut cancelled = order("7", "2024-02-07", "sea", &[a, d]);
    cancelled.insert("status", "cancelled");
    let orders = [
        order("1", "2024-01-01", "air", &[a, b, c, a]),
        order("2", "2024-01-02", "air", &[b, a]),
        order("3", "2024-02-03", "sea", &[(Some("apple"), -1), c]),
        order("4", "2024-02-04", "sea", &[b]),
        order("5", "2024-02-05", "sea", &[d, a, b]),
        order("6", "2024-02-06", "sea", &[(None, 1), c]),
        cancelled,
    ];
    let product = |id: &str, category: &str| doc! { "_id": id, "name": id, "category": category };
    let products = [
        product("apple", "Fresh"),
        product("bread", "Fresh"),
        product("cheese", "Kept"),
        product("dates", "Kept"),
    ];
    let database = store.database();
    let into = |collection| database.collection::<Document>(collection);
    into("orders").insert_many(orders).await.unwrap();
    into("products").insert_many(products).await.unwrap();
    let settings = ShopSettings {
        currency: "EUR".into(),
        time_zone: "UTC".into(),
        ..ShopSettings::default()
    };
    store.save_settings(&settings).await.unwrap();
    store.create_indexes().await.unwrap();
    store
}

/// Which pairs a list has, in order, with a figure of each.
fn listed(pairs: &Value, figure: &str) -> Vec<(String, f64)> {
    let both = |it: &Value| {
        let of = |side: &str| it[side]["value"].as_str().unwrap().to_owned();
        let pair = format!("{} {}", of("product"), of("otherProduct"));
        (pair, it[figure].as_f64().unwrap())
    };
    pairs["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(both)
        .collect()
}

fn expected(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
    let pairs = pairs.iter();
    pairs.map(|(pair, it)| ((*pair).to_owned(), *it)).collect()
}

const PAIR: &str = "{ totalCount orderCount pairs { product { value } otherProduct { value }
    orderCount support confidence confidenceOfOther lift } }";

/// Apple and bread are on orders 1, 2 and 5: 3 of 6, 3 of 4 with either; 3/4 over 4/6.
#[tokio::test]
async fn each_pair_is_told_once_with_both_sides() {
    let shop = BothEngines::over(shop("pairs").await).await;
    let data = shop
        .data(&format!("{{ kpis {{ pairs(first: 2) {PAIR} }} }}"))
        .await;
    let pairs = json!({ "totalCount": 5, "orderCount": 6, "pairs": [
        { "product": { "value": "apple" }, "otherProduct": { "value": "bread" }, "orderCount": 3,
          "support": 0.5, "confidence": 0.75, "confidenceOfOther": 0.75, "lift": 1.125 },
        { "product": { "value": "apple" }, "otherProduct": { "value": "cheese" }, "orderCount": 2,
          "support": 0.333_333_333_333_333, "confidence": 0.5, "confidenceOfOther": 0.666_666_666_666_667,
          "lift": 1.0 },
    ] });
    assert_eq!(data["kpis"]["pairs"], pairs);
}

/// By lift: 1 × 6 / (4 × 1) with dates, 3 × 6 / 16, 2 × 6 / 12, 1 × 6 / 12. By the greater
/// confidence: dates never come without apple and bread, 3 of 4, 2 of 3, 1 of 3. Ties go by id.
#[tokio::test]
async fn pairs_come_in_the_order_asked_for() {
    let shop = BothEngines::over(shop("pair_orders").await).await;
    let data = shop
        .data(&format!(
            "{{ kpis {{
                orders: pairs {PAIR} lift: pairs(orderBy: LIFT) {PAIR}
                confidence: pairs(orderBy: CONFIDENCE) {PAIR}
                frequent: pairs(orderBy: LIFT, minOrders: 2) {PAIR}
            }} }}"
        ))
        .await;
    let kpis = &data["kpis"];
    assert_eq!(
        listed(&kpis["orders"], "orderCount"),
        expected(&[
            ("apple bread", 3.0),
            ("apple cheese", 2.0),
            ("apple dates", 1.0),
            ("bread cheese", 1.0),
            ("bread dates", 1.0),
        ])
    );
    let by_lift = expected(&[
        ("apple dates", 1.5),
        ("bread dates", 1.5),
        ("apple bread", 1.125),
        ("apple cheese", 1.0),
        ("bread cheese", 0.5),
    ]);
    assert_eq!(listed(&kpis["lift"], "lift"), by_lift);
    assert_eq!(listed(&kpis["frequent"], "lift"), by_lift[2..4]);
    assert_eq!(kpis["frequent"]["totalCount"], 2);
    assert_eq!(
        listed(&kpis["confidence"], "confidenceOfOther"),
        expected(&[
            ("apple dates", 1.0),
            ("bread dates", 1.0),
            ("apple bread", 0.75),
            ("apple cheese", 0.666_666_666_666_667),
            ("bread cheese", 0.333_333_333_333_333),
        ])
    );
}

/// Of the fresh, apple and bread are on five orders, three times together. What keeps and
/// what is fresh make no pair then. By air went orders 1 and 2, in January.
#[tokio::test]
async fn pairs_are_of_the_lines_in_scope() {
    let shop = BothEngines::over(shop("pair_scopes").await).await;
    let data = shop
        .data(&format!(
            r#"{{
                fresh: kpis(filter: {{ category: {{ eq: "Fresh" }} }}) {{ pairs {PAIR} }}
                both: kpis(filter: {{ orderHolds: {{ product: {{ eq: "cheese" }} }} }}) {{ pairs(first: 1) {PAIR} }}
                none: kpis(filter: {{ period: {{ year: 2020 }} }}) {{ pairs {PAIR} }}
                kpis {{
                    modes: breakdown(by: SHIP_MODE, orderBy: ORDER_COUNT) {{ rows {{ key {{ value }} kpis {{ pairs(first: 1) {PAIR} }} }} }}
                    categories: breakdown(by: CATEGORY, orderBy: ORDER_COUNT) {{ rows {{ key {{ value }} kpis {{ pairs {PAIR} }} }} }}
                    timeSeries(grain: MONTH) {{ kpis {{ pairs(first: 1) {PAIR} }} }}
                }}
            }}"#
        ))
        .await;
    let fresh = &data["fresh"]["pairs"];
    assert_eq!(listed(fresh, "support"), expected(&[("apple bread", 0.6)]));
    assert_eq!(listed(fresh, "lift"), expected(&[("apple bread", 0.9375)]));
    let counts = |pairs: &Value| (pairs["totalCount"].clone(), pairs["orderCount"].clone());
    assert_eq!(counts(fresh), (1.into(), 5.into()));
    // Orders 1, 3 and 6, with all that is on them.
    let both = &data["both"]["pairs"];
    assert_eq!(
        listed(both, "orderCount"),
        expected(&[("apple cheese", 2.0)])
    );
    assert_eq!(counts(both), (3.into(), 3.into()));
    assert_eq!(counts(&data["none"]["pairs"]), (0.into(), 0.into()));

    let rows = |of: &str, at: usize| {
        let row = &data["kpis"][of]["rows"][at];
        (row["key"][0]["value"].clone(), row["kpis"]["pairs"].clone())
    };
    let (mode, air) = rows("modes", 1);
    assert_eq!(mode, "air");
    assert_eq!(listed(&air, "support"), expected(&[("apple bread", 1.0)]));
    assert_eq!(counts(&air), (3.into(), 2.into()));
    let (category, kept) = rows("categories", 1);
    assert_eq!(category, "Kept");
    assert_eq!(counts(&kept), (0.into(), 4.into()));
    let months = &data["kpis"]["timeSeries"];
    assert_eq!(months[0]["kpis"]["pairs"], air);
    assert_eq!(counts(&months[1]["kpis"]["pairs"]), (4.into(), 4.into()));
}

/// Bread is on four orders, three of them with an apple.
#[tokio::test]
async fn a_product_is_bought_together_with_others() {
    let shop = BothEngines::over(shop("together").await).await;
    let data = shop
        .data(&format!(
            r#"{{ products {{ edges {{ node {{ code
                all: boughtTogether {PAIR} lift: boughtTogether(orderBy: LIFT, first: 2) {PAIR}
                fresh: boughtTogether(filter: {{ category: {{ eq: "Fresh" }} }}) {PAIR}
                february: boughtTogether(filter: {{ period: {{ month: "2024-02" }} }}, minOrders: 2) {PAIR}
            }} }} }} }}"#
        ))
        .await;
    let of = |code: &str| {
        let nodes = data["products"]["edges"].as_array().unwrap().iter();
        let mut nodes = nodes.map(|it| &it["node"]);
        nodes.find(|it| it["code"] == code).unwrap()
    };
    let bread = of("bread");
    assert_eq!(
        bread["all"]["pairs"][0],
        json!({ "product": { "value": "bread" }, "otherProduct": { "value": "apple" },
            "orderCount": 3, "support": 0.5, "confidence": 0.75, "confidenceOfOther": 0.75,
            "lift": 1.125 })
    );
    assert_eq!(
        listed(&bread["all"], "confidence"),
        expected(&[
            ("bread apple", 0.75),
            ("bread cheese", 0.25),
            ("bread dates", 0.25)
        ])
    );
    assert_eq!(
        listed(&bread["lift"], "lift"),
        expected(&[("bread dates", 1.5), ("bread apple", 1.125)])
    );
    assert_eq!(bread["lift"]["totalCount"], 3);
    // Its own lines are out of scope.
    let cheese = of("cheese");
    assert_eq!(
        cheese["fresh"],
        json!({ "totalCount": 0, "orderCount": 5, "pairs": [] })
    );
    assert_eq!(listed(&cheese["all"], "orderCount")[0].0, "cheese apple");
    // In February apple and bread met on order 5 alone.
    assert_eq!(bread["february"]["totalCount"], 0);
    assert_eq!(bread["february"]["orderCount"], 4);
}

#[tokio::test]
async fn all_products_of_a_page_are_counted_together() {
    let store = shop("page").await;
    let asked = async |first: usize| {
        let (store, counter): (_, CommandCounter) = counted(&store).await;
        let query = format!(
            "{{ products(first: {first}) {{ edges {{ node {{ boughtTogether {{ totalCount }} }} }} }} }}"
        );
        Shop::over(store).data(&query).await;
        counter.count("aggregate")
    };
    assert_eq!(asked(4).await, asked(1).await);
}

/// An order of 100 products has 100 × 99 / 2 pairs. Where those are more than may be held,
/// none are told.
#[tokio::test]
async fn large_baskets_are_told_whole_or_not_at_all() {
    let store = fresh_store("large_baskets").await;
    let line =
        |number: usize| doc! { "productId": format!("p{number}"), "quantity": 1, "revenue": 1 };
    let order = doc! {
        "_id": "1", "orderedAt": bson::DateTime::from_millis(0), "status": "paid",
        "lines": (0..100).map(line).collect::<Vec<_>>(),
    };
    let orders = store.database().collection::<Document>("orders");
    orders.insert_one(order).await.unwrap();
    store.create_indexes().await.unwrap();
    let replica = replica(&store);
    caught_up(&replica).await;
    let query = "{ kpis { pairs(first: 1000) { totalCount } } }";
    for choice in [Choice::Mongo, Choice::Memory(replica)] {
        let shop = |bytes| Shop::holding(bytes, choice.clone(), store.clone());
        let refused = shop(50_000).execute(query).await;
        let code = refused.errors[0].extensions.as_ref().unwrap().get("code");
        assert_eq!(code, Some(&"QUERY_TOO_COMPLEX".into()));
        // What has been counted once is not counted again.
        let told = shop(COUNTING_BYTES).data(query).await;
        assert_eq!(told["kpis"]["pairs"]["totalCount"], 4_950);
    }
}

#[tokio::test]
async fn so_many_pairs_and_no_less_than_one_order() {
    let shop = Shop::over(shop("pair_arguments").await);
    for arguments in ["first: 0", "first: 1001", "minOrders: 0"] {
        let query = format!("{{ kpis {{ pairs({arguments}) {{ totalCount }} }} }}");
        let answer = shop.execute(&query).await;
        let error = answer.errors[0].extensions.as_ref().unwrap();
        assert_eq!(error.get("code"), Some(&"BAD_USER_INPUT".into()), "{query}");
    }
}
