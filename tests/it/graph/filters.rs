//! Filters, one by one and together, and text that means harm.

use super::{codes, shop};
use crate::support::Shop;

/// The codes of the list's nodes that a filter keeps, by code.
async fn assert_kept(shop: &Shop, list: &str, filter: &str, expected: &[&str]) {
    let query = format!(
        "{{ list: {list}(filter: {filter}, sort: [{{ field: CODE }}]) {{ totalCount edges {{ node {{ code }} }} }} }}"
    );
    let kept = shop.data(&query).await;
    assert_eq!(codes(&kept["list"]), expected, "{filter}");
    assert_eq!(kept["list"]["totalCount"], expected.len(), "{filter}");
}

#[tokio::test]
async fn orders_by_their_own_fields() {
    let shop = shop("orders_by_fields").await;
    for (filter, expected) in [
        (
            r#"{ code: { in: ["O1", "O9", "none"] } }"#,
            vec!["O1", "O9"],
        ),
        (
            r#"{ orderedAt: { gte: "2024-04-10T10:00:00Z", lt: "2024-04-20T08:00:00Z" } }"#,
            vec!["O4", "O5", "O9"],
        ),
        (
            r#"{ orderedAt: { gt: "2024-04-10T10:00:00Z", lte: "2024-04-20T08:00:00Z" } }"#,
            vec!["O6", "O9"],
        ),
        (
            r#"{ orderedAt: { eq: "2024-04-10T12:00:00+02:00" } }"#,
            vec!["O4", "O5"],
        ),
        (
            r#"{ orderedAt: { in: ["2024-04-20T08:00:00Z", "2024-03-30T22:59:59.999Z"] } }"#,
            vec!["O1", "O6"],
        ),
        (
            r#"{ orderedAt: { lte: "2024-03-30T22:59:59.9995Z", gte: "2024-03-30T22:59:59.9985Z" } }"#,
            vec!["O1"],
        ),
        (
            "{ shippedAt: { isMissing: true } }",
            vec!["O3", "O5", "O6", "O7", "O9"],
        ),
        (
            "{ shippedAt: { isMissing: false } }",
            vec!["O1", "O2", "O4", "O8"],
        ),
        (r#"{ status: { eq: "cancelled" } }"#, vec!["O7"]),
        (r#"{ status: { ne: "completed" } }"#, vec!["O7"]),
        (
            r#"{ shipMode: { notIn: ["Standard"] } }"#,
            vec!["O2", "O4", "O6", "O9"],
        ),
        (
            r#"{ shipMode: { startsWith: "Exp", contains: "press" } }"#,
            vec!["O2", "O4"],
        ),
        ("{ customer: { isMissing: true } }", vec!["O4"]),
        (r#"{ customer: { eq: "ada" } }"#, vec!["O1", "O3", "O5"]),
        (r#"{ shipTo: { eq: "illinois" } }"#, vec!["O6"]),
        ("{ shipFrom: { isMissing: true } }", vec!["O5", "O9"]),
    ] {
        assert_kept(&shop, "orders", filter, &expected).await;
    }
}

/// O1: 105.60, profit 21.12, 12 units. O2: 100.10, 0, 2. O3: 200, 50, 1. O4: 2.20, 0.44, 4.
/// O5: −50.05, −10.01, −1. O6: 30, unknown, 1. O7: 999, 99, 1. O8: 400, 100, 2. O9: nothing.
#[tokio::test]
async fn orders_by_their_lines() {
    let shop = shop("orders_by_lines").await;
    for (filter, expected) in [
        (r#"{ line: { product: { eq: "pen" } } }"#, vec!["O1", "O4"]),
        (
            r#"{ line: { product: { in: ["pen", "deleted"] } } }"#,
            vec!["O1", "O4", "O6"],
        ),
        // One line must match all of it: the chair of O1 is not the ten pens.
        (
            r#"{ line: { product: { eq: "chair" }, quantity: { gte: 10 } } }"#,
            vec![],
        ),
        ("{ line: { quantity: { lt: 0 } } }", vec!["O5"]),
        ("{ line: { revenue: { eq: 50.05 } } }", vec!["O2"]),
        ("{ line: { profit: { isMissing: true } } }", vec!["O6"]),
        ("{ line: { discount: { isMissing: false } } }", vec![]),
        (
            "{ totals: { sales: { gt: 105.59, lte: 200 } } }",
            vec!["O1", "O3"],
        ),
        (
            "{ totals: { sales: { in: [100.1, 2.20, 7] } } }",
            vec!["O2", "O4"],
        ),
        ("{ totals: { sales: { eq: 0 } } }", vec!["O9"]),
        (
            "{ totals: { profit: { isMissing: true } } }",
            vec!["O6", "O9"],
        ),
        ("{ totals: { profit: { lte: 0 } } }", vec!["O2", "O5"]),
        ("{ totals: { units: { gte: 4 } } }", vec!["O1", "O4"]),
        (
            "{ totals: { lineCount: { gte: 2, lt: 3 } } }",
            vec!["O1", "O2"],
        ),
    ] {
        assert_kept(&shop, "orders", filter, &expected).await;
    }
}

#[tokio::test]
async fn the_other_nodes_by_their_fields() {
    let shop = shop("others_by_fields").await;
    for (list, filter, expected) in [
        (
            "customers",
            r#"{ code: { ne: "ben" } }"#,
            vec!["ada", "cleo"],
        ),
        (
            "customers",
            r#"{ name: { contains: "e" } }"#,
            vec!["ben", "cleo"],
        ),
        (
            "customers",
            r#"{ or: [{ name: { search: "ÉÑ" } }, { code: { search: "CLEO" } }] }"#,
            vec!["ben", "cleo"],
        ),
        (
            "products",
            r#"{ name: { search: "chair oâk" } }"#,
            vec!["chair"],
        ),
        (
            "products",
            r#"{ name: { search: " " } }"#,
            vec!["chair", "desk", "pen"],
        ),
        (
            "customers",
            r#"{ segment: { ne: "Consumer" } }"#,
            vec!["ben", "cleo"],
        ),
        (
            "customers",
            "{ segment: { isMissing: true } }",
            vec!["cleo"],
        ),
        ("customers", "{ location: { isMissing: false } }", vec![]),
        (
            "customers",
            r#"{ createdAt: { gte: "2020-01-01T00:00:00Z" } }"#,
            vec![],
        ),
        (
            "products",
            r#"{ name: { startsWith: "Oak" } }"#,
            vec!["chair", "desk"],
        ),
        ("products", r#"{ category: { eq: "Office" } }"#, vec!["pen"]),
        (
            "products",
            r#"{ subCategory: { in: ["Pens", "Desks"] } }"#,
            vec!["desk", "pen"],
        ),
        ("products", r#"{ code: { eq: "pen" } }"#, vec!["pen"]),
        (
            "locations",
            r#"{ country: { eq: "France" } }"#,
            vec!["lyon", "paris"],
        ),
        (
            "locations",
            r#"{ region: { startsWith: "Abr" } }"#,
            vec!["illinois", "ohio"],
        ),
        ("locations", r#"{ state: { eq: "Ohio" } }"#, vec!["ohio"]),
        (
            "locations",
            r#"{ city: { notIn: ["Paris", "Lyon"] } }"#,
            vec!["illinois", "ohio"],
        ),
        ("locations", "{ postalCode: { isMissing: false } }", vec![]),
        ("locations", "{ hasPoint: false }", vec!["ohio"]),
        (
            "locations",
            "{ hasPoint: true }",
            vec!["illinois", "lyon", "paris"],
        ),
    ] {
        assert_kept(&shop, list, filter, &expected).await;
    }
}

#[tokio::test]
async fn filters_together() {
    let shop = shop("filters_together").await;
    for (filter, expected) in [
        (
            "{}",
            vec!["O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8", "O9"],
        ),
        (
            r#"{ customer: { eq: "ada" }, shipMode: { eq: "Standard" }, shippedAt: { isMissing: true } }"#,
            vec!["O3", "O5"],
        ),
        (
            r#"{ or: [{ customer: { eq: "cleo" } }, { status: { eq: "cancelled" } }] }"#,
            vec!["O6", "O7"],
        ),
        ("{ or: [] }", vec![]),
        (
            "{ and: [] , not: { or: [] } }",
            vec!["O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8", "O9"],
        ),
        (
            r#"{ not: { customer: { in: ["ada", "ben"] } } }"#,
            vec!["O4", "O6"],
        ),
        (
            r#"{ and: [{ line: { product: { eq: "chair" } } }, { line: { product: { eq: "pen" } } }] }"#,
            vec!["O1"],
        ),
        (
            r#"{ customer: { eq: "ben" }, not: { or: [{ status: { eq: "cancelled" } }, { totals: { lineCount: { eq: 0 } } }] } }"#,
            vec!["O2", "O8"],
        ),
    ] {
        assert_kept(&shop, "orders", filter, &expected).await;
    }
}

/// Whatever it looks like, it is text, and no document holds it.
#[tokio::test]
async fn text_stays_text() {
    let shop = shop("text_stays_text").await;
    for text in [
        ".*",
        "^A",
        "(a+)+$",
        "[",
        "\\\\",
        "$where",
        "$gt",
        "$name",
        "$$ROOT",
        "name.first",
        "{ \\\"$ne\\\": null }",
        "\\u0000",
        "A\\u0000",
        "a\\nb",
        "/Ada/i",
    ] {
        for test in ["eq", "startsWith", "contains", "search"] {
            let filter = format!("{{ name: {{ {test}: \"{text}\" }} }}");
            assert_kept(&shop, "customers", &filter, &[]).await;
            let filter = format!("{{ line: {{ product: {{ {test}: \"{text}\" }} }} }}");
            assert_kept(&shop, "orders", &filter, &[]).await;
        }
        let filter = format!("{{ name: {{ in: [\"{text}\"] }} }}");
        assert_kept(&shop, "customers", &filter, &[]).await;
        let filter = format!("{{ code: {{ ne: \"{text}\", notIn: [\"{text}\"] }} }}");
        assert_kept(&shop, "customers", &filter, &["ada", "ben", "cleo"]).await;
    }
}
