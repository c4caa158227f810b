//! Periodic jobs, each run by one node at a time.

use super::{Connection, Result, Statement};
use crate::domain::time::now;

/// A node's lease on a job.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) job: &'static str,
    /// Identifies this lease.
    pub(crate) token: String,
    /// Maximum duration of one step in microseconds; another node may take over after that.
    pub(crate) patience: i64,
}

/// Returns when the job is due: now if it has never run.
pub(crate) async fn due_at(connection: &mut Connection, job: &'static str) -> Result<i64> {
    let due_at: Option<i64> = Statement::new("SELECT due_at FROM periodic_jobs WHERE name = $1")
        .bind(job)
        .optional(connection)
        .await?;
    Ok(due_at.unwrap_or_default())
}

/// Claims the job if it is due; only one of several nodes succeeds.
pub(crate) async fn claim(connection: &mut Connection, lease: &Lease) -> Result<bool> {
    let now = now();
    let inserted = Statement::new(
        "INSERT INTO periodic_jobs (name, claimed_by, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(lease.job)
    .bind(&lease.token)
    .bind(now + lease.patience)
    .execute(&mut *connection)
    .await?;
    if inserted > 0 {
        return Ok(true);
    }
    let taken = Statement::new(
        "UPDATE periodic_jobs SET claimed_by = $2, due_at = $3 WHERE name = $1 AND due_at <= $4",
    )
    .bind(lease.job)
    .bind(&lease.token)
    .bind(now + lease.patience)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(taken > 0)
}

/// Renews the lease for one more step; returns false if another node took over.
pub(crate) async fn renew(connection: &mut Connection, lease: &Lease) -> Result<bool> {
    set_due(connection, lease, now() + lease.patience).await
}

/// Releases the lease: the job is done, and due again at `next`.
pub(crate) async fn finish(connection: &mut Connection, lease: &Lease, next: i64) -> Result<bool> {
    set_due(connection, lease, next).await
}

async fn set_due(connection: &mut Connection, lease: &Lease, due_at: i64) -> Result<bool> {
    let changed = Statement::new("UPDATE periodic_jobs SET due_at = $3 WHERE name = $1 AND claimed_by = $2")
        .bind(lease.job)
        .bind(&lease.token)
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(changed > 0)
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::store::{Store, engine::Address};

    const JOB: &str = "sweeping";

    fn lease(token: &str) -> Lease {
        Lease {
            job: JOB,
            token: token.to_owned(),
            patience: 60_000_000,
        }
    }

    async fn claimed(node: &Store, token: &str) -> bool {
        let claim = node.write(lease(token), |connection, lease| {
            Box::pin(claim(connection, lease))
        });
        claim.await.expect("a claim")
    }

    async fn renewed(node: &Store, token: &str) -> bool {
        let renew = node.write(lease(token), |connection, lease| {
            Box::pin(renew(connection, lease))
        });
        renew.await.expect("an answer")
    }

    async fn one_node_at_a_time(url: &str) {
        let nodes = [
            Store::open(url, 4).await.expect("a node"),
            Store::open(url, 4).await.expect("another node"),
        ];
        let tokens: Vec<String> = (0..8).map(|number| format!("token-{number}")).collect();
        let claims = tokens
            .iter()
            .enumerate()
            .map(|(place, token)| claimed(&nodes[place % 2], token));
        let got = join_all(claims).await;
        assert_eq!(got.iter().filter(|got| **got).count(), 1, "{got:?}");
        let holder = &tokens[got.iter().position(|got| *got).expect("a holder")];
        assert!(renewed(&nodes[0], holder).await && !renewed(&nodes[0], "somebody").await);
        assert!(!claimed(&nodes[1], "next").await, "it is not due");
        let done = nodes[0].write(lease(holder), |connection, lease| {
            Box::pin(finish(connection, lease, 1))
        });
        assert!(done.await.expect("an answer"));
        let due = due_at(&mut nodes[1].read().await.expect("a connection"), JOB).await;
        assert_eq!(due.expect("a time"), 1);
        assert!(claimed(&nodes[1], "next").await);
        assert!(!renewed(&nodes[0], holder).await, "another node took over");
        for node in nodes {
            node.close().await;
        }
    }

    #[tokio::test]
    async fn one_of_many_gets_the_work_and_keeps_it_until_it_lets_go() {
        let directory = tempfile::tempdir().expect("a directory");
        one_node_at_a_time(&format!("sqlite:{}", directory.path().join("broker").display())).await;
        let Ok(server) = std::env::var("CONTRACT_TEST_POSTGRES_URL") else {
            return;
        };
        let schema = format!("lease_{}", std::process::id());
        let address = Address::read(&server).expect("an address");
        let mut connection = Connection::open(&address).await.expect("a server");
        let created = connection.script(&format!("CREATE SCHEMA {schema}")).await;
        created.expect("a schema");
        let join = if server.contains('?') { '&' } else { '?' };
        one_node_at_a_time(&format!("{server}{join}options=-csearch_path%3D{schema}")).await;
        let removed = connection.script(&format!("DROP SCHEMA {schema} CASCADE")).await;
        removed.expect("no schema");
    }
}
