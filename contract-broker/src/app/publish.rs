//! Publishes contracts. Everything that takes long happens outside of the transaction, because others wait
//! while it is open.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Act, App, Error, Permit, Result};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::Action,
        merge::merge,
        publication::{self, Outcome, Published, RequestedContract},
    },
    metrics::Publication,
    store::{
        self, Unmerged, contracts,
        publish::{self, Merged, NewContract, Publish},
    },
    trace::TraceContext,
};

/// Maximum number of times that large contracts are merged again because the content they were merged with
/// was replaced.
const TRIES: usize = 20;

/// A consumer version and its contracts.
#[derive(Debug, Clone)]
pub(crate) struct PublishRequest {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    /// Each has a different provider.
    pub(crate) contracts: Vec<RequestedContract>,
    /// Whether the publisher gets the difference to a content that may not be replaced.
    pub(crate) difference: Difference,
}

/// Whether the publisher gets the difference to a content that may not be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    Shown,
    LeftOut,
}

impl App {
    /// Publishes all contracts, or none. The returned events have the titles of the webhooks that they
    /// trigger.
    ///
    /// # Errors
    /// Refused if different content was published and may not be replaced, or if others publish the same
    /// contracts concurrently.
    pub(crate) async fn publish(&self, who: &Principal, request: PublishRequest) -> Result<Published> {
        let act = Act::applications(
            Action::PublishContract,
            vec![request.consumer.clone()],
            "contract",
            format!("{} {}", request.consumer, request.version),
        );
        let providers: Vec<&str> = request
            .contracts
            .iter()
            .map(|contract| contract.provider.as_str())
            .collect();
        let act = act.changing(
            Value::Null,
            json!({ "branch": request.branch, "tags": request.tags, "providers": providers }),
        );
        let permit = self.permit(who, act).await?;
        let published = self.publish_uncounted(permit, request).await;
        match &published {
            Ok(published) => {
                for contract in &published.contracts {
                    self.usage.published(match contract.outcome {
                        Outcome::Created => Publication::New,
                        Outcome::Unchanged => Publication::Unchanged,
                        Outcome::Revised => Publication::Overwritten,
                    });
                }
            }
            Err(Error::Refused(_)) => self.usage.published(Publication::Refused),
            Err(_) => {}
        }
        published
    }

    async fn publish_uncounted(&self, permit: Permit, request: PublishRequest) -> Result<Published> {
        let difference = request.difference;
        let mut publish = Arc::new(self.publication(request));
        for _ in 0..TRIES {
            let published = self
                .recorded_by_store(permit.clone(), publish.clone(), |connection, publish| {
                    Box::pin(publish::publish(connection, publish))
                })
                .await;
            match published {
                Ok(mut published) => {
                    self.comparer.wake();
                    self.dispatcher.announce(&mut published).await?;
                    return Ok(published);
                }
                Err(store::Error::MergeFirst(unmerged)) => {
                    let mut merged = Arc::unwrap_or_clone(publish);
                    for one in unmerged {
                        self.merge_with(&mut merged, one).await?;
                    }
                    publish = Arc::new(merged);
                }
                Err(store::Error::Refused(refusal)) if difference == Difference::Shown => {
                    return Err(self.with_difference(&publish, refusal).await);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let message = "others publish contracts of this version at the same time: try again";
        Err(Refusal::Conflict(message.to_owned()).into())
    }

    fn publication(&self, request: PublishRequest) -> Publish {
        let contracts = request.contracts.into_iter().map(|contract| NewContract {
            provider: contract.provider,
            content: contract.content,
            merge: contract.merge,
            merged: None,
        });
        Publish {
            consumer: request.consumer,
            version: request.version,
            branch: request.branch,
            tags: request.tags,
            build_url: request.build_url,
            contracts: contracts.collect(),
            allow_modification: self.config.contracts_allow_modification,
            main_candidates: self.config.branches_main_candidates.clone(),
            traceparent: TraceContext::current().map(|trace| trace.to_string()),
        }
    }

    /// Merges the contract with a provider with a content.
    async fn merge_with(&self, publish: &mut Publish, Unmerged { provider, onto }: Unmerged) -> Result<()> {
        let Some(contract) = publish
            .contracts
            .iter_mut()
            .find(|contract| contract.provider == provider)
        else {
            return Ok(());
        };
        let addition = contract.content.text().to_owned();
        let base = contracts::document(&mut *self.store.read().await?, onto)
            .await?
            .text;
        let bytes = base.len() + addition.len();
        let content = self
            .heavy
            .run_on(bytes, move || merge(&base, &addition))
            .await??;
        contract.merged = Some(Merged { onto, content });
        Ok(())
    }

    /// Returns the refusal of different content, with the difference. The difference is omitted if it can no
    /// longer be computed.
    async fn with_difference(&self, publish: &Publish, mut refusal: Refusal) -> Error {
        if let Refusal::ContentConflict {
            provider,
            content_id,
            notices,
            ..
        } = &mut refusal
        {
            let new = publish
                .contracts
                .iter()
                .find(|contract| contract.provider == *provider)
                .map(|contract| contract.content.text().to_owned());
            let shown = match new {
                Some(new) => self.differing(*content_id, new).await,
                None => Ok(None),
            };
            match shown {
                Ok(notice) => notices.extend(notice),
                Err(error) => return error,
            }
        }
        refusal.into()
    }

    async fn differing(&self, content: i64, new: String) -> Result<Option<crate::domain::Notice>> {
        let place = self.heavy.place().await?;
        let old = contracts::document(&mut *self.store.read().await?, content)
            .await?
            .text;
        place
            .run(move |cancel| publication::difference(&old, &new, cancel))
            .await
    }
}
