//! An order with its lines.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Built, Reject,
    party::{Describes, Party, canonical},
    pricing::{AN_AMOUNT, Priced, are_too_large, priced, take_off},
    reading::{Conversion, Reading, sort},
    returns::Sold,
    sections::{Grain, LineSection, Lines, OrderSection},
};
use crate::{
    store::{Order, OrderLine},
    values::{key::first_part, share::share},
};

/// What an order has that names no status.
const COMPLETED: &str = "completed";

/// Why a document is not read.
const SAME_ID: &str = "the same id as another: say `document = \"line\"` where each is a line, \
                       or `sort` to choose one";

pub fn build(reading: Reading<'_>, id: &str) -> Built {
    let documents = documents(reading, id);
    let Some(head) = documents.first() else {
        return Built::of(None);
    };
    let mut built = Built::of(None);
    let section = &reading.model.order;
    if section.document == Grain::Order && section.sort.is_none() {
        let others = documents[1..].iter();
        let others = others.map(|it| Reject::of("order", SAME_ID.into(), it));
        built.rejects.extend(others);
    }
    match order(reading, id, head, &documents, &mut built) {
        Ok(document) => built.document = Some(document),
        // What cannot be used describes nobody.
        Err(reject) => {
            built.rejects.push(reject);
            built.parts.clear();
        }
    }
    built
}

/// The documents of an order, the one that speaks for it first.
fn documents<'m>(reading: Reading<'m>, id: &str) -> Vec<&'m Document> {
    let model = reading.model;
    let key = match model.order_id.as_slice() {
        [_] => id.to_owned(),
        _ => first_part(id),
    };
    let found = reading.known.find(model.order_join, &key).iter();
    let mut found: Vec<_> = found
        .filter(|it| model.order.r#where.matches(it))
        .filter(|it| reading.key(&model.order_id, it).as_deref() == Some(id))
        .collect();
    if let Some(by) = &model.order.sort {
        sort(&mut found, by);
    }
    found
}

fn order(
    reading: Reading<'_>,
    id: &str,
    head: &Document,
    documents: &[&Document],
    built: &mut Built,
) -> Result<Document, Reject> {
    let model = reading.model;
    let section = &model.order;
    let ordered_at = reading.date(&section.ordered_at, head);
    let ordered_at = ordered_at.ok_or_else(|| {
        let field = section.ordered_at.at.path.as_str();
        Reject::of("order", format!("`{field}` holds no date"), head)
    })?;
    let conversion = conversion(reading, head)?;
    let money = |field: &Option<_>| reading.money(field.as_ref()?, head, conversion);
    let (tax, shipping) = (money(&section.tax), money(&section.shipping));
    let others = [&section.discount_amount, &section.revenue].map(money);
    if are_too_large(others.into_iter().chain([tax, shipping])) {
        return Err(Reject::of("order", AN_AMOUNT.into(), head));
    }
    let (lines, rejects) = lines(reading, head, documents, conversion);
    built.rejects.extend(rejects);
    let sold = Sold {
        head,
        ordered_at,
        conversion,
        lines: &lines,
    };
    let parts = &mut built.parts;
    let decimals = model.decimals;
    let shipped_at = section.shipped_at.as_ref();
    let order = Order {
        id: id.to_owned(),
        ordered_at,
        shipped_at: shipped_at.and_then(|field| reading.date(field, head)),
        status: status(reading, head),
        ship_mode: section
            .ship_mode
            .as_ref()
            .and_then(|it| reading.text(it, head)),
        customer_id: named(model.customer.as_ref(), reading, head, ordered_at, parts),
        ship_to_id: named(model.ship_to.as_ref(), reading, head, ordered_at, parts),
        ship_from_id: named(model.ship_from.as_ref(), reading, head, ordered_at, parts),
        lines: order_lines(
            reading,
            sold,
            &Charges {
                tax: charged(&lines, tax, decimals, |line| line.tax),
                shipping: charged(&lines, shipping, decimals, |line| line.shipping),
            },
            parts,
        ),
        returns: model
            .returns
            .iter()
            .flat_map(|it| it.of(reading, sold, &mut built.rejects))
            .collect(),
    };
    let mut document = canonical(&order);
    add_attributes(&mut document, reading, head, &lines, conversion);
    Ok(document)
}

