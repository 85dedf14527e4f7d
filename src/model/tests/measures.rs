//! A shop's own measures.

use bson::{Document, doc};

use super::{SHOP, model, order, placed, refusal};

const MEASURES: &str = r#"
[[measure]]
name = "fees"
description = "What the provider keeps."
of = "order"
number = "fee"
aggregate = "sum"
unit = "money"

[[measure]]
name = "heaviest"
description = "The heaviest line."
of = "line"
number = "weight"
aggregate = "maximum"
unit = "kg"

[[measure]]
name = "dearFees"
description = "What nine of ten fees do not exceed."
of = "order"
number = "fee"
aggregate = { percentile = 90 }
unit = "money"

[[kpi]]
name = "feeShare"
description = "Fees divided by total sales."
formula = "fees / totalSales"
"#;

#[test]
fn measures_are_made_of_numbers_that_stand_with_orders_and_lines() {
    let model = model(&format!("{SHOP}{MEASURES}"));
    let unit = |name: &str| model.vocabulary().kpi(name).unwrap().unit().name();
    assert_eq!(unit("fees"), "money");
    assert_eq!(unit("heaviest"), "kg");
    assert_eq!(unit("dearFees"), "money");
    assert_eq!(unit("feeShare"), "ratio");

    let items = vec![
        doc! { "product": "A", "n": 1, "price": 5, "weight": 0.123_456_5 },
        doc! { "product": "B", "n": 1, "price": 5, "weight": "heavy" },
    ];
    let fields = doc! { "currency": "USD", "rate": 1.1, "fee": "1.23", "items": items };
    let document = order(&model, placed(fields)).document.unwrap();
    let number = |document: &Document, name: &str| {
        let numbers = document.get_document("numbers").unwrap();
        numbers.get(name).unwrap().to_string()
    };
    // 1.23 / 1.1 is 1.1181…, in euros; of weights six decimals are kept, half to even.
    assert_eq!(number(&document, "fees"), "1.12");
    assert_eq!(number(&document, "dearFees"), "1.12");
    let lines = document.get_array("lines").unwrap();
    let lines: Vec<_> = lines.iter().map(|it| it.as_document().unwrap()).collect();
    assert_eq!(number(lines[0], "heaviest"), "0.123456");
    assert!(!lines[1].contains_key("numbers"));
}

#[test]
fn measures_that_mean_nothing_are_refused_with_their_line() {
    for (from, to, problem) in [
        ("\"money\"", "\"ratio\"", "ratios are not added up"),
        ("\"kg\"", "\"kg per line\"", "`kg per line` is no unit"),
        ("unit = \"money\"\n", "", "say its `unit`: money, orders"),
        ("\"sum\"", "\"count\"", "leave `unit` out"),
        ("\"heaviest\"", "\"fees\"", "there are two KPIs `fees`"),
        ("\"heaviest\"", "\"totalSales\"", "two KPIs `totalSales`"),
        ("\"heaviest\"", "\"breakdown\"", "choose another"),
        ("\"maximum\"", "\"average\"", "unknown variant `average`"),
        ("\"heaviest\"", "\"dearFees\"", "two KPIs `dearFees`"),
        ("= 90", "= 100", "above 0 and below 100"),
        ("= 90", "= 0.00001", "three decimals at most"),
        ("of = \"order\"\n", "", "a measure needs `of`, `number`"),
        (
            "of = \"order\"\nnumber = \"fee\"\naggregate = \"sum\"",
            "distinct = \"till\"",
            "there is no dimension `till`",
        ),
        ("\"feeShare\"", "\"fees\"", "there are two KPIs `fees`"),
        ("fees /", "heaviest +", "kg and money cannot be added up"),
    ] {
        assert!(MEASURES.contains(from), "{from}");
        let refused = refusal(&format!("{SHOP}{}", MEASURES.replacen(from, to, 1)));
        assert!(refused.contains(problem), "{to}: {refused}");
        assert!(refused.starts_with("shop.toml:"), "{refused}");
    }
}
