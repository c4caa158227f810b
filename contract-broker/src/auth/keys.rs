//! The public keys of an issuer (RFC 7517).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value};

use super::unique_json;

/// The most keys that are read of a set.
const MOST: usize = 100;

/// How a token can be signed. There is no `none`, and nothing that takes a public key for a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    const ALL: [Self; 7] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The algorithm of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A key that signatures are checked with.
#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    /// The only algorithm that its owner uses it with, if they say so.
    algorithm: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The keys of an issuer. Keys of kinds that are not used here are left out.
#[derive(Debug, Clone, Default)]
pub(super) struct KeySet(Vec<Key>);

impl KeySet {
    /// Reads a JSON Web Key Set.
    ///
    /// # Errors
    /// It is none, or has no key that can be used.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        let value = unique_json::read(text).map_err(|error| format!("it is not a set of keys: {error}"))?;
        let list = value.get("keys").and_then(Value::as_array);
        let list = list.ok_or("it is not a set of keys: the list \"keys\" is missing")?;
        let maps = list.iter().take(MOST).filter_map(Value::as_object);
        let keys: Vec<Key> = maps.filter_map(Key::read).collect();
        if keys.is_empty() {
            return Err("none of its keys can be used: RSA, P-256, P-384 and Ed25519 can".to_owned());
        }
        Ok(Self(keys))
    }

    /// Whether there is a key of this id; a token without an id may be signed with any.
    pub(super) fn has(&self, id: Option<&str>) -> bool {
        id.is_none() || self.0.iter().any(|key| key.id.as_deref() == id)
    }

    /// Whether a key of this id, or any if there is none, made the signature.
    pub(super) fn made(&self, id: Option<&str>, algorithm: Algorithm, signed: &[u8], by: &[u8]) -> bool {
        self.0
            .iter()
            .filter(|key| id.is_none() || key.id.as_deref() == id)
            .filter(|key| {
                key.algorithm
                    .as_deref()
                    .is_none_or(|only| only == algorithm.name())
            })
            .any(|key| key.material.made(algorithm, signed, by))
    }
}

impl Key {
    fn read(map: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| map.get(name).and_then(Value::as_str);
        let bytes = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if text("use").is_some_and(|usage| usage != "sig") {
            return None;
        }
        let operations = map.get("key_ops").and_then(Value::as_array);
        if operations.is_some_and(|list| !list.iter().any(|operation| operation == "verify")) {
            return None;
        }
        let point = |size: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == size && y.len() == size).then(|| [&[4][..], &x, &y].concat())
        };
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => Material::Rsa {
                modulus: without_zeros(bytes("n")?),
                exponent: without_zeros(bytes("e")?),
            },
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x")?),
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(str::to_owned),
            algorithm: text("alg").map(str::to_owned),
            material,
        })
    }
}

/// Numbers of keys begin with no zeros; some issuers write one.
fn without_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

impl Material {
    fn made(&self, algorithm: Algorithm, signed: &[u8], by: &[u8]) -> bool {
        let fits: &dyn signature::VerificationAlgorithm = match (self, algorithm) {
            (Self::Rsa { modulus, exponent }, _) => {
                let parameters = match algorithm {
                    Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
                    Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => return false,
                };
                let (n, e) = (modulus, exponent);
                return RsaPublicKeyComponents { n, e }
                    .verify(parameters, signed, by)
                    .is_ok();
            }
            (Self::P256(_), Algorithm::Es256) => &signature::ECDSA_P256_SHA256_FIXED,
            (Self::P384(_), Algorithm::Es384) => &signature::ECDSA_P384_SHA384_FIXED,
            (Self::Ed25519(_), Algorithm::EdDsa) => &signature::ED25519,
            _ => return false,
        };
        let (Self::P256(key) | Self::P384(key) | Self::Ed25519(key)) = self else {
            return false;
        };
        UnparsedPublicKey::new(fits, key).verify(signed, by).is_ok()
    }
}
