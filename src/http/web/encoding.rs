//! Which of a file's variants a client gets.

use axum::http::{HeaderMap, header};

use crate::http::media::ranges;

/// How a file may be stored besides as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The smallest first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What the client reads, what it likes best first and of equals the smallest.
    pub(super) fn accepted(request: &HeaderMap) -> Vec<Self> {
        let liked = Self::ALL.map(|encoding| (encoding, quality(request, encoding.token())));
        let mut liked: Vec<_> = liked.into_iter().filter(|(_, q)| *q > 0.0).collect();
        liked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        liked.into_iter().map(|(encoding, _)| encoding).collect()
    }

    /// Its name in HTTP.
    pub(super) fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What the build has put behind the file's name.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// Whether this is no file of its own but another's variant.
#[cfg(test)]
pub(super) fn is_variant(path: &str) -> bool {
    Encoding::ALL
        .iter()
        .any(|encoding| path.ends_with(encoding.ending()))
}

/// How much the client likes an encoding: by its name, else by `*`, else not at all.
fn quality(request: &HeaderMap, token: &str) -> f32 {
    let named = |name: &str| {
        let choices = ranges(request, &header::ACCEPT_ENCODING);
        choices.into_iter().find(|(choice, _)| choice == name)
    };
    let choice = named(token).or_else(|| named("*"));
    choice.map_or(0.0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses() {
        let (br, gzip) = (Encoding::Brotli, Encoding::Gzip);
        for (accept, expected) in [
            ("", &[][..]),
            ("identity", &[]),
            ("deflate, zstd", &[]),
            ("gzip", &[gzip]),
            ("gzip, deflate, br, zstd", &[br, gzip]),
            ("GZIP;q=1.0, Br;q=0.5", &[gzip, br]),
            ("br;q=0, *", &[gzip]),
            ("*;q=0", &[]),
            ("gzip;q=nonsense", &[]),
            ("brotli", &[]),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
            assert_eq!(Encoding::accepted(&request), expected, "{accept}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), []);
    }
}
