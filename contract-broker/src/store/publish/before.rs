//! The previous state that a publication depends on.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    super::{Connection, Error, Result, Statement, deployments::Kind, outbox, row, together},
    Owner,
    newest::{self, Newest},
};
use crate::domain::{content::Content, events::Line};

/// The previous state that a publication depends on.
pub(super) struct Before {
    newest: Newest,
    contents: HashSet<StoredContent>,
    /// The known providers of the consumer, and whether any ever sent it a result.
    integrations: HashMap<i64, bool>,
    /// The relevant provider versions: head of the main branch, deployed, released.
    awaited: BTreeMap<ProviderVersion, Awaited>,
    /// The providers that published descriptions.
    described: HashSet<i64>,
    /// Whether any webhook is listening for events.
    pub(super) listening: bool,
}

/// Why a provider version is relevant.
#[derive(Default)]
struct Awaited {
    reasons: Vec<String>,
    /// The hashes of the contents that it has a result for.
    verified: HashSet<String>,
}

/// A provider version without a result for a content.
pub(super) struct Waiting {
    pub(super) version: i64,
    /// Why it is relevant.
    pub(super) reason: String,
}

row! {
    /// A stored content.
    #[derive(PartialEq, Eq, Hash)]
    struct StoredContent {
        provider_id: i64,
        sha: String,
    }

    struct KnownIntegration {
        provider_id: i64,
        /// Set if a result was ever sent.
        verified: Option<i64>,
    }

    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct ProviderVersion {
        provider_id: i64,
        version_id: i64,
    }

    /// The head of a main branch. One row for each content that it has a result for, at least one.
    struct Head {
        of: ProviderVersion,
        branch: String,
        verified: Option<String>,
    }

    /// A version in an environment. One row for each content that it has a result for, at least one.
    struct Placed {
        of: ProviderVersion,
        kind: String,
        environment: String,
        verified: Option<String>,
    }
}

/// What is published with a provider.
pub(super) struct Wanted<'a> {
    pub(super) provider: i64,
    pub(super) content: &'a Content,
}