fn named<S: Describes>(
    party: Option<&Party<S>>,
    reading: Reading<'_>,
    document: &Document,
    at: DateTime<Utc>,
    descriptions: &mut Vec<super::Part>,
) -> Option<String> {
    party?.named(reading, document, at, descriptions)
}

fn status(reading: Reading<'_>, head: &Document) -> String {
    let section = &reading.model.order;
    let mut cases = section.status_when.iter();
    if let Some(case) = cases.find(|case| case.r#where.matches(head)) {
        return case.status.clone();
    }
    let status = section.status.as_ref();
    let status = status.and_then(|field| reading.text(field, head));
    status.unwrap_or_else(|| COMPLETED.to_owned())
}

/// What turns the order's amounts into the shop's currency.
fn conversion(reading: Reading<'_>, head: &Document) -> Result<Conversion, Reject> {
    let section = &reading.model.order;
    let currency = section.currency.as_ref();
    let Some(currency) = currency.and_then(|field| reading.text(field, head)) else {
        return Ok(Conversion::None);
    };
    if currency == reading.model.settings.currency {
        return Ok(Conversion::None);
    }
    let rate = |field: &Option<_>| {
        let rate = reading.number(field.as_ref()?, head);
        rate.filter(|rate| *rate > Decimal::ZERO)
    };
    let found = section.rate.as_ref().and_then(|it| {
        let multiply_by = rate(&it.multiply_by).map(Conversion::MultiplyBy);
        multiply_by.or_else(|| rate(&it.divide_by).map(Conversion::DivideBy))
    });
    found.ok_or_else(|| {
        let reason = format!("in {currency} without a rate");
        Reject::of("order", reason, head)
    })
}

