//! Finds the operation of a request.

mod router;
mod segment;
mod template;

pub(crate) use self::router::{Route, Router, RouterOptions};
pub(crate) use self::template::Template;
