//! What the generated shop is like: the traits that make its figures worth looking at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use bson::serialize_to_vec;
use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Paris;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::{Error, Options, Shop};
use crate::store::{Location, Order, OrderLine};

const ORDERS: u64 = 20_000;

fn options() -> Options {
    Options {
        orders: ORDERS,
        seed: 1,
        until: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    }
}

fn shop() -> Shop {
    Shop::new(&options()).unwrap()
}

/// Made once for all the tests.
pub(super) fn orders() -> &'static [Order] {
    static ORDERS: LazyLock<Vec<Order>> = LazyLock::new(|| shop().orders().collect());
    &ORDERS
}

fn lines(orders: &[Order]) -> impl Iterator<Item = &OrderLine> {
    orders.iter().flat_map(|order| &order.lines)
}

pub(super) fn share(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

/// How many orders there are by what the function says of their local time.
fn rhythm<K: Ord>(key: impl Fn(DateTime<chrono_tz::Tz>) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for order in orders() {
        let local = order.ordered_at.with_timezone(&Paris);
        *counts.entry(key(local)).or_default() += 1;
    }
    counts
}

/// The bytes that go to the database; a change of any of them is a new
/// generator, and `fill` must be told so.
#[test]
fn the_documents_are_the_same_to_the_last_byte_everywhere() {
    let shop = shop();
    let mut hash = Sha256::new();
    for order in shop.orders().take(2_000) {
        hash.update(serialize_to_vec(&order).unwrap());
    }
    for customer in shop.customers().take(1_000) {
        hash.update(serialize_to_vec(&customer).unwrap());
    }
    for product in shop.products() {
        hash.update(serialize_to_vec(&product).unwrap());
    }
    for location in shop.locations() {
        hash.update(serialize_to_vec(&location).unwrap());
    }
    let hash = hash.finalize();
    let start = u64::from_be_bytes(hash[..8].try_into().unwrap());
    assert_eq!(format!("{start:016x}"), "518c046b43460217");
}

#[test]
fn another_seed_is_another_shop() {
    let other = Options {
        seed: 2,
        ..options()
    };
    assert_ne!(Shop::new(&other).unwrap().order(7), shop().order(7));
}

#[test]
fn there_are_as_many_orders_as_asked_for_in_the_order_of_time() {
    for count in [0, 1, 2, 3, 10, 999] {
        let small = Options {
            orders: count,
            ..options()
        };
        let shop = Shop::new(&small).unwrap();
        assert_eq!(shop.orders().count() as u64, count);
    }
    let orders = orders();
    assert!(orders.is_sorted_by_key(|order| order.ordered_at));
    let ids: BTreeSet<_> = orders.iter().map(|order| &order.id).collect();
    assert_eq!(ids.len(), orders.len());
}

#[test]
fn no_order_lies_outside_the_window() {
    let local = |year| Paris.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let (start, end) = (local(2022).to_utc(), local(2026).to_utc());
    for order in orders() {
        assert!((start..end).contains(&order.ordered_at), "{order:?}");
        let shipped = order.shipped_at.unwrap_or(order.ordered_at);
        assert!((order.ordered_at..end).contains(&shipped), "{order:?}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let shop = shop();
    let customers: BTreeSet<_> = shop.customers().map(|customer| customer.id).collect();
    let products: BTreeSet<_> = shop.products().map(|product| product.id).collect();
    let locations: BTreeSet<_> = shop.locations().map(|location| location.id).collect();
    for order in orders() {
        let customer = order.customer_id.as_ref();
        assert!(customer.is_none_or(|id| customers.contains(id)));
        let places = [&order.ship_to_id, &order.ship_from_id];
        assert!(
            places
                .into_iter()
                .flatten()
                .all(|id| locations.contains(id))
        );
        assert!(!order.lines.is_empty());
        let mut sold = order
            .lines
            .iter()
            .filter_map(|line| line.product_id.as_ref());
        assert!(sold.all(|id| products.contains(id)));
    }
    for customer in shop.customers() {
        assert!(locations.contains(&customer.location_id.unwrap()));
    }
}

#[test]
fn the_shop_grows() {
    let years = rhythm(|local| local.year());
    let counts: Vec<_> = years.values().collect();
    assert_eq!(years.len(), 4);
    assert!(counts.is_sorted(), "{years:?}");
    assert!(*counts[3] * 10 > *counts[0] * 14, "{years:?}");
}

#[test]
fn november_and_december_are_strong_and_august_is_weak() {
    let months = rhythm(|local| local.month());
    let average = usize::try_from(ORDERS).unwrap() / 12;
    assert!(months[&11] > average * 12 / 10, "{months:?}");
    assert!(months[&12] > average * 13 / 10, "{months:?}");
    assert!(months[&8] < average * 8 / 10, "{months:?}");
}

#[test]
fn weekdays_and_hours_differ() {
    let days = rhythm(|local| local.weekday().number_from_monday());
    assert!(days[&6] * 10 > days[&7] * 13, "{days:?}");
    let hours = rhythm(|local| local.hour());
    assert_eq!(hours.len(), 24);
    assert!(hours[&20] > hours[&4] * 10, "{hours:?}");
}

#[test]
fn customers_come_back_and_some_far_oftener_than_others() {
    let orders = orders();
    let mut counts = BTreeMap::<_, u32>::new();
    for id in orders.iter().filter_map(|order| order.customer_id.as_ref()) {
        *counts.entry(id).or_default() += 1;
    }
    assert_eq!(counts.len() as u64, shop().customer_count());
    let once = counts.values().filter(|count| **count == 1).count();
    assert!((0.1..0.5).contains(&share(once, counts.len())), "{once}");
    let most = *counts.values().max().unwrap();
    assert!((25..400).contains(&most), "{most}");
    let anonymous = orders.iter().filter(|order| order.customer_id.is_none());
    let anonymous = share(anonymous.count(), orders.len());
    assert!((0.025..0.035).contains(&anonymous), "{anonymous}");
}

#[test]
fn nobody_orders_before_they_register() {
    let shop = shop();
    let since: BTreeMap<_, _> = shop
        .customers()
        .map(|customer| (customer.id, customer.created_at.unwrap()))
        .collect();
    for order in orders() {
        let since = order.customer_id.as_ref().map(|id| since[id]);
        assert!(since.is_none_or(|since| since <= order.ordered_at));
    }
    let late = Utc.with_ymd_and_hms(2025, 6, 1, 0, 0, 0).unwrap();
    assert!(
        since.values().any(|since| *since > late),
        "they go on joining"
    );
}

#[test]
fn goods_come_back() {
    let orders = orders();
    let is_return = |line: &OrderLine| line.quantity < Decimal::ZERO;
    let whole = orders
        .iter()
        .filter(|order| order.lines.iter().all(is_return));
    let part = orders
        .iter()
        .filter(|order| order.lines.iter().any(is_return));
    assert!((0.005..0.02).contains(&share(whole.count(), orders.len())));
    assert!((0.02..0.06).contains(&share(part.count(), orders.len())));
    for line in lines(orders).filter(|line| is_return(line)) {
        assert!(line.revenue < Decimal::ZERO);
    }
}

#[test]
fn orders_are_called_off_or_on_their_way() {
    let orders = orders();
    let mut statuses = BTreeMap::<&str, usize>::new();
    for order in orders {
        *statuses.entry(&order.status).or_default() += 1;
        let has_left = matches!(order.status.as_str(), "completed" | "shipped");
        assert_eq!(
            order.shipped_at.is_some(),
            has_left && order.ship_mode.is_some()
        );
    }
    let uncounted = statuses["cancelled"] + statuses["unavailable"];
    assert!((0.02..0.03).contains(&share(uncounted, orders.len())));
    assert!(statuses["processing"] > 0 && statuses["shipped"] > 0);
    assert_eq!(statuses.len(), 5);
}

#[test]
fn some_orders_lose_money_but_the_shop_earns() {
    let orders = orders();
    let profits = || lines(orders).map(|line| line.profit.unwrap());
    let losses = profits().filter(|profit| *profit < Decimal::ZERO).count();
    assert!((0.05..0.25).contains(&share(losses, profits().count())));
    let revenue: Decimal = lines(orders).map(|line| line.revenue).sum();
    let margin = profits().sum::<Decimal>() / revenue;
    assert!(
        margin > Decimal::new(10, 2) && margin < Decimal::new(45, 2),
        "{margin}"
    );
    let basket = revenue / Decimal::from(ORDERS);
    assert!(
        basket > Decimal::from(80) && basket < Decimal::from(600),
        "{basket}"
    );
}

#[test]
fn money_has_cents_and_no_more() {
    for line in lines(orders()) {
        let profit = line.profit.unwrap();
        assert!(line.revenue.scale() == 2 && profit.scale() == 2, "{line:?}");
        assert!(line.discount.is_none_or(|share| share < Decimal::ONE));
    }
}

#[test]
fn baskets_are_of_a_likely_size_and_hold_a_product_twice_now_and_then() {
    let orders = orders();
    let all = lines(orders).count();
    assert!((2.2..2.5).contains(&share(all, orders.len())), "{all}");
    let twice = orders.iter().filter(|order| {
        let products: BTreeSet<_> = order.lines.iter().map(|line| &line.product_id).collect();
        products.len() < order.lines.len()
    });
    assert!((0.02..0.08).contains(&share(twice.count(), orders.len())));
}

#[test]
fn parcels_leave_by_four_modes_at_four_speeds() {
    let mut days = BTreeMap::<_, Vec<f64>>::new();
    for order in orders() {
        if let (Some(mode), Some(shipped)) = (order.ship_mode.as_deref(), order.shipped_at) {
            let elapsed = (shipped - order.ordered_at).as_seconds_f64() / 86_400.0;
            days.entry(mode).or_default().push(elapsed);
        }
    }
    let mean = |mode| {
        let days: &Vec<f64> = &days[mode];
        days.iter().sum::<f64>() / f64::from(u32::try_from(days.len()).unwrap())
    };
    assert_eq!(days.len(), 4);
    assert!(mean("Same Day") < 0.5);
    assert!(mean("First Class") < mean("Second Class"));
    assert!(mean("Second Class") < mean("Standard Class"));
    assert!(mean("Standard Class") < 7.0);
}

#[test]
fn places_are_many_and_nearly_all_are_on_the_map() {
    let locations: Vec<_> = shop().locations().collect();
    let names = |of: fn(&Location) -> &Option<String>| {
        let names: BTreeSet<_> = locations
            .iter()
            .filter_map(|place| of(place).as_ref())
            .collect();
        names.len()
    };
    assert!(names(|place| &place.country) >= 20);
    assert!(names(|place| &place.region) >= 6);
    assert!(names(|place| &place.city) >= 90);
    let unmapped = locations.iter().filter(|place| place.point.is_none());
    assert!((0.004..0.02).contains(&share(unmapped.count(), locations.len())));
    for point in locations.iter().filter_map(|place| place.point) {
        let [longitude, latitude] = point.coordinates;
        assert!(longitude.abs() <= 180.0 && latitude.abs() <= 66.0);
    }
}

#[test]
fn orders_go_home_or_elsewhere_and_come_from_every_warehouse() {
    let shop = shop();
    let homes: BTreeMap<_, _> = shop
        .customers()
        .map(|customer| (customer.id, customer.location_id))
        .collect();
    let orders = orders();
    let sent = orders.iter().filter(|order| order.customer_id.is_some());
    let elsewhere = sent.clone().filter(|order| {
        let home = order.customer_id.as_ref().map(|id| &homes[id]);
        home != Some(&order.ship_to_id)
    });
    assert!((0.05..0.11).contains(&share(elsewhere.count(), sent.count())));
    let warehouses: BTreeSet<_> = orders
        .iter()
        .filter_map(|o| o.ship_from_id.as_ref())
        .collect();
    assert_eq!(warehouses.len(), 5);
    assert!(orders.iter().any(|order| order.ship_to_id.is_none()));
}

#[test]
fn all_segments_and_categories_are_there() {
    let shop = shop();
    let segments: BTreeSet<_> = shop
        .customers()
        .filter_map(|customer| customer.segment)
        .collect();
    assert_eq!(segments.len(), 3);
    let categories: BTreeSet<_> = shop
        .products()
        .filter_map(|product| product.category)
        .collect();
    let kinds: BTreeSet<_> = shop
        .products()
        .filter_map(|product| product.sub_category)
        .collect();
    assert_eq!((categories.len(), kinds.len()), (6, 24));
    assert!((300..1_000).contains(&shop.product_count()));
}

#[test]
fn too_much_is_refused() {
    let many = Options {
        orders: 10_000_001,
        ..options()
    };
    assert!(matches!(Shop::new(&many), Err(Error::TooManyOrders)));
    let late = Options {
        until: NaiveDate::MAX,
        ..options()
    };
    assert!(matches!(Shop::new(&late), Err(Error::BadUntil)));
}
