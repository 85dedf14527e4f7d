//! A shop's own KPIs: formulas as they are written, made into those that are counted.
//!
//! A KPI under a condition is finished from measures under that condition, which are
//! [counted](super::conditional) as those that they are of over fewer lines.

use std::collections::HashMap;

use super::{
    catalogue::{Entry, Kpi, Number, NumberKind},
    conditional::{Conditional, ConditionalMeasure},
    dimension::Dimension,
    expression::{Expression, Operator, Test, parse},
    formula::{Formula, kept},
    measure::Measure,
    own_measure::Measured,
    scope::Predicate,
    unit::Unit,
    vocabulary::WordError,
};

/// A KPI that a shop declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKpi {
    /// Its name, in camel case.
    pub name: String,
    /// A sentence that says what it means.
    pub description: String,
    /// KPIs by their names, put together.
    pub formula: String,
}

/// The KPIs that a shop declares, and the measures under conditions that they are finished
/// from, beside those of its own measures, whose KPIs formulas may name.
pub(super) fn composed(
    own: &[OwnKpi],
    dimensions: &[Dimension],
    Measured {
        kpis: measured,
        conditional,
    }: &Measured,
) -> Result<(Vec<Kpi>, Vec<Conditional>), WordError> {
    let mut composer = Composer {
        own,
        dimensions,
        measured,
        conditional: conditional.clone(),
        composing: Vec::new(),
        composed: HashMap::new(),
    };
    let kpis = own
        .iter()
        .map(|it| composer.own(it))
        .collect::<Result<_, _>>()?;
    Ok((kpis, composer.conditional))
}

struct Composer<'a> {
    own: &'a [OwnKpi],
    dimensions: &'a [Dimension],
    /// Those of the shop's own measures.
    measured: &'a [Kpi],
    conditional: Vec<Conditional>,
    /// Those whose formulas lead to the one at hand.
    composing: Vec<&'a str>,
    composed: HashMap<&'a str, Kpi>,
}

impl<'a> Composer<'a> {
    fn own(&mut self, own: &'a OwnKpi) -> Result<Kpi, WordError> {
        let wrong = |problem: String| WordError::new(&own.name, problem);
        if let Some(kpi) = self.composed.get(own.name.as_str()) {
            return Ok(*kpi);
        }
        let is_twice = self.own.iter().filter(|it| it.name == own.name).count() > 1;
        let is_taken = self.others().any(|it| it.name() == own.name);
        if is_twice || is_taken {
            return Err(wrong(format!("there are two KPIs `{}`", own.name)));
        }
        if self.composing.contains(&own.name.as_str()) {
            let circle = [&self.composing[..], &[own.name.as_str()]]
                .concat()
                .join(" → ");
            return Err(wrong(format!(
                "the formulas go round in a circle: {circle}"
            )));
        }
        self.composing.push(&own.name);
        let expression = parse(&own.formula).map_err(wrong)?;
        let (formula, unit) = self.formula(&expression, own)?;
        self.composing.pop();
        let kind = if unit.is_money() || unit.is_own() || unit == Unit::UNITS {
            NumberKind::Decimal
        } else if unit.is_count() && formula.is_whole() {
            NumberKind::Int
        } else {
            NumberKind::Float
        };
        let entry = Entry {
            name: own.name.clone().into(),
            definition: own.description.clone().into(),
            number: Number {
                kind,
                is_nullable: true,
            },
            formula,
            unit,
            example: None,
        };
        let kpi = Kpi(Box::leak(Box::new(entry)));
        self.composed.insert(&own.name, kpi);
        Ok(kpi)
    }

