//! Which part of a list a client asks for.

use async_graphql::Result;

use crate::graphql::client_error;

/// Nodes that one page may hold.
const LARGEST: i32 = 1000;

/// Nodes of a page when the client does not say: a screenful, and cheap under every
/// node of a list.
const USUAL: usize = 20;

/// The part of a list that a connection's arguments ask for.
#[derive(Clone, Debug)]
pub struct Window {
    /// How many nodes at most.
    pub limit: usize,
    /// The last ones instead of the first.
    pub backward: bool,
    /// The cursor that they come after.
    pub after: Option<String>,
    /// The cursor that they come before.
    pub before: Option<String>,
}

impl Window {
    pub fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(client_error("give first or last, not both"));
        }
        Ok(Self {
            limit: match first.or(last) {
                Some(asked) => limit(asked)?,
                None => USUAL,
            },
            backward: last.is_some(),
            after,
            before,
        })
    }
}

fn limit(asked: i32) -> Result<usize> {
    let limit = usize::try_from(asked).ok();
    limit
        .filter(|_| (1..=LARGEST).contains(&asked))
        .ok_or_else(|| client_error(format!("first and last must be between 1 and {LARGEST}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bounded() {
        let limit = |first, last| Window::new(first, None, last, None).map(|it| it.limit);
        assert_eq!(limit(None, None).unwrap(), 20);
        assert_eq!(limit(Some(1), None).unwrap(), 1);
        assert_eq!(limit(None, Some(1000)).unwrap(), 1000);
        for (first, last) in [
            (Some(0), None),
            (Some(-1), None),
            (None, Some(1001)),
            (Some(1), Some(1)),
        ] {
            assert!(limit(first, last).is_err());
        }
    }
}
