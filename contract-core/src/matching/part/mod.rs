//! The parts of a message other than its body, one file per part. [`values`] holds what query parameters, header fields
//! and form fields share.

mod cookies;
mod headers;
mod metadata;
mod method;
mod path;
mod query;
mod status;
mod text;
mod values;

pub(crate) use self::headers::HeadersPlan;
pub(crate) use self::metadata::{MetadataPlan, content_type};
pub(crate) use self::method::MethodPlan;
pub(crate) use self::path::PathPlan;
pub(crate) use self::query::QueryPlan;
pub(crate) use self::status::StatusPlan;
pub(crate) use self::values::{Values, Wording, by_parameter};
