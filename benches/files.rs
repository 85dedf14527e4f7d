//! How long a folder of files takes to load.
//!
//! ```console
//! $ cargo bench --bench files -- 1000000
//! ```
//!
//! writes that many orders (50,000 unless said) with three lines for each two of them, as
//! two CSV files joined by key, the orders in another order than their lines, and loads
//! them into canonical collections of a private MongoDB.

mod shop;

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::Arc,
    time::Instant,
};

use salesgraph::{
    bridge::{Bridge, Source},
    model::Model,
    store::Store,
};
use shop::{Failure, Shop};

const MODEL: &str = r#"
[shop]
currency = "EUR"
time_zone = "Europe/Paris"

[order]
from = "orders"
id = "order"
ordered_at = "at"
status = "status"

[line]
from = "items"
key = "order"
id = "order"
quantity = "quantity"
unit_price = "price"

[product]
from = "products"
key = "sku"
id = "sku"
name = "name"
category = "category"

[customer]
from = "customers"
key = "customer"
id = "customer"
name = "name"

[ship_to]
country = "country"
city = "city"
"#;

/// Customers and products of the shop.
const CUSTOMERS: u64 = 50_000;
const PRODUCTS: u64 = 2_000;
/// Shares no factor with the number of orders, so that each comes once.
const STRIDE: u64 = 7_919;

fn main() -> Result<(), Failure> {
    shop::measured(measure)
}

async fn measure(shop: Shop) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let lines = fill(folder.path(), shop.orders)?;
    let canonical = Store::connect(&shop.options()).await?;
    let model = Model::parse(MODEL, "shop.toml")?;
    let source = Source::folder(folder.path().into());
    let started = Instant::now();
    let bridge = Bridge::new(model, source, canonical);
    bridge.start(Arc::new(|_, _| {})).await?;
    println!(
        "{} orders and {lines} lines of two files loaded in {:.1} s",
        shop.orders,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Writes the files; the number of lines.
fn fill(folder: &Path, count: u64) -> Result<u64, Failure> {
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let mut products = create("products.csv")?;
    writeln!(products, "sku,name,category")?;
    for product in 0..PRODUCTS {
        writeln!(
            products,
            "S{product},Product {product},Category {}",
            product % 20
        )?;
    }
    let mut customers = create("customers.csv")?;
    writeln!(customers, "customer,name")?;
    for customer in 0..CUSTOMERS {
        writeln!(customers, "C{customer},\"Customer, {customer}\"")?;
    }
    let (mut orders, mut items) = (create("orders.csv")?, create("items.csv")?);
    writeln!(orders, "order,at,status,customer,country,city")?;
    writeln!(items, "order,line,sku,quantity,price")?;
    let mut lines = 0;
    for number in 0..count {
        let order = (number * STRIDE) % count;
        let (month, day) = (order % 12 + 1, order % 28 + 1);
        let (customer, country) = (order % CUSTOMERS, order % 9);
        writeln!(
            orders,
            "O{order},2024-{month:02}-{day:02} 10:{:02}:00,paid,C{customer},Country {country},City {}",
            order % 60,
            order % 500
        )?;
        for line in 0..=number % 2 {
            let sku = (number * 3 + line) % PRODUCTS;
            writeln!(
                items,
                "O{number},{line},S{sku},{},{}.99",
                line + 1,
                sku % 90
            )?;
            lines += 1;
        }
    }
    for mut file in [orders, items, products, customers] {
        file.flush()?;
    }
    Ok(lines)
}
