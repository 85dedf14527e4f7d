//! Functions that the catalogue names: `PostgreSQL`'s type `regproc` is a number to who compares
//! it with 0, which is none, and a name to who reads it. Here it is the name alone.

use datafusion::{
    common::{DFSchema, ScalarValue},
    error::Result,
    logical_expr::{
        BinaryExpr, Expr, Operator, lit,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
    sql::sqlparser::ast::BinaryOperator,
};

/// The columns of `pg_type` that name one.
const COLUMNS: [&str; 8] = [
    "typinput",
    "typoutput",
    "typreceive",
    "typsend",
    "typmodin",
    "typmodout",
    "typanalyze",
    "typsubscript",
];
/// The name of none.
const NONE: &str = "-";

/// Plans comparisons with none.
#[derive(Debug)]
pub struct Procedures;

impl ExprPlanner for Procedures {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        _: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let op = match expr.op {
            BinaryOperator::Eq => Operator::Eq,
            BinaryOperator::NotEq => Operator::NotEq,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        if !is_procedure(&expr.left) || !is_zero(&expr.right) {
            return Ok(PlannerResult::Original(expr));
        }
        let compared = BinaryExpr::new(Box::new(expr.left), op, Box::new(lit(NONE)));
        Ok(PlannerResult::Planned(Expr::BinaryExpr(compared)))
    }
}

fn is_procedure(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if COLUMNS.contains(&column.name()))
}

fn is_zero(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Int64(Some(0)), _))
}
