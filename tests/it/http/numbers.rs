//! Numbers keep their digits, in both directions.

use serde_json::json;

use super::Server;

#[tokio::test]
async fn an_amount_is_a_json_number_with_all_its_digits() {
    let server = Server::of_the_tests().await;
    let answer = server.query("{ money }").await;
    assert_eq!(answer, r#"{"data":{"money":12345678901234567890.1234}}"#);
}

/// As text: `serde_json` in this test would hide what it does in the server.
#[tokio::test]
async fn every_kind_of_number_arrives_as_a_variable() {
    let server = Server::of_the_tests().await;
    for number in [
        "7",
        "-7",
        "9007199254740993",
        "123456789012345678901234567890",
        "1.5",
        "0.10",
        "25e-4",
        "-1E-7",
        "1e+400",
    ] {
        let expected = format!(r#"{{"data":{{"echo":{number}}}}}"#);
        let query = "query($n: Exact!) { echo(number: $n) }";
        let body = format!(r#"{{ "query": "{query}", "variables": {{ "n": {number} }} }}"#);
        let answer = server
            .post_text(body)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(answer.to_lowercase(), expected.to_lowercase(), "by POST");
        let path = format!(
            "/graphql?query={query}&variables={{\"n\":{}}}",
            number.replace('+', "%2B")
        );
        let answer = server
            .get(&path)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(answer.to_lowercase(), expected.to_lowercase(), "by GET");
    }
}

#[tokio::test]
async fn the_languages_own_numbers_arrive_too() {
    let server = Server::of_the_tests().await;
    let query = "query($i: Int!, $f: Float!) { whole(number: $i) float(number: $f) other: float(number: $i) }";
    let body = json!({ "query": query, "variables": { "i": -3, "f": 2.5e-3 } });
    let answer = server
        .post(&body)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(
        answer,
        r#"{"data":{"whole":-3,"float":0.0025,"other":-3.0}}"#
    );
    let literal = server
        .query("{ whole(number: -3) echo(number: 1.50) }")
        .await;
    assert_eq!(literal, r#"{"data":{"whole":-3,"echo":1.50}}"#);
}
