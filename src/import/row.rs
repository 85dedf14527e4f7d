//! One record as one order line, with what it says of its order, customer,
//! product and places.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    binder::Binder,
    bound::{Columns, Date, Numeric, Text},
    condition::BoundCondition,
    dates::Moment,
    key::Key,
    mapping::Mapping,
    place::{PlaceLayout, PlaceRow},
    pricing::{Priced, Pricing},
    reader::{Broken, Cells},
    rejects::{Reject, Why},
};

/// A mapping bound to the columns of one input.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) delimiter: u8,
    pub(super) leave_out: Vec<(BoundCondition, bool)>,
    pub(super) order_id: Key,
    /// The id of the row above, where a blank one is to mean it.
    pub(super) carried: Option<RefCell<Option<String>>>,
    pub(super) currency: Option<(Text, String)>,
    pub(super) ordered_at: Date,
    pub(super) shipped_at: Option<Date>,
    pub(super) status_when: Vec<(BoundCondition, String)>,
    pub(super) status: Option<Text>,
    pub(super) ship_mode: Option<Text>,
    pub(super) discount: Option<Numeric>,
    pub(super) refund: Option<Numeric>,
    pub(super) pricing: Pricing,
    pub(super) product: Option<ProductLayout>,
    pub(super) customer: Option<CustomerLayout>,
    pub(super) ship_to: Option<PlaceLayout>,
    pub(super) ship_from: Option<PlaceLayout>,
}

pub(super) struct ProductLayout {
    pub id: Key,
    pub name: Option<Text>,
    pub category: Option<Text>,
    pub sub_category: Option<Text>,
}

pub(super) struct CustomerLayout {
    pub id: Key,
    pub name: Option<Text>,
    pub segment: Option<Text>,
    pub created_at: Option<Date>,
    pub home: Option<PlaceLayout>,
}

/// What became of one record; texts are on loan from it.
pub(super) enum Reading<'r> {
    /// It is an order line.
    Line(Box<Row<'r>>),
    /// The mapping leaves it out; what it says of its order may hold.
    LeftOut(Option<Head<'r>>),
    /// It cannot be used; what else it says of its order holds.
    Rejected(Option<Head<'r>>, Reject),
}

pub(super) struct Row<'r> {
    pub head: Head<'r>,
    pub priced: Priced,
    pub product: Option<ProductRow<'r>>,
}

/// What a record says of its order as a whole.
pub(super) struct Head<'r> {
    pub order_id: Cow<'r, str>,
    pub ordered_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<Moment>,
    /// `None` where the cell is blank; the order's other rows may know.
    pub status: Option<Cow<'r, str>>,
    /// The status where no row of the order says one.
    pub fallback: Option<&'r str>,
    pub ship_mode: Option<Cow<'r, str>>,
    pub customer: Option<CustomerRow<'r>>,
    pub ship_to: Option<PlaceRow<'r>>,
    pub ship_from: Option<PlaceRow<'r>>,
    pub discount: Option<Decimal>,
    pub refund: Option<Decimal>,
}

pub(super) struct ProductRow<'r> {
    pub id: Cow<'r, str>,
    pub name: Option<Cow<'r, str>>,
    pub category: Option<Cow<'r, str>>,
    pub sub_category: Option<Cow<'r, str>>,
}

pub(super) struct CustomerRow<'r> {
    pub id: Cow<'r, str>,
    pub name: Option<Cow<'r, str>>,
    pub segment: Option<Cow<'r, str>>,
    pub created_at: Option<DateTime<Utc>>,
    pub home: Option<PlaceRow<'r>>,
}

/// The status of orders where the mapping names none.
const DEFAULT_STATUS: &str = "completed";

/// The first thing that is wrong with a row, of which the rest is read on.
#[derive(Default)]
pub(super) struct Fault(Option<Reject>);

