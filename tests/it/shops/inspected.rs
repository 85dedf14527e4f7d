//! First models that nobody has edited, and what a person's answers make of them.

use std::sync::Arc;

use salesgraph::{bridge, inspect, kpi::Vocabulary, model::Model, store::Store};
use serde_json::Value;

use super::{
    EXACT, Fixture, QUOTIENTS, decimal, differences, dimensions, examples::compare_all, query,
    scopes, started_by,
};
use crate::support::{Shop, fresh_store, source_in};

/// The most lines that a person has to complete.
const MOST_ASKED: usize = 10;

/// What a person who knows the shop writes in the place of lines that ask.
struct Answers(&'static [(&'static str, &'static str)]);

impl Answers {
    fn complete(&self, model: &str) -> String {
        let mut model = model.to_owned();
        for (asked, answer) in self.0 {
            let lines: Vec<&str> = model.lines().collect();
            let at = lines.iter().position(|line| *line == *asked);
            let at = at.unwrap_or_else(|| panic!("no line {asked} in\n{model}"));
            let above = lines[..at].iter().rev();
            let mut above = above.take_while(|line| line.starts_with('#'));
            assert!(
                above.any(|line| line.contains("TO COMPLETE")),
                "{asked} asks nothing"
            );
            model = model.replacen(asked, answer, 1);
        }
        model
    }
}

/// A shop, and the first model that is made of it.
struct Inspected {
    fixture: Fixture,
    model: String,
}

impl Inspected {
    async fn of(name: &'static str) -> Option<Self> {
        let source = fresh_store(&format!("{name}_inspected_source")).await;
        let Some(fixture) = Fixture::load(name, source).await else {
            println!("skipped: no shops beside the repository");
            return None;
        };
        let source = source_in(&fixture.source).await;
        let progress = || Arc::new(|_, _| {});
        let sample = bridge::sample(&source, progress()).await.unwrap();
        let model = inspect::first_model(&sample).unwrap();
        let again = bridge::sample(&source, progress()).await.unwrap();
        assert_eq!(inspect::first_model(&again).unwrap(), model, "{name}");
        let asked = model.matches("# TO COMPLETE: ").count();
        assert!(
            asked <= MOST_ASKED,
            "{name} asks for {asked} lines:\n{model}"
        );
        Some(Self { fixture, model })
    }

    /// The shop as this model serves it.
    async fn served(&self, model: &str) -> ServedShop {
        let name = self.fixture.name;
        let parsed = Model::parse(model, "shop.toml");
        let parsed = parsed.unwrap_or_else(|error| panic!("{name}: {error}\n{model}"));
        let store = fresh_store(&format!("{name}_inspected")).await;
        let started = Box::pin(started_by(parsed, &self.fixture, &store));
        started.await.abort();
        store.create_indexes().await.unwrap();
        ServedShop {
            shop: Shop::over(store.clone()),
            store,
        }
    }

    /// Which of the figures are not as expected, and of how many.
    async fn wrong(&self, served: &ServedShop) -> (Vec<String>, usize) {
        let expected = without_own(&self.fixture.expected, self.fixture.name);
        let ours = served.shop.data(&query(&expected)).await;
        (differences(&ours, &expected), figures(&expected))
    }
}

struct ServedShop {
    store: Store,
    shop: Shop,
}

/// The figures without those of dimensions that only a shop's own declarations tell, by no
/// first model: what it calls them is up to the shop.
fn without_own(expected: &Value, shop: &str) -> Value {
    let is_known = |name: &String| {
        let is_elsewhere = shop == "supplies" && ["category", "segment"].contains(&name.as_str());
        Vocabulary::built_in().dimension(name).is_some() && !is_elsewhere
    };
    let mut expected = expected.clone();
    let breakdowns = expected["breakdowns"].as_object_mut().unwrap();
    breakdowns.retain(|name, _| is_known(name));
    let scopes = expected["scopes"].as_object_mut().unwrap();
    scopes.retain(|_, scope| {
        let filter = scope["scope"]["filter"].as_object();
        filter.into_iter().flat_map(|it| it.keys()).all(is_known)
    });
    expected
}

/// How many figures are compared.
fn figures(expected: &Value) -> usize {
    let of = |theirs: &Value| {
        let names = EXACT.into_iter().chain(QUOTIENTS);
        names.filter(|name| theirs.get(name).is_some()).count()
    };
    let groups = dimensions(expected).map(|(name, _)| &expected["breakdowns"][name]);
    let lists = ["topProducts", "topCustomers", "months", "days"].map(|name| &expected[name]);
    let rows = groups
        .chain(lists)
        .flat_map(|rows| rows.as_array().into_iter().flatten());
    let rows = rows.map(of).sum::<usize>();
    rows + scopes(expected).map(|(_, scope)| of(scope)).sum::<usize>()
}

/// The unedited model finds orders, times, lines, customers, products and gross amounts:
/// what it serves of a status that counts is all there is.
async fn finds_what_there_is(name: &'static str, uncounted: &[&str]) -> Option<Inspected> {
    let inspected = Inspected::of(name).await?;
    let served = inspected.served(&inspected.model).await;
    let expected = &inspected.fixture.expected;
    let not_in: Vec<String> = uncounted.iter().map(|it| format!("{it:?}")).collect();
    let query = format!(
        "{{ kpis(filter: {{ status: {{ notIn: [{}] }} }}) \
         {{ grossSales orderCount lineCount customerCount }} }}",
        not_in.join(", ")
    );
    let ours = served.shop.data(&query).await;
    let theirs = &expected["scopes"]["all"];
    for figure in ["orderCount", "lineCount", "customerCount"] {
        let theirs = decimal(&theirs[figure]);
        assert_eq!(decimal(&ours["kpis"][figure]), theirs, "{name}: {figure}");
    }
    let gross = decimal(&expected["bridge"]["all"]["grossSales"]);
    let ours = decimal(&ours["kpis"]["grossSales"]);
    assert_eq!(ours, gross, "{name}\n{}", inspected.model);
    Some(inspected)
}

/// Once completed, all figures are right, and all amounts and returns of single orders.
async fn is_right_when_completed(inspected: &Inspected, answers: Answers) {
    let name = inspected.fixture.name;
    let unedited = inspected.served(&inspected.model).await;
    let (wrong, of) = inspected.wrong(&unedited).await;
    println!(
        "{name}: {} of {of} figures are right unedited",
        of.saturating_sub(wrong.len())
    );
    let completed = answers.complete(&inspected.model);
    let served = inspected.served(&completed).await;
    let (wrong, of) = inspected.wrong(&served).await;
    println!(
        "{name}: {} of {of} figures are right completed",
        of.saturating_sub(wrong.len())
    );
    assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{completed}");
    compare_all(&inspected.fixture, &served.store).await;
}

#[tokio::test]
async fn items_in_an_array() {
    let Some(inspected) = finds_what_there_is("mern", &["cancelled", "unpaid"]).await else {
        return;
    };
    let answers = Answers(&[
        ("time_zone = \"UTC\"", "time_zone = \"America/New_York\""),
        (
            "uncounted_statuses = [\"cancelled\"]",
            "uncounted_statuses = [\"cancelled\", \"unpaid\"]",
        ),
    ]);
    is_right_when_completed(&inspected, answers).await;
}

#[tokio::test]
async fn several_shops_in_one_database() {
    let Some(inspected) = Inspected::of("reaction").await else {
        return;
    };
    let answers = Answers(&[
        ("time_zone = \"UTC\"", "time_zone = \"Europe/Paris\""),
        (
            "# where = { shopId = \"bQ7mZkT2xWn4RjL9c\" }",
            "where = { shopId = \"bQ7mZkT2xWn4RjL9c\" }",
        ),
    ]);
    is_right_when_completed(&inspected, answers).await;
}

#[tokio::test]
async fn lines_in_a_collection_of_their_own() {
    let Some(inspected) = finds_what_there_is("unchained", &["REJECTED"]).await else {
        return;
    };
    let answers = Answers(&[
        ("time_zone = \"UTC\"", "time_zone = \"Europe/Zurich\""),
        (
            "status = { path = \"status\", map = { FULFILLED = \"FULFILLED\", FULLFILLED = \"FULLFILLED\" } }",
            "status = { path = \"status\", map = { FULLFILLED = \"FULFILLED\" } }",
        ),
    ]);
    is_right_when_completed(&inspected, answers).await;
}

#[tokio::test]
async fn numeric_statuses_and_other_currencies() {
    let Some(inspected) = finds_what_there_is("grandnode", &["40"]).await else {
        return;
    };
    let answers = Answers(&[
        ("time_zone = \"UTC\"", "time_zone = \"Australia/Adelaide\""),
        (
            "uncounted_statuses = []",
            "uncounted_statuses = [\"Cancelled\"]",
        ),
        (
            "status = { path = \"OrderStatusId\", map = { 10 = \"10\", 20 = \"20\", 30 = \"30\", 40 = \"40\", 50 = \"50\" } }",
            "status = { path = \"OrderStatusId\", map = { 10 = \"Pending\", 20 = \"Processing\", 30 = \"Complete\", 40 = \"Cancelled\" } }",
        ),
        (
            "unit_cost = { path = \"OriginalProductCost\", null = [0] }",
            "unit_cost = { path = \"OriginalProductCost\", null = [0], in_shop_currency = true }",
        ),
    ]);
    is_right_when_completed(&inspected, answers).await;
}

#[tokio::test]
async fn one_collection_with_the_customer_inside() {
    let Some(inspected) = finds_what_there_is("supplies", &[]).await else {
        return;
    };
    let answers = Answers(&[("time_zone = \"UTC\"", "time_zone = \"America/Denver\"")]);
    is_right_when_completed(&inspected, answers).await;
}

#[tokio::test]
async fn one_document_a_line() {
    let Some(inspected) = finds_what_there_is("prototype", &[]).await else {
        return;
    };
    is_right_when_completed(&inspected, Answers(&[])).await;
}
