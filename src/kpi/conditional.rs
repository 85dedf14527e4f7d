//! Measures under conditions, and the passes that count them.
//!
//! Each is counted as the measure that it is of over the lines that match: a pass for each
//! condition, beside the one for all lines, so that whatever there is to count, distinct
//! customers too, is right. Engines know nothing of it.

use std::{collections::HashMap, sync::Arc};

use super::{
    measure::Measure,
    measures::{Measures, Values},
    plan::{Answer, Count, Pass},
    scope::{Key, Predicate},
    vocabulary::Vocabulary,
};

/// A measure under a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conditional {
    /// What sets know it by.
    pub measure: ConditionalMeasure,
    /// What is measured.
    pub of: Measure,
    /// What lines must match.
    pub predicates: Vec<Predicate>,
}

/// Which of a vocabulary's conditional measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConditionalMeasure {
    place: u8,
    /// Whether it is 0 and not missing where nothing is in scope.
    is_zero_of_nothing: bool,
}

impl ConditionalMeasure {
    /// The most that one vocabulary may have, of those that are 0 of nothing and of the others.
    pub(super) const MOST: u8 = 32;
    /// The bit of a set after those of conditional measures.
    pub(super) const END: u32 = Self::FIRST + 2 * Self::MOST as u32;
    /// The bits of a set before this one are those of the measures that every shop has.
    pub(super) const FIRST: u32 = 32;

    /// The one at this place among those that are alike in what they are of nothing.
    pub(super) fn new(place: u8, is_zero_of_nothing: bool) -> Self {
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

impl Pass {
    /// How many passes are counted for this one, those of semi-joins included.
    #[must_use]
    pub fn parts(&self, vocabulary: &Vocabulary) -> usize {
        let counted = match self.count {
            Count::Measures(measures) => 1 + conditions(measures, vocabulary).len(),
            Count::Cohorts(_) | Count::Distances => 1,
        };
        let looked_up = self.scope.predicates.iter().map(Predicate::semi_joins);
        counted * (1 + looked_up.sum::<usize>())
    }

    /// The passes that are counted for this one: without measures under conditions, and one
    /// for each condition of those.
    #[must_use]
    pub fn plain(&self, vocabulary: &Vocabulary) -> Vec<Self> {
        let Count::Measures(measures) = self.count else {
            return vec![self.clone()];
        };
        let conditions = conditions(measures, vocabulary);
        if conditions.is_empty() {
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
        let under = conditions.iter().map(|(predicates, measures)| {
            let mut scope = self.scope.as_ref().clone();
            scope.predicates.extend(predicates.iter().cloned());
            Self {
                scope: Arc::new(scope),
                count: Count::Measures(measures.iter().map(|it| it.of).collect()),
                ..self.clone()
            }
        });
        [all].into_iter().chain(under).collect()
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
        let answers = [all.as_slice()]
            .into_iter()
            .chain(under.iter().map(|it| rows_of(it)));
        for (at, answer) in answers.enumerate() {
            for (key, values) in answer {
                let row = rows.entry(key).or_insert_with(|| {
                    keys.push(key);
                    vec![None; plain.len()]
                });
                row[at] = Some(values);
            }
        }
        let conditions = conditions(measures, vocabulary);
        // What tells whether there is such a group.
        let measures = measures.union([Measure::Orders, Measure::Records].into());
        let row = |key: &Key| {
            let found = &rows[key];
            let values = Values::new(measures, |measure| {
                let (at, of) = place(measure, &conditions);
                found[at].map_or_else(|| of.of_nothing(), |values| values.value(of))
            });
            (key.clone(), values)
        };
        Arc::new(Answer::Measures(keys.into_iter().map(row).collect()))
    }
}

/// The conditions of a set's measures, each with those under it.
fn conditions(
    measures: Measures,
    vocabulary: &Vocabulary,
) -> Vec<(&[Predicate], Vec<&Conditional>)> {
    let mut conditions: Vec<(&[Predicate], Vec<&Conditional>)> = Vec::new();
    let measures = measures.conditional();
    for conditional in measures.filter_map(|it| vocabulary.conditional(it)) {
        let predicates = conditional.predicates.as_slice();
        match conditions.iter_mut().find(|(it, _)| *it == predicates) {
            Some((_, measures)) => measures.push(conditional),
            None => conditions.push((predicates, vec![conditional])),
        }
    }
    conditions
}

/// Which of the plain passes counts a measure, and as which.
fn place(measure: Measure, conditions: &[(&[Predicate], Vec<&Conditional>)]) -> (usize, Measure) {
    let Measure::Conditional(wanted) = measure else {
        return (0, measure);
    };
    let mut all = conditions.iter().enumerate();
    let found = all.find_map(|(at, (_, measures))| {
        let conditional = measures.iter().find(|it| it.measure == wanted)?;
        Some((at + 1, conditional.of))
    });
    found.unwrap_or_else(|| unreachable!("a set holds measures of the shop's own vocabulary"))
}

fn rows_of(answer: &Answer) -> &[(Key, Values)] {
    match answer {
        Answer::Measures(rows) => rows,
        Answer::Cohorts(_) | Answer::Distances(_) => &[],
    }
}
