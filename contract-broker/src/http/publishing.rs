//! Publishing, with everything that takes long outside of the transaction: others wait while it is open.

use std::sync::Arc;

use super::{
    AppState,
    error::{Failure, Result},
};
use crate::{
    domain::{
        Refusal,
        merge::merge,
        publication::{self, Published},
    },
    store::{
        self, Unmerged, contracts,
        publish::{self, Merged, Publish},
    },
};

/// How often large contracts are merged anew, because what they were merged with was replaced meanwhile.
const TRIES: usize = 20;

/// Whether a publisher is shown what differs from a content that may not be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    Shown,
    LeftOut,
}

/// Publishes contracts.
pub(crate) async fn publish(state: &AppState, publish: Publish, difference: Difference) -> Result<Published> {
    let mut publish = Arc::new(publish);
    for _ in 0..TRIES {
        let published = state
            .store
            .write(publish.clone(), |connection, publish| {
                Box::pin(publish::publish(connection, publish))
            })
            .await;
        match published {
            Ok(published) => return Ok(published),
            Err(store::Error::MergeFirst(unmerged)) => {
                let mut merged = Arc::unwrap_or_clone(publish);
                for one in unmerged {
                    merge_with(state, &mut merged, one).await?;
                }
                publish = Arc::new(merged);
            }
            Err(store::Error::Refused(refusal)) if difference == Difference::Shown => {
                return Err(with_difference(state, &publish, refusal).await);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let message = "others publish contracts of this version at the same time: try again";
    Err(Refusal::Conflict(message.to_owned()).into())
}

/// Merges the contract with a provider with a content.
async fn merge_with(
    state: &AppState,
    publish: &mut Publish,
    Unmerged { provider, onto }: Unmerged,
) -> Result<()> {
    let Some(contract) = publish
        .contracts
        .iter_mut()
        .find(|contract| contract.provider == provider)
    else {
        return Ok(());
    };
    let addition = contract.content.document.clone();
    let base = contracts::document(&mut *state.store.read().await?, onto)
        .await?
        .text;
    let bytes = base.len() + addition.len();
    let content = state
        .heavy
        .run_on(bytes, move || merge(&base, &addition))
        .await??;
    contract.merged = Some(Merged { onto, content });
    Ok(())
}

/// A refusal of other content, with what differs. Where that cannot be found out any more it is left out.
async fn with_difference(state: &AppState, publish: &Publish, mut refusal: Refusal) -> Failure {
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
            .map(|contract| contract.content.document.clone());
        let shown = match new {
            Some(new) => differing(state, *content_id, new).await,
            None => Ok(None),
        };
        match shown {
            Ok(notice) => notices.extend(notice),
            Err(failure) => return failure,
        }
    }
    refusal.into()
}

async fn differing(state: &AppState, content: i64, new: String) -> Result<Option<crate::domain::Notice>> {
    let place = state.heavy.place().await?;
    let old = contracts::document(&mut *state.store.read().await?, content)
        .await?
        .text;
    place
        .run(move |cancel| publication::difference(&old, &new, cancel))
        .await
}
