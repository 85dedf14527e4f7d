//! What lies between an aggregation and `kpis`: conditions, and other names for columns.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    catalog::default_table_source::source_as_provider,
    common::{
        Column,
        tree_node::{Transformed, TreeNode},
    },
    error::Result,
    logical_expr::{Expr, LogicalPlan},
};

use super::tables::Kpis;

/// What there is, said of the columns of `kpis` itself.
#[derive(Debug)]
pub struct Below {
    /// What the aggregation says.
    pub outer: Vec<Expr>,
    /// What must hold.
    pub conditions: Vec<Expr>,
}

/// What lies below an aggregation that says this; `None` where that is not `kpis`, or more
/// than conditions.
pub fn below(plan: &Arc<LogicalPlan>, outer: Vec<Expr>) -> Result<Option<Below>> {
    let mut below = Below {
        outer,
        conditions: Vec::new(),
    };
    let mut plan = Arc::clone(plan);
    loop {
        let next = match &*plan {
            LogicalPlan::TableScan(scan) => {
                let is_kpis = source_as_provider(&scan.source).is_ok_and(|it| it.is::<Kpis>());
                let conditions = scan.filters.iter().cloned();
                below.conditions.extend(conditions);
                return Ok(is_kpis.then_some(below));
            }
            LogicalPlan::Filter(filter) => {
                below.conditions.push(filter.predicate.clone());
                Arc::clone(&filter.input)
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let inner = alias.input.schema().columns().into_iter().map(Expr::Column);
                below = below.said_of(&alias.schema.columns(), inner.collect())?;
                Arc::clone(&alias.input)
            }
            LogicalPlan::Projection(projection) => {
                below = below.said_of(&projection.schema.columns(), projection.expr.clone())?;
                Arc::clone(&projection.input)
            }
            _ => return Ok(None),
        };
        plan = next;
    }
}

impl Below {
    /// The same of what the columns are made of.
    fn said_of(self, columns: &[Column], made_of: Vec<Expr>) -> Result<Self> {
        let made_of = made_of.into_iter().map(Expr::unalias);
        let made_of: HashMap<&Column, Expr> = columns.iter().zip(made_of).collect();
        let said = |expr: Expr| {
            let said = expr.transform_up(|it| {
                Ok(match &it {
                    Expr::Column(column) => match made_of.get(column) {
                        Some(made_of) => Transformed::yes(made_of.clone()),
                        None => Transformed::no(it),
                    },
                    _ => Transformed::no(it),
                })
            });
            said.map(|it| it.data)
        };
        let all = |exprs: Vec<Expr>| exprs.into_iter().map(said).collect::<Result<Vec<Expr>>>();
        Ok(Self {
            outer: all(self.outer)?,
            conditions: all(self.conditions)?,
        })
    }
}
