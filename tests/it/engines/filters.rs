//! Random filters and periods.

use super::{
    dice::Dice,
    documents::{LEVELS, SHIP_MODES, STATUSES, TEXTS, texts_of},
    text::Text,
    world::{World, ZONES},
};

/// A `filter` or `over` argument, most of the time.
pub fn argument(name: &str, world: &World, dice: &mut Dice) -> Vec<Text> {
    if dice.percent(25) {
        return Vec::new();
    }
    let mut fields = Vec::new();
    if dice.percent(60) {
        fields.push(Text::input("period", period(world, dice)));
    }
    if dice.percent(50) {
        let zone = Text::leaf(format!("{:?}", dice.pick(&ZONES)));
        fields.push(Text::input("timeZone", zone));
    }
    if dice.percent(30) {
        fields.push(Text::input("calendar", calendar(dice)));
    }
    if dice.percent(30) {
        let clock = *dice.pick(&["RETURN_DAY", "ORDER_DAY"]);
        fields.push(Text::input("returnsOn", Text::leaf(clock)));
    }
    let conditions = *dice.pick(&[0, 0, 0, 1, 1, 2]);
    fields.extend(conditions_on_lines(conditions, world, dice));
    if dice.percent(25) {
        fields.push(connected(2, world, dice));
    }
    vec![Text::input(name, Text::object(fields))]
}

fn conditions_on_lines(many: usize, world: &World, dice: &mut Dice) -> Vec<Text> {
    let mut fields = Vec::new();
    if many > 0 {
        for dimension in dice.some(world.vocabulary.dimensions(), many) {
            let field = dimension.name();
            fields.push(Text::input(field, condition(field, dice)));
        }
    }
    if dice.percent(15) {
        fields.push(Text::input("place", place(dice)));
    }
    fields
}

/// A calendar with weeks from any day and years from any month, of weeks half of the time.
fn calendar(dice: &mut Dice) -> Text {
    let mut fields = Vec::new();
    let mut choose = |name, of: &[&'static str], percent, dice: &mut Dice| {
        if dice.percent(percent) {
            fields.push(Text::input(name, Text::leaf(*dice.pick(of))));
        }
    };
    let weekdays = ["MONDAY", "WEDNESDAY", "SATURDAY", "SUNDAY"];
    choose("firstWeekday", &weekdays, 60, dice);
    let is_of_weeks = dice.percent(50);
    let months = ["1", "2", "4", "7", "10", "12"];
    choose(
        "firstMonth",
        &months,
        if is_of_weeks { 100 } else { 60 },
        dice,
    );
    if is_of_weeks {
        let patterns = ["FOUR_FOUR_FIVE", "FOUR_FIVE_FOUR", "FIVE_FOUR_FOUR"];
        choose("weeks", &patterns, 100, dice);
        choose("yearEnds", &["NEAREST", "LAST"], 60, dice);
    }
    Text::object(fields)
}

/// Conditions on lines by `and`, `or` and `not`, so deep, and semi-joins among them.
fn connected(depth: usize, world: &World, dice: &mut Dice) -> Text {
    let any = [
        "and",
        "or",
        "not",
        "orderHolds",
        "customerOrdered",
        "customerNeverOrdered",
    ];
    let name = *dice.pick(&any);
    let parts = |depth, dice: &mut Dice| {
        let many = dice.below(3);
        let part = |_| lines(depth, world, dice).to_string();
        Text::list((0..many).map(part).collect::<Vec<_>>())
    };
    let value = match name {
        "and" | "or" => parts(depth - 1, dice),
        "not" => lines(depth - 1, world, dice),
        // Within a semi-join there is no other.
        "orderHolds" => lines(0, world, dice),
        _ => {
            let mut fields = Vec::new();
            if dice.percent(40) {
                fields.push(Text::input("period", period(world, dice)));
            }
            if dice.percent(80) {
                fields.push(Text::input("line", lines(0, world, dice)));
            }
            Text::object(fields)
        }
    };
    Text::input(name, value)
}

fn lines(depth: usize, world: &World, dice: &mut Dice) -> Text {
    let many = *dice.pick(&[0, 1, 1, 2]);
    let mut fields = conditions_on_lines(many, world, dice);
    if depth > 0 && dice.percent(50) {
        fields.push(connected(depth, world, dice));
    }
    Text::object(fields)
}

