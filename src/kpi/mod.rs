//! What the shop's numbers mean, and what to count for them.
//!
//! The [catalogue](Kpi) declares every KPI once. A KPI is finished from
//! [measures](Measure), which are counted over a [scope](Scope) and, within it,
//! by [axes](Axis): dimensions, time buckets, seasons. What a whole request asks
//! for is [merged](merge) into the fewest [passes](Pass) before an engine counts
//! anything. Nothing here knows a database or a protocol.

mod answer;
mod bought;
pub mod calendar;
mod catalogue;
mod composing;
mod conditional;
mod customers;
mod cycle;
mod dimension;
mod distance;
mod drivers;
mod entries;
mod expression;
mod float;
mod fold;
mod formula;
mod grain;
mod having;
mod interval;
mod lookback;
mod measure;
mod measures;
mod own_field;
mod own_measure;
mod pairs;
mod plan;
mod quotient;
mod ranking;
mod rfm;
mod scope;
pub mod series;
mod unit;
mod vocabulary;
mod zone;

pub use answer::{Answer, CohortCount, DistanceCount};
pub use bought::{Bought, Buyers, bought_measures, in_order};
pub use calendar::{Calendar, CalendarError, CalendarRules, RetailYear, WeekPattern, YearEnd};
pub use catalogue::{Example, Kpi, Number, NumberKind, table};
pub use composing::OwnKpi;
pub use conditional::ConditionalMeasure;
pub use customers::Customers;
pub use cycle::Cycle;
pub use dimension::{Dimension, Holder, NEW, RETURNING};
pub use distance::{Bar, Coordinates, Distribution, haversine_km};
pub use drivers::{Driver, Fate, SalesFactors, SalesParts, adds_up, drivers};
pub use entries::{Entries, ReturnsOn};
pub use float::float;
pub use fold::{Fold, Percent};
pub use formula::Formula;
pub use grain::{Grain, TooManyBuckets, regular_day};
pub use having::{AbcClass, Having, HavingTest, cumulative_shares};
pub use interval::Interval;
pub use lookback::Lookback;
pub use measure::{Level, Measure};
pub use measures::{Measures, Values};
pub use own_field::OwnField;
pub use own_measure::{Aggregate, Measurable, OwnMeasure};
pub use pairs::{Baskets, Pair, PairOrder, Pairing, Pairs, PairsOf, Products};
pub use plan::{Count, Merged, Pass, Request, Slice, merge};
pub use quotient::{quotient, relative_change, sum};
pub use ranking::{Direction, RankedPlace, Ranking, Row};
pub use rfm::{RfmCell, RfmGroup, rfm_cells};
pub use scope::{Axis, Key, KeyPart, Ordered, Predicate, Scope};
pub use unit::Unit;
pub use vocabulary::{OwnDimension, Vocabulary, WordError, Words};
pub use zone::{Numbering, Shift, ZoneRules};
