use async_graphql::parser::parse_query;
use serde_json::json;

use super::*;

const SCHEMA: &str = "
    type Query { shop: Shop! first: Order list: [Order!]! }
    type Shop { name: String! city: String }
    type Order { id: String! note: String shop: Shop! }
";

fn completed(query: &str, data: serde_json::Value) -> String {
    let mut data = Value::from_json(data).unwrap();
    let document = parse_query(query).unwrap();
    let types = Types::of(SCHEMA);
    Shape::of(&document, None, &types).complete(&mut data);
    serde_json::to_string(&data).unwrap()
}

#[test]
fn keys_come_in_the_order_of_the_query() {
    let data = json!({ "first": { "n": "x", "id": "1" }, "shop": { "name": "a" } });
    assert_eq!(
        completed(
            "{ shop { name } ...F } fragment F on Query { first { id n: note } }",
            data
        ),
        r#"{"shop":{"name":"a"},"first":{"id":"1","n":"x"}}"#
    );
}

#[test]
fn the_operation_that_is_asked_is_the_one_that_counts() {
    let two = "query A { shop { name } } query B { first { id } shop { city } }";
    let document = parse_query(two).unwrap();
    let types = Types::of(SCHEMA);
    let mut data = Value::from_json(json!({ "shop": {}, "first": null })).unwrap();
    Shape::of(&document, Some("B"), &types).complete(&mut data);
    let text = serde_json::to_string(&data).unwrap();
    assert_eq!(text, r#"{"first":null,"shop":{"city":null}}"#);
}

#[test]
fn the_only_operation_counts_whatever_its_name() {
    let data = || json!({ "first": null, "shop": { "name": "a" } });
    for query in [
        "{ shop { name } first { id } }",
        "query { shop { name } first { id } }",
        "query Q { shop { name } first { id } }",
    ] {
        let expected = r#"{"shop":{"name":"a"},"first":null}"#;
        assert_eq!(completed(query, data()), expected, "{query}");
    }
}

#[test]
fn a_fragment_within_itself_has_an_end() {
    let query = "{ ...F } fragment F on Query { shop { name } ...F }";
    let data = json!({ "shop": { "name": "a" } });
    assert_eq!(completed(query, data), r#"{"shop":{"name":"a"}}"#);
}

#[test]
fn a_field_that_failed_is_null() {
    assert_eq!(
        completed(
            "{ first { note id } shop { name } }",
            json!({ "first": { "id": "1" }, "shop": { "name": "a" } })
        ),
        r#"{"first":{"note":null,"id":"1"},"shop":{"name":"a"}}"#
    );
}

#[test]
fn what_may_not_be_null_takes_its_parent_with_it() {
    let order = json!({ "first": { "note": "x" }, "shop": { "name": "a" } });
    assert_eq!(
        completed("{ first { id note } shop { name } }", order),
        r#"{"first":null,"shop":{"name":"a"}}"#
    );
    // A list of orders that may not be null, and so up to the root.
    let list = json!({ "list": [{ "id": "1" }, { "id": "2", "shop": null }] });
    assert_eq!(completed("{ list { id shop { name } } }", list), "null");
}

#[test]
fn what_is_left_out_on_purpose_stays_out() {
    let query = "query ($no: Boolean!) { shop { name city @include(if: $no) } }";
    assert_eq!(
        completed(query, json!({ "shop": { "name": "a" } })),
        r#"{"shop":{"name":"a"}}"#
    );
    let query = "query ($no: Boolean!) { shop { city @include(if: $no) } }";
    assert_eq!(completed(query, json!({ "shop": null })), r#"{"shop":{}}"#);
}
