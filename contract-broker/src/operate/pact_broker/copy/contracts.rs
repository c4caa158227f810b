//! Contracts, with all their revisions that the source has.

use std::collections::BTreeSet;

use http::Method;

use super::{super::contract::published, Copy, path};
use crate::{
    Error,
    domain::count::counted,
    operate::pact_broker::{
        records::{Contract, Version},
        target::Answer,
    },
    store::moved::{Moved, MovedContract},
};

/// A content whose results are to be copied, and a contract that has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Content {
    pub(super) contract: MovedContract,
    /// The SHA that it has there, if it is known.
    pub(super) sha: Option<String>,
}

/// Tells contents apart: by their SHA, or by their contract if that is not known.
type Identity = (String, String, String);

impl<L: FnMut(String)> Copy<'_, L> {
    /// Returns the contents, each once.
    pub(super) async fn contracts(&mut self, versions: &[Version]) -> Result<Vec<Content>, Error> {
        let mut contents = Vec::new();
        let mut seen: BTreeSet<Identity> = BTreeSet::new();
        let mut count = 0_usize;
        for version in versions {
            for at in &version.contracts_at {
                let contracts = self.source.contracts(at).await?;
                for revisions in contracts.chunk_by(|one, next| one.provider == next.provider) {
                    let contract = MovedContract {
                        consumer: version.pacticipant.clone(),
                        version: version.number.clone(),
                        provider: revisions[0].provider.clone(),
                    };
                    if !self.publish(&contract, revisions).await? {
                        continue;
                    }
                    count += 1;
                    for revision in revisions {
                        let content = Content {
                            contract: contract.clone(),
                            sha: revision.sha.clone(),
                        };
                        if seen.insert(identity(&content)) {
                            contents.push(content);
                        }
                    }
                }
            }
        }
        self.say(counted(count, "contract"));
        Ok(contents)
    }

    /// Publishes the revisions that are not here yet. Returns whether the contract is here now.
    async fn publish(&mut self, contract: &MovedContract, revisions: &[Contract]) -> Result<bool, Error> {
        let place = path(&[
            "pacts",
            "provider",
            &contract.provider,
            "consumer",
            &contract.consumer,
            "version",
            &contract.version,
        ]);
        let mut is_here = false;
        for revision in self.missing(contract, revisions).await? {
            let Some(content) = &revision.content else {
                self.say(format!("{} is NOT copied: it has no content", named(contract)));
                continue;
            };
            let Answer { status, body } = self.target.send(Method::PUT, &place, published(content)).await?;
            if status.is_client_error() {
                self.say(format!("{} is NOT copied: {status}: {body}", named(contract)));
                continue;
            }
            if !status.is_success() {
                return Err(Error::said(format!("writing {place}: {status}: {body}")));
            }
            is_here = true;
            let now = crate::domain::time::now();
            self.target
                .keep(vec![Moved::Contract {
                    contract: contract.clone(),
                    created_at: revision.created_at.unwrap_or(now),
                    sha: revision.sha.clone(),
                }])
                .await?;
        }
        Ok(is_here || self.target.has_contract(contract).await?)
    }

    /// The revisions behind the one that is here; the newest alone, if the one that is here is none of them.
    async fn missing<'r>(
        &self,
        contract: &MovedContract,
        revisions: &'r [Contract],
    ) -> Result<&'r [Contract], Error> {
        for (place, revision) in revisions.iter().enumerate().rev() {
            let Some(sha) = &revision.sha else {
                continue;
            };
            match self.target.is_current(contract, sha).await? {
                None => return Ok(revisions),
                Some(true) => return Ok(&revisions[place + 1..]),
                Some(false) => {}
            }
        }
        // Without a SHA it is not known what is here: the content decides whether it is published.
        Ok(match revisions {
            [.., newest] => std::slice::from_ref(newest),
            [] => revisions,
        })
    }
}

fn identity(Content { contract, sha }: &Content) -> Identity {
    let content = sha.as_ref().unwrap_or(&contract.version);
    (
        contract.consumer.clone(),
        contract.provider.clone(),
        content.clone(),
    )
}

fn named(contract: &MovedContract) -> String {
    format!(
        "the contract of {} {} with {}",
        contract.consumer, contract.version, contract.provider
    )
}
