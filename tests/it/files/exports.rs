//! The exports that shops have: small files in the shape of each, with its traps, read by
//! the models in `examples/`; figures are worked out by hand.

use std::{fs, path::Path};

use mongodb::bson::{Bson, Document};
use rust_decimal::Decimal;
use serde_json::json;

use super::{Files, amount, lines};

async fn export(name: &str, files: &[(&str, &[u8])]) -> Files {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let model = fs::read_to_string(examples.join(format!("{name}.toml"))).unwrap();
    Files::load(name, &model, files).await
}

/// Key, sales and orders of a group.
fn group(key: &str, sales: &str, orders: i64) -> (String, String, i64) {
    (key.to_owned(), sales.to_owned(), orders)
}

/// A line's product, and its numbers.
fn line<const N: usize>(product: &str, numbers: [&str; N]) -> (String, [String; N]) {
    (product.to_owned(), numbers.map(str::to_owned))
}

/// What all lines of an order are charged of something.
fn charged(order: &Document, field: &str) -> String {
    let lines = order.get_array("lines").unwrap().iter();
    let charges = lines.map(|it| amount(it.as_document().unwrap(), field));
    let sum: Decimal = charges.map(|it| it.parse::<Decimal>().unwrap()).sum();
    sum.normalize().to_string()
}

/// Product, units and amount of each return record of an order.
async fn returns(shop: &Files, order: &str) -> Vec<(String, [String; 2])> {
    let order = shop.order(order).await;
    let lines = order.get_array("lines").unwrap();
    let returns = order.get_array("returns").unwrap().iter();
    returns
        .filter_map(Bson::as_document)
        .map(|it| {
            let at = usize::try_from(it.get_i64("line").unwrap()).unwrap();
            let product = lines[at].as_document().unwrap().get_str("productId");
            let product = product.unwrap_or("-").to_owned();
            (product, [amount(it, "quantity"), amount(it, "amount")])
        })
        .collect()
}

#[tokio::test]
async fn shopify() {
    let first = "\
Name,Email,Financial Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Name,\
Shipping City,Shipping Zip,Shipping Province,Shipping Country,Cancelled at,Refunded Amount,Notes
#7001,Mia@shop.test,paid,2024-02-02 09:00:00 -0500,USD,30.00,5.00,2.10,37.10,10.00,Ground,2024-02-01 20:00:00 -0500,3,Soap,8.00,SO-1,0.00,Mia,Salem,'01970,MA,US,,0.00,\"gift,
wrap it\"
#7001,mia@shop.test,,,,,,,,,,2024-02-01 20:00:00 -0500,1,Dish,16.00,,4.00,,,,,,,,
#7002,leo@shop.test,partially_refunded,,USD,16.00,0.00,1.10,17.10,0.00,Ground,2024-02-03 10:00:00 -0500,2,Soap,8.00,SO-1,0.00,Leo,Troy,'12180,NY,US,,5.50,
#7003,leo@shop.test,paid,,USD,16.00,0.00,0.00,16.00,0.00,Ground,2024-02-04 10:00:00 -0500,1,Dish,16.00,,0.00,Leo,,,,,2024-02-05 08:00:00 -0500,0.00,
";
    let second = "\
Name,Email,Financial Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Name,\
Shipping City,Shipping Zip,Shipping Province,Shipping Country,Cancelled at,Refunded Amount,Notes
#7004,eve@shop.test,paid,,CAD,20.00,0.00,0.00,20.00,0.00,Ground,2024-02-06 10:00:00 -0500,1,Dish,20.00,,0.00,Eve,,,,,,0.00,
";
    let files = [
        ("orders_export_1.csv", first.as_bytes()),
        ("orders_export_2.csv", second.as_bytes()),
    ];
    let shop = export("shopify", &files).await;
    // 30 and 16, of which 5.50 was given back; the third is cancelled, the fourth in another
    // currency.
    let expected =
        json!({ "totalSales": 40.5, "orderCount": 2, "unitsSold": 6, "customerCount": 2 });
    let kpis = shop.kpis("totalSales orderCount unitsSold customerCount");
    assert_eq!(kpis.await, expected);
    let order = shop.order("#7001").await;
    // 24 and 16 share the subtotal of 30: of 10 off, 6 and 4.
    let fields = ["quantity", "listAmount", "revenue"];
    let both = [
        line("SO-1|Soap", ["3", "24", "18"]),
        line("|Dish", ["1", "16", "12"]),
    ];
    assert_eq!(lines(&order, fields), both);
    assert_eq!(
        (charged(&order, "tax"), charged(&order, "shipping")),
        ("2.1".into(), "5".into())
    );
    assert_eq!(order.get_str("customerId").unwrap(), "mia@shop.test");
    assert_eq!(order.get_str("shipToId").unwrap(), "US|MA|Salem|01970");
    let refund = [line("SO-1|Soap", ["none", "5.5"])];
    assert_eq!(returns(&shop, "#7002").await, refund);
    let in_dollars = (
        "order".to_owned(),
        "in CAD without a rate".to_owned(),
        vec!["#7004 (orders_export_2.csv:2)".to_owned()],
    );
    assert_eq!(shop.rejects().await, [in_dollars]);
}

