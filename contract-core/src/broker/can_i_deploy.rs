//! Asks whether a version can be deployed.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::hal::{encode, self_link, text};
use super::pauses::{Pauses, Waiting};
use super::{Client, Notice};
use crate::{Error, ErrorKind};

/// A query of the broker's matrix: can these versions be deployed?
///
/// ```
/// use std::time::Duration;
///
/// use contract_core::broker::CanIDeploy;
///
/// let query = CanIDeploy::version("web-app", "5f2c1a9")
///     .to_environment("production")
///     .retry_while_unknown(30, Duration::from_secs(10));
/// ```
#[derive(Debug, Clone)]
pub struct CanIDeploy {
    selectors: Vec<Selector>,
    target: Option<Target>,
    ignore: Vec<(String, Option<String>)>,
    retries: u32,
    interval: Duration,
}

/// A selection of versions of one application.
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
    /// Returns what was given, with its name.
    fn given(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let which = match &self.which {
            Which::Version(version) => Some(("version", version)),
            Which::Branch(branch) => Some(("branch", branch)),
            Which::LatestWithTag(tag) | Which::AllWithTag(tag) => Some(("tag", tag)),
            Which::Latest | Which::MainBranch => None,
        };
        [("name of the application", &self.pacticipant)]
            .into_iter()
            .chain(which)
    }

    /// Returns the parameters of the matrix resource.
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

/// What is being done, in errors.
const DOING: &str = "asking whether this can be deployed";

/// The broker's verdict.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether the versions can be deployed; `None` while a verification result is missing. If one of several results is
    /// missing and another one failed, they cannot be deployed.
    pub deployable: Option<bool>,
    /// The reason.
    pub reason: String,
    /// The broker's notices.
    pub notices: Vec<Notice>,
    /// Number of missing results.
    pub unknown: u64,
    /// The rows that the verdict is based on.
    pub matrix: Vec<MatrixRow>,
    /// The whole response.
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
    /// Its version; `None` if no version verified the contract.
    pub provider_version: Option<String>,
    /// Whether the provider fulfils the contract; `None` if it is not verified.
    pub success: Option<bool>,
    /// When it was verified.
    pub verified_at: Option<String>,
    /// `CDCT` if the provider was verified, `BDCT` if the contract is compared with the description that the provider
    /// published; `None` if neither, or the broker does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_type: Option<String>,
    /// Whether the query ignores it.
    pub ignored: bool,
    /// The URL of the contract.
    pub contract_url: Option<String>,
    /// The URL of the verification result.
    pub result_url: Option<String>,
}

impl CanIDeploy {
    /// Asks about this version.
    pub fn version(pacticipant: impl Into<String>, version: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Version(version.into()))
    }

    /// Asks about the newest version.
    pub fn latest(pacticipant: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Latest)
    }

    /// Asks about the head of this branch.
    pub fn branch(pacticipant: impl Into<String>, branch: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::Branch(branch.into()))
    }

    /// Asks about the head of the application's main branch.
    pub fn main_branch(pacticipant: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::MainBranch)
    }

    /// Asks about the newest version with this tag.
    pub fn latest_with_tag(pacticipant: impl Into<String>, tag: impl Into<String>) -> Self {
        Self::new(pacticipant, Which::LatestWithTag(tag.into()))
    }

    /// Asks about all versions with this tag.
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

    /// Adds the versions of another query.
    pub fn and(mut self, other: Self) -> Self {
        self.selectors.extend(other.selectors);
        self
    }

    /// Sets the target environment.
    pub fn to_environment(mut self, environment: impl Into<String>) -> Self {
        self.target = Some(Target::Environment(environment.into()));
        self
    }

    /// Checks against the newest versions with this tag.
    pub fn to_tag(mut self, tag: impl Into<String>) -> Self {
        self.target = Some(Target::Tag(tag.into()));
        self
    }

    /// Checks against the heads of the main branches: can it be merged?
    pub fn to_main_branch(mut self) -> Self {
        self.target = Some(Target::MainBranch);
        self
    }

    /// Ignores this application, or one version of it.
    pub fn ignore(mut self, pacticipant: impl Into<String>, version: Option<String>) -> Self {
        self.ignore.push((pacticipant.into(), version));
        self
    }

    /// Retries this many times at this interval while a result is missing.
    ///
    /// While the broker compares a contract with a description, it says when it will know more (`Retry-After`): the next
    /// pause then has that length, from 1 to 60 seconds. Shorter pauses lead to more retries in the same time.
    pub fn retry_while_unknown(mut self, times: u32, interval: Duration) -> Self {
        self.retries = times;
        self.interval = interval;
        self
    }

    /// Refuses empty names and versions: the broker would take them for omitted, and its answer would be about something
    /// else.
    fn check(&self) -> Result<(), Error> {
        let target = match &self.target {
            Some(Target::Environment(name)) => Some(("environment", name)),
            Some(Target::Tag(tag)) => Some(("tag", tag)),
            Some(Target::MainBranch) | None => None,
        };
        let given = self.selectors.iter().flat_map(Selector::given).chain(target);
        match given.into_iter().find(|(_, value)| value.trim().is_empty()) {
            Some((what, _)) => Err(Error::new(
                ErrorKind::Usage,
                format!("{DOING}: the {what} is empty: give one"),
            )),
            None => Ok(()),
        }
    }

    /// Returns the query of the matrix resource.
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
    /// Asks whether versions can be deployed.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker knows no such application or environment; `Unreachable`. A negative verdict is not an
    /// error.
    pub async fn can_i_deploy(&self, question: &CanIDeploy) -> Result<Verdict, Error> {
        self.can_i_deploy_watched(question, |_| {}).await
    }

    /// Like [`can_i_deploy`](Self::can_i_deploy), with a callback before each wait for a missing result.
    ///
    /// # Errors
    ///
    /// See [`can_i_deploy`](Self::can_i_deploy).
    pub async fn can_i_deploy_watched(
        &self,
        question: &CanIDeploy,
        mut on_wait: impl FnMut(Waiting),
    ) -> Result<Verdict, Error> {
        question.check()?;
        let url = self.below(&format!("matrix?{}", question.query()));
        let mut pauses = Pauses::new(question.retries, question.interval);
        loop {
            let answer = match self.read(DOING, &url).await {
                Ok(answer) => answer,
                Err(refusal) if refusal.kind() == ErrorKind::Broker => {
                    return Err(self.unknown_name(question).await.unwrap_or(refusal));
                }
                Err(error) => return Err(error),
            };
            let retry_after = answer.retry_after;
            let verdict = verdict(answer.body)?;
            if verdict.deployable.is_some() || verdict.unknown == 0 {
                return Ok(verdict);
            }
            let Some(waiting) = pauses.next(verdict.unknown, retry_after) else {
                return Ok(verdict);
            };
            on_wait(waiting);
            tokio::time::sleep(waiting.interval).await;
        }
    }
}

