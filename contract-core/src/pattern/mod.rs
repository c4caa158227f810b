//! Values that test authors write: an example plus the rules that it stands for.
//!
//! A [`Pattern`] is what a consumer needs of a value: [`integer(42)`](integer) stands for "an integer, for example 42".
//! Anything that implements `Serialize` is a pattern too: a *literal*, which means exactly this value. Inside
//! [`json_like!`](crate::json_like) and inside other patterns a plain value means "of the same type" instead.
//!
//! | pattern | fits |
//! |---|---|
//! | [`like`] | values of the same type, all the way down |
//! | [`exactly`] | this value only |
//! | [`integer`] [`decimal`] [`number`] [`boolean`] [`null`] [`string`] | values of that kind |
//! | [`regex()`] [`includes`] [`uuid`] [`semver()`] [`content_type`] | texts of that form |
//! | [`date`] [`time`] [`datetime`] | texts in that date pattern |
//! | [`each_like`] | arrays whose elements all fit a pattern |
//! | [`array_containing`] | arrays in which each of these patterns finds an element |
//! | [`each_value`] [`each_key`] | objects with free keys |
//! | [`nullable`] [`any_of`] [`all_of`] [`not_empty`] | combinations |
//! | [`from_state`] [`mock_url`] | values that are put in when the interaction is played |
//! | [`matching_schema`] | values that a JSON Schema accepts |
//! | [`element`] [`each_element`] [`any_element`] [`containing_elements`] [`xml_like!`](crate::xml_like) | XML documents |
//! | [`part`] | parts of a multipart body |
//!
//! # The rules that are written
//!
//! A pattern turns into an example document and matching rules by path ([`Pattern::expand`]). Rules are few and read the
//! same by every implementation of the format:
//!
//! * A part of a document that holds nothing but plain values gets one `type` rule at its top, which covers what is below.
//!   Where patterns and plain values are mixed, each value has its own rule, so that nothing depends on which of two rules
//!   is stronger.
//! * [`each_like`] writes `type` with `min` at the array and the element's rules below `[*]`; the example is repeated until
//!   it fulfils `min` itself, for tools that replay examples.
//! * A plain array stands for "one or more elements like these" (`type` with `min` 1), an empty one for any array.
//! * [`exactly`] writes `equality`, so that a weaker rule above it does not apply.
//! * [`any_of`] and [`all_of`] write one list of rules. What it cannot hold (what is inside a second object, a second example) is
//!   written whole, each pattern with its example and its rules, in this library's extension of `type`
//!   ([`Matcher::Schema`](crate::contract::Matcher::Schema)).
//!
//! Misuse panics at once, at the line to fix: an example that does not match its own pattern, `min` above `max`, a regular
//! expression or date pattern that cannot be read.

mod builder;
mod check;
mod collection;
mod combine;
mod example;
mod expand;
mod forms;
#[cfg(feature = "integration-json")]
pub mod integration;
#[cfg(test)]
mod laws;
mod learn;
#[cfg(test)]
mod meaning;
mod played;
mod scalar;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod typed;
mod value;
mod xml;

pub use self::builder::{
    BodyPart, HttpMessage, InteractionBuilder, MessageBuilder, RequestBuilder, ResponseBuilder,
    StatusPattern, part, state,
};
pub use self::collection::{EachLike, array_containing, each_key, each_like, each_value};
pub use self::combine::{all_of, any_of, not_empty, nullable};
pub use self::expand::Expanded;
pub use self::learn::{FieldKind, Learned, LearnedField, pattern_of, pattern_of_example};
pub use self::played::{from_state, mock_url};
pub use self::scalar::{boolean, decimal, exactly, integer, like, null, number, string};
#[cfg(feature = "import")]
pub(crate) use self::schema::example_of_schema;
pub use self::schema::{SchemaPattern, matching_schema};
pub use self::text::{content_type, date, datetime, includes, regex, semver, time, uuid};
pub use self::typed::{HasPattern, assert_example_deserializes};
pub use self::value::{IntoPattern, Pattern};
pub use self::xml::{
    AnyElement, ContainingElements, EachElement, IntoXmlBody, IntoXmlContent, XmlBody, XmlElement,
    any_element, containing_elements, each_element, element,
};

#[doc(hidden)]
pub use self::typed::{all_variants, derived, derived_or_endless, flattened, shown_like, variants};
#[doc(hidden)]
pub use self::value::{array, object};
