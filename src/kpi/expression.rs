//! Formulas as a shop writes them: KPIs by their names, added up, multiplied, divided, and
//! under conditions.
//!
//! ```text
//! sum       = product { ("+" | "-" | "−") product }
//! product   = operand { ("*" | "×" | "/" | "÷") operand }
//! operand   = ( number | name | "coalesce" "(" sum "," sum ")" | "(" sum ")" ) [ condition ]
//! condition = "where" test { "and" test }
//! test      = name ( "=" | "!=" ) text | name [ "not" ] "in" "(" text { "," text } ")"
//! ```

use rust_decimal::Decimal;

/// A formula as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A KPI by its name.
    Name(String),
    /// A number.
    Number(Decimal),
    /// Two of them together.
    Of(Operator, Box<[Self; 2]>),
    /// What stands before `where`, over the lines of which all tests hold.
    Where(Box<Self>, Vec<Test>),
}

/// What is done to two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Added up.
    Plus,
    /// The second taken off the first.
    Minus,
    /// Multiplied.
    Times,
    /// The first divided by the second.
    Over,
    /// The first, or the second where that is null.
    Coalesce,
}

/// A condition on a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The dimension's name.
    pub dimension: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether it must be one of them, or none of them.
    pub is_among: bool,
}

/// Reads a formula.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let expression = parser.sum()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(token) => Err(format!(
            "there is {} where the formula should end or go on with +, -, *, /, `where` or `and`",
            token.shown()
        )),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(Decimal),
    Sign(char),
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Text(text) => format!("the text '{text}'"),
            Self::Number(number) => format!("the number {number}"),
            Self::Sign(sign) => format!("`{sign}`"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let inner = &rest[1..];
                let end = inner
                    .find(first)
                    .ok_or_else(|| format!("a text begins with {first} and does not end"))?;
                tokens.push(Token::Text(inner[..end].to_owned()));
                end + 2
            }
            _ if first.is_ascii_digit() => {
                let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.');
                let end = end.unwrap_or(rest.len());
                let number = rest[..end].parse();
                let number = number.map_err(|_| format!("`{}` is no number", &rest[..end]))?;
                tokens.push(Token::Number(number));
                end
            }
            _ if first.is_ascii_alphabetic() => {
                let end = rest.find(|it: char| !it.is_ascii_alphanumeric());
                let end = end.unwrap_or(rest.len());
                tokens.push(Token::Name(rest[..end].to_owned()));
                end
            }
            '!' if rest.starts_with("!=") => {
                tokens.push(Token::Sign('≠'));
                2
            }
            '≠' | '+' | '-' | '*' | '/' | '(' | ')' | ',' | '=' => {
                tokens.push(Token::Sign(first));
                first.len_utf8()
            }
            '−' | '×' | '÷' => {
                let plain = [('−', '-'), ('×', '*'), ('÷', '/')];
                let plain = plain.into_iter().find(|(it, _)| *it == first);
                tokens.extend(plain.map(|(_, sign)| Token::Sign(sign)));
                first.len_utf8()
            }
            other => return Err(format!("a formula cannot hold `{other}`")),
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Parentheses within each other; the parser goes as deep as they do.
const DEEPEST: usize = 50;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn sum(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!(
                "a formula may have {DEEPEST} parentheses within each other"
            ));
        }
        let signs = [('+', Operator::Plus), ('-', Operator::Minus)];
        let sum = self.chain(signs, Self::product);
        self.depth -= 1;
        sum
    }

    fn product(&mut self) -> Result<Expression, String> {
        let signs = [('*', Operator::Times), ('/', Operator::Over)];
        self.chain(signs, Self::operand)
    }

    /// Operands from left to right.
    fn chain(
        &mut self,
        signs: [(char, Operator); 2],
        operand: fn(&mut Self) -> Result<Expression, String>,
    ) -> Result<Expression, String> {
        let mut left = operand(self)?;
        while let Some((_, operator)) = signs.into_iter().find(|(sign, _)| self.takes(*sign)) {
            let right = operand(self)?;
            left = Expression::Of(operator, Box::new([left, right]));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, String> {
        let operand = match self.next() {
            Some(Token::Number(number)) => Expression::Number(number),
            Some(Token::Name(name)) if name == "coalesce" => {
                self.expects('(')?;
                let first = self.sum()?;
                self.expects(',')?;
                let second = self.sum()?;
                self.expects(')')?;
                Expression::Of(Operator::Coalesce, Box::new([first, second]))
            }
            Some(Token::Name(name)) => Expression::Name(name),
            Some(Token::Sign('(')) => {
                let inner = self.sum()?;
                self.expects(')')?;
                inner
            }
            Some(token) => {
                return Err(format!(
                    "there is {} where a KPI's name, a number or `(` should be",
                    token.shown()
                ));
            }
            None => return Err("a KPI's name, a number or `(` is missing at the end".into()),
        };
        if !self.takes_word("where") {
            return Ok(operand);
        }
        let mut tests = vec![self.test()?];
        while self.takes_word("and") {
            tests.push(self.test()?);
        }
        Ok(Expression::Where(Box::new(operand), tests))
    }

    fn test(&mut self) -> Result<Test, String> {
        let Some(Token::Name(dimension)) = self.next() else {
            return Err("`where` needs a dimension's name, such as where channel = 'web'".into());
        };
        let equals = self.takes('=');
        if equals || self.takes('≠') {
            return Ok(Test {
                dimension,
                values: vec![self.text()?],
                is_among: equals,
            });
        }
        let is_among = !self.takes_word("not");
        if !self.takes_word("in") {
            return Err(format!(
                "a condition on `{dimension}` is = 'text', != 'text', in ('one', 'other') or not in ('one', 'other')"
            ));
        }
        self.expects('(')?;
        let mut values = vec![self.text()?];
        while self.takes(',') {
            values.push(self.text()?);
        }
        self.expects(')')?;
        Ok(Test {
            dimension,
            values,
            is_among,
        })
    }

    fn text(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text),
            _ => Err("values of dimensions are texts in quotes: 'web'".into()),
        }
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: char) -> bool {
        self.takes_token(&Token::Sign(sign))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.takes_token(&Token::Name(word.to_owned()))
    }

    fn takes_token(&mut self, token: &Token) -> bool {
        let is_next = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    fn expects(&mut self, sign: char) -> Result<(), String> {
        if self.takes(sign) {
            return Ok(());
        }
        let found = self
            .tokens
            .get(self.at)
            .map_or("the end".into(), Token::shown);
        Err(format!("there is {found} where `{sign}` should be"))
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn name(name: &str) -> Expression {
        Expression::Name(name.into())
    }

    fn of(operator: Operator, one: Expression, other: Expression) -> Expression {
        Expression::Of(operator, Box::new([one, other]))
    }

    #[test]
    fn products_come_before_sums_and_go_from_left_to_right() {
        let product = of(Operator::Times, name("b"), Expression::Number(dec!(0.97)));
        let expected = of(
            Operator::Minus,
            of(Operator::Plus, name("a"), product),
            name("c"),
        );
        assert_eq!(parse("a + b × 0.97 − c"), Ok(expected));
        let grouped = of(
            Operator::Over,
            name("a"),
            of(Operator::Plus, name("b"), name("c")),
        );
        assert_eq!(parse("a / (b + c)"), Ok(grouped));
    }

    #[test]
    fn a_condition_is_of_what_stands_before_it() {
        let test = |dimension: &str, values: &[&str], is_among| Test {
            dimension: dimension.into(),
            values: values.iter().map(ToString::to_string).collect(),
            is_among,
        };
        let tests = vec![
            test("channel", &["web"], true),
            test("brand", &["A", "O'B"], false),
        ];
        let expected = of(
            Operator::Over,
            Expression::Where(Box::new(name("totalSales")), tests),
            name("totalSales"),
        );
        let written =
            "totalSales where channel = 'web' and brand not in ('A', \"O'B\") / totalSales";
        assert_eq!(parse(written), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, problem) in [
            ("", "missing at the end"),
            ("a +", "missing at the end"),
            ("a b", "`b` where the formula should end"),
            ("(a", "the end where `)` should be"),
            ("a where channel > 'web'", "cannot hold `>`"),
            ("a where channel = web", "in quotes"),
            ("a where channel like 'web'", "a condition on `channel`"),
            ("a where b = 'x", "does not end"),
            ("1.2.3", "is no number"),
            ("sum(a)", "`(` where the formula should end"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
        assert!(
            parse(&"(".repeat(10_000))
                .unwrap_err()
                .contains("parentheses")
        );
    }
}
