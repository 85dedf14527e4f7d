//! Keys that are handed out as links, and who the dashboard learns is reading.

use std::fs;

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

use super::keys::Shop;
use crate::{small_shop::small_shop, support};

const VIEWER: &str = "{ viewer { name expiresAt scope } }";

async fn asked(shop: &Shop, key: &str) -> Value {
    let request = Client::new().post(format!("{}/graphql", shop.url));
    let request = request
        .header(header::CONTENT_TYPE, "application/json")
        .bearer_auth(key)
        .body(json!({ "query": VIEWER }).to_string());
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_link_opens_until_it_is_taken_back() {
    let shop = Shop::start("links").await;
    fs::write(shop.folder().join("west.toml"), "rows.region = [\"West\"]").unwrap();
    let page = "https://sales.example/products?period=2026";
    let scoped = ["--scope", "west.toml", "--expires", "2199-01-01"];
    let link = shop.key(&[&["Board"], &scoped[..], &["--link", page]].concat());
    let key = link
        .strip_prefix(page)
        .and_then(|it| it.strip_prefix("#key="));
    let key = key.unwrap_or_else(|| panic!("{link}"));
    shop.answers(key, StatusCode::OK).await;
    let viewer = json!({
        "name": "Board",
        "expiresAt": "2199-01-01T00:00:00+00:00",
        "scope": "rows = { region = [\"West\"] }",
    });
    assert_eq!(asked(&shop, key).await["data"]["viewer"], viewer);

    // Not everybody's key ends, or is bounded.
    let everything = shop.key(&["Ada"]);
    shop.answers(&everything, StatusCode::OK).await;
    let viewer = json!({ "name": "Ada", "expiresAt": null, "scope": null });
    assert_eq!(asked(&shop, &everything).await["data"]["viewer"], viewer);

    assert!(shop.keys(&["revoke", "Board"]).status.success());
    shop.answers(key, StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn a_link_leads_to_a_page_and_ends() {
    let shop = Shop::start("bad_links").await;
    for (arguments, reason) in [
        (&["--link", "https://sales.example/"][..], "--expires"),
        (
            &["--expires", "30d", "--link", "sales.example"],
            "give the address of a page",
        ),
        (
            &["--expires", "30d", "--link", "ftp://sales.example/"],
            "give the address of a page",
        ),
        (
            &["--expires", "30d", "--link", "https://sales.example/#a"],
            "give the address of a page",
        ),
    ] {
        let output = shop.keys(&[&["add", "x"], arguments].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn nobody_in_particular_reads_where_nobody_is_asked() {
    let shop = support::Shop::over(small_shop("viewer").await);
    let answer = shop.execute(VIEWER).await;
    assert_eq!(answer.data.into_json().unwrap(), json!({ "viewer": null }));
}
