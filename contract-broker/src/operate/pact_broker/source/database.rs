//! A Pact Broker that is read from its database.

use std::collections::HashMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::Mutex;

use super::rows;
use crate::{
    Error,
    config::Secret,
    domain::count::counted,
    operate::pact_broker::records::{
        Application, Branch, Contract, Deployment, Environment, Kind, ResultDetails, ResultSummary, Tag,
        Version, Webhook,
    },
    store::{Connection, moved::MovedContract, pact_broker as stored},
};

/// A Pact Broker's database, of which one state is read.
pub(super) struct Database {
    connection: Mutex<Connection>,
}

fn failed(error: crate::store::Error) -> Error {
    Error::new("reading the Pact Broker's database", error)
}

impl Database {
    /// Opens it. A password is added to a PostgreSQL address.
    ///
    /// # Errors
    /// It cannot be opened, or its schema is none that can be read.
    pub(super) async fn open(url: &str, password: Option<Secret>, force: bool) -> Result<Self, Error> {
        let address = match password {
            Some(password) if !url.starts_with("sqlite:") => {
                let separator = if url.contains('?') { '&' } else { '?' };
                let password = utf8_percent_encode(password.expose(), NON_ALPHANUMERIC);
                format!("{url}{separator}password={password}")
            }
            _ => url.to_owned(),
        };
        let mut connection = stored::open(&address).await.map_err(failed)?;
        let newest = stored::newest_migration(&mut connection).await.map_err(failed)?;
        check_schema(&newest, force)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    pub(super) async fn applications(&self) -> Result<Vec<Application>, Error> {
        let mut connection = self.connection.lock().await;
        let mut applications = Vec::new();
        for row in stored::applications(&mut connection).await.map_err(failed)? {
            let labels = stored::labels(&mut connection, row.id).await.map_err(failed)?;
            applications.push(rows::application(row, labels));
        }
        Ok(applications)
    }

    pub(super) async fn environments(&self) -> Result<Vec<Environment>, Error> {
        let mut connection = self.connection.lock().await;
        let stored = stored::environments(&mut connection).await.map_err(failed)?;
        stored.into_iter().map(rows::environment).collect()
    }

    pub(super) async fn versions(&self, pacticipant: &str) -> Result<Vec<Version>, Error> {
        let mut connection = self.connection.lock().await;
        let versions = stored::versions(&mut connection, pacticipant)
            .await
            .map_err(failed)?;
        let mut branches: HashMap<i64, Vec<Branch>> = HashMap::new();
        for row in stored::branches(&mut connection, pacticipant)
            .await
            .map_err(failed)?
        {
            branches.entry(row.version_id).or_default().push(Branch {
                created_at: rows::time(row.created_at.as_deref()),
                name: row.name,
            });
        }
        let mut tags: HashMap<i64, Vec<Tag>> = HashMap::new();
        for row in stored::tags(&mut connection, pacticipant).await.map_err(failed)? {
            tags.entry(row.version_id).or_default().push(Tag {
                created_at: rows::time(row.created_at.as_deref()),
                name: row.name,
            });
        }
        let versions = versions.into_iter().map(|row| Version {
            pacticipant: pacticipant.to_owned(),
            number: row.number,
            build_url: row.build_url,
            created_at: rows::time(row.created_at.as_deref()),
            branches: branches.remove(&row.id).unwrap_or_default(),
            tags: tags.remove(&row.id).unwrap_or_default(),
            contracts_at: vec![row.id.to_string()],
        });
        Ok(versions.collect())
    }

    pub(super) async fn contracts(&self, version: &str) -> Result<Vec<Contract>, Error> {
        let mut connection = self.connection.lock().await;
        let stored = stored::contracts(&mut connection, rows::id(version)?)
            .await
            .map_err(failed)?;
        let contracts = stored.into_iter().map(|row| Contract {
            created_at: rows::time(row.created_at.as_deref()),
            provider: row.provider,
            content: row.content,
            sha: Some(row.sha),
        });
        Ok(contracts.collect())
    }

    pub(super) async fn results(
        &self,
        contract: &MovedContract,
        sha: Option<&str>,
    ) -> Result<Vec<ResultSummary>, Error> {
        let Some(sha) = sha else {
            return Ok(Vec::new());
        };
        let mut connection = self.connection.lock().await;
        let stored = stored::results(&mut connection, &contract.consumer, &contract.provider, sha)
            .await
            .map_err(failed)?;
        let results = stored.into_iter().map(|row| {
            let at = row.executed_at.or(row.created_at);
            Ok(ResultSummary {
                success: stored::flag(&row.success),
                verified_at: rows::known_time(at.as_deref(), "verifications", &row.id.to_string())?,
                provider_version: row.provider_version,
                at: row.id.to_string(),
            })
        });
        results.collect()
    }

    pub(super) async fn result(&self, id: &str) -> Result<ResultDetails, Error> {
        let mut connection = self.connection.lock().await;
        let stored = stored::result(&mut connection, rows::id(id)?)
            .await
            .map_err(failed)?;
        rows::result_details(id, stored)
    }

    pub(super) async fn deployments(&self) -> Result<Vec<Deployment>, Error> {
        let mut connection = self.connection.lock().await;
        let deployed = stored::deployments(&mut connection).await.map_err(failed)?;
        let released = stored::releases(&mut connection).await.map_err(failed)?;
        let deployed = deployed
            .into_iter()
            .map(|row| rows::deployment(Kind::Deployed, row));
        let released = released
            .into_iter()
            .map(|row| rows::deployment(Kind::Released, row));
        let mut deployments: Vec<Deployment> = deployed.chain(released).collect::<Result<_, _>>()?;
        deployments.sort_by_key(|deployment| deployment.created_at);
        Ok(deployments)
    }

    pub(super) async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        let mut connection = self.connection.lock().await;
        let mut webhooks = Vec::new();
        for row in stored::webhooks(&mut connection).await.map_err(failed)? {
            let events = stored::events_of_webhook(&mut connection, row.id)
                .await
                .map_err(failed)?;
            webhooks.push(rows::webhook(row, events)?);
        }
        Ok(webhooks)
    }

