//! Random queries over the graph of orders, customers, products and places.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bson::{Document, doc};
use salesgraph::store::Store;

use super::{dice::Dice, documents::many, filters, text::Text, world::World};

/// Gives some customers a home.
pub async fn settle(store: &Store, dice: &mut Dice) {
    let customers = store.database().collection::<Document>("customers");
    for number in 0..many("customers") {
        if dice.percent(60) {
            let home = format!("l{}", dice.below(many("locations") + 1));
            let customer = doc! { "_id": format!("c{number}") };
            let update = doc! { "$set": { "locationId": home } };
            customers.update_one(customer, update).await.unwrap();
        }
    }
}

/// One query.
pub fn query(world: &World, dice: &mut Dice) -> Text {
    let asked = match dice.below(6) {
        0 => values(world, dice),
        1 => nodes(dice),
        2 => Text::field(
            "shop",
            vec![],
            [
                "firstOrderAt",
                "lastOrderAt",
                "years",
                "freshness { oddDocuments { count } rejects { count } }",
            ]
            .map(Text::leaf)
            .into(),
        ),
        3 => orders(dice),
        _ => pages(dice),
    };
    Text::field("query", vec![], vec![asked])
}

fn values(world: &World, dice: &mut Dice) -> Text {
    let dimension = *dice.pick(world.vocabulary.dimensions());
    let field = dimension.name();
    let mut arguments = vec![
        Text::leaf(format!("of: {}", dimension.enum_name())),
        Text::leaf(format!("first: {}", dice.between(1, 20))),
    ];
    for argument in ["contains", "search", "after"] {
        if dice.percent(25) {
            let text: String = filters::text(field, dice).chars().take(3).collect();
            arguments.push(Text::leaf(format!("{argument}: {text:?}")));
        }
    }
    let values = Text::field("values", arguments, vec![Text::leaf("value label")]);
    Text::field("shop", vec![], vec![values])
}

/// Any nodes by their ids, whether or not they may be seen.
fn nodes(dice: &mut Dice) -> Text {
    let many = dice.between(1, 12);
    let id = |_| {
        let (kind, code, most) = *dice.pick(&[
            ("Order", "o", 150),
            ("Customer", "c", 15),
            ("Product", "p", 13),
            ("Location", "l", 11),
        ]);
        let id = format!("{kind}:{code}{}", dice.below(most));
        format!("{:?}", URL_SAFE_NO_PAD.encode(id))
    };
    let ids = Text::leaf(format!(
        "ids: [{}]",
        (0..many).map(id).collect::<Vec<_>>().join(" ")
    ));
    let selected = [
        "id",
        "... on Order { code status lines { position productCode amounts { quantity revenue } product { code name } } totals { sales units } customer { code name } shipTo { code city } shipFrom { code } }",
        "... on Customer { name segment location { code } kpis { totalSales orderCount newCustomerCount } orders(first: 3) { totalCount edges { node { code } } } }",
        "... on Product { name category siblings(first: 3) { totalCount edges { node { code } } } orders(first: 2) { totalCount edges { node { code lines { productCode } } } } }",
        "... on Location { city orders(first: 2) { totalCount edges { node { code totals { lineCount } } } } }",
    ];
    Text::field("nodes", vec![ids], selected.map(Text::leaf).into())
}

/// A page of orders, by what they are and what their lines add up to.
fn orders(dice: &mut Dice) -> Text {
    let mut arguments = vec![Text::leaf(format!("first: {}", dice.between(1, 9)))];
    let number = dice.between(-100, 900);
    let mut conditions = Vec::new();
    for condition in [
        format!("totals: {{ sales: {{ gt: {number} }} }}"),
        format!("totals: {{ lineCount: {{ eq: {} }} }}", dice.between(0, 3)),
        format!(
            "totals: {{ profit: {{ isMissing: {} }} }}",
            dice.percent(50)
        ),
        format!("totals: {{ units: {{ lt: {} }} }}", dice.between(-2, 9)),
        format!("line: {{ revenue: {{ lt: {number} }} }}"),
        format!("line: {{ product: {{ eq: \"p{}\" }} }}", dice.below(13)),
        format!(
            "not: {{ line: {{ quantity: {{ gt: {} }} }} }}",
            dice.between(-2, 9)
        ),
    ] {
        if dice.percent(20) {
            conditions.push(format!("{{ {condition} }}"));
        }
    }
    if !conditions.is_empty() {
        arguments.push(Text::leaf(format!(
            "filter: {{ and: [{}] }}",
            conditions.join(" ")
        )));
    }
    if dice.percent(50) {
        let field = *dice.pick(&["ORDERED_AT", "SHIPPED_AT", "STATUS", "SHIP_MODE", "CODE"]);
        arguments.push(Text::leaf(format!("sort: [{{ field: {field} }}]")));
    }
    let node = Text::leaf(
        "edges { cursor node { code isCounted lines { productCode amounts { revenue profit } product { code } } totals { sales profit units lineCount } customer { code } } }",
    );
    Text::field(
        "orders",
        arguments,
        vec![
            node,
            Text::leaf("totalCount pageInfo { hasNextPage endCursor }"),
        ],
    )
}

fn pages(dice: &mut Dice) -> Text {
    let (collection, sorts) = *dice.pick(&[
        ("customers", ["NAME", "SEGMENT", "CODE"]),
        ("products", ["NAME", "CATEGORY", "CODE"]),
        ("locations", ["COUNTRY", "REGION", "CODE"]),
    ]);
    let end = *dice.pick(&["first", "last"]);
    let mut arguments = vec![
        Text::leaf(format!("{end}: {}", dice.between(1, 9))),
        Text::leaf(format!("sort: [{{ field: {} }}]", dice.pick(&sorts))),
    ];
    if dice.percent(30) {
        let code = &collection[..1];
        let number = dice.below(14);
        arguments.push(Text::leaf(format!(
            "filter: {{ code: {{ notIn: [\"{code}{number}\"] }} }}"
        )));
    }
    let node = Text::leaf(
        "edges { cursor node { code kpis { totalSales customerCount } orders(first: 2) { totalCount edges { node { code } } } } }",
    );
    Text::field(
        collection,
        arguments,
        vec![
            Text::leaf("totalCount pageInfo { hasNextPage hasPreviousPage }"),
            node,
        ],
    )
}
