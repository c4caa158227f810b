//! The health of the database according to recent writes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Error, Trouble};

/// Whether the database accepted the last write: its disk may be full, or it may be read-only.
#[derive(Default)]
pub(super) struct Health {
    refusing: AtomicBool,
}

impl Health {
    /// Records the outcome of a write.
    pub(super) fn note(&self, failure: Option<&Error>) {
        match failure.map(Error::trouble) {
            Some(Some(Trouble::DiskFull | Trouble::ReadOnly)) => self.refusing.store(true, Ordering::Relaxed),
            None if self.refuses_writes() => self.refusing.store(false, Ordering::Relaxed),
            _ => {}
        }
    }

    pub(super) fn refuses_writes(&self) -> bool {
        self.refusing.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::engine::{Statement, Store, Trouble};

    /// Limits the database to `most` pages, or its current size if larger.
    async fn limit(store: &Store, most: i64) {
        let limited = store.write(most, |connection, most| {
            Box::pin(async move {
                let sql = format!("PRAGMA max_page_count = {most}");
                Statement::new(sql).one::<i64>(connection).await.map(|_| ())
            })
        });
        limited.await.unwrap();
    }

    #[tokio::test]
    async fn a_disk_that_was_full_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&url, 1).await.unwrap();
        limit(&store, 1).await;
        let fill = || {
            store.write("x".repeat(100_000), |connection, text| {
                Box::pin(async move {
                    let sql = "INSERT INTO pacticipants (name, created_at, updated_at) VALUES ($1, 1, 1)";
                    Statement::new(sql).bind(text).execute(connection).await
                })
            })
        };
        let mut refused = fill().await;
        for _ in 0..10 {
            if refused.is_err() {
                break;
            }
            refused = fill().await;
        }
        assert_eq!(refused.unwrap_err().trouble(), Some(Trouble::DiskFull));
        assert!(store.health().refuses_writes());
        limit(&store, 1_000_000).await;
        store.check().await.unwrap();
        assert!(!store.health().refuses_writes());
    }
}
