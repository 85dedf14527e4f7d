//! What a WHERE leaves of the order lines: predicates and a period.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use datafusion::{
    common::ScalarValue,
    error::Result,
    logical_expr::{
        Between, BinaryExpr, Expr, Like, Operator,
        expr::InList,
        utils::{split_binary, split_conjunction},
    },
};

use super::{
    columns::{Columns, Meaning},
    instant::Constants,
    refusal::{Refusal, as_sql},
    time_key::{TimeKey, is_time},
};
use crate::kpi::{Dimension, Grain, Interval, Key, Predicate, calendar::start_of_day};

/// The order lines that are left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// What lines must match, all of it.
    pub predicates: Vec<Predicate>,
    /// When orders were placed, and things came back.
    pub period: Interval,
}

/// What reads a WHERE.
pub struct Reader<'a> {
    pub columns: &'a Columns,
    pub constants: &'a Constants,
}

/// A comparison of something with a constant.
#[derive(Clone, Copy)]
enum Side {
    /// At it or later.
    From,
    /// Later than it.
    After,
    /// Before it.
    Before,
    /// Before it or at it.
    UpTo,
}

impl Reader<'_> {
    /// What these conditions leave.
    ///
    /// # Errors
    /// When one of them is none that lines can be told by before they are counted.
    pub fn narrowing(&self, conditions: &[Expr]) -> Result<Narrowing> {
        let mut narrowing = Narrowing::default();
        for condition in conditions.iter().flat_map(|it| split_conjunction(it)) {
            self.narrow(&mut narrowing, condition)?;
        }
        Ok(narrowing)
    }

    fn narrow(&self, to: &mut Narrowing, condition: &Expr) -> Result<()> {
        if let Some(value) = self.constants.value(condition)? {
            // Clients write `1 = 1` where they have nothing to ask for.
            if value != ScalarValue::Boolean(Some(true)) {
                to.period = NEVER;
            }
            return Ok(());
        }
        match condition {
            Expr::BinaryExpr(BinaryExpr {
                op: Operator::Or, ..
            }) => return self.narrow_to_any(to, condition),
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                let turned = op.swap();
                if self.compare(to, left, *op, right)? {
                    return Ok(());
                }
                if let Some(turned) = turned
                    && self.compare(to, right, turned, left)?
                {
                    return Ok(());
                }
            }
            Expr::Between(Between {
                expr,
                negated: false,
                low,
                high,
            }) => {
                if self.compare(to, expr, Operator::GtEq, low)?
                    && self.compare(to, expr, Operator::LtEq, high)?
                {
                    return Ok(());
                }
            }
            other => {
                if let Some(predicates) = self.of_dimension(other)? {
                    to.predicates.extend(predicates);
                    return Ok(());
                }
            }
        }
        Err(cannot(condition))
    }

    /// Narrows by a comparison with a constant; whether it is one that can be.
    fn compare(&self, to: &mut Narrowing, of: &Expr, op: Operator, with: &Expr) -> Result<bool> {
        if let Some(dimension) = self.dimension(of) {
            let Some(text) = self.text(with)? else {
                return Ok(false);
            };
            match op {
                Operator::Eq => to.predicates.push(Predicate::one_of(dimension, &[text])),
                Operator::NotEq => to.predicates.extend(unlike(dimension, &[text])),
                _ => return Ok(false),
            }
            return Ok(true);
        }
        let Some(period) = self.period(of, op, with)? else {
            return Ok(false);
        };
        to.period = to.period.intersection(period);
        Ok(true)
    }

    /// When a time compares so.
    fn period(&self, of: &Expr, op: Operator, with: &Expr) -> Result<Option<Interval>> {
        let sides = match op {
            Operator::Eq => vec![Side::From, Side::UpTo],
            Operator::GtEq => vec![Side::From],
            Operator::Gt => vec![Side::After],
            Operator::Lt => vec![Side::Before],
            Operator::LtEq => vec![Side::UpTo],
            _ => return Ok(None),
        };
        let both = |side: &dyn Fn(Side) -> Interval| {
            sides
                .iter()
                .fold(Interval::default(), |all, it| all.intersection(side(*it)))
        };
        if is_time(of) {
            let at = self.constants.instant(with)?;
            return Ok(at.map(|at| both(&|side| of_instant(side, at))));
        }
        let zone = self.constants.zone;
        match TimeKey::of(of)? {
            Some(TimeKey::Start(grain)) => {
                let at = self.constants.instant(with)?;
                Ok(at.map(|at| both(&|side| of_bucket(side, grain, at, zone))))
            }
            Some(TimeKey::Day) => {
                let at = self.constants.instant(with)?;
                Ok(at.map(|at| both(&|side| of_bucket(side, Grain::Day, at, zone))))
            }
            Some(TimeKey::Year) => {
                let year = self.constants.value(with)?.and_then(|it| whole(&it));
                let first = year.and_then(|it| NaiveDate::from_ymd_opt(it, 1, 1));
                Ok(first.map(|first| {
                    let at = start_of_day(first, zone);
                    both(&|side| of_bucket(side, Grain::Year, at, zone))
                }))
            }
            Some(TimeKey::Slot(_) | TimeKey::FromSunday) | None => Ok(None),
        }
    }

    /// Narrows by alternatives, one of which has to hold.
    fn narrow_to_any(&self, to: &mut Narrowing, condition: &Expr) -> Result<()> {
        let mut any = Vec::new();
        for alternative in split_binary(condition, Operator::Or) {
            let only = self.narrowing(std::slice::from_ref(alternative))?;
            if only.period == NEVER {
                continue;
            }
            if only.period != Interval::default() {
                return Err(cannot(condition));
            }
            if only.predicates.is_empty() {
                // It holds whatever the others say.
                return Ok(());
            }
            any.push(all_of(only.predicates));
        }
        match one_of(&any) {
            _ if any.is_empty() => to.period = NEVER,
            Some(values) => to.predicates.push(values),
            None => to.predicates.push(Predicate::Any(any)),
        }
        Ok(())
    }

    /// What an expression that is no comparison asks of a dimension.
    fn of_dimension(&self, condition: &Expr) -> Result<Option<Vec<Predicate>>> {
        Ok(match condition {
            Expr::IsNull(of) => self.dimension(of).map(|it| vec![Predicate::missing(it)]),
            Expr::IsNotNull(of) => self.dimension(of).map(|it| vec![Predicate::known(it)]),
            Expr::InList(InList {
                expr,
                list,
                negated,
            }) => {
                let Some(dimension) = self.dimension(expr) else {
                    return Ok(None);
                };
                let texts = list
                    .iter()
                    .map(|it| self.text(it)?.ok_or_else(|| cannot(condition)));
                let texts: Vec<String> = texts.collect::<Result<_>>()?;
                Some(if *negated {
                    unlike(dimension, &texts).to_vec()
                } else {
                    vec![Predicate::one_of(dimension, &texts)]
                })
            }
            Expr::Like(like) if !like.negated && !like.case_insensitive => {
                self.like(like)?.map(|it| vec![it])
            }
            Expr::Not(inner) => match &**inner {
                Expr::InList(InList {
                    expr,
                    list,
                    negated: false,
                }) => {
                    let turned = InList::new(expr.clone(), list.clone(), true);
                    self.of_dimension(&Expr::InList(turned))?
                }
                _ => None,
            },
            _ => None,
        })
    }

    fn like(&self, like: &Like) -> Result<Option<Predicate>> {
        let (Some(dimension), Some(pattern)) =
            (self.dimension(&like.expr), self.text(&like.pattern)?)
        else {
            return Ok(None);
        };
        let escape = like.escape_char.unwrap_or('\\');
        let inner = pattern.strip_prefix('%').unwrap_or(&pattern);
        let is_open_before = inner.len() < pattern.len();
        let Some((text, is_open_after)) = without_wildcards(inner, escape) else {
            return Ok(None);
        };
        Ok(match (is_open_before, is_open_after) {
            (false, false) => Some(Predicate::one_of(dimension, &[text])),
            (false, true) => Some(Predicate::StartsWith(dimension, text)),
            (true, true) => Some(Predicate::Contains(dimension, text)),
            (true, false) => None,
        })
    }

    fn dimension(&self, expression: &Expr) -> Option<Dimension> {
        let Expr::Column(column) = expression else {
            return None;
        };
        match self.columns.meaning(&column.name)? {
            Meaning::Dimension(dimension) => Some(dimension),
            Meaning::OrderedAt | Meaning::Kpi(_) => None,
        }
    }

    /// The text of a constant; `None` where it is no constant, or no text.
    fn text(&self, expression: &Expr) -> Result<Option<String>> {
        let value = self.constants.value(expression)?;
        Ok(value.and_then(|it| it.try_as_str().flatten().map(str::to_owned)))
    }
}

