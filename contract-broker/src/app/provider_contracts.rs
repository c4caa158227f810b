//! Descriptions that providers publish.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    Act, App, Error, Result,
    contracts::require_provider,
    descriptions::{Material, SpecifiedText, mattering},
};
use crate::{
    auth::Principal,
    domain::{
        Notice, Refusal,
        access::Action,
        bidirectional::{
            self, Compatibility, Document, Level, ProviderPublication, SelfVerification, Specification,
            Summary, Verdict,
        },
        notice::Kind,
    },
    store::{
        comparisons::{self, ComparedContract},
        provider_contracts::{self, NewProviderContract, NewRule, ProviderContract},
        verifications::{self, Verification},
    },
};

/// Maximum number of descriptions of a provider listed.
const LISTED: i64 = 200;

/// The outcome of publishing a description.
pub(crate) struct PublishedProviderContract {
    pub(crate) is_new: bool,
    pub(crate) notices: Vec<Notice>,
}

/// A description with the data of its page.
pub(crate) struct DescriptionDetails {
    pub(crate) contract: ProviderContract,
    pub(crate) specification: Specification,
    pub(crate) text: String,
    pub(crate) self_verification: Option<SelfVerification>,
    /// The contracts that it was or will be compared with.
    pub(crate) compared: Vec<ReadComparison>,
    /// The newest descriptions of the provider.
    pub(crate) newest: Vec<ProviderContract>,
}

/// A contract with the newest result of a provider version.
pub(crate) struct VerifiedContract {
    pub(crate) consumer: String,
    pub(crate) consumer_version: String,
    /// `None` if the version did not verify it.
    pub(crate) result: Option<Verification>,
}

/// A contract that was or will be compared with a description.
pub(crate) struct ReadComparison {
    pub(crate) contract: ComparedContract,
    /// `None` until it is made.
    pub(crate) summary: Option<Summary>,
}

impl App {
    /// Publishes the description of a provider version, and queues its comparison with the contracts that
    /// matter.
    ///
    /// # Errors
    /// Refused if it cannot be parsed, different content was published for the version, or the provider's
    /// rule refuses it.
    pub(crate) async fn publish_provider_contract(
        &self,
        who: &Principal,
        provider: String,
        publication: ProviderPublication,
    ) -> Result<PublishedProviderContract> {
        let permit = self.permit(who, publishing(&provider, &publication)).await?;
        let mut notices = self.judge_publication(&provider, &publication).await?;
        let (name, number) = (provider.clone(), publication.version.clone());
        let has_self_verification = publication.self_verification.is_some();
        let new = NewProviderContract {
            provider,
            publication,
            allow_modification: self.config.contracts_allow_modification,
            main_candidates: self.config.branches_main_candidates.clone(),
        };
        let stored = self
            .recorded(permit, new, |connection, new| {
                Box::pin(provider_contracts::publish(connection, new))
            })
            .await?;
        self.comparer.wake();
        self.dispatcher.wake();
        let mut first = Vec::new();
        if stored.version_created {
            first.push(Notice::new(
                Kind::Debug,
                format!("Created {name} version {number}"),
            ));
        }
        let published = if stored.is_new {
            format!("Provider contract published for {name} version {number}")
        } else {
            format!("Provider contract of {name} version {number} published again with the same content")
        };
        first.push(Notice::new(Kind::Success, published));
        if stored.comparing > 0 {
            let count = stored.comparing;
            first.push(Notice::new(
                Kind::Info,
                format!("  It is being compared with {count} consumer contract(s) that are deployed, released or newest"),
            ));
        }
        if !has_self_verification && stored.is_new {
            first.push(Notice::new(
                Kind::Warning,
                format!(
                    "  Nothing says that {name} does what the description says: publish it with the result of a \
                     verification (--verification-success, with --verifier or --verification-results)"
                ),
            ));
        }
        first.append(&mut notices);
        Ok(PublishedProviderContract {
            is_new: stored.is_new,
            notices: first,
        })
    }

