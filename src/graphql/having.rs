//! Conditions on KPIs as clients write them.

use async_graphql::{InputObject, Result};

use super::{enums, error::client_error, scalars::Decimal};
use crate::kpi::{Having, HavingTest, Vocabulary};

/// A condition on a KPI; of several fields, all must hold. A KPI that is null is neither greater nor smaller than anything.
#[derive(Clone, Debug, InputObject)]
pub struct KpiCondition {
    /// The KPI; it need not be selected.
    kpi: enums::KpiName,
    /// Is this number.
    eq: Option<Decimal>,
    /// Is greater than this number.
    gt: Option<Decimal>,
    /// Is greater than or equal to this number.
    gte: Option<Decimal>,
    /// Is smaller than this number.
    lt: Option<Decimal>,
    /// Is smaller than or equal to this number.
    lte: Option<Decimal>,
    /// Is null (true) or not (false).
    is_null: Option<bool>,
}

/// The conditions in the shop's words.
///
/// # Errors
/// Where one asks for nothing.
pub(super) fn meant(conditions: &[KpiCondition], vocabulary: &Vocabulary) -> Result<Vec<Having>> {
    let meant = |condition: &KpiCondition| {
        let tests = condition.tests();
        if tests.is_empty() {
            return Err(client_error(format!(
                "say what {} must be in having, by one or more of eq, gt, gte, lt, lte and isNull",
                condition.kpi.name()
            )));
        }
        let kpi = condition.kpi.meant(vocabulary)?;
        Ok(Having { kpi, tests })
    };
    conditions.iter().map(meant).collect()
}

impl KpiCondition {
    fn tests(&self) -> Vec<HavingTest> {
        let number = |it: Option<Decimal>, test: fn(rust_decimal::Decimal) -> HavingTest| {
            it.map(|it| test(it.0))
        };
        let tests = [
            number(self.eq, HavingTest::Is),
            number(self.gt, HavingTest::Above),
            number(self.gte, HavingTest::AtLeast),
            number(self.lt, HavingTest::Below),
            number(self.lte, HavingTest::AtMost),
            self.is_null.map(HavingTest::IsNull),
        ];
        tests.into_iter().flatten().collect()
    }
}