fn all_of(mut predicates: Vec<Predicate>) -> Predicate {
    match predicates.pop() {
        Some(only) if predicates.is_empty() => only,
        last => Predicate::All(predicates.into_iter().chain(last).collect()),
    }
}

/// Alternatives that are values of the same dimensions, as one list of them.
fn one_of(alternatives: &[Predicate]) -> Option<Predicate> {
    let mut of = None;
    let mut keys: Vec<Key> = Vec::new();
    for alternative in alternatives {
        match alternative {
            Predicate::Among(dimensions, more) if *of.get_or_insert(dimensions) == dimensions => {
                keys.extend_from_slice(more);
            }
            _ => return None,
        }
    }
    keys.sort_unstable();
    keys.dedup();
    of.map(|dimensions| Predicate::Among(dimensions.clone(), keys))
}

/// The text before a last `%`, and whether there is one; `None` with any other wildcard.
fn without_wildcards(pattern: &str, escape: char) -> Option<(String, bool)> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            it if it == escape => text.push(letters.next()?),
            '%' if letters.as_str().is_empty() => return Some((text, true)),
            '%' | '_' => return None,
            other => text.push(other),
        }
    }
    Some((text, false))
}

/// As SQL has it, where a missing value is not unlike any other either.
fn unlike(dimension: Dimension, texts: &[String]) -> [Predicate; 2] {
    [
        Predicate::none_of(dimension, texts),
        Predicate::known(dimension),
    ]
}

