//! Constants beside times: days and clock times without a zone are the session's.
//!
//! The library takes them for UTC, so that `ordered_at >= DATE '2025-01-01'` would begin an
//! hour late in Paris.

use std::sync::Arc;

use datafusion::{
    arrow::datatypes::DataType,
    common::{
        DFSchema, ScalarValue,
        tree_node::{Transformed, TreeNode},
    },
    config::ConfigOptions,
    error::Result,
    logical_expr::{
        Between, BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, expr::InList,
        expr_rewriter::NamePreserver, utils::merge_schema,
    },
    optimizer::AnalyzerRule,
};

use super::{connection::Connection, instant::Constants};

/// The rule of one connection.
#[derive(Debug)]
pub struct Zoned(pub Arc<Connection>);

/// What reads the constants of one node.
struct Reader<'a> {
    constants: Constants,
    schema: &'a DFSchema,
}

impl AnalyzerRule for Zoned {
    fn name(&self) -> &'static str {
        "zoned"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let rewritten = plan.transform_up_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            let reader = Reader {
                constants: Constants {
                    zone: self.0.zone(),
                    now: self.0.now(),
                },
                schema: &schema,
            };
            let names = NamePreserver::new(&node);
            node.map_expressions(|it| {
                let name = names.save(&it);
                let compared = it.transform_up(|it| reader.compared(it))?;
                Ok(compared.update_data(|it| name.restore(it)))
            })
        });
        Ok(rewritten?.data)
    }
}

impl Reader<'_> {
    /// A comparison whose constants are instants, where it compares those.
    fn compared(&self, expression: Expr) -> Result<Transformed<Expr>> {
        Ok(match expression {
            Expr::BinaryExpr(BinaryExpr { left, op, right })
                if compares(op) && (self.is_time(&left) || self.is_time(&right)) =>
            {
                let [left, right] = [self.instant(*left)?, self.instant(*right)?].map(Box::new);
                Transformed::yes(Expr::BinaryExpr(BinaryExpr { left, op, right }))
            }
            Expr::Between(between) if self.is_time(&between.expr) => {
                Transformed::yes(Expr::Between(Between {
                    low: Box::new(self.instant(*between.low)?),
                    high: Box::new(self.instant(*between.high)?),
                    ..between
                }))
            }
            Expr::InList(list) if self.is_time(&list.expr) => {
                let instants = list.list.into_iter().map(|it| self.instant(it));
                Transformed::yes(Expr::InList(InList {
                    list: instants.collect::<Result<_>>()?,
                    ..list
                }))
            }
            other => Transformed::no(other),
        })
    }

    /// Whether an expression is an instant of rows.
    fn is_time(&self, expression: &Expr) -> bool {
        let of = expression.get_type(self.schema);
        expression.any_column_refs()
            && of.is_ok_and(|it| matches!(it, DataType::Timestamp(_, Some(_))))
    }

    /// A constant as an instant; anything else as it is.
    fn instant(&self, expression: Expr) -> Result<Expr> {
        let of = expression.get_type(self.schema);
        let may_be = of.is_ok_and(|it| it.is_temporal() || it.is_string());
        if !may_be || expression.any_column_refs() {
            return Ok(expression);
        }
        let is_missing = |it: ScalarValue| it.is_null();
        if self.constants.value(&expression)?.is_none_or(is_missing) {
            return Ok(expression);
        }
        Ok(match self.constants.instant(&expression)? {
            Some(at) => {
                let zone = Some(self.constants.zone.name().into());
                let at = ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), zone);
                Expr::Literal(at, None)
            }
            None => expression,
        })
    }
}

/// Whether an operator compares values of one type.
fn compares(op: Operator) -> bool {
    matches!(
        op,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
    )
}
