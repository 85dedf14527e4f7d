//! What a client sees when something is wrong: a code to act on, and no internals.

use std::time::{Duration, Instant};

use async_graphql::ServerError;
use bson::{Bson, Document, doc};
use salesgraph::{
    engine::Choice,
    graphql::AnswerLimits,
    store::{Options, Store},
};
use tokio::sync::{Mutex, MutexGuard};

use crate::{
    small_shop::small_shop,
    support::{CommandCounter, Served, Shop, counted, counting_client, server_uri},
};

/// The code and message of the one error that a query gives.
async fn failure(shop: &Shop, query: &str) -> (String, String) {
    let response = shop.execute(query).await;
    let [error] = response.errors.as_slice() else {
        panic!("one error expected, not {:?}", response.errors);
    };
    (code_of(error), error.message.clone())
}

fn code_of(error: &ServerError) -> String {
    let code = error.extensions.as_ref().and_then(|it| it.get("code"));
    code.map_or_else(String::new, |code| code.to_string().replace('"', ""))
}

/// The code of the refusal of a query under these limits, if it is refused.
async fn refusal(store: &Store, limits: AnswerLimits, query: &str) -> Option<String> {
    let shop = Shop::limited(limits, Choice::Mongo, store.clone());
    let response = shop.execute(query).await;
    if response.is_ok() {
        return None;
    }
    let [error] = response.errors.as_slice() else {
        panic!("one error expected, not {:?}", response.errors);
    };
    assert_eq!(error.path, [], "of the request as a whole");
    assert_eq!(response.data, async_graphql::Value::Null);
    Some(code_of(error))
}

fn fields_at_most(fields: usize) -> AnswerLimits {
    AnswerLimits {
        fields,
        ..AnswerLimits::DEFAULT
    }
}

/// The server has one `failCommand` point for everybody: one test at a time.
static FAIL_POINT: Mutex<()> = Mutex::const_new(());

/// How long who hurries waits for a database, and who does not.
const HURRY: Duration = Duration::from_millis(500);
pub const LEISURE: Duration = Duration::from_secs(30);

/// A shop whose server does this to every aggregation of its client, and of no other.
async fn failing(name: &str, what: Document) -> (Shop, MutexGuard<'static, ()>) {
    failing_when(name, "alwaysOn", what, HURRY).await
}

async fn failing_when(
    name: &str,
    mode: impl Into<Bson>,
    what: Document,
    deadline: Duration,
) -> (Shop, MutexGuard<'static, ()>) {
    let (store, _, alone) = failing_store(name, mode, what, deadline).await;
    (Shop::over(store), alone)
}

/// The store of such a shop, and what it has asked for.
pub async fn failing_store(
    name: &str,
    mode: impl Into<Bson>,
    what: Document,
    deadline: Duration,
) -> (Store, CommandCounter, MutexGuard<'static, ()>) {
    let alone = FAIL_POINT.lock().await;
    let store = small_shop(name).await;
    let options = Options {
        uri: server_uri().to_owned(),
        database: store.database().name().to_owned(),
        deadline,
    };
    let asked = CommandCounter::default();
    let mut client = counting_client(server_uri(), &asked).await;
    client.app_name = Some(name.to_owned());
    client.retry_reads = Some(false);
    let mut data = doc! { "failCommands": ["aggregate"], "appName": name };
    data.extend(what);
    let fail_point =
        doc! { "configureFailPoint": "failCommand", "mode": mode.into(), "data": data };
    let admin = store.database().client().database("admin");
    admin.run_command(fail_point).await.unwrap();
    let store = Store::with_client_options(client, &options).unwrap();
    (store, asked, alone)
}

/// A load of the whole shop renames its collections over those that are being read.
#[tokio::test]
async fn a_collection_that_is_replaced_while_it_is_read_is_read_again() {
    let killed = doc! { "errorCode": 175 };
    let (shop, _alone) = failing_when("replaced", doc! { "times": 1 }, killed, LEISURE).await;
    let answer = shop.data("{ kpis { orderCount } }").await;
    assert_eq!(answer["kpis"]["orderCount"], 7);
}

/// The driver asks some of this again by itself, which it is told here to leave alone.
#[tokio::test]
async fn what_broke_off_is_asked_again() {
    let query = "{ kpis { orderCount } orders(first: 1) { totalCount edges { node { code } } } }";
    let broken = [
        doc! { "closeConnection": true },
        // A primary that steps down, and a collection that is gone.
        doc! { "errorCode": 11_602 },
        doc! { "errorCode": 175 },
    ];
    for broken in broken {
        for command in ["aggregate", "find"] {
            let mut what = doc! { "failCommands": [command] };
            what.extend(broken.clone());
            let once = doc! { "times": 1 };
            let (shop, _alone) = failing_when("broke_off", once, what, LEISURE).await;
            let answer = shop.data(query).await;
            assert_eq!(answer["kpis"]["orderCount"], 7, "{command}");
            assert_eq!(answer["orders"]["totalCount"], 9, "{command}");
        }
    }
}

