//! The ids of a block's orders, to tell which of two at the same instant is the first.

use std::cmp::Ordering;

/// Texts, one after the other, without what all of them begin with.
#[derive(Debug, Default)]
pub struct OrderIds {
    prefix: Box<str>,
    rests: Box<str>,
    /// Where each rest ends.
    ends: Box<[u32]>,
}

impl OrderIds {
    pub fn of<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> Self {
        let prefix = common_prefix(ids.clone());
        let rests = ids.map(|it| &it[prefix.len()..]);
        let mut end = 0;
        let ends = rests.clone().map(|it| {
            end += it.len();
            u32::try_from(end).expect("the ids of a block's orders are less than 4 GiB")
        });
        Self {
            ends: ends.collect(),
            rests: rests.collect::<String>().into(),
            prefix: prefix.into(),
        }
    }

    /// The id of an order.
    pub fn id(&self, at: usize) -> Box<str> {
        [&*self.prefix, self.rest(at)].concat().into()
    }

    /// How the id of an order compares to another one, byte by byte as the database does.
    pub fn compare(&self, at: usize, other: &str) -> Ordering {
        let bytes = self.prefix.bytes().chain(self.rest(at).bytes());
        bytes.cmp(other.bytes())
    }

    fn rest(&self, at: usize) -> &str {
        let end = |at: usize| self.ends[at] as usize;
        &self.rests[at.checked_sub(1).map_or(0, end)..end(at)]
    }

    pub fn bytes(&self) -> usize {
        self.prefix.len() + self.rests.len() + size_of_val(&*self.ends)
    }
}

/// What all of these texts begin with.
fn common_prefix<'a>(mut texts: impl Iterator<Item = &'a str>) -> &'a str {
    let first = texts.next().unwrap_or_default();
    texts.fold(first, |prefix, text| {
        let pairs = prefix.char_indices().zip(text.chars());
        let same = pairs.take_while(|((_, one), two)| one == two);
        let end = same.map(|((at, letter), _)| at + letter.len_utf8()).last();
        &prefix[..end.unwrap_or_default()]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_and_compared_whole() {
        for ids in [
            &["CA-2024-7", "CA-2024-70", "CA-2024-8"][..],
            &["é-1", "è-1"],
            &["same", "same"],
            &["", "x"],
            &["alone"],
        ] {
            let kept = OrderIds::of(ids.iter().copied());
            for (at, one) in ids.iter().enumerate() {
                assert_eq!(&*kept.id(at), *one);
                for two in ids {
                    assert_eq!(kept.compare(at, two), one.cmp(two), "{one} and {two}");
                }
            }
        }
        assert_eq!(
            OrderIds::of(["no-1", "no-2"].into_iter()).bytes(),
            3 + 2 + 8
        );
    }
}