impl Fault {
    /// What was read, or nothing where it is wrong.
    pub fn keep<T>(&mut self, read: Result<Option<T>, Reject>) -> Option<T> {
        match read {
            Ok(read) => read,
            Err(reject) => {
                self.0.get_or_insert(reject);
                None
            }
        }
    }

    /// The text of a field that the mapping may have.
    pub fn text<'r>(&mut self, field: Option<&'r Text>, cells: Cells<'r>) -> Option<Cow<'r, str>> {
        self.keep(field.map_or(Ok(None), |field| field.read(cells)))
    }

    fn date(&mut self, field: Option<&Date>, cells: Cells<'_>) -> Option<Moment> {
        self.keep(field.map_or(Ok(None), |field| field.read(cells)))
    }

    fn amount(&mut self, field: Option<&Numeric>, cells: Cells<'_>) -> Option<Decimal> {
        let amount = self.keep(field.map_or(Ok(None), |field| field.read(cells)));
        // Some files write what they take off with a minus.
        amount.map(|amount| amount.abs())
    }
}

impl Layout {
    /// Binds; whether all columns exist is for [`Columns::check`] to say.
    pub fn bind(
        mapping: &Mapping,
        zone: Tz,
        delimiter: u8,
        width: usize,
        columns: &mut Columns<'_>,
    ) -> Self {
        Binder {
            mapping,
            zone,
            columns,
        }
        .layout(delimiter, width)
    }

