//! How much belongs to each team.

use crate::store::{Connection, Result, Statement, row};

row! {
    /// A team, and how much of each belongs to it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct TeamCounts {
        pub(crate) uuid: String,
        pub(crate) name: String,
        pub(crate) members: i64,
        pub(crate) pacticipants: i64,
        /// Those whose consumer or provider belongs to the team.
        pub(crate) integrations: i64,
        pub(crate) environments: i64,
        pub(crate) webhooks: i64,
        pub(crate) secrets: i64,
    }
}

/// The counts of every team, by name. Each is read from an index of the team.
pub(crate) async fn list(connection: &mut Connection) -> Result<Vec<TeamCounts>> {
    Statement::new(
        "SELECT t.uuid, t.name, \
         (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id), \
         (SELECT COUNT(*) FROM team_pacticipants p WHERE p.team_id = t.id), \
         (SELECT COUNT(*) FROM integrations n \
         WHERE n.consumer_id IN (SELECT p.pacticipant_id FROM team_pacticipants p WHERE p.team_id = t.id) \
         OR n.provider_id IN (SELECT p.pacticipant_id FROM team_pacticipants p WHERE p.team_id = t.id)), \
         (SELECT COUNT(*) FROM team_environments e WHERE e.team_id = t.id), \
         (SELECT COUNT(*) FROM webhooks w WHERE w.team_id = t.id), \
         (SELECT COUNT(*) FROM secrets s WHERE s.team_id = t.id) \
         FROM teams t ORDER BY LOWER(t.name), t.id",
    )
    .all(connection)
    .await
}
