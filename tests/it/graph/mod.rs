//! The entity side of the schema: nodes, lists, relations, and what they cost.

mod commands;
mod filters;
mod indexes;
mod own_dimensions;
mod own_measures;
mod paging;
mod ranking;
mod refusals;
mod relations;

use serde_json::Value;

use crate::{small_shop::small_shop, support::Shop};

/// The small shop, to ask.
async fn shop(name: &str) -> Shop {
    Shop::over(small_shop(name).await)
}

/// The codes of a connection's nodes.
fn codes(connection: &Value) -> Vec<&str> {
    let edges = connection["edges"].as_array().unwrap();
    let code = edges.iter().map(|edge| edge["node"]["code"].as_str());
    code.map(Option::unwrap).collect()
}

/// The code and the message of the one error of an answer.
async fn refusal(shop: &Shop, query: &str) -> (String, String) {
    let response = shop.execute(query).await;
    let answer: Value = serde_json::to_value(&response).unwrap();
    let error = &answer["errors"][0];
    let code = error["extensions"]["code"].as_str().unwrap_or("none");
    let message = error["message"].as_str().unwrap_or("no error");
    (code.to_owned(), message.to_owned())
}
