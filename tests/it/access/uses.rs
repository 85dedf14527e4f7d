//! KPIs and dimensions that an identity may not use.

use std::sync::Arc;

use async_graphql::{Request, Response, Variables};
use salesgraph::{
    auth::{Identity, Scope},
    engine::Choice,
    kpi::{Holder, OwnDimension, OwnKpi, Vocabulary, Words},
};
use serde_json::json;

use crate::{small_shop::small_shop, support::Shop};

/// What somebody may use who packs parcels.
const WAREHOUSE: &str = r#"
    kpis = ["orderCount", "unitsSold"]
    dimensions = ["product", "category", "shipMode", "status"]
"#;

fn warehouse() -> Arc<Scope> {
    Arc::new(Scope::from_toml(WAREHOUSE, Vocabulary::built_in()).unwrap())
}

async fn shop() -> Shop {
    Shop::over(small_shop("uses").await)
}

#[tokio::test]
async fn what_may_be_used_is_answered() {
    let (shop, scope) = (shop().await, warehouse());
    for query in [
        "{ kpis(filter: { shipMode: { eq: \"First Class\" } }) { orderCount unitsSold } }",
        "{ kpis { breakdown(by: [CATEGORY], orderBy: UNITS_SOLD) { rows { key { value } kpis { orderCount } } } } }",
        "{ shop { currency values(of: STATUS) { value } } }",
        "{ products(sort: { kpi: UNITS_SOLD }) { edges { node { name category kpis { unitsSold } } } } }",
        "{ orders { totalCount edges { node { code status lines { amounts { quantity } product { name } } } } } }",
        "{ kpis(filter: { orderHolds: { product: { eq: \"pen\" } } }) { breakdown(by: [PRODUCT], orderBy: ORDER_COUNT, having: [{ kpi: ORDER_COUNT, gte: 2 }]) { endCursor } } }",
        "{ kpis { pairs { totalCount pairs { product { label } otherProduct { value } lift } } } }",
        "{ products { edges { node { boughtTogether { pairs { orderCount } } } } } }",
        // A text is no name, whatever it says.
        "{ kpis(filter: { category: { eq: \"REGION\" } }) { orderCount } }",
    ] {
        let answer = shop.execute_as(&scope, query).await;
        assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
    }
}

#[tokio::test]
async fn what_may_not_be_used_is_refused_wherever_it_stands() {
    let (shop, scope) = (shop().await, warehouse());
    for query in [
        "{ kpis { totalProfit } }",
        "{ kpis { orderCount sales: totalSales } }",
        "{ kpis { ...F } } fragment F on Kpis { profitMargin }",
        "{ kpis { timeSeries(grain: MONTH) { change: previous { difference { totalSales } } } } }",
        "{ kpis { breakdown(by: [CATEGORY], orderBy: TOTAL_PROFIT) { groupCount } } }",
        "{ kpis { breakdown(by: [REGION]) { groupCount } } }",
        // The share of the sales follows from the sales.
        "{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT) { rows { share } } } }",
        "{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT) { rows { class } } } }",
        "{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT) { others { cumulativeShare } } } }",
        "{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT, having: [{ kpi: TOTAL_PROFIT, gt: 0 }]) { groupCount } } }",
        "{ kpis(filter: { or: [{ not: { region: { eq: \"West\" } } }] }) { orderCount } }",
        "{ kpis(filter: { orderHolds: { subCategory: { eq: \"Chairs\" } } }) { orderCount } }",
        // Who ordered what tells of customers.
        "{ kpis(filter: { customerOrdered: { line: { product: { eq: \"pen\" } } } }) { orderCount } }",
        "{ kpis(filter: { customerNeverOrdered: {} }) { orderCount } }",
        // What is not given is given by the schema.
        "{ kpis { breakdown(by: [CATEGORY]) { groupCount } } }",
        "{ kpis { peaks(grain: DAY) { date } } }",
        "{ kpis { cohorts(grain: MONTH) { size } } }",
        "{ kpis { rfm { customerCount } } }",
        "{ kpis { rfm { groups { group share } } } }",
        "{ kpis(filter: { region: { eq: \"West\" } }) { orderCount } }",
        "{ kpis(filter: { place: { in: [{ city: \"Paris\" }] } }) { orderCount } }",
        "{ shop { values(of: SEGMENT) { value } } }",
        "{ customers { totalCount } }",
        "{ products { edges { node { customers { totalCount } } } } }",
        "{ products(sort: { kpi: TOTAL_SALES }) { totalCount } }",
        "{ orders { edges { node { customer { code } } } } }",
        "{ orders { edges { node { shipTo { code } } } } }",
        "{ orders { edges { node { totals { profit } } } } }",
        "{ orders { edges { node { lines { amounts { revenue } } } } } }",
        "{ orders(filter: { totals: { sales: { gt: 5 } } }) { totalCount } }",
        "{ orders(filter: { customer: { eq: \"C-1\" } }) { totalCount } }",
        "{ node(id: \"Q3VzdG9tZXI6Qy0x\") { __typename } }",
        "{ node(id: \"Q3VzdG9tZXI6Qy0x\") { ... on Customer { name } } }",
    ] {
        assert_forbidden(&shop.execute_as(&scope, query).await, query);
    }
}

