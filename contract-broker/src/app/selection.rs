//! Selects the contracts that a provider should verify.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::{App, Error, Result};
use crate::{
    auth::Principal,
    domain::{
        pending::{self, Subject},
        selector::Selector,
    },
    store::{
        environments, pacticipants,
        selection::{self, Chosen, Selected},
    },
};

/// The request of a provider.
#[derive(Debug, Default)]
pub(crate) struct SelectionRequest {
    /// Consumer version selectors, as sent; the default selection if empty.
    pub(crate) selectors: Vec<Value>,
    /// The branch of the provider version being verified.
    pub(crate) branch: Option<String>,
    /// The tags of the provider version.
    pub(crate) tags: Vec<String>,
    /// Whether the response says which contracts are pending.
    pub(crate) pending: bool,
    /// Since when work in progress is included, in microseconds since 1970.
    pub(crate) wip_since: Option<i64>,
}

/// The contracts to verify.
pub(crate) struct SelectedContracts {
    /// The provider version being verified: it determines which contracts are pending.
    pub(crate) subject: Subject,
    pub(crate) chosen: Vec<ChosenContract>,
    /// Work in progress, which is always pending.
    pub(crate) wip: Vec<Chosen>,
}

/// A contract that a selector matched.
pub(crate) struct ChosenContract {
    pub(crate) chosen: Chosen,
    /// Whether it is pending; `None` if this was not requested.
    pub(crate) pending: Option<bool>,
}

impl App {
    /// # Errors
    /// Refused if there is no such provider, or a selector is invalid.
    pub(crate) async fn select(
        &self,
        who: &Principal,
        provider: &str,
        request: &SelectionRequest,
    ) -> Result<SelectedContracts> {
        let mut connection = self.reading(who).await?;
        let unknown = || Error::not_found(format!("No provider with name '{provider}' found"));
        let names_environment = request
            .selectors
            .iter()
            .any(|selector| selector.get("environment").is_some());
        let environments: BTreeSet<String> = if names_environment {
            let all = environments::list(&mut connection).await?;
            all.into_iter().map(|found| found.fields.name).collect()
        } else {
            BTreeSet::new()
        };
        let selectors =
            match Selector::parse_all(&request.selectors, request.branch.as_deref(), &environments) {
                Ok(selectors) => selectors,
                // If the provider does not exist, problems of the request are not reported.
                Err(refusal) => {
                    let found = pacticipants::find(&mut connection, provider).await?;
                    return Err(found.map_or_else(unknown, |_| refusal.into()));
                }
            };
        let subject = match (&request.branch, request.tags.is_empty()) {
            (Some(branch), _) => Subject::Branch(branch.clone()),
            (None, false) => Subject::Tags(request.tags.clone()),
            (None, true) => Subject::Nothing,
        };
        let Selected { provider_id, chosen } = selection::choose(&mut connection, provider, &selectors)
            .await?
            .ok_or_else(unknown)?;
        let facts = if request.pending {
            let contents: Vec<i64> = chosen
                .iter()
                .map(|chosen| chosen.publication.content_id)
                .collect();
            selection::facts(&mut connection, provider_id, &contents, &subject).await?
        } else {
            HashMap::default()
        };
        let wip = match request.wip_since.filter(|_| request.pending) {
            Some(since) => {
                selection::work_in_progress(&mut connection, provider_id, since, &subject, &chosen).await?
            }
            None => Vec::new(),
        };
        let chosen = chosen.into_iter().map(|chosen| {
            let live = chosen.reasons.iter().any(|reason| reason.why.is_live());
            let is_pending = || {
                let facts = facts.get(&chosen.publication.content_id);
                !live && facts.is_some_and(pending::is_pending)
            };
            ChosenContract {
                pending: request.pending.then(is_pending),
                chosen,
            }
        });
        Ok(SelectedContracts {
            chosen: chosen.collect(),
            subject,
            wip,
        })
    }
}
