//! Updates branches and tags after a deletion: their heads, and their newest contracts.

use super::{
    super::{branches, in_parts, row, tags},
    Connection, Dialect, Result, Statement, execute_in, ids_in, lock,
};

/// The branches and tags whose heads or newest contracts belong to some versions.
#[derive(Debug, Default)]
pub(super) struct Lines {
    branches: Vec<i64>,
    tags: Vec<Tag>,
}

row! {
    /// A tag, independent of versions.
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Tag {
        pacticipant_id: i64,
        name: String,
    }

    /// The newest contract on a branch with a provider.
    struct NewestOnBranch {
        provider_id: i64,
        version_id: i64,
        position: i64,
        published_at: i64,
    }

    /// The newest contract with a tag, with a provider.
    struct NewestWithTag {
        provider_id: i64,
        version_id: i64,
        published_at: i64,
    }
}

impl Lines {
    pub(super) fn of_branch(branch: i64) -> Self {
        Self {
            branches: vec![branch],
            tags: Vec::new(),
        }
    }

    pub(super) fn of_tag(pacticipant_id: i64, name: &str) -> Self {
        let name = name.to_owned();
        Self {
            branches: Vec::new(),
            tags: vec![Tag { pacticipant_id, name }],
        }
    }

    /// Returns those that must be updated when these versions or their contracts are deleted.
    pub(super) async fn of_versions(connection: &mut Connection, versions: &[i64]) -> Result<Self> {
        let branches = ids_in(
            connection,
            "SELECT m.branch_id FROM branch_versions m JOIN branch_heads h ON h.branch_id = m.branch_id \
             AND h.version_id = m.version_id WHERE m.version_id IN {ids} \
             UNION SELECT m.branch_id FROM branch_versions m JOIN branch_contracts h ON h.branch_id = m.branch_id \
             AND h.consumer_version_id = m.version_id WHERE m.version_id IN {ids}",
            versions,
        )
        .await?;
        let mut tags: Vec<Tag> = in_parts(connection, versions, |part| {
            Statement::with_ids(
                "SELECT pacticipant_id, name FROM tag_heads WHERE version_id IN {ids} \
                     UNION SELECT pacticipant_id, name FROM tag_contracts WHERE consumer_version_id IN {ids}",
                part,
            )
        })
        .await?;
        tags.sort_unstable();
        tags.dedup();
        Ok(Self { branches, tags })
    }

    /// Waits for transactions that add versions to them, and blocks new ones until the end of the transaction.
    pub(super) async fn lock(&self, connection: &mut Connection) -> Result<()> {
        lock(connection, "branches", &self.branches).await?;
        if connection.dialect() == Dialect::Postgres {
            for Tag { pacticipant_id, name } in &self.tags {
                let _: Option<i64> = Statement::new(
                    "SELECT version_id FROM tag_heads WHERE pacticipant_id = $1 AND name = $2 FOR UPDATE",
                )
                .bind(*pacticipant_id)
                .bind(name)
                .optional(connection)
                .await?;
            }
        }
        Ok(())
    }

    /// Recomputes the heads. A tag keeps the time of its first use as long as a version has it.
    pub(super) async fn put_heads_right(&self, connection: &mut Connection) -> Result<()> {
        for branch in &self.branches {
            for sql in [
                "DELETE FROM branch_heads WHERE branch_id = $1",
                "INSERT INTO branch_heads (branch_id, version_id, position) SELECT branch_id, version_id, id \
                 FROM branch_versions WHERE branch_id = $1 ORDER BY id DESC LIMIT 1",
            ] {
                Statement::new(sql)
                    .bind(*branch)
                    .execute(&mut *connection)
                    .await?;
            }
        }
        for Tag { pacticipant_id, name } in &self.tags {
            for sql in [
                "UPDATE tag_heads SET version_id = (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = $1 \
                 AND t.name = $2) WHERE pacticipant_id = $1 AND name = $2 \
                 AND EXISTS (SELECT 1 FROM tags t WHERE t.pacticipant_id = $1 AND t.name = $2)",
                "DELETE FROM tag_heads WHERE pacticipant_id = $1 AND name = $2 \
                 AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.pacticipant_id = $1 AND t.name = $2)",
            ] {
                Statement::new(sql)
                    .bind(*pacticipant_id)
                    .bind(name)
                    .execute(&mut *connection)
                    .await?;
            }
        }
        Ok(())
    }