#[tokio::test]
async fn online_retail() {
    let invoices = b"\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom
536365,POST,POSTAGE,1,12/1/2010 8:26,18,17850,United Kingdom
536366,22086,CHAIN,10,12/1/2010 9:00,1.5,,France
C536379,85123a,WHITE HANGING HEART,-2,12/2/2010 9:41,2.55,17850.0,United Kingdom
536414,22139,,56,12/1/2010 11:52,0,,United Kingdom
536500,21730,\xa35 LAMP,1,6/1/2011 00:30,4.95,13047,United Kingdom
A563185,B,Adjust bad debt,1,8/12/2011 14:50,-11062.06,,United Kingdom
";
    let shop = export("online_retail", &[("Online Retail.csv", invoices)]).await;
    // 15.30 + 15.00 − 5.10 + 4.95, of which the second and the fourth have no postage.
    let expected =
        json!({ "totalSales": 30.15, "unitsSold": 15, "lineCount": 4, "customerCount": 2 });
    let kpis = shop.kpis("totalSales unitsSold lineCount customerCount");
    assert_eq!(kpis.await, expected);
    let countries = [
        group("United Kingdom", "15.15", 3),
        group("France", "15", 1),
    ];
    assert_eq!(shop.breakdown("COUNTRY").await, countries);
    let products = shop.breakdown("PRODUCT").await;
    assert!(
        products.contains(&group("WHITE HANGING HEART", "10.2", 2)),
        "{products:?}"
    );
    assert!(
        products.contains(&group("£5 LAMP", "4.95", 1)),
        "{products:?}"
    );
    // British summer time: half past midnight is the evening before in UTC.
    let order = shop.order("536500").await;
    let at = order.get_datetime("orderedAt").unwrap();
    assert_eq!(at.try_to_rfc3339_string().unwrap(), "2011-05-31T23:30:00Z");
    assert_eq!(shop.rejects().await, []);
}

