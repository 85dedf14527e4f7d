//! Random questions of what is bought together, and of who buys.

use super::{super::text::Text, Asker, DEPTH};

impl Asker<'_> {
    /// Products by the orders that they are on with others.
    pub(super) fn pairs(&mut self, field: &str, mut arguments: Vec<Text>) -> Text {
        arguments.push(Text::leaf(format!(
            "first: {}",
            self.dice.pick(&[1, 3, 1000])
        )));
        if self.dice.percent(70) {
            let order = *self.dice.pick(&["ORDERS", "LIFT", "CONFIDENCE"]);
            arguments.push(Text::leaf(format!("orderBy: {order}")));
        }
        if self.dice.percent(40) {
            arguments.push(Text::leaf(format!(
                "minOrders: {}",
                self.dice.between(1, 4)
            )));
        }
        let selected = [
            "totalCount orderCount",
            "pairs { product { value label } otherProduct { value } orderCount support confidence confidenceOfOther lift }",
        ];
        Text::field(
            self.alias(field),
            arguments,
            selected.map(Text::leaf).to_vec(),
        )
    }

    /// Customers by how recently, how often and for how much they bought.
    pub(super) fn rfm(&mut self, depth: usize) -> Text {
        let mut group = ["group customerCount share averageDaysSinceLastOrder"]
            .map(Text::leaf)
            .to_vec();
        // Each group is a pass of its own, so only of few scopes.
        if depth == 1 && self.dice.percent(60) {
            let mut kpis = self.kpi_fields();
            if self.dice.percent(20) {
                kpis.push(self.breakdown(DEPTH));
            }
            group.push(Text::field("kpis", vec![], kpis));
        }
        let cells = "asOf customerCount cells { recency frequencyMonetary group customerCount }";
        let selected = vec![Text::leaf(cells), Text::field("groups", vec![], group)];
        Text::field(self.alias("rfm"), vec![], selected)
    }
}