    fn formula(
        &mut self,
        expression: &Expression,
        of: &'a OwnKpi,
    ) -> Result<(Formula, Unit), WordError> {
        match expression {
            Expression::Number(number) => Ok((Formula::Number(*number), Unit::RATIO)),
            Expression::Name(name) => {
                let kpi = self.named(name, of)?;
                Ok((*kpi.formula(), kpi.unit()))
            }
            Expression::Of(operator, operands) => {
                let [one, other] = &**operands;
                let (one, other) = (self.formula(one, of)?, self.formula(other, of)?);
                let put = put_together(*operator, one, other);
                put.map_err(|problem| WordError::new(&of.name, problem))
            }
            Expression::Where(inner, tests) => {
                let (formula, unit) = self.formula(inner, of)?;
                let predicates = tests.iter().map(|test| self.predicate(test, of));
                let predicates: Vec<Predicate> = predicates.collect::<Result<_, _>>()?;
                Ok((self.under(&formula, &predicates, of)?, unit))
            }
        }
    }

    /// The KPIs that have no formula of the shop's own.
    fn others(&self) -> impl Iterator<Item = Kpi> {
        let built_in = Kpi::built_in().iter();
        built_in.chain(self.measured).copied()
    }

    fn named(&mut self, name: &str, of: &OwnKpi) -> Result<Kpi, WordError> {
        if let Some(own) = self.own.iter().find(|it| it.name == name) {
            return self.own(own);
        }
        self.others().find(|it| it.name() == name).ok_or_else(|| {
            let problem = format!("there is no KPI `{name}`: `salesgraph kpis` lists them");
            WordError::new(&of.name, problem)
        })
    }

    fn predicate(&self, test: &Test, of: &OwnKpi) -> Result<Predicate, WordError> {
        let Test {
            dimension: name,
            values,
            is_among,
        } = test;
        let found = self.dimensions.iter().find(|it| it.name() == name);
        let dimension = *found.ok_or_else(|| {
            let problem = format!("there is no dimension `{name}`: declare it in a [[dimension]]");
            WordError::new(&of.name, problem)
        })?;
        Ok(if *is_among {
            Predicate::one_of(dimension, values)
        } else {
            Predicate::none_of(dimension, values)
        })
    }

    /// The formula over the lines that match.
    fn under(
        &mut self,
        formula: &Formula,
        predicates: &[Predicate],
        of: &OwnKpi,
    ) -> Result<Formula, WordError> {
        let mut are_too_many = false;
        let under = formula.with(&mut |measure| {
            let conditional = self.measure(measure, predicates);
            are_too_many |= conditional.is_none();
            conditional.unwrap_or(measure)
        });
        if are_too_many {
            let most = ConditionalMeasure::MOST;
            let problem = format!("all formulas together may put {most} measures under conditions");
            return Err(WordError::new(&of.name, problem));
        }
        Ok(under)
    }

    fn measure(&mut self, of: Measure, predicates: &[Predicate]) -> Option<Measure> {
        let is_zero_of_nothing = of.of_nothing().is_some();
        let (of, predicates, fold) = match of {
            Measure::Conditional(outer) => {
                let inner = self.conditional.iter().find(|it| it.measure == outer)?;
                let predicates = [inner.predicates.as_slice(), predicates].concat();
                (inner.of, predicates, inner.fold)
            }
            of => (of, predicates.to_vec(), None),
        };
        let mut known = self.conditional.iter();
        let known = known.find(|it| it.of == of && it.predicates == predicates && it.fold == fold);
        if let Some(known) = known {
            return Some(Measure::Conditional(known.measure));
        }
        let measure = ConditionalMeasure::after(&self.conditional, is_zero_of_nothing)?;
        self.conditional.push(Conditional {
            measure,
            of,
            predicates,
            fold,
        });
        Some(Measure::Conditional(measure))
    }
}

