//! Applies the retention rules: decides which versions are kept, and deletes the others.

use super::{
    Connection, Dialect, PART, Result, Statement, deletion,
    periodic::{self, Lease},
    row,
};
use crate::domain::{
    retention::{Reason, Rules},
    time::now,
};

/// A version with the reasons to keep it; it is deletable if there are none.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) id: i64,
    pub(crate) pacticipant: String,
    pub(crate) number: String,
    pub(crate) created_at: i64,
    pub(crate) reasons: Vec<Reason>,
}

impl Judged {
    pub(crate) fn goes(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Reasons that depend on the version alone, as conditions on the version `{v}`. `{young}` is the time since which a
/// version counts as young, `{newest}` the number of newest versions kept minus one, `{main}` whether the main branch
/// is kept, and `{fresh}` the time since which a branch is not stale.
const OWN: &[(Reason, &str)] = &[
    (
        Reason::Deployed,
        "EXISTS (SELECT 1 FROM current_deployments d WHERE d.version_id = {v}.id AND d.kind = 'deployed')",
    ),
    (
        Reason::Released,
        "EXISTS (SELECT 1 FROM current_deployments d WHERE d.version_id = {v}.id AND d.kind = 'released')",
    ),
    (
        Reason::NewestOnBranch,
        "EXISTS (SELECT 1 FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         JOIN pacticipants o ON o.id = b.pacticipant_id WHERE m.version_id = {v}.id \
         AND (b.updated_at >= {fresh} OR b.name = o.main_branch) \
         AND (EXISTS (SELECT 1 FROM branch_heads h WHERE h.branch_id = m.branch_id AND h.version_id = m.version_id) \
         OR EXISTS (SELECT 1 FROM branch_contracts h WHERE h.branch_id = m.branch_id \
         AND h.consumer_version_id = m.version_id)))",
    ),
    (
        Reason::NewestWithTag,
        "(EXISTS (SELECT 1 FROM tag_heads h WHERE h.version_id = {v}.id) \
         OR EXISTS (SELECT 1 FROM tag_contracts h WHERE h.consumer_version_id = {v}.id))",
    ),
    (
        Reason::NewestContract,
        "(EXISTS (SELECT 1 FROM current_publications k WHERE k.consumer_version_id = {v}.id AND NOT EXISTS \
         (SELECT 1 FROM current_publications n WHERE n.provider_id = k.provider_id AND n.consumer_id = k.consumer_id \
         AND n.consumer_version_id > k.consumer_version_id)) \
         OR EXISTS (SELECT 1 FROM provider_contracts c WHERE c.provider_version_id = {v}.id AND NOT EXISTS \
         (SELECT 1 FROM provider_contracts n WHERE n.provider_id = c.provider_id \
         AND n.provider_version_id > c.provider_version_id)))",
    ),
    (
        Reason::OnMainBranch,
        "({main} = 1 AND EXISTS (SELECT 1 FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         JOIN pacticipants o ON o.id = b.pacticipant_id AND o.main_branch = b.name WHERE m.version_id = {v}.id))",
    ),
    (
        Reason::Newest,
        "{v}.id >= COALESCE((SELECT n.id FROM versions n WHERE n.pacticipant_id = {v}.pacticipant_id \
         ORDER BY n.id DESC LIMIT 1 OFFSET {newest}), 0)",
    ),
    (Reason::Young, "{v}.updated_at >= {young}"),
    (
        Reason::Undelivered,
        "(EXISTS (SELECT 1 FROM triggered_webhooks t WHERE t.consumer_version_id = {v}.id AND t.due_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM events_outbox e WHERE e.consumer_version_id = {v}.id \
         OR e.provider_version_id = {v}.id))",
    ),
    (
        Reason::VerifiedByDeployed,
        "EXISTS (SELECT 1 FROM current_publications k JOIN current_verifications c ON c.content_id = k.content_id \
         JOIN current_deployments d ON d.version_id = c.provider_version_id WHERE k.consumer_version_id = {v}.id \
         AND NOT EXISTS (SELECT 1 FROM current_publications n WHERE n.content_id = k.content_id \
         AND n.consumer_version_id > k.consumer_version_id))",
    ),
];

/// The reason that depends on other versions; `{kept}` means that the version `w` has a reason of its own. A version
/// kept for this reason alone keeps no others: only its result is needed.
const NEEDED: &[(Reason, &str)] = &[(
    Reason::NewestResult,
    "(EXISTS (SELECT 1 FROM current_verifications c JOIN current_publications k ON k.content_id = c.content_id \
         JOIN versions w ON w.id = k.consumer_version_id WHERE c.provider_version_id = v.id AND c.verification_id = \
         (SELECT MAX(x.id) FROM verifications x WHERE x.content_id = c.content_id) AND ({kept})) \
         OR EXISTS (SELECT 1 FROM provider_contracts c JOIN comparisons r ON r.description_id = c.description_id \
         JOIN current_publications k ON k.content_id = r.content_id JOIN versions w ON w.id = k.consumer_version_id \
         WHERE c.provider_version_id = v.id AND NOT EXISTS (SELECT 1 FROM provider_contracts n \
         JOIN comparisons m ON m.description_id = n.description_id AND m.content_id = r.content_id \
         WHERE n.provider_version_id > v.id) AND ({kept})))",
)];

/// Returns up to `most` versions after the one with id `after`, in creation order.
pub(crate) async fn judge(
    connection: &mut Connection,
    rules: &Rules,
    after: i64,
    most: i64,
) -> Result<Vec<Judged>> {
    let ids: Vec<i64> = Statement::new("SELECT id FROM versions WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(most)
        .all(&mut *connection)
        .await?;
    of_versions(connection, rules, &ids).await
}

async fn of_versions(connection: &mut Connection, rules: &Rules, ids: &[i64]) -> Result<Vec<Judged>> {
    let own: Vec<(Reason, String)> = OWN
        .iter()
        .map(|(reason, condition)| (*reason, condition.replace("{v}", "v")))
        .collect();
    let mut judged: Vec<Judged> = which(connection, rules, &own, ids).await?;
    let open: Vec<i64> = judged.iter().filter(|one| one.goes()).map(|one| one.id).collect();
    let kept = OWN
        .iter()
        .map(|(_, condition)| condition.replace("{v}", "w"))
        .collect::<Vec<_>>()
        .join(" OR ");
    let needed: Vec<(Reason, String)> = NEEDED
        .iter()
        .map(|(reason, condition)| (*reason, condition.replace("{kept}", &kept)))
        .collect();
    for found in which(connection, rules, &needed, &open).await? {
        if let Ok(place) = judged.binary_search_by_key(&found.id, |one| one.id) {
            judged[place].reasons = found.reasons;
        }
    }
    Ok(judged)
}

/// Returns which of the conditions hold for each version, in creation order.
async fn which(
    connection: &mut Connection,
    rules: &Rules,
    conditions: &[(Reason, String)],
    ids: &[i64],
) -> Result<Vec<Judged>> {
    let bits = conditions
        .iter()
        .enumerate()
        .map(|(bit, (_, condition))| format!("CASE WHEN {condition} THEN {} ELSE 0 END", 1 << bit))
        .collect::<Vec<_>>()
        .join(" + ");
    let sql = format!(
        "SELECT v.id, p.name, v.number, v.created_at, {bits} FROM versions v \
         JOIN pacticipants p ON p.id = v.pacticipant_id WHERE v.id IN "
    );
    let mut judged = Vec::with_capacity(ids.len());
    for part in ids.chunks(PART) {
        let versions: Vec<VersionWithReasons> = with_rules(sql.clone(), rules)
            .numbers(part)
            .sql(" ORDER BY v.id")
            .all(connection)
            .await?;
        judged.extend(versions.into_iter().map(|version| version.judged(conditions)));
    }
    Ok(judged)
}

/// Replaces the names of rules in braces by placeholders.
fn with_rules(mut sql: String, rules: &Rules) -> Statement<'static> {
    let mut values = Vec::new();
    for (name, value) in [
        ("{young}", rules.young_since(now())),
        ("{newest}", i64::from(rules.newest.max(1)) - 1),
        ("{main}", i64::from(rules.main_branch)),
        ("{fresh}", rules.stale_before(now()).unwrap_or_default()),
    ] {
        if sql.contains(name) {
            values.push(value);
            sql = sql.replace(name, &format!("${}", values.len()));
        }
    }
    values.into_iter().fold(Statement::new(sql), Statement::bind)
}

row! {
    struct VersionWithReasons {
        id: i64,
        pacticipant: String,
        number: String,
        created_at: i64,
        /// One bit per condition.
        reasons: i64,
    }
}

impl VersionWithReasons {
    fn judged(self, conditions: &[(Reason, String)]) -> Judged {
        let reasons = conditions
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.reasons & (1 << bit) != 0)
            .map(|(_, (reason, _))| *reason)
            .collect();
        Judged {
            id: self.id,
            pacticipant: self.pacticipant,
            number: self.number,
            created_at: self.created_at,
            reasons,
        }
    }
}

/// Branches whose last new version is older than `$1`, except main branches.
const STALE: &str = "FROM branches b JOIN pacticipants o ON o.id = b.pacticipant_id \
                     WHERE b.updated_at < $1 AND (o.main_branch IS NULL OR b.name <> o.main_branch)";

/// Returns the number of branches whose last new version is older than a time.
pub(crate) async fn stale_branches(connection: &mut Connection, before: i64) -> Result<u64> {
    let count: i64 = Statement::new(format!("SELECT COUNT(*) {STALE}"))
        .bind(before)
        .one(connection)
        .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Deletes up to `most` branches whose last new version is older than a time; returns their number. Their versions are
/// kept.
pub(crate) async fn delete_stale_branches(
    connection: &mut Connection,
    before: i64,
    most: i64,
) -> Result<u64> {
    // Waits for concurrent transactions that add versions to them; such a branch is not stale and is not returned.
    let locking = match connection.dialect() {
        Dialect::Postgres => " FOR UPDATE OF b",
        Dialect::Sqlite => "",
    };
    let stale: Vec<i64> = Statement::new(format!("SELECT b.id {STALE} ORDER BY b.id LIMIT $2{locking}"))
        .bind(before)
        .bind(most)
        .all(&mut *connection)
        .await?;
    Statement::new("DELETE FROM branches WHERE id IN ")
        .numbers(&stale)
        .execute(connection)
        .await
}

/// Versions to delete in one transaction.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) rules: Rules,
    pub(crate) versions: Vec<i64>,
    /// The lease under which it runs; `None` if it was requested explicitly.
    pub(crate) lease: Option<Lease>,
}

/// Deletes those of the versions that still have no reason to be kept, and returns their number; `None` if another node
/// took the job over.
pub(crate) async fn delete(connection: &mut Connection, batch: &Batch) -> Result<Option<u64>> {
    if let Some(lease) = &batch.lease
        && !periodic::renew(connection, lease).await?
    {
        return Ok(None);
    }
    // From here on no other transaction can use them; earlier concurrent uses are visible below.
    deletion::lock_versions(connection, &batch.versions).await?;
    let going: Vec<i64> = of_versions(connection, &batch.rules, &batch.versions)
        .await?
        .into_iter()
        .filter(Judged::goes)
        .map(|one| one.id)
        .collect();
    deletion::versions(connection, &going).await.map(Some)
}
