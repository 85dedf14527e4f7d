//! Documents as they come from the server, read field by field without being built.

use bson::{RawBsonRef, RawDocument};

use super::{
    Unheld,
    amount::Amount,
    attributes::{Attributes, Base},
    block::{Line, Order},
    dictionary::{Dictionaries, MISSING},
    ids::Ids,
    snapshot::{Parts, Return},
};
use crate::{
    kpi::{Coordinates, Dimension, Holder, Level, OwnField, Vocabulary},
    store::rules::{self, Holds, LINE, Odd, RETURN, each, rules, walk},
};

/// What turns documents into rows: the codes of texts, and the hashes of ids.
#[derive(Clone, Debug)]
pub struct Decoder {
    pub dictionaries: Dictionaries,
    pub ids: Ids,
    /// A shop's own attributes of orders, and of lines.
    of_orders: Vec<Dimension>,
    of_lines: Vec<Dimension>,
    /// Its own numbers of both.
    numbers_of_orders: Vec<OwnField>,
    numbers_of_lines: Vec<OwnField>,
    /// The dimensions that customers, products and places have values of, by that of their ids.
    of_named: Vec<(Dimension, Vec<Dimension>)>,
}

/// Why a document is not in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is odd, and left out.
    Odd,
    /// No shop with it can be held.
    Unheld(Unheld),
}

impl From<Odd> for Unread {
    fn from(_: Odd) -> Self {
        Self::Odd
    }
}

impl From<Unheld> for Unread {
    fn from(why: Unheld) -> Self {
        Self::Unheld(why)
    }
}

/// What was read, or `None` of an odd document.
fn unless_odd<T>(read: Result<T, Unread>) -> Result<Option<T>, Unheld> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Unread::Odd) => Ok(None),
        Err(Unread::Unheld(why)) => Err(why),
    }
}

impl Decoder {
    /// One that knows these dimensions, and no value of theirs yet.
    pub fn new(vocabulary: &'static Vocabulary) -> Self {
        Self {
            dictionaries: Dictionaries::new(vocabulary),
            ids: Ids::default(),
            of_orders: vocabulary.own(Holder::Order),
            of_lines: vocabulary.own(Holder::Line),
            numbers_of_orders: vocabulary.fields(Level::Order).collect(),
            numbers_of_lines: vocabulary.fields(Level::Line).collect(),
            of_named: [Holder::Customer, Holder::Product, Holder::ShipTo]
                .into_iter()
                .filter_map(|it| Some((it.id()?, vocabulary.held_by(it).collect())))
                .collect(),
        }
    }

    /// Reads an order, and appends its parts; `None` where it is odd.
    ///
    /// # Errors
    /// When it cannot be held.
    pub fn order(
        &self,
        document: &RawDocument,
        parts: &mut Parts,
    ) -> Result<Option<Order>, Unheld> {
        let before = (parts.lines.len(), parts.returns.len());
        let order = unless_odd(self.try_order(document, parts))?;
        if order.is_none() {
            parts.lines.truncate(before.0);
            parts.returns.truncate(before.1);
        }
        Ok(order)
    }

