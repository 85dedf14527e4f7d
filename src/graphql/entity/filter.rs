//! Filters on nodes as clients write them, made into conditions.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use crate::{
    graphql::{filter::StringFilter, scalars::Decimal},
    store::{Condition, Customer, Field, Location, Order, Product, Test, Total, Value},
};

/// A condition on a number; of several fields, all must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NumberFilter {
    /// Is this number.
    eq: Option<Decimal>,
    /// Is greater than this number.
    gt: Option<Decimal>,
    /// Is greater than or equal to this number.
    gte: Option<Decimal>,
    /// Is smaller than this number.
    lt: Option<Decimal>,
    /// Is smaller than or equal to this number.
    lte: Option<Decimal>,
    /// Is one of these numbers.
    r#in: Option<Vec<Decimal>>,
    /// Is missing (true) or present (false).
    is_missing: Option<bool>,
}

/// A condition on an instant; of several fields, all must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DateTimeFilter {
    /// Is this instant.
    eq: Option<DateTime<Utc>>,
    /// Is after this instant.
    gt: Option<DateTime<Utc>>,
    /// Is at or after this instant.
    gte: Option<DateTime<Utc>>,
    /// Is before this instant.
    lt: Option<DateTime<Utc>>,
    /// Is at or before this instant.
    lte: Option<DateTime<Utc>>,
    /// Is one of these instants.
    r#in: Option<Vec<DateTime<Utc>>>,
    /// Is missing (true) or present (false).
    is_missing: Option<bool>,
}

/// Which orders; every field given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderFilter {
    /// The order's id in the shop.
    code: Option<StringFilter>,
    /// When it was placed.
    ordered_at: Option<DateTimeFilter>,
    /// When it left the warehouse; missing while it has not.
    shipped_at: Option<DateTimeFilter>,
    /// Where it is in its life.
    status: Option<StringFilter>,
    /// How it travels.
    ship_mode: Option<StringFilter>,
    /// The customer, by their id in the shop; missing for an anonymous sale.
    customer: Option<StringFilter>,
    /// The location that it ships to, by its id in the shop.
    ship_to: Option<StringFilter>,
    /// The location that it ships from, by its id in the shop.
    ship_from: Option<StringFilter>,
    /// At least one line must match all of this.
    line: Option<OrderLineFilter>,
    /// What its lines add up to.
    totals: Option<OrderTotalsFilter>,
    /// All of these must hold.
    and: Option<Vec<OrderFilter>>,
    /// At least one of these must hold; an empty list matches nothing.
    or: Option<Vec<OrderFilter>>,
    /// This must not hold.
    not: Option<Box<OrderFilter>>,
}

/// Which order lines; every field given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderLineFilter {
    /// The product, by its id in the shop.
    product: Option<StringFilter>,
    /// How many units; negative for a return.
    quantity: Option<NumberFilter>,
    /// What the line earned after discounts, before shipping and tax, in the shop's currency.
    revenue: Option<NumberFilter>,
    /// What is left of the revenue after costs, in the shop's currency.
    profit: Option<NumberFilter>,
    /// The discount as a share of the list price: 0.2 is 20 %.
    discount: Option<NumberFilter>,
}

/// Conditions on what an order's lines add up to; every field given must hold. No index helps: narrow the orders by other fields too.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderTotalsFilter {
    /// Sum of the lines' revenue, in the shop's currency.
    sales: Option<NumberFilter>,
    /// Sum of the lines' profit, in the shop's currency; missing where no line has one.
    profit: Option<NumberFilter>,
    /// Sum of the lines' quantities, in units.
    units: Option<NumberFilter>,
    /// Number of lines.
    line_count: Option<NumberFilter>,
}