/// What somebody may use who compares the baskets of regions.
const BASKETS: &str = r#"
    kpis = ["averageBasket", "customerCount"]
    dimensions = ["product", "region"]
"#;

#[tokio::test]
async fn what_follows_from_a_kpi_is_no_more_to_be_had_than_the_kpi() {
    let (shop, scope) = (
        shop().await,
        Arc::new(Scope::from_toml(BASKETS, Vocabulary::built_in()).unwrap()),
    );
    for query in [
        "{ kpis { breakdown(by: [REGION], orderBy: AVERAGE_BASKET) { rows { share } } } }",
        "{ kpis { seasonality(cycle: ISO_WEEKDAY) { seasonalIndex } } }",
        "{ kpis { deliveryDistance { mean } } }",
        "{ kpis { pairs { totalCount } } }",
        "{ products { edges { node { boughtTogether { totalCount } } } } }",
        "{ kpis { rfm { asOf } } }",
        "{ kpis { drivers(by: [REGION], baseline: { relative: PREVIOUS_YEAR }) { now } } }",
        // Those of a month are who was new in it.
        "{ kpis { cohorts(grain: MONTH) { size } } }",
        "{ products { edges { node { siblings { totalCount } } } } }",
        "{ orders { edges { node { isCounted } } } }",
    ] {
        assert_forbidden(&shop.execute_as(&scope, query).await, query);
    }
    for allowed in [
        "{ kpis { breakdown(by: [REGION], orderBy: AVERAGE_BASKET) { rows { kpis { customerCount } } } } }",
        // How often a weekday comes follows from no sales, and what is counted on it neither.
        "{ kpis { seasonality(cycle: ISO_WEEKDAY) { weekday occurrences kpis { customerCount } } } }",
    ] {
        let answer = shop.execute_as(&scope, allowed).await;
        assert!(answer.errors.is_empty(), "{allowed}: {:?}", answer.errors);
    }
}

