//! What an import did, for its caller and for people.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use super::rejects::Reject;

/// What an import read, wrote, noticed and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the input, without its header and blank lines.
    pub rows: u64,
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
    /// How many orders have each status.
    pub statuses: BTreeMap<String, u64>,
    /// For each field on which the rows of one order, product, customer or
    /// location disagree, how many of these there are.
    pub conflicts: BTreeMap<&'static str, u64>,
    /// Orders that name no customer.
    pub orders_without_customer: u64,
    /// Lines that name no product.
    pub lines_without_product: u64,
    /// Lines whose quantity is positive and revenue negative, or the reverse.
    pub lines_of_opposite_signs: u64,
}

/// How many documents of a collection were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// All that were written.
    pub total: u64,
    /// Those that were not in the database before.
    pub new: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let imported = self.rows - self.rejected;
        writeln!(
            formatter,
            "read {} rows, imported {}",
            grouped(self.rows),
            grouped(imported)
        )?;
        for (name, written) in [
            ("orders", self.orders),
            ("customers", self.customers),
            ("products", self.products),
            ("locations", self.locations),
        ] {
            let (total, new) = (grouped(written.total), grouped(written.new));
            writeln!(formatter, "  {name:<10} {total:>11} ({new} new)")?;
        }
        write_counts(formatter, "orders by status", &self.statuses)?;
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

    fn write_notices(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notices = [
            ("orders without a customer", self.orders_without_customer),
            ("lines without a product", self.lines_without_product),
            (
                "lines whose quantity and revenue have opposite signs",
                self.lines_of_opposite_signs,
            ),
        ];
        for (notice, count) in notices.into_iter().filter(|(_, count)| *count > 0) {
            writeln!(formatter, "{notice}: {}", grouped(count))?;
        }
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
        write_counts(formatter, &title, &self.rejected_by_reason)
    }
}

fn write_counts<K: fmt::Display>(
    formatter: &mut fmt::Formatter<'_>,
    title: &str,
    counts: &BTreeMap<K, u64>,
) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(formatter, "{title}:")?;
    for (name, &count) in counts {
        writeln!(formatter, "  {name}: {}", grouped(count))?;
    }
    Ok(())
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
        let written = |total, new| Written { total, new };
        let report = Report {
            rows: 1_234_567,
            rejected: 2,
            rejected_by_reason: BTreeMap::from([("order.id: missing".into(), 2)]),
            rejects: Some("rejects.csv".into()),
            orders: written(500_000, 499_999),
            customers: written(10, 10),
            statuses: BTreeMap::from([("completed".into(), 500_000)]),
            conflicts: BTreeMap::from([("product.name", 32)]),
            orders_without_customer: 7,
            ..Report::default()
        };
        let summary = "\
read 1,234,567 rows, imported 1,234,565
  orders         500,000 (499,999 new)
  customers           10 (10 new)
  products             0 (0 new)
  locations            0 (0 new)
orders by status:
  completed: 500,000
orders without a customer: 7
fields on which the rows of one thing disagree, and for how many things:
  product.name: 32
rejected 2 rows, kept in `rejects.csv`:
  order.id: missing: 2
";
        assert_eq!(report.to_string(), summary);
    }
}