/// Which customers; every field given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CustomerFilter {
    /// The customer's id in the shop.
    code: Option<StringFilter>,
    /// The customer's name.
    name: Option<StringFilter>,
    /// The kind of customer.
    segment: Option<StringFilter>,
    /// The location where the customer is at home, by its id in the shop.
    location: Option<StringFilter>,
    /// When the customer first registered.
    created_at: Option<DateTimeFilter>,
    /// All of these must hold.
    and: Option<Vec<CustomerFilter>>,
    /// At least one of these must hold; an empty list matches nothing.
    or: Option<Vec<CustomerFilter>>,
    /// This must not hold.
    not: Option<Box<CustomerFilter>>,
}

/// Which products; every field given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProductFilter {
    /// The product's id in the shop.
    code: Option<StringFilter>,
    /// The product's current name.
    name: Option<StringFilter>,
    /// The wider group.
    category: Option<StringFilter>,
    /// The narrower group.
    sub_category: Option<StringFilter>,
    /// All of these must hold.
    and: Option<Vec<ProductFilter>>,
    /// At least one of these must hold; an empty list matches nothing.
    or: Option<Vec<ProductFilter>>,
    /// This must not hold.
    not: Option<Box<ProductFilter>>,
}

/// Which locations; every field given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct LocationFilter {
    /// The location's id in the shop.
    code: Option<StringFilter>,
    /// The country's name.
    country: Option<StringFilter>,
    /// The sales region.
    region: Option<StringFilter>,
    /// The state or province.
    state: Option<StringFilter>,
    /// The city.
    city: Option<StringFilter>,
    /// The postal code, as text.
    postal_code: Option<StringFilter>,
    /// Whether it is known where on Earth it is.
    has_point: Option<bool>,
    /// All of these must hold.
    and: Option<Vec<LocationFilter>>,
    /// At least one of these must hold; an empty list matches nothing.
    or: Option<Vec<LocationFilter>>,
    /// This must not hold.
    not: Option<Box<LocationFilter>>,
}

/// What a filter's field asks of a value.
trait Tests {
    fn tests(self) -> Vec<Test>;
}

impl Tests for StringFilter {
    fn tests(self) -> Vec<Test> {
        Self::tests(self)
    }
}

impl Tests for NumberFilter {
    fn tests(self) -> Vec<Test> {
        let value = |it: Decimal| Value::Number(it.0);
        let among = |all: Vec<Decimal>| Test::In(all.into_iter().map(value).collect());
        let tests = [
            self.eq.map(|it| among(vec![it])),
            self.gt.map(value).map(Test::Above),
            self.gte.map(value).map(Test::AtLeast),
            self.lt.map(value).map(Test::Below),
            self.lte.map(value).map(Test::AtMost),
            self.r#in.map(among),
            self.is_missing.map(Test::IsMissing),
        ];
        tests.into_iter().flatten().collect()
    }
}

impl Tests for DateTimeFilter {
    fn tests(self) -> Vec<Test> {
        let among = |all: Vec<_>| Test::In(all.into_iter().map(Value::Time).collect());
        let tests = [
            self.eq.map(|it| among(vec![it])),
            self.gt.map(Value::Time).map(Test::Above),
            self.gte.map(Value::Time).map(Test::AtLeast),
            self.lt.map(Value::Time).map(Test::Below),
            self.lte.map(Value::Time).map(Test::AtMost),
            self.r#in.map(among),
            self.is_missing.map(Test::IsMissing),
        ];
        tests.into_iter().flatten().collect()
    }
}

/// Conditions, all of which must hold.
#[derive(Default)]
struct Conditions(Vec<Condition>);

impl Conditions {
    fn field(self, field: Field, filter: Option<impl Tests>) -> Self {
        self.tested(filter, |test| Condition::Field(field, test))
    }

    fn total(self, total: Total, filter: Option<impl Tests>) -> Self {
        self.tested(filter, |test| Condition::Total(total, Vec::new(), test))
    }

