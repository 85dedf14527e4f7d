//! Random queries over everything that the engines count.

use salesgraph::kpi::Dimension;

use super::{dice::Dice, filters, text::Text, world::World};

mod baskets;

const CYCLES: [&str; 4] = [
    "MONTH_OF_YEAR",
    "ISO_WEEKDAY",
    "HOUR_OF_DAY",
    "WEEKDAY_HOUR",
];
/// Each with the days that it may take: more would be hundreds of buckets.
const GRAINS: [(&str, u64); 6] = [
    ("HOUR", 12),
    ("DAY", 60),
    ("WEEK", 500),
    ("MONTH", 9999),
    ("QUARTER", 9999),
    ("YEAR", 9999),
];

/// How deep `Kpis` may stand within each other.
const DEPTH: usize = 3;

/// Makes one query.
pub struct Asker<'a> {
    world: &'a World,
    dice: &'a mut Dice,
    /// Fields of one name need different aliases.
    aliases: usize,
}

pub fn query(world: &World, dice: &mut Dice) -> Text {
    let mut asker = Asker {
        world,
        dice,
        aliases: 0,
    };
    let many = *asker.dice.pick(&[1, 1, 1, 2, 3]);
    let roots = (0..many).map(|_| asker.root()).collect();
    Text::object(roots)
}

