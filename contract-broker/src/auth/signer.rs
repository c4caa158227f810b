//! Signs tokens, right ones and forged ones: for tests alone.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::{
    rand::SystemRandom,
    signature::{
        self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
    },
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use serde_json::{Value, json};
use sha2::Sha256;

/// A key of an issuer.
pub(crate) struct Signer {
    id: String,
    key: Key,
}

enum Key {
    Rsa(RsaKeyPair),
    Ec { curve: &'static str, pair: EcdsaKeyPair },
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// An RSA key, always the same.
    pub(crate) fn rsa(id: &str) -> Self {
        Self::of_pem(id, include_bytes!("../../tests/oidc/rsa.pem"))
    }

    /// Another RSA key, always the same.
    pub(crate) fn other_rsa(id: &str) -> Self {
        Self::of_pem(id, include_bytes!("../../tests/oidc/other-rsa.pem"))
    }

    fn of_pem(id: &str, pem: &[u8]) -> Self {
        let der = PrivateKeyDer::from_pem_slice(pem).expect("a key");
        Self {
            id: id.to_owned(),
            key: Key::Rsa(RsaKeyPair::from_pkcs8(der.secret_der()).expect("an RSA key")),
        }
    }

    /// A new key over `P-256` or `P-384`.
    pub(crate) fn ec(id: &str, curve: &'static str) -> Self {
        let algorithm = match curve {
            "P-256" => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            _ => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        };
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref(), &random).expect("a key");
        Self {
            id: id.to_owned(),
            key: Key::Ec { curve, pair },
        }
    }

    /// A new Ed25519 key.
    pub(crate) fn ed25519(id: &str) -> Self {
        let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self {
            id: id.to_owned(),
            key: Key::Ed25519(Ed25519KeyPair::from_pkcs8(der.as_ref()).expect("a key")),
        }
    }

    /// The public key as the issuer publishes it.
    pub(crate) fn public(&self) -> Value {
        match &self.key {
            Key::Rsa(pair) => {
                let RsaPublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                json!({ "kty": "RSA", "kid": self.id, "use": "sig", "n": encoded(&n), "e": encoded(&e) })
            }
            Key::Ec { curve, pair } => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "kid": self.id, "x": encoded(x), "y": encoded(y) })
            }
            Key::Ed25519(pair) => {
                let x = encoded(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": x })
            }
        }
    }

    /// A token of these claims.
    pub(crate) fn sign(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": self.id });
        self.sign_text(algorithm, &header.to_string(), &claims.to_string())
    }

    /// A token of a header and claims that are written as they are, whether that makes sense or not.
    pub(crate) fn sign_text(&self, algorithm: &str, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
        let signature = self.signature(algorithm, signed.as_bytes());
        format!("{signed}.{}", encoded(&signature))
    }

    fn signature(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Rsa(pair) => {
                let padding: &dyn RsaEncoding = match algorithm {
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    "PS256" => &signature::RSA_PSS_SHA256,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
            Key::Ec { pair, .. } => pair
                .sign(&random, message)
                .expect("a signature")
                .as_ref()
                .to_vec(),
            Key::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

/// A token without a signature (`alg` is `none`, in any spelling).
pub(crate) fn unsigned(algorithm: &str, claims: &Value) -> String {
    let header = json!({ "alg": algorithm });
    format!(
        "{}.{}.",
        encoded(header.to_string().as_bytes()),
        encoded(claims.to_string().as_bytes())
    )
}

/// A token that takes the text of a public key for a shared secret.
pub(crate) fn hmac_signed(secret: &str, id: &str, claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "kid": id });
    let signed = format!(
        "{}.{}",
        encoded(header.to_string().as_bytes()),
        encoded(claims.to_string().as_bytes())
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", encoded(&mac.finalize().into_bytes()))
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
