//! The axes of a pass as codes: of orders, of lines, and of all axes together.

use std::{
    ops::{AddAssign, Mul},
    sync::Arc,
};

use super::{
    amount::{fitting, row},
    attributes::{Base, Table},
    columns::Columns,
    dictionary::MISSING,
    members::{Members, NO_COHORT},
    own_axis::OwnAxis,
    snapshot::{Snapshot, room},
    spans::Spans,
};
use crate::kpi::{self, Dimension, Key, KeyPart};

/// Axes whose codes make one number: that of a group.
#[derive(Clone, Debug)]
pub struct Axes(Vec<Axis>);

#[derive(Clone, Debug)]
struct Axis {
    source: Source,
    size: u64,
    stride: u64,
}

/// What an axis groups by.
#[derive(Clone, Debug)]
pub enum Source {
    Column {
        dimension: Dimension,
        base: Base,
        table: Table,
    },
    Time(Arc<Spans>),
    /// The cohort of the customer; the table has one more than its code, nobody's being missing.
    Cohorts(Arc<Members>, Arc<Vec<u32>>),
    Number(OwnAxis),
}

impl Axes {
    /// Axes that are no dimensions come with their sources.
    pub fn new(
        snapshot: &Snapshot,
        axes: &[kpi::Axis],
        mut source: impl FnMut(kpi::Axis) -> Source,
    ) -> Self {
        let mut stride = 1_u64;
        let coded = |of: &kpi::Axis| {
            let (source, size) = match of {
                kpi::Axis::Dimension(dimension) => {
                    let source = Source::Column {
                        dimension: *dimension,
                        base: Base::of(*dimension),
                        table: snapshot.attributes.table(*dimension),
                    };
                    (source, snapshot.room(*dimension) as u64)
                }
                kpi::Axis::Bucket(_)
                | kpi::Axis::Slot(_)
                | kpi::Axis::Cohort(_)
                | kpi::Axis::Number(_) => {
                    let source = source(*of);
                    let codes = source.codes();
                    (source, codes)
                }
            };
            let size = size.max(1);
            let within = stride;
            stride = stride.saturating_mul(size);
            Axis {
                source,
                size,
                stride: within,
            }
        };
        Self(axes.iter().map(coded).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One more than the greatest code of all axes together.
    pub fn codes(&self) -> u64 {
        self.count(|_| true)
    }

    /// Whether codes mean on these axes what they mean on others.
    pub fn are_laid_out_as(&self, others: &Self) -> bool {
        let is_same = |(one, other): (&Axis, &Axis)| {
            one.size == other.size
                && match (&one.source, &other.source) {
                    (Source::Number(one), Source::Number(other)) => one == other,
                    _ => true,
                }
        };
        self.0.len() == others.0.len() && self.0.iter().zip(&others.0).all(is_same)
    }

    /// The spans of time, where there is no other axis.
    pub fn only_time(&self) -> Option<&Spans> {
        match self.0.as_slice() {
            [
                Axis {
                    source: Source::Time(spans),
                    ..
                },
            ] => Some(spans),
            _ => None,
        }
    }

    /// Whether the lines of one order can have different codes.
    pub fn are_of_lines(&self) -> bool {
        self.0.iter().any(Axis::is_of_lines)
    }

    /// Whether all orders of one customer in a bucket have the same code.
    pub fn keep_customers_whole(&self) -> bool {
        !self.0.iter().any(Axis::is_of_rest)
    }

    /// What the axes make of each line where they are [of lines](Self::are_of_lines), or else
    /// of each order.
    pub fn code<T: Code>(&self, columns: &Columns<'_>, codes: &mut Vec<T>) {
        if self.are_of_lines() {
            self.code_lines(columns, codes);
        } else {
            self.code_orders(columns, codes);
        }
    }

    /// What the axes of whole orders make of each order.
    fn code_orders<T: Code>(&self, columns: &Columns<'_>, codes: &mut Vec<T>) {
        codes.clear();
        for axis in self.0.iter().filter(|it| !it.is_of_lines()) {
            let stride = T::of(axis.stride);
            match &axis.source {
                Source::Time(spans) => {
                    codes.resize(columns.len(), T::default());
                    let mut start = 0;
                    for (end, code) in spans.runs(columns.time()) {
                        let add = stride * T::from(code);
                        codes[start..end].iter_mut().for_each(|it| *it += add);
                        start = end;
                    }
                }
                Source::Column { base, table, .. } => {
                    add(columns.codes(*base), table, stride, codes);
                }
                Source::Cohorts(_, table) => {
                    let table = Some(Arc::clone(table));
                    add(columns.codes(Base::Customer), &table, stride, codes);
                }
                Source::Number(number) => add_numbers(number, columns, stride, codes),
            }
        }
    }

    /// What all axes make of each line.
    fn code_lines<T: Code>(&self, columns: &Columns<'_>, codes: &mut Vec<T>) {
        codes.clear();
        if !self.0.iter().all(Axis::is_of_lines) {
            let mut of_orders: Vec<T> = Vec::new();
            self.code_orders(columns, &mut of_orders);
            let of_order = |owner: &u32| of_orders[*owner as usize];
            codes.extend(columns.owners().iter().map(of_order));
        }
        for axis in &self.0 {
            let stride = T::of(axis.stride);
            match &axis.source {
                Source::Column { base, table, .. } if base.is_of_lines() => {
                    add(columns.codes(*base), table, stride, codes);
                }
                Source::Number(number) if number.is_of_lines() => {
                    add_numbers(number, columns, stride, codes);
                }
                _ => {}
            }
        }
    }

    /// What axes that all follow from one column make of a code in it.
    pub fn code_of_base(&self, base: usize) -> u64 {
        let codes = self.0.iter().map(|axis| {
            let code = match &axis.source {
                Source::Column {
                    table: Some(table), ..
                }
                | Source::Cohorts(_, table) => table.get(base).copied().unwrap_or(MISSING),
                Source::Column { table: None, .. } | Source::Time(_) => row(base),
                Source::Number(_) => unreachable!("it follows from no column"),
            };
            axis.stride * u64::from(code)
        });
        codes.sum()
    }

    /// The code on one axis, of that on all.
    pub fn code_on(&self, axis: usize, code: u64) -> u64 {
        let axis = &self.0[axis];
        code / axis.stride % axis.size
    }

    /// What the axes but the last make of a code, and what the last does.
    pub fn split_last(&self, code: u64) -> (u64, u64) {
        let stride = self.0.last().map_or(1, |it| it.stride);
        (code % stride, code / stride)
    }

    /// A number that tells codes of one customer apart but for the bucket, which customers
    /// go through one after the other.
    pub fn rest(&self, code: u64) -> u64 {
        self.number(code, Axis::is_of_rest)
    }

    /// How many different [`Axes::rest`]s there can be.
    pub fn rests(&self) -> u64 {
        self.count(Axis::is_of_rest)
    }

    fn number(&self, code: u64, counts: impl Fn(&Axis) -> bool) -> u64 {
        let axes = self.0.iter().enumerate().filter(|(_, it)| counts(it));
        axes.fold(0, |number, (at, axis)| {
            number * axis.size + self.code_on(at, code)
        })
    }

    fn count(&self, counts: impl Fn(&Axis) -> bool) -> u64 {
        let axes = self.0.iter().filter(|it| counts(it));
        axes.fold(1, |all, axis| all.saturating_mul(axis.size))
    }

    /// The keys of these codes.
    pub fn keys(&self, snapshot: &Snapshot, codes: &[u64]) -> Vec<Key> {
        let mut keys = vec![Key::with_capacity(self.0.len()); codes.len()];
        // Axis by axis, so that only one dictionary is held open at a time.
        for (at, axis) in self.0.iter().enumerate() {
            let codes = codes.iter().map(|code| self.code_on(at, *code));
            let mut push_wide = |part: &dyn Fn(u64) -> KeyPart| {
                let keys = keys.iter_mut().zip(codes.clone());
                keys.for_each(|(key, code)| key.push(part(code)));
            };
            let mut push = |part: &dyn Fn(u32) -> KeyPart| push_wide(&|code| part(fitting(code)));
            match &axis.source {
                Source::Time(spans) => push(&|code| spans.parts[code as usize].clone()),
                Source::Cohorts(members, _) => push(&|code| match code {
                    MISSING => KeyPart::Missing,
                    code => members.cohorts.parts[code as usize - 1].clone(),
                }),
                Source::Number(number) => push_wide(&|code| number.part(code)),
                Source::Column { dimension, .. } => {
                    let texts = snapshot.dictionaries.of(*dimension).translator();
                    push(&|code| texts.part(code));
                }
            }
        }
        keys
    }
}

impl Source {
    /// The cohorts of customers.
    pub fn of_cohorts(members: Arc<Members>) -> Self {
        let cohorts = members.cohort_of.iter();
        let codes = cohorts.map(|cohort| match *cohort {
            NO_COHORT => MISSING,
            cohort => cohort + 1,
        });
        let codes = Arc::new(codes.collect());
        Self::Cohorts(members, codes)
    }

    /// How many codes to make room for, where it is no column.
    fn codes(&self) -> u64 {
        match self {
            Self::Column { .. } => 0,
            Self::Time(spans) => room(spans.parts.len()) as u64,
            Self::Cohorts(members, _) => room(members.cohorts.parts.len() + 1) as u64,
            Self::Number(number) => number.codes(),
        }
    }
}

impl Axis {
    fn is_of_lines(&self) -> bool {
        match &self.source {
            Source::Column { base, .. } => base.is_of_lines(),
            Source::Number(number) => number.is_of_lines(),
            Source::Cohorts(..) | Source::Time(_) => false,
        }
    }

    /// Whether one customer's orders in a bucket can have different codes.
    fn is_of_rest(&self) -> bool {
        match &self.source {
            Source::Column { base, .. } => *base != Base::Customer,
            Source::Cohorts(..) => false,
            Source::Number(_) => true,
            Source::Time(spans) => !spans.are_buckets(),
        }
    }
}

/// A code on all axes, in as many bits as it needs.
pub trait Code: Copy + Default + PartialEq + From<u32> + AddAssign + Mul<Output = Self> {
    fn of(number: u64) -> Self;
}

impl Code for u32 {
    fn of(number: u64) -> Self {
        fitting(number)
    }
}

impl Code for u64 {
    fn of(number: u64) -> Self {
        number
    }
}

/// Adds the codes of a number; the first axis starts the codes.
fn add_numbers<T: Code>(number: &OwnAxis, columns: &Columns<'_>, stride: T, codes: &mut Vec<T>) {
    let numbers = number.code(columns).map(T::of);
    if codes.is_empty() {
        codes.extend(numbers.map(|code| stride * code));
        return;
    }
    codes
        .iter_mut()
        .zip(numbers)
        .for_each(|(to, code)| *to += stride * code);
}

/// Adds what an axis makes of the codes in its column; the first axis starts the codes.
fn add<T: Code>(bases: &[u32], table: &Table, stride: T, codes: &mut Vec<T>) {
    let code = |base: &u32| match table {
        Some(table) => table[*base as usize],
        None => *base,
    };
    if codes.is_empty() && stride == T::from(1) {
        codes.extend(bases.iter().map(|base| T::from(code(base))));
        return;
    }
    codes.resize(bases.len(), T::default());
    for (to, base) in codes.iter_mut().zip(bases) {
        *to += stride * code(base).into();
    }
}
