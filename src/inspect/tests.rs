//! Shops in other shapes and languages, and what a first model says of them.

use bson::{DateTime, Document, doc, oid::ObjectId};
use toml::Value;

use super::*;
use crate::model::Model;

const ORDERS: i64 = 60;

fn sampled(name: &str, documents: impl IntoIterator<Item = Document>) -> Sampled {
    let documents: Vec<Document> = documents.into_iter().collect();
    let total = documents.len() as u64;
    Sampled::new(name.into(), documents, total)
}

fn day(number: i64) -> DateTime {
    DateTime::from_millis(1_700_000_000_000 + number * 86_400_000)
}

fn id(kind: u8, number: i64) -> ObjectId {
    let mut bytes = [kind; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// A price with cents that are different from product to product.
fn price(number: i64) -> f64 {
    f64::from(u32::try_from(number % 7).unwrap()) * 12.5 + 9.99
}

fn quantity(number: i64) -> i64 {
    number % 3 + 1
}

fn amount(number: i64) -> f64 {
    let cents = price(number) * f64::from(u32::try_from(quantity(number)).unwrap()) * 100.0;
    cents.round() / 100.0
}

/// A sample of a shop that has no other collections.
fn all_of(collections: Vec<Sampled>) -> Sample {
    Sample {
        collections,
        left_out: 0,
    }
}

/// The model of a shop, which must be one that can be used.
fn model(collections: Vec<Sampled>) -> toml::Table {
    let text = first_model(&all_of(collections)).unwrap();
    Model::parse(&text, "shop.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    let asked = text.matches("# TO COMPLETE: ").count();
    assert!(asked <= 10, "{text}");
    text.parse().unwrap()
}

/// Asserts what stands at places such as `order.from`; a table by its `path`.
fn says(model: &toml::Table, expected: &[(&str, &str)]) {
    for (place, expected) in expected {
        let (section, key) = place.rsplit_once('.').unwrap();
        let found = section
            .split('.')
            .try_fold(model, |table, key| table.get(key)?.as_table())
            .and_then(|section| section.get(key));
        let text = match found {
            Some(Value::Table(field)) => field.get("path").and_then(Value::as_str),
            Some(Value::Array(parts)) => parts.last().and_then(Value::as_str),
            other => other.and_then(Value::as_str),
        };
        assert_eq!(text, Some(*expected), "{place} in\n{model}");
    }
}

#[test]
fn an_export_of_a_hosted_shop() {
    let orders = (0..ORDERS).map(|it| {
        let line = |number: i64| {
            doc! {
                "id": 900_000 + it * 10 + number, "product_id": 7_000_000 + number % 7, "variant_id": 8_000_000 + number,
                "title": format!("Product {}", number % 7), "vendor": "Acme", "sku": format!("A-{number}"),
                "quantity": quantity(number), "price": format!("{:.2}", price(number)), "total_discount": "0.00",
                "fulfillable_quantity": 0, "grams": 200, "taxable": true,
            }
        };
        doc! {
            "_id": 5_000_000 + it, "order_number": 1000 + it, "created_at": "2024-03-05T10:00:00-05:00",
            "updated_at": "2024-04-01T10:00:00-05:00", "processed_at": "2024-03-05T10:00:01-05:00",
            "cancelled_at": (it % 20 == 0).then_some("2024-03-06T10:00:00-05:00"), "test": it == 3,
            "currency": "CAD", "financial_status": if it % 5 == 0 { "refunded" } else { "paid" },
            "total_line_items_price": format!("{:.2}", amount(it) + amount(it + 1)),
            "total_discounts": if it % 4 == 0 { "5.00" } else { "0.00" }, "total_tax": "3.10",
            "total_price": "99.00", "line_items": [line(it), line(it + 1)],
            "customer": { "id": 300 + it % 9, "email": format!("c{}@example.com", it % 9), "first_name": "A", "last_name": "B" },
            "billing_address": { "city": "Ottawa", "country": "Canada", "zip": "K1A" },
            "shipping_address": { "city": "Toronto", "province": "Ontario", "country": "Canada", "zip": "M5V" },
        }
    });
    let model = model(vec![sampled("orders", orders)]);
    says(
        &model,
        &[
            ("shop.currency", "CAD"),
            ("order.from", "orders"),
            ("order.ordered_at", "created_at"),
            ("order.status", "financial_status"),
            ("order.discount_amount", "total_discounts"),
            ("order.tax", "total_tax"),
            ("line.each", "line_items"),
            ("line.quantity", "quantity"),
            ("line.unit_price", "price"),
            ("product.id", "product_id"),
            ("product.name", "title"),
            ("customer.id", "customer.id"),
            ("ship_to.city", "shipping_address.city"),
            ("ship_to.state", "shipping_address.province"),
        ],
    );
    // A date that is a text is one, too.
    let cancelled = &model["order"]["status_when"][0]["where"]["cancelled_at"];
    assert_eq!(cancelled["$gt"].as_str(), Some(""), "{model}");
}

#[test]
fn a_shop_s_plugin_of_a_blog() {
    let orders = (1..=ORDERS).map(|it| {
        let off = if it % 6 == 0 { 1.0 } else { 0.0 };
        doc! {
            "_id": it, "status": if it % 9 == 0 { "cancelled" } else { "completed" }, "currency": "EUR",
            "date_created": "2024-05-01T12:00:00", "date_modified": "2024-05-02T12:00:00",
            "discount_total": format!("{off:.2}"), "shipping_total": "4.90", "total_tax": "2.00", "cart_tax": "2.00",
            "total": format!("{:.2}", amount(it) + 6.9 - off), "customer_id": it % 8,
            "billing": { "first_name": "A", "city": "Wien", "country": "AT", "postcode": "1010", "email": "a@example.com" },
            "shipping": { "city": "Graz", "country": "AT", "postcode": "8010" },
            "line_items": [{
                "id": it * 3, "name": "Mug", "product_id": 40 + it % 7, "variation_id": 0, "quantity": quantity(it),
                "subtotal": format!("{:.2}", amount(it)), "total": format!("{:.2}", amount(it) - off),
                "total_tax": "1.00", "price": (amount(it) - off) / f64::from(u32::try_from(quantity(it)).unwrap()),
            }],
            "shipping_lines": [{ "id": it, "method_title": "Post", "total": "4.90" }],
        }
    });
    let customers = (1..8).map(|it| doc! { "_id": it, "username": format!("user{it}"), "email": format!("u{it}@example.com") });
    let products = (40..47).map(|it| {
        doc! { "_id": it, "name": format!("Mug {it}"), "price": "12.00", "stock_quantity": 4, "categories": [{ "id": 1, "name": "Mugs" }], "date_created": "2023-01-01T00:00:00" }
    });
    let model = model(vec![
        sampled("customers", customers),
        sampled("orders", orders),
        sampled("products", products),
    ]);
    says(
        &model,
        &[
            ("shop.currency", "EUR"),
            ("order.ordered_at", "date_created"),
            ("order.status", "status"),
            ("order.shipping", "shipping_total"),
            ("line.each", "line_items"),
            ("line.list_amount", "subtotal"),
            ("line.revenue", "total"),
            ("product.from", "products"),
            ("product.key", "product_id"),
            ("product.category", "categories.0.name"),
            ("customer.from", "customers"),
            ("customer.key", "customer_id"),
            ("ship_to.city", "shipping.city"),
        ],
    );
    // A guest is nobody; what was off the lines is not off the order again.
    assert_eq!(model["customer"]["key"]["null"][0].as_str(), Some("0"));
    assert!(model["order"].get("discount_amount").is_none(), "{model}");
}

#[test]
fn a_german_shop() {
    let bestellungen = (0..ORDERS).map(|it| {
        doc! {
            "_id": id(1, it), "bestellnummer": format!("B-{it}"), "bestelldatum": format!("{:02}.{:02}.2024", it % 28 + 1, it % 12 + 1),
            "kundennummer": 100 + it % 9, "zustand": if it % 10 == 0 { "storniert" } else { "bezahlt" },
            "versandkosten": "4,90", "mwst": 1.9,
            "positionen": [
                { "artikelnummer": format!("ART{}", it % 7), "bezeichnung": "Becher", "menge": quantity(it), "einzelpreis": price(it), "gesamtpreis": amount(it) },
                { "artikelnummer": format!("ART{}", (it + 1) % 7), "bezeichnung": "Teller", "menge": 2, "einzelpreis": 3.5, "gesamtpreis": 7.0 },
            ],
            "lieferanschrift": { "ort": "Köln", "plz": "50667", "land": "Deutschland" },
            "rechnungsanschrift": { "ort": "Bonn", "plz": "53111", "land": "Deutschland" },
        }
    });
    let kunden = (100..110).map(|it| doc! { "_id": id(2, it), "kundennummer": it, "nachname": format!("Kunde {it}"), "kundengruppe": if it % 2 == 0 { "Firma" } else { "Privat" } });
    let artikel = (0..7).map(|it| doc! { "_id": id(3, it), "artikelnummer": format!("ART{it}"), "bezeichnung": format!("Artikel {it}"), "warengruppe": if it % 2 == 0 { "Küche" } else { "Bad" } });
    let warenkorb = (0..9).map(|it| doc! { "_id": id(4, it), "erstellt": day(it), "positionen": [{ "artikelnummer": "ART1", "menge": 1, "einzelpreis": 2.5 }] });
    says(
        &model(vec![
            sampled("artikel", artikel),
            sampled("bestellungen", bestellungen),
            sampled("kunden", kunden),
            sampled("warenkorb", warenkorb),
        ]),
        &[
            ("order.from", "bestellungen"),
            ("order.ordered_at", "bestelldatum"),
            ("order.status", "zustand"),
            ("order.tax", "mwst"),
            ("line.each", "positionen"),
            ("line.quantity", "menge"),
            ("line.unit_price", "einzelpreis"),
            ("product.from", "artikel"),
            ("product.key", "artikelnummer"),
            ("product.id", "artikelnummer"),
            ("product.name", "bezeichnung"),
            ("product.category", "warengruppe"),
            ("customer.from", "kunden"),
            ("customer.id", "kundennummer"),
            ("customer.name", "nachname"),
            ("customer.segment", "kundengruppe"),
            ("ship_to.city", "lieferanschrift.ort"),
            ("ship_to.country", "lieferanschrift.land"),
        ],
    );
}

#[test]
fn a_french_shop_with_lines_in_a_collection_of_their_own() {
    let commandes = (0..ORDERS).map(|it| {
        doc! {
            "_id": id(1, it), "dateCommande": day(it), "dateLivraison": day(it + 3), "client": id(2, it % 9),
            "statut": if it % 10 == 0 { "annulée" } else { "livrée" }, "fraisDePort": 5.9, "remise": if it % 4 == 0 { 2.5 } else { 0.0 },
            "adresseLivraison": { "ville": "Lyon", "codePostal": "69001", "pays": "France" },
        }
    });
    let lignes = (0..ORDERS * 2).map(|it| {
        doc! { "_id": id(5, it), "commande": id(1, it / 2), "produit": id(3, it % 7), "quantité": quantity(it), "prixUnitaire": price(it) }
    });
    let clients = (0..9)
        .map(|it| doc! { "_id": id(2, it), "nom": format!("Client {it}"), "créé_le": day(0) });
    let produits = (0..7).map(|it| doc! { "_id": id(3, it), "libellé": format!("Produit {it}"), "catégorie": id(6, it % 2), "prix": price(it) });
    let categories = (0..2).map(|it| doc! { "_id": id(6, it), "nom": format!("Rayon {it}") });
    let model = model(vec![
        sampled("catégories", categories),
        sampled("clients", clients),
        sampled("commandes", commandes),
        sampled("lignesCommande", lignes),
        sampled("produits", produits),
    ]);
    says(
        &model,
        &[
            ("order.from", "commandes"),
            ("order.ordered_at", "dateCommande"),
            ("order.shipped_at", "dateLivraison"),
            ("order.status", "statut"),
            ("order.shipping", "fraisDePort"),
            ("order.discount_amount", "remise"),
            ("line.from", "lignesCommande"),
            ("line.id", "commande"),
            ("line.quantity", "quantité"),
            ("line.unit_price", "prixUnitaire"),
            ("product.from", "produits"),
            ("product.key", "produit"),
            ("product.name", "libellé"),
            ("product.category", "nom"),
            ("customer.from", "clients"),
            ("customer.key", "client"),
            ("customer.name", "nom"),
            ("ship_to.city", "adresseLivraison.ville"),
        ],
    );
    let uncounted = &model["shop"]["uncounted_statuses"][0];
    assert_eq!(uncounted.as_str(), Some("annulée"));
}

#[test]
fn a_spanish_list_of_sales_in_cents() {
    let ventas = (0..ORDERS).map(|it| {
        doc! {
            "_id": id(1, it), "fecha": day(it), "producto": format!("Taza {}", it % 7),
            "cantidad": quantity(it), "importe_centimos": 1000 + 250 * (it % 7) * quantity(it), "moneda": "EUR",
            "correo": format!("C{}@example.com", it % 9), "ciudad": "Sevilla", "país": "España",
        }
    });
    let model = model(vec![sampled("ventas", ventas)]);
    says(
        &model,
        &[
            ("shop.currency", "EUR"),
            ("order.from", "ventas"),
            ("order.document", "line"),
            ("order.ordered_at", "fecha"),
            ("line.quantity", "cantidad"),
            ("line.revenue", "importe_centimos"),
            ("product.id", "producto"),
            ("customer.id", "correo"),
            ("ship_to.city", "ciudad"),
        ],
    );
    assert_eq!(
        model["line"]["revenue"]["divide_by"].as_integer(),
        Some(100)
    );
}

#[test]
fn a_database_without_orders_is_refused_by_name() {
    let users = (0..3).map(|it| doc! { "_id": it, "name": "A", "createdAt": day(it) });
    let posts = (0..3).map(|it| doc! { "_id": it, "title": "B", "publishedAt": day(it) });
    let collections = vec![sampled("posts", posts), sampled("users", users)];
    let refused = first_model(&all_of(collections)).unwrap_err().to_string();
    assert!(refused.contains("There are posts, users"), "{refused}");
    let empty = first_model(&Sample::default()).unwrap_err().to_string();
    assert!(empty.contains("There are none"), "{empty}");
}

#[test]
fn ids_outside_the_sample_are_looked_for() {
    let orders = (0..ORDERS).map(|it| doc! { "_id": it, "createdAt": day(it), "userId": id(2, it), "items": [{ "name": "A", "qty": 1, "price": 9.5 }] });
    let users = (0..3).map(|it| doc! { "_id": id(2, it), "name": format!("U{it}") });
    let mut users = sampled("users", users);
    users.total = 10_000;
    let mut sample = all_of(vec![sampled("orders", orders), users]);
    sample.left_out = 7;
    let looked_for = sample.ids_to_look_for();
    let [(1, wanted)] = looked_for.as_slice() else {
        panic!("the orders are all there, the users are not: {looked_for:?}");
    };
    assert!(
        wanted.contains(&id(2, 59).into()) && !wanted.contains(&9.5.into()),
        "{wanted:?}"
    );
    // Two of a hundred are no sign of a key; all are.
    let without = first_model(&sample).unwrap();
    assert!(without.contains("id = \"userId\""), "{without}");
    assert!(
        without.contains("Not looked at: the last 7 collections"),
        "{without}"
    );
    sample.collections[1].others = (0..ORDERS).map(|it| id(2, it).to_hex()).collect();
    let with = first_model(&sample).unwrap();
    assert!(
        with.contains("60 of 60 values of `userId` are `_id` in `users`"),
        "{with}"
    );
}
