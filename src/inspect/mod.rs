//! A first model of a shop that nobody has described yet.
//!
//! A [`Sample`] of its documents goes in, a model with the reasons for each of its lines
//! comes out: what fields are called in four languages, of which types and ranges their
//! values are, how many are keys of another collection, whether quantity × price is the
//! total. What documents cannot tell is asked of a person, beside the line. Everything
//! here is pure; who reads the documents is the [bridge](crate::bridge).
//!
//! | module | is |
//! |---|---|
//! | `sample` | documents of each collection |
//! | `table`, `profile` | documents as rows and columns, and what a column's values are |
//! | `names`, `vocabulary`, `pick` | what fields are called, and which fit a meaning |
//! | `keys` | which fields lead to another collection |
//! | `layout` | where orders are, and their lines |
//! | `pricing`, `ledger` | what a line's amounts are |
//! | `inquiry` | all of that, while sections are written |
//! | `order`, `amounts`, `status`, `line`, `party`, `place`, `returns` | the sections |
//! | `draft` | the model as it is written |

mod amounts;
mod draft;
mod inquiry;
mod keys;
mod layout;
mod ledger;
mod line;
mod names;
mod order;
mod party;
mod pick;
mod place;
mod pricing;
mod profile;
mod returns;
mod sample;
mod status;
mod table;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use sample::{Sample, Sampled};

use draft::{Draft, Section};
use inquiry::Inquiry;
use keys::Shop;
use layout::Layout;

use crate::values::currency::{decimals, is_code};

/// Nothing in the sample looks like orders.
#[derive(Debug, thiserror::Error)]
#[error(
    "no collection looks like one of orders: documents with a date, and with lines that have a \
     quantity and a price, in an array or in a collection of their own. Begin with an example \
     of docs/model.md. There are {there}"
)]
pub struct NoOrders {
    /// The names of the collections.
    there: String,
}

/// Writes a first model of the shop that a sample is of.
///
/// # Errors
/// When nothing looks like orders.
pub fn first_model(sample: &Sample) -> Result<String, NoOrders> {
    let shop = Shop::of(sample);
    let layout = Layout::of(&shop).ok_or_else(|| NoOrders {
        there: there(sample),
    })?;
    let mut inquiry = Inquiry::new(&shop, layout);
    let shop_section = shop_section(&mut inquiry);
    let order = order::section(&mut inquiry);
    let line = line::section(&mut inquiry);
    let product = party::product(&mut inquiry);
    let customer = party::customer(&mut inquiry);
    let ship_to = place::section(&mut inquiry);
    let returned = returns::section(&mut inquiry);
    let mut sections = vec![shop_section];
    sections.append(&mut inquiry.lookups);
    sections.extend([order, line, product, customer, ship_to]);
    sections.extend(returned);
    let mut draft = Draft {
        notes: Vec::new(),
        sections,
    };
    draft.notes = notes(&inquiry, draft.asked());
    if sample.left_out > 0 {
        draft.notes.push(format!(
            "Not looked at: the last {} collections by their names.",
            sample.left_out
        ));
    }
    Ok(draft.to_string())
}

fn there(sample: &Sample) -> String {
    let names: Vec<&str> = sample
        .collections
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

fn notes(inquiry: &Inquiry, asked: usize) -> Vec<String> {
    let looked_at = inquiry.shop.collections.iter();
    let documents: usize = looked_at.clone().map(|it| it.sampled.documents.len()).sum();
    let mut notes = vec![format!(
        "A first model, made of {documents} documents of {} collections. Complete the {asked} \
             lines marked TO COMPLETE, then try it with `salesgraph check --model`; every key is \
             explained in docs/model.md.",
        looked_at.len()
    )];
    if !inquiry.missing.is_empty() {
        notes.push(format!("Not found: {}.", inquiry.missing.join("; ")));
    }
    notes
}

/// `[shop]`: what no order tells.
fn shop_section(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[shop]");
    let currency = currency(inquiry);
    match &currency {
        Some((code, why)) => section.say("currency", code.as_str(), why.as_str()),
        None => section.ask(
            "currency",
            "USD",
            "no document tells the currency of amounts",
        ),
    }
    let code = currency.map_or_else(|| "USD".to_owned(), |(code, _)| code);
    units(inquiry, &code, &mut section);
    section.ask(
        "time_zone",
        "UTC",
        "whose days does the shop count in? Write such as \"Europe/Paris\"",
    );
    if let Some((uncounted, what)) = status::uncounted(inquiry) {
        section.ask("uncounted_statuses", uncounted, what);
    }
    section
}

/// The shop's currency: what orders say, and what else a document says of it.
fn currency(inquiry: &Inquiry) -> Option<(String, String)> {
    let own = pick::picks(inquiry.orders(), vocabulary::CURRENCY, |it| {
        it.profile.distinct.len() == 1
    });
    let said = amounts::currency_field(inquiry.orders());
    let in_lines = amounts::currency_field(inquiry.lines());
    let mut fields = own.into_iter().chain(said).chain(in_lines);
    let found = fields.find_map(|it| {
        let (code, _) = it.column.profile.by_frequency()[0];
        let why = format!("`{}` has {}", it.path, it.column.profile.shown());
        is_code(code).then(|| (code.to_owned(), why))
    });
    found.or_else(|| {
        let others = inquiry.shop.collections.iter();
        others.clone().find_map(|it| {
            let field = amounts::currency_field(&it.tables[0])?;
            let (code, _) = field.column.profile.by_frequency()[0];
            let why = format!(
                "`{}` in `{}` has {}",
                field.path,
                it.name,
                field.column.profile.shown()
            );
            Some((code.to_owned(), why))
        })
    })
}

/// Whether amounts are cents, and of how many decimals they are.
fn units(inquiry: &mut Inquiry, code: &str, section: &mut Section) {
    let first = inquiry.pricing.amounts.first();
    let rows = inquiry.line_ledger().filter(|_| first.is_none());
    let rows = rows.map(|it| it.amounts(&it.kinds(vocabulary::ROW_ITEM)));
    let field = first.map(|(_, pick, _)| &pick.column.profile);
    let Some(profile) = field.or(rows.as_ref()) else {
        return;
    };
    let is_of_lines = first.is_some_and(|(key, ..)| *key != "unit_price");
    let decimals = decimals(code);
    if decimals > 0 && profile.may_be_minor_units() {
        inquiry.divide_by = Some(10_i64.pow(decimals));
        return;
    }
    let is_converted = amounts::currency_field(inquiry.orders())
        .is_some_and(|it| it.column.profile.distinct.len() > 1);
    if !is_converted && is_of_lines && profile.fine * 10 >= profile.filled {
        let what = format!(
            "{} of {} amounts have more decimals than {code}: are they to be kept?",
            profile.fine, profile.filled
        );
        section.ask("decimals", 4, what);
    }
}
