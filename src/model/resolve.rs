//! From the file as it is written to a model: names become numbers, and what
//! contradicts itself is refused with its line.

use std::collections::BTreeMap;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::{
    Error, Model, Source,
    field::{At, Origin, TextField},
    known::{Join, JoinId},
    party::{Party, Whence},
    path::Path,
    reading::Link,
    returns::Returns,
    sections::{
        self, CustomerSection, File, Grain, Lines, PlaceSection, ProductSection, ReturnSection,
        Sort,
    },
};
use crate::{
    store::ShopSettings,
    values::{currency, shape::OneOrMany},
};

pub fn model(text: &str, origin: &str) -> Result<Model, Error> {
    let resolver = Resolver {
        text,
        origin,
        sources: Vec::new(),
        joins: Vec::new(),
    };
    let file: File = toml::from_str(text).map_err(|error| Error::Wrong {
        place: match error.span() {
            Some(span) => resolver.place(span.start),
            None => origin.to_owned(),
        },
        problem: error.message().replace('\n', "; "),
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
        let before = self.text.get(..offset).unwrap_or(self.text);
        format!("{}:{}", self.origin, before.matches('\n').count() + 1)
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
        let settings = settings(&file.shop);
        let source = self.source(&file.order.from);
        let order_id = match file.order.id.as_ref() {
            Some(id) => id.0.clone(),
            None => vec![TextField::of(Path::id())],
        };
        let Some(first) = order_id.first().and_then(TextField::plain_path).cloned() else {
            let problem = "`order.id` begins with a plain field, such as \"_id\" or \"Order ID\"";
            return Err(self.wrong(self.section("order"), problem));
        };
        let order_join = self.join(source, first);
        let line_link = match &file.line.lines {
            Lines::From(link) => Some(self.link(link)),
            Lines::Documents if file.order.document == Grain::Order => {
                let problem = "say where lines are: `each` names the array, `from` a collection; or \
                               say `document = \"line\"` in [order], where each document is a line";
                return Err(self.wrong(self.section("line"), problem));
            }
            Lines::Each(_) | Lines::Documents => None,
        };
        let lookups = file.lookups.iter();
        let lookups: BTreeMap<_, _> = lookups
            .map(|(name, link)| (name.clone(), self.link(link)))
            .collect();
        let product = self.product(file.product)?;
        let customer = self.customer(file.customer)?;
        let ship_to = self.location(file.ship_to, "ship_to")?;
        let ship_from = self.location(file.ship_from, "ship_from")?;
        let returns = file.r#return.into_iter().map(|it| self.returns(it));
        let returns = returns.collect::<Result<_, _>>()?;
        Ok(Model {
            zone: file
                .shop
                .time_zone
                .map_or(chrono_tz::Tz::UTC, |zone| zone.0),
            decimals: file
                .shop
                .decimals
                .unwrap_or_else(|| currency::decimals(&settings.currency)),
            settings,
            sources: self.sources,
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
            fingerprint: fingerprint(self.text),
        })
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
        if section.each.is_none() && section.from.is_none() && section.lookup.is_none() {
            let problem = "a return needs `each`, `from` or `lookup`: where it is recorded";
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

    fn check_lookups(&self, file: &File) -> Result<(), Error> {
        // Every field says its lookup as text; the file's own text has them all.
        for (offset, name) in lookup_names(self.text) {
            if !file.lookups.contains_key(name) {
                let known: Vec<&str> = file.lookups.keys().map(String::as_str).collect();
                let problem = if known.is_empty() {
                    format!("there is no lookup `{name}`: add a section [lookups.{name}]")
                } else {
                    format!(
                        "there is no lookup `{name}`; there are {}",
                        known.join(", ")
                    )
                };
                return Err(self.wrong(offset, problem));
            }
        }
        Ok(())
    }

    fn whence(
        &mut self,
        section: &str,
        from: Option<&Spanned<String>>,
        key: Option<&TextField>,
        id: Option<&OneOrMany<TextField>>,
        (filter, sort): (&super::filter::Filter, &Sort),
    ) -> Result<Option<Whence>, Error> {
        let offset = self.section(section);
        match (from, key, id) {
            (Some(from), Some(key), id) => {
                let path = match id.map(|id| id.0.as_slice()) {
                    None => Path::id(),
                    Some([id]) if id.plain_path().is_some() => {
                        id.plain_path().cloned().expect("just seen")
                    }
                    Some(_) => {
                        let problem =
                            "with `from`, `id` is one field of that collection's documents";
                        return Err(self.wrong(offset, problem));
                    }
                };
                let source = self.source(from);
                let link = Link {
                    join: self.join(source, path),
                    key: Path::id(),
                    filter: filter.clone(),
                    sort: sort.clone(),
                };
                Ok(Some(Whence::Collection {
                    link: Box::new(link),
                    key: key.clone(),
                }))
            }
            (Some(_), None, _) => {
                let problem = format!(
                    "`{section}.from` needs a `key`: where an order or a line names it, such as \
                     `key = \"userId\"`"
                );
                Err(self.wrong(offset, problem))
            }
            (None, Some(_), _) => {
                let problem =
                    format!("`{section}.key` needs `from`, the collection that it leads to");
                Err(self.wrong(offset, problem))
            }
            (None, None, Some(id)) => Ok(Some(Whence::Embedded(id.0.clone()))),
            (None, None, None) => Ok(None),
        }
    }

    fn needs_id<T>(&self, section: &str, whence: Option<T>) -> Result<T, Error> {
        whence.ok_or_else(|| {
            let problem = format!(
                "[{section}] needs an `id`, the field that tells one from another, or `from` and \
                 `key` where they have a collection of their own"
            );
            self.wrong(self.section(section), problem)
        })
    }

    fn product(
        &mut self,
        section: Option<ProductSection>,
    ) -> Result<Option<Party<ProductSection>>, Error> {
        let Some(section) = section else {
            return Ok(None);
        };
        let (from, key, id) = (
            section.from.as_ref(),
            section.key.as_ref(),
            section.id.as_ref(),
        );
        let which = (&section.r#where, &section.sort);
        let whence = self.whence("product", from, key, id, which)?;
        let whence = self.needs_id("product", whence)?;
        Ok(Some(Party { section, whence }))
    }

    fn customer(
        &mut self,
        section: Option<CustomerSection>,
    ) -> Result<Option<Party<CustomerSection>>, Error> {
        let Some(section) = section else {
            return Ok(None);
        };
        let (from, key, id) = (
            section.from.as_ref(),
            section.key.as_ref(),
            section.id.as_ref(),
        );
        let which = (&section.r#where, &section.sort);
        let whence = self.whence("customer", from, key, id, which)?;
        let whence = self.needs_id("customer", whence)?;
        Ok(Some(Party { section, whence }))
    }

    fn location(
        &mut self,
        section: Option<PlaceSection>,
        name: &str,
    ) -> Result<Option<Party<PlaceSection>>, Error> {
        let Some(section) = section else {
            return Ok(None);
        };
        let (from, key, id) = (
            section.from.as_ref(),
            section.key.as_ref(),
            section.id.as_ref(),
        );
        let which = (&section.r#where, &section.sort);
        let whence = match self.whence(name, from, key, id, which)? {
            Some(whence) => whence,
            None => Whence::Address(section.address()),
        };
        if matches!(&whence, Whence::Address(parts) if parts.is_empty()) {
            let problem = format!("[{name}] needs an `id`, or an address to tell a place by");
            return Err(self.wrong(self.section(name), problem));
        }
        Ok(Some(Party { section, whence }))
    }
}

/// Where the text names lookups: `lookup = "country"`.
fn lookup_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("lookup").filter_map(move |(at, word)| {
        let rest = text[at + word.len()..].trim_start().strip_prefix('=')?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let name = rest[1..].split(quote).next()?;
        Some((at, name))
    })
}

fn settings(shop: &sections::ShopSection) -> ShopSettings {
    let usual = ShopSettings::default();
    ShopSettings {
        name: shop.name.clone().unwrap_or(usual.name),
        currency: shop.currency.clone(),
        time_zone: shop
            .time_zone
            .map_or(usual.time_zone, |zone| zone.0.name().to_owned()),
        uncounted_statuses: shop
            .uncounted_statuses
            .clone()
            .unwrap_or(usual.uncounted_statuses),
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

impl TextField {
    fn of(path: Path) -> Self {
        Self {
            origin: Origin::Field(At { path, lookup: None }),
            default: None,
            null: Vec::new(),
            clean_up: Box::default(),
        }
    }

    /// The path, where it is found at one in the document at hand.
    fn plain_path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Field(At { path, lookup: None }) => Some(path),
            _ => None,
        }
    }
}
