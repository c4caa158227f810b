//! Who a token belongs to.

use super::{AccountOf, Narrowed, Origin, Principal};
use crate::domain::access::Grants;

/// What is known of a token.
pub(crate) enum Known {
    /// It was never one of this broker.
    Nobody,
    /// It was one: why it is none any more, and what to do.
    Ended(String),
    Holder(Box<Holder>),
}

/// Who a token belongs to, and what it may be used for.
pub(crate) struct Holder {
    pub(crate) name: String,
    pub(crate) account: AccountOf,
    pub(crate) grants: Grants,
    pub(crate) narrowed: Narrowed,
}

impl Holder {
    /// Who asks, by a request that came so.
    pub(crate) fn principal(self, origin: Origin) -> Principal {
        Principal::of_account(self.account, self.name, self.grants, self.narrowed, origin)
    }
}
