//! Fields read from a document, by way of lookups where they say so.

use bson::{Bson, Document};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Model,
    field::{At, DateField, NumberField, NumberOrigin, Origin, TextField},
    filter::Filter,
    known::{JoinId, Known},
    path::Path,
    sections::Sort,
    value::{self, number},
};
use crate::values::key::push_part;

/// How documents of another collection are found, resolved.
#[derive(Clone, Debug)]
pub struct Link {
    pub join: JoinId,
    pub key: Path,
    pub filter: Filter,
    pub sort: Sort,
}

/// Reads fields with the documents at hand.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'m> {
    pub model: &'m Model,
    pub known: &'m Known,
}

/// What an order's amounts are multiplied or divided by.
#[derive(Clone, Copy, Debug)]
pub enum Conversion {
    None,
    MultiplyBy(Decimal),
    DivideBy(Decimal),
}

impl<'m> Reading<'m> {
    /// The documents of a link's key, those that are meant, in their order.
    pub fn linked(&self, link: &Link, key: &str) -> Vec<&'m Document> {
        let found = self.known.find(link.join, key).iter();
        let mut found: Vec<_> = found.filter(|it| link.filter.matches(it)).collect();
        sort(&mut found, &link.sort);
        found
    }

    /// The first document that a lookup leads to.
    pub fn lookup(&self, name: &str, document: &Document) -> Option<&'m Document> {
        let link = &self.model.lookups[name];
        let key = link.key.get(document).and_then(value::text)?;
        self.linked(link, &key).into_iter().next()
    }

    fn at<'d>(&self, at: &At, document: &'d Document) -> Option<&'d Bson>
    where
        'm: 'd,
    {
        at.path.get(self.holder(at, document)?)
    }

    /// The document that a field stands in.
    fn holder<'d>(&self, at: &At, document: &'d Document) -> Option<&'d Document>
    where
        'm: 'd,
    {
        match &at.lookup {
            Some(name) => self.lookup(name, document),
            None => Some(document),
        }
    }

    /// A text, cleaned up; `None` where it is blank.
    pub fn text(&self, field: &TextField, document: &Document) -> Option<String> {
        let raw = match &field.origin {
            Origin::Constant(constant) => Some(constant.clone()),
            Origin::Field(at) => self.at(at, document).and_then(value::text),
        };
        let clean = raw.map(|raw| field.clean_up.apply(&raw).into_owned());
        let meant = clean.filter(|it| !it.is_empty() && !field.null.contains(it));
        meant.or_else(|| field.default.clone())
    }

    /// A key of one part or several; `None` where one of them is blank.
    pub fn key(&self, parts: &[TextField], document: &Document) -> Option<String> {
        if let [part] = parts {
            return self.text(part, document);
        }
        let mut key = String::new();
        for (number, part) in parts.iter().enumerate() {
            push_part(&mut key, number, &self.text(part, document)?);
        }
        Some(key)
    }

    /// An address as a key: what is known of it; `None` where nothing is.
    pub fn address(&self, parts: &[TextField], document: &Document) -> Option<String> {
        let texts: Vec<_> = parts.iter().map(|part| self.text(part, document)).collect();
        texts.iter().any(Option::is_some).then(|| {
            let mut key = String::new();
            for (number, text) in texts.iter().enumerate() {
                push_part(&mut key, number, text.as_deref().unwrap_or(""));
            }
            key
        })
    }

    /// A number, exact; `None` where there is none.
    pub fn number(&self, field: &NumberField, document: &Document) -> Option<Decimal> {
        let format = field.format.as_ref().or(Some(&self.model.numbers));
        let raw = match &field.origin {
            NumberOrigin::One(Origin::Constant(constant)) => Some(*constant),
            NumberOrigin::One(Origin::Field(at)) => self
                .at(at, document)
                .and_then(|value| number(value, format)),
            NumberOrigin::Difference(at, less) => {
                let holder = self.holder(at, document)?;
                let read = |path: &Path| path.get(holder).and_then(|it| number(it, format));
                read(&at.path)?.checked_sub(read(less).unwrap_or_default())
            }
            NumberOrigin::Sum {
                array,
                filter,
                path,
            } => {
                let holder = self.holder(array, document)?;
                let elements = array.path.documents(holder);
                let elements = elements.into_iter().filter(|it| filter.matches(it));
                let mut numbers =
                    elements.filter_map(|it| path.get(it).and_then(|it| number(it, format)));
                numbers.try_fold(Decimal::ZERO, Decimal::checked_add)
            }
        };
        let known = raw.filter(|it| !field.null.contains(it));
        let scaled = known.and_then(|it| match field.divide_by {
            Some(by) => it.checked_div(by),
            None => Some(it),
        });
        scaled.or(field.default)
    }

    /// An instant; `None` where there is none.
    pub fn date(&self, field: &DateField, document: &Document) -> Option<DateTime<Utc>> {
        let dates = field.dates(self.model.zone);
        let holder = self.holder(&field.at, document)?;
        let day = field.at.path.get(holder)?;
        let time = field.time.as_ref().and_then(|path| path.get(holder));
        match time.and_then(|time| Some((value::text(day)?, value::text(time)?))) {
            Some((day, time)) => dates.instant(&Bson::String(format!("{day} {time}"))),
            None => dates.instant(day),
        }
    }

    /// An amount in the shop's currency, rounded once.
    pub fn money(
        &self,
        field: &NumberField,
        document: &Document,
        conversion: Conversion,
    ) -> Option<Decimal> {
        let amount = self.number(field, document)?;
        self.converted(field, amount, conversion)
    }

    /// An amount that was read from a field, converted and rounded.
    pub fn converted(
        &self,
        field: &NumberField,
        amount: Decimal,
        conversion: Conversion,
    ) -> Option<Decimal> {
        let converted = match conversion {
            _ if field.in_shop_currency => amount,
            Conversion::None => amount,
            Conversion::MultiplyBy(rate) => amount.checked_mul(rate)?,
            Conversion::DivideBy(rate) => amount.checked_div(rate)?,
        };
        Some(self.rounded(converted))
    }

    /// Half to even, to the shop's decimals.
    pub fn rounded(&self, amount: Decimal) -> Decimal {
        amount.round_dp_with_strategy(self.model.decimals, RoundingStrategy::MidpointNearestEven)
    }
}

/// Sorts documents as a query of MongoDB would, numbers before texts.
pub fn sort(documents: &mut [&Document], by: &Sort) {
    documents.sort_by(|one, other| {
        let keys = by.0.iter().map(|(path, descending)| {
            let order = value::compare(path.get(one), path.get(other));
            if *descending { order.reverse() } else { order }
        });
        keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
}
