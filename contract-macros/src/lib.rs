//! Procedural macros of contract-core; use them through that crate.

mod consumer_test;
mod derive;
mod json_like;
mod regex;
mod xml_like;

use proc_macro::TokenStream;

/// See `contract_core::json_like!`. The input is the path of contract-core in brackets, followed by the
/// document.
#[proc_macro]
pub fn json_like(input: TokenStream) -> TokenStream {
    json_like::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `contract_core::xml_like!`. The input is the path of contract-core in brackets, followed by the
/// document.
#[proc_macro]
pub fn xml_like(input: TokenStream) -> TokenStream {
    xml_like::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `contract_core::regex!`. The input is the path of contract-core in brackets, followed by expression
/// and example.
#[proc_macro]
pub fn regex(input: TokenStream) -> TokenStream {
    regex::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Generates a test that records a contract: the body sends requests to a mock provider and, if it passes,
/// the expected interactions are written to the contract between the two.
///
/// ```text
/// #[consumer_test(consumer = "web-app", provider = "user-api")]
/// async fn shows_a_user(provider: MockProvider) { … }
///
/// #[consumer_test(consumer = "web-app")]
/// async fn shows_an_invoice(#[provider("user-api")] users: MockProvider, #[provider("billing")] billing: MockProvider) { … }
/// ```
///
/// The function may return a `Result`, whose `Err` fails the test. An `async fn` needs no runtime; a plain
/// `fn` runs without one and takes a `BlockingMockProvider` (or a `MockProvider`).
///
/// Other attributes (`#[ignore]`, `#[should_panic]`) are kept on the test. `#[consumer_test]` must be the
/// first attribute: below it, `#[rstest]` and `#[test_case]` supply further parameters, and `#[tokio::test]`
/// and similar attributes provide the runtime.
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
/// | `listen = "127.0.0.1:8080"` | the address to listen on, instead of a free port |
/// | `cors` | allows pages of other origins to use the provider |
/// | `tls` | uses TLS with a certificate signed by the provider itself (feature `mock-tls`) |
/// | `openapi = "openapi.yaml"` | compares the interactions with the provider's OpenAPI description, a file or `broker:PROVIDER@BRANCH` (crate `contract-openapi`) |
/// | `minimize` | finds out which fields of the responses the test does not need, by running it again |
/// | `specification = "3"` | the version of the file format to write: 2, 3 or 4 (the default) |
/// | `flavor = "multi_thread"` | a runtime with several threads instead of one |
/// | `crate = path` | the path of contract-core, if it is not `::contract_core` |
///
/// If there are several providers, `listen`, `cors`, `tls` and `openapi` are set at the parameter:
/// `#[provider("billing", tls)]`.
#[proc_macro_attribute]
pub fn consumer_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    consumer_test::expand(arguments.into(), item.into()).into()
}

/// Derives the pattern of a type: `HasPattern::pattern()` from its fields and their serde attributes.
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
/// Every attribute of serde that affects the format is supported for reading; `with`, `deserialize_with` and
/// `serialize_with` need an additional `#[pattern(with = …)]`, and an unknown attribute is an error. A field
/// that may be missing (`Option`, `default`) is omitted, unless the consumer needs it. A type that contains
/// itself is nested once.
///
/// | `#[pattern(…)]` on a field | meaning |
/// |---|---|
/// | `example = …` | this example instead of the type's own |
/// | `example = default` | the example is the type's `Default`, which must implement `Serialize` |
/// | `regex = "…", example = "…"` | a text that matches, checked at compile time |
/// | `date = "…"`, `time = "…"`, `datetime = "…"`, each with `example = "…"` | a text in this date pattern |
/// | `exactly = …` | only this value |
/// | `with = …` | any pattern |
/// | `min = …`, `max = …` | bounds on the number of elements |
/// | `present` | required, although it may be missing |
/// | `skip` | not required |
///
/// | `#[pattern(…)]` on a type | meaning |
/// |---|---|
/// | `example`, `regex`, `date`, `time`, `datetime`, `exactly`, `with` | as for a field; an example is a value of the type |
/// | `all_variants` | for an enum with data: every variant is allowed, and one is the example |
/// | `serialize` | names and fields for writing: the type is sent by the consumer |
/// | `bound = "T: …"` | these bounds instead of the inferred ones |
/// | `crate = path` | the path of contract-core, if it is not `::contract_core` |
///
/// An enum of names is an enumeration. For an enum with data, the contract shows the variant marked
/// `#[pattern(example)]`, and allows only this one unless `#[pattern(all_variants)]` is on the enum.
/// `#[pattern(with = …)]` sets the pattern of a variant's content, `#[pattern(skip)]` omits a variant, which then
/// needs no pattern.
// `serde` as well: this derive reads those attributes, even without a derive of serde.
#[proc_macro_derive(Pattern, attributes(pattern, serde))]
pub fn derive_pattern(input: TokenStream) -> TokenStream {
    derive::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
