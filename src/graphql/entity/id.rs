//! Global ids: what a node is and its id in the shop, in one opaque text.

use async_graphql::{ID, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    graphql::client_error,
    kpi::{Dimension, Holder},
};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Order,
    Customer,
    Product,
    Location,
}

impl NodeKind {
    const ALL: [Self; 4] = [Self::Order, Self::Customer, Self::Product, Self::Location];

    /// What the values of a dimension are the ids of.
    pub fn of(dimension: Dimension) -> Option<Self> {
        match dimension.names()? {
            Holder::Customer => Some(Self::Customer),
            Holder::Product => Some(Self::Product),
            Holder::ShipTo => Some(Self::Location),
            Holder::Order | Holder::Line | Holder::History => None,
        }
    }

    /// The dimension whose values are ids of such nodes.
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Order => None,
            Self::Customer => Some(Dimension::CUSTOMER),
            Self::Product => Some(Dimension::PRODUCT),
            Self::Location => Some(Dimension::LOCATION),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Order => "Order",
            Self::Customer => "Customer",
            Self::Product => "Product",
            Self::Location => "Location",
        }
    }

    /// The global id of the node with this id in the shop.
    pub fn global_id(self, code: &str) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{code}", self.name())))
    }

    /// The id in the shop, of a global id that must be of this kind.
    pub fn code(self, id: &ID) -> Result<String> {
        match parsed(id)? {
            (kind, code) if kind == self => Ok(code),
            (other, _) => Err(client_error(format!(
                "the id is of type {}, not {}; ask the field of that type, or node",
                other.name(),
                self.name()
            ))),
        }
    }
}

/// What a global id is of, and the id in the shop.
pub fn parsed(id: &ID) -> Result<(NodeKind, String)> {
    let parts = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?;
        let (name, code) = text.split_once(':')?;
        let kind = NodeKind::ALL.into_iter().find(|it| it.name() == name)?;
        Some((kind, code.to_owned()))
    };
    parts().ok_or_else(|| {
        client_error("this is no id of this server; pass on one that an id field gave, as it is")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_whatever_the_shop_calls_its_things() {
        for code in ["P-1", "", "a:b:c", "été \u{1F680}", "$where"] {
            let id = NodeKind::Product.global_id(code);
            assert_eq!(parsed(&id).unwrap(), (NodeKind::Product, code.to_owned()));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let padded = format!("{}=", encoded(b"Product:P-12"));
        for forged in [
            String::new(),
            "P-1".into(),
            encoded(b"P-1"),
            encoded(b"Shop:1"),
            encoded(b"product:P-1"),
            encoded(&[0xFF, b':']),
            padded,
        ] {
            assert!(parsed(&ID(forged.clone())).is_err(), "{forged}");
        }
        let product = NodeKind::Product.global_id("P-1");
        assert!(NodeKind::Customer.code(&product).is_err());
    }
}
