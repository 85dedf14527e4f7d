//! Lists, page by page: nothing twice, nothing left out.

use bson::{Document, doc};
use serde_json::Value;

use super::{codes, shop};
use crate::{small_shop::small_shop, support::Shop};

/// Every code of a list, read in pages of a size, forwards or backwards.
async fn walk(shop: &Shop, list: &str, sort: &str, size: usize, backward: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let (count, place) = if backward {
            ("last", "before")
        } else {
            ("first", "after")
        };
        let place = cursor.map_or(String::new(), |it| format!(", {place}: \"{it}\""));
        let query = format!(
            "{{ list: {list}(sort: {sort}, {count}: {size}{place}) {{
                edges {{ cursor node {{ code }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            }} }}"
        );
        let page = shop.data(&query).await["list"].take();
        let info = &page["pageInfo"];
        let here = codes(&page).into_iter().map(str::to_owned);
        if backward {
            found.splice(0..0, here);
        } else {
            found.extend(here);
        }
        let (more, next) = if backward {
            ("hasPreviousPage", "startCursor")
        } else {
            ("hasNextPage", "endCursor")
        };
        if info[more] == Value::Bool(false) {
            return found;
        }
        cursor = info[next].as_str().map(str::to_owned);
        assert!(found.len() < 100, "{sort} goes round in circles");
    }
}

async fn assert_walks(shop: &Shop, list: &str, sort: &str, expected: &[&str]) {
    for size in [1, 2, 3, 100] {
        for backward in [false, true] {
            let found = walk(shop, list, sort, size, backward).await;
            assert_eq!(found, expected, "{sort} by {size}, backward: {backward}");
        }
    }
}

/// O4 and O5 were placed at one instant.
#[tokio::test]
async fn orders_by_time_with_a_tie() {
    let shop = shop("orders_by_time").await;
    let up = ["O8", "O1", "O2", "O3", "O4", "O5", "O9", "O6", "O7"];
    assert_walks(&shop, "orders", "[{ field: ORDERED_AT }]", &up).await;
    let mut down = up;
    down.reverse();
    let newest = "[{ field: ORDERED_AT, direction: DESC }]";
    assert_walks(&shop, "orders", newest, &down).await;
    assert_walks(&shop, "orders", "[]", &down).await;
}

/// O3, O5, O6, O7 and O9 have not shipped; O6 and O9 have no ship mode.
#[tokio::test]
async fn missing_values_come_first_and_last_when_turned_round() {
    let shop = shop("orders_missing").await;
    let by_shipping = ["O3", "O5", "O9", "O6", "O7", "O8", "O2", "O1", "O4"];
    assert_walks(&shop, "orders", "[{ field: SHIPPED_AT }]", &by_shipping).await;
    let down = "[{ field: SHIPPED_AT, direction: DESC }]";
    let reversed: Vec<&str> = by_shipping.iter().rev().copied().collect();
    assert_walks(&shop, "orders", down, &reversed).await;
    let by_mode = "[{ field: SHIP_MODE, direction: DESC }, { field: CODE }]";
    // Standard, Express, none; within each the latest first, as SHIP_MODE turns its ties too.
    let expected = ["O7", "O5", "O3", "O1", "O8", "O4", "O2", "O6", "O9"];
    assert_walks(&shop, "orders", by_mode, &expected).await;
}

#[tokio::test]
async fn several_keys_each_in_its_direction() {
    let shop = shop("several_keys").await;
    let sort = "[{ field: STATUS }, { field: CODE, direction: DESC }]";
    // Cancelled first; the others by time, which breaks the ties of STATUS.
    let expected = ["O7", "O8", "O1", "O2", "O3", "O5", "O4", "O9", "O6"];
    assert_walks(&shop, "orders", sort, &expected).await;
    let sort = "[{ field: CATEGORY }, { field: CODE }]";
    assert_walks(&shop, "products", sort, &["chair", "desk", "pen"]).await;
}

