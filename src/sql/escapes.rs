//! `LIKE … ESCAPE`: the library knows the backslash alone.

use std::sync::Arc;

use datafusion::{
    common::{
        ScalarValue,
        tree_node::{Transformed, TreeNode},
    },
    config::ConfigOptions,
    error::Result,
    logical_expr::{Expr, Like, LogicalPlan, expr_rewriter::NamePreserver},
    optimizer::AnalyzerRule,
};

use super::{connection::Connection, instant::Constants};

/// What the library takes for the letter that escapes.
const ESCAPE: char = '\\';

/// The rule of one connection.
#[derive(Debug)]
pub struct Escapes(pub Arc<Connection>);

impl AnalyzerRule for Escapes {
    fn name(&self) -> &'static str {
        "escapes"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let constants = Constants {
            zone: self.0.zone(),
            now: self.0.now(),
        };
        let rewritten = plan.transform_up_with_subqueries(|node| {
            let names = NamePreserver::new(&node);
            node.map_expressions(|it| {
                let name = names.save(&it);
                let escaped = it.transform_up(|it| escaped(it, &constants))?;
                Ok(escaped.update_data(|it| name.restore(it)))
            })
        });
        Ok(rewritten?.data)
    }
}

/// A comparison with a constant pattern, whose letters are escaped as the library knows it.
fn escaped(expression: Expr, constants: &Constants) -> Result<Transformed<Expr>> {
    let Expr::Like(like) = expression else {
        return Ok(Transformed::no(expression));
    };
    let Some(escape) = like.escape_char.filter(|it| *it != ESCAPE) else {
        return Ok(Transformed::no(Expr::Like(like)));
    };
    let pattern = match &*like.pattern {
        pattern if pattern.any_column_refs() => None,
        pattern => constants.value(pattern)?,
    };
    let Some(Some(pattern)) = pattern.as_ref().map(ScalarValue::try_as_str) else {
        return Ok(Transformed::no(Expr::Like(like)));
    };
    let pattern = pattern.map(|it| with_backslashes(it, escape));
    Ok(Transformed::yes(Expr::Like(Like {
        pattern: Box::new(Expr::Literal(ScalarValue::Utf8(pattern), None)),
        escape_char: None,
        ..like
    })))
}

fn with_backslashes(pattern: &str, escape: char) -> String {
    let mut written = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let is_escaped = letter == escape;
        let letter = if is_escaped {
            letters.next()
        } else {
            Some(letter)
        };
        let Some(letter) = letter else { break };
        if letter == ESCAPE || is_escaped {
            written.push(ESCAPE);
        }
        written.push(letter);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_did() {
        for (pattern, expected) in [
            ("pg_%", "pg_%"),
            ("pg/_%", r"pg\_%"),
            ("50/% //", r"50\% \/"),
            (r"a\b", r"a\\b"),
            ("open/", "open"),
        ] {
            assert_eq!(with_backslashes(pattern, '/'), expected, "{pattern}");
        }
    }
}
