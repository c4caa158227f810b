//! One file per command.

pub(crate) mod can_i_deploy;
pub(crate) mod check;
pub(crate) mod create_environment;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod prune;
pub(crate) mod publish;
pub(crate) mod record_deployment;
pub(crate) mod record_release;
pub(crate) mod record_support_ended;
pub(crate) mod record_undeployment;
mod run;
pub(crate) mod stub;
pub(crate) mod verify;

pub(crate) use self::run::run;