#[tokio::test]
async fn olist() {
    let orders = "\
\"order_id\",\"customer_id\",\"order_status\",\"order_purchase_timestamp\",\"order_approved_at\",\"order_delivered_carrier_date\",\"order_delivered_customer_date\",\"order_estimated_delivery_date\"
o1,c1,delivered,2018-01-10 10:00:00,2018-01-10 11:00:00,2018-01-12 10:00:00,2018-01-15 00:00:00,2018-02-01 00:00:00
o2,c2,delivered,2018-03-05 21:00:00,,,,2018-03-30 00:00:00
o3,c3,canceled,2018-03-06 09:00:00,,,,2018-03-30 00:00:00
o4,c3,created,2018-03-07 09:00:00,,,,2018-03-30 00:00:00
";
    let items = "\
\"order_id\",\"order_item_id\",\"product_id\",\"seller_id\",\"shipping_limit_date\",\"price\",\"freight_value\"
o1,1,p1,s1,2018-01-14 00:00:00,58.90,13.29
o1,2,p1,s1,2018-01-14 00:00:00,58.90,13.29
o2,1,p2,s2,2018-03-10 00:00:00,20.00,7.50
o3,1,p2,s2,2018-03-10 00:00:00,20.00,7.50
";
    let products = "\
product_id,product_category_name,product_name_lenght,product_weight_g
p1,beleza_saude,40,500
p2,pc_gamer,,
";
    let categories =
        "\u{feff}product_category_name,product_category_name_english\nbeleza_saude,health_beauty\n";
    let customers = "\
customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
c1,ana,01037,sao paulo,SP
c2,ana,01037,sao paulo,SP
c3,rui,20010,rio de janeiro,RJ
";
    let files = [
        ("olist_orders_dataset.csv", orders.as_bytes()),
        ("olist_order_items_dataset.csv", items.as_bytes()),
        ("olist_products_dataset.csv", products.as_bytes()),
        ("olist_customers_dataset.csv", customers.as_bytes()),
        (
            "product_category_name_translation.csv",
            categories.as_bytes(),
        ),
    ];
    let shop = export("olist", &files).await;
    // 58.90 twice and 20; two orders of one person; the one without items is in no KPI.
    let expected =
        json!({ "totalSales": 137.80, "orderCount": 2, "unitsSold": 3, "customerCount": 1 });
    let kpis = shop.kpis("totalSales orderCount unitsSold customerCount");
    assert_eq!(kpis.await, expected);
    let categories = [group("health_beauty", "117.8", 1), group("-", "20", 1)];
    assert_eq!(shop.breakdown("CATEGORY").await, categories);
    let cities = [group("sao paulo", "137.8", 2)];
    assert_eq!(shop.breakdown("CITY").await, cities);
    // The freight of both items.
    assert_eq!(charged(&shop.order("o1").await, "shipping"), "26.58");
}

#[tokio::test]
async fn amazon() {
    let report = "\
amazon-order-id\tpurchase-date\torder-status\tship-service-level\tproduct-name\tsku\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\titem-promotion-discount\tship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country
305-1\t2024-05-01T22:30:00+00:00\tShipped\tStandard\t27\" screen, \"matt\"\tSC27\tShipped\t2\tUSD\t300.00\t24.00\t9.00\t30.00\t9.00\tReno\tNV\t89501\tUS
305-1\t2024-05-01T22:30:00+00:00\tShipped\tStandard\tStand\tST\tShipped\t1\tUSD\t20.00\t1.60\t4.50
305-1\t2024-05-01T22:30:00+00:00\tShipped\tStandard\tCable\tCA\tCancelled\t0\t
305-2\t2024-05-02T08:00:00+00:00\tCancelled\tStandard\tStand\tST\tCancelled\t0
305-3\t2024-05-02T09:00:00+00:00\tShipped\tStandard\tStand\tST\tShipped\t1\tCAD\t89.00
305-4\t2024-05-02T10:00:00+00:00\tPending\tStandard\tStand\tST\tUnshipped\t1
";
    let shop = export("amazon", &[("AllOrders.txt", report.as_bytes())]).await;
    // 300 less 30, and 20; the pending order has no price yet.
    let expected = json!({ "totalSales": 290, "orderCount": 2, "unitsSold": 4 });
    assert_eq!(shop.kpis("totalSales orderCount unitsSold").await, expected);
    let order = shop.order("305-1").await;
    let both = [
        line("SC27", ["2", "300", "270"]),
        line("ST", ["1", "20", "20"]),
    ];
    assert_eq!(lines(&order, ["quantity", "listAmount", "revenue"]), both);
    // 24.00 + 1.60; 9.00 less 9.00, and 4.50.
    assert_eq!(
        (charged(&order, "tax"), charged(&order, "shipping")),
        ("25.6".into(), "4.5".into())
    );
    let rejects = shop.rejects().await;
    assert_eq!(rejects.len(), 1, "{rejects:?}");
    assert_eq!(rejects[0].2, ["305-3 (AllOrders.txt:6)"]);
    let products = shop.breakdown("PRODUCT").await;
    assert!(
        products.contains(&group("27\" screen, \"matt\"", "270", 1)),
        "{products:?}"
    );
}

