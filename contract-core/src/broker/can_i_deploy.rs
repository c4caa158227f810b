//! May this version be deployed?

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::hal::{encode, self_link, text};
use super::{Client, Notice};
use crate::{Error, ErrorKind};

/// A question to the broker's matrix: may these versions be deployed there?
#[derive(Debug, Clone)]
pub struct CanIDeploy {
    selectors: Vec<Selector>,
    target: Option<Target>,
    ignore: Vec<(String, Option<String>)>,
    retries: u32,
    interval: Duration,
}

/// Versions of one application.
#[derive(Debug, Clone)]
struct Selector {
    pacticipant: String,
    which: Which,
}

#[derive(Debug, Clone)]
enum Which {
    Version(String),
    Latest,
    Branch(String),
    MainBranch,
    LatestWithTag(String),
    AllWithTag(String),
}

impl Selector {
    /// The parameters of the matrix resource.
    fn parameters(&self) -> Vec<(&'static str, &str)> {
        const LATEST: (&str, &str) = ("q[][latest]", "true");
        let mut parameters = vec![("q[][pacticipant]", self.pacticipant.as_str())];
        match &self.which {
            Which::Version(version) => parameters.push(("q[][version]", version)),
            Which::Latest => parameters.push(LATEST),
            Which::Branch(branch) => parameters.extend([("q[][branch]", branch.as_str()), LATEST]),
            Which::MainBranch => parameters.extend([("q[][mainBranch]", "true"), LATEST]),
            Which::LatestWithTag(tag) => parameters.extend([("q[][tag]", tag.as_str()), LATEST]),
            Which::AllWithTag(tag) => parameters.push(("q[][tag]", tag)),
        }
        parameters
    }
}

#[derive(Debug, Clone)]
enum Target {
    Environment(String),
    Tag(String),
    MainBranch,
}

/// A pause before the question is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// How many results are missing.
    pub unknown: u64,
    /// Which retry comes next, from 1.
    pub retry: u32,
    /// The number of retries at most.
    pub retries: u32,
    /// How long the pause is.
    pub interval: Duration,
}

/// The broker's answer.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Yes, no, or not known yet: a verification result is missing.
    pub deployable: Option<bool>,
    /// Why.
    pub reason: String,
    /// What the broker says to people.
    pub notices: Vec<Notice>,
    /// How many results are missing.
    pub unknown: u64,
    /// What the answer rests on.
    pub matrix: Vec<MatrixRow>,
    /// The whole answer, as it came.
    pub document: Value,
}

/// One pair of versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixRow {
    /// The consumer.
    pub consumer: String,
    /// Its version.
    pub consumer_version: String,
    /// The provider.
    pub provider: String,
    /// Its version; `None` if none verified the contract.
    pub provider_version: Option<String>,
    /// Whether the provider fulfils the contract; `None` if that was not verified.
    pub success: Option<bool>,
    /// When it was verified.
    pub verified_at: Option<String>,
    /// Whether the question said to ignore it.
    pub ignored: bool,
    /// The address of the contract.
    pub contract_url: Option<String>,
    /// The address of the verification result.
    pub result_url: Option<String>,
}

