//! `MEASURE(total_sales)`, or `AGG(total_sales)`: a KPI over a group.
//!
//! The function never counts anything. A [rewrite](super::rewrite) replaces each aggregation
//! that it stands in by what the plan's engines count.

use datafusion::{
    arrow::datatypes::DataType,
    error::{DataFusionError, Result},
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
        function::AccumulatorArgs,
    },
};

use super::refusal::Refusal;

/// Its name in plans, whichever it is called by.
pub const MEASURE: &str = "measure";

#[derive(Debug, PartialEq, Eq, Hash)]
struct Measure {
    signature: Signature,
    aliases: Vec<String>,
}

/// The function.
pub fn measure() -> AggregateUDF {
    AggregateUDF::from(Measure {
        signature: Signature::any(1, Volatility::Stable),
        aliases: vec!["agg".to_owned()],
    })
}

impl AggregateUDFImpl for Measure {
    fn name(&self) -> &str {
        MEASURE
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        arguments.first().cloned().ok_or_else(no_kpi)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Err(no_kpi())
    }
}

/// It stands where there is no KPI.
pub fn no_kpi() -> DataFusionError {
    Refusal::unsupported(
        "MEASURE takes a KPI of the table kpis: SELECT region, MEASURE(total_sales) FROM kpis \
         GROUP BY region",
    )
    .into()
}
