use bson::{Document, doc, oid::ObjectId};

use super::*;

mod measures;

/// An order with its items inside, and what it refers to.
const SHOP: &str = r#"
[shop]
currency = "EUR"
time_zone = "Europe/Paris"

[lookups.country]
from = "countries"
key = "countryId"

[order]
from = "orders"
where = { draft = { "$ne" = true } }
ordered_at = "createdAt"
discount_amount = "discount"
currency = "currency"
rate = { divide_by = "rate" }

[line]
each = "items"
quantity = "n"
cancelled_quantity = "cancelled"
unit_price = "price"
unit_cost = { path = "cost", null = [0], in_shop_currency = true }

[product]
from = "products"
key = "product"
name = "title"

[customer]
id = { path = "email", lower = true }

[ship_to]
country = { lookup = "country", path = "name" }
city = "city"
"#;

fn model(text: &str) -> Model {
    Model::parse(text, "shop.toml").unwrap()
}

fn refusal(text: &str) -> String {
    Model::parse(text, "shop.toml").unwrap_err().to_string()
}

/// Builds an order whose document and countries are at hand.
fn order(model: &Model, document: Document) -> Built {
    let mut known = Known::default();
    known.insert(model.id_join(0), "1".into(), Vec::new());
    let source = |name: &str| {
        let mut sources = model.sources().iter();
        sources.position(|it| it.collection == name).unwrap()
    };
    known.push(model.id_join(source("orders")), "1".into(), document);
    let france = doc! { "_id": "fr", "name": "France" };
    known.insert(
        model.id_join(source("countries")),
        "fr".into(),
        vec![france],
    );
    let target = Target {
        kind: Kind::Order,
        id: "1".into(),
    };
    let built = model.build(&target, &known);
    assert!(known.take_missing().is_empty());
    built
}

fn placed(fields: Document) -> Document {
    let mut document = doc! {
        "_id": 1,
        "createdAt": bson::DateTime::from_millis(1_720_958_400_000),
        "email": "Ada@Example.com",
        "countryId": "fr",
        "city": " Paris ",
        "items": [
            { "product": ObjectId::parse_str("64f22683ffca58305b7cc3f9").unwrap(), "n": 3, "price": 3.335, "cost": 1.5 },
            { "product": "B", "n": "2", "price": "10", "cost": 0 },
            { "product": "C", "n": 4, "cancelled": 4, "price": 1 },
        ],
    };
    document.extend(fields);
    document
}

fn amounts(document: &Document, field: &str) -> Vec<String> {
    let lines = document.get_array("lines").unwrap().iter();
    lines
        .map(|line| {
            let amount = line.as_document().unwrap().get(field);
            amount.map_or_else(|| "none".into(), ToString::to_string)
        })
        .collect()
}

#[test]
fn a_shop_has_its_own_calendar() {
    let calendar =
        "[shop.calendar]\nfirst_weekday = \"sunday\"\nfirst_month = 2\nweeks = \"4-5-4\"\n";
    let text = SHOP.replace(
        "[lookups.country]",
        &format!("{calendar}\n[lookups.country]"),
    );
    let model = model(&text);
    let shop = &model.settings().calendar;
    assert_eq!(shop.first_weekday.as_deref(), Some("sunday"));
    assert_eq!(
        (shop.first_month, shop.weeks.as_deref()),
        (Some(2), Some("4-5-4"))
    );
    let line = 1 + text.lines().position(|it| it == "[shop.calendar]").unwrap();
    for (from, to, problem) in [
        (
            "sunday",
            "someday",
            "`someday` is no day of the week; write one such as \"sunday\"",
        ),
        (
            "= 2",
            "= 13",
            "13 is no month: the first month of a year is a number from 1 (January) to 12",
        ),
        (
            "first_month = 2\n",
            "",
            "a calendar of weeks needs its first month: 2 for years that begin about the first of February",
        ),
        (
            "4-5-4",
            "4-4-4",
            "`4-4-4` is no pattern of weeks; write \"4-4-5\", \"4-5-4\" or \"5-4-4\"",
        ),
    ] {
        let wrong = refusal(&text.replace(calendar, &calendar.replace(from, to)));
        assert!(wrong.contains(problem), "{wrong}");
        assert!(wrong.contains(&format!("shop.toml:{line}")), "{wrong}");
    }
}

