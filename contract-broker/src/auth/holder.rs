//! The holder of a token.

use super::{AccountOf, Narrowed, Origin, Principal};
use crate::domain::access::Grants;

/// The result of looking up a token.
pub(crate) enum Known {
    /// It is not a token of this broker.
    Nobody,
    /// It was a token: why it is no longer valid, and what to do.
    Ended(String),
    Holder(Box<Holder>),
}

/// The account of a token, and the permissions of the token.
pub(crate) struct Holder {
    pub(crate) name: String,
    pub(crate) account: AccountOf,
    pub(crate) grants: Grants,
    pub(crate) narrowed: Narrowed,
}

impl Holder {
    /// Returns the caller of a request with this origin.
    pub(crate) fn principal(self, origin: Origin) -> Principal {
        Principal::of_account(self.account, self.name, self.grants, self.narrowed, origin)
    }
}