fn put_together(
    operator: Operator,
    (one, one_unit): (Formula, Unit),
    (other, other_unit): (Formula, Unit),
) -> Result<(Formula, Unit), String> {
    let units = || format!("{} and {}", one_unit.name(), other_unit.name());
    let alike = |what: &str| {
        let is_alike = one_unit == other_unit;
        is_alike
            .then_some(one_unit)
            .ok_or_else(|| format!("{} cannot be {what}", units()))
    };
    match operator {
        Operator::Plus => {
            let unit = alike("added up")?;
            Ok((Formula::Sum(Box::leak(Box::new([one, other]))), unit))
        }
        Operator::Minus => {
            let unit = alike("taken off each other")?;
            Ok((Formula::Difference(kept(one), kept(other)), unit))
        }
        Operator::Times => {
            let unit = one_unit.times(other_unit);
            let unit = unit.ok_or_else(|| format!("{} multiplied mean nothing", units()))?;
            Ok((Formula::Product(kept(one), kept(other)), unit))
        }
        Operator::Over => {
            let unit = one_unit.over(other_unit);
            let unit = unit.ok_or_else(|| format!("{} divided mean nothing", units()))?;
            Ok((Formula::Ratio(kept(one), kept(other)), unit))
        }
        // A number stands in for whatever is missing.
        Operator::Coalesce => {
            let unit = match other {
                Formula::Number(_) => one_unit,
                _ => alike("stand in for each other")?,
            };
            Ok((Formula::Coalesce(kept(one), kept(other)), unit))
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;
    use crate::kpi::{Values, Vocabulary, Words};

    fn kpi(name: &str, formula: &str) -> OwnKpi {
        OwnKpi {
            name: name.into(),
            description: "What it means.".into(),
            formula: formula.into(),
        }
    }

    fn with(kpis: &[OwnKpi]) -> Result<&'static Vocabulary, String> {
        let kpis = kpis.to_vec();
        let words = Words {
            kpis,
            ..Words::default()
        };
        Vocabulary::with(words).map_err(|error| error.problem)
    }

    #[test]
    fn units_follow_from_formulas() {
        let words = with(&[
            kpi("customerValue", "totalSales / customerCount"),
            kpi(
                "afterFees",
                "totalSales * 0.97 - coalesce(shippingCharges, 0)",
            ),
            kpi("westShare", "totalSales where region = 'West' / totalSales"),
            kpi(
                "extraOrders",
                "orderCount - customerCount * ordersPerCustomer",
            ),
        ])
        .unwrap();
        let unit = |name: &str| words.kpi(name).unwrap().unit().name();
        assert_eq!(unit("customerValue"), "money per customer");
        assert_eq!(unit("afterFees"), "money");
        assert_eq!(unit("westShare"), "ratio");
        assert_eq!(unit("extraOrders"), "orders");
        let values = Values::new(words.kpi("afterFees").unwrap().measures(), |measure| {
            (measure == Measure::Revenue).then_some(dec!(100))
        });
        assert_eq!(
            words.kpi("afterFees").unwrap().finish(&values),
            Some(dec!(97))
        );
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (formula, problem) in [
            (
                "totalSales + orderCount",
                "money and orders cannot be added up",
            ),
            ("totalSales * unitsSold", "multiplied mean nothing"),
            ("averageBasket / customerCount", "divided mean nothing"),
            ("totalSale", "no KPI `totalSale`"),
            ("totalSales where channel = 'web'", "no dimension `channel`"),
            ("totalSales +", "missing at the end"),
        ] {
            let error = with(&[kpi("mine", formula)]).unwrap_err();
            assert!(error.contains(problem), "{formula}: {error}");
        }
        let circle = with(&[kpi("one", "other * 2"), kpi("other", "one / 2")]).unwrap_err();
        assert!(circle.contains("one → other → one"), "{circle}");
        let taken = with(&[kpi("totalSales", "totalProfit")]).unwrap_err();
        assert!(taken.contains("two KPIs"), "{taken}");
    }

    #[test]
    fn conditions_within_conditions_all_hold() {
        let words = with(&[
            kpi("west", "totalSales where region = 'West'"),
            kpi("westPens", "west where subCategory = 'Pens'"),
            kpi("again", "totalSales where region = 'West'"),
        ])
        .unwrap();
        let own = |name: &str| {
            words
                .kpi(name)
                .unwrap()
                .measures()
                .conditional()
                .next()
                .unwrap()
        };
        assert_eq!(own("west"), own("again"));
        let conditional = words.conditional(own("westPens")).unwrap();
        assert_eq!(conditional.of, Measure::Revenue);
        assert_eq!(conditional.predicates.len(), 2);
    }
}