    fn try_order(&self, document: &RawDocument, parts: &mut Parts) -> Result<Order, Unread> {
        let mut order = Order {
            own: vec![MISSING; self.of_orders.len()].into(),
            numbers: vec![None; self.numbers_of_orders.len()].into(),
            ..Order::default()
        };
        let (first_line, mut returns) = (parts.lines.len(), None);
        let mut shipped_at = None;
        walk(rules("orders"), document, |rule, value| {
            let code = |dimension| self.code(dimension, value);
            let small = |dimension| {
                let code = u16::try_from(code(dimension));
                code.map_err(|_| Unheld::TooManyValues(rule.path))
            };
            match rule.path {
                "_id" => {
                    let id = value.as_str().unwrap_or_default();
                    (order.id, order.id_text) = (self.ids.hash(id), id.into());
                }
                "orderedAt" => order.time = milliseconds(value),
                "shippedAt" => shipped_at = Some(milliseconds(value)),
                "status" => order.status = small(Dimension::STATUS)?,
                "shipMode" => order.ship_mode = small(Dimension::SHIP_MODE)?,
                "customerId" => order.customer = code(Dimension::CUSTOMER),
                "shipToId" => order.ship_to = code(Dimension::LOCATION),
                "shipFromId" => order.ship_from = code(Dimension::LOCATION),
                "attributes" => self.own(&self.of_orders, value, &mut order.own),
                "numbers" => numbers(&self.numbers_of_orders, value, &mut order.numbers)?,
                "lines" => each(value, |line| {
                    parts.lines.push(self.line(line)?);
                    Ok::<_, Unread>(())
                })?,
                // They tell of the order and its lines, which may come after them.
                "returns" => returns = Some(value),
                _ => {}
            }
            Ok::<_, Unread>(())
        })?;
        let lines = parts.lines.get(first_line..).unwrap_or_default();
        if let Some(records) = returns {
            each(records, |record| {
                let record = self.returned(record, &order, lines)?;
                // Nothing was sold on an order without lines.
                parts.returns.extend((!lines.is_empty()).then_some(record));
                Ok::<_, Unread>(())
            })?;
        }
        order.shipping = shipped_at.map(|shipped_at| shipped_at - order.time);
        Ok(order)
    }

    fn line(&self, document: &RawDocument) -> Result<Line, Unread> {
        let mut line = Line {
            product: MISSING,
            own: vec![MISSING; self.of_lines.len()].into(),
            numbers: vec![None; self.numbers_of_lines.len()].into(),
            ..Line::default()
        };
        walk(LINE, document, |rule, value| {
            match rule.key {
                "productId" => line.product = self.code(Dimension::PRODUCT, value),
                "quantity" => line.quantity = Some(amount(value)?),
                "revenue" => line.revenue = Some(amount(value)?),
                "profit" => line.profit = Some(amount(value)?),
                "discountAmount" => line.discount = Some(amount(value)?),
                "cost" => line.cost = Some(amount(value)?),
                "tax" => line.tax = Some(amount(value)?),
                "shipping" => line.shipping = Some(amount(value)?),
                "attributes" => self.own(&self.of_lines, value, &mut line.own),
                "numbers" => numbers(&self.numbers_of_lines, value, &mut line.numbers)?,
                _ => {}
            }
            Ok::<_, Unread>(())
        })?;
        Ok(line)
    }

    /// Reads a return record of an order with these lines; one of no line that there is has
    /// no attributes of a line.
    fn returned(
        &self,
        document: &RawDocument,
        order: &Order,
        lines: &[Line],
    ) -> Result<Return, Unread> {
        let mut at = 0;
        let mut line = Line {
            product: MISSING,
            own: vec![MISSING; self.of_lines.len()].into(),
            numbers: vec![None; self.numbers_of_lines.len()].into(),
            ..Line::default()
        };
        walk(RETURN, document, |rule, value| {
            let taken = || amount(value)?.negated().ok_or(Unheld::TooLarge);
            match rule.key {
                "returnedAt" => at = milliseconds(value),
                "line" => {
                    if let Some(sold) = place(value).and_then(|place| lines.get(place)) {
                        line.product = sold.product;
                        line.own.clone_from(&sold.own);
                    }
                }
                "quantity" => line.quantity = Some(taken()?),
                "amount" => line.revenue = Some(taken()?),
                "profit" => line.profit = Some(taken()?),
                "cost" => line.cost = Some(taken()?),
                _ => {}
            }
            Ok::<_, Unread>(())
        })?;
        let order = order.clone();
        Ok(Return { order, at, line })
    }