#[test]
fn an_order_is_what_its_document_says() {
    let built = order(&model(SHOP), placed(doc! { "discount": 1 }));
    let document = built.document.unwrap();
    // 3 × 3.335 is 10.005, half to even 10.00. Of 1.00 off 30.00 a third is 0.333…: 33 cents,
    // and 66 for the other; the cent that is left goes to 0.666….
    assert_eq!(amounts(&document, "discountAmount"), ["0.33", "0.67"]);
    assert_eq!(amounts(&document, "revenue"), ["9.67", "19.33"]);
    // 3 × 1.50 is 4.50; a cost of 0 is not known.
    assert_eq!(amounts(&document, "profit"), ["5.17", "none"]);
    assert_eq!(document.get_str("customerId").unwrap(), "ada@example.com");
    assert_eq!(document.get_str("shipToId").unwrap(), "France|Paris");
    assert_eq!(document.get_str("status").unwrap(), "completed");
    let described: Vec<_> = built.parts.iter().map(|it| it.target.id.as_str()).collect();
    assert_eq!(described, ["ada@example.com", "France|Paris"]);
}

#[test]
fn another_currency_is_converted_by_the_order_s_rate_or_left_out() {
    let model = model(SHOP);
    let in_dollars = order(&model, placed(doc! { "currency": "USD", "rate": 1.1 }));
    // 10.005 / 1.1 is 9.0954…, 20 / 1.1 is 18.1818…; the cost is in euros already.
    let document = in_dollars.document.unwrap();
    assert_eq!(amounts(&document, "revenue"), ["9.1", "18.18"]);
    assert_eq!(amounts(&document, "profit"), ["4.6", "none"]);
    let without_rate = order(&model, placed(doc! { "currency": "USD", "rate": 0 }));
    assert!(without_rate.document.is_none() && without_rate.parts.is_empty());
    let reject = &without_rate.rejects[0];
    assert_eq!(
        (reject.what, reject.reason.as_str()),
        ("order", "in USD without a rate")
    );
}

#[test]
fn a_line_that_cannot_be_read_costs_itself_alone() {
    let items = doc! { "items": [
        { "product": "A", "n": 1, "price": "a few" },
        { "product": "B", "price": 5 },
        { "product": "C", "n": 1, "price": 5 },
        { "product": "D", "n": 1, "price": 1e15 },
    ] };
    let built = order(&model(SHOP), placed(items));
    assert_eq!(amounts(&built.document.unwrap(), "revenue"), ["5"]);
    let reasons: Vec<_> = built.rejects.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "no price that can be read",
            "no quantity that can be read",
            "an amount that is too large"
        ]
    );
}

#[test]
fn what_is_not_meant_is_no_order_and_no_reject() {
    let built = order(&model(SHOP), placed(doc! { "draft": true }));
    assert!(built.document.is_none() && built.rejects.is_empty());
}

#[test]
fn what_contradicts_itself_is_refused_with_its_line() {
    let refused = refusal(&SHOP.replace("lookup = \"country\"", "lookup = \"land\""));
    assert!(
        refused.starts_with("shop.toml:34: there is no lookup `land`; there are country"),
        "{refused}"
    );
    let refused = refusal(&SHOP.replace("key = \"product\"\n", ""));
    assert!(
        refused.contains("`product.from` needs a `key`"),
        "{refused}"
    );
    let refused = refusal(&SHOP.replace("each = \"items\"\n", ""));
    assert!(refused.contains("say where lines are"), "{refused}");
    let refused = refusal(&SHOP.replace("quantity = \"n\"\n", ""));
    assert!(refused.contains("missing field `quantity`"), "{refused}");
    let refused = refusal(&SHOP.replace("\"$ne\"", "\"$near\""));
    assert!(
        refused.starts_with("shop.toml:12: `$near` cannot be used here"),
        "{refused}"
    );
}

#[test]
fn an_order_s_id_is_read_as_it_is_looked_for() {
    let with_id = |id: &str| {
        SHOP.replace(
            "from = \"orders\"",
            &format!("from = \"orders\"\nid = {id}"),
        )
    };
    let refused = refusal(&with_id("{ path = \"number\", lower = true }"));
    assert!(
        refused.contains("`order.id` begins with a plain field"),
        "{refused}"
    );
    let refused = refusal(&with_id(
        "[\"number\", { lookup = \"country\", path = \"name\" }]",
    ));
    assert!(refused.contains("no `lookup` here"), "{refused}");
}

#[test]
fn only_a_field_s_lookup_is_one() {
    let others = "where = { lookup = \"land\" }\n# lookup = \"land\"\neach = \"items\"";
    let text = SHOP.replace("each = \"items\"", others);
    assert!(Model::parse(&text, "shop.toml").is_ok());
}

