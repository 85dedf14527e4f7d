//! The money bridge of a shop of three orders, worked out by hand.

use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};

use crate::support::{BothEngines, fresh_store};

fn at(day: &str) -> DateTime {
    DateTime::parse_rfc3339_str(format!("{day}T12:00:00Z")).unwrap()
}

/// In March 100 − 10 and 40 were sold, and 60 with an order that does not count; in April 30.
/// Of the first line 2 of 3 units came back in April for 60, whose cost was 40; in May 5 were
/// given back for the second line.
fn orders() -> Vec<Document> {
    vec![
        doc! {
            "_id": "O1", "orderedAt": at("2024-03-10"), "status": "completed", "customerId": "C1",
            "lines": [
                { "productId": "P1", "quantity": 3, "revenue": 90, "discountAmount": 10, "profit": 30,
                  "cost": 60, "tax": 18, "shipping": 4 },
                { "productId": "P2", "quantity": 1, "revenue": 40, "profit": 25, "cost": 15, "tax": 8,
                  "shipping": 2 },
            ],
            "returns": [
                { "returnedAt": at("2024-04-02"), "line": 0, "quantity": 2, "amount": 60, "profit": 20,
                  "cost": 40 },
                { "returnedAt": at("2024-05-20"), "line": 1, "amount": 5, "profit": 5 },
            ],
        },
        doc! {
            "_id": "O2", "orderedAt": at("2024-03-11"), "status": "cancelled",
            "lines": [{ "productId": "P1", "quantity": 2, "revenue": 60 }],
            "returns": [{ "returnedAt": at("2024-04-02"), "line": 0, "quantity": 2, "amount": 60 }],
        },
        doc! {
            "_id": "O3", "orderedAt": at("2024-04-20"), "status": "completed", "customerId": "C1",
            "lines": [{ "productId": "P2", "quantity": 2, "revenue": 30, "tax": 6, "shipping": 0 }],
        },
    ]
}

async fn answer(name: &str, query: &str) -> Value {
    let store = fresh_store(name).await;
    let collection = store.database().collection::<Document>("orders");
    collection.insert_many(orders()).await.unwrap();
    store.create_indexes().await.unwrap();
    BothEngines::over(store).await.data(query).await
}

#[tokio::test]
async fn from_gross_to_charged() {
    let query =
        "{ kpis { grossSales discounts returns totalSales shippingCharges taxes amountCharged
        discountRate costOfGoods costCoverage totalProfit unitsSold unitsReturned returnRate
        averageSellingPrice orderCount lineCount } }";
    let expected = json!({
        "grossSales": 170, "discounts": 10, "returns": 65, "totalSales": 95,
        "shippingCharges": 6, "taxes": 32, "amountCharged": 133,
        "discountRate": 0.058_823_529_411_764_7,
        // 75 less 40; on 130 of 160.
        "costOfGoods": 35, "costCoverage": 0.8125,
        "totalProfit": 30, "unitsSold": 4, "unitsReturned": 2,
        "returnRate": 0.333_333_333_333_333, "averageSellingPrice": 23.75,
        "orderCount": 2, "lineCount": 3,
    });
    assert_eq!(answer("gross_to_charged", query).await["kpis"], expected);
}

#[tokio::test]
async fn returns_count_on_their_own_day_or_on_their_order_s() {
    let query = "{
        own: kpis { timeSeries(grain: MONTH) { label kpis { totalSales returns unitsSold orderCount } } }
        order: kpis(filter: { returnsOn: ORDER_DAY }) {
            timeSeries(grain: MONTH) { label kpis { totalSales returns unitsSold orderCount } }
        }
        april: kpis(filter: { period: { month: \"2024-04\" } product: { eq: \"P1\" } }) {
            totalSales unitsSold unitsReturned orderCount
        }
        may: kpis(filter: { period: { month: \"2024-05\" } }) { totalSales unitsReturned returnRate }
    }";
    let month = |label: &str, sales: i64, returns: i64, units: i64, orders: i64| {
        json!({ "label": label, "kpis": {
            "totalSales": sales, "returns": returns, "unitsSold": units, "orderCount": orders,
        } })
    };
    let expected = json!({
        // The series reaches to the last return.
        "own": { "timeSeries": [
            month("2024-03", 130, 0, 4, 1), month("2024-04", -30, 60, 0, 1), month("2024-05", -5, 5, 0, 0),
        ] },
        "order": { "timeSeries": [month("2024-03", 65, 65, 2, 1), month("2024-04", 30, 0, 2, 1)] },
        "april": { "totalSales": -60, "unitsSold": -2, "unitsReturned": 2, "orderCount": 0 },
        // How many came back nobody knows.
        "may": { "totalSales": -5, "unitsReturned": null, "returnRate": null },
    });
    assert_eq!(answer("clocks_of_returns", query).await, expected);
}

#[tokio::test]
async fn an_order_shows_what_came_back() {
    let query = "{ orders(first: 1, filter: { code: { eq: \"O1\" } }) { edges { node {
        totals { tax shipping }
        lines { amounts { listAmount discountAmount cost } }
        returns { returnedAt line { position } amounts { quantity amount } }
    } } } }";
    let expected = json!({
        "totals": { "tax": 26, "shipping": 6 },
        "lines": [
            { "amounts": { "listAmount": 100, "discountAmount": 10, "cost": 60 } },
            { "amounts": { "listAmount": null, "discountAmount": null, "cost": 15 } },
        ],
        "returns": [
            { "returnedAt": "2024-04-02T12:00:00+00:00", "line": { "position": 1 },
              "amounts": { "quantity": 2, "amount": 60 } },
            { "returnedAt": "2024-05-20T12:00:00+00:00", "line": { "position": 2 },
              "amounts": { "quantity": null, "amount": 5 } },
        ],
    });
    let answer = answer("order_with_returns", query).await;
    assert_eq!(answer["orders"]["edges"][0]["node"], expected);
}