#[tokio::test]
async fn a_database_between_two_primaries_is_one_that_is_away() {
    // It stops, steps down, or is not elected yet.
    for code in [91, 11_602, 13_435] {
        let wrong = doc! { "errorCode": code };
        let (shop, _alone) = failing_when("between", "alwaysOn", wrong, LEISURE).await;
        let (told, message) = failure(&shop, "{ kpis { orderCount } }").await;
        assert_eq!(told, "DATABASE_UNAVAILABLE", "{code}: {message}");
    }
}

#[tokio::test]
async fn what_the_client_can_mend_says_how() {
    let shop = Shop::over(small_shop("mend").await);
    for (query, message) in [
        (
            "{ kpis { breakdown(by: []) { groupCount } } }",
            "give by one or more dimensions",
        ),
        (
            "{ kpis { breakdown(by: [CITY, CITY]) { groupCount } } }",
            "each once",
        ),
        (
            "{ kpis { breakdown(by: CITY, first: 0) { groupCount } } }",
            "first must be between 1 and 1000",
        ),
        (
            "{ kpis { peaks(first: 1001) { date } } }",
            "first must be between 1 and 1000",
        ),
        (
            "{ kpis { cohorts(grain: HOUR) { size } } }",
            "choose a coarser grain",
        ),
        (
            "{ kpis { deliveryDistance { histogram(width: 0.0001) { to } } } }",
            "choose a wider one",
        ),
        (
            "{ kpis { deliveryDistance { histogram(width: -1) { to } } } }",
            "the width must be above 0",
        ),
        (
            "{ kpis(filter: { period: { year: 0 } }) { orderCount } }",
            "between 1 and 9999",
        ),
        (
            "{ kpis(filter: { period: { between: {} } }) { orderCount } }",
            "a from, a to, or both",
        ),
        (
            r#"{ kpis(filter: { period: { between: { from: "2024-02-01", to: "2024-02-01" } } }) { orderCount } }"#,
            "to is the first day after it",
        ),
        (
            r#"{ kpis(filter: { period: { between: { from: "0001-01-01" } } }) { timeSeries(grain: HOUR) { date } } }"#,
            "choose a coarser grain or a shorter period",
        ),
        (
            "{ shop { values(of: CITY, first: -1) { value } } }",
            "first must be between 1 and 1000",
        ),
    ] {
        let (code, told) = failure(&shop, query).await;
        assert_eq!(code, "BAD_USER_INPUT", "{query}: {told}");
        assert!(told.contains(message), "{query}: {told}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_schema_says_what_would() {
    let server = Served::start(small_shop("fit").await);
    for (query, message) in [
        (
            r#"{ kpis(filter: { period: { month: "2024-13" } }) { orderCount } }"#,
            "2024-03",
        ),
        (
            r#"{ kpis(filter: { timeZone: "Paris" }) { orderCount } }"#,
            "Europe/Paris",
        ),
        (
            "{ kpis(filter: { period: { year: 2024, month: \"2024-03\" } }) { orderCount } }",
            "exactly one field",
        ),
        (
            "{ kpis(filter: { period: { last: { count: 0, unit: DAY } } }) { orderCount } }",
            "greater than or equal to 1",
        ),
        (
            "{ kpis { breakdown(by: COLOUR) { groupCount } } }",
            "Dimension",
        ),
    ] {
        let (code, told) = server.failure(query).await;
        let client = ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"];
        assert!(client.contains(&code.as_str()), "{query}: {code} {told}");
        assert!(told.contains(message), "{query}: {told}");
    }
}

#[tokio::test]
async fn an_answer_holds_as_many_fields_as_it_may_and_no_more() {
    let store = small_shop("fields").await;
    for (query, fields) in [
        // Twelve months, each with a label, KPIs and one of these.
        (
            "timeSeries(grain: MONTH) { label kpis { totalSales } }",
            12 * 3,
        ),
        // Twelve months with four fields, and four quarters in each with one.
        (
            "seasonality(cycle: MONTH_OF_YEAR) { month kpis { timeSeries(grain: QUARTER) { label } } }",
            12 * 4 + 12 * 4,
        ),
        // Two modes and none, with two fields, within each a row that is there with one.
        (
            "breakdown(by: SHIP_MODE) { rows { kpis { peaks(first: 1) { date } } } }",
            3 * 4 + 3,
        ),
        // Three cohorts by the 21 months since the first, of which half is there.
        (
            "cohorts(grain: MONTH) { periods { offset } }",
            (3 * 21 / 2) * 2,
        ),
    ] {
        let query = format!("{{ kpis(filter: {{ period: {{ year: 2024 }} }}) {{ {query} }} }}");
        let as_many = refusal(&store, fields_at_most(fields), &query).await;
        assert_eq!(as_many, None, "{query}");
        let one_less = refusal(&store, fields_at_most(fields - 1), &query).await;
        assert_eq!(one_less.as_deref(), Some("ANSWER_TOO_LARGE"), "{query}");
    }
}

/// Which of two lists is the one too many depends on which was counted first.
#[tokio::test]
async fn what_is_asked_beside_a_list_too_long_is_refused_with_it() {
    let store = small_shop("beside").await;
    let query = "{ shop { name } kpis {
        timeSeries(grain: MONTH) { label }
        more: timeSeries(grain: DAY) { label kpis { timeSeries(grain: HOUR) { label } } }
        years: timeSeries(grain: YEAR) { label }
    } }";
    let refused = refusal(&store, fields_at_most(1), query).await;
    assert_eq!(refused.as_deref(), Some("ANSWER_TOO_LARGE"));
}