/// A KPI of the shop's own may tell of a dimension that may not be used, and a dimension
/// may have a name that a KPI has on single orders.
#[tokio::test]
async fn what_a_shop_declares_hides_nothing_and_tells_nothing() {
    let express = OwnKpi {
        name: "expressSales".into(),
        description: "Sales sent by express.".into(),
        formula: "totalSales where shipMode = 'First Class'".into(),
    };
    let profit = OwnDimension {
        name: "profit".into(),
        description: "Low or high.".into(),
        holder: Holder::Order,
    };
    let words = Words {
        dimensions: vec![profit],
        kpis: vec![express],
        ..Words::default()
    };
    let words = Vocabulary::with(words).unwrap();
    let store = small_shop("declares").await;
    let shop = Shop::speaking(words, Choice::Mongo, store);
    for (scope, query) in [
        ("dimensions = [\"region\"]", "{ kpis { expressSales } }"),
        ("kpis = [\"totalSales\"]", "{ kpis { expressSales } }"),
        (
            "dimensions = [\"region\"]",
            "{ shop { values(of: PROFIT) { value } } }",
        ),
    ] {
        let scope = Arc::new(Scope::from_toml(scope, Vocabulary::built_in()).unwrap());
        assert_forbidden(&shop.execute_as(&scope, query).await, query);
    }
    let answer = shop
        .execute_as(&Arc::default(), "{ kpis { expressSales } }")
        .await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    // What may not be used is not offered.
    for (scope, kpis, dimensions) in [
        ("", "expressSales", "profit"),
        ("kpis = [\"totalSales\"]", "totalSales", "profit"),
        ("dimensions = [\"region\"]", "averageShippingDays", "region"),
    ] {
        let may = Arc::new(Scope::from_toml(scope, Vocabulary::built_in()).unwrap());
        let query = "{ shop { kpis { field } dimensions { field } } }";
        let offered = shop.execute_as(&may, query).await;
        let offered = offered.data.into_json().unwrap();
        for (list, last) in [("kpis", kpis), ("dimensions", dimensions)] {
            let list = offered["shop"][list].as_array().unwrap();
            assert_eq!(list.last().unwrap()["field"], last, "{scope}: {list:?}");
        }
    }
}

fn assert_forbidden(answer: &Response, query: &str) {
    let error = answer.errors.first();
    let error = error.unwrap_or_else(|| panic!("{query} is answered"));
    let code = error.extensions.as_ref().and_then(|it| it.get("code"));
    assert_eq!(code, Some(&"FORBIDDEN".into()), "{query}: {error:?}");
}

/// Neither products nor customers are to be had by way of what is told of them: by any of
/// their names, nor by how many there are.
#[tokio::test]
async fn analyses_tell_nothing_of_dimensions_that_may_not_be_used() {
    let shop = shop().await;
    let regions = r#"dimensions = ["region", "customer"]"#;
    let products = r#"dimensions = ["product"]"#;
    for (scope, query) in [
        (regions, "{ kpis { pairs { totalCount } } }"),
        (regions, "{ kpis { pairs { pairs { lift } } } }"),
        (
            regions,
            "{ kpis { breakdown(by: [REGION]) { rows { kpis { pairs { orderCount } } } } } }",
        ),
        (products, "{ kpis { rfm { asOf } } }"),
        (
            products,
            "{ kpis { rfm { groups { kpis { totalSales } } } } }",
        ),
    ] {
        let scope = Arc::new(Scope::from_toml(scope, Vocabulary::built_in()).unwrap());
        assert_forbidden(&shop.execute_as(&scope, query).await, query);
    }
    for (scope, query) in [
        (products, "{ kpis { pairs { totalCount } } }"),
        (
            regions,
            "{ kpis { rfm { groups { kpis { totalSales } } } } }",
        ),
    ] {
        let scope = Arc::new(Scope::from_toml(scope, Vocabulary::built_in()).unwrap());
        let answer = shop.execute_as(&scope, query).await;
        assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
    }
}

#[tokio::test]
async fn variables_are_looked_into() {
    let (shop, scope) = (shop().await, warehouse());
    let api = shop.into_api();
    for (query, variables) in [
        (
            "query ($by: [Dimension!]!) { kpis { breakdown(by: $by) { groupCount } } }",
            json!({ "by": ["REGION"] }),
        ),
        (
            "query ($filter: KpiFilter) { kpis(filter: $filter) { orderCount } }",
            json!({ "filter": { "segment": { "eq": "Consumer" } } }),
        ),
        (
            "query ($of: Dimension! = CITY) { shop { values(of: $of) { value } } }",
            json!({}),
        ),
        (
            "query ($sort: [ProductSort!]) { products(sort: $sort) { totalCount } }",
            json!({ "sort": [{ "kpi": "TOTAL_PROFIT" }] }),
        ),
    ] {
        let identity = Identity {
            name: "warehouse".into(),
            scope: Arc::clone(&scope),
            expires_at: None,
        };
        let request = Request::new(query).variables(Variables::from_json(variables));
        let answer = api.execute(request.data(identity)).await;
        assert_forbidden(&answer, query);
    }
}
