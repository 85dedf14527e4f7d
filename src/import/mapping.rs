//! The source mapping: a TOML file that says where each canonical field is found.
//!
//! Everything that can be wrong about a mapping without looking at the input is
//! found here, while it is read, so that the message names its line.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono_tz::Tz;
use serde::Deserialize;

use super::{
    Error,
    condition::LeaveOut,
    dates::Zone,
    numbers::NumberFormat,
    sections::{CustomerFields, LineFields, OrderFields, PlaceFields, ProductFields},
};
use crate::{
    store::ShopSettings,
    values::{
        currency::is_code,
        declaration::parse,
        format::{AsciiByte, Label, Quote, TextFormat},
    },
};

/// A source mapping, read and checked; `docs/mapping.md` describes its keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default)]
    pub(super) file: FileFormat,
    #[serde(default)]
    pub(super) numbers: NumberFormat,
    pub(super) shop: Shop,
    pub(super) order: OrderFields,
    pub(super) line: LineFields,
    pub(super) product: Option<ProductFields>,
    pub(super) customer: Option<CustomerFields>,
    pub(super) ship_to: Option<PlaceFields>,
    pub(super) ship_from: Option<PlaceFields>,
}

/// How the input is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileFormat {
    pub path: Option<PathBuf>,
    pub delimiter: AsciiByte,
    /// `None` where quotes mean nothing.
    pub quote: Quote,
    pub escape: Option<AsciiByte>,
    /// What a byte order mark does not overrule; UTF-8 when neither says.
    pub encoding: Option<Label>,
    /// The columns' names, where no header line gives them.
    pub columns: Option<Vec<String>>,
    /// Texts that mean blank in every column.
    pub null: Vec<String>,
    /// Lines to pass over before the header or the first row.
    pub skip_lines: u64,
    /// Rows that are no order lines.
    pub leave_out: Vec<LeaveOut>,
}

impl Default for FileFormat {
    fn default() -> Self {
        let usual = TextFormat::default();
        Self {
            path: None,
            delimiter: AsciiByte(usual.delimiter),
            quote: Quote(usual.quote),
            escape: None,
            encoding: None,
            columns: None,
            null: Vec::new(),
            skip_lines: usual.skip_lines,
            leave_out: Vec::new(),
        }
    }
}

impl FileFormat {
    /// What turns its bytes into records.
    pub fn text(&self) -> TextFormat {
        TextFormat {
            delimiter: self.delimiter.0,
            quote: self.quote.0,
            escape: self.escape.map(|escape| escape.0),
            encoding: self.encoding.map(|label| label.0),
            skip_lines: self.skip_lines,
        }
    }
}

/// The shop's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shop {
    name: Option<String>,
    currency: Currency,
    time_zone: Option<Zone>,
    uncounted_statuses: Option<Vec<String>>,
}

impl Shop {
    /// The zone of dates that name none.
    ///
    /// # Errors
    /// When only the database names one, and it is none.
    pub fn zone(&self, held: Option<&ShopSettings>) -> Result<Tz, Error> {
        match (self.time_zone, held) {
            (Some(zone), _) => Ok(zone.0),
            (None, None) => Ok(Tz::UTC),
            (None, Some(held)) => held.time_zone.parse().map_err(|_| Error::UnknownZone {
                zone: held.time_zone.clone(),
            }),
        }
    }

    pub fn currency(&self) -> &str {
        &self.currency.0
    }

