//! Exports contracts to the formats of other tools (feature `import`): stubs, collections, requests, load
//! scripts.
//!
//! Only HTTP interactions are exported; anything that a format cannot represent is a [`Finding`].
//!
//! ```
//! use contract_core::export::{self, Form};
//! use contract_core::prelude::*;
//!
//! let mut contract = Contract::new("web-app", "user-api");
//! contract.interactions.push(
//!     Interaction::http("a request for user 42")
//!         .request(Request::get("/users/42"))
//!         .response(Response::ok().json(json_like!({ "name": "Ada" })))
//!         .into(),
//! );
//! let exported = export::write(&contract, Form::HttpFile);
//! assert!(exported.text.contains("GET {{baseUrl}}/users/42"));
//! ```

mod form;
mod http_file;
mod k6;
mod postman;
mod wiremock;

pub use self::form::{Exported, Form, write};
pub use crate::import::{Finding, FindingKind};
