//! A shop's own dimensions in the schema, beside a shop that has none.

use mongodb::bson::{Document, doc};
use salesgraph::{
    engine::Choice,
    graphql,
    kpi::{Holder, OwnDimension, Vocabulary, Words},
};
use serde_json::json;

use crate::{
    small_shop::small_shop,
    support::{BothEngines, Shop},
};

fn own(name: &str, description: &str, holder: Holder) -> OwnDimension {
    OwnDimension {
        name: name.into(),
        description: description.into(),
        holder,
    }
}

fn vocabulary() -> &'static Vocabulary {
    let dimensions = vec![
        own("channel", "Where the order was placed.", Holder::Order),
        own("giftWrap", "Whether the line is a gift.", Holder::Line),
    ];
    let own = Words {
        dimensions,
        ..Words::default()
    };
    Vocabulary::with(own).unwrap()
}

#[tokio::test]
async fn two_shops_speak_their_own_words_in_one_process() {
    let store = small_shop("own_dimensions").await;
    let orders = store.database().collection::<Document>("orders");
    let set =
        doc! { "$set": { "attributes.channel": "web", "lines.0.attributes.giftWrap": "yes" } };
    let first = orders
        .find_one(doc! { "status": "completed" })
        .await
        .unwrap();
    let first = first.unwrap();
    let id = first.get_str("_id").unwrap();
    orders.update_one(doc! { "_id": id }, set).await.unwrap();

    let shop = BothEngines::speaking(vocabulary(), store.clone()).await;
    let data = shop
        .data(
            "{ kpis { breakdown(by: CHANNEL, orderBy: ORDER_COUNT, direction: ASC) {
                rows { key { dimension value } kpis { orderCount } } } }
               web: kpis(filter: { channel: { search: \"WEB\" } giftWrap: { eq: \"yes\" } }) { lineCount }
               shop { channels: values(of: CHANNEL) { value } gifts: values(of: GIFT_WRAP) { value } } }",
        )
        .await;
    let row = &data["kpis"]["breakdown"]["rows"][0];
    assert_eq!(
        row["key"],
        json!([{ "dimension": "CHANNEL", "value": "web" }])
    );
    assert_eq!(row["kpis"]["orderCount"], 1);
    assert_eq!(data["web"]["lineCount"], 1);
    assert_eq!(
        data["shop"],
        json!({ "channels": [{ "value": "web" }], "gifts": [{ "value": "yes" }] })
    );

    let other = Shop::over(store);
    let other = other.execute("{ kpis { breakdown(by: CHANNEL) { groupCount } } }");
    assert!(!other.await.errors.is_empty());
}

#[tokio::test]
async fn the_schema_says_what_a_shops_own_dimensions_are() {
    let schema = graphql::sdl(vocabulary());
    let described = "\"\"\"\n\tWhether the line is a gift.\n\t\"\"\"\n\tgiftWrap: StringFilter";
    assert!(schema.contains(described), "{schema}");
    assert!(schema.contains("\tGIFT_WRAP\n"));
    assert!(!graphql::sdl(Vocabulary::built_in()).contains("giftWrap"));

    let store = small_shop("own_dimensions_told").await;
    let shop = Shop::speaking(vocabulary(), Choice::Mongo, store);
    let data = shop
        .data("{ shop { dimensions { dimension field description isOwn } } }")
        .await;
    let all = data["shop"]["dimensions"].as_array().unwrap();
    assert_eq!(all.len(), 15);
    assert_eq!(
        all[13],
        json!({
            "dimension": "CHANNEL",
            "field": "channel",
            "description": "Where the order was placed.",
            "isOwn": true,
        })
    );
    assert_eq!(all[0]["isOwn"], false);
}
