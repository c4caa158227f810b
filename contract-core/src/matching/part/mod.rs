//! The parts of a message besides its body. One file per part; [`values`] is what query parameters, header fields and
//! form fields have in common.

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
