//! Imports contracts from files of other tools: stubs, recordings and collections of requests (feature
//! `import`).
//!
//! | kind | files | rules from |
//! |---|---|---|
//! | [`WireMock`](Kind::WireMock) | stub mappings, single or in a list, with `__files` | the matchers of the stub |
//! | [`Har`](Kind::Har) | HAR 1.2 of browsers and proxies | suggested |
//! | [`Postman`](Kind::Postman) | collections 2.0 and 2.1 with saved responses | suggested |
//! | [`Vcr`](Kind::Vcr) | cassettes of Ruby's VCR, vcrpy and the Rust crates, YAML or JSON | suggested |
//! | [`Httpmock`](Kind::Httpmock) | mocks of the crate httpmock, YAML | the matchers of the mock |
//! | [`HttpFile`](Kind::HttpFile) | `.http` and `.rest` files with stored responses | suggested |
//!
//! Every exchange of a request and a response becomes an interaction. Anything that a contract cannot
//! represent is reported as a [`Finding`] with its file and place; if the exchange would change its meaning
//! without it, it is left out. Secrets are replaced before an exchange is processed, so neither the contract
//! nor a finding contains one.
//!
//! The patterns of a response are *suggested* by its values ([`Patterns::Suggest`]): the same types and
//! members; identifiers and dates by their format. A request stays as it was recorded, because it is
//! determined by the consumer's code.

mod draft;
mod finding;
mod interactions;
mod options;
#[cfg(feature = "wiremock")]
pub(crate) mod recorded;
mod redact;
mod suggest;

mod at;
mod exchange_headers;
mod har;
mod http_file;
mod httpmock;
mod into_file;
mod kind;
mod postman;
mod read;
mod source;
mod url;
mod variables;
mod vcr;
mod wiremock;
mod yaml;

pub(crate) use self::finding::Notes;
pub use self::finding::{Finding, FindingKind};
pub use self::into_file::{OnConflict, into_file};
pub use self::kind::Kind;
pub use self::options::{Options, Patterns};
pub use self::read::{Imported, read};
pub use self::source::Source;
