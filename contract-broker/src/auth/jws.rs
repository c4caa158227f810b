//! Signed tokens (RFC 7515, 7519): what one says, once its signature was checked.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{
    keys::{Algorithm, KeySet},
    unique_json,
};
use crate::domain::count::counted;
use crate::log_text::bounded;

/// The longest token that is read, in bytes. Those of GitHub have about 2000, those with 200 groups about 10 000.
const LONGEST: usize = 32 * 1024;
/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 60;

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the token cannot be read: {0}")]
    Malformed(&'static str),
    #[error(
        "the token is signed with {0:?}; accepted are RS256, RS384, RS512, PS256, ES256, ES384 and EdDSA"
    )]
    Algorithm(String),
    #[error("the token is signed with a key that its issuer does not publish")]
    Key,
    #[error("the signature of the token is wrong")]
    Signature,
    /// What is wrong with a claim.
    #[error("the token is not accepted: {0}")]
    Claim(String),
}

/// A token whose signature was not checked yet.
pub(super) struct Jws<'t> {
    signed: &'t str,
    signature: Vec<u8>,
    algorithm: Algorithm,
    key: Option<String>,
    payload: Vec<u8>,
}

impl<'t> Jws<'t> {
    /// Reads a token in its compact form.
    ///
    /// # Errors
    /// It is none, or is signed in a way that is not accepted.
    pub(super) fn read(text: &'t str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::Malformed("it is longer than 32 KiB"));
        }
        let parts = Fault::Malformed("it does not have three parts, separated by dots");
        let (signed, signature) = text.rsplit_once('.').ok_or(parts.clone())?;
        let (header, payload) = signed.split_once('.').ok_or(parts.clone())?;
        if payload.contains('.') {
            return Err(parts);
        }
        let decode = |part: &str| {
            BASE64_URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| Fault::Malformed("a part is not base64url"))
        };
        let header = object(
            &decode(header)?,
            "its header is not a JSON object that names each member once",
        )?;
        if header.contains_key("crit") {
            return Err(Fault::Malformed(
                "its header names extensions that must be understood (crit)",
            ));
        }
        let name = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        let algorithm = Algorithm::named(name).ok_or_else(|| Fault::Algorithm(bounded(name, 32)))?;
        let key = match header.get("kid") {
            None => None,
            Some(Value::String(key)) => Some(key.clone()),
            Some(_) => return Err(Fault::Malformed("kid in its header is not a text")),
        };
        Ok(Self {
            signed,
            signature: decode(signature)?,
            algorithm,
            key,
            payload: decode(payload)?,
        })
    }

    /// Who the token says issued it, before anything of it was checked: it chooses among the issuers that are known, and no
    /// more. Empty if it says nothing.
    pub(super) fn claimed_issuer(&self) -> String {
        let claims = unique_json::read(&self.payload).unwrap_or_default();
        let issuer = claims.get("iss").and_then(Value::as_str);
        issuer.unwrap_or_default().to_owned()
    }

    /// The id of the key that it says it was signed with.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// What the token says.
    ///
    /// # Errors
    /// None of the keys made its signature.
    pub(super) fn verified(&self, keys: &KeySet) -> Result<Claims, Fault> {
        if !keys.has(self.key()) {
            return Err(Fault::Key);
        }
        if !keys.made(
            self.key(),
            self.algorithm,
            self.signed.as_bytes(),
            &self.signature,
        ) {
            return Err(Fault::Signature);
        }
        let claims = "its claims are not a JSON object that names each member once";
        object(&self.payload, claims).map(Claims)
    }
}

fn object(bytes: &[u8], problem: &'static str) -> Result<Map<String, Value>, Fault> {
    match unique_json::read(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Fault::Malformed(problem)),
    }
}

/// What a token says of whoever has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Claims(pub(super) Map<String, Value>);

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'e> {
    pub(super) issuer: &'e str,
    /// Whom it must be for.
    pub(super) audience: &'e str,
    /// How many seconds ago it may have been issued; `None` if any number of them.
    pub(super) oldest: Option<i64>,
    /// The time, in seconds since 1970.
    pub(super) now: i64,
}

impl Claims {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is a text and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A claim as text: some issuers write numbers and truth values as texts, some do not.
    pub(crate) fn as_text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Whether a claim is true, or the text `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.as_text(name).is_some_and(|text| text == "true")
    }

    /// Adds the claims of another source that this one lacks.
    pub(super) fn complete(&mut self, others: Self) {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The time until which the token is valid, in seconds since 1970.
    pub(crate) fn expires(&self) -> Option<i64> {
        self.seconds("exp")
    }

    /// Checks who issued the token, for whom, and when.
    ///
    /// # Errors
    /// [`Fault::Claim`] with the first claim that is wrong.
    pub(super) fn check(&self, expected: &Expected<'_>) -> Result<(), Fault> {
        let wrong = |message: String| Err(Fault::Claim(message));
        let issuer = self.text("iss").unwrap_or_default();
        if issuer != expected.issuer {
            return wrong(format!(
                "iss is {:?}, expected {:?}",
                bounded(issuer, 256),
                expected.issuer
            ));
        }
        let audiences = self.audiences();
        if !audiences.contains(&expected.audience) {
            let given = bounded(&audiences.join(" "), 256);
            return wrong(format!("aud is {given:?}, expected {:?}", expected.audience));
        }
        let now = expected.now;
        let Some(expires) = self.seconds("exp") else {
            return wrong("exp is missing".to_owned());
        };
        if expires + LEEWAY <= now {
            return wrong(format!("it expired {} ago", counted(now - expires, "second")));
        }
        if self.get("nbf").is_some() && self.seconds("nbf").is_none_or(|from| from - LEEWAY > now) {
            return wrong("it is not valid yet (nbf)".to_owned());
        }
        let Some(issued) = self.seconds("iat") else {
            return wrong("iat is missing".to_owned());
        };
        if issued - LEEWAY > now {
            return wrong("it was issued in the future (iat): compare the clocks".to_owned());
        }
        if expected
            .oldest
            .is_some_and(|oldest| issued + oldest + LEEWAY < now)
        {
            return wrong(format!(
                "it was issued {} ago: ask for a new one",
                counted(now - issued, "second")
            ));
        }
        Ok(())
    }

    /// Whom the token is for.
    pub(super) fn audiences(&self) -> Vec<&str> {
        match self.0.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A point in time, in seconds since 1970, that a computation with it cannot overflow.
    fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.0.get(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fractions of seconds do not count"
        )]
        let whole = value
            .as_i64()
            .or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
        (0..=253_402_300_799).contains(&whole).then_some(whole)
    }
}

#[cfg(test)]
mod tests;
