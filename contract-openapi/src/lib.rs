//! Compares OpenAPI descriptions with consumer contracts.
//!
//! A provider describes its API with OpenAPI; a consumer's contract specifies what the consumer needs. This crate
//! compares both. It is pure: it reads no files, opens no connections and uses no clock. The caller passes in texts and
//! gets findings with positions on both sides.
//!
//! ```
//! use contract_openapi::{Code, Comparator, CompareOptions, ContractFile, Description};
//!
//! let description = Description::from_text("openapi.yaml", "
//! openapi: 3.1.0
//! info: {title: Users, version: 1.0.0}
//! paths:
//!   /users/{id}:
//!     get:
//!       parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
//!       responses:
//!         '200':
//!           content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
//! ")?;
//! let contract = ContractFile::from_text("web-users.json", r#"{
//!   "consumer": {"name": "web"},
//!   "provider": {"name": "users"},
//!   "interactions": [{
//!     "description": "a user that does not exist",
//!     "request": {"method": "GET", "path": "/users/7"},
//!     "response": {"status": 404}
//!   }]
//! }"#)?;
//! let comparator = Comparator::new(&description, CompareOptions::default())?;
//! let comparison = comparator.compare(&contract)?;
//! assert_eq!(comparison.findings[0].code, Code::ResponseStatusUnknown);
//! assert_eq!(comparison.findings[0].spec.as_ref().unwrap().place.as_ref().unwrap().to_string(), "openapi.yaml:9:9");
//! # Ok::<(), contract_openapi::Error>(())
//! ```
//!
//! | module | purpose |
//! |---|---|
//! | [`breaking`] | changes between two descriptions, and their effect on consumers |
//! | [`lint`] | problems in a description itself |
//! | [`report`] | findings as text, Markdown, HTML, JUnit, SARIF, annotations |
//! | [`sets`] | whether one schema allows all that another allows |
//! | [`coverage`] | how much of a description is covered by contracts |
//! | [`document`] | YAML and JSON with positions, several files, references |

pub mod breaking;
mod compare;
pub mod coverage;
mod description;
pub mod document;
mod error;
pub mod lint;
pub mod report;
mod schema;
pub mod sets;

pub use self::compare::{
    AsyncDescription, Code, Comparator, CompareOptions, Comparison, ContractFile, ContractSide, Finding,
    JsonText, Level, Mends, SpecSide, UnknownCode, Witness, provider_description, read_description,
};
pub use self::description::{Description, Location, METHODS, Operation, Parameter, Version, bundle};
pub use self::error::{Error, ErrorKind};
