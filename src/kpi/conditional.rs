//! Measures that are counted in passes of their own: under conditions, distinct counts,
//! medians.
//!
//! Each is counted as the measure that it is of over the lines that match: a pass for each
//! condition, beside the one for all lines, so that whatever there is to count, distinct
//! customers too, is right. What is [folded](super::fold) has a pass of its own, too.
//! Engines know nothing of conditions.

use std::{collections::HashMap, sync::Arc};

use super::{
    answer::Answer,
    fold::Fold,
    measure::Measure,
    measures::{Measures, Values},
    plan::{Count, Pass},
    scope::{Key, Predicate},
    vocabulary::Vocabulary,
};

/// A measure that is counted in a pass of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conditional {
    /// What sets know it by.
    pub measure: ConditionalMeasure,
    /// What is measured.
    pub of: Measure,
    /// What lines must match.
    pub predicates: Vec<Predicate>,
    /// What is made of finer groups, where it does not add up over parts.
    pub fold: Option<Fold>,
}

/// The measures that one pass counts beside the one for all lines.
struct Apart<'v> {
    predicates: &'v [Predicate],
    fold: Option<Fold>,
    measures: Vec<&'v Conditional>,
}

/// Which of a vocabulary's conditional measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConditionalMeasure {
    place: u8,
    /// Whether it is 0 and not missing where nothing is in scope.
    is_zero_of_nothing: bool,
}

impl ConditionalMeasure {
    /// The median of the time from customers' first order to their second, of every shop.
    pub(super) const SECOND_ORDER: Self = Self::new(0, false);
    /// The most that one vocabulary may have, of those that are 0 of nothing and of the others.
    pub(super) const MOST: u8 = 32;
    /// The bit of a set after those of conditional measures.
    pub(super) const END: u32 = Self::FIRST + 2 * Self::MOST as u32;
    /// The bits of a set before this one are those of the measures that every shop has.
    pub(super) const FIRST: u32 = 32;

    /// The one after these; `None` where there are too many.
    pub(super) fn after(others: &[Conditional], is_zero_of_nothing: bool) -> Option<Self> {
        let alike = others.iter();
        let alike = alike.filter(|it| it.measure.is_zero_of_nothing == is_zero_of_nothing);
        let place = u8::try_from(alike.count()).ok();
        let place = place.filter(|it| *it < Self::MOST);
        place.map(|place| Self::new(place, is_zero_of_nothing))
    }

    /// The one at this place among those that are alike in what they are of nothing.
    pub(super) const fn new(place: u8, is_zero_of_nothing: bool) -> Self {
        Self {
            place,
            is_zero_of_nothing,
        }
    }

    pub(super) fn is_zero_of_nothing(self) -> bool {
        self.is_zero_of_nothing
    }

    pub(super) fn number(self) -> u32 {
        let before = if self.is_zero_of_nothing {
            0
        } else {
            Self::MOST
        };
        Self::FIRST + u32::from(before + self.place)
    }

    pub(super) fn at(number: u32) -> Option<Self> {
        let place = u8::try_from(number.checked_sub(Self::FIRST)?).ok()?;
        Some(match place.checked_sub(Self::MOST) {
            None => Self::new(place, true),
            Some(place) => Self::new(place, false),
        })
    }
}

impl Conditional {
    /// Those that every shop has.
    pub fn built_in() -> Vec<Self> {
        let median = Fold::MedianSecondOrder;
        vec![Self {
            measure: ConditionalMeasure::SECOND_ORDER,
            of: median.measure(),
            predicates: Vec::new(),
            fold: Some(median),
        }]
    }
}

impl Pass {
    /// How many passes are counted for this one, those of semi-joins included, and one where it
    /// must be known when else customers have ordered.
    #[must_use]
    pub fn parts(&self, vocabulary: &Vocabulary) -> usize {
        let counted = match self.count {
            Count::Measures(measures) => 1 + apart(measures, vocabulary).len(),
            Count::Cohorts(_) | Count::Distances | Count::Pairs(_) | Count::Customers => 1,
        };
        let looks_back = usize::from(self.looks_at_history());
        counted * (1 + self.scope.semi_joins() + looks_back)
    }

