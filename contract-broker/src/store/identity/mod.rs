//! Accounts, roles, teams, tokens and logins: who there is, and what they may do.

pub(crate) mod accounts;
pub(crate) mod device_logins;
pub(crate) mod identities;
pub(crate) mod rights;
pub(crate) mod roles;
pub(crate) mod seed;
pub(crate) mod sessions;
pub(crate) mod team_metrics;
pub(crate) mod teams;
pub(crate) mod ties;
pub(crate) mod tokens;
pub(crate) mod used_tokens;
