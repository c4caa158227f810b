//! Provider verification: replays contracts against a provider.
//!
//! A [`Verifier`] is configured with sources of contracts ([`Contracts`]), the provider (an address, or a tower service
//! in this process), and handlers for the provider states of the interactions. It runs as a function
//! ([`Verifier::run`]) that returns a [`VerificationReport`], or as a test target with one test per interaction
//! ([`provider_tests!`](crate::provider_tests)).
//!
//! The HTTP client is built once, and each response is compiled once for both the provider's response and the contract's
//! own example. A verification is linear in the number of interactions, and of each only what reports say about it is
//! kept: contracts stay text, of which an interaction is read when it is verified.

mod attempt;
mod captured;
mod contracts;
mod contradictions;
mod deadline;
mod exchange;
mod generated;
mod harness;
mod loaded;
mod message;
mod message_proxy;
mod never;
mod outgoing;
mod output;
mod provider_command;
mod publish;
mod render;
mod report;
mod response_plan;
mod run_folder;
mod selection;
mod session;
mod startup;
mod state;
mod state_group;
mod state_url;
mod stop;
mod tasks;
mod test_target;
mod transport;
mod verifier;

pub use self::captured::{ProviderOutput, provider_output};
pub use self::contracts::Contracts;
pub use self::contradictions::Contradictions;
pub use self::message::{IntoMessages, Message, MessageRequest};
pub use self::outgoing::{IntoOutgoing, OutgoingRequest};
pub use self::provider_command::ProviderCommand;
#[cfg(feature = "broker")]
pub use self::publish::PublishResults;
pub use self::render::ReportFormat;
pub use self::report::{
    Compared, ContractDocument, ContractReport, Counts, Difference, Document, InteractionDocument,
    InteractionReport, InteractionSummary, Outcome, ProviderVersion, SourceDocument, SourceReport,
    VerificationReport,
};
pub use self::selection::Selection;
pub use self::state::{IntoStateValues, StateParams};
pub use self::state_group::States;
pub use self::state_url::StateChangeUrl;
#[doc(hidden)]
pub use self::test_target::{TestTarget, fail_under_default_harness};
pub use self::verifier::Verifier;

/// The name of [`Verifier`] in a provider's test target.
pub type ProviderTests<C = ()> = Verifier<C>;
