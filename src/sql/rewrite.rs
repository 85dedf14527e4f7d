//! Aggregations of `kpis` made into [questions](Question) to the plan.
//!
//! What is above an aggregation stays as it is, so that HAVING, ORDER BY, joins and windows
//! work on figures as on any rows. What is below must be nothing but conditions: whatever
//! else is there could not be counted right, and is refused.

use std::sync::Arc;

use datafusion::{
    arrow::datatypes::{Field, Schema},
    catalog::default_table_source::{provider_as_source, source_as_provider},
    common::{
        Column,
        tree_node::{Transformed, TreeNodeRecursion},
    },
    config::ConfigOptions,
    error::Result,
    logical_expr::{
        Aggregate, Distinct, EmptyRelation, Expr, FetchType, GroupingSet, LogicalPlan,
        LogicalPlanBuilder, Projection, expr::AggregateFunction, utils::grouping_set_to_exprlist,
    },
    optimizer::AnalyzerRule,
};

use super::{
    below::{Below, below},
    columns::Meaning,
    connection::Connection,
    instant::Constants,
    measure::{MEASURE, no_kpi},
    narrowing::Reader,
    question::{GroupKey, Question},
    refusal::{Refusal, as_sql},
    tables::{Answered, Kpis, no_rows},
    time_key::{TimeKey, is_time},
};
use crate::kpi::Kpi;

/// The rule of one connection.
#[derive(Debug)]
pub struct Rewrite(pub Arc<Connection>);

impl AnalyzerRule for Rewrite {
    fn name(&self) -> &'static str {
        "kpis"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let rewritten = plan
            .transform_up_with_subqueries(|node| self.node(node))?
            .data;
        rewritten.apply_with_subqueries(|node| match node {
            node if is_kpis(node) => Err(no_rows().into()),
            _ => Ok(TreeNodeRecursion::Continue),
        })?;
        rewritten.apply_with_subqueries(|node| match node {
            LogicalPlan::Aggregate(it) if it.aggr_expr.iter().any(is_measure) => Err(no_kpi()),
            _ => Ok(TreeNodeRecursion::Continue),
        })?;
        Ok(rewritten)
    }
}

impl Rewrite {
    fn node(&self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        match node {
            LogicalPlan::Aggregate(aggregate) => {
                match below(&aggregate.input, outer(&aggregate))? {
                    Some(below) => self.answered(&aggregate, &below).map(Transformed::yes),
                    None => Ok(Transformed::no(LogicalPlan::Aggregate(aggregate))),
                }
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let columns: Vec<Expr> = input
                    .schema()
                    .columns()
                    .into_iter()
                    .map(Expr::Column)
                    .collect();
                match below(&input, columns.clone())? {
                    Some(below) => {
                        let aggregate = Aggregate::try_new(input, columns, Vec::new())?;
                        self.answered(&aggregate, &below).map(Transformed::yes)
                    }
                    None => Ok(Transformed::no(LogicalPlan::Distinct(Distinct::All(input)))),
                }
            }
            // Clients ask so for the columns of a table.
            LogicalPlan::Limit(limit)
                if matches!(limit.get_fetch_type()?, FetchType::Literal(Some(0))) =>
            {
                Ok(Transformed::yes(LogicalPlan::EmptyRelation(
                    EmptyRelation {
                        produce_one_row: false,
                        schema: Arc::clone(limit.input.schema()),
                    },
                )))
            }
            other => Ok(Transformed::no(other)),
        }
    }

    /// The plan that takes the place of an aggregation.
    fn answered(&self, aggregate: &Aggregate, below: &Below) -> Result<LogicalPlan> {
        let question = self.question(aggregate, below)?;
        let fields = aggregate.schema.fields().iter().enumerate();
        let fields =
            fields.map(|(at, field)| Field::new(format!("c{at}"), field.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let answered = Answered {
            connection: Arc::clone(&self.0),
            question: Arc::new(question),
            schema: Arc::clone(&schema),
        };
        let source = provider_as_source(Arc::new(answered));
        let scan = LogicalPlanBuilder::scan("kpis", source, None)?.build()?;
        let named = aggregate
            .schema
            .iter()
            .enumerate()
            .map(|(at, (relation, field))| {
                let column = Column::new(Some("kpis"), format!("c{at}"));
                Expr::Column(column).alias_qualified(relation.cloned(), field.name())
            });
        let projection = Projection::try_new(named.collect(), Arc::new(scan))?;
        Ok(LogicalPlan::Projection(projection))
    }

    fn question(&self, aggregate: &Aggregate, below: &Below) -> Result<Question> {
        let connection = &self.0;
        let constants = Constants {
            zone: connection.zone(),
            now: connection.now(),
        };
        let reader = Reader {
            columns: connection.columns(),
            constants: &constants,
        };
        let keys = below.outer.len() - aggregate.aggr_expr.len();
        let (keys, kpis) = below.outer.split_at(keys);
        let keys = keys
            .iter()
            .map(|it| self.key(it))
            .collect::<Result<Vec<_>>>()?;
        let times = keys.iter().filter_map(|it| match it {
            GroupKey::Time(time) => Some(time.axis()),
            GroupKey::Dimension(_) => None,
        });
        let times: Vec<_> = times.collect();
        if times.iter().any(|it| *it != times[0]) {
            return Err(Refusal::unsupported(
                "kpis can be grouped by one expression of ordered_at at a time",
            )
            .into());
        }
        Ok(Question {
            narrowing: reader.narrowing(&below.conditions)?,
            zone: constants.zone,
            sets: sets(&aggregate.group_expr)?,
            has_grouping_id: matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]),
            keys,
            kpis: kpis.iter().map(|it| self.kpi(it)).collect::<Result<_>>()?,
        })
    }

