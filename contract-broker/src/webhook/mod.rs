//! Webhooks: the requests sent after events, and the rules that keep them safe.
//!
//! This module does not access the database or the queue: [`crate::jobs`] decides when to deliver.

mod address;
mod allow_list;
mod attempt_log;
mod definition;
mod encryption;
mod facts;
mod key;
mod masked_url;
mod matching;
mod redact;
mod request;
mod retry;
mod send;
mod shown;
mod sign;
mod ssrf;
mod template;
mod tls;
mod unmask;

pub(crate) use allow_list::AllowList;
pub(crate) use attempt_log::AttemptLog;
pub(crate) use definition::Definition;
pub(crate) use encryption::Encryption;
pub(crate) use facts::{Facts, VersionFacts};
pub(crate) use key::{
    Key, beside as key_beside, file as key_file, generate as generate_key, make as make_key_file,
};
pub(crate) use masked_url::masked_url;
pub(crate) use matching::{Filters, Party, Scope};
pub(crate) use redact::MASK;
pub(crate) use request::{Outgoing, Rendered, RequestTemplate};
pub(crate) use retry::RetryPolicy;
pub(crate) use send::{Answer, Message, Outcome, Sender};
pub(crate) use shown::ShownDefinition;
pub(crate) use sign::Signer;
pub(crate) use ssrf::Guard;
pub(crate) use template::{Values, is_parameters, is_secret_name, render_json, render_text, render_url};
