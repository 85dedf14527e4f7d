//! What an import did, for its caller and for people.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use super::{rejects::Reject, text::visible};

/// What an import read, wrote, noticed and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the input, without its header and blank rows.
    pub rows: u64,
    /// Rows that the mapping leaves out.
    pub left_out: u64,
    /// Rows that hold nothing but delimiters; they do not count as rows.
    pub blank_rows: u64,
    /// Rows with fewer cells than columns, or with blank ones too many.
    pub uneven_rows: u64,
    /// How the file had to be read where it is not as the mapping says, in sentences.
    pub read_as: Vec<String>,
    /// Rows that could not be used; each stands in the rejects file.
    pub rejected: u64,
    /// The rejected rows by reason.
    pub rejected_by_reason: BTreeMap<String, u64>,
    /// Where the rejected rows are, if there are any.
    pub rejects: Option<PathBuf>,
    /// Orders.
    pub orders: Written,
    /// Customers.
    pub customers: Written,
    /// Products.
    pub products: Written,
    /// Places shipped to or from, and customers' homes.
    pub locations: Written,
    /// Whether the shop that was in the database is gone.
    pub replaced: bool,
    /// Settings of the shop that the mapping changed, in sentences.
    pub changed_settings: Vec<String>,
    /// How many orders have each status.
    pub statuses: BTreeMap<String, u64>,
    /// For each field on which the rows of one order, product, customer or
    /// location disagree, which these are.
    pub conflicts: BTreeMap<&'static str, Named>,
    /// For each of these keys, ids that differ from another one's in case only.
    pub case_twins: BTreeMap<&'static str, Named>,
    /// Orders that name no customer.
    pub orders_without_customer: u64,
    /// For each place that the mapping knows, orders that name none.
    pub orders_without_place: BTreeMap<&'static str, u64>,
    /// For each key of several parts, rows where some of them are blank: there
    /// the key is missing as a whole.
    pub incomplete_keys: BTreeMap<&'static str, u64>,
    /// Lines that name no product.
    pub lines_without_product: u64,
    /// Lines whose quantity is positive and revenue negative, or the reverse.
    pub lines_of_opposite_signs: u64,
    /// Orders of which only the day of shipping is known, and that is the day
    /// of the order: they count as shipped at once.
    pub shipped_on_the_day: u64,
    /// Orders that were shipped before they were ordered.
    pub shipped_before_ordered: Named,
    /// Orders whose discount or refund is more than their lines are worth.
    pub exceeding_totals: Named,
}

/// Things that are counted, of which the first few are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// How many there are.
    pub count: u64,
    /// The ids of the first few.
    pub first: Vec<String>,
}

/// How many are named.
const NAMED: usize = 3;

impl Named {
    pub(super) fn add(&mut self, id: &str) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(id.into());
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self
            .first
            .iter()
            .map(|id| format!("`{}`", visible(id)))
            .collect();
        let more = if self.count > NAMED as u64 {
            ", …"
        } else {
            ""
        };
        write!(
            formatter,
            "{} ({}{more})",
            grouped(self.count),
            names.join(", ")
        )
    }
}

/// How many documents of a collection were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// All that were written.
    pub total: u64,
    /// Those that were not in the database before.
    pub new: u64,
    /// Those that are in the database and not in the file.
    pub not_in_file: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_rows(formatter)?;
        for (name, written) in [
            ("orders", self.orders),
            ("customers", self.customers),
            ("products", self.products),
            ("locations", self.locations),
        ] {
            let (total, new) = (grouped(written.total), grouped(written.new));
            write!(formatter, "  {name:<10} {total:>11} ({new} new)")?;
            if written.not_in_file > 0 {
                let others = grouped(written.not_in_file);
                write!(
                    formatter,
                    "; in the database and not in this file: {others}"
                )?;
            }
            writeln!(formatter)?;
        }
        if self.replaced {
            writeln!(formatter, "the shop that was in the database is replaced")?;
        }
        for change in &self.changed_settings {
            writeln!(formatter, "{change}")?;
        }
        write_counts(
            formatter,
            "orders by status",
            &grouped_counts(&self.statuses),
        )?;
        self.write_notices(formatter)?;
        self.write_rejects(formatter)
    }
}

impl Report {
    pub(super) fn reject(&mut self, reject: &Reject, kept_in: &Path) {
        self.rejected += 1;
        *self.rejected_by_reason.entry(reject.kind()).or_default() += 1;
        self.rejects.get_or_insert_with(|| kept_in.into());
    }