    /// What the mapping says, and for the rest what the database holds already.
    pub fn settings(&self, held: Option<&ShopSettings>) -> ShopSettings {
        let held = held.cloned().unwrap_or_default();
        let zone = self.time_zone.map(|zone| zone.0.name().to_owned());
        ShopSettings {
            name: self.name.clone().unwrap_or(held.name),
            currency: self.currency.0.clone(),
            time_zone: zone.unwrap_or(held.time_zone),
            calendar: held.calendar,
            uncounted_statuses: self
                .uncounted_statuses
                .clone()
                .unwrap_or(held.uncounted_statuses),
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// A relative `file.path` in it is relative to the mapping's own folder.
    ///
    /// # Errors
    /// [`Error::ReadMapping`] when the file cannot be read, [`Error::Mapping`]
    /// with its line when it cannot be used.
    pub fn from_path(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::ReadMapping {
            path: path.into(),
            source,
        })?;
        let mut mapping = Self::parse(&text, &path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let input = &mut mapping.file.path;
        *input = input.take().map(|input| folder.join(input));
        Ok(mapping)
    }

    /// Reads a mapping; `origin` is what its errors call it.
    ///
    /// # Errors
    /// [`Error::Mapping`] when it cannot be used.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Error> {
        parse(text, origin).map_err(|wrong| Error::Mapping {
            place: wrong.place,
            problem: wrong.problem,
        })
    }
}

/// An ISO 4217 code; required, because a wrong default would be believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Currency(String);

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        if is_code(&code) {
            Ok(Self(code))
        } else {
            Err("expected a currency's ISO 4217 code, such as \"EUR\"")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = r#"
[shop]
currency = "EUR"
[order]
id = "Order"
ordered_at = "Date"
[line]
quantity = "Quantity"
revenue = "Total"
"#;

    fn problem(mapping: &str) -> String {
        Mapping::parse(mapping, "shop.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn four_columns_and_a_currency_are_enough() {
        let mapping = Mapping::parse(MINIMAL, "shop.toml").unwrap();
        let settings = mapping.shop.settings(None);
        assert_eq!(settings.currency, "EUR");
        assert_eq!(settings.time_zone, "UTC");
        assert_eq!(settings.uncounted_statuses, ["cancelled", "unavailable"]);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let unknown = problem(&format!("{MINIMAL}revenu = \"Total\"\n"));
        assert!(
            unknown.starts_with("shop.toml:10: unknown field `revenu`, expected one of `quantity`"),
            "{unknown}"
        );
        let inside = problem(&MINIMAL.replace(
            "revenue = \"Total\"",
            "revenue = { column = \"Total\", sign = \"$\" }",
        ));
        assert!(
            inside.starts_with("shop.toml:9: unknown field `sign`"),
            "{inside}"
        );
    }

    #[test]
    fn impossible_values_are_named_with_their_line() {
        for (good, bad, message) in [
            (
                "\"EUR\"",
                "\"euro\"",
                "shop.toml:3: expected a currency's ISO 4217 code, such as \"EUR\"",
            ),
            (
                "\"Date\"",
                "{ column = \"Date\", format = \"%d/%m\" }",
                "shop.toml:6: the date pattern `%d/%m` lacks a year, month or day",
            ),
            (
                "\"Date\"",
                "{ column = \"Date\", time_zone = \"CEST\" }",
                "shop.toml:6: `CEST` is no IANA time zone; write one such as \"Europe/Paris\" or \"UTC\"",
            ),
            (
                "\"Quantity\"",
                "{ column = \"Quantity\", constant = \"1\" }",
                "shop.toml:8: say either `column` or `constant`",
            ),
            (
                "\"Order\"",
                "[]",
                "shop.toml:5: invalid length 0, expected at least one",
            ),
        ] {
            assert_eq!(problem(&MINIMAL.replace(good, bad)), message);
        }
    }

    #[test]
    fn revenue_is_given_or_computed_not_both() {
        let both = problem(&format!("{MINIMAL}unit_price = \"Price\"\n"));
        assert_eq!(
            both,
            "shop.toml:7: say `line.revenue`, `line.unit_price` or `line.list_amount`, one of them"
        );
        let neither = problem(&MINIMAL.replace("revenue = \"Total\"", ""));
        assert_eq!(neither, both);
    }

    #[test]
    fn numbers_of_the_mapping_are_exact() {
        let constant = |number: &str| {
            let constant = format!("{{ constant = {number} }}");
            MINIMAL.replace("\"Quantity\"", &constant)
        };
        assert!(Mapping::parse(&constant("1"), "shop.toml").is_ok());
        assert!(Mapping::parse(&constant("\"0.5\""), "shop.toml").is_ok());
        assert_eq!(
            problem(&constant("0.5")),
            "shop.toml:8: invalid type: floating point `0.5`, expected a whole number, or a decimal as text such as \"0.5\""
        );
    }

    #[test]
    fn a_place_must_be_told_by_something() {
        let nowhere = problem(&format!("{MINIMAL}[ship_to]\n"));
        assert!(
            nowhere.ends_with("a place needs an `id`, or an address to tell it by"),
            "{nowhere}"
        );
    }

    const GUIDE: &str = include_str!("../../docs/mapping.md");

    #[test]
    fn every_mapping_in_the_guide_can_be_used() {
        let blocks: Vec<&str> = GUIDE
            .split("```toml\n")
            .skip(1)
            .filter_map(|block| block.split("```").next())
            .collect();
        assert!(blocks.len() > 5);
        for block in blocks {
            if let Err(error) = Mapping::parse(block, "docs/mapping.md") {
                panic!("{error} in\n{block}");
            }
        }
    }

    #[test]
    fn the_guide_has_every_key() {
        let sections = [
            "file", "numbers", "shop", "order", "line", "product", "customer", "ship_to",
        ];
        let fields = [
            "order.status",
            "order.shipped_at",
            "line.quantity",
            "line.returned",
            "[file.leave_out]",
            "[order.status_when]",
        ];
        for table in sections.iter().chain(&fields) {
            // The message for an unknown key lists those that there are.
            let unknown = problem(&format!("[{table}]\nno-such-key = 1\n"));
            let (_, keys) = unknown.split_once("expected ").expect(&unknown);
            for key in keys.split('`').skip(1).step_by(2) {
                assert!(GUIDE.contains(&format!("`{key}")), "{key} of {table}");
            }
        }
    }
}
