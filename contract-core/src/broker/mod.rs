//! The client of the broker's HTTP API: publish contracts, fetch them for verification, publish results, ask
//! can-i-deploy, record deployments.
//!
//! A [`Client`] starts at the broker's index and follows its links, so it works wherever the broker is mounted. It
//! retries requests that are safe to retry. Without one of the features `tls-ring` and `tls-aws-lc-rs` it supports only
//! plain HTTP.
//!
//! ```no_run
//! # async fn example() -> Result<(), contract_core::Error> {
//! use contract_core::broker::{Auth, CanIDeploy, Client, Publication};
//!
//! let broker = Client::new("http://127.0.0.1:9292", Auth::None)?;
//! let publication = Publication::new("1.4.0").branch("main").file("contracts/web-app-user-api.json")?;
//! broker.publish(&publication).await?;
//! let verdict = broker.can_i_deploy(&CanIDeploy::version("web-app", "1.4.0").to_environment("production")).await?;
//! println!("{}", verdict.reason);
//! # Ok(())
//! # }
//! ```

mod access;
mod auth;
mod branches;
mod can_i_deploy;
mod client;
mod contracts;
mod deployments;
mod download;
mod environments;
mod exchange;
mod hal;
mod login;
mod notice;
mod outcome;
mod pacticipants;
mod pauses;
mod provider_contract;
mod provider_description;
mod provider_states;
mod publication;
mod refusal;
mod results;
mod retry;
mod selector;
mod verification;
mod versions;
mod webhooks;

pub use self::access::{
    Account, AccountChange, AccountKind, AuditEvent, AuditQuery, CreatedTenant, IssuedToken, NewAccount,
    NewRole, NewSecret, NewTeam, NewTenant, NewToken, Permission, Role, RoleChange, Secret, SecretChange,
    Team, TeamChange, TeamDetails, TeamPart, Tenant, TenantEvent, TenantLimits, TenantService, Token,
    TokenOwner, TokenRenewal,
};
pub use self::auth::Auth;
pub use self::branches::Branch;
pub use self::can_i_deploy::{CanIDeploy, MatrixRow, Verdict};
pub use self::client::{Call, Client, List};
pub use self::contracts::{StoredContract, WhichContract};
pub use self::deployments::{Deployment, DeploymentKind, Recorded};
pub use self::environments::{Environment, EnvironmentChange, EnvironmentContact, NewEnvironment};
pub use self::login::{DeviceLogin, LoginToken, github_id_token};
pub use self::notice::Notice;
pub use self::outcome::{Ensured, Saved};
pub use self::pacticipants::{Pacticipant, PacticipantDetails};
pub use self::pauses::Waiting;
pub use self::provider_contract::{ProviderContract, PublishedProviderContract, SelfVerification};
pub use self::provider_description::{CompatibilityBasis, CompatibilityLevel, PublishedDescription};
pub use self::provider_states::{StatesOf, UsedProviderState};
pub use self::publication::{Publication, Published};
pub use self::results::{FailedInteraction, StoredResult};
pub use self::selector::Selector;
pub use self::verification::{ForVerification, ResultNotice, VerificationQuery, VerificationResult};
pub use self::versions::{Version, WhichVersion, WhichVersions};
pub use self::webhooks::{Webhook, WebhookEvent, WebhookParty, WebhookRequest, WebhookTest};
