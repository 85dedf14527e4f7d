//! Which fields of each source a model reads, by the first step of their paths.
//!
//! A file has columns, so one that is not there is refused before anything is read, and
//! those that nobody asks for need not be kept.

use std::collections::BTreeSet;

use super::{
    Model,
    attributes::Attributes,
    dimension::Value,
    field::{At, DateField, NumberField, NumberOrigin, Origin, TextField},
    filter::Filter,
    party::{Describes, Party, Whence},
    path::Path,
    reading::Link,
    returns::Returns,
    sections::{Lines, Sort},
};

/// The fields of each source.
pub fn fields(model: &Model) -> Vec<BTreeSet<String>> {
    let mut fields = Fields {
        model,
        of: vec![BTreeSet::new(); model.sources.len()],
    };
    fields.collect();
    fields.of
}

struct Fields<'m> {
    model: &'m Model,
    of: Vec<BTreeSet<String>>,
}

/// The source of the document at hand; `None` for an element of an array.
type Whose = Option<usize>;

impl Fields<'_> {
    fn collect(&mut self) {
        let model = self.model;
        for join in &model.joins {
            self.path(Some(join.source), &join.field);
        }
        let order = Some(model.order_source());
        let line = match (&model.line.lines, &model.line_link) {
            (Lines::Each(paths), _) => {
                self.path(order, &paths[0]);
                None
            }
            (_, Some(link)) => {
                self.link(order, link);
                Some(model.joins[link.join].source)
            }
            (_, None) => order,
        };
        self.order(order);
        self.attributes(order, &model.of_orders);
        self.line(line, order);
        self.attributes(line, &model.of_lines);
        self.party(model.product.as_ref(), line);
        self.party(model.customer.as_ref(), order);
        self.party(model.ship_to.as_ref(), order);
        self.party(model.ship_from.as_ref(), order);
        for returns in &model.returns {
            self.returns(returns, order, line);
        }
    }

    fn order(&mut self, from: Whose) {
        let section = &self.model.order;
        self.filter(from, &section.r#where);
        if let Some(sort) = &section.sort {
            self.sort(from, sort);
        }
        self.texts(from, &self.model.order_id);
        self.date(from, &section.ordered_at);
        if let Some(field) = &section.shipped_at {
            self.date(from, field);
        }
        for case in &section.status_when {
            self.filter(from, &case.r#where);
        }
        let texts = [&section.status, &section.ship_mode, &section.currency];
        self.texts(from, texts.into_iter().flatten());
        let rate = section.rate.as_ref();
        let rates = rate.map_or([&None, &None], |it| [&it.multiply_by, &it.divide_by]);
        let amounts = [
            &section.discount_amount,
            &section.revenue,
            &section.tax,
            &section.shipping,
        ];
        self.numbers(from, amounts.into_iter().chain(rates).flatten());
    }

    fn line(&mut self, from: Whose, order: Whose) {
        let section = &self.model.line;
        self.filter(from, &section.r#where);
        self.number(from, &section.quantity);
        let numbers = [
            &section.cancelled_quantity,
            &section.cancelled_amount,
            &section.revenue,
            &section.list_amount,
            &section.unit_price,
            &section.discount,
            &section.discount_amount,
            &section.profit,
            &section.unit_cost,
            &section.tax,
            &section.shipping,
        ];
        self.numbers(from, numbers.into_iter().flatten());
        let is_of_element = matches!(&section.lines, Lines::Each(paths) if paths.len() > 1);
        let outer = if is_of_element { None } else { order };
        self.numbers(outer, &section.outer_discount_amount);
    }

    fn party<S: Describes>(&mut self, party: Option<&Party<S>>, named_by: Whose) {
        let Some(party) = party else {
            return;
        };
        let from = match &party.whence {
            Whence::Collection { link, key } => {
                self.text(named_by, key);
                let source = Some(self.model.joins[link.join].source);
                self.filter(source, &link.filter);
                self.sort(source, &link.sort);
                source
            }
            Whence::Embedded(id) | Whence::Address(id) => {
                self.texts(named_by, id);
                named_by
            }
        };
        party.section.each_field(&mut |field| match field {
            Described::Text(field) => self.text(from, field),
            Described::Number(field) => self.number(from, field),
            Described::Date(field) => self.date(from, field),
        });
        self.attributes(from, &party.attributes);
    }

    fn returns(&mut self, returns: &Returns, order: Whose, line: Whose) {
        let section = &returns.section;
        let around = match (&returns.link, &section.lookup) {
            (Some(apart), _) => {
                self.link(order, apart);
                Some(self.model.joins[apart.join].source)
            }
            (None, Some(name)) => Some(self.lookup(order, name)),
            (None, None) => order,
        };
        if let Some(each) = &section.each {
            self.path(around, &each.0[0]);
        }
        let filters_entries = around == order && section.each.is_some();
        let entry = if section.each.is_some() { None } else { around };
        self.filter(
            if filters_entries { None } else { around },
            &section.r#where,
        );
        if let Some(field) = &section.returned_at {
            self.date(around, field);
        }
        self.numbers(
            entry,
            [&section.amount, &section.quantity].into_iter().flatten(),
        );
        if let Some(of) = &section.line {
            self.path(entry, &of.key);
            self.path(line, &of.id);
        }
    }

    /// A link from the document at hand.
    fn link(&mut self, from: Whose, link: &Link) {
        self.path(from, &link.key);
        let source = Some(self.model.joins[link.join].source);
        self.filter(source, &link.filter);
        self.sort(source, &link.sort);
    }

    /// The source that a lookup leads to.
    fn lookup(&mut self, from: Whose, name: &str) -> usize {
        let link = &self.model.lookups[name];
        self.link(from, link);
        self.model.joins[link.join].source
    }

    fn at(&mut self, from: Whose, at: &At) {
        let from = match &at.lookup {
            Some(name) => Some(self.lookup(from, name)),
            None => from,
        };
        self.path(from, &at.path);
    }

    fn text(&mut self, from: Whose, field: &TextField) {
        if let Origin::Field(at) = &field.origin {
            self.at(from, at);
        }
    }

    /// A shop's own dimensions, and the numbers of its measures.
    fn attributes(&mut self, from: Whose, attributes: &Attributes) {
        for value in attributes.values() {
            match value {
                Value::Text(field) | Value::YesOrNo(field) => self.text(from, field),
                Value::Number { field, .. } => self.number(from, field),
                Value::Date(field) => self.date(from, field),
            }
        }
        self.numbers(from, attributes.numbers());
    }

    fn texts<'f>(&mut self, from: Whose, fields: impl IntoIterator<Item = &'f TextField>) {
        for field in fields {
            self.text(from, field);
        }
    }

    fn number(&mut self, from: Whose, field: &NumberField) {
        match &field.origin {
            NumberOrigin::One(Origin::Field(at)) | NumberOrigin::Sum { array: at, .. } => {
                self.at(from, at);
            }
            NumberOrigin::Difference(at, less) => {
                self.at(from, at);
                let path = less.clone();
                let lookup = at.lookup.clone();
                self.at(from, &At { path, lookup });
            }
            NumberOrigin::One(Origin::Constant(_)) => {}
        }
    }

    fn numbers<'f>(&mut self, from: Whose, fields: impl IntoIterator<Item = &'f NumberField>) {
        for field in fields {
            self.number(from, field);
        }
    }

    fn date(&mut self, from: Whose, field: &DateField) {
        self.at(from, &field.at);
        if let Some(path) = field.time.clone() {
            let lookup = field.at.lookup.clone();
            self.at(from, &At { path, lookup });
        }
    }

    fn filter(&mut self, from: Whose, filter: &Filter) {
        if let Some(source) = from {
            filter.each_field(&mut |field| {
                self.of[source].insert(field.to_owned());
            });
        }
    }

    fn sort(&mut self, from: Whose, sort: &Sort) {
        for (path, _) in &sort.0 {
            self.path(from, path);
        }
    }

    /// What every document has beside its own fields is not looked for among them.
    fn path(&mut self, from: Whose, path: &Path) {
        if let Some(source) = from
            && *path != Path::id()
        {
            self.of[source].insert(path.root().to_owned());
        }
    }
}

/// A field of a section that describes customers, products or places.
#[derive(Clone, Copy, Debug)]
pub enum Described<'f> {
    Text(&'f TextField),
    Number(&'f NumberField),
    Date(&'f DateField),
}

impl<'f> From<&'f TextField> for Described<'f> {
    fn from(field: &'f TextField) -> Self {
        Self::Text(field)
    }
}

impl<'f> From<&'f NumberField> for Described<'f> {
    fn from(field: &'f NumberField) -> Self {
        Self::Number(field)
    }
}

impl<'f> From<&'f DateField> for Described<'f> {
    fn from(field: &'f DateField) -> Self {
        Self::Date(field)
    }
}
