//! Changes between two descriptions, and the contracts' coverage of one.

use contract_openapi::{
    breaking::JudgedChangelog,
    coverage::{CoverageInput, CoverageReport, coverage_while},
};

use super::{App, Error, Result, act::allow};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, Tie},
        bidirectional::{self, Document, KnownConsumer, Specification, read_contract},
        cancel::Cancelled,
    },
    store::{
        Connection, comparisons,
        provider_contracts::{self, ProviderContract},
        versions,
    },
};

/// The texts of one or two descriptions, with the contracts that they are judged by.
pub(super) struct Material {
    pub(super) texts: Vec<SpecifiedText>,
    pub(super) contracts: Vec<ContractText>,
}

pub(super) struct SpecifiedText {
    specification: Specification,
    text: String,
    /// The name of the text in messages.
    origin: String,
}

pub(super) struct ContractText {
    consumer: String,
    version: String,
    environments: Vec<String>,
    text: String,
}

impl SpecifiedText {
    pub(super) async fn of(connection: &mut Connection, contract: &ProviderContract) -> Result<Self> {
        Ok(Self {
            specification: contract.specification()?,
            text: provider_contracts::document(connection, contract.description_id).await?,
            origin: format!(
                "the provider contract of {} version {}",
                contract.provider, contract.version
            ),
        })
    }

    /// # Errors
    /// Refused if it cannot be parsed, or does not describe an HTTP API.
    pub(super) fn read(&self) -> Result<Document> {
        let impossible = |problem: String| {
            let message = format!("{} cannot be used here: {problem}", self.origin);
            Error::Refused(Refusal::Impossible(message))
        };
        if self.specification != Specification::OpenApi {
            return Err(impossible("it is no OpenAPI description".to_owned()));
        }
        Document::read(self.specification, &self.text).map_err(impossible)
    }
}

impl ContractText {
    fn read(&self) -> Result<KnownConsumer> {
        let contract = read_contract(&self.text).map_err(|problem| {
            let Self {
                consumer, version, ..
            } = self;
            let message = format!("the contract of {consumer} version {version} cannot be read: {problem}");
            Error::Refused(Refusal::Impossible(message))
        })?;
        Ok(KnownConsumer {
            name: self.consumer.clone(),
            version: self.version.clone(),
            environments: self.environments.clone(),
            contract,
        })
    }
}

impl Material {
    pub(super) fn consumers(&self) -> Result<Vec<KnownConsumer>> {
        self.contracts.iter().map(ContractText::read).collect()
    }
}