    fn write_rows(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for sentence in &self.read_as {
            writeln!(formatter, "{sentence}")?;
        }
        let imported = self.rows - self.rejected - self.left_out;
        write!(formatter, "read {} rows", grouped(self.rows))?;
        if self.left_out > 0 {
            write!(formatter, ", left out {}", grouped(self.left_out))?;
        }
        writeln!(formatter, ", imported {}", grouped(imported))
    }

    fn write_notices(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notices = [
            ("blank rows", self.blank_rows),
            (
                "rows with fewer cells than columns, or blank ones too many",
                self.uneven_rows,
            ),
            ("orders without a customer", self.orders_without_customer),
            ("lines without a product", self.lines_without_product),
            (
                "lines whose quantity and revenue have opposite signs",
                self.lines_of_opposite_signs,
            ),
            (
                "orders shipped on their day, at no time that is told: they count as shipped at once",
                self.shipped_on_the_day,
            ),
        ];
        for (notice, count) in notices.into_iter().filter(|(_, count)| *count > 0) {
            writeln!(formatter, "{notice}: {}", grouped(count))?;
        }
        for (place, count) in &self.orders_without_place {
            writeln!(formatter, "orders without a {place}: {}", grouped(*count))?;
        }
        for (key, count) in &self.incomplete_keys {
            let count = grouped(*count);
            writeln!(
                formatter,
                "rows where a part of {key} is blank, so that they have none: {count}"
            )?;
        }
        let named = [
            (
                "orders shipped before they were ordered",
                &self.shipped_before_ordered,
            ),
            (
                "orders whose discount or refund is more than their lines are worth, which is all that was taken",
                &self.exceeding_totals,
            ),
        ];
        for (notice, named) in named.into_iter().filter(|(_, named)| named.count > 0) {
            writeln!(formatter, "{notice}: {named}")?;
        }
        write_counts(
            formatter,
            "ids that differ from another in case only, which `lower = true` would make one",
            &self.case_twins,
        )?;
        write_counts(
            formatter,
            "fields on which the rows of one thing disagree, and for how many things",
            &self.conflicts,
        )
    }

    fn write_rejects(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(path) = &self.rejects else {
            return Ok(());
        };
        let title = format!(
            "rejected {} rows, kept in `{}`",
            grouped(self.rejected),
            path.display()
        );
        write_counts(formatter, &title, &grouped_counts(&self.rejected_by_reason))
    }
}

fn write_counts<K: fmt::Display, C: fmt::Display>(
    formatter: &mut fmt::Formatter<'_>,
    title: &str,
    counts: &BTreeMap<K, C>,
) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(formatter, "{title}:")?;
    for (name, count) in counts {
        writeln!(formatter, "  {name}: {count}")?;
    }
    Ok(())
}

fn grouped_counts(counts: &BTreeMap<String, u64>) -> BTreeMap<std::borrow::Cow<'_, str>, String> {
    let counts = counts.iter();
    counts
        .map(|(name, count)| (visible(name), grouped(*count)))
        .collect()
}

/// 1234567 as 1,234,567.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_summary() {
        let written = |total, new, not_in_file| Written {
            total,
            new,
            not_in_file,
        };
        let names = ["P-1", "P-2", "P-3"].map(String::from).to_vec();
        let report = Report {
            rows: 1_234_567,
            left_out: 5,
            rejected: 2,
            rejected_by_reason: BTreeMap::from([("order.id: missing".into(), 2)]),
            rejects: Some("rejects.csv".into()),
            orders: written(500_000, 499_999, 1_200),
            customers: written(10, 10, 0),
            statuses: BTreeMap::from([("completed".into(), 500_000)]),
            conflicts: BTreeMap::from([(
                "product.name",
                Named {
                    count: 32,
                    first: names,
                },
            )]),
            orders_without_customer: 7,
            ..Report::default()
        };
        let summary = "\
read 1,234,567 rows, left out 5, imported 1,234,560
  orders         500,000 (499,999 new); in the database and not in this file: 1,200
  customers           10 (10 new)
  products             0 (0 new)
  locations            0 (0 new)
orders by status:
  completed: 500,000
orders without a customer: 7
fields on which the rows of one thing disagree, and for how many things:
  product.name: 32 (`P-1`, `P-2`, `P-3`, …)
rejected 2 rows, kept in `rejects.csv`:
  order.id: missing: 2
";
        assert_eq!(report.to_string(), summary);
    }
}
