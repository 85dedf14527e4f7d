//! Kinds of files, and what is wrong with some of their rows.

use std::{io::Write as _, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use parquet::{
    basic::{Compression as Pages, ZstdLevel},
    data_type::{
        ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
    },
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::json;

use super::{Files, checked, refusal};

const MODEL: &str = r#"
[shop]
currency = "EUR"
time_zone = "Europe/Paris"

[order]
from = "orders"
id = "id"
ordered_at = "at"

[line]
from = "items"
id = "order"
key = "id"
quantity = "n"
unit_price = "price"

[product]
from = "products"
key = "sku"
id = "sku"
name = "name"
"#;

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Two items: 3 of A at 12.10, and 1 of B at 0.05, of orders 1 and 2.
fn items() -> Vec<u8> {
    let schema = "message items {
        required int64 order;
        required binary sku (utf8);
        required int32 n;
        required int32 price (decimal(9, 2));
        optional int64 unread (timestamp(nanos, false));
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let pages = Pages::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(pages).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties.into()).unwrap();
    let mut rows = file.next_row_group().unwrap();
    for column in 0..5 {
        let mut writer = rows.next_column().unwrap().unwrap();
        match column {
            0 => writer.typed::<Int64Type>().write_batch(&[1, 2], None, None),
            1 => {
                let skus = ["A", "B"].map(ByteArray::from);
                writer
                    .typed::<ByteArrayType>()
                    .write_batch(&skus, None, None)
            }
            2 => writer.typed::<Int32Type>().write_batch(&[3, 1], None, None),
            3 => writer
                .typed::<Int32Type>()
                .write_batch(&[1_210, 5], None, None),
            _ => writer
                .typed::<Int64Type>()
                .write_batch(&[], Some(&[0, 0]), None),
        }
        .unwrap();
        writer.close().unwrap();
    }
    rows.close().unwrap();
    file.into_inner().unwrap()
}

#[tokio::test]
async fn files_of_all_kinds_are_one_shop() {
    // The last of it is no JSON.
    let orders = "{\"id\": 1, \"at\": {\"$date\": \"2024-05-01T10:00:00Z\"}}\n\n\
                  {\"id\": 2, \"at\": \"2024-05-02 10:00:00\"}\n{\"id\": 3, \"at\n";
    let products = zstd::encode_all("sku;name\nA;Lamp\nB;Bolt\n".as_bytes(), 0).unwrap();
    let model = format!("{MODEL}\n[files.products]\ndelimiter = \";\"\n");
    let files = [
        ("orders.jsonl.gz", &*gzip(orders)),
        ("items.parquet", &*items()),
        ("products.csv.zst", &*products),
    ];
    let shop = Files::load("kinds", &model, &files).await;
    // 36.30 and 0.05, as exact decimals.
    let expected = json!({ "totalSales": 36.35, "orderCount": 2, "unitsSold": 4 });
    assert_eq!(shop.kpis("totalSales orderCount unitsSold").await, expected);
    let products = shop.breakdown("PRODUCT").await;
    let names: Vec<&str> = products.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["Lamp", "Bolt"]);
    let broken = (
        "row".to_owned(),
        "no JSON object that stands in one line".to_owned(),
        vec!["orders.jsonl.gz:4".to_owned()],
    );
    assert_eq!(shop.rejects().await, [broken]);
}