impl App {
    /// Returns the changes from the description of one version to that of another, judged by the contracts
    /// that matter. `make` converts them on a background thread.
    ///
    /// # Errors
    /// Refused if a version has no description, or one cannot be parsed.
    pub(crate) async fn description_changes<T: Send + 'static>(
        &self,
        who: &Principal,
        provider: &str,
        before: &str,
        after: &str,
        make: impl FnOnce(JudgedChangelog) -> T + Send + 'static,
    ) -> Result<T> {
        allow(who, Action::ReadContracts, Tie::NONE)?;
        let place = self.heavy.place().await?;
        let mut connection = self.reading(who).await?;
        let mut texts = Vec::new();
        let mut owner = 0;
        for version in [before, after] {
            let contract = provider_contracts::require(&mut connection, provider, version).await?;
            owner = contract.provider_id;
            texts.push(SpecifiedText::of(&mut connection, &contract).await?);
        }
        let contracts = mattering(&mut connection, owner).await?;
        drop(connection);
        let material = Material { texts, contracts };
        let made = place.run(move |cancel| {
            let mut read = Vec::new();
            for text in &material.texts {
                cancel.check()?;
                match text.read() {
                    Ok(document) => read.push(document),
                    Err(error) => return Ok(Err(error)),
                }
            }
            let consumers = match material.consumers() {
                Ok(consumers) => consumers,
                Err(error) => return Ok(Err(error)),
            };
            cancel.check()?;
            let [Some(before), Some(after)] = [0, 1].map(|index| read.get(index).and_then(Document::http))
            else {
                let message = "only OpenAPI descriptions can be compared with each other";
                return Ok(Err(Refusal::Impossible(message.to_owned()).into()));
            };
            let changes = bidirectional::changes(before, after, &consumers, cancel)?;
            Ok(changes
                .map(make)
                .map_err(|problem| Error::Refused(Refusal::Impossible(problem))))
        });
        made.await?
    }

    /// Returns the coverage of a description by the contracts that matter.
    ///
    /// # Errors
    /// Refused if the version has no description, or it cannot be parsed.
    pub(crate) async fn description_coverage<T: Send + 'static>(
        &self,
        who: &Principal,
        provider: &str,
        version: &str,
        make: impl FnOnce(CoverageReport) -> T + Send + 'static,
    ) -> Result<T> {
        allow(who, Action::ReadContracts, Tie::NONE)?;
        let place = self.heavy.place().await?;
        let mut connection = self.reading(who).await?;
        let contract = provider_contracts::require(&mut connection, provider, version).await?;
        let material = Material {
            texts: vec![SpecifiedText::of(&mut connection, &contract).await?],
            contracts: mattering(&mut connection, contract.provider_id).await?,
        };
        drop(connection);
        let made = place.run(move |cancel| {
            cancel.check()?;
            let read = material
                .texts
                .iter()
                .map(SpecifiedText::read)
                .collect::<Result<Vec<_>>>();
            let (read, consumers) = match read.and_then(|read| Ok((read, material.consumers()?))) {
                Ok(both) => both,
                Err(error) => return Ok(Err(error)),
            };
            cancel.check()?;
            let inputs: Vec<CoverageInput<'_>> = consumers
                .iter()
                .map(|consumer| CoverageInput {
                    consumer: format!("{} {}", consumer.name, consumer.version),
                    contract: &consumer.contract,
                })
                .collect();
            let Some(description) = read.first().and_then(Document::http) else {
                let message = "only the coverage of OpenAPI descriptions is counted";
                return Ok(Err(Refusal::Impossible(message.to_owned()).into()));
            };
            match coverage_while(description, &inputs, &|| cancel.check().is_ok()) {
                Ok(Some(report)) => Ok(Ok(make(report))),
                Ok(None) => Err(Cancelled),
                Err(error) => Ok(Err(Refusal::Impossible(error.to_string()).into())),
            }
        });
        made.await?
    }

    /// Parses a description on a background thread and converts it.
    ///
    /// # Errors
    /// It cannot be parsed, although it was parsed when it was published.
    pub(crate) async fn read_description<T: Send + 'static>(
        &self,
        specification: Specification,
        text: String,
        make: impl FnOnce(Option<&Document>) -> T + Send + 'static,
    ) -> Result<T> {
        let bytes = text.len();
        self.heavy
            .run_on(bytes, move || {
                make(Document::read(specification, &text).ok().as_ref())
            })
            .await
    }
}

/// Returns the contracts with a provider that are deployed, released or the newest of main branches.
pub(super) async fn mattering(connection: &mut Connection, provider: i64) -> Result<Vec<ContractText>> {
    let found = provider_contracts::mattering(connection, provider).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.version_id).collect();
    let details = versions::details(connection, &ids).await?;
    let contents: Vec<i64> = found.iter().map(|one| one.content_id).collect();
    let texts = comparisons::contracts(connection, &contents).await?;
    let contracts = found.into_iter().filter_map(|one| {
        let places = details.get(&one.version_id).map(|details| &details.environments);
        let environments = places
            .into_iter()
            .flatten()
            .map(|place| place.environment.clone());
        Some(ContractText {
            environments: environments.collect(),
            // A content that was deleted concurrently is skipped.
            text: texts.get(&one.content_id)?.clone(),
            consumer: one.consumer,
            version: one.version,
        })
    });
    Ok(contracts.collect())
}