#[tokio::test]
async fn etsy() {
    let orders = "\
Sale Date,Order ID,Full Name,Number of Items,Date Shipped,Ship City,Ship State,Ship Zipcode,Ship Country,Currency,Order Value,Coupon Code,Discount Amount,Shipping Discount,Shipping,Sales Tax,Order Total,Status,Adjusted Order Total,Buyer
03/05/24,31001,\"Doe, Jo\",3,03/07/24,Leeds,,LS1,United Kingdom,USD,\"1,050.00\",SPRING,10.00,0.00,4.00,0.00,\"1,044.00\",Shipped,,jodoe
03/06/24,31002,Kim,1,,Austin,TX,73301,United States,USD,25.00,,0.00,5.00,5.00,2.00,27.00,Shipped,7.00,
";
    let items = "\
Sale Date,Item Name,Buyer,Quantity,Price,Discount Amount,Order ID,Listing ID,Currency,Transaction ID
03/05/24,Quilt,jodoe,1,\"1,000.00\",0.00,31001,900,USD,1
03/05/24,\"Cup, blue\",jodoe,2,25.00,0.00,31001,901,USD,2
03/06/24,\"Cup, blue\",,1,25.00,0.00,31002,901,USD,3
";
    let files = [
        ("EtsySoldOrders2024.csv", orders.as_bytes()),
        ("EtsySoldOrderItems2024.csv", items.as_bytes()),
    ];
    let shop = export("etsy", &files).await;
    // 1000 + 50 − 10, and 25, of which 20 was given back.
    let expected =
        json!({ "totalSales": 1045, "orderCount": 2, "unitsSold": 4, "customerCount": 1 });
    let kpis = shop.kpis("totalSales orderCount unitsSold customerCount");
    assert_eq!(kpis.await, expected);
    // Of 10.00 off, 9.5238… and 0.476…: the cent that is left goes to the larger remainder.
    let order = shop.order("31001").await;
    let both = [
        line("900", ["1000", "990.48"]),
        line("901", ["50", "49.52"]),
    ];
    assert_eq!(lines(&order, ["listAmount", "revenue"]), both);
    // 27.00 less 7.00.
    assert_eq!(returns(&shop, "31002").await, [line("901", ["none", "20"])]);
    assert_eq!(charged(&shop.order("31002").await, "shipping"), "0");
}

