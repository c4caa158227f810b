//! Which operation a request means.

mod router;
mod segment;
mod template;

pub(crate) use self::router::{Route, Router, RouterOptions};
pub(crate) use self::template::Template;