#[tokio::test]
async fn pages_under_each_of_many_nodes_are_bounded_before_they_are_read() {
    let (store, commands) = counted(&small_shop("pages").await).await;
    // Three customers with three fields each, and a page of up to 400 orders under each.
    let query = "{ customers { edges { node { orders(first: 400) { totalCount } } } } }";
    let all = fields_at_most(3 * 3 + 3 * 400);
    assert_eq!(refusal(&store, all, query).await, None);
    commands.reset();
    let less_than_one_page = fields_at_most(3 * 3 + 399);
    let refused = refusal(&store, less_than_one_page, query).await;
    assert_eq!(refused.as_deref(), Some("ANSWER_TOO_LARGE"));
    // The customers alone, and which of them are odd.
    assert_eq!(commands.counts().values().sum::<usize>(), 2);
}

#[tokio::test]
async fn periods_within_periods_are_counted_as_often_as_they_may_be() {
    let store = small_shop("passes").await;
    // The months, and the days of each.
    let query = "{ kpis(filter: { period: { year: 2024 } }) {
        timeSeries(grain: MONTH) { kpis { timeSeries(grain: DAY) { label } } }
    } }";
    let at_most = |passes| AnswerLimits {
        passes,
        ..AnswerLimits::DEFAULT
    };
    assert_eq!(refusal(&store, at_most(13), query).await, None);
    let refused = refusal(&store, at_most(12), query).await;
    assert_eq!(refused.as_deref(), Some("QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn semi_joins_are_looked_up_as_often_as_they_may_be() {
    let store = small_shop("semi_joins").await;
    // All orders once to count them, and once for each of these.
    let query = "{ kpis(filter: { or: [
        { customerOrdered: { period: { year: 2023 } } }, { orderHolds: { product: { eq: \"pen\" } } }
    ] }) { orderCount } }";
    let at_most = |passes| AnswerLimits {
        passes,
        ..AnswerLimits::DEFAULT
    };
    assert_eq!(refusal(&store, at_most(3), query).await, None);
    let refused = refusal(&store, at_most(2), query).await;
    assert_eq!(refused.as_deref(), Some("QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn an_answer_of_gigabytes_is_refused_at_once() {
    let store = small_shop("gigabytes").await;
    let (start, query) = (
        Instant::now(),
        r#"{ kpis(filter: { period: { between: { from: "2023-01-01", to: "2060-01-01" } } }) {
            seasonality(cycle: WEEKDAY_HOUR) { kpis { cohorts(grain: DAY) { periods { date customerCount share } } } }
        } }"#,
    );
    let refused = refusal(&store, AnswerLimits::DEFAULT, query).await;
    assert_eq!(refused.as_deref(), Some("ANSWER_TOO_LARGE"));
    // All of it would be made for minutes, and fill the machine.
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_database_that_hangs_is_given_up() {
    let hang = doc! { "blockConnection": true, "blockTimeMS": 5_000 };
    let (shop, _alone) = failing("hangs", hang).await;
    let start = Instant::now();
    let (code, message) = failure(&shop, "{ kpis { orderCount } }").await;
    assert_eq!(code, "QUERY_TIMEOUT", "{message}");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn what_breaks_inside_stays_inside() {
    // 8 is MongoDB's UnknownError.
    let (shop, _alone) = failing("breaks", doc! { "errorCode": 8 }).await;
    let (code, message) = failure(&shop, "{ kpis { orderCount } }").await;
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
    assert_eq!(message, "something went wrong; the server's log says what");
}

#[tokio::test]
async fn fields_that_share_a_failed_pass_fail_alike() {
    let (shop, _alone) = failing("alike", doc! { "errorCode": 8 }).await;
    let response = shop
        .execute("{ a: kpis { orderCount totalProfit } b: shop { name } }")
        .await;
    assert!(!response.errors.is_empty());
    let code = |error: &async_graphql::ServerError| error.extensions.as_ref()?.get("code").cloned();
    assert!(
        response
            .errors
            .iter()
            .all(|it| code(it) == Some("INTERNAL_SERVER_ERROR".into()))
    );
}
