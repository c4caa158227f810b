//! What a consumer's test imports: `use contract_core::prelude::*;`.

pub use crate::contract::{Contract, Interaction, Message, ProviderState, Request, Response, StatusClass};
pub use crate::pattern::{
    HasPattern, IntoPattern, Pattern, all_of, any_of, array_containing, boolean, content_type, date,
    datetime, decimal, each_key, each_like, each_value, exactly, from_state, includes, integer, like,
    matching_schema, mock_url, not_empty, null, nullable, number, regex, semver, state, string, time, uuid,
};

#[cfg(feature = "consumer")]
pub use crate::mock::MockProvider;
#[cfg(feature = "macros")]
pub use crate::{json_like, regex};
#[cfg(feature = "macros")]
pub use contract_macros::Pattern;
#[cfg(all(feature = "macros", feature = "consumer"))]
pub use contract_macros::consumer_test;
