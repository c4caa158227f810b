//! Lists of contracts.

use super::{
    super::{Connection, Listed, Result, Slice, Statement, integrations::PairIds},
    COLUMNS, FROM, Publication,
};

/// Selects contracts of a provider, or of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContractSet {
    Every,
    Latest,
    WithTag(String),
    LatestWithTag(String),
    OnBranch(String),
    LatestOnBranch(String),
    OnMainBranch,
    LatestOnMainBranch,
    InEnvironment(i64),
}

/// Selects contracts by parties: all, of a provider, or of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Parties {
    provider_id: Option<i64>,
    consumer_id: Option<i64>,
}

impl Parties {
    pub(crate) fn provider(id: i64) -> Self {
        Self {
            provider_id: Some(id),
            consumer_id: None,
        }
    }

    pub(crate) fn pair(pair: PairIds) -> Self {
        Self {
            provider_id: Some(pair.provider),
            consumer_id: Some(pair.consumer),
        }
    }
}

/// Returns contracts by the names of their parties, newest first within a pair.
pub(crate) async fn list(
    connection: &mut Connection,
    parties: Parties,
    set: &ContractSet,
    slice: Slice,
) -> Result<Listed<Publication>> {
    let rows = chosen(&format!("SELECT {COLUMNS}"), parties, set)
        .sql(" ORDER BY c.name, p.name, k.consumer_version_id DESC LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(connection)
        .await?;
    let total = match slice.total(&rows) {
        Some(total) => total,
        None => chosen("SELECT COUNT(*)", parties, set).one(connection).await?,
    };
    Ok(Listed { rows, total })
}

/// Returns `select` for the selected contracts.
fn chosen<'a>(select: &str, parties: Parties, set: &'a ContractSet) -> Statement<'a> {
    const BRANCH_CONTRACTS: &str = "JOIN branch_contracts h ON h.branch_id = b.id AND h.provider_id = k.provider_id \
         AND h.consumer_version_id = k.consumer_version_id";
    const MAIN_BRANCH: &str =
        "JOIN branches b ON b.pacticipant_id = k.consumer_id AND b.name = c.main_branch";
    let joins = match set {
        ContractSet::Every | ContractSet::InEnvironment(_) => String::new(),
        ContractSet::Latest => {
            "JOIN integrations i ON i.provider_id = k.provider_id AND i.consumer_id = k.consumer_id"
                .to_owned()
        }
        ContractSet::WithTag(_) => "JOIN tags g ON g.version_id = k.consumer_version_id".to_owned(),
        ContractSet::LatestWithTag(_) => {
            "JOIN tag_contracts g ON g.pacticipant_id = k.consumer_id AND g.provider_id = k.provider_id \
             AND g.consumer_version_id = k.consumer_version_id"
                .to_owned()
        }
        ContractSet::OnBranch(_) => "JOIN branch_versions m ON m.version_id = k.consumer_version_id \
                             JOIN branches b ON b.id = m.branch_id"
            .to_owned(),
        ContractSet::OnMainBranch => format!(
            "{MAIN_BRANCH} JOIN branch_versions m ON m.branch_id = b.id AND m.version_id = k.consumer_version_id"
        ),
        ContractSet::LatestOnBranch(_) => {
            format!("JOIN branches b ON b.pacticipant_id = k.consumer_id {BRANCH_CONTRACTS}")
        }
        ContractSet::LatestOnMainBranch => format!("{MAIN_BRANCH} {BRANCH_CONTRACTS}"),
    };
    let mut statement = Statement::new(format!("{select} {FROM} {joins}"));
    let mut and = " WHERE ";
    for (column, id) in [
        ("k.provider_id = ", parties.provider_id),
        ("k.consumer_id = ", parties.consumer_id),
    ] {
        if let Some(id) = id {
            statement = statement.sql(and).sql(column).value(id);
            and = " AND ";
        }
    }
    match set {
        ContractSet::Every | ContractSet::OnMainBranch | ContractSet::LatestOnMainBranch => statement,
        ContractSet::Latest => statement.sql(and).sql(
            "k.consumer_version_id = (SELECT MAX(n.consumer_version_id) FROM current_publications n \
             WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
        ),
        ContractSet::WithTag(name) | ContractSet::LatestWithTag(name) => {
            statement.sql(and).sql("g.name = ").value(name)
        }
        ContractSet::OnBranch(name) | ContractSet::LatestOnBranch(name) => {
            statement.sql(and).sql("b.name = ").value(name)
        }
        ContractSet::InEnvironment(id) => statement
            .sql(and)
            .sql(
                "k.consumer_version_id IN (SELECT d.version_id FROM current_deployments d \
                 WHERE d.pacticipant_id = k.consumer_id AND d.environment_id = ",
            )
            .value(*id)
            .sql(")"),
    }
}
