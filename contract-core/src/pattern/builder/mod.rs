//! Interactions put together in a test: `Interaction::http(…).given(…).request(…).response(…)`.

mod body;
mod http_message;
mod interaction;
mod message;
mod multipart;
mod request;
mod response;
mod state;
mod textual;

pub use self::http_message::{HttpMessage, MessageBuilder};
pub use self::interaction::InteractionBuilder;
pub use self::multipart::{BodyPart, part};
pub use self::request::RequestBuilder;
pub use self::response::{ResponseBuilder, StatusPattern};
pub use self::state::state;