/// Reads the previous state, in one go.
pub(super) async fn before(
    connection: &mut Connection,
    owner: &Owner,
    wanted: &[Wanted<'_>],
) -> Result<Before> {
    let providers: Vec<i64> = wanted.iter().map(|wanted| wanted.provider).collect();
    let shas: Vec<String> = wanted.iter().map(|wanted| wanted.content.sha.clone()).collect();
    let mut newest = newest::Answers::default();
    let (mut contents, mut integrations) = (Vec::<StoredContent>::new(), Vec::<KnownIntegration>::new());
    let (mut heads, mut placed) = (Vec::<Head>::new(), Vec::<Placed>::new());
    let (mut described, mut listening) = (Vec::<i64>::new(), Vec::<i64>::new());
    let mut questions = newest.questions(owner, &providers);
    questions.extend([
        Statement::new("SELECT provider_id, sha FROM contents WHERE consumer_id = ")
            .value(owner.consumer)
            .sql(" AND provider_id IN ")
            .numbers(&providers)
            .sql(" AND sha IN ")
            .texts(&shas)
            .into_rows(&mut contents),
        Statement::new(
            "SELECT i.provider_id, (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id \
             AND r.consumer_id = i.consumer_id LIMIT 1) FROM integrations i WHERE i.consumer_id = ",
        )
        .value(owner.consumer)
        .sql(" AND i.provider_id IN ")
        .numbers(&providers)
        .into_rows(&mut integrations),
        with_results(
            Statement::new(
                "SELECT p.id, h.version_id, b.name, CASE WHEN r.content_id IS NULL THEN NULL ELSE t.sha END \
                 FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
                 JOIN branch_heads h ON h.branch_id = b.id LEFT JOIN contents t ON t.provider_id = p.id",
            ),
            owner,
            &shas,
        )
        .sql(" AND r.provider_version_id = h.version_id WHERE p.id IN ")
        .numbers(&providers)
        .into_rows(&mut heads),
        with_results(
            Statement::new(
                "SELECT d.pacticipant_id, d.version_id, d.kind, e.name, \
                 CASE WHEN r.content_id IS NULL THEN NULL ELSE t.sha END FROM current_deployments d \
                 JOIN environments e ON e.id = d.environment_id LEFT JOIN contents t ON t.provider_id = d.pacticipant_id",
            ),
            owner,
            &shas,
        )
        .sql(" AND r.provider_version_id = d.version_id WHERE d.pacticipant_id IN ")
        .numbers(&providers)
        .sql(" ORDER BY e.name, d.kind")
        .into_rows(&mut placed),
        Statement::new("SELECT p.id FROM pacticipants p WHERE p.id IN ")
            .numbers(&providers)
            .sql(" AND EXISTS (SELECT 1 FROM provider_contracts c WHERE c.provider_id = p.id)")
            .into_rows(&mut described),
        Statement::new(outbox::LISTENING).into_rows(&mut listening),
    ]);
    together(connection, &mut questions).await?;
    drop(questions);
    Ok(Before {
        newest: newest.into(),
        contents: contents.into_iter().collect(),
        integrations: integrations
            .into_iter()
            .map(|row| (row.provider_id, row.verified.is_some()))
            .collect(),
        awaited: awaited(heads, placed)?,
        described: described.into_iter().collect(),
        listening: !listening.is_empty(),
    })
}

/// Joins the results `r` for those contents `t` of the consumer that have one of the hashes.
fn with_results<'a>(statement: Statement<'a>, owner: &Owner, shas: &'a [String]) -> Statement<'a> {
    statement
        .sql(" AND t.consumer_id = ")
        .value(owner.consumer)
        .sql(" AND t.sha IN ")
        .texts(shas)
        .sql(" LEFT JOIN current_verifications r ON r.content_id = t.id")
}

/// # Errors
/// The kind of a placement cannot be parsed.
fn awaited(heads: Vec<Head>, placed: Vec<Placed>) -> Result<BTreeMap<ProviderVersion, Awaited>> {
    let mut awaited: BTreeMap<ProviderVersion, Awaited> = BTreeMap::new();
    let mut add = |of, reason: String, verified| {
        let awaited: &mut Awaited = awaited.entry(of).or_default();
        // A result for another content repeats the row.
        if !awaited.reasons.contains(&reason) {
            awaited.reasons.push(reason);
        }
        awaited.verified.extend(verified);
    };
    for head in heads {
        let reason = format!("latest version from the main branch {}", head.branch);
        add(head.of, reason, head.verified);
    }
    for row in placed {
        let kind = Kind::read(&row.kind).map_err(|problem| {
            let known_by = format!(
                "of the version {} in the environment {}",
                row.of.version_id, row.environment
            );
            Error::unreadable("current_deployments", known_by, "kind", problem)
        })?;
        let reason = match kind {
            Kind::Deployed => format!("version deployed to {}", row.environment),
            Kind::Released => format!("version released in {}", row.environment),
        };
        add(row.of, reason, row.verified);
    }
    Ok(awaited)
}

impl Before {
    pub(super) fn knows_content(&self, provider_id: i64, sha: &str) -> bool {
        let sha = sha.to_owned();
        self.contents.contains(&StoredContent { provider_id, sha })
    }

    /// Returns whether the provider published a description.
    pub(super) fn is_described(&self, provider: i64) -> bool {
        self.described.contains(&provider)
    }

    /// Returns whether the provider is known to be used by the consumer.
    pub(super) fn is_integrated(&self, provider: i64) -> bool {
        self.integrations.contains_key(&provider)
    }

    /// Returns whether the provider ever sent the consumer a result.
    pub(super) fn ever_verified(&self, provider: i64) -> bool {
        self.integrations.get(&provider) == Some(&true)
    }

    /// Returns whether there is a contract with the provider on a branch.
    pub(super) fn is_on_branch(&self, branch: i64, provider: i64) -> bool {
        self.newest.on_branch(branch, provider).is_some()
    }

    /// Returns the previous content of each line of development with a provider.
    pub(super) fn lines(&self, owner: &Owner, provider: i64) -> Vec<Line> {
        self.newest.lines(&owner.lines, provider)
    }

    /// Returns the relevant provider versions without a result for a content.
    pub(super) fn waiting(&self, provider: i64, sha: &str) -> Vec<Waiting> {
        self.awaited
            .iter()
            .filter(|(of, awaited)| of.provider_id == provider && !awaited.verified.contains(sha))
            .map(|(of, awaited)| {
                let reasons = awaited
                    .reasons
                    .iter()
                    .map(|reason| format!("no result from the {reason}"));
                Waiting {
                    version: of.version_id,
                    reason: reasons.collect::<Vec<_>>().join(", "),
                }
            })
            .collect()
    }
}