#[test]
fn a_changed_model_is_another_one() {
    let (one, same) = (model(SHOP), model(SHOP));
    let other = model(&SHOP.replace("\"n\"", "\"count\""));
    assert_eq!(one.fingerprint(), same.fingerprint());
    assert_ne!(one.fingerprint(), other.fingerprint());
}

const GUIDE: &str = include_str!("../../docs/model.md");

#[test]
fn the_guide_s_model_and_the_examples_can_be_used() {
    let block = GUIDE.split("```toml\n").nth(1).unwrap();
    model(block.split("```").next().unwrap());
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut count = 0;
    for example in fs::read_dir(examples).unwrap() {
        let path = example.unwrap().path();
        // A mapping of the older kind.
        if path.ends_with("superstore.toml") {
            continue;
        }
        if let Err(error) = Model::from_path(&path) {
            panic!("{error}");
        }
        count += 1;
    }
    assert!(count > 12);
}

#[test]
fn the_guide_has_every_key() {
    let minimal = "[shop]\ncurrency = \"EUR\"\n[order]\nfrom = \"o\"\nordered_at = \"at\"\n\
                   [line]\neach = \"items\"\nquantity = \"n\"\nrevenue = \"r\"\n";
    let sections = [
        "files.o",
        "numbers",
        "shop",
        "lookups.l",
        "order",
        "line",
        "product",
        "customer",
        "ship_to",
    ];
    let fields = [
        "order.status",
        "order.shipped_at",
        "order.tax",
        "order.rate",
        "line.unit_price",
    ];
    for table in sections.iter().chain(&fields) {
        let header = format!("[{table}]\n");
        let wrong = format!("{header}no-such-key = 1\n");
        let unknown = if minimal.contains(&header) {
            minimal.replace(&header, &wrong)
        } else {
            format!("{minimal}{wrong}")
        };
        let unknown = refusal(&unknown);
        // The message for an unknown key lists those that there are.
        let (_, keys) = unknown.split_once("expected ").expect(&unknown);
        for key in keys.split('`').skip(1).step_by(2) {
            let told = [format!("`{key}`"), format!("{key} = ")];
            assert!(told.iter().any(|it| GUIDE.contains(it)), "{key} of {table}");
        }
    }
}

#[test]
fn amounts_are_said_of_the_order_or_of_its_lines() {
    for (more, expected) in [
        (
            "revenue = \"total\"",
            "say `order.revenue`, after all discounts, or `order.discount_amount`, not both",
        ),
        ("tax = \"tax\"", "say `order.tax` or `line.tax`, not both"),
    ] {
        let both = SHOP
            .replace("discount_amount", &format!("{more}\ndiscount_amount"))
            .replace("each = \"items\"", "each = \"items\"\ntax = \"tax\"");
        assert_eq!(refusal(&both), format!("shop.toml:10: {expected}"));
    }
    let nowhere = refusal(&format!("{SHOP}[[return]]\nquantity = \"n\"\n"));
    assert!(
        nowhere.ends_with("or an `amount` in the order's own document"),
        "{nowhere}"
    );
}

#[test]
fn what_all_goods_cost_is_shared_and_lines_keep_what_they_are_taxed() {
    let by_total = SHOP
        .replace("discount_amount = \"discount\"", "revenue = \"total\"")
        .replace(
            "unit_price = \"price\"",
            "unit_price = \"price\"\ntax = { path = \"gross\", minus = \"net\" }",
        );
    let mut placed = placed(doc! { "total": 27 });
    for line in placed.get_array_mut("items").unwrap() {
        let line = line.as_document_mut().unwrap();
        line.insert("gross", "1.20");
    }
    let built = order(&model(&by_total), placed);
    let document = built.document.unwrap();
    // 10.00 and 20.00 are 3.00 more.
    assert_eq!(amounts(&document, "revenue"), ["9", "18"]);
    assert_eq!(amounts(&document, "tax"), ["1.2", "1.2"]);
}

#[test]
fn a_day_and_its_time_may_stand_apart() {
    let apart = SHOP.replace(
        "ordered_at = \"createdAt\"",
        "ordered_at = { path = \"day\", time = \"hour\", format = \"%m/%d/%y %H:%M\" }",
    );
    let built = order(
        &model(&apart),
        placed(doc! { "day": "07/14/24", "hour": "09:30" }),
    );
    let at = built
        .document
        .unwrap()
        .get_datetime("orderedAt")
        .unwrap()
        .to_owned();
    // Half past nine in Paris.
    assert_eq!(at.try_to_rfc3339_string().unwrap(), "2024-07-14T07:30:00Z");
}
