//! Procedural macros of contract-core; use them through that crate.

mod consumer_test;
mod derive;
mod json_like;
mod regex;
mod xml_like;

use proc_macro::TokenStream;

/// See `contract_core::json_like!`. Takes the path of contract-core in brackets, then the document.
#[proc_macro]
pub fn json_like(input: TokenStream) -> TokenStream {
    json_like::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `contract_core::xml_like!`. Takes the path of contract-core in brackets, then the document.
#[proc_macro]
pub fn xml_like(input: TokenStream) -> TokenStream {
    xml_like::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `contract_core::regex!`. Takes the path of contract-core in brackets, then expression and example.
#[proc_macro]
pub fn regex(input: TokenStream) -> TokenStream {
    regex::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// A test that records a contract: the body talks to a mock provider, and if it passes, what it expected is written into
/// the contract between the two.
///
/// ```text
/// #[consumer_test(consumer = "web-app", provider = "user-api")]
/// async fn shows_a_user(provider: MockProvider) { … }
///
/// #[consumer_test(consumer = "web-app")]
/// async fn shows_an_invoice(#[provider("user-api")] users: MockProvider, #[provider("billing")] billing: MockProvider) { … }
/// ```
///
/// The function may return a `Result`, whose `Err` fails the test. An `async fn` needs no runtime of its own; a plain `fn` runs
/// without one and takes a `BlockingMockProvider` (or a `MockProvider`).
///
/// Other attributes (`#[ignore]`, `#[should_panic]`) stay on the test. Put `#[consumer_test]` first: below it, `#[rstest]` and
/// `#[test_case]` supply further parameters, and `#[tokio::test]` or the like brings the runtime.
///
/// ```text
/// #[consumer_test(consumer = "web-app", provider = "user-api")]
/// #[rstest]
/// #[case(42)]
/// fn shows_a_user(provider: BlockingMockProvider, #[case] id: u64) { … }
/// ```
///
/// | argument | meaning |
/// |---|---|
/// | `consumer = "…"` | the consumer's name |
/// | `provider = "…"` | the provider's name, for a single parameter |
/// | `listen = "127.0.0.1:8080"` | the address to listen at, in place of a free port |
/// | `cors` | lets pages of other origins use the provider |
/// | `tls` | speaks TLS with a certificate that the provider signs itself (feature `mock-tls`) |
/// | `openapi = "openapi.yaml"` | holds what is expected against the provider's OpenAPI description, a file or `broker:PROVIDER@BRANCH` (crate `contract-openapi`) |
/// | `minimize` | finds out which fields of the answers the test does not need, by running it again |
/// | `specification = "3"` | the version of the file format to write: 2, 3 or 4 (the default) |
/// | `flavor = "multi_thread"` | a runtime with several threads in place of one |
/// | `crate = path` | where contract-core is found, if not at `::contract_core` |
///
/// `listen`, `cors`, `tls` and `openapi` of one of several providers stand at its parameter: `#[provider("billing", tls)]`.
#[proc_macro_attribute]
pub fn consumer_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    consumer_test::expand(arguments.into(), item.into()).into()
}

/// The pattern that follows a type: `HasPattern::pattern()` from the fields and what serde does with them.
///
/// ```ignore
/// #[derive(Deserialize, Pattern)]
/// struct User {
///     #[pattern(example = 42)]
///     id: u64,
///     #[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
///     email: String,
///     roles: Vec<Role>,         // each_like(Role::pattern())
///     nickname: Option<String>, // left out: the consumer does not need it
/// }
/// ```
///
/// Every attribute of serde that changes the form is honoured, as for reading; `with`, `deserialize_with` and
/// `serialize_with` need a `#[pattern(with = …)]` beside them, and an attribute that is not known is an error where it stands.
/// A field that may be missing (`Option`, `default`) is left out, unless the consumer needs it. A type that contains itself
/// is shown once inside of itself.
///
/// | `#[pattern(…)]` of a field | meaning |
/// |---|---|
/// | `example = …` | this example in place of the type's own |
/// | `example = default` | the example is the type's `Default`, which must implement `Serialize` |
/// | `regex = "…", example = "…"` | a text of that form, checked when compiled |
/// | `date = "…"`, `time = "…"`, `datetime = "…"`, each with `example = "…"` | a text in that date pattern |
/// | `exactly = …` | this value only |
/// | `with = …` | any pattern |
/// | `min = …`, `max = …` | bounds on the number of elements |
/// | `present` | needed, though it may be missing |
/// | `skip` | not needed |
///
/// | `#[pattern(…)]` of a type | meaning |
/// |---|---|
/// | `example`, `regex`, `date`, `time`, `datetime`, `exactly`, `with` | as of a field; an example is a value of the type |
/// | `all_variants` | of an enum with data: every variant is allowed, and one is the example |
/// | `serialize` | names and fields as for writing: the type is what the consumer sends |
/// | `bound = "T: …"` | these bounds in place of those that are inferred |
/// | `crate = path` | where contract-core is found, if not at `::contract_core` |
///
/// An enum of names is an enumeration. Of an enum with data the contract shows the variant marked `#[pattern(example)]`, and
/// allows that alone unless `#[pattern(all_variants)]` is on the enum;
/// `#[pattern(with = …)]` says what is in a variant, `#[pattern(skip)]` leaves one out, which then needs no pattern.
// `serde` as well: this derive reads those attributes, whether or not a derive of serde stands beside it.
#[proc_macro_derive(Pattern, attributes(pattern, serde))]
pub fn derive_pattern(input: TokenStream) -> TokenStream {
    derive::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