    /// The passes that are counted for this one: without measures that have passes of their
    /// own, and those.
    #[must_use]
    pub fn plain(&self, vocabulary: &Vocabulary) -> Vec<Self> {
        let Count::Measures(measures) = self.count else {
            return vec![self.clone()];
        };
        let apart = apart(measures, vocabulary);
        if apart.is_empty() {
            return vec![self.clone()];
        }
        let plain = measures.iter();
        let plain: Measures = plain
            .filter(|it| !matches!(it, Measure::Conditional(_)))
            .collect();
        let all = Self {
            // Whether there is a group follows from its orders.
            count: Count::Measures(plain.union([Measure::Orders].into())),
            ..self.clone()
        };
        let apart = apart.iter().map(|it| {
            let mut scope = self.scope.as_ref().clone();
            scope.predicates.extend(it.predicates.iter().cloned());
            let counted: Measures = it.measures.iter().map(|it| it.of).collect();
            let counted = it
                .fold
                .map_or(counted, |fold| counted.union(fold.counted()));
            Self {
                scope: Arc::new(scope),
                count: Count::Measures(counted),
                fold: it.fold,
                ..self.clone()
            }
        });
        [all].into_iter().chain(apart).collect()
    }

    /// What this pass found, from what its [plain](Self::plain) ones did.
    #[must_use]
    pub fn whole(&self, vocabulary: &Vocabulary, plain: &[Arc<Answer>]) -> Arc<Answer> {
        let (Count::Measures(measures), [all, under @ ..]) = (self.count, plain) else {
            return Arc::clone(&plain[0]);
        };
        let Answer::Measures(all) = &**all else {
            return Arc::clone(&plain[0]);
        };
        if under.is_empty() {
            return Arc::clone(&plain[0]);
        }
        let mut rows: HashMap<&Key, Vec<Option<&Values>>> = HashMap::new();
        let mut keys: Vec<&Key> = Vec::new();
        let apart = apart(measures, vocabulary);
        let under = under.iter().map(|answer| rows_of(answer));
        let answers = [all.as_slice()].into_iter().chain(under);
        for (at, answer) in answers.enumerate() {
            for (key, values) in answer {
                let row = rows.entry(key).or_insert_with(|| {
                    keys.push(key);
                    vec![None; plain.len()]
                });
                row[at] = Some(values);
            }
        }
        // What tells whether there is such a group.
        let measures = measures.union([Measure::Orders, Measure::Records].into());
        let row = |key: &Key| {
            let found = &rows[key];
            let values = Values::new(measures, |measure| {
                let (at, of) = place(measure, &apart);
                found[at].map_or_else(|| measure.of_nothing(), |values| values.value(of))
            });
            (key.clone(), values)
        };
        Arc::new(Answer::Measures(keys.into_iter().map(row).collect()))
    }
}

/// What a set's measures are counted in, beside the pass for all lines.
fn apart(measures: Measures, vocabulary: &Vocabulary) -> Vec<Apart<'_>> {
    let mut apart: Vec<Apart<'_>> = Vec::new();
    let measures = measures.conditional();
    for conditional in measures.filter_map(|it| vocabulary.conditional(it)) {
        let Conditional {
            predicates, fold, ..
        } = conditional;
        let is_same = |it: &&mut Apart<'_>| it.predicates == predicates && it.fold == *fold;
        match apart.iter_mut().find(is_same) {
            Some(it) => it.measures.push(conditional),
            None => apart.push(Apart {
                predicates,
                fold: *fold,
                measures: vec![conditional],
            }),
        }
    }
    apart
}

/// Which of the plain passes counts a measure, and as which.
fn place(measure: Measure, apart: &[Apart<'_>]) -> (usize, Measure) {
    let Measure::Conditional(wanted) = measure else {
        return (0, measure);
    };
    let mut all = apart.iter().enumerate();
    let found = all.find_map(|(at, it)| {
        let conditional = it.measures.iter().find(|it| it.measure == wanted)?;
        Some((at + 1, conditional.of))
    });
    found.unwrap_or_else(|| unreachable!("a set holds measures of the shop's own vocabulary"))
}

fn rows_of(answer: &Answer) -> &[(Key, Values)] {
    match answer {
        Answer::Measures(rows) => rows,
        Answer::Cohorts(_) | Answer::Distances(_) | Answer::Pairs(_) | Answer::Customers(_) => &[],
    }
}