#[tokio::test]
async fn square() {
    let march = "\
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Event Type,Location,Customer ID,Customer Name
2024-03-01,09:15:00,Eastern Time (US & Canada),Coffee,Latte,2.0,Large,,,$10.00,-$1.00,$9.00,$0.72,T1,P1,Payment,Main,C1,Ada
2024-03-01,09:15:00,Eastern Time (US & Canada),Food,Cake,1.0,,,,\"$1,200.00\",$0.00,\"$1,200.00\",$96.00,T1,P1,Payment,Main,C1,Ada
2024-03-31,23:30:00,Eastern Time (US & Canada),Coffee,Latte,1.0,Small,,,$4.00,$0.00,$4.00,$0.32,T2,P2,Payment,Main,,
";
    let april = "\
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Event Type,Location,Customer ID,Customer Name
2024-04-02,10:00:00,Eastern Time (US & Canada),Food,Cake,-1.0,,,,\"-$1,200.00\",$0.00,\"-$1,200.00\",-$96.00,T1,P3,Refund,Main,C1,Ada
";
    let files = [
        ("items-2024-03-01-2024-04-01.csv", march.as_bytes()),
        ("items-2024-04-01-2024-05-01.csv", april.as_bytes()),
    ];
    let shop = export("square", &files).await;
    let order = shop.order("T1").await;
    let both = [
        line("Latte|Large", ["2", "10", "9"]),
        line("Cake|", ["1", "1200", "1200"]),
    ];
    assert_eq!(lines(&order, ["quantity", "listAmount", "revenue"]), both);
    assert_eq!(charged(&order, "tax"), "96.72");
    assert_eq!(returns(&shop, "T1").await, [line("Cake|", ["1", "1200"])]);
    // The last day of March in New York is April in UTC.
    let late = shop
        .order("T2")
        .await
        .get_datetime("orderedAt")
        .unwrap()
        .to_owned();
    assert_eq!(
        late.try_to_rfc3339_string().unwrap(),
        "2024-04-01T03:30:00Z"
    );
    let expected = json!({ "orderCount": 2, "customerCount": 1 });
    assert_eq!(shop.kpis("orderCount customerCount").await, expected);
}

#[tokio::test]
async fn woocommerce() {
    let orders = r#"[
  {
    "id": 727, "status": "completed", "currency": "EUR",
    "date_created_gmt": "2024-05-31T22:30:00", "date_completed_gmt": "2024-06-02T08:00:00",
    "total": "35.50", "total_tax": "4.50", "shipping_total": "5.00", "customer_id": 0,
    "billing": { "email": "Zoe@Example.com" },
    "shipping": { "city": "Lyon", "state": "", "postcode": "69001", "country": "FR" },
    "line_items": [
      { "id": 1, "name": "Tee", "product_id": 93, "quantity": 2, "subtotal": "20.00", "total": "16.00", "sku": "" },
      { "id": 2, "name": "Cap", "product_id": 22, "quantity": 1, "subtotal": "12.50", "total": "10.00", "price": 10.0 }
    ],
    "shipping_lines": [{ "method_title": "Flat rate" }],
    "refunds": [{ "id": 730, "reason": "torn", "total": "-13.00" }]
  },
  {
    "id": 728, "status": "pending", "currency": "EUR",
    "date_created_gmt": "2024-06-03T10:00:00", "date_completed_gmt": null,
    "total": "20.00", "total_tax": "0.00", "shipping_total": "0.00", "customer_id": 5,
    "billing": { "email": "" }, "shipping": { "city": "", "country": "" },
    "line_items": [{ "id": 3, "name": "Tee", "product_id": 93, "quantity": 2, "subtotal": "20.00", "total": "20.00" }],
    "shipping_lines": [], "refunds": []
  }
]"#;
    let shop = export("woocommerce", &[("orders.json", orders.as_bytes())]).await;
    let expected = json!({ "orderCount": 1, "unitsSold": 3, "customerCount": 1 });
    assert_eq!(
        shop.kpis("orderCount unitsSold customerCount").await,
        expected
    );
    let order = shop.order("727").await;
    let both = [
        line("93", ["20", "4", "16"]),
        line("22", ["12.5", "2.5", "10"]),
    ];
    assert_eq!(
        lines(&order, ["listAmount", "discountAmount", "revenue"]),
        both
    );
    // 13 by 16 and 10: half of each.
    let halves = [line("93", ["none", "8"]), line("22", ["none", "5"])];
    assert_eq!(returns(&shop, "727").await, halves);
    assert_eq!(order.get_str("customerId").unwrap(), "zoe@example.com");
    assert_eq!(order.get_str("shipMode").unwrap(), "Flat rate");
    let at = order.get_datetime("orderedAt").unwrap();
    assert_eq!(at.try_to_rfc3339_string().unwrap(), "2024-05-31T22:30:00Z");
}
