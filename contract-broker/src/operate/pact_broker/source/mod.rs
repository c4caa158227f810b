//! The Pact Broker that is read: by its API, or from its database.

mod api;
mod database;
mod descriptions;
mod rows;

pub use self::api::Account;
pub(super) use self::api::{Api, path, text};
use self::database::Database;
use super::records::{
    Application, Compatibility, Contract, Deployment, Description, Environment, ResultDetails, ResultSummary,
    Version, Webhook,
};
use crate::{Error, config::Secret, store::moved::MovedContract};

/// A Pact Broker to move in from. It is only read.
pub struct Source {
    kind: Kind,
}

enum Kind {
    Api(Api),
    Database(Box<Database>),
}

impl Source {
    /// A Pact Broker at an address such as `https://broker.example.org`.
    ///
    /// # Errors
    /// It is no address, or TLS cannot be set up.
    pub fn at(address: &str, account: Account) -> Result<Self, Error> {
        Ok(Self {
            kind: Kind::Api(Api::at(address, account)?),
        })
    }

    /// The database of a Pact Broker: `sqlite:PATH` or `postgres://USER@HOST/NAME`, of which one state is read, whatever is
    /// written meanwhile. `force` reads a schema that is newer than the known one.
    ///
    /// # Errors
    /// It cannot be opened, is of no Pact Broker, or has a schema that is too old, or newer than the known one.
    pub async fn database(url: &str, password: Option<Secret>, force: bool) -> Result<Self, Error> {
        Ok(Self {
            kind: Kind::Database(Box::new(Database::open(url, password, force).await?)),
        })
    }

    /// Whether the address names a Pact Broker's database.
    pub fn is_database(address: &str) -> bool {
        ["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
    }

    /// The API, if that is what is read.
    pub(super) fn api(&self) -> Option<&Api> {
        match &self.kind {
            Kind::Api(api) => Some(api),
            Kind::Database(_) => None,
        }
    }

    /// The applications, in the order in which they were created if that is known.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn applications(&self) -> Result<Vec<Application>, Error> {
        match &self.kind {
            Kind::Api(api) => api.applications().await,
            Kind::Database(database) => database.applications().await,
        }
    }

    /// # Errors
    /// It cannot be read.
    pub(super) async fn environments(&self) -> Result<Vec<Environment>, Error> {
        match &self.kind {
            Kind::Api(api) => api.environments().await,
            Kind::Database(database) => database.environments().await,
        }
    }

    /// The versions of an application, oldest first.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn versions(&self, pacticipant: &str) -> Result<Vec<Version>, Error> {
        match &self.kind {
            Kind::Api(api) => api.versions(pacticipant).await,
            Kind::Database(database) => database.versions(pacticipant).await,
        }
    }

    /// The revisions of the contracts at one of a version's places, by provider, oldest first.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn contracts(&self, at: &str) -> Result<Vec<Contract>, Error> {
        match &self.kind {
            Kind::Api(api) => api.contracts(at).await,
            Kind::Database(database) => database.contracts(at).await,
        }
    }

    /// The results of a contract: of the content with this SHA, if it is known.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn results(
        &self,
        contract: &MovedContract,
        sha: Option<&str>,
    ) -> Result<Vec<ResultSummary>, Error> {
        match &self.kind {
            Kind::Api(api) => api.results(contract).await,
            Kind::Database(database) => database.results(contract, sha).await,
        }
    }

    /// The rest of a result.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn result(&self, at: &str) -> Result<ResultDetails, Error> {
        match &self.kind {
            Kind::Api(api) => api.result(at).await,
            Kind::Database(database) => database.result(at).await,
        }
    }

    /// The descriptions of an application's versions, oldest version first. The database of a Pact Broker has none.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn descriptions(&self, provider: &str) -> Result<Vec<Description>, Error> {
        match &self.kind {
            Kind::Api(api) => api.descriptions(provider).await,
            Kind::Database(_) => Ok(Vec::new()),
        }
    }

    /// The rule for new descriptions of an application, if the source knows such rules.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn compatibility(&self, provider: &str) -> Result<Option<Compatibility>, Error> {
        match &self.kind {
            Kind::Api(api) => api.compatibility(provider).await,
            Kind::Database(_) => Ok(None),
        }
    }

    /// Deployments and releases, oldest first: all that the source tells of.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn deployments(&self) -> Result<Vec<Deployment>, Error> {
        match &self.kind {
            Kind::Api(api) => api.deployments().await,
            Kind::Database(database) => database.deployments().await,
        }
    }

    /// # Errors
    /// It cannot be read.
    pub(super) async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        match &self.kind {
            Kind::Api(api) => api.webhooks().await,
            Kind::Database(database) => database.webhooks().await,
        }
    }

    /// What is there and cannot be moved in, as lines for people.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn left_behind(&self) -> Result<Vec<String>, Error> {
        match &self.kind {
            Kind::Api(_) => Ok(vec![
                "Not copied, because the API of a Pact Broker does not tell: earlier deployments, contents that were \
                 overwritten, results that a newer one of the same provider version replaced, secrets of webhooks."
                    .to_owned(),
                "Not copied: comparisons of contracts with descriptions, which this broker computes anew from both once it \
                 runs; descriptions of PactFlow, which does not list them: publish them again."
                    .to_owned(),
            ]),
            Kind::Database(database) => database.left_behind().await,
        }
    }
}
