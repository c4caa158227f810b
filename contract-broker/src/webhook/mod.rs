//! Webhooks: what is sent where when something happens, and the rules that keep it safe.
//!
//! Nothing here knows the database or the queue: [`crate::jobs`] decides when to deliver.

mod address;
mod allow_list;
mod definition;
mod facts;
mod matching;
mod redact;
mod request;
mod retry;
mod seal;
mod send;
mod sign;
mod ssrf;
mod template;
mod tls;

pub(crate) use allow_list::AllowList;
pub(crate) use definition::Definition;
pub(crate) use facts::{Facts, VersionFacts};
pub(crate) use matching::{Filters, Party, Scope};
pub(crate) use redact::{MASK, keep_stored, redacted_headers};
pub(crate) use request::{Rendered, RequestTemplate};
pub(crate) use retry::RetryPolicy;
pub(crate) use seal::Sealer;
pub(crate) use send::{Outcome, Sender};
pub(crate) use sign::Signer;
pub(crate) use ssrf::Guard;
pub(crate) use template::{Values, has_parameter, render_json, render_text, render_url};
