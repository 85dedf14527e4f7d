//! Dimensions, measures and KPIs that random shops have of their own.

use salesgraph::kpi::{
    Aggregate, Holder, Level, Measurable, OwnDimension, OwnKpi, OwnMeasure, Percent, Vocabulary,
    Words,
};

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

/// Measures that some shops have of their own.
const OWN_MEASURES: [(&str, Level, Aggregate, &str); 8] = [
    ("fees", Level::Order, Aggregate::Sum, "money"),
    ("weight", Level::Line, Aggregate::Sum, "kg"),
    ("lightest", Level::Line, Aggregate::Minimum, "kg"),
    ("dearestLine", Level::Line, Aggregate::Maximum, "money"),
    ("firstStar", Level::Order, Aggregate::Minimum, "stars"),
    ("longestWait", Level::Order, Aggregate::Maximum, "days"),
    ("weighed", Level::Line, Aggregate::Count, ""),
    ("rated", Level::Order, Aggregate::Count, ""),
];

/// Numbers whose percentiles some shops want.
const OWN_PERCENTILES: [(&str, Level, i64); 3] = [
    ("medianWeight", Level::Line, 50),
    ("highFees", Level::Order, 90),
    ("lowWait", Level::Order, 5),
];

/// Dimensions whose values some shops count.
const OWN_DISTINCT: [(&str, &str); 4] = [
    ("products", "product"),
    ("categories", "category"),
    ("buyers", "customer"),
    ("cities", "city"),
];

/// KPIs over those.
const OF_MEASURES: [(&str, &str); 6] = [
    (
        "expressCities",
        "cities where shipMode = 'Express' / cities",
    ),
    ("weightOfLine", "weight / weighed"),
    ("expressMedian", "medianWeight where shipMode = 'Express'"),
    ("southWait", "daysToSecondOrder where country = 'South'"),
    ("salesAfterFees", "totalSales - coalesce(fees, 0)"),
    (
        "expressWeight",
        "(weight - lightest) where shipMode = 'Express' and category != 'N'",
    ),
];

fn own_measures() -> Vec<OwnMeasure> {
    let measure = |(name, level, aggregate, unit): &(&str, Level, Aggregate, &str)| OwnMeasure {
        name: (*name).into(),
        description: "One of the shop's own.".into(),
        of: Measurable::Numbers {
            level: *level,
            aggregate: *aggregate,
        },
        unit: (!unit.is_empty()).then(|| (*unit).into()),
    };
    let percentile = |(name, level, percent): &(&str, Level, i64)| OwnMeasure {
        name: (*name).into(),
        description: "One of the shop's own.".into(),
        of: Measurable::Percentile {
            level: *level,
            percent: Percent::new((*percent).into()).unwrap(),
        },
        unit: Some("kg".into()),
    };
    let distinct = |(name, dimension): &(&str, &str)| OwnMeasure {
        name: (*name).into(),
        description: "One of the shop's own.".into(),
        of: Measurable::Distinct((*dimension).into()),
        unit: Some((*name).into()),
    };
    let numbers = OWN_MEASURES.iter().map(measure);
    let percentiles = OWN_PERCENTILES.iter().map(percentile);
    let distinct = OWN_DISTINCT.iter().map(distinct);
    numbers.chain(percentiles).chain(distinct).collect()
}

fn own_kpis(formulas: &[(&str, &str)]) -> Vec<OwnKpi> {
    let kpi = |(name, formula): &(&str, &str)| OwnKpi {
        name: (*name).into(),
        description: "One of the shop's own.".into(),
        formula: (*formula).into(),
    };
    formulas.iter().map(kpi).collect()
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
    let mut words = Words {
        dimensions: own.collect(),
        ..Words::default()
    };
    if dice.percent(60) {
        words.kpis.extend(own_kpis(&OWN_KPIS));
    }
    if dice.percent(60) {
        words.measures = own_measures();
        words.kpis.extend(own_kpis(&OF_MEASURES));
    }
    Vocabulary::with(words).unwrap()
}

/// What a shop can be asked about that has KPIs of its own, and no dimensions.
pub fn of_kpis_alone() -> &'static Vocabulary {
    let kpis = own_kpis(&OWN_KPIS);
    Vocabulary::with(Words {
        kpis,
        ..Words::default()
    })
    .unwrap()
}
