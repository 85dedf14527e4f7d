//! How tokens are signed.

use jsonwebtoken::{DecodingKey, DecodingKeyKind};
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};

/// How a token is signed, by its name in RFC 7518: with a private key. One that is signed with
/// a shared secret (HS256) or not at all (`none`) cannot even be asked for: the keys of a set
/// are public, and whoever reads them could make tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256.
    RS256,
    /// RSA, PKCS #1 v1.5, SHA-384.
    RS384,
    /// RSA, PKCS #1 v1.5, SHA-512.
    RS512,
    /// RSA, PSS, SHA-256.
    PS256,
    /// RSA, PSS, SHA-384.
    PS384,
    /// RSA, PSS, SHA-512.
    PS512,
    /// ECDSA over P-256, SHA-256.
    ES256,
    /// ECDSA over P-384, SHA-384.
    ES384,
    /// Ed25519.
    EdDSA,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
    ];

    /// The name that a token's header has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The one that is called so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether a message has been signed so, by whoever holds the other half of this key.
    pub(super) fn verifies(self, key: &DecodingKey, message: &[u8], signature: &[u8]) -> bool {
        let verified = match (self.in_ring(), key.kind()) {
            (Kind::Rsa(how), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(how, message, signature)
            }
            (Kind::Curve(how), DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(how, point).verify(message, signature)
            }
            (Kind::Rsa(_), DecodingKeyKind::SecretOrDer(_))
            | (Kind::Curve(_), DecodingKeyKind::RsaModulusExponent { .. }) => return false,
        };
        verified.is_ok()
    }

    fn in_ring(self) -> Kind {
        match self {
            Self::RS256 => Kind::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::RS384 => Kind::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::RS512 => Kind::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::PS256 => Kind::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Self::PS384 => Kind::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            Self::PS512 => Kind::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            Self::ES256 => Kind::Curve(&signature::ECDSA_P256_SHA256_FIXED),
            Self::ES384 => Kind::Curve(&signature::ECDSA_P384_SHA384_FIXED),
            Self::EdDSA => Kind::Curve(&signature::ED25519),
        }
    }
}

/// What is signed with.
enum Kind {
    Rsa(&'static RsaParameters),
    Curve(&'static dyn signature::VerificationAlgorithm),
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const RSA_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    const EC_SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    /// Those of RFC 7515, A.2 and A.3, by keys that are printed there.
    #[test]
    fn the_examples_of_the_standard_are_verified() {
        let rsa = DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap();
        let ec = DecodingKey::from_ec_components(X, Y).unwrap();
        let of_rsa = ("eyJhbGciOiJSUzI1NiJ9", RSA_SIGNATURE);
        let of_ec = ("eyJhbGciOiJFUzI1NiJ9", EC_SIGNATURE);
        for (algorithm, key, (header, signature), expected) in [
            (Algorithm::RS256, &rsa, of_rsa, true),
            (Algorithm::ES256, &ec, of_ec, true),
            // As something else, or by another key.
            (Algorithm::RS512, &rsa, of_rsa, false),
            (Algorithm::PS256, &rsa, of_rsa, false),
            (Algorithm::ES384, &ec, of_ec, false),
            (Algorithm::EdDSA, &ec, of_ec, false),
            (Algorithm::RS256, &ec, of_rsa, false),
            (Algorithm::ES256, &rsa, of_ec, false),
        ] {
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            let verifies =
                |message: String| algorithm.verifies(key, message.as_bytes(), &signature);
            let message = format!("{header}.{PAYLOAD}");
            assert_eq!(verifies(message), expected, "{algorithm:?}");
            assert!(!verifies(format!("{header}.{PAYLOAD}A")), "{algorithm:?}");
        }
    }
}
