//! A description of an HTTP API: OpenAPI 2.0 (Swagger), 3.0, 3.1 or 3.2.

mod bundle;
#[expect(clippy::module_inception, reason = "the file is named for the type in it")]
mod description;
mod media_type;
mod operation;
mod parameter;
mod response;
mod security;
mod server;
mod version;

pub use self::bundle::bundle;
pub use self::description::Description;
pub(crate) use self::media_type::MediaType;
pub(crate) use self::operation::{ADDITIONAL_OPERATIONS, QUERY, is_method};
pub use self::operation::{METHODS, Operation};
pub use self::parameter::{Location, Parameter};
pub(crate) use self::parameter::{Style, form_schema};
pub(crate) use self::response::{FoundResponse, StatusKey, response_for};
pub(crate) use self::security::{alternatives, scheme, schemes};
pub(crate) use self::server::{path_prefixes, servers};
pub use self::version::Version;
