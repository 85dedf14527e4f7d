//! What stands in a database of a shape when the shop is as it is.

use chrono::{DateTime, Utc};
use mongodb::bson::{
    self, Binary, Bson, Decimal128, Document, Uuid, doc, oid::ObjectId, spec::BinarySubtype,
};

use super::{
    shape::{Ids, Lines, Money, Refunds, Shape, Statuses, Times, Whence},
    truth::{Line, Order, Product, Status, Truth},
};

/// Documents with the collections that they belong in.
pub type Documents = Vec<(&'static str, Document)>;

impl Shape {
    /// Everything that the database holds when the shop is as it is.
    pub fn documents(&self, truth: &Truth) -> Documents {
        let mut documents = Vec::new();
        for (number, order) in &truth.orders {
            self.add_order(*number, order, truth, &mut documents);
        }
        if self.product != Whence::Embedded {
            let products = truth.products.iter();
            let products =
                products.map(|(number, it)| ("products", self.product(*number, it, truth)));
            documents.extend(products);
        }
        if self.customer != Whence::Embedded {
            let customers = truth.customers.iter();
            documents.extend(customers.map(|(number, name)| {
                let id = id(self.customers, 3, *number);
                ("customers", doc! { "_id": id, "name": name })
            }));
        }
        for (whence, collection, names) in [
            (self.product, "categories", &truth.categories),
            (self.country, "countries", &truth.countries),
        ] {
            if whence == Whence::LookedUp {
                let named = (0_i32..).zip(names);
                documents.extend(
                    named.map(|(number, name)| (collection, doc! { "_id": number, "name": name })),
                );
            }
        }
        documents
    }

    fn product(&self, number: u32, product: &Product, truth: &Truth) -> Document {
        let mut document = doc! { "_id": id(self.products, 2, number), "name": &product.name };
        match self.product {
            Whence::LookedUp => {
                // What is an integer there is a double here.
                let category = f64::from(u32::try_from(product.category).unwrap());
                document.insert("categoryId", category);
            }
            _ => {
                document.insert("category", &truth.categories[product.category]);
            }
        }
        document
    }

    fn add_order(&self, number: u32, order: &Order, truth: &Truth, documents: &mut Documents) {
        let order_id = self.order_id(number, order.at);
        let head = self.head(number, order, truth);
        let mut whole = doc! { "_id": order_id.clone() };
        whole.extend(head.clone());
        let refunds = order.refunds.iter().map(|refund| {
            let at = match self.times {
                Times::OwnId => Bson::DateTime(bson::DateTime::from_chrono(refund.at)),
                _ => self.time(refund.at),
            };
            doc! { "_id": id(Ids::Number, 5, refund.id), "amount": self.amount(refund.cents, refund.id), "at": at }
        });
        let refunds: Vec<Document> = refunds.collect();
        match self.refunds {
            Refunds::Array => {
                whole.insert("refunds", refunds);
            }
            Refunds::Collection => documents.extend(refunds.into_iter().map(|mut refund| {
                refund.insert("orderId", order_id.clone());
                ("refunds", refund)
            })),
        }
        let lines = order.lines.iter().map(|line| self.line(line, truth));
        let lines: Vec<Document> = lines.collect();
        let with_order = |mut line: Document| {
            line.insert("orderId", order_id.clone());
            line
        };
        match self.lines {
            Lines::Array => {
                whole.insert("items", lines);
            }
            Lines::Parcels => {
                let parcels = lines.chunks(2).map(|some| doc! { "items": some });
                whole.insert("parcels", parcels.collect::<Vec<_>>());
            }
            Lines::Collection => {
                documents.extend(lines.into_iter().map(|line| ("items", with_order(line))));
            }
            Lines::Rows => {
                documents.extend(lines.into_iter().map(|line| {
                    let mut row = with_order(line);
                    row.extend(head.clone());
                    ("rows", row)
                }));
                return;
            }
        }
        documents.push(("orders", whole));
    }

    /// What is said of the order as a whole.
    fn head(&self, number: u32, order: &Order, truth: &Truth) -> Document {
        let mut head = doc! {
            "discount": self.amount(order.discount, number),
            "tax": self.amount(order.tax, number + 1),
            "shipping": self.amount(order.shipping, number + 2),
            "address": { "city": format!("City {}", order.city) },
        };
        if self.times != Times::OwnId {
            head.insert("placedAt", self.time(order.at));
        }
        if order.is_test {
            head.insert("isTest", true);
        }
        match self.statuses {
            Statuses::Text => {
                let text = match order.status {
                    Status::Paid => "paid",
                    Status::Open => "open",
                    Status::Cancelled => "cancelled",
                };
                head.insert("status", text);
            }
            Statuses::Code => {
                head.insert("status", order.status as i32 + 1);
            }
            Statuses::Flags => {
                head.insert("isCancelled", order.status == Status::Cancelled);
                let paid =
                    (order.status == Status::Paid).then(|| bson::DateTime::from_chrono(order.at));
                head.insert("paidAt", paid);
            }
        }
        let name = &truth.customers[&order.customer];
        match self.customer {
            Whence::Embedded => {
                let email = format!("customer{}@example.com", order.customer);
                let email = if number.is_multiple_of(3) {
                    email.to_uppercase()
                } else {
                    email
                };
                head.insert("customer", doc! { "email": email, "name": name });
            }
            _ => {
                head.insert("customerId", id(self.customers, 3, order.customer));
            }
        }
        let address = head.get_document_mut("address").unwrap();
        match self.country {
            Whence::LookedUp => address.insert("countryId", i64::try_from(order.country).unwrap()),
            _ => address.insert("country", &truth.countries[order.country]),
        };
        head
    }

    fn line(&self, line: &Line, truth: &Truth) -> Document {
        let amount = if self.has_unit_prices {
            line.cents
        } else {
            line.cents * line.quantity
        };
        let quantity = match line.id % 3 {
            _ if line.is_broken => Bson::from("many"),
            0 => Bson::Int64(line.quantity),
            1 => Bson::Double(f64::from(i32::try_from(line.quantity).unwrap())),
            _ => Bson::from(line.quantity.to_string()),
        };
        let mut document = doc! {
            "_id": id(Ids::Number, 4, line.id),
            "quantity": quantity,
            "amount": self.amount(amount, line.id),
        };
        let product = &truth.products[&line.product];
        match self.product {
            Whence::Embedded => {
                let category = &truth.categories[product.category];
                let embedded = doc! { "code": format!(" P-{} ", line.product), "name": &product.name, "category": category };
                document.insert("product", embedded);
            }
            _ => {
                document.insert("productId", id(self.products, 2, line.product));
            }
        }
        document
    }

    fn order_id(&self, number: u32, at: DateTime<Utc>) -> Bson {
        match self.times {
            Times::OwnId => {
                let mut bytes = [1; 12];
                let seconds = u32::try_from(at.timestamp()).unwrap();
                bytes[..4].copy_from_slice(&seconds.to_be_bytes());
                bytes[8..].copy_from_slice(&number.to_be_bytes());
                ObjectId::from_bytes(bytes).into()
            }
            _ => id(self.orders, 1, number),
        }
    }

    fn time(&self, at: DateTime<Utc>) -> Bson {
        match self.times {
            Times::Date | Times::OwnId => bson::DateTime::from_chrono(at).into(),
            Times::Iso => at.to_rfc3339().into(),
            Times::Seconds => Bson::Int64(at.timestamp()),
            Times::Milliseconds => Bson::Int64(at.timestamp_millis()),
            Times::WallClock => {
                let local = at.with_timezone(&self.zone).naive_local();
                bson::DateTime::from_chrono(local.and_utc()).into()
            }
        }
    }

    /// An amount, in a type that may depend on what it is of.
    fn amount(&self, cents: i64, of: u32) -> Bson {
        let text = format!("{}.{:02}", cents / 100, cents % 100);
        let double = || Bson::Double(text.parse().unwrap());
        let decimal = || Bson::Decimal128(text.parse::<Decimal128>().unwrap());
        match self.money {
            Money::Decimal => decimal(),
            Money::Double => double(),
            Money::Text => text.into(),
            Money::Minor if of.is_multiple_of(2) => Bson::Int64(cents),
            Money::Minor => Bson::Int32(i32::try_from(cents).unwrap()),
            Money::Mixed => match of % 4 {
                0 if cents % 100 == 0 => Bson::Int64(cents / 100),
                0 | 1 => double(),
                2 => decimal(),
                _ => text.into(),
            },
        }
    }
}

/// An id of its own for each kind of thing and number.
fn id(ids: Ids, what: u8, number: u32) -> Bson {
    let mut bytes = [what; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    match ids {
        Ids::Object => ObjectId::from_bytes(*bytes.first_chunk().unwrap()).into(),
        Ids::Number => Bson::Int64(number.into()),
        Ids::Text => format!("{what}-{number}").into(),
        Ids::Uuid => Binary {
            subtype: BinarySubtype::Uuid,
            bytes: Uuid::from_bytes(bytes).bytes().to_vec(),
        }
        .into(),
    }
}
