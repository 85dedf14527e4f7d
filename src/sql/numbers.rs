//! Products and quotients of numbers with all their digits.
//!
//! The library keeps them in 128 bits, where the quotient of two amounts of a few thousands
//! does not fit at the scale that they have here. So they are worked out in 256 bits, and come
//! back at that same scale.

use datafusion::{
    arrow::datatypes::DataType,
    common::DFSchema,
    error::Result,
    logical_expr::{
        BinaryExpr, Expr, ExprSchemable, Operator, cast,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
    sql::sqlparser::ast::BinaryOperator,
};

use super::columns::{NUMERIC, SCALE};

/// The type that they are worked out in.
const WIDE: DataType = DataType::Decimal256(76, SCALE.cast_signed());

/// Plans them.
#[derive(Debug)]
pub struct Numbers;

impl ExprPlanner for Numbers {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let op = match expr.op {
            BinaryOperator::Multiply => Operator::Multiply,
            BinaryOperator::Divide => Operator::Divide,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        let is_exact = |it: &Expr| {
            Ok::<_, datafusion::error::DataFusionError>(matches!(
                it.get_type(schema)?,
                DataType::Decimal128(..)
            ))
        };
        if !is_exact(&expr.left)? || !is_exact(&expr.right)? {
            return Ok(PlannerResult::Original(expr));
        }
        let [left, right] = [expr.left, expr.right].map(|it| Box::new(cast(it, WIDE)));
        let worked_out = Expr::BinaryExpr(BinaryExpr::new(left, op, right));
        Ok(PlannerResult::Planned(cast(worked_out, NUMERIC)))
    }
}
