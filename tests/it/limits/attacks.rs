//! What takes more memory than a request may have is refused, and the process goes on.

use std::time::Duration;

use futures::future::join_all;
use reqwest::StatusCode;
use salesgraph::engine::Choice;

use crate::{
    small_shop::small_shop,
    support::{Shop, caught_up, replica},
};

use super::{Attacked, aliases};

const DIMENSIONS: [&str; 10] = [
    "PRODUCT",
    "CATEGORY",
    "SUB_CATEGORY",
    "CUSTOMER",
    "SEGMENT",
    "REGION",
    "COUNTRY",
    "CITY",
    "SHIP_MODE",
    "STATUS",
];

/// A row for each line of an order: by ten dimensions, in an order of its own.
fn fine_breakdown(number: usize) -> String {
    let mut dimensions = DIMENSIONS;
    dimensions.rotate_left(number % 10);
    dimensions[1..].rotate_left(number / 10 % 9);
    format!(
        "kpis {{ breakdown(by: [{}], first: 1) {{ groupCount }} }}",
        dimensions.join(", ")
    )
}

fn kpi_sorted(keys: usize) -> String {
    let key = |n: usize| {
        format!(
            "{{ kpi: TOTAL_SALES, over: {{ period: {{ last: {{ count: {}, unit: DAY }} }} }} }}",
            n + 1
        )
    };
    let keys: Vec<String> = (0..keys).map(key).collect();
    format!(
        "{{ customers(first: 1, sort: [{}]) {{ totalCount }} }}",
        keys.join(", ")
    )
}

fn long_alias(letters: usize) -> String {
    let alias = "a".repeat(letters);
    format!(
        r#"{{ kpis(filter: {{ period: {{ between: {{ from: "2022-01-01", to: "2026-01-01" }} }} }}) {{ timeSeries(grain: HOUR) {{ {alias}: label }} }} }}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_much_memory_is_refused_under_an_address_limit() {
    const COUNTING: &str = "8388608";
    // MongoDB takes its time, and so fewer of them.
    for (engine, breakdowns, at_once) in [("memory", 40, 6), ("mongo", 4, 2)] {
        let mut server = Attacked::start(
            &format!("{engine}_attacked"),
            &["--engine", engine, "--max-counting-bytes", COUNTING],
        )
        .await;
        // Four requests' counting, as many answers of 32 MB, and what frees itself late.
        server.limit_memory(1 << 30);
        let counting = [aliases(breakdowns, fine_breakdown), kpi_sorted(300)];
        for query in &counting {
            let (status, code) = server.code(query).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(
                code.as_deref(),
                Some("QUERY_TOO_COMPLEX"),
                "{engine}: {query:.80}"
            );
        }
        for letters in [20_000, 60_000] {
            let (_, code) = server.code(&long_alias(letters)).await;
            assert_eq!(code.as_deref(), Some("ANSWER_TOO_LARGE"), "{engine}");
        }
        let attack = || join_all((0..at_once).map(|n| server.code(&counting[n % 2])));
        for (_, code) in attack().await {
            let code = code.unwrap();
            assert!(
                ["QUERY_TOO_COMPLEX", "SERVER_BUSY"].contains(&code.as_str()),
                "{code}"
            );
        }
        assert!(server.light().await < Duration::from_secs(5));
        assert!(server.process.runs());
    }
}

#[tokio::test]
async fn both_engines_refuse_to_hold_more_than_they_may() {
    let store = small_shop("holding").await;
    let replica = replica(&store);
    caught_up(&replica).await;
    let query = "{ kpis { breakdown(by: [PRODUCT, CUSTOMER, CITY]) { groupCount } } }";
    for choice in [Choice::Mongo, Choice::Memory(replica)] {
        let shop = |bytes| Shop::holding(bytes, choice.clone(), store.clone());
        assert!(shop(100_000).execute(query).await.is_ok());
        let refused = shop(100).execute(query).await;
        let [error] = refused.errors.as_slice() else {
            panic!("one error expected, not {:?}", refused.errors);
        };
        let code = error.extensions.as_ref().unwrap().get("code").unwrap();
        assert_eq!(code, &async_graphql::Value::from("QUERY_TOO_COMPLEX"));
        assert_eq!(error.path, [], "of the request as a whole");
    }
}

#[tokio::test]
async fn a_text_to_search_for_is_no_longer_than_a_text() {
    let shop = Shop::over(small_shop("long_text").await);
    let asked = |letters: usize| {
        let (text, words) = ("a".repeat(letters), "a".repeat(letters / 5));
        [
            format!(
                r#"{{ orders(filter: {{ code: {{ contains: "{text}" }} }}) {{ totalCount }} }}"#
            ),
            format!(
                r#"{{ kpis(filter: {{ product: {{ startsWith: "{text}" }} }}) {{ orderCount }} }}"#
            ),
            format!(r#"{{ shop {{ values(of: CITY, contains: "{text}") {{ value }} }} }}"#),
            format!(
                r#"{{ orders(filter: {{ code: {{ search: "{words}" }} }}) {{ totalCount }} }}"#
            ),
            format!(
                r#"{{ kpis(filter: {{ category: {{ search: "{words}" }} }}) {{ orderCount }} }}"#
            ),
            format!(r#"{{ shop {{ values(of: CITY, search: "{words}") {{ value }} }} }}"#),
        ]
    };
    for query in asked(1_000) {
        assert!(shop.execute(&query).await.is_ok());
    }
    for query in asked(1_005) {
        let response = shop.execute(&query).await;
        let code = response.errors[0].extensions.as_ref().unwrap().get("code");
        assert_eq!(code, Some(&async_graphql::Value::from("BAD_USER_INPUT")));
    }
}
