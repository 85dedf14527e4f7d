//! Amounts that stand in rows of a calculation: `[{ category: "TAX", amount: 172 }, …]`.

use toml::Value;

use super::{
    draft::table,
    keys::Collection,
    names::says,
    pick::{Pick, is_amount, pick},
    profile::Profile,
    vocabulary::{ROW_AMOUNT, ROW_DISCOUNT, ROW_ITEM, ROW_KIND, ROW_SHIPPING, ROW_TAX},
};

use crate::model::text;

/// Kinds of rows are few.
const MOST_KINDS: usize = 20;

/// An array of rows, each with a kind and an amount.
#[derive(Clone, Copy, Debug)]
pub struct Ledger<'t> {
    array: &'t str,
    kind: Pick<'t>,
    amount: Pick<'t>,
}

impl<'t> Ledger<'t> {
    /// The rows within the documents of a table.
    pub fn within(collection: &'t Collection<'t>, number: usize) -> Option<Self> {
        let inner = collection.tables.iter();
        let mut inner = inner.filter(|it| it.around == Some(number));
        inner.find_map(|it| {
            let kind = pick(it, ROW_KIND, |column| {
                column.profile.is_text() && column.profile.distinct.len() <= MOST_KINDS
            })?;
            let amount = pick(it, ROW_AMOUNT, is_amount)?;
            let ledger = Self {
                array: it.each.last()?,
                kind,
                amount,
            };
            let kinds = [ROW_ITEM, ROW_TAX, ROW_SHIPPING, ROW_DISCOUNT];
            let known = kinds.into_iter().filter(|it| !ledger.kinds(it).is_empty());
            (known.count() >= 2).then_some(ledger)
        })
    }

    /// The kinds that begin with one of these words.
    pub fn kinds(&self, beginnings: &str) -> Vec<&'t str> {
        let kinds = self.kind.column.profile.distinct.keys();
        let kinds = kinds.map(String::as_str);
        kinds.filter(|it| says(it, beginnings)).collect()
    }

    /// The sum over the rows of these kinds, as a model says it.
    pub fn sum(&self, kinds: &[&str], divide_by: Option<i64>) -> Value {
        let wanted = match kinds {
            [one] => Value::from(*one),
            several => {
                let several: Vec<Value> = several.iter().map(|it| Value::from(*it)).collect();
                table([("$in", several.into())])
            }
        };
        let mut sum = vec![
            ("sum", self.array.into()),
            ("where", table([(self.kind.path, wanted)])),
            ("path", self.amount.path.into()),
        ];
        sum.extend(divide_by.map(|by| ("divide_by", Value::Integer(by))));
        let sum = sum.into_iter().map(|(key, value)| (key.to_owned(), value));
        Value::Table(sum.collect())
    }

    /// The amounts of the rows of these kinds.
    pub fn amounts(&self, kinds: &[&str]) -> Profile {
        let rows = self
            .kind
            .column
            .values
            .iter()
            .zip(&self.amount.column.values);
        let meant = rows.filter(|(kind, _)| {
            let kind = kind.and_then(text);
            kind.is_some_and(|kind| kinds.contains(&kind.as_str()))
        });
        Profile::of(meant.map(|(_, amount)| *amount))
    }

    /// What is said of a sum.
    pub fn why(&self, kinds: &[&str]) -> String {
        format!(
            "rows of `{}` whose `{}` is {}",
            self.array,
            self.kind.path,
            kinds.join(" or ")
        )
    }
}
