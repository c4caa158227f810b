//! Documents as they were written: YAML or JSON, one file or several, each node with its position.
//!
//! The crate reads no file itself. The caller gives the content of files by [`Sources`].

mod documents;
mod explained;
mod limits;
mod node;
mod object;
mod part;
mod pointer;
mod position;
mod read;
mod reference;
mod resource;
mod sources;
mod unresolved;

pub(crate) use self::documents::folder_of;
pub use self::documents::{Documents, LoadOptions};
pub use self::limits::Limits;
pub use self::node::{Node, Value};
pub use self::object::{Member, Object};
pub(crate) use self::pointer::fragment_tokens;
pub use self::pointer::{escape, unescape};
pub use self::position::{Base, FileId, Place, Position};
pub use self::read::{ReadError, read};
pub use self::reference::{Reference, ReferenceError};
pub use self::sources::{MemorySources, SourceError, Sources};
pub use self::unresolved::UnresolvedReference;
