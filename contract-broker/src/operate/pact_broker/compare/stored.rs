//! What is stored on both sides is compared: everything that can-i-deploy is answered from.

use std::collections::{BTreeSet, HashMap};

use http::Method;

use crate::{
    Error,
    domain::{count::counted, segment::encode},
    operate::pact_broker::{
        records::{ResultSummary, Version},
        source::Source,
        target::{Answer, Target},
    },
    store::moved::MovedContract,
};

struct Comparison<'a, L> {
    source: &'a Source,
    target: &'a Target,
    line: &'a mut L,
    different: usize,
}

/// What was compared.
#[derive(Default)]
struct Counts {
    versions: usize,
    contracts: usize,
    results: usize,
    deployments: usize,
}

/// Compares versions with their order, branches and tags, contracts, the newest verification results, deployments and
/// releases.
///
/// # Errors
/// The Pact Broker cannot be read; the database fails.
pub(super) async fn compare<L: FnMut(String)>(
    source: &Source,
    target: &Target,
    line: &mut L,
) -> Result<usize, Error> {
    let mut comparison = Comparison {
        source,
        target,
        line,
        different: 0,
    };
    let mut counts = Counts::default();
    for application in source.applications().await? {
        let versions = source.versions(&application.name).await?;
        comparison.order(&application.name, &versions).await?;
        for version in &versions {
            comparison.version(version).await?;
            comparison.contracts(version, &mut counts).await?;
        }
        counts.versions += versions.len();
    }
    comparison.deployments(&mut counts).await?;
    let different = comparison.different;
    line(format!(
        "{}, {}, {}, {} compared, {different} different",
        counted(counts.versions, "version"),
        counted(counts.contracts, "contract"),
        counted(counts.results, "verification result"),
        counted(counts.deployments, "deployment record"),
    ));
    Ok(different)
}

impl<L: FnMut(String)> Comparison<'_, L> {
    fn differs(&mut self, what: String) {
        self.different += 1;
        (self.line)(what);
    }

    /// Versions that are here alone are younger than the move, and do not count.
    async fn order(&mut self, pacticipant: &str, versions: &[Version]) -> Result<(), Error> {
        let there: Vec<&String> = versions.iter().map(|version| &version.number).collect();
        let known: BTreeSet<&String> = there.iter().copied().collect();
        let here = self.target.numbers_in_order(pacticipant).await?;
        let here_too: BTreeSet<&String> = here.iter().collect();
        let ordered: Vec<&String> = here.iter().filter(|number| known.contains(number)).collect();
        // A version that is missing is named by itself.
        let expected: Vec<&String> = there
            .into_iter()
            .filter(|number| here_too.contains(number))
            .collect();
        if let Some((there, here)) = expected.iter().zip(&ordered).find(|(there, here)| there != here) {
            self.differs(format!(
                "the order of the versions of {pacticipant}: there {there} comes where {here} is here"
            ));
        }
        Ok(())
    }

    async fn version(&mut self, version: &Version) -> Result<(), Error> {
        let place = format!(
            "/pacticipants/{}/versions/{}",
            encode(&version.pacticipant),
            encode(&version.number)
        );
        let Answer { status, body } = self.target.send(Method::GET, &place, String::new()).await?;
        let name = format!("{} {}", version.pacticipant, version.number);
        if !status.is_success() {
            self.differs(format!("{name} is not here ({status})"));
            return Ok(());
        }
        let embedded = |list: &str| -> BTreeSet<String> {
            let items = body["_embedded"][list].as_array().into_iter().flatten();
            items
                .filter_map(|item| item["name"].as_str().map(str::to_owned))
                .collect()
        };
        let branches = version.branches.iter().map(|branch| branch.name.clone());
        let tags = version.tags.iter().map(|tag| tag.name.clone());
        for (what, there, here) in [
            ("branches", branches.collect(), embedded("branchVersions")),
            ("tags", tags.collect(), embedded("tags")),
        ] {
            let there: BTreeSet<String> = there;
            if !there.is_subset(&here) {
                self.differs(format!(
                    "{name}: the {what} are {there:?} there and {here:?} here"
                ));
            }
        }
        Ok(())
    }

    async fn contracts(&mut self, version: &Version, counts: &mut Counts) -> Result<(), Error> {
        for at in &version.contracts_at {
            let contracts = self.source.contracts(at).await?;
            for revisions in contracts.chunk_by(|one, next| one.provider == next.provider) {
                let [.., newest] = revisions else {
                    continue;
                };
                let contract = MovedContract {
                    consumer: version.pacticipant.clone(),
                    version: version.number.clone(),
                    provider: newest.provider.clone(),
                };
                let sha = newest.sha.clone().unwrap_or_default();
                let name = format!(
                    "the contract of {} {} with {}",
                    contract.consumer, contract.version, contract.provider
                );
                counts.contracts += 1;
                match self.target.is_current(&contract, &sha).await? {
                    Some(true) => self.results(&contract, &sha, &name, counts).await?,
                    Some(false) => self.differs(format!("{name} has another content here")),
                    None => self.differs(format!("{name} is not here")),
                }
            }
        }
        Ok(())
    }

    /// The newest result of each provider version decides.
    async fn results(
        &mut self,
        contract: &MovedContract,
        sha: &str,
        name: &str,
        counts: &mut Counts,
    ) -> Result<(), Error> {
        let there = self.source.results(contract, Some(sha)).await?;
        let mut newest: HashMap<String, ResultSummary> = HashMap::new();
        for result in there {
            newest.insert(result.provider_version.clone(), result);
        }
        let own_sha = self.target.own_content(contract, Some(sha.to_owned())).await?;
        let here = match own_sha {
            Some(own_sha) => self.target.results(contract, &own_sha).await?,
            None => Vec::new(),
        };
        let here: HashMap<String, bool> = here
            .into_iter()
            .map(|result| (result.provider_version, result.success))
            .collect();
        let mut newest: Vec<ResultSummary> = newest.into_values().collect();
        newest.sort_by(|one, other| one.provider_version.cmp(&other.provider_version));
        for result in newest {
            counts.results += 1;
            let here = here.get(&result.provider_version).copied();
            if here != Some(result.success) {
                self.differs(format!(
                    "{name}, verified by {}: there {}, here {}",
                    result.provider_version,
                    shown(Some(result.success)),
                    shown(here)
                ));
            }
        }
        Ok(())
    }

    async fn deployments(&mut self, counts: &mut Counts) -> Result<(), Error> {
        for deployment in self.source.deployments().await? {
            counts.deployments += 1;
            let name = format!(
                "{} {} in {} ({})",
                deployment.pacticipant, deployment.number, deployment.environment, deployment.uuid
            );
            let Some(here) = self.target.deployment(&deployment.uuid).await? else {
                self.differs(format!("{name} is not here"));
                continue;
            };
            let in_use = |ended_at: Option<i64>| if ended_at.is_none() { "in use" } else { "ended" };
            let (there, here) = (in_use(deployment.ended_at), in_use(here.ended_at));
            if there != here {
                self.differs(format!("{name}: there {there}, here {here}"));
            }
        }
        Ok(())
    }
}

fn shown(success: Option<bool>) -> &'static str {
    match success {
        Some(true) => "successful",
        Some(false) => "failed",
        None => "unknown",
    }
}