impl CanIDeploy {
    /// May this version be deployed?
    pub fn version(pacticipant: impl Into<String>, version: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Version(version.into()))
    }

    /// May the newest version be deployed?
    pub fn latest(pacticipant: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Latest)
    }

    /// May the head of this branch be deployed?
    pub fn branch(pacticipant: impl Into<String>, branch: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Branch(branch.into()))
    }

    /// May the head of the application's main branch be deployed?
    pub fn main_branch(pacticipant: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::MainBranch)
    }

    /// May the newest version with this tag be deployed?
    pub fn latest_with_tag(pacticipant: impl Into<String>, tag: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::LatestWithTag(tag.into()))
    }

    /// May any version with this tag be deployed?
    pub fn all_with_tag(pacticipant: impl Into<String>, tag: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::AllWithTag(tag.into()))
    }

    fn new(pacticipant: impl Into<String>, which: Which) -> Self {
        Self {
            selectors: vec![Selector {
                pacticipant: pacticipant.into(),
                which,
            }],
            target: None,
            ignore: Vec::new(),
            retries: 0,
            interval: Duration::from_secs(10),
        }
    }

    /// … together with what another question names.
    pub fn and(mut self, other: Self) -> Self {
        self.selectors.extend(other.selectors);
        self
    }

    /// … to this environment.
    pub fn to_environment(mut self, environment: impl Into<String>) -> Self {
        self.target = Some(Target::Environment(environment.into()));
        self
    }

    /// … beside the newest versions with this tag.
    pub fn to_tag(mut self, tag: impl Into<String>) -> Self {
        self.target = Some(Target::Tag(tag.into()));
        self
    }

    /// … beside the heads of the main branches: may it be merged?
    pub fn to_main_branch(mut self) -> Self {
        self.target = Some(Target::MainBranch);
        self
    }

    /// Leaves this application out, or one version of it.
    pub fn ignore(mut self, pacticipant: impl Into<String>, version: Option<String>) -> Self {
        self.ignore.push((pacticipant.into(), version));
        self
    }

    /// Asks again this many times, so far apart, while a result is missing.
    pub fn retry_while_unknown(mut self, times: u32, interval: Duration) -> Self {
        self.retries = times;
        self.interval = interval;
        self
    }

    /// The query of the matrix resource.
    fn query(&self) -> String {
        let mut pairs: Vec<(&str, &str)> = self.selectors.iter().flat_map(Selector::parameters).collect();
        let to_environment = matches!(self.target, Some(Target::Environment(_)));
        pairs.push((
            "latestby",
            if to_environment || self.selectors.len() > 1 {
                "cvpv"
            } else {
                "cvp"
            },
        ));
        match &self.target {
            Some(Target::Environment(name)) => pairs.push(("environment", name)),
            Some(Target::Tag(tag)) => pairs.extend([("tag", tag.as_str()), ("latest", "true")]),
            Some(Target::MainBranch) => pairs.extend([("mainBranch", "true"), ("latest", "true")]),
            None if self.selectors.len() == 1 => pairs.push(("latest", "true")),
            None => {}
        }
        for (pacticipant, version) in &self.ignore {
            pairs.push(("ignore[][pacticipant]", pacticipant));
            if let Some(version) = version {
                pairs.push(("ignore[][version]", version));
            }
        }
        pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

impl Client {
    /// Asks whether versions may be deployed.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker knows no such application or environment; `Unreachable`. "No" is not an error.
    pub async fn can_i_deploy(&self, question: &CanIDeploy) -> Result<Verdict, Error> {
        self.can_i_deploy_watched(question, |_| {}).await
    }

    /// As [`can_i_deploy`](Self::can_i_deploy), and says when it waits for a missing result.
    ///
    /// # Errors
    ///
    /// As [`can_i_deploy`](Self::can_i_deploy).
    pub async fn can_i_deploy_watched(
        &self,
        question: &CanIDeploy,
        mut on_wait: impl FnMut(Waiting),
    ) -> Result<Verdict, Error> {
        let url = self.below(&format!("matrix?{}", question.query()));
        let mut attempt = 0;
        loop {
            let answer = self.read("asking whether this may be deployed", &url).await?;
            let verdict = verdict(answer.body)?;
            if verdict.deployable.is_some() || verdict.unknown == 0 || attempt >= question.retries {
                return Ok(verdict);
            }
            attempt += 1;
            on_wait(Waiting {
                unknown: verdict.unknown,
                retry: attempt,
                retries: question.retries,
                interval: question.interval,
            });
            tokio::time::sleep(question.interval).await;
        }
    }
}

fn verdict(document: Value) -> Result<Verdict, Error> {
    let summary = &document["summary"];
    if !summary.is_object() {
        return Err(Error::new(
            ErrorKind::Broker,
            "asking whether this may be deployed: the broker's answer has no summary: is this the address of a broker?",
        ));
    }
    let (deployable, unknown) = (summary["deployable"].as_bool(), summary["unknown"].as_u64());
    let reason = summary["reason"].as_str().unwrap_or_default().to_owned();
    let matrix = MatrixRow::all(&document);
    Ok(Verdict {
        deployable,
        reason,
        notices: Notice::all(&document),
        unknown: unknown.unwrap_or_default(),
        matrix,
        document,
    })
}

impl MatrixRow {
    /// The rows of a matrix.
    pub(super) fn all(document: &Value) -> Vec<Self> {
        let rows = document["matrix"].as_array().into_iter().flatten();
        rows.map(Self::of).collect()
    }

    fn of(row: &Value) -> Self {
        let version = |side: &str| text(&row[side]["version"], "number");
        let result = &row["verificationResult"];
        Self {
            consumer: text(&row["consumer"], "name").unwrap_or_default(),
            consumer_version: version("consumer").unwrap_or_default(),
            provider: text(&row["provider"], "name").unwrap_or_default(),
            provider_version: version("provider"),
            success: result["success"].as_bool(),
            verified_at: text(result, "verifiedAt"),
            ignored: row["ignored"] == true,
            contract_url: self_link(&row["pact"]),
            result_url: self_link(result),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_asked_as_the_matrix_wants_them() {
        for (question, query) in [
            (
                CanIDeploy::version("web app", "1").to_environment("production"),
                "q[][pacticipant]=web%20app&q[][version]=1&latestby=cvpv&environment=production",
            ),
            (
                CanIDeploy::version("web-app", "1").to_tag("prod"),
                "q[][pacticipant]=web-app&q[][version]=1&latestby=cvp&tag=prod&latest=true",
            ),
            (
                CanIDeploy::branch("web-app", "feat/x").to_main_branch(),
                "q[][pacticipant]=web-app&q[][branch]=feat%2Fx&q[][latest]=true&latestby=cvp&mainBranch=true&latest=true",
            ),
            (
                CanIDeploy::version("a", "1").and(CanIDeploy::latest("b")),
                "q[][pacticipant]=a&q[][version]=1&q[][pacticipant]=b&q[][latest]=true&latestby=cvpv",
            ),
            (
                CanIDeploy::main_branch("a").and(CanIDeploy::latest_with_tag("b", "prod")),
                "q[][pacticipant]=a&q[][mainBranch]=true&q[][latest]=true&q[][pacticipant]=b&q[][tag]=prod&q[][latest]=true&latestby=cvpv",
            ),
            (
                CanIDeploy::all_with_tag("a", "prod").to_tag("test"),
                "q[][pacticipant]=a&q[][tag]=prod&latestby=cvp&tag=test&latest=true",
            ),
            (
                CanIDeploy::version("a", "1").ignore("b", Some("2".into())),
                "q[][pacticipant]=a&q[][version]=1&latestby=cvp&latest=true&ignore[][pacticipant]=b&ignore[][version]=2",
            ),
        ] {
            let asked = question.query().replace("%5B", "[").replace("%5D", "]");
            assert_eq!(asked, query);
        }
    }
}
