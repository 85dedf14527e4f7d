//! Dimensions and KPIs that random shops have of their own.

use salesgraph::kpi::{Holder, OwnDimension, OwnKpi, Vocabulary};

use super::dice::Dice;

/// Some dimensions that a shop may have of its own; one takes the place of one that every
/// shop has.
const OWN: [(&str, Holder); 8] = [
    ("channel", Holder::Order),
    ("till", Holder::Order),
    ("gift", Holder::Line),
    ("quantity", Holder::Line),
    ("brand", Holder::Product),
    ("tier", Holder::Customer),
    ("climate", Holder::ShipTo),
    ("category", Holder::Line),
];

/// KPIs that some shops have of their own: sums, quotients and distinct counts, under
/// conditions and not.
const OWN_KPIS: [(&str, &str); 8] = [
    ("customerValue", "totalSales / customerCount"),
    ("expressSales", "totalSales where shipMode = 'Express'"),
    ("expressShare", "expressSales / totalSales"),
    (
        "northMargin",
        "profitMargin where country in ('North', '$status')",
    ),
    (
        "otherCustomers",
        "customerCount where category != 'N' and segment != ''",
    ),
    ("afterFees", "totalSales * 0.97 - coalesce(totalProfit, 0)"),
    ("freshRetention", "retentionRate where status = 'completed'"),
    (
        "restOfOrders",
        "orderCount - orderCount where shipMode not in ('Standard')",
    ),
];

fn own_kpis() -> Vec<OwnKpi> {
    let kpi = |(name, formula): &(&str, &str)| OwnKpi {
        name: (*name).into(),
        description: "One of the shop's own.".into(),
        formula: (*formula).into(),
    };
    OWN_KPIS.iter().map(kpi).collect()
}

fn kpis(dice: &mut Dice) -> Vec<OwnKpi> {
    if dice.percent(60) {
        own_kpis()
    } else {
        Vec::new()
    }
}

/// What some shop can be asked about.
pub fn vocabulary(dice: &mut Dice) -> &'static Vocabulary {
    let many = *dice.pick(&[0, 1, 2, 4, 6]);
    let own = dice.some(&OWN, many).into_iter();
    let own = own.map(|(name, holder)| OwnDimension {
        name: name.into(),
        description: "One of the shop's own.".into(),
        holder,
    });
    Vocabulary::with(own.collect(), &kpis(dice)).unwrap()
}

/// What a shop can be asked about that has KPIs of its own, and no dimensions.
pub fn of_kpis_alone() -> &'static Vocabulary {
    Vocabulary::with(Vec::new(), &own_kpis()).unwrap()
}