/// The lines that count, with all discounts off, and why others do not.
fn lines<'d>(
    reading: Reading<'d>,
    head: &'d Document,
    documents: &[&'d Document],
    conversion: Conversion,
) -> (Vec<Priced<'d>>, Vec<Reject>) {
    let section = &reading.model.line;
    let decimals = reading.model.decimals;
    let mut rejects = Vec::new();
    let mut lines: Vec<Priced<'_>> = Vec::new();
    for (outer, items) in groups(reading, head, documents) {
        let first = lines.len();
        let items = items.into_iter().filter(|it| section.r#where.matches(it));
        for item in items {
            match priced(section, reading, item, conversion) {
                Ok(line) => lines.extend(line),
                Err(reject) => rejects.push(reject),
            }
        }
        let off = section.outer_discount_amount.as_ref();
        let off = off.and_then(|it| reading.money(it, outer, conversion));
        if are_too_large([off]) {
            // The group's amounts would be wrong without it.
            lines.truncate(first);
            rejects.push(Reject::of("line", AN_AMOUNT.into(), outer));
        } else if let Some(off) = off {
            let mut of_group: Vec<_> = lines[first..].iter_mut().collect();
            take_off(&mut of_group, off.abs(), decimals);
        }
    }
    let order = &reading.model.order;
    let money = |field: &Option<_>| reading.money(field.as_ref()?, head, conversion);
    let off = money(&order.discount_amount).map(|off| off.abs());
    let off = off.or_else(|| {
        let mut revenues = lines.iter().map(|line| line.revenue);
        let before = revenues.try_fold(Decimal::ZERO, Decimal::checked_add)?;
        before.checked_sub(money(&order.revenue)?)
    });
    if let Some(off) = off {
        take_off(&mut lines.iter_mut().collect::<Vec<_>>(), off, decimals);
    }
    (lines, rejects)
}

/// The documents of lines, by the element of the outer array that they stand in.
fn groups<'d>(
    reading: Reading<'d>,
    head: &'d Document,
    documents: &[&'d Document],
) -> Vec<(&'d Document, Vec<&'d Document>)> {
    let model = reading.model;
    match (&model.line.lines, &model.line_link) {
        (Lines::Each(paths), _) => match paths.as_slice() {
            [array] => vec![(head, array.documents(head))],
            [outer, inner] => {
                let outer = outer.documents(head).into_iter();
                outer.map(|it| (it, inner.documents(it))).collect()
            }
            _ => unreachable!("one array, or one within another"),
        },
        (_, Some(link)) => {
            let key = link.key.get(head).and_then(super::value::text);
            let found = key.map_or_else(Vec::new, |key| reading.linked(link, &key));
            vec![(head, found)]
        }
        (_, None) => vec![(head, documents.to_vec())],
    }
}

/// The shop's own dimensions, and the numbers of its measures.
fn add_attributes(
    document: &mut Document,
    reading: Reading<'_>,
    head: &Document,
    lines: &[Priced<'_>],
    conversion: Conversion,
) {
    let model = reading.model;
    model.of_orders.add(document, reading, head, conversion);
    let Some(Bson::Array(stored)) = document.get_mut("lines") else {
        return;
    };
    for (stored, line) in stored.iter_mut().zip(lines) {
        if let Bson::Document(stored) = stored {
            model
                .of_lines
                .add(stored, reading, line.document, conversion);
        }
    }
}

/// Whether the model says where discounts are, or what things cost before them.
fn knows_discounts(order: &OrderSection, line: &LineSection) -> bool {
    let fields = [
        &order.discount_amount,
        &order.revenue,
        &line.discount,
        &line.discount_amount,
        &line.outer_discount_amount,
        &line.list_amount,
    ];
    fields.into_iter().any(Option::is_some)
}

/// What each line is charged beside its price.
struct Charges {
    tax: Vec<Option<Decimal>>,
    shipping: Vec<Option<Decimal>>,
}

/// The lines as they are stored.
fn order_lines(
    reading: Reading<'_>,
    sold: Sold<'_, '_>,
    charges: &Charges,
    descriptions: &mut Vec<super::Part>,
) -> Vec<OrderLine> {
    let model = reading.model;
    let knows_discounts = knows_discounts(&model.order, &model.line);
    let beside = charges.tax.iter().zip(&charges.shipping);
    let line = |(line, (tax, shipping)): (&Priced<'_>, (&Option<Decimal>, &Option<Decimal>))| {
        let product = model.product.as_ref();
        OrderLine {
            product_id: named(
                product,
                reading,
                line.document,
                sold.ordered_at,
                descriptions,
            ),
            quantity: line.quantity,
            revenue: line.revenue,
            profit: line.profit(),
            discount: line.discount,
            discount_amount: knows_discounts.then(|| line.list - line.revenue),
            cost: line.cost,
            tax: *tax,
            shipping: *shipping,
            // What a model declares is written beside it.
            attributes: BTreeMap::new(),
        }
    };
    sold.lines.iter().zip(beside).map(line).collect()
}

/// What each line is charged: its part of what the order says, in proportion to their
/// revenue, or to their quantities where all are worth nothing; or what it says itself.
fn charged(
    lines: &[Priced<'_>],
    of_order: Option<Decimal>,
    decimals: u32,
    of_line: fn(&Priced<'_>) -> Option<Decimal>,
) -> Vec<Option<Decimal>> {
    let Some(amount) = of_order else {
        return lines.iter().map(of_line).collect();
    };
    let by = |weight: fn(&Priced<'_>) -> Decimal| {
        let weights: Vec<_> = lines.iter().map(weight).collect();
        share(amount, &weights, decimals)
    };
    let parts = by(|line| line.revenue).or_else(|| by(|line| line.quantity));
    // By nothing at all, the first line has it.
    let mut parts = parts.unwrap_or_else(|| vec![amount]);
    parts.resize(lines.len(), Decimal::ZERO);
    parts.into_iter().map(Some).collect()
}
