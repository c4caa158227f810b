//! Publishing: the request, its outcome, and the notices for the publisher.

mod notices;
mod request;

use super::{
    Notice, Refusal,
    cancel::{Cancel, Cancelled},
    content::Content,
    events::Event,
    notice::Kind,
    text_diff,
};

pub(crate) use self::notices::notices;
pub(crate) use self::request::{name_faults, parse};

/// The outcome of a publication for one contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The first contract of this consumer version with the provider.
    Created,
    /// The same content existed.
    Unchanged,
    /// Different content existed; it is now an earlier revision.
    Revised,
}

/// The outcome of a publication.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) version_created: bool,
    pub(crate) consumer_id: i64,
    pub(crate) version_id: i64,
    /// By provider name.
    pub(crate) contracts: Vec<PublishedContract>,
    /// Whether any webhook is listening for events.
    pub(crate) listening: bool,
}

/// The outcome of a publication for one contract.
#[derive(Debug, Clone)]
pub(crate) struct PublishedContract {
    pub(crate) provider: String,
    pub(crate) provider_id: i64,
    pub(crate) content_id: i64,
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<Detected>,
    /// Whether any contract of the pair has a result.
    pub(crate) ever_verified: bool,
}

/// An event caused by a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) event: Event,
    /// The provider version that should verify, if the event is about one.
    pub(crate) provider_version: Option<i64>,
    /// A human-readable reason.
    pub(crate) comment: Option<String>,
    /// The titles of the webhooks triggered by the event. Not set by the store: they are found after the publication is
    /// stored.
    pub(crate) webhooks: Vec<String>,
}

/// A validated request to publish.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    pub(crate) contracts: Vec<RequestedContract>,
    /// The providers whose contracts are merged with the existing ones.
    pub(crate) merged_with: Vec<String>,
}

/// One contract of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestedContract {
    pub(crate) provider: String,
    pub(crate) content: Content,
    pub(crate) merge: bool,
}

/// Returns the refusal of different content for a published contract. The difference is omitted: computing it takes a
/// while, and only some clients are shown it.
pub(crate) fn conflict(consumer: &str, version: &str, provider: &str, content_id: i64) -> Refusal {
    let message = format!(
        "Cannot change the content of the pact for {consumer} version {version} and provider {provider}, as different \
         content was published for version {version} of {consumer} before. Each pact must be published with a unique \
         consumer version number: a version stands for one commit, and the contract of one commit does not change."
    );
    Refusal::ContentConflict {
        notices: vec![Notice::new(Kind::Error, message.clone())],
        message,
        provider: provider.to_owned(),
        content_id,
    }
}

/// Returns the notice with the difference to the published content; `None` if there is none that affects verification.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn difference(old: &str, new: &str, cancel: &Cancel) -> Result<Option<Notice>, Cancelled> {
    let diff = text_diff::excerpt((old, "published before"), (new, "refused now"), cancel)?;
    Ok((!diff.is_empty()).then(|| Notice::new(Kind::Info, diff)))
}
