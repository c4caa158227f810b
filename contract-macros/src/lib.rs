//! Procedural macros of contract-core; use them through that crate.

mod consumer_test;
mod json_like;
mod regex;

use proc_macro::TokenStream;

/// See `contract_core::json_like!`. Takes the path of contract-core in brackets, then the document.
#[proc_macro]
pub fn json_like(input: TokenStream) -> TokenStream {
    json_like::expand(input.into())
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
/// ```ignore
/// #[consumer_test(consumer = "web-app", provider = "user-api")]
/// async fn shows_a_user(provider: MockProvider) { … }
///
/// #[consumer_test(consumer = "web-app")]
/// async fn shows_an_invoice(#[provider("user-api")] users: MockProvider, #[provider("billing")] billing: MockProvider) { … }
/// ```
///
/// The function is `async` and may return a `Result`, whose `Err` fails the test. It needs no runtime of its own. Other
/// attributes (`#[ignore]`, `#[should_panic]`) stay on the test.
///
/// | argument | meaning |
/// |---|---|
/// | `consumer = "…"` | the consumer's name |
/// | `provider = "…"` | the provider's name, for a single parameter |
/// | `specification = "3"` | the version of the file format to write: 2, 3 or 4 (the default) |
/// | `flavor = "multi_thread"` | a runtime with several threads in place of one |
/// | `crate = path` | where contract-core is found, if not at `::contract_core` |
#[proc_macro_attribute]
pub fn consumer_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    consumer_test::expand(arguments.into(), item.into()).into()
}