#[tokio::test]
async fn a_column_that_a_parquet_file_lacks_is_refused() {
    let orders: &[u8] = b"[{\"id\": 1, \"at\": \"2024-05-01\"}]";
    let model = MODEL.replace("\"price\"", "\"cost\"");
    let files = [
        ("orders.json", orders),
        ("items.parquet", &*items()),
        ("products.csv", b"sku,name\n".as_slice()),
    ];
    let refused = refusal(&model, &files).await;
    let expected = "shop.toml:12: `FOLDER/items.parquet` has no column `cost`; it has `order`, `sku`, `n`, `price`, `unread`";
    assert_eq!(refused, expected);
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_told_of() {
    let orders: &[u8] = b"id,at\n1,2024-05-01\n1,2024-05-02\n2,2024-05-03,surplus\n";
    let items: &[u8] = b"order,sku,n,price\n1,\xff,1,2.00\n1,A,1,1,000.00\n1,A,1,2.00\n";
    let products: &[u8] = b"sku,name\n";
    let files = [
        ("orders.csv", orders),
        ("items.csv", items),
        ("products.csv", products),
    ];
    let text = checked(MODEL, &files).await.to_string();
    for expected in [
        "         1  orders\n",
        "         1  lines of orders\n",
        "order: the same id as another: say `document = \"line\"` where each is a line, or `sort` to choose one; of orders 1 (orders.csv:3)\n",
        "row: `sku` is not text in this encoding: is `encoding` of the file right?; items.csv:2\n",
        "row: too many cells: are `delimiter` and `quote` of the file right?; orders.csv:4, items.csv:3\n",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

/// Products whose keys are UUIDs, or which have a column of another type.
fn products(column: &str, key: &[u8; 16]) -> Vec<u8> {
    let schema = format!(
        "message products {{ required fixed_len_byte_array(16) sku (uuid); required {column}; }}"
    );
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let properties = WriterProperties::builder().build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties.into()).unwrap();
    let mut rows = file.next_row_group().unwrap();
    for value in [key.as_slice(), &[65; 12]] {
        let mut writer = rows.next_column().unwrap().unwrap();
        let values = [FixedLenByteArray::from(ByteArray::from(value.to_vec()))];
        let typed = writer.typed::<FixedLenByteArrayType>();
        typed.write_batch(&values, None, None).unwrap();
        writer.close().unwrap();
    }
    rows.close().unwrap();
    file.into_inner().unwrap()
}

#[tokio::test]
async fn a_uuid_is_a_key_whatever_it_is_written_as() {
    let key = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
    let items: &[u8] = b"order,sku,n,price\n1,00112233-4455-6677-8899-aabbccddeeff,1,2.00\n";
    let orders: &[u8] = b"id,at\n1,2024-05-01\n";
    let column = "fixed_len_byte_array(12) name";
    let files = [
        ("orders.csv", orders),
        ("items.csv", items),
        ("products.parquet", &*products(column, &key)),
    ];
    let shop = Files::load("uuids", MODEL, &files).await;
    let products = shop.breakdown("PRODUCT").await;
    assert_eq!(products[0].0, "AAAAAAAAAAAA");
}

#[tokio::test]
async fn what_a_file_cannot_mean_is_refused() {
    let orders: &[u8] = b"id,at\n1,2024-05-01\n";
    let items: &[u8] = b"order,sku,n,price\n1,A,1,2.00\n";
    let empty: &[u8] = b"sku,name\n";
    let intervals = products("fixed_len_byte_array(12) name (interval)", &[0; 16]);
    let twice: &[u8] = b"order,sku,n,price,price\n1,A,1,2.00,3.00\n";
    // Two arrays, one after the other, as `cat` makes them of two files.
    let arrays: &[u8] = b"[{\"id\": 1, \"at\": \"2024-05-01\"}]\n[]";
    for (files, expected) in [
        (
            [
                ("orders.csv", orders),
                ("items.csv", items),
                ("products.parquet", &*intervals),
            ],
            "shop.toml:19: `FOLDER/products.parquet` has `name` as an interval: write it as text or a number",
        ),
        (
            [
                ("orders.csv", orders),
                ("items.csv", twice),
                ("products.csv", empty),
            ],
            "shop.toml:12: `FOLDER/items.csv` has several columns `price`: rename all but the one that is meant",
        ),
        (
            [
                ("orders.json", arrays),
                ("items.csv", items),
                ("products.csv", empty),
            ],
            "shop.toml:7: cannot read `FOLDER/orders.json`: trailing characters at line 2 column 1",
        ),
    ] {
        assert_eq!(refusal(MODEL, &files).await, expected);
    }
}

#[tokio::test]
async fn amounts_that_no_shop_has_are_told_of_and_stop_nothing() {
    let model = MODEL.replace(
        "unit_price = \"price\"",
        "unit_price = \"price\"\nunit_cost = \"cost\"\ntax = \"tax\"",
    );
    let model = model.replace(
        "ordered_at = \"at\"",
        "ordered_at = \"at\"\nshipping = \"sent\"",
    );
    let orders: &[u8] = b"id,at,sent\n1,2024-05-01,1\n2,2024-05-01,7000000000000000000000000000\n";
    let items: &[u8] = b"order,sku,n,price,cost,tax\n\
        1,A,1,2.00,1.00,0.20\n\
        1,A,1,3.00,-70000000000000000000000000000,0.30\n\
        1,A,1,4.00,1.00,7000000000000000000000000000\n\
        2,A,1,5.00,1.00,0.50\n";
    let files = [
        ("orders.csv", orders),
        ("items.csv", items),
        ("products.csv", b"sku,name\nA,Lamp\n"),
    ];
    let shop = Files::load("too_large", &model, &files).await;
    let expected = json!({ "totalSales": 2, "orderCount": 1, "shippingCharges": 1 });
    let kpis = shop.kpis("totalSales orderCount shippingCharges").await;
    assert_eq!(kpis, expected);
    let rejects = shop.rejects().await;
    let reason = "an amount that is too large".to_owned();
    assert!(
        rejects.iter().all(|(_, why, _)| *why == reason),
        "{rejects:?}"
    );
    let places: Vec<_> = rejects.iter().flat_map(|(_, _, places)| places).collect();
    assert_eq!(places.len(), 3, "{rejects:?}");
}

#[tokio::test]
async fn two_files_that_may_be_meant_are_none() {
    let files = [
        ("orders.csv", b"id,at\n".as_slice()),
        ("orders.jsonl", b"".as_slice()),
    ];
    let refused = refusal(MODEL, &files).await;
    assert_eq!(
        refused,
        "shop.toml:7: `orders` may be `orders.csv`, `orders.jsonl`: write the whole name"
    );
}
