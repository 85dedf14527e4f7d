//! What introspection shows is what may be used.

use std::{collections::BTreeSet, sync::Arc};

use salesgraph::{auth::Scope, kpi::Vocabulary};
use serde_json::Value;

use crate::{small_shop::small_shop, support::Shop};

const INTROSPECTION: &str = "{ __schema { queryType { name } subscriptionType { name } types {
    kind name
    fields { name type { ...T } args { name defaultValue type { ...T } } }
    inputFields { name defaultValue type { ...T } }
    enumValues { name }
    possibleTypes { name }
    interfaces { name }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

async fn shop() -> Shop {
    Shop::over(small_shop("introspection").await)
}

fn scope(text: &str) -> Arc<Scope> {
    Arc::new(Scope::from_toml(text, Vocabulary::built_in()).unwrap())
}

async fn data(shop: &Shop, scope: &Arc<Scope>, query: &str) -> Value {
    let answer = shop.execute_as(scope, query).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer.data.into_json().unwrap()
}

/// The names in a list of a type.
fn names(types: &Value, of: &str, list: &str) -> Vec<String> {
    let mut types = types["__schema"]["types"].as_array().unwrap().iter();
    let found = types.find(|it| it["name"] == of);
    let found = found.unwrap_or_else(|| panic!("there is no {of}"));
    let names = found[list].as_array().unwrap().iter();
    names
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The innermost type's name.
fn named(of: &Value) -> String {
    match of["ofType"] {
        Value::Null => of["name"].as_str().unwrap().to_owned(),
        ref inner => named(inner),
    }
}

/// Whatever is taken or given is a type that is told of, and no type is empty.
fn assert_whole(schema: &Value, scope: &str) {
    let types = schema["__schema"]["types"].as_array().unwrap();
    let told: BTreeSet<&str> = types
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let all = |of: &Value, list: &str| of[list].as_array().cloned().unwrap_or_default();
    for ty in types {
        let name = ty["name"].as_str().unwrap();
        let mut used = Vec::new();
        for list in ["possibleTypes", "interfaces"] {
            used.extend(all(ty, list).iter().map(named));
        }
        for field in all(ty, "fields") {
            used.push(named(&field["type"]));
            used.extend(all(&field, "args").iter().map(|it| named(&it["type"])));
        }
        used.extend(all(ty, "inputFields").iter().map(|it| named(&it["type"])));
        for used in used {
            assert!(told.contains(used.as_str()), "{scope}: {name} has {used}");
        }
        let parts = match ty["kind"].as_str().unwrap() {
            "OBJECT" | "INTERFACE" => "fields",
            "ENUM" => "enumValues",
            "INPUT_OBJECT" => "inputFields",
            "UNION" => "possibleTypes",
            _ => continue,
        };
        assert!(!all(ty, parts).is_empty(), "{scope}: {name} is empty");
    }
}

#[tokio::test]
async fn what_may_not_be_used_is_not_shown() {
    let shop = shop().await;
    let warehouse = scope(
        "kpis = [\"orderCount\", \"unitsSold\"]\n\
         dimensions = [\"product\", \"category\", \"shipMode\", \"status\"]",
    );
    let whole = data(&shop, &Arc::default(), INTROSPECTION).await;
    let seen = data(&shop, &warehouse, INTROSPECTION).await;
    let shown = |of, list| names(&seen, of, list);

    assert_eq!(
        shown("KpiName", "enumValues"),
        ["ORDER_COUNT", "UNITS_SOLD"]
    );
    assert_eq!(
        shown("Dimension", "enumValues"),
        ["PRODUCT", "CATEGORY", "SHIP_MODE", "STATUS"]
    );
    let kpis = shown("Kpis", "fields");
    assert!(kpis.contains(&"orderCount".into()) && kpis.contains(&"breakdown".into()));
    for (of, list, hidden) in [
        ("Kpis", "fields", "totalSales"),
        ("Kpis", "fields", "profitMargin"),
        ("Kpis", "fields", "cohorts"),
        ("Kpis", "fields", "rfm"),
        ("BreakdownRow", "fields", "share"),
        ("Query", "fields", "customers"),
        ("Order", "fields", "customer"),
        ("Product", "fields", "customers"),
        ("KpiFilter", "inputFields", "region"),
        ("KpiFilter", "inputFields", "customerOrdered"),
    ] {
        let names_of = |schema| names(schema, of, list);
        assert!(names_of(&whole).contains(&hidden.into()), "{of}.{hidden}");
        assert!(!names_of(&seen).contains(&hidden.into()), "{of}.{hidden}");
    }
    assert!(!shown("Node", "possibleTypes").contains(&"Customer".into()));
    let customer = "{ __type(name: \"Customer\") { name } }";
    assert!(data(&shop, &warehouse, customer).await["__type"].is_null());
    // What is TOTAL_SALES unless given has to be given.
    let types = seen["__schema"]["types"].as_array().unwrap();
    let kpis = types.iter().find(|it| it["name"] == "Kpis").unwrap();
    let fields = kpis["fields"].as_array().unwrap();
    let breakdown = fields.iter().find(|it| it["name"] == "breakdown").unwrap();
    let args = breakdown["args"].as_array().unwrap();
    let order_by = args.iter().find(|it| it["name"] == "orderBy").unwrap();
    assert!(order_by["defaultValue"].is_null());
    assert_eq!(order_by["type"]["kind"], "NON_NULL");
}

#[tokio::test]
async fn what_is_shown_is_a_schema() {
    let shop = shop().await;
    for text in [
        "",
        "kpis = [\"orderCount\"]",
        "kpis = []",
        "dimensions = []",
        "dimensions = [\"product\", \"category\"]",
        "kpis = []\ndimensions = []",
    ] {
        let seen = data(&shop, &scope(text), INTROSPECTION).await;
        assert_whole(&seen, text);
    }
}

/// Rows hide no words.
#[tokio::test]
async fn who_sees_some_rows_sees_the_whole_schema() {
    let shop = shop().await;
    let rows = scope("rows = { region = [\"South\"] }");
    let whole = data(&shop, &Arc::default(), INTROSPECTION).await;
    assert_eq!(data(&shop, &rows, INTROSPECTION).await, whole);
}

#[tokio::test]
async fn no_error_proposes_what_may_not_be_used() {
    let shop = shop().await;
    let query = "{ kpis { totalSale } }";
    let propose = async |scope: &Arc<Scope>| {
        let answer = shop.execute_as(scope, query).await;
        answer.errors[0].message.contains("totalSales")
    };
    assert!(propose(&Arc::default()).await);
    assert!(!propose(&scope("kpis = [\"orderCount\"]")).await);
}