    pub(super) async fn left_behind(&self) -> Result<Vec<String>, Error> {
        let mut connection = self.connection.lock().await;
        let certificates = stored::certificates(&mut connection).await.map_err(failed)?;
        let cleaned = stored::cleaned_results(&mut connection).await.map_err(failed)?;
        let homeless = stored::without_provider_version(&mut connection)
            .await
            .map_err(failed)?;
        let mut lines = Vec::new();
        if !certificates.is_empty() {
            lines.push(format!(
                "Not copied: the certificates {} that webhooks trust: put them into the file of webhook.ca_file",
                certificates.join(", ")
            ));
        }
        if cleaned > 0 {
            lines.push(format!(
                "Not copied: {} whose result the Pact Broker has cleaned: such a contract may be pending again for the tag \
                 of its provider",
                counted(cleaned, "success"),
            ));
        }
        if homeless > 0 {
            lines.push(format!(
                "Not copied: {} of no provider version",
                counted(homeless, "verification result"),
            ));
        }
        lines.push("Not copied: what webhooks sent, and when.".to_owned());
        Ok(lines)
    }
}

/// # Errors
/// The schema is too old, or newer than the known one unless `force` is set.
fn check_schema(newest: &str, force: bool) -> Result<(), Error> {
    let date = newest.get(..8).unwrap_or(newest);
    if date < stored::OLDEST_READ {
        return Err(Error::said(format!(
            "the Pact Broker's database is at {newest}, and {} is the oldest schema that can be read: start Pact Broker \
             2.109 or newer on a copy of it, which migrates it, or import from its address",
            stored::OLDEST_READ
        )));
    }
    if date > stored::NEWEST_KNOWN && !force {
        return Err(Error::said(format!(
            "the Pact Broker's database is at {newest}, and {} is the newest known schema: import from its address, or add \
             --force to read what is where it was known to be",
            stored::NEWEST_KNOWN
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_is_too_old_or_unknown_is_refused_with_a_way_out() {
        let refused = |newest: &str, force| check_schema(newest, force).unwrap_err().to_string();
        assert!(refused("20210816_create_branches_tables.rb", true).contains("2.109 or newer"));
        assert!(refused("20991231_rename_everything.rb", false).contains("--force"));
        for (newest, force) in [
            (
                "20240112_add_client_language_verified_by_to_verification.rb",
                false,
            ),
            ("20260217_add_wip_query_optimization_indexes.rb", false),
            ("20991231_rename_everything.rb", true),
        ] {
            check_schema(newest, force).unwrap();
        }
    }
}