    /// Recomputes the newest contracts. Remaining ones are still the newest.
    pub(super) async fn put_contracts_right(&self, connection: &mut Connection) -> Result<()> {
        for branch in &self.branches {
            put_contracts_of_branch_right(connection, *branch).await?;
        }
        for Tag { pacticipant_id, name } in &self.tags {
            put_contracts_of_tag_right(connection, *pacticipant_id, name).await?;
        }
        Ok(())
    }

    /// Deletes the branches without versions.
    pub(super) async fn delete_empty_branches(&self, connection: &mut Connection) -> Result<()> {
        execute_in(
            connection,
            "DELETE FROM branches WHERE id IN {ids} \
             AND NOT EXISTS (SELECT 1 FROM branch_versions m WHERE m.branch_id = branches.id)",
            &self.branches,
        )
        .await?;
        Ok(())
    }
}

async fn put_contracts_of_branch_right(connection: &mut Connection, branch: i64) -> Result<()> {
    let gone = Statement::new(
        "DELETE FROM branch_contracts WHERE branch_id = $1 AND NOT EXISTS (SELECT 1 FROM branch_versions m \
         JOIN current_publications k ON k.consumer_version_id = m.version_id \
         WHERE m.branch_id = branch_contracts.branch_id AND m.version_id = branch_contracts.consumer_version_id \
         AND k.provider_id = branch_contracts.provider_id)",
    )
    .bind(branch)
    .execute(&mut *connection)
    .await?;
    if gone == 0 {
        return Ok(());
    }
    let newest: Vec<NewestOnBranch> = Statement::new(
        "SELECT k.provider_id, m.version_id, m.id, k.created_at FROM ( \
           SELECT MAX(n.id) AS id, l.provider_id AS provider_id FROM branch_versions n \
           JOIN current_publications l ON l.consumer_version_id = n.version_id WHERE n.branch_id = $1 \
           AND NOT EXISTS (SELECT 1 FROM branch_contracts h WHERE h.branch_id = $1 AND h.provider_id = l.provider_id) \
           GROUP BY l.provider_id \
         ) newest JOIN branch_versions m ON m.id = newest.id \
         JOIN current_publications k ON k.consumer_version_id = m.version_id AND k.provider_id = newest.provider_id \
         ORDER BY k.provider_id",
    )
    .bind(branch)
    .all(&mut *connection)
    .await?;
    for NewestOnBranch {
        provider_id,
        version_id,
        position,
        published_at,
    } in newest
    {
        branches::set_contracts(
            connection,
            branch,
            &[provider_id],
            version_id,
            position,
            published_at,
        )
        .await?;
    }
    Ok(())
}

async fn put_contracts_of_tag_right(connection: &mut Connection, pacticipant: i64, name: &str) -> Result<()> {
    let gone = Statement::new(
        "DELETE FROM tag_contracts WHERE pacticipant_id = $1 AND name = $2 AND NOT EXISTS (SELECT 1 FROM tags t \
         JOIN current_publications k ON k.consumer_version_id = t.version_id \
         WHERE t.version_id = tag_contracts.consumer_version_id AND t.name = $2 \
         AND k.provider_id = tag_contracts.provider_id)",
    )
    .bind(pacticipant)
    .bind(name)
    .execute(&mut *connection)
    .await?;
    if gone == 0 {
        return Ok(());
    }
    let newest: Vec<NewestWithTag> = Statement::new(
        "SELECT k.provider_id, k.consumer_version_id, k.created_at FROM ( \
           SELECT MAX(t.version_id) AS version_id, l.provider_id AS provider_id FROM tags t \
           JOIN current_publications l ON l.consumer_version_id = t.version_id \
           WHERE t.pacticipant_id = $1 AND t.name = $2 AND NOT EXISTS (SELECT 1 FROM tag_contracts h \
           WHERE h.pacticipant_id = $1 AND h.name = $2 AND h.provider_id = l.provider_id) GROUP BY l.provider_id \
         ) newest JOIN current_publications k ON k.consumer_version_id = newest.version_id \
         AND k.provider_id = newest.provider_id ORDER BY k.provider_id",
    )
    .bind(pacticipant)
    .bind(name)
    .all(&mut *connection)
    .await?;
    for NewestWithTag {
        provider_id,
        version_id,
        published_at,
    } in newest
    {
        tags::set_contract(
            connection,
            pacticipant,
            name,
            provider_id,
            version_id,
            published_at,
        )
        .await?;
    }
    Ok(())
}