    /// Reads what a customer, a product or a location is; whether that is news to who counts.
    /// An odd one is nothing.
    pub fn attributes(
        &self,
        of: Dimension,
        document: &RawDocument,
        attributes: &mut Attributes,
    ) -> bool {
        let (collection, dimensions) = self.described_by(of);
        let mut id = None;
        let mut values = vec![MISSING; dimensions.len()];
        let mut point = None;
        let mut name = None;
        let read = walk(rules(collection), document, |rule, value| {
            match rule.path {
                "_id" => id = value.as_str(),
                "point" => point = coordinates(value),
                "name" => name = value.as_str(),
                "attributes" => self.own(dimensions, value, &mut values),
                path => {
                    if let Some(at) = dimensions.iter().position(|it| it.field() == path) {
                        values[at] = self.code(dimensions[at], value);
                    }
                }
            }
            Ok::<_, Odd>(())
        });
        if read.is_err() {
            return self.forget(of, document.get_str("_id").ok(), attributes);
        }
        let Some(id) = id else {
            return false;
        };
        let id = self.dictionaries.of(of).intern(id);
        self.dictionaries.names.set(of, id, name);
        let mut changed = false;
        for (dimension, value) in dimensions.iter().zip(values) {
            changed |= attributes.set(*dimension, id, value);
        }
        if of == Dimension::LOCATION {
            changed |= attributes.set_point(id, point);
        }
        changed
    }

    /// Forgets what the thing with this id was; whether that is news to who counts.
    pub fn forget(&self, of: Dimension, id: Option<&str>, attributes: &mut Attributes) -> bool {
        let code = id.and_then(|id| self.dictionaries.of(of).code(id));
        code.is_some_and(|code| {
            self.dictionaries.names.set(of, code, None);
            attributes.clear(Base::of(of), code)
        })
    }

    /// The collection that describes what a dimension names, and the dimensions that it has
    /// values of.
    fn described_by(&self, of: Dimension) -> (&'static str, &[Dimension]) {
        let held = self.of_named.iter().find(|(id, _)| *id == of);
        let Some((holder, (_, held))) = of.names().zip(held) else {
            unreachable!("{of:?} names no documents");
        };
        (holder.collection(), held)
    }

    /// Reads a shop's own attributes; what is no text is missing.
    fn own(&self, dimensions: &[Dimension], attributes: RawBsonRef<'_>, codes: &mut [u32]) {
        let Some(attributes) = attributes.as_document() else {
            return;
        };
        for (dimension, code) in dimensions.iter().zip(codes) {
            // Others stand in fields of their own.
            if dimension.own().is_some()
                && let Ok(Some(value)) = attributes.get(dimension.name())
            {
                *code = self.code(*dimension, value);
            }
        }
    }

    fn code(&self, dimension: Dimension, value: RawBsonRef<'_>) -> u32 {
        let text = value.as_str();
        text.map_or(MISSING, |text| self.dictionaries.of(dimension).intern(text))
    }
}

/// Reads a shop's own numbers; what is no amount is missing.
fn numbers(
    fields: &[OwnField],
    numbers: RawBsonRef<'_>,
    amounts: &mut [Option<Amount>],
) -> Result<(), Unheld> {
    let Some(numbers) = numbers.as_document() else {
        return Ok(());
    };
    for (field, to) in fields.iter().zip(amounts) {
        if let Ok(Some(value)) = numbers.get(field.name())
            && Holds::Amount.admits(value)
        {
            *to = Some(amount(value)?);
        }
    }
    Ok(())
}

fn amount(value: RawBsonRef<'_>) -> Result<Amount, Unheld> {
    Amount::from_bson(value).ok_or(Unheld::TooLarge)
}

/// A place in a list.
fn place(value: RawBsonRef<'_>) -> Option<usize> {
    let place = value.as_i32().map(i64::from).or_else(|| value.as_i64());
    usize::try_from(place?).ok()
}

/// Milliseconds since 1970.
fn milliseconds(value: RawBsonRef<'_>) -> i64 {
    value
        .as_datetime()
        .map_or(0, bson::DateTime::timestamp_millis)
}

/// A point's coordinates.
fn coordinates(point: RawBsonRef<'_>) -> Option<Coordinates> {
    let list = point.as_document()?.get_array("coordinates").ok()?;
    let mut degrees = list.into_iter().map(|it| rules::degrees(it.ok()?));
    Some(Coordinates {
        longitude: degrees.next()??,
        latitude: degrees.next()??,
    })
}
