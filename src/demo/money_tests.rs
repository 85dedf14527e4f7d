//! What the generated shop's orders cost, and what comes back of them.

use chrono::TimeZone;
use chrono_tz::Europe::Paris;
use rust_decimal::Decimal;

use super::tests::{orders, share};

#[test]
fn goods_come_back_weeks_later_for_no_more_than_they_were_sold_for() {
    let orders = orders();
    let end = Paris
        .with_ymd_and_hms(2026, 1, 1, 0, 0, 0)
        .unwrap()
        .to_utc();
    let of = orders.iter().filter(|order| !order.returns.is_empty());
    assert!((0.03..0.05).contains(&share(of.clone().count(), orders.len())));
    let records = of.flat_map(|order| order.returns.iter().map(move |it| (order, it)));
    for (order, record) in records.clone() {
        let line = &order.lines[usize::try_from(record.line).unwrap()];
        let days = (record.returned_at - order.ordered_at).num_days();
        assert!(days >= 3 && record.returned_at < end, "{order:?}");
        assert!(record.amount > Decimal::ZERO && record.amount <= line.revenue);
        assert!(record.quantity.is_none_or(|units| units <= line.quantity));
        let cost = record.cost.unwrap_or_default();
        assert_eq!(record.profit, Some(record.amount - cost));
    }
    let kept = records.filter(|(_, it)| it.quantity.is_none()).count();
    assert!(kept > 50, "{kept}");
}

#[test]
fn lines_know_what_they_cost_and_what_is_charged_beside_them() {
    let orders = orders();
    let mut free = 0;
    for order in orders {
        let shipping: Decimal = order.lines.iter().filter_map(|line| line.shipping).sum();
        free += usize::from(shipping.is_zero());
        for line in &order.lines {
            assert_eq!(Some(line.revenue - line.cost.unwrap()), line.profit);
            let list = line.revenue + line.discount_amount.unwrap();
            let off = list * line.discount.unwrap_or_default();
            assert!(
                (list - off - line.revenue).abs() <= Decimal::new(5, 3),
                "{line:?}"
            );
            let taxed = line.revenue + line.shipping.unwrap();
            let tax = taxed / Decimal::from(5);
            assert!(
                (tax - line.tax.unwrap()).abs() <= Decimal::new(5, 3),
                "{line:?}"
            );
        }
    }
    assert!((0.5..0.9).contains(&share(free, orders.len())), "{free}");
}