    fn key(&self, expression: &Expr) -> Result<GroupKey> {
        if let Some(time) = TimeKey::of(expression)? {
            return Ok(GroupKey::Time(time));
        }
        let statement = self.0.statement()?;
        match expression {
            Expr::Alias(alias) => self.key(&alias.expr),
            it if is_time(it) => Err(Refusal::unsupported(
                "group by date_trunc('month', ordered_at), or by ordered_at::date, not by ordered_at itself",
            )
            .into()),
            Expr::Column(column) => match self.0.columns().meaning(&column.name) {
                Some(Meaning::Dimension(dimension)) => {
                    let permitted = statement.scope().permit_dimension(dimension);
                    permitted.map_err(Refusal::from)?;
                    Ok(GroupKey::Dimension(dimension))
                }
                _ => Err(Refusal::new(
                    "42803",
                    format!("{name} is a KPI, not what a group has in common: write MEASURE({name})", name = column.name),
                )
                .into()),
            },
            other => Err(Refusal::unsupported(format!(
                "kpis cannot be grouped by {}: group by dimensions and by date_trunc('month', ordered_at)",
                as_sql(other)
            ))
            .into()),
        }
    }

    fn kpi(&self, expression: &Expr) -> Result<Kpi> {
        let function = match expression {
            Expr::Alias(alias) => return self.kpi(&alias.expr),
            Expr::AggregateFunction(function) => function,
            _ => return Err(no_kpi()),
        };
        let of = function
            .params
            .args
            .first()
            .and_then(|it| self.named_kpi(it));
        let is_plain = !function.params.distinct
            && function.params.filter.is_none()
            && function.params.order_by.is_empty();
        match of {
            Some((_, kpi)) if function.func.name() == MEASURE && is_plain => {
                let statement = self.0.statement()?;
                let permitted = statement.scope().permit_kpi(statement.vocabulary(), kpi);
                permitted.map_err(Refusal::from)?;
                Ok(kpi)
            }
            Some((name, _)) => Err(not_added_up(function, &name).into()),
            None if function.func.name() == MEASURE => Err(no_kpi()),
            None => Err(Refusal::new(
                "42803",
                format!("{}(…) is of rows, and kpis has none: write MEASURE(order_count), MEASURE(line_count) or MEASURE(customer_count)", function.func.name()),
            )
            .into()),
        }
    }

    fn named_kpi(&self, expression: &Expr) -> Option<(String, Kpi)> {
        let Expr::Column(column) = expression else {
            return None;
        };
        match self.0.columns().meaning(&column.name)? {
            Meaning::Kpi(kpi) => Some((column.name.clone(), kpi)),
            _ => None,
        }
    }
}

fn not_added_up(function: &AggregateFunction, name: &str) -> Refusal {
    if function.func.name() == MEASURE {
        return Refusal::unsupported(format!(
            "MEASURE({name}) takes no DISTINCT, FILTER or ORDER BY: ask for it under a WHERE, in a query of its own"
        ));
    }
    Refusal::new(
        "42803",
        format!(
            "{name} is a KPI, and its values do not add up: write MEASURE({name}) in place of {}({name})",
            function.func.name()
        ),
    )
}

/// What the aggregation says of the columns below it: keys, then measures.
fn outer(aggregate: &Aggregate) -> Vec<Expr> {
    let keys = grouping_set_to_exprlist(&aggregate.group_expr).unwrap_or_default();
    keys.into_iter()
        .chain(&aggregate.aggr_expr)
        .cloned()
        .collect()
}

/// Keys of a CUBE.
const MOST_OF_CUBE: usize = 6;

/// The places of the keys in each grouping.
fn sets(group_expr: &[Expr]) -> Result<Vec<Vec<usize>>> {
    let keys = grouping_set_to_exprlist(group_expr)?;
    let place = |expr: &Expr| keys.iter().position(|it| *it == expr);
    Ok(match group_expr {
        [Expr::GroupingSet(GroupingSet::Rollup(all))] => (0..=all.len())
            .rev()
            .map(|many| (0..many).collect())
            .collect(),
        [Expr::GroupingSet(GroupingSet::Cube(all))] => {
            // Twice as many groupings for each.
            if all.len() > MOST_OF_CUBE {
                let message = format!("CUBE takes at most {MOST_OF_CUBE} keys");
                return Err(Refusal::new("54000", message).into());
            }
            let subset = |bits: usize| {
                (0..all.len())
                    .filter(move |at| bits & (1 << at) == 0)
                    .collect()
            };
            let most = 1_usize.checked_shl(u32::try_from(all.len()).unwrap_or(u32::MAX));
            (0..most.unwrap_or_default()).map(subset).collect()
        }
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets
            .iter()
            .map(|set| set.iter().filter_map(place).collect())
            .collect(),
        all => vec![(0..all.len()).collect()],
    })
}

fn is_kpis(node: &LogicalPlan) -> bool {
    let LogicalPlan::TableScan(scan) = node else {
        return false;
    };
    source_as_provider(&scan.source).is_ok_and(|it| it.is::<Kpis>())
}

fn is_measure(expression: &Expr) -> bool {
    match expression {
        Expr::Alias(alias) => is_measure(&alias.expr),
        Expr::AggregateFunction(function) => function.func.name() == MEASURE,
        _ => false,
    }
}