impl Client {
    /// Returns the error for a name in the query that the broker does not know, suggesting the nearest known one; `None` if
    /// it knows all of them, or does not tell.
    async fn unknown_name(&self, question: &CanIDeploy) -> Option<Error> {
        for selector in &question.selectors {
            if let Ok(Some(text)) = self.unknown_application(&selector.pacticipant).await {
                return Some(Error::new(ErrorKind::Usage, text).context(DOING));
            }
        }
        let Some(Target::Environment(name)) = &question.target else {
            return None;
        };
        let error = self.environment(name).await.err()?;
        (error.kind() == ErrorKind::Usage).then(|| error.context(DOING))
    }
}

fn verdict(document: Value) -> Result<Verdict, Error> {
    let summary = &document["summary"];
    if !summary.is_object() {
        return Err(Error::new(
            ErrorKind::Broker,
            format!("{DOING}: the broker's response has no summary: is this the address of a broker?"),
        ));
    }
    let unknown = summary["unknown"].as_u64();
    let reason = summary["reason"].as_str().unwrap_or_default().to_owned();
    let matrix = MatrixRow::all(&document);
    let has_failed = matrix
        .iter()
        .any(|row| !row.ignored && row.success == Some(false));
    // A broker says that it does not know as long as a result is missing, whatever failed.
    let deployable = summary["deployable"].as_bool().or(has_failed.then_some(false));
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
    /// Returns whether the contract is compared with a description.
    pub fn is_comparison(&self) -> bool {
        self.verification_type.as_deref() == Some("BDCT")
    }

    /// Returns the rows of a matrix.
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
            verification_type: text(row, "verificationType"),
            ignored: row["ignored"] == true,
            contract_url: self_link(&row["pact"]),
            result_url: self_link(result),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_decides_whatever_is_missing() {
        let row = |success: Value, ignored: bool| json!({ "verificationResult": { "success": success }, "ignored": ignored });
        let deployable = |said: Value, rows: Vec<Value>| {
            let document = json!({ "summary": { "deployable": said, "unknown": 1 }, "matrix": rows });
            verdict(document).unwrap().deployable
        };
        let (failed, missing) = (row(json!(false), false), row(Value::Null, false));
        assert_eq!(
            deployable(Value::Null, vec![missing.clone(), failed.clone()]),
            Some(false)
        );
        assert_eq!(deployable(Value::Null, vec![missing.clone()]), None);
        assert_eq!(
            deployable(Value::Null, vec![missing, row(json!(false), true)]),
            None
        );
        assert_eq!(deployable(json!(true), vec![row(json!(true), false)]), Some(true));
    }

    #[test]
    fn nothing_is_asked_with_an_empty_name() {
        for (question, named) in [
            (CanIDeploy::version("web", ""), "version"),
            (CanIDeploy::version("", "1"), "name of the application"),
            (CanIDeploy::latest_with_tag("web", " "), "tag"),
            (CanIDeploy::version("web", "1").to_environment(""), "environment"),
            (
                CanIDeploy::version("web", "1").and(CanIDeploy::branch("api", "")),
                "branch",
            ),
        ] {
            let error = question.check().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(
                error.to_string().contains(&format!("the {named} is empty")),
                "{error}"
            );
        }
        assert!(CanIDeploy::latest("web").to_main_branch().check().is_ok());
    }

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
