//! The trait, and the law that holds for its implementations.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json;
use crate::pattern::Pattern;

/// A type that has a pattern: what a consumer that reads this type needs. Derived with `#[derive(Pattern)]`.
///
/// ```
/// use contract_core::prelude::*;
///
/// #[derive(Pattern)]
/// struct User {
///     #[pattern(example = 42)]
///     id: u64,
///     #[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
///     email: String,
///     roles: Vec<String>,
///     nickname: Option<String>,
/// }
///
/// let example = User::pattern().expand().example;
/// assert_eq!(example["id"], 42);
/// assert!(example.get("nickname").is_none());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pattern",
    label = "no pattern is known for `{Self}`",
    note = "if the type is yours, add `#[derive(Pattern)]` to it",
    note = "otherwise say what the field looks like with `#[pattern(with = …)]`: any pattern, such as `string(\"text\")`; or leave it out with `#[pattern(skip)]`",
    note = "features of contract-core for types of other crates: uuid, chrono, jiff, time, url, bytes, http, rust_decimal"
)]
pub trait HasPattern {
    /// Whether serde reads a struct without a field of this type: an `Option`, also behind the name of another type or in a box.
    #[doc(hidden)]
    const MAY_BE_MISSING: bool = false;

    /// Returns the pattern.
    fn pattern() -> Pattern;

    /// Returns the pattern for a place inside of another one; `None` if the type contains itself and is already shown there,
    /// so that an example of it would never end. A list of such a type is empty in the example, a map as well, and an
    /// optional field is left out. A derived type is shown once inside of itself.
    fn nested_pattern() -> Option<Pattern> {
        Some(Self::pattern())
    }

    /// Returns the pattern with the examples of a value. What the pattern does not need of the value is left out.
    ///
    /// ```
    /// use contract_core::prelude::*;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize, Pattern)]
    /// struct User {
    ///     id: u64,
    ///     name: String,
    /// }
    ///
    /// let ada = User { id: 42, name: "Ada Lovelace".to_owned() };
    /// let pattern = User::pattern_from(&ada);
    /// assert_eq!(pattern.expand().example, serde_json::json!({ "id": 42, "name": "Ada Lovelace" }));
    /// assert!(pattern.matches(&serde_json::json!({ "id": 7, "name": "Grace Hopper" })));
    /// ```
    ///
    /// # Panics
    ///
    /// If the value is written in another form than the pattern has: the names for reading and writing differ, for instance.
    #[track_caller]
    fn pattern_from(value: &Self) -> Pattern
    where
        Self: Serialize + Sized,
    {
        super::shown_like(Self::pattern(), value)
    }
}

/// Asserts that the example of `T::pattern()` can be read as a `T`: what a consumer's test does with it. Where the pattern allows
/// several forms (`#[pattern(all_variants)]`, the names of an enum, an optional value that is `null`) each is read. For a test of
/// your own types, above all of those with `try_from` or `#[pattern(with = …)]`.
///
/// ```
/// use contract_core::pattern::assert_example_deserializes;
/// use contract_core::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, Pattern)]
/// struct User {
///     id: u64,
/// }
///
/// assert_example_deserializes::<User>();
/// ```
///
/// # Panics
///
/// If it cannot; with the reason and the example.
#[track_caller]
pub fn assert_example_deserializes<T: HasPattern + DeserializeOwned>() {
    for form in T::pattern().forms() {
        let example = form.expand().example;
        if let Err(error) = json::from_value::<T>(&example) {
            panic!(
                "the example of {} cannot be deserialized: {error}; the example is {example:#}",
                std::any::type_name::<T>()
            );
        }
    }
}