    /// Parses a description before it is stored, and applies the compatibility rule of its provider; returns
    /// the notices for the publisher.
    async fn judge_publication(
        &self,
        provider: &str,
        publication: &ProviderPublication,
    ) -> Result<Vec<Notice>> {
        let place = self.heavy.place().await?;
        let mut connection = self.store.read().await?;
        let rule = provider_contracts::compatibility(&mut connection, provider).await?;
        let before = match rule.level {
            Level::Off => None,
            Level::Warn | Level::Refuse => {
                provider_contracts::predecessor(&mut connection, provider, &publication.version).await?
            }
        };
        let before = before.filter(|before| before.sha != publication.sha);
        let material = match &before {
            None => Material {
                texts: Vec::new(),
                contracts: Vec::new(),
            },
            Some(before) => Material {
                texts: vec![SpecifiedText::of(&mut connection, before).await?],
                contracts: mattering(&mut connection, before.provider_id).await?,
            },
        };
        drop(connection);
        let (specification, text) = (publication.specification, publication.document.clone());
        let judged = place.run(move |cancel| {
            cancel.check()?;
            let read = Document::read(specification, &text);
            let document = match read.and_then(Document::with_whole_references) {
                Ok(document) => document,
                Err(problem) => return Ok(Err(Refusal::invalid("contract.content", problem).into())),
            };
            let (Some(before), Some(after)) = (material.texts.first(), document.http()) else {
                return Ok(Ok(None));
            };
            cancel.check()?;
            let before = match before.read().map(Document::with_whole_references) {
                Ok(Ok(before)) => before,
                Ok(Err(problem)) => return Ok(Ok(Some(Verdict::without_predecessor(&problem)))),
                Err(error) => return Ok(Err(error)),
            };
            let Some(before) = before.http() else {
                return Ok(Ok(None));
            };
            let consumers = match material.consumers() {
                Ok(consumers) => consumers,
                Err(error) => return Ok(Err(error)),
            };
            let changes = bidirectional::changes(before, after, &consumers, cancel)?;
            Ok(match changes {
                Ok(changes) => Ok(Some(bidirectional::judge(&changes, rule))),
                Err(problem) => Err(Error::Refused(Refusal::Impossible(problem))),
            })
        });
        let Some(verdict) = judged.await?? else {
            return Ok(Vec::new());
        };
        if verdict.is_compatible {
            return Ok(verdict.notices);
        }
        let old = before.map(|before| before.version).unwrap_or_default();
        let message = format!(
            "The description of {provider} version {} is not compatible with that of version {old}",
            publication.version
        );
        let kind = if rule.level == Level::Refuse {
            Kind::Error
        } else {
            Kind::Warning
        };
        let mut notices = vec![Notice::new(kind, message.clone())];
        notices.extend(verdict.notices);
        if rule.level == Level::Refuse {
            return Err(Refusal::Incompatible { message, notices }.into());
        }
        Ok(notices)
    }

    /// Returns the newest descriptions of a provider.
    ///
    /// # Errors
    /// Refused if there is no such provider.
    pub(crate) async fn provider_contracts(
        &self,
        who: &Principal,
        provider: &str,
    ) -> Result<Vec<ProviderContract>> {
        let mut connection = self.reading(who).await?;
        let owner = require_provider(&mut connection, provider).await?;
        Ok(provider_contracts::newest(&mut connection, owner, LISTED).await?)
    }

    /// Returns a description with the data of its page.
    ///
    /// # Errors
    /// Refused if the version has no description.
    pub(crate) async fn description_details(
        &self,
        who: &Principal,
        provider: &str,
        version: &str,
    ) -> Result<DescriptionDetails> {
        let mut connection = self.reading(who).await?;
        let contract = provider_contracts::require(&mut connection, provider, version).await?;
        let compared = comparisons::of_description(&mut connection, contract.description_id).await?;
        let compared = compared
            .into_iter()
            .map(|contract| {
                let summary = contract.comparison.summary()?;
                Ok(ReadComparison { contract, summary })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(DescriptionDetails {
            specification: contract.specification()?,
            text: provider_contracts::document(&mut connection, contract.description_id).await?,
            self_verification: provider_contracts::self_verification(&mut connection, contract.version_id)
                .await?,
            newest: provider_contracts::newest(&mut connection, contract.provider_id, LISTED).await?,
            compared,
            contract,
        })
    }

    /// Returns the newest result of a provider version for each contract that its description was or will be compared with.
    ///
    /// # Errors
    /// Refused if the version has no description.
    pub(crate) async fn results_of_compared(
        &self,
        who: &Principal,
        provider: &str,
        version: &str,
    ) -> Result<Vec<VerifiedContract>> {
        let mut connection = self.reading(who).await?;
        let contract = provider_contracts::require(&mut connection, provider, version).await?;
        let compared = comparisons::of_description(&mut connection, contract.description_id).await?;
        let results =
            verifications::of_compared(&mut connection, contract.version_id, contract.description_id).await?;
        let mut by_content: HashMap<i64, Verification> = results
            .into_iter()
            .map(|result| (result.content_id, result))
            .collect();
        let verified = compared.into_iter().map(|contract| VerifiedContract {
            result: by_content.remove(&contract.content_id),
            consumer: contract.consumer,
            consumer_version: contract.consumer_version,
        });
        Ok(verified.collect())
    }

    /// Returns the compatibility rule for new descriptions of a provider.
    pub(crate) async fn compatibility(&self, who: &Principal, provider: &str) -> Result<Compatibility> {
        Ok(provider_contracts::compatibility(&mut *self.reading(who).await?, provider).await?)
    }

    /// Sets the compatibility rule for new descriptions of a provider.
    pub(crate) async fn set_compatibility(
        &self,
        who: &Principal,
        provider: String,
        rule: Compatibility,
    ) -> Result<()> {
        let before = self.compatibility(who, &provider).await?;
        let act = Act::application(Action::ChangeCompatibility, &provider).changing(told(before), told(rule));
        self.writing(who, act, NewRule { provider, rule }, |connection, new| {
            Box::pin(provider_contracts::set_compatibility(connection, new))
        })
        .await
    }
}

fn publishing(provider: &str, publication: &ProviderPublication) -> Act {
    let act = Act::applications(
        Action::PublishProviderContract,
        vec![provider.to_owned()],
        "provider contract",
        format!("{provider} {}", publication.version),
    );
    let own = publication.self_verification.as_ref();
    act.changing(
        Value::Null,
        json!({
            "branch": publication.branch,
            "tags": publication.tags,
            "sha": publication.sha,
            "selfVerification": own.map(|own| own.success),
        }),
    )
}

/// Returns the rule for the audit log.
fn told(rule: Compatibility) -> Value {
    json!({ "level": rule.level, "basis": rule.basis })
}
