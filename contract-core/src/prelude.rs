//! What a consumer's test imports: `use contract_core::prelude::*;`.
//!
//! HTTP libraries have a `Request`, a `Response` and a `Message` too. A name that a test imports itself takes precedence over
//! the prelude's, so nothing breaks. To use both, import the prelude by its name as well:
//!
//! ```
//! use contract_core::prelude::{self, *};
//! use http::Response;
//!
//! let expected = Interaction::http("a request for a greeting")
//!     .request(Request::get("/hello"))
//!     .response(prelude::Response::ok().text(like("Hello!")));
//! let actual = Response::new("Hello!");
//! # let _ = (expected, actual);
//! ```

pub use crate::contract::{Contract, Interaction, Message, ProviderState, Request, Response, StatusClass};
pub use crate::pattern::{
    HasPattern, IntoPattern, Pattern, all_of, any_element, any_of, array_containing, boolean,
    containing_elements, content_type, date, datetime, decimal, each_element, each_key, each_like,
    each_value, element, exactly, from_state, includes, integer, like, matching_schema, mock_url, not_empty,
    null, nullable, number, part, pattern_of, pattern_of_example, regex, semver, state, string, time, uuid,
};

#[cfg(feature = "consumer")]
pub use crate::mock::{BlockingMockProvider, MockProvider};
#[cfg(feature = "macros")]
pub use crate::{json_like, regex, xml_like};
#[cfg(feature = "macros")]
pub use contract_macros::Pattern;
#[cfg(all(feature = "macros", feature = "consumer"))]
pub use contract_macros::consumer_test;
