//! Metrics of the store.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::{
    buckets,
    label::{By, label},
};

label! {
    /// The connection that an operation waits for: one that reads, or the writer.
    "role": Role { Read = "read", Write = "write" }

    /// The kind of a statement.
    "operation": Operation {
        Select = "select", Insert = "insert", Update = "update", Delete = "delete", Other = "other",
    }

    /// The kind of a database error.
    "kind": ErrorKind {
        Busy = "busy", Serialization = "serialization", Timeout = "timeout", Connection = "connection",
        DiskFull = "disk_full", Other = "other",
    }

    /// The state of connections in the pool.
    "state": PoolState { Idle = "idle", Used = "used", Max = "max" }
}

impl Operation {
    /// Returns the kind of a statement, by its first word. A statement that begins with `WITH` reads.
    pub(crate) fn of(sql: &str) -> Self {
        let first = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
        match first.unwrap_or_default() {
            "SELECT" | "WITH" => Self::Select,
            "INSERT" => Self::Insert,
            "UPDATE" => Self::Update,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// The number of connections in the pool by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) idle: usize,
    pub(crate) used: usize,
    pub(crate) max: usize,
}

/// Metrics of the store. Clones share their state.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseMetrics(Arc<Instruments>);

#[derive(Debug)]
struct Instruments {
    /// Whether the metrics are collected.
    on: AtomicBool,
    pool: By<PoolState, Gauge>,
    wait: By<Role, Histogram>,
    statements: By<Operation, Histogram>,
    batch: Histogram,
    errors: By<ErrorKind, Counter>,
}

impl DatabaseMetrics {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Instruments {
            on: AtomicBool::new(true),
            pool: By::default(),
            wait: By::new(buckets::seconds),
            statements: By::new(buckets::seconds),
            batch: buckets::writes(),
            errors: By::default(),
        }))
    }

    /// Stops collecting, because the metrics are not exported.
    pub(crate) fn turn_off(&self) {
        self.0.on.store(false, Ordering::Relaxed);
    }

    fn is_on(&self) -> bool {
        self.0.on.load(Ordering::Relaxed)
    }

    /// Records how long an operation waited for a connection, or for the writer.
    pub(crate) fn waited(&self, role: Role, took: Duration) {
        if !self.is_on() {
            return;
        }
        self.0.wait.of(role).observe(took.as_secs_f64());
    }

    /// Records the duration of a statement.
    pub(crate) fn ran(&self, sql: &str, took: Duration) {
        if !self.is_on() {
            return;
        }
        self.0
            .statements
            .of(Operation::of(sql))
            .observe(took.as_secs_f64());
    }

    /// Records the number of writes that shared a commit.
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most a few hundred writes share a commit"
    )]
    pub(crate) fn committed(&self, writes: usize) {
        self.0.batch.observe(writes as f64);
    }

    pub(crate) fn failed(&self, kind: ErrorKind) {
        self.0.errors.of(kind).inc();
    }

    /// Records the state of the connections.
    pub(super) fn set_pool(&self, pool: Pool) {
        for (state, count) in [
            (PoolState::Idle, pool.idle),
            (PoolState::Used, pool.used),
            (PoolState::Max, pool.max),
        ] {
            self.0
                .pool
                .of(state)
                .set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    pub(super) fn register(&self, registry: &mut Registry, is_sqlite: bool) {
        let Instruments {
            on: _,
            pool,
            wait,
            statements,
            batch,
            errors,
        } = &*self.0;
        registry.register(
            "contract_broker_database_pool_connections",
            "Connections of this node to the database",
            pool.clone(),
        );
        registry.register(
            "contract_broker_database_wait_seconds",
            "Time until a connection could be used, or on SQLite until the writer began",
            wait.clone(),
        );
        registry.register(
            "contract_broker_database_statement_seconds",
            "Time that statements took",
            statements.clone(),
        );
        if is_sqlite {
            registry.register(
                "contract_broker_sqlite_commit_batch",
                "Writes that shared one commit",
                batch.clone(),
            );
        }
        registry.register(
            "contract_broker_database_errors",
            "Failures of the database",
            errors.clone(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_says_what_a_statement_does() {
        for (sql, expected) in [
            ("SELECT 1", Operation::Select),
            ("WITH RECURSIVE x AS (SELECT 1) SELECT 1", Operation::Select),
            ("  INSERT INTO a VALUES (1)", Operation::Insert),
            ("UPDATE a SET b = 1", Operation::Update),
            ("DELETE FROM a", Operation::Delete),
            ("BEGIN IMMEDIATE", Operation::Other),
            ("", Operation::Other),
        ] {
            assert_eq!(Operation::of(sql), expected, "{sql}");
        }
    }
}