/// Places by the same few levels; one that is missing now and then.
fn place(dice: &mut Dice) -> Text {
    let levels = dice.some(&LEVELS, 3);
    let many = dice.below(9);
    let places = (0..many).map(|_| {
        let level = |level: &&str| {
            if dice.percent(15) {
                return format!("{level}: null");
            }
            format!("{level}: \"{}\"", dice.pick(texts_of(level)))
        };
        let levels: Vec<String> = levels.iter().map(level).collect();
        format!("{{ {} }}", levels.join(", "))
    });
    let places = Text::list(places.collect::<Vec<_>>());
    let operator = *dice.pick(&["in", "in", "notIn"]);
    Text::object(vec![Text::input(operator, places)])
}

pub fn period(world: &World, dice: &mut Dice) -> Text {
    let day = world.day(dice);
    let (name, value) = match dice.below(7) {
        0 => ("year", Text::leaf(day.format("%Y").to_string())),
        1 => ("month", Text::leaf(day.format("\"%Y-%m\"").to_string())),
        2 => ("last", trailing(dice)),
        3 => {
            let unit = *dice.pick(&["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]);
            (
                "bucket",
                Text::leaf(format!("{{ unit: {unit}, date: \"{day}\" }}")),
            )
        }
        _ => ("between", between(world, dice)),
    };
    Text::object(vec![Text::input(name, value)])
}

fn trailing(dice: &mut Dice) -> Text {
    let (unit, most) = *dice.pick(&[
        ("DAY", 40),
        ("WEEK", 9),
        ("MONTH", 14),
        ("QUARTER", 5),
        ("YEAR", 3),
    ]);
    let count = dice.between(1, most);
    let without_today = *dice.pick(&["", "", ", withoutToday: true"]);
    Text::leaf(format!("{{ count: {count}, unit: {unit}{without_today} }}"))
}

fn between(world: &World, dice: &mut Dice) -> Text {
    let (one, two) = (world.day(dice), world.day(dice));
    let (from, to) = (one.min(two), one.max(two) + chrono::Days::new(1));
    match dice.below(8) {
        0 => Text::leaf(format!("{{ from: \"{from}\" }}")),
        1 => Text::leaf(format!("{{ to: \"{to}\" }}")),
        _ => Text::leaf(format!("{{ from: \"{from}\", to: \"{to}\" }}")),
    }
}

fn condition(field: &str, dice: &mut Dice) -> Text {
    let many = *dice.pick(&[1, 1, 1, 2]);
    let operators = [
        "eq",
        "ne",
        "in",
        "notIn",
        "startsWith",
        "contains",
        "search",
        "isMissing",
    ];
    let operators = dice.some(&operators, many);
    let tests = operators
        .into_iter()
        .map(|operator| Text::input(operator, operand(field, operator, dice)));
    Text::object(tests.collect())
}

fn operand(field: &str, operator: &str, dice: &mut Dice) -> Text {
    match operator {
        "in" | "notIn" => {
            let many = dice.below(5);
            Text::list((0..many).map(|_| value(field, dice)))
        }
        "isMissing" => Text::leaf(dice.percent(50).to_string()),
        "startsWith" | "contains" => {
            let whole = value(field, dice);
            let text = whole.trim_matches('"');
            let many = dice.below(text.chars().count() + 1);
            Text::leaf(format!(
                "\"{}\"",
                text.chars().take(many).collect::<String>()
            ))
        }
        "search" => {
            let words = [word(field, dice), word(field, dice)];
            let many = *dice.pick(&[0, 1, 1, 1, 2]);
            Text::leaf(format!("\"{}\"", words[..many].join(" ")))
        }
        _ => Text::leaf(value(field, dice)),
    }
}

/// A part of a value, in other capitals now and then.
fn word(field: &str, dice: &mut Dice) -> String {
    let whole = value(field, dice);
    let letters: Vec<char> = whole.trim_matches('"').chars().collect();
    let from = dice.below(letters.len() + 1);
    let many = 1 + dice.below(4);
    let part: String = letters.iter().skip(from).take(many).collect();
    match dice.below(3) {
        0 => part.to_uppercase(),
        1 => part.to_lowercase(),
        _ => part,
    }
}

/// A value that the field may have, quoted.
fn value(field: &str, dice: &mut Dice) -> String {
    format!("\"{}\"", text(field, dice))
}

/// A value that the field may have; now and then one that nothing has.
pub fn text(field: &str, dice: &mut Dice) -> String {
    let number = dice.below(15);
    match field {
        _ if dice.percent(5) => "never seen".to_owned(),
        "product" => format!("p{number}"),
        "customer" => format!("c{number}"),
        "location" => format!("l{number}"),
        "shipMode" => (*dice.pick(&SHIP_MODES)).to_owned(),
        "status" => (*dice.pick(&STATUSES)).to_owned(),
        "customerKind" => (*dice.pick(&["new", "returning"])).to_owned(),
        _ => (*dice.pick(&TEXTS)).to_owned(),
    }
}
