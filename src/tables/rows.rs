//! Tables of rows, such as orders and their lines: what a URL asks of one, and what gives them.
//!
//! What reads them is not known here. It is given to [`Tables`](super::Tables) where a build
//! has it.

use std::fmt;

use chrono_tz::Tz;
use futures::{future::BoxFuture, stream::BoxStream};

use super::{
    form::{Cell, Column},
    parameters::{FILTER, NOT, limit, list, zone},
    period::Period,
};
use crate::{
    asking::Refused,
    auth::{Identity, Scope},
};

/// What gives tables of rows.
pub trait RowTables: fmt::Debug + Send + Sync {
    /// The tables that there are, with the columns that may be seen; those of which none may be
    /// are left out.
    fn described(&self, scope: &Scope) -> Vec<Described>;

    /// The rows of a table for who asks; `None` where there is no such table.
    fn open<'a>(
        &'a self,
        table: &'a str,
        asked: AskedRows,
        identity: Option<Identity>,
    ) -> BoxFuture<'a, Result<Option<Sheet>, Refused>>;
}

/// What a table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// A sentence that says what a row is.
    pub description: &'static str,
    /// Its columns, and a sentence on each.
    pub columns: Vec<(String, String)>,
}

/// Columns, and rows as they are read.
pub struct Sheet {
    /// What each row has a cell for.
    pub columns: Vec<Column>,
    /// The rows, some at a time.
    pub rows: BoxStream<'static, Result<Vec<Vec<Cell>>, Refused>>,
}

/// What a URL asks of a table of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedRows {
    /// The columns by name; all that may be seen where there are none.
    pub columns: Vec<String>,
    /// What must hold, all of it.
    pub conditions: Vec<Condition>,
    /// The days that rows are of, where that is asked for.
    pub period: Option<Period>,
    /// The zone that days are of and times are shown in.
    pub zone: Option<Tz>,
    /// What rows are sorted by: columns, and whether descending.
    pub order_by: Vec<(String, bool)>,
    /// The most rows.
    pub limit: Option<usize>,
}

/// What must hold of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub column: String,
    /// How it is compared.
    pub test: Test,
    /// What with: any of these. An empty text stands for a value that is missing.
    pub values: Vec<String>,
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is one of the values.
    Is,
    /// It is none of them.
    IsNot,
    /// It is less.
    Less,
    /// It is less or the same.
    AtMost,
    /// It is more.
    More,
    /// It is more or the same.
    AtLeast,
}

impl AskedRows {
    /// What the parameters of a URL say.
    ///
    /// # Errors
    /// When one says what cannot be, or is given twice.
    pub fn of(pairs: &[(String, String)]) -> Result<Self, Refused> {
        let mut asked = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in pairs {
            let names = || list(Some(value)).map(str::to_owned);
            match name.as_str() {
                "columns" => asked.columns = names().collect(),
                "period" => asked.period = Some(Period::parse(value)?),
                "timeZone" => asked.zone = Some(zone(value)?),
                "orderBy" => asked.order_by = names().map(|it| directed(&it)).collect(),
                "limit" => asked.limit = Some(limit(value)?),
                _ => {
                    asked.add(condition(name, value)?);
                    continue;
                }
            }
            if seen.contains(&name.as_str()) {
                return Err(Refused::input(format!("`{name}` is given twice")));
            }
            seen.push(name);
        }
        Ok(asked)
    }

    /// Values of one column that are told apart by `=` are taken together.
    fn add(&mut self, condition: Condition) {
        let is_list = matches!(condition.test, Test::Is | Test::IsNot);
        let before = self
            .conditions
            .iter_mut()
            .find(|it| is_list && it.test == condition.test && it.column == condition.column);
        match before {
            Some(before) => before.values.extend(condition.values),
            None => self.conditions.push(condition),
        }
    }
}

fn directed(name: &str) -> (String, bool) {
    match name.strip_prefix('-') {
        Some(name) => (name.to_owned(), true),
        None => (name.to_owned(), false),
    }
}

/// What may stand in front of a column that is compared, in letters that need no escapes in a
/// URL.
const ORDERED: [(&str, Test); 4] = [
    ("min.", Test::AtLeast),
    ("max.", Test::AtMost),
    ("above.", Test::More),
    ("below.", Test::Less),
];

/// `column=value`, `column!=value`, `min.column=value` and their like.
fn condition(name: &str, value: &str) -> Result<Condition, Refused> {
    let ordered = ORDERED
        .iter()
        .find_map(|(prefix, test)| Some((name.strip_prefix(prefix)?, *test)));
    if let Some((column, _)) = ordered.filter(|_| value.is_empty()) {
        let message = format!("say what `{column}` is compared with, as in {name}=10");
        return Err(Refused::input(message));
    }
    let (column, test) = ordered.unwrap_or_else(|| {
        let name = name.strip_prefix(FILTER).unwrap_or(name);
        match name.strip_suffix(NOT) {
            Some(column) => (column, Test::IsNot),
            None => (name, Test::Is),
        }
    });
    Ok(Condition {
        column: column.to_owned(),
        test,
        values: vec![value.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &[(&str, &str)]) -> Result<AskedRows, String> {
        let pairs = query
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        AskedRows::of(&pairs.collect::<Vec<_>>()).map_err(|it| it.message)
    }

    fn condition(column: &str, test: Test, values: &[&str]) -> Condition {
        Condition {
            column: column.into(),
            test,
            values: values.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[test]
    fn comparisons_are_told_by_what_stands_around_the_column() {
        let all = asked(&[
            ("region", "West"),
            ("min.revenue", "10"),
            ("region", "East"),
            ("status!", "draft"),
            ("below.quantity", "5"),
            ("max.ordered_at", "2025-01-01"),
            ("above.discount", "0.2"),
            ("customer_id", ""),
            ("filter.limit", "x"),
        ]);
        assert_eq!(
            all.unwrap().conditions,
            [
                condition("region", Test::Is, &["West", "East"]),
                condition("revenue", Test::AtLeast, &["10"]),
                condition("status", Test::IsNot, &["draft"]),
                condition("quantity", Test::Less, &["5"]),
                condition("ordered_at", Test::AtMost, &["2025-01-01"]),
                condition("discount", Test::More, &["0.2"]),
                condition("customer_id", Test::Is, &[""]),
                condition("limit", Test::Is, &["x"]),
            ]
        );
    }

    #[test]
    fn the_rest_says_which_columns_of_which_rows_in_which_order() {
        let all = asked(&[
            ("columns", "order_id, revenue"),
            ("orderBy", "-revenue,order_id"),
            ("limit", "10"),
            ("period", "2025-03"),
            ("timeZone", "Europe/Paris"),
        ])
        .unwrap();
        assert_eq!(all.columns, ["order_id", "revenue"]);
        let order = [("revenue".to_owned(), true), ("order_id".to_owned(), false)];
        assert_eq!(all.order_by, order);
        assert_eq!(all.limit, Some(10));
        assert_eq!(all.period, Period::parse("2025-03").ok());
        assert_eq!(all.zone, Some(chrono_tz::Europe::Paris));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for (query, reason) in [
            (&[("min.revenue", "")][..], "compared with"),
            (&[("limit", "0")], "`limit` is a number of rows"),
            (&[("limit", "1"), ("limit", "2")], "`limit` is given twice"),
            (&[("timeZone", "Mars")], "IANA name"),
            (&[("period", "soon")], "no period"),
        ] {
            let refused = asked(query).unwrap_err();
            assert!(refused.contains(reason), "{query:?}: {refused}");
        }
    }
}