    fn tested(
        mut self,
        filter: Option<impl Tests>,
        condition: impl FnMut(Test) -> Condition,
    ) -> Self {
        let tests = filter.map(Tests::tests).unwrap_or_default();
        self.0.extend(tests.into_iter().map(condition));
        self
    }

    fn and(mut self, condition: Option<impl Into<Condition>>) -> Self {
        self.0.extend(condition.map(Into::into));
        self
    }

    fn connected<F: Into<Condition>>(
        mut self,
        and: Option<Vec<F>>,
        or: Option<Vec<F>>,
        not: Option<Box<F>>,
    ) -> Condition {
        let each = |all: Vec<F>| all.into_iter().map(Into::into).collect();
        self.0.extend(and.map(|all| Condition::All(each(all))));
        self.0.extend(or.map(|any| Condition::Any(each(any))));
        self.0
            .extend(not.map(|it| Condition::Not(Box::new((*it).into()))));
        Condition::All(self.0)
    }
}

impl From<OrderFilter> for Condition {
    fn from(filter: OrderFilter) -> Self {
        Conditions::default()
            .field(Field::ID, filter.code)
            .field(Order::ORDERED_AT, filter.ordered_at)
            .field(Order::SHIPPED_AT, filter.shipped_at)
            .field(Order::STATUS, filter.status)
            .field(Order::SHIP_MODE, filter.ship_mode)
            .field(Order::CUSTOMER, filter.customer)
            .field(Order::SHIP_TO, filter.ship_to)
            .field(Order::SHIP_FROM, filter.ship_from)
            .and(filter.line)
            .and(filter.totals)
            .connected(filter.and, filter.or, filter.not)
    }
}

impl From<OrderLineFilter> for Condition {
    fn from(filter: OrderLineFilter) -> Self {
        let line = Conditions::default()
            .field(Field::text("productId"), filter.product)
            .field(Field::number("quantity"), filter.quantity)
            .field(Field::number("revenue"), filter.revenue)
            .field(Field::number("profit"), filter.profit)
            .field(Field::number("discount"), filter.discount);
        Self::Element(Order::LINES, Box::new(Self::All(line.0)))
    }
}

impl From<OrderTotalsFilter> for Condition {
    fn from(filter: OrderTotalsFilter) -> Self {
        let totals = Conditions::default()
            .total(Total::Revenue, filter.sales)
            .total(Total::Profit, filter.profit)
            .total(Total::Quantity, filter.units)
            .total(Total::Lines, filter.line_count);
        Self::All(totals.0)
    }
}

impl From<CustomerFilter> for Condition {
    fn from(filter: CustomerFilter) -> Self {
        Conditions::default()
            .field(Field::ID, filter.code)
            .field(Customer::NAME, filter.name)
            .field(Customer::SEGMENT, filter.segment)
            .field(Customer::LOCATION, filter.location)
            .field(Customer::CREATED_AT, filter.created_at)
            .connected(filter.and, filter.or, filter.not)
    }
}

impl From<ProductFilter> for Condition {
    fn from(filter: ProductFilter) -> Self {
        Conditions::default()
            .field(Field::ID, filter.code)
            .field(Product::NAME, filter.name)
            .field(Product::CATEGORY, filter.category)
            .field(Product::SUB_CATEGORY, filter.sub_category)
            .connected(filter.and, filter.or, filter.not)
    }
}

impl From<LocationFilter> for Condition {
    fn from(filter: LocationFilter) -> Self {
        let has_point = |it: bool| Condition::Field(Location::POINT, Test::IsMissing(!it));
        Conditions::default()
            .field(Field::ID, filter.code)
            .field(Location::COUNTRY, filter.country)
            .field(Location::REGION, filter.region)
            .field(Location::STATE, filter.state)
            .field(Location::CITY, filter.city)
            .field(Location::POSTAL_CODE, filter.postal_code)
            .and(filter.has_point.map(has_point))
            .connected(filter.and, filter.or, filter.not)
    }
}
