//! JSON documents whose numbers keep their original text.
//!
//! `serde_json::Value` stores a number that is not a 64-bit integer as a double, which loses digits:
//! `98765432109876543210` becomes `9.876543210987654e19`, and `1.10` becomes `1.1`. The values of a contract must be
//! sent and stored as written, and two different long numbers must not compare equal. The feature `arbitrary_precision`
//! of `serde_json` would do this, but a feature is enabled for every crate of a build, so it would change how the
//! users' own code reads JSON.
//!
//! Texts are parsed by `serde_json`; this module only looks up the original text of numbers.
//!
//! ```
//! use contract_core::json;
//!
//! let document = json::from_str(r#"{"id": 98765432109876543210, "price": 1.10}"#)?;
//! assert_eq!(document.to_string(), r#"{"id":98765432109876543210,"price":1.10}"#);
//! assert_ne!(document["id"], json::from_str("98765432109876543211")?);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod convert;
mod number;
mod read;
mod value;
mod write;

pub use self::convert::{from_value, object, to_value};
pub use self::number::Number;
pub(crate) use self::read::from_str_below;
pub use self::read::{from_slice, from_str};
pub use self::value::{Map, Value};
pub(crate) use self::write::{compact, compact_members, pretty};

/// Creates a [`Value`], like [`serde_json::json!`].
#[cfg(test)]
macro_rules! json {
    ($($json:tt)+) => {
        $crate::json::Value::from(::serde_json::json!($($json)+))
    };
}
#[cfg(test)]
pub(crate) use json;