#[tokio::test]
async fn customers_by_segment_and_locations_by_place() {
    let shop = shop("segments").await;
    let up = ["cleo", "ada", "ben"];
    assert_walks(&shop, "customers", "[{ field: SEGMENT }]", &up).await;
    let down = "[{ field: SEGMENT, direction: DESC }]";
    assert_walks(&shop, "customers", down, &["ben", "ada", "cleo"]).await;
    assert_walks(
        &shop,
        "customers",
        "[{ field: CREATED_AT }]",
        &["ada", "ben", "cleo"],
    )
    .await;
    let places = ["illinois", "ohio", "lyon", "paris"];
    let sort = "[{ field: REGION }, { field: CODE }]";
    // Abroad, North, South; the two Springfields are tied.
    assert_walks(
        &shop,
        "locations",
        sort,
        &["illinois", "ohio", "paris", "lyon"],
    )
    .await;
    let sort = "[{ field: COUNTRY, direction: DESC }, { field: CODE, direction: ASC }]";
    assert_walks(
        &shop,
        "locations",
        sort,
        &["illinois", "ohio", "paris", "lyon"],
    )
    .await;
    let sort = "[{ field: CITY, direction: DESC }]";
    assert_walks(
        &shop,
        "locations",
        sort,
        &["ohio", "illinois", "paris", "lyon"],
    )
    .await;
    let sort = "[{ field: CODE }]";
    assert_walks(
        &shop,
        "locations",
        sort,
        &[places[0], "lyon", "ohio", "paris"],
    )
    .await;
}

/// Without a sort, locations go by country and city, customers and products by name.
#[tokio::test]
async fn lists_have_an_order_of_their_own() {
    let shop = shop("own_order").await;
    assert_walks(
        &shop,
        "locations",
        "[]",
        &["lyon", "paris", "illinois", "ohio"],
    )
    .await;
    assert_walks(&shop, "products", "[]", &["pen", "chair", "desk"]).await;
    assert_walks(&shop, "customers", "[]", &["ada", "ben", "cleo"]).await;
}

/// What is placed between two pages moves nothing: it is on the next page or on none.
#[tokio::test]
async fn a_document_that_comes_in_between_moves_nothing() {
    let store = small_shop("in_between").await;
    let shop = Shop::over(store.clone());
    let first = shop
        .data("{ customers(first: 2) { edges { node { code } } pageInfo { endCursor } } }")
        .await;
    assert_eq!(codes(&first["customers"]), ["ada", "ben"]);
    let customers = store.database().collection::<Document>("customers");
    let new = [("abe", "Abe"), ("bob", "Bob")];
    let new = new.map(|(id, name)| doc! { "_id": id, "name": name });
    customers.insert_many(new).await.unwrap();
    // Ben is gone, too; the page goes on behind where he was.
    customers.delete_one(doc! { "_id": "ben" }).await.unwrap();
    let after = &first["customers"]["pageInfo"]["endCursor"];
    let query = format!(
        "{{ customers(after: {after}) {{ edges {{ node {{ code }} }} pageInfo {{ hasPreviousPage hasNextPage }} }} }}"
    );
    let next = shop.data(&query).await;
    assert_eq!(codes(&next["customers"]), ["bob", "cleo"]);
    let info = &next["customers"]["pageInfo"];
    assert_eq!(info["hasPreviousPage"], true);
    assert_eq!(info["hasNextPage"], false);
}

#[tokio::test]
async fn a_stretch_between_two_cursors_and_a_count_of_all() {
    let shop = shop("between").await;
    let all = shop
        .data("{ orders(sort: [{ field: CODE }]) { totalCount edges { cursor node { code } } } }")
        .await;
    assert_eq!(all["orders"]["totalCount"], 9);
    let cursor = |at: usize| &all["orders"]["edges"][at]["cursor"];
    for (arguments, expected) in [
        (
            format!("after: {}, before: {}", cursor(1), cursor(6)),
            vec!["O3", "O4", "O5", "O6"],
        ),
        (
            format!("first: 2, after: {}, before: {}", cursor(1), cursor(6)),
            vec!["O3", "O4"],
        ),
        (
            format!("last: 2, after: {}, before: {}", cursor(1), cursor(6)),
            vec!["O5", "O6"],
        ),
        (
            format!("after: {}, before: {}", cursor(6), cursor(1)),
            vec![],
        ),
        (format!("after: {}", cursor(8)), vec![]),
    ] {
        let query = format!(
            "{{ orders(sort: [{{ field: CODE }}], {arguments}) {{ totalCount edges {{ node {{ code }} }} }} }}"
        );
        let page = shop.data(&query).await;
        assert_eq!(codes(&page["orders"]), expected, "{arguments}");
        assert_eq!(page["orders"]["totalCount"], 9);
    }
}
