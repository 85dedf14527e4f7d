//! From the file as it is written to a model: names become numbers, and what
//! contradicts itself is refused with its line.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Error, Model, Source,
    attributes::Attributes,
    field::TextField,
    fields,
    known::{Join, JoinId},
    party::{Describes, Party, Whence},
    path::Path,
    reading::Link,
    returns::Returns,
    sections::{self, File, Grain, Lines, ReturnSection, Sort, Whereabouts},
    words,
};
use crate::{
    kpi::Holder,
    values::{currency, declaration, format::FileDeclaration},
};

pub fn model(text: &str, origin: &str) -> Result<Model, Error> {
    let resolver = Resolver {
        text,
        origin,
        sources: Vec::new(),
        joins: Vec::new(),
    };
    let file: File = declaration::parse(text, origin).map_err(|wrong| Error::Wrong {
        place: wrong.place,
        problem: wrong.problem,
    })?;
    resolver.model(file)
}

struct Resolver<'t> {
    text: &'t str,
    origin: &'t str,
    sources: Vec<Source>,
    joins: Vec<Join>,
}

impl Resolver<'_> {
    fn place(&self, offset: usize) -> String {
        declaration::place(self.text, self.origin, offset)
    }

    fn wrong(&self, offset: usize, problem: impl Into<String>) -> Error {
        Error::Wrong {
            place: self.place(offset),
            problem: problem.into(),
        }
    }

    /// The line on which a section begins.
    fn section(&self, name: &str) -> usize {
        let header = format!("[{name}]");
        self.text.find(&header).unwrap_or_default()
    }

    fn model(mut self, file: File) -> Result<Model, Error> {
        self.check_lookups(&file)?;
        let settings = file.shop.settings();
        let settings = settings.map_err(|(offset, problem)| self.wrong(offset, problem))?;
        let source = self.source(&file.order.from);
        let (order_id, first) = self.order_id(&file)?;
        self.check_amounts(&file)?;
        let order_join = self.join(source, first);
        let line_link = self.line_link(&file)?;
        let lookups = file.lookups.iter();
        let lookups: BTreeMap<_, _> = lookups
            .map(|(name, link)| (name.clone(), self.link(link)))
            .collect();
        let (mut dimensions, measures) = (file.dimension, file.measure);
        let vocabulary = words::vocabulary(&dimensions, &measures, &file.kpi);
        let vocabulary = vocabulary.map_err(|(offset, problem)| self.wrong(offset, problem))?;
        let mut attributes = |holder| Attributes::of(&mut dimensions, &measures, holder);
        let (of_orders, of_lines) = (attributes(Holder::Order), attributes(Holder::Line));
        let product = self.party(file.product, "product", attributes(Holder::Product))?;
        let customer = self.party(file.customer, "customer", attributes(Holder::Customer))?;
        let ship_to = self.party(file.ship_to, "ship_to", attributes(Holder::ShipTo))?;
        let ship_from = self.party(file.ship_from, "ship_from", Attributes::default())?;
        let returns = file.r#return.into_iter().map(|it| self.returns(it));
        let returns = returns.collect::<Result<_, _>>()?;
        self.check_files(&file.files)?;
        let mut model = Model {
            zone: file
                .shop
                .time_zone
                .map_or(chrono_tz::Tz::UTC, |zone| zone.0),
            decimals: file
                .shop
                .decimals
                .unwrap_or_else(|| currency::decimals(&settings.currency)),
            settings,
            numbers: file.numbers,
            sources: self.sources,
            files: file.files,
            joins: self.joins,
            lookups,
            order: file.order,
            order_id,
            order_join,
            line: file.line,
            line_link,
            product,
            customer,
            ship_to,
            ship_from,
            returns,
            of_orders,
            of_lines,
            vocabulary,
            fingerprint: fingerprint(self.text),
        };
        for (source, fields) in fields::fields(&model).into_iter().enumerate() {
            model.sources[source].fields = fields;
        }
        Ok(model)
    }

    /// Where an order's id is made from, and the field that orders are looked for by.
    fn order_id(&self, file: &File) -> Result<(Vec<TextField>, Path), Error> {
        let wrong = |problem: &str| self.wrong(self.section("order"), problem);
        let id = match file.order.id.as_ref() {
            Some(id) => id.0.clone(),
            None => vec![TextField::of(Path::id())],
        };
        let Some(first) = id.first().and_then(TextField::plain_path).cloned() else {
            return Err(wrong(
                "`order.id` begins with a plain field, such as \"_id\" or \"Order ID\": orders are \
                 looked for by what stands in it",
            ));
        };
        if id.iter().any(TextField::looks_up) {
            return Err(wrong(
                "an order's `id` stands in its own document: no `lookup` here",
            ));
        }
        Ok((id, first))
    }

    /// The collection of lines, where they stand in one of their own.
    fn line_link(&mut self, file: &File) -> Result<Option<Link>, Error> {
        match &file.line.lines {
            Lines::From(link) => Ok(Some(self.link(link))),
            Lines::Documents if file.order.document == Grain::Order => {
                let problem = "say where lines are: `each` names the array, `from` a collection; or \
                               say `document = \"line\"` in [order], where each document is a line";
                Err(self.wrong(self.section("line"), problem))
            }
            Lines::Each(_) | Lines::Documents => Ok(None),
        }
    }

    /// Refuses to say how a file is written that nothing is read from.
    fn check_files(&self, files: &BTreeMap<String, FileDeclaration>) -> Result<(), Error> {
        let is_read = |name: &&String| self.sources.iter().any(|it| it.collection == **name);
        let Some(name) = files.keys().find(|name| !is_read(name)) else {
            return Ok(());
        };
        let problem = format!("nothing is read `from = \"{name}\"`, the file of [files.{name}]");
        Err(self.wrong(self.section("files"), problem))
    }

    /// The number of a collection among the sources.
    fn source(&mut self, name: &Spanned<String>) -> usize {
        let known = self.sources.iter();
        let known = known
            .enumerate()
            .find(|(_, it)| it.collection == *name.as_ref());
        if let Some((number, _)) = known {
            return number;
        }
        let source = self.sources.len();
        let by_id = self.join(source, Path::id());
        self.sources.push(Source {
            collection: name.as_ref().clone(),
            place: self.place(name.span().start),
            fields: BTreeSet::new(),
            by_id,
        });
        source
    }

    fn join(&mut self, source: usize, field: Path) -> JoinId {
        let join = Join { source, field };
        if let Some(number) = self.joins.iter().position(|it| *it == join) {
            return number;
        }
        self.joins.push(join);
        self.joins.len() - 1
    }

    fn link(&mut self, link: &sections::Link) -> Link {
        let source = self.source(&link.from);
        Link {
            join: self.join(source, link.id.clone()),
            key: link.key.clone(),
            filter: link.r#where.clone(),
            sort: link.sort.clone(),
        }
    }

    fn returns(&mut self, section: ReturnSection) -> Result<Returns, Error> {
        let is_apart = section.each.is_some() || section.from.is_some() || section.lookup.is_some();
        if !is_apart && section.amount.is_none() {
            let problem = "a return needs `each`, `from` or `lookup`, where it is recorded, or an \
                           `amount` in the order's own document";
            return Err(self.wrong(self.section("[return]"), problem));
        }
        let link = match (&section.from, &section.id) {
            (None, _) => None,
            (Some(from), None) => {
                let problem = "a return's `from` needs an `id`, the field that names the order";
                return Err(self.wrong(from.span().start, problem));
            }
            (Some(from), Some(id)) => {
                let source = self.source(from);
                Some(Link {
                    join: self.join(source, id.clone()),
                    key: section.key.clone().unwrap_or_else(Path::id),
                    filter: section.r#where.clone(),
                    sort: Sort::default(),
                })
            }
        };
        Ok(Returns { section, link })
    }

    /// Refuses amounts that are said of the order and of its lines.
    fn check_amounts(&self, file: &File) -> Result<(), Error> {
        let (order, line) = (&file.order, &file.line);
        let problem = if order.revenue.is_some() && order.discount_amount.is_some() {
            "say `order.revenue`, after all discounts, or `order.discount_amount`, not both"
        } else if order.tax.is_some() && line.tax.is_some() {
            "say `order.tax` or `line.tax`, not both"
        } else if order.shipping.is_some() && line.shipping.is_some() {
            "say `order.shipping` or `line.shipping`, not both"
        } else {
            return Ok(());
        };
        Err(self.wrong(self.section("order"), problem))
    }

    /// Refuses lookups that no section declares.
    fn check_lookups(&self, file: &File) -> Result<(), Error> {
        let Ok(table) = DeTable::parse(self.text) else {
            // It has been read already.
            return Ok(());
        };
        let mut names = Vec::new();
        lookup_names(table.get_ref(), &mut names);
        let mut names = names.into_iter();
        let Some((offset, name)) = names.find(|(_, name)| !file.lookups.contains_key(name)) else {
            return Ok(());
        };
        let known: Vec<&str> = file.lookups.keys().map(String::as_str).collect();
        let problem = if known.is_empty() {
            format!("there is no lookup `{name}`: add a section [lookups.{name}]")
        } else {
            let known = known.join(", ");
            format!("there is no lookup `{name}`; there are {known}")
        };
        Err(self.wrong(offset, problem))
    }

    /// Where the documents of a section come from.
    fn party<S: Describes>(
        &mut self,
        section: Option<S>,
        name: &str,
        attributes: Attributes,
    ) -> Result<Option<Party<S>>, Error> {
        let Some(section) = section else {
            if attributes.is_empty() {
                return Ok(None);
            }
            let problem = format!(
                "a dimension is of the {name}, and there is no section [{name}] that says which \
                 that is"
            );
            return Err(self.wrong(self.section("[dimension]"), problem));
        };
        let found = self.whence(name, section.whereabouts())?;
        let whence = found.unwrap_or_else(|| Whence::Address(section.address()));
        if matches!(&whence, Whence::Address(parts) if parts.is_empty()) {
            let problem = format!(
                "[{name}] needs an `id`, the field that tells one from another, or `from` and \
                 `key` where they have a collection of their own; a place may have an address"
            );
            return Err(self.wrong(self.section(name), problem));
        }
        Ok(Some(Party {
            section,
            whence,
            attributes,
        }))
    }

    fn whence(&mut self, section: &str, stands: Whereabouts<'_>) -> Result<Option<Whence>, Error> {
        let problem = match (stands.from, stands.key, stands.id) {
            (Some(from), Some(key), id) => {
                let own = match id.map(|id| id.0.as_slice()) {
                    None => Some(Path::id()),
                    Some([id]) => id.plain_path().cloned(),
                    Some(_) => None,
                };
                if let Some(own) = own {
                    let source = self.source(from);
                    let link = Link {
                        join: self.join(source, own),
                        key: Path::id(),
                        filter: stands.filter.clone(),
                        sort: stands.sort.clone(),
                    };
                    return Ok(Some(Whence::Collection {
                        link: Box::new(link),
                        key: key.clone(),
                    }));
                }
                "with `from`, `id` is one plain field of that collection's documents".to_owned()
            }
            (Some(_), None, _) => format!(
                "`{section}.from` needs a `key`: where an order or a line names it, such as \
                 `key = \"userId\"`"
            ),
            (None, Some(_), _) => {
                format!("`{section}.key` needs `from`, the collection that it leads to")
            }
            (None, None, id) => return Ok(id.map(|id| Whence::Embedded(id.0.clone()))),
        };
        Err(self.wrong(self.section(section), problem))
    }
}

/// Every `lookup = "…"` of a table, with where its name stands: a filter and a map may have
/// such a key too, and mean their own by it.
fn lookup_names(table: &DeTable<'_>, names: &mut Vec<(usize, String)>) {
    for (key, value) in table {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("where" | "map", _) => {}
            ("lookup", DeValue::String(name)) => {
                names.push((value.span().start, name.to_string()));
            }
            (_, DeValue::Table(inner)) => lookup_names(inner, names),
            (_, DeValue::Array(items)) => {
                let tables = items.iter().filter_map(|it| it.get_ref().as_table());
                tables.for_each(|inner| lookup_names(inner, names));
            }
            _ => {}
        }
    }
}

/// Changes whenever documents may have to be built anew: with the file, and with this
/// program's own version.
fn fingerprint(text: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    digest.update(text);
    base64::engine::general_purpose::STANDARD.encode(digest.finalize())
}
