//! Verification results.

use std::collections::HashSet;

use http::Method;
use serde_json::Value;

use super::{Copy, contracts::Content, path, text};
use crate::{
    Error,
    domain::{count::counted, selection::Selection},
    operate::pact_broker::records::ResultSummary,
    store::moved::{Moved, MovedContract, ResultHere},
};

/// Second precision: what the API of a Pact Broker tells.
const SECOND: i64 = 1_000_000;

/// A result that is not here.
struct Missing {
    contract: MovedContract,
    /// The SHA that the content has here.
    own_sha: String,
    result: ResultSummary,
}

/// Tells the results of a content apart.
#[derive(PartialEq, Eq, Hash)]
struct Known {
    provider_version: String,
    success: bool,
    second: i64,
}

impl<L: FnMut(String)> Copy<'_, L> {
    /// Copies the results that are not here, in the order in which they were made.
    pub(super) async fn results(&mut self, contents: Vec<Content>) -> Result<(), Error> {
        let mut missing = Vec::new();
        for content in contents {
            self.note_missing(content, &mut missing).await?;
        }
        missing.sort_by_key(|one| one.result.verified_at);
        for one in &missing {
            self.result(one).await?;
        }
        self.say(format!("{} added", counted(missing.len(), "verification result")));
        Ok(())
    }

    async fn note_missing(&self, content: Content, missing: &mut Vec<Missing>) -> Result<(), Error> {
        let Content { contract, sha } = content;
        let there = self.source.results(&contract, sha.as_deref()).await?;
        if there.is_empty() {
            return Ok(());
        }
        // A content that could not be published was named.
        let Some(own_sha) = self.target.own_content(&contract, sha).await? else {
            return Ok(());
        };
        let here = self.target.results(&contract, &own_sha).await?;
        let here: HashSet<Known> = here.iter().map(known_here).collect();
        for result in there {
            let known = Known {
                provider_version: result.provider_version.clone(),
                success: result.success,
                second: result.verified_at.div_euclid(SECOND),
            };
            if !here.contains(&known) {
                missing.push(Missing {
                    contract: contract.clone(),
                    own_sha: own_sha.clone(),
                    result,
                });
            }
        }
        Ok(())
    }

    async fn result(&mut self, missing: &Missing) -> Result<(), Error> {
        let Missing {
            contract,
            own_sha,
            result,
        } = missing;
        let details = self.source.result(&result.at).await?;
        let mut body = details.fields;
        body.insert("success".to_owned(), Value::from(result.success));
        body.insert(
            "providerApplicationVersion".to_owned(),
            Value::from(result.provider_version.as_str()),
        );
        let selection = Selection {
            pending: details.pending,
            wip: details.wip,
            ..Selection::default()
        };
        let place = path(&[
            "pacts",
            "provider",
            &contract.provider,
            "consumer",
            &contract.consumer,
            "pact-version",
            own_sha,
            "metadata",
            &selection.encode(),
            "verification-results",
        ]);
        let made = self
            .target
            .expect(Method::POST, &place, Value::Object(body).to_string())
            .await?;
        let own = text(&made["_links"]["self"], "href")?;
        let number = own.rsplit('/').next().unwrap_or_default();
        let id = number
            .parse()
            .map_err(|error| Error::new(&format!("reading the number of the result {own}"), error))?;
        self.target
            .keep(vec![Moved::Result {
                id,
                created_at: result.verified_at,
            }])
            .await
    }
}

fn known_here(result: &ResultHere) -> Known {
    Known {
        provider_version: result.provider_version.clone(),
        success: result.success,
        second: result.created_at.div_euclid(SECOND),
    }
}
