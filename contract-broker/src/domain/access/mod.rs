//! Access control: rights, the permissions that grant them, roles, and the format of tokens.

mod action;
mod grants;
mod permission;
mod right;
mod role;
mod token;

pub(crate) use action::Action;
pub(crate) use grants::{Grants, Tie};
pub(crate) use permission::{PERMISSIONS, check};
pub(crate) use right::Right;
pub(crate) use role::{
    ADMINISTRATOR, DEFAULT_OF_SYSTEM_ACCOUNTS, DEFAULT_OF_USERS, PREDEFINED, PredefinedRole, READ_ONLY,
    lacking_of_administrator,
};
pub(crate) use token::{TokenText, digest};