    /// Reads one record.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Reading<'r> {
        if let Err(reject) = self.check(cells) {
            // Nobody knows whose rows follow.
            self.carry(None);
            return Reading::Rejected(None, reject);
        }
        let order_id = self.order_id(cells);
        match self.left_out(cells) {
            Ok(None) => {}
            Ok(Some(order_only)) => {
                let id = order_id.ok().flatten().filter(|_| order_only);
                return Reading::LeftOut(id.map(|id| self.head(id, cells, &mut Fault::default())));
            }
            Err(reject) => return Reading::Rejected(None, reject),
        }
        let order_id = order_id
            .and_then(|id| id.ok_or_else(|| Reject::missing("order.id")))
            .and_then(|id| self.check_currency(cells).map(|()| id));
        match order_id {
            Ok(id) => self.row(id, cells),
            Err(reject) => Reading::Rejected(None, reject),
        }
    }

    /// How many rows had a key of which some parts were blank, by the mapping's key.
    pub fn incomplete_keys(&self) -> BTreeMap<&'static str, u64> {
        let customer = self.customer.as_ref();
        let home = customer.and_then(|customer| customer.home.as_ref());
        let places = [self.ship_to.as_ref(), self.ship_from.as_ref(), home];
        let places = places.into_iter().flatten().map(|place| &place.id);
        let product = self.product.as_ref().map(|product| &product.id);
        let keys = product
            .into_iter()
            .chain(customer.map(|customer| &customer.id));
        keys.chain(places)
            .filter(|key| key.incomplete() > 0)
            .map(|key| (key.name, key.incomplete()))
            .collect()
    }

    fn row<'r>(&'r self, order_id: Cow<'r, str>, cells: Cells<'r>) -> Reading<'r> {
        let mut fault = Fault::default();
        let head = self.head(order_id, cells, &mut fault);
        let priced = fault.keep(self.pricing.read(cells).map(Some));
        let product = self.product.as_ref();
        let product = product.and_then(|product| product.read(cells, &mut fault));
        match (fault.0, priced) {
            (None, Some(priced)) => Reading::Line(Box::new(Row {
                head,
                priced,
                product,
            })),
            (reject, _) => {
                let mut reject = reject.unwrap_or_else(|| Reject::missing("line"));
                if reject.why == Why::Missing && cells.record.len() < self.width {
                    reject.why = Why::MissingInShortRow;
                }
                Reading::Rejected(Some(head), reject)
            }
        }
    }

    fn head<'r>(&'r self, order_id: Cow<'r, str>, cells: Cells<'r>, fault: &mut Fault) -> Head<'r> {
        Head {
            order_id,
            ordered_at: fault.date(Some(&self.ordered_at), cells).map(|it| it.at),
            shipped_at: fault.date(self.shipped_at.as_ref(), cells),
            status: fault.keep(self.status(cells)),
            fallback: self.fallback(),
            ship_mode: fault.text(self.ship_mode.as_ref(), cells),
            customer: self
                .customer
                .as_ref()
                .and_then(|customer| customer.read(cells, fault)),
            ship_to: self
                .ship_to
                .as_ref()
                .and_then(|place| place.read(cells, fault)),
            ship_from: self
                .ship_from
                .as_ref()
                .and_then(|place| place.read(cells, fault)),
            discount: fault.amount(self.discount.as_ref(), cells),
            refund: fault.amount(self.refund.as_ref(), cells),
        }
    }

    fn check(&self, cells: Cells<'_>) -> Result<(), Reject> {
        let why = match cells.broken(self.width, self.delimiter) {
            None => return Ok(()),
            Some(Broken::Endless) => Why::Endless,
            Some(Broken::HoldsRows) => Why::HoldsRows,
            Some(Broken::TooManyCells { expected, found }) => Why::TooManyCells { expected, found },
        };
        Err(Reject::record(why))
    }

    /// The row's own id, or else that of the row above.
    fn order_id<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        let own = self.order_id.read(cells);
        match &own {
            Ok(None) => {
                let carried = self.carried.as_ref();
                let above = carried.and_then(|carried| carried.borrow().clone());
                return Ok(above.map(Cow::from));
            }
            Ok(Some(id)) => self.carry(Some(id)),
            Err(_) => self.carry(None),
        }
        own
    }

    fn carry(&self, id: Option<&str>) {
        if let Some(carried) = &self.carried {
            carried.replace(id.map(str::to_owned));
        }
    }

    /// The first rule that leaves the row out: whether it does so but for its order.
    fn left_out(&self, cells: Cells<'_>) -> Result<Option<bool>, Reject> {
        for (condition, order_only) in &self.leave_out {
            if condition.holds(cells)? {
                return Ok(Some(*order_only));
            }
        }
        Ok(None)
    }

    fn check_currency(&self, cells: Cells<'_>) -> Result<(), Reject> {
        let Some((field, shop)) = &self.currency else {
            return Ok(());
        };
        match field.read(cells)? {
            Some(code) if !code.eq_ignore_ascii_case(shop) => {
                Err(field.reject("order.currency", Why::OtherCurrency, &code))
            }
            _ => Ok(()),
        }
    }

    fn status<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        for (condition, status) in &self.status_when {
            if condition.holds(cells)? {
                return Ok(Some(status.into()));
            }
        }
        match &self.status {
            Some(status) => status.read_own(cells),
            None => Ok(None),
        }
    }

    fn fallback(&self) -> Option<&str> {
        self.status
            .as_ref()
            .map_or(Some(DEFAULT_STATUS), Text::default)
    }
}

impl ProductLayout {
    fn read<'r>(&'r self, cells: Cells<'r>, fault: &mut Fault) -> Option<ProductRow<'r>> {
        Some(ProductRow {
            id: fault.keep(self.id.read(cells))?,
            name: fault.text(self.name.as_ref(), cells),
            category: fault.text(self.category.as_ref(), cells),
            sub_category: fault.text(self.sub_category.as_ref(), cells),
        })
    }
}

impl CustomerLayout {
    fn read<'r>(&'r self, cells: Cells<'r>, fault: &mut Fault) -> Option<CustomerRow<'r>> {
        let home = self.home.as_ref();
        Some(CustomerRow {
            id: fault.keep(self.id.read(cells))?,
            name: fault.text(self.name.as_ref(), cells),
            segment: fault.text(self.segment.as_ref(), cells),
            created_at: fault
                .date(self.created_at.as_ref(), cells)
                .map(|created| created.at),
            home: home.and_then(|home| home.read(cells, fault)),
        })
    }
}
