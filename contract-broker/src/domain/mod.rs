//! The broker's rules, free of SQL and HTTP.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod bidirectional;
pub(crate) mod bucket;
pub(crate) mod cancel;
pub(crate) mod content;
pub(crate) mod count;
pub(crate) mod events;
pub(crate) mod json;
pub(crate) mod matrix;
pub(crate) mod merge;
pub(crate) mod name;
pub(crate) mod notice;
pub(crate) mod once;
pub(crate) mod pending;
pub(crate) mod polling;
pub(crate) mod provider_states;
pub(crate) mod publication;
pub(crate) mod refusal;
pub(crate) mod retention;
pub(crate) mod segment;
pub(crate) mod selection;
pub(crate) mod selector;
pub(crate) mod tenant;
pub(crate) mod test_results;
pub(crate) mod text;
pub(crate) mod text_diff;
pub(crate) mod time;
pub(crate) mod verification_report;

pub(crate) use notice::Notice;
pub(crate) use refusal::Refusal;