/// No order was placed then.
const NEVER: Interval = Interval {
    from: Some(DateTime::<Utc>::UNIX_EPOCH),
    to: Some(DateTime::<Utc>::UNIX_EPOCH),
};

/// Instants on a side of one: they are known to the millisecond.
fn of_instant(side: Side, at: DateTime<Utc>) -> Interval {
    let step = Duration::milliseconds(1);
    let floor = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
    let ceiling = if floor < at { floor + step } else { floor };
    match side {
        Side::From => from(ceiling),
        Side::After => from(floor + step),
        Side::Before => up_to(ceiling),
        Side::UpTo => up_to(floor + step),
    }
}

/// Instants whose bucket starts on a side of one.
fn of_bucket(side: Side, grain: Grain, at: DateTime<Utc>, zone: chrono_tz::Tz) -> Interval {
    let start = grain.start(at, zone.into());
    let next = grain.next(start, zone.into());
    let is_start = start == at;
    match side {
        Side::From if is_start => from(start),
        Side::From | Side::After => from(next),
        Side::Before if is_start => up_to(start),
        Side::Before | Side::UpTo => up_to(next),
    }
}

fn from(at: DateTime<Utc>) -> Interval {
    Interval {
        from: Some(at),
        to: None,
    }
}

fn up_to(at: DateTime<Utc>) -> Interval {
    Interval {
        from: None,
        to: Some(at),
    }
}

fn whole(value: &ScalarValue) -> Option<i32> {
    match value {
        ScalarValue::Int64(Some(it)) => i32::try_from(*it).ok(),
        ScalarValue::Int32(it) => *it,
        ScalarValue::Utf8(Some(text)) => text.parse().ok(),
        _ => None,
    }
}

fn cannot(condition: &Expr) -> datafusion::error::DataFusionError {
    Refusal::unsupported(format!(
        "{} cannot be asked before figures are counted: compare dimensions by =, <>, IN, \
         NOT IN, LIKE 'x%', LIKE '%x%', IS NULL, joined by AND and OR, and ordered_at with times, joined by AND; what \
         is counted is compared in HAVING",
        as_sql(condition)
    ))
    .into()
}
