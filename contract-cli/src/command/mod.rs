//! One file per command.

pub(crate) mod branches;
pub(crate) mod can_i_deploy;
pub(crate) mod can_i_merge;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod contracts;
pub(crate) mod create_environment;
mod decision;
pub(crate) mod deployments;
pub(crate) mod diff;
pub(crate) mod environments;
pub(crate) mod format;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod mock;
pub(crate) mod openapi;
pub(crate) mod pacticipants;
pub(crate) mod provider_states;
pub(crate) mod prune;
pub(crate) mod publish;
pub(crate) mod publish_provider_contract;
pub(crate) mod record_deployment;
pub(crate) mod record_release;
pub(crate) mod record_support_ended;
pub(crate) mod record_undeployment;
mod recorded;
pub(crate) mod results;
pub(crate) mod review;
mod run;
pub(crate) mod stub;
pub(crate) mod tags;
pub(crate) mod verify;
pub(crate) mod versions;
pub(crate) mod webhooks;

pub(crate) use self::run::run;
