//! What clients read and write: a type for each document of the API. The description is generated from them.

mod account;
mod audit;
mod authentication;
mod branch;
mod changes;
mod contract;
mod cross_contract;
mod dashboard;
mod deployment;
mod environment;
mod failure;
mod for_verification;
mod health;
mod index;
mod integration;
mod link;
mod matrix;
mod metrics;
mod network;
mod oauth;
mod pacticipant;
mod provider_contract;
mod provider_states;
mod publication;
mod relation;
pub(crate) mod request;
mod retention;
mod role;
mod secret;
mod session;
mod tag;
mod team;
mod team_metrics;
mod time;
mod token;
mod triggered_webhook;
mod verification_result;
mod version;
mod webhook;

pub(crate) use account::{AccountDocument, AccountList, MemberDocument, MemberList};
pub(crate) use audit::{AuditEvent, AuditEvents};
pub(crate) use authentication::AuthenticationSettings;
pub(crate) use branch::{BranchDocument, BranchList, BranchVersionDocument};
pub(crate) use changes::ChangesDocument;
pub(crate) use contract::{
    ContractDocument, ContractList, ExtendedContract, ExtendedTags, PairContracts, ProviderContracts,
    after_deletion,
};
pub(crate) use cross_contract::{
    ComparisonList, ConsumerContractDocument, CrossContractDocument, ResultsOfComparedList,
    ResultsOfPairDocument,
};
pub(crate) use dashboard::{DashboardDocument, VerificationStatus};
pub(crate) use deployment::{DeployedVersion, DeployedVersionList, ReleasedVersion, ReleasedVersionList};
pub(crate) use environment::{EnvironmentDocument, EnvironmentList};
pub(crate) use failure::{
    FailureDocument, FailureErrors, FailureText, InvalidValue, ProblemDocument, ProblemErrors,
};
pub(crate) use for_verification::{ContractForVerification, ContractsForVerification, Inclusion};
pub(crate) use health::{Dependencies, Health, Heartbeat};
pub(crate) use index::index;
pub(crate) use integration::IntegrationList;
pub(crate) use link::{Itself, Link, Linked, Links};
pub(crate) use matrix::{MatrixDocument, Sides};
pub(crate) use metrics::MetricsDocument;
pub(crate) use network::{Connected, IntegrationNetwork, NetworkDocument, NetworkParts};
pub(crate) use oauth::{DeviceAuthorization, OAuthFailure, TokenGrant};
pub(crate) use pacticipant::{LabelDocument, LabelList, PacticipantDocument, PacticipantList};
pub(crate) use provider_contract::{
    CompatibilityDocument, ProviderContractDocument, ProviderContractList, PublishedAs,
    PublishedProviderContractDocument, SelfVerificationDocument,
};
pub(crate) use provider_states::ProviderStateList;
pub(crate) use publication::{Notified, PublishedDocument};
pub(crate) use relation::RelationDocument;
pub(crate) use retention::{JudgedVersion, RetentionDocument};
pub(crate) use role::{PermissionDocument, PermissionList, RoleDocument, RoleList};
pub(crate) use secret::{SecretDocument, SecretList};
pub(crate) use session::SessionList;
pub(crate) use tag::TagDocument;
pub(crate) use team::{TeamDocument, TeamList, TeamName};
pub(crate) use team_metrics::TeamMetricsDocument;
pub(crate) use time::Time;
pub(crate) use token::{PreferenceList, TokenDocument, TokenList};
pub(crate) use triggered_webhook::{
    Delivered, DeliveryDocument, DeliveryList, DeliveryLogs, Execution, WebhookStatusDocument,
};
pub(crate) use verification_result::{ResultDocument, ResultSummary};
pub(crate) use version::{VersionDocument, VersionList};
pub(crate) use webhook::{WebhookDocument, WebhookList, WebhookTrial};

use std::borrow::Cow;

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Ref, RefOr, Schema},
};

use super::page::PageDocument;

/// A list of documents, or one page of it.
#[derive(Debug, Serialize)]
pub(crate) struct List<E> {
    #[serde(rename = "_embedded")]
    pub(crate) embedded: E,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<PageDocument>,
}

impl<E: ToSchema> PartialSchema for List<E> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .property("_embedded", Ref::from_schema_name(E::name()))
            .required("_embedded")
            .property("_links", Ref::from_schema_name(Links::name()))
            .required("_links")
            .property("page", Ref::from_schema_name(PageDocument::name()))
            .into()
    }
}

impl<E: ToSchema> ToSchema for List<E> {
    /// The derived name would be the same whatever is in the list.
    fn name() -> Cow<'static, str> {
        format!("ListOf{}", E::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        E::schemas(schemas);
        Links::schemas(schemas);
        schemas.push((E::name().into_owned(), E::schema()));
        schemas.push((Links::name().into_owned(), Links::schema()));
        schemas.push((PageDocument::name().into_owned(), PageDocument::schema()));
    }
}

/// A pacticipant by its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Named {
    pub(crate) name: String,
}

impl Named {
    pub(crate) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }
}

/// Something with a name and a link to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NamedLink {
    pub(crate) name: String,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

/// A version by its number, with a link to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NumberedLink {
    pub(crate) number: String,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}
