//! The pages: rendered on the server, readable without scripts, showing nothing that the JSON API lacks.

mod assets;
mod frame;
mod integrations;
mod links;
mod paging;
mod stamp;
mod standing;

pub use integrations::{IntegrationRow, IntegrationsPage, VersionAt};
pub use links::Links;
pub use paging::Paging;
pub use stamp::Stamp;
pub use standing::Standing;