impl Asker<'_> {
    fn root(&mut self) -> Text {
        match self.dice.below(10) {
            0 => self.nodes("customers"),
            1 => self.nodes("products"),
            2 => self.nodes("locations"),
            _ => {
                let filter = self.filter("filter");
                let kpis = self.kpis(0);
                Text::field(self.alias("kpis"), filter, kpis)
            }
        }
    }

    fn filter(&mut self, name: &str) -> Vec<Text> {
        filters::argument(name, self.world, self.dice)
    }

    fn alias(&mut self, field: &str) -> String {
        self.aliases += 1;
        format!("a{}: {field}", self.aliases)
    }

    /// A page of nodes with their KPIs.
    fn nodes(&mut self, collection: &str) -> Text {
        let mut arguments = vec![Text::leaf(format!("first: {}", self.dice.between(1, 8)))];
        if self.dice.percent(60) {
            let mut sort = vec![Text::leaf(format!("kpi: {}", self.kpi_name()))];
            sort.extend(self.filter("over"));
            sort.push(Text::leaf(format!("direction: {}", self.direction())));
            arguments.push(Text::input("sort", Text::object(sort)));
        }
        let mut node = vec![Text::leaf("code")];
        let filter = self.filter("filter");
        let kpis = self.kpis(1);
        node.push(Text::field(self.alias("kpis"), filter, kpis));
        if self.dice.percent(30) {
            let filter = self.filter("filter");
            let kpis = self.kpi_fields();
            node.push(Text::field(self.alias("rounded"), filter, kpis));
        }
        if self.dice.percent(40) {
            node.push(self.related(collection));
        }
        if collection == "products" && self.dice.percent(40) {
            let filter = self.filter("filter");
            node.push(self.pairs("boughtTogether", filter));
        }
        let edges = Text::field("edges", vec![], vec![Text::field("node", vec![], node)]);
        let page = vec![edges, Text::leaf("pageInfo { hasNextPage }")];
        Text::field(self.alias(collection), arguments, page)
    }

    /// What belongs to a node by its orders.
    fn related(&mut self, collection: &str) -> Text {
        let field = match collection {
            "customers" => *self.dice.pick(&["locations", "mostBoughtProducts"]),
            _ => "customers",
        };
        let mut arguments = vec![
            Text::leaf(format!("orderBy: {}", self.kpi_name())),
            Text::leaf(format!("direction: {}", self.direction())),
            Text::leaf(format!("first: {}", self.dice.between(1, 4))),
        ];
        arguments.extend(self.filter("over"));
        let kpis = Text::field("kpis", vec![], self.kpis(2));
        let edge = vec![Text::leaf("node { code }"), kpis];
        let selected = vec![Text::leaf("totalCount"), Text::field("edges", vec![], edge)];
        Text::field(self.alias(field), arguments, selected)
    }

    /// What is selected of some `Kpis`.
    fn kpis(&mut self, depth: usize) -> Vec<Text> {
        let mut fields = self.kpi_fields();
        // The deeper, the fewer.
        let groupings = match depth {
            0 => self.dice.below(4),
            DEPTH => 0,
            _ => self.dice.below(2),
        };
        for _ in 0..groupings {
            fields.push(self.grouping(depth + 1));
        }
        fields
    }

    fn kpi_fields(&mut self) -> Vec<Text> {
        let names: Vec<&str> = self
            .world
            .vocabulary
            .kpis()
            .iter()
            .map(|kpi| kpi.name())
            .collect();
        let most = *self.dice.pick(&[1, 3, names.len()]);
        let names = self.dice.some(&names, most);
        names.into_iter().map(Text::leaf).collect()
    }

    fn kpi_name(&mut self) -> String {
        let kpi = *self.dice.pick(self.world.vocabulary.kpis());
        kpi.enum_name()
    }

    fn direction(&mut self) -> &'static str {
        self.dice.pick::<&str>(&["ASC", "DESC"])
    }

    fn grain(&mut self) -> &'static str {
        loop {
            let (grain, most_days) = *self.dice.pick(&GRAINS);
            if self.world.days <= most_days {
                return grain;
            }
        }
    }

    fn grouping(&mut self, depth: usize) -> Text {
        match self.dice.below(12) {
            0..=2 => self.breakdown(depth),
            3 => self.time_series(depth),
            4 => self.seasonality(depth),
            5 => self.peaks(depth),
            6 => self.cohorts(),
            7 => self.comparison(depth),
            8 => self.drivers(),
            9 => self.pairs("pairs", vec![]),
            10 => self.rfm(depth),
            _ => self.delivery_distance(),
        }
    }

    fn breakdown(&mut self, depth: usize) -> Text {
        let by = self.dice.some(self.world.vocabulary.dimensions(), 3);
        let by: Vec<String> = by.into_iter().map(Dimension::enum_name).collect();
        let mut arguments = vec![Text::leaf(format!("by: [{}]", by.join(" ")))];
        if self.dice.percent(60) {
            arguments.push(Text::leaf(format!("orderBy: {}", self.kpi_name())));
            arguments.push(Text::leaf(format!("direction: {}", self.direction())));
        }
        if self.dice.percent(30) {
            arguments.push(Text::input("having", self.having()));
        }
        let first = *self.dice.pick(&[1, 2, 3, 5, 1000]);
        arguments.push(Text::leaf(format!("first: {first}")));
        let mut row = ["key { dimension value label }", "share"]
            .map(Text::leaf)
            .to_vec();
        if self.dice.percent(40) {
            row.extend(["cumulativeShare", "class"].map(Text::leaf));
        }
        row.push(Text::field("kpis", vec![], self.kpis(depth)));
        let mut selected = vec![
            Text::leaf("groupCount endCursor"),
            Text::field("rows", vec![], row),
        ];
        if self.dice.percent(60) {
            let kpis = Text::field("kpis", vec![], self.kpis(depth));
            let others = vec![Text::leaf("share"), kpis];
            selected.push(Text::field("others", vec![], others));
        }
        Text::field(self.alias("breakdown"), arguments, selected)
    }

    /// Conditions on KPIs: amounts, counts and ratios have their turn.
    fn having(&mut self) -> Text {
        let many = *self.dice.pick(&[1, 1, 2]);
        let mut condition = || {
            let kpi = self.kpi_name();
            let test = *self.dice.pick(&["eq", "gt", "gte", "lt", "lte", "isNull"]);
            let bound = match test {
                "isNull" => *self.dice.pick(&["true", "false"]),
                _ => *self
                    .dice
                    .pick(&["-0.5", "0", "0.25", "1", "2", "40", "300.5"]),
            };
            format!("{{ kpi: {kpi}, {test}: {bound} }}")
        };
        Text::list((0..many).map(|_| condition()).collect::<Vec<_>>())
    }

    fn time_series(&mut self, depth: usize) -> Text {
        let grain = self.grain();
        let arguments = vec![Text::leaf(format!("grain: {grain}"))];
        let is_fine = ["HOUR", "DAY"].contains(&grain);
        let mut bucket = self.bucket(if is_fine { DEPTH } else { depth });
        if !is_fine && self.dice.percent(15) {
            bucket.push(Text::field("toDate", vec![], self.kpi_fields()));
        }
        if !is_fine && self.dice.percent(15) {
            let count = Text::leaf(format!("count: {}", self.dice.between(1, 4)));
            bucket.push(Text::field("trailing", vec![count], self.kpi_fields()));
        }
        Text::field(self.alias("timeSeries"), arguments, bucket)
    }

    fn bucket(&mut self, depth: usize) -> Vec<Text> {
        let mut bucket = vec![
            Text::leaf("start"),
            Text::leaf("end"),
            Text::leaf("date"),
            Text::leaf("label"),
        ];
        bucket.push(Text::field("kpis", vec![], self.kpis(depth)));
        for comparison in ["previous", "yearBefore"] {
            if self.dice.percent(40) {
                let selected = self.compared(DEPTH);
                bucket.push(Text::field(comparison, vec![], selected));
            }
        }
        bucket
    }

    fn compared(&mut self, depth: usize) -> Vec<Text> {
        let mut selected = vec![Text::leaf("period { from to }")];
        if self.dice.percent(70) {
            selected.push(Text::field("kpis", vec![], self.kpis(depth)));
        }
        if self.dice.percent(70) {
            selected.push(Text::field("difference", vec![], self.kpi_fields()));
        }
        if self.dice.percent(70) {
            selected.push(Text::field("change", vec![], self.kpi_fields()));
        }
        selected
    }

    fn seasonality(&mut self, depth: usize) -> Text {
        let cycle = Text::leaf(format!("cycle: {}", self.dice.pick(&CYCLES)));
        let mut slot: Vec<Text> = ["month", "weekday", "hour", "occurrences", "seasonalIndex"]
            .map(Text::leaf)
            .into();
        slot.push(Text::field("kpis", vec![], self.kpis(depth)));
        Text::field(self.alias("seasonality"), vec![cycle], slot)
    }

    fn peaks(&mut self, depth: usize) -> Text {
        let arguments = vec![
            Text::leaf(format!("grain: {}", self.grain())),
            Text::leaf(format!("by: {}", self.kpi_name())),
            Text::leaf(format!("first: {}", self.dice.between(1, 6))),
        ];
        let bucket = self.bucket(depth);
        Text::field(self.alias("peaks"), arguments, bucket)
    }

    fn cohorts(&mut self) -> Text {
        let grain = self.grain();
        let cohort = ["start", "date", "label", "size"].map(Text::leaf);
        let mut cohort = cohort.to_vec();
        let mut period = ["offset", "date", "customerCount", "share"]
            .map(Text::leaf)
            .to_vec();
        let is_fine = ["HOUR", "DAY", "WEEK"].contains(&grain);
        if self.dice.percent(50) {
            let mut kpis = self.kpi_fields();
            // There are hundreds of cells, so nothing deeper.
            if !is_fine && self.dice.percent(30) {
                kpis.push(self.breakdown(DEPTH));
            }
            period.push(Text::field("kpis", vec![], kpis));
        }
        if !is_fine && self.dice.percent(20) {
            period.push(Text::field("toDate", vec![], self.kpi_fields()));
        }
        cohort.push(Text::field("periods", vec![], period));
        let arguments = vec![Text::leaf(format!("grain: {grain}"))];
        Text::field(self.alias("cohorts"), arguments, cohort)
    }

    fn comparison(&mut self, depth: usize) -> Text {
        let baseline = self.baseline();
        let selected = self.compared(depth);
        Text::field(
            self.alias("compareTo"),
            vec![Text::input("baseline", baseline)],
            selected,
        )
    }

    fn baseline(&mut self) -> Text {
        match self.dice.below(6) {
            0 => Text::leaf("{ relative: PREVIOUS_PERIOD }"),
            1 => Text::leaf("{ relative: PREVIOUS_YEAR }"),
            2 => Text::leaf("{ relative: PREVIOUS_PERIOD_TO_DATE }"),
            3 => Text::leaf("{ relative: PREVIOUS_YEAR_TO_DATE }"),
            4 => Text::leaf("{ relative: SAME_WEEKDAYS_YEAR_BEFORE }"),
            _ => Text::object(vec![Text::input(
                "period",
                filters::period(self.world, self.dice),
            )]),
        }
    }

    /// Most KPIs do not add up, and are refused alike.
    fn drivers(&mut self) -> Text {
        let sums = ["TOTAL_SALES", "TOTAL_PROFIT", "UNITS_SOLD", "RETURNS"];
        let kpi = if self.dice.percent(80) {
            (*self.dice.pick(&sums)).to_owned()
        } else {
            self.kpi_name()
        };
        let by = self.dice.some(self.world.vocabulary.dimensions(), 2);
        let by: Vec<String> = by.into_iter().map(Dimension::enum_name).collect();
        let arguments = vec![
            Text::leaf(format!("kpi: {kpi}")),
            Text::leaf(format!("by: [{}]", by.join(" "))),
            Text::input("baseline", self.baseline()),
            Text::leaf(format!("first: {}", self.dice.pick(&[1, 4, 1000]))),
        ];
        let selected = [
            "period { from to } now then difference groupCount others",
            "rows { key { value } fate now then part share }",
            "salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer }",
        ];
        let selected = selected.map(Text::leaf).to_vec();
        Text::field(self.alias("drivers"), arguments, selected)
    }

    fn delivery_distance(&mut self) -> Text {
        let figures = [
            "measuredOrderCount",
            "unmeasuredOrderCount",
            "mean",
            "median",
            "percentile90",
            "maximum",
        ];
        let mut selected = figures.map(Text::leaf).to_vec();
        let width = *self.dice.pick(&["", "(width: 250)", "(width: 1234.5)"]);
        selected.push(Text::leaf(format!(
            "histogram{width} {{ from to orderCount }}"
        )));
        Text::field(self.alias("deliveryDistance"), vec![], selected)
    }
}
