//! Accounts, roles, teams and tokens: who there is, and what they may do.

pub(crate) mod accounts;
pub(crate) mod roles;
pub(crate) mod seed;
pub(crate) mod teams;
pub(crate) mod ties;
pub(crate) mod tokens;
