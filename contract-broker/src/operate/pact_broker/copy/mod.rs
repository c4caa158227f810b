//! Reads everything, in the order in which one thing needs another, and writes it.

mod contracts;
mod deployments;
mod descriptions;
mod results;
mod versions;
mod webhooks;

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value, json};

use self::contracts::Content;
use super::{
    records::Version,
    source::{Source, path, text},
    target::Target,
};
use crate::{Config, Error, domain::count::counted, store::moved::Moved};

/// Copies what a Pact Broker holds into the broker of these settings: applications with labels, versions with branches and
/// tags in their order, environments, contracts, verification results, descriptions of providers, deployments and releases, and webhooks, disabled.
/// What is there already is left as it is, so a copy that was interrupted is started again, and one that was made earlier
/// is brought up to date. Gives what it does, and what cannot be copied, to `line`.
///
/// # Errors
/// The Pact Broker cannot be read; the database fails.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), contract_broker::Error> {
/// use contract_broker::{Config, operate::{Source, move_in}};
///
/// let source = Source::database("sqlite:pact_broker.sqlite3", None, false).await?;
/// move_in(&Config::default(), &source, |line| println!("{line}")).await?;
/// # Ok(())
/// # }
/// ```
pub async fn move_in(config: &Config, source: &Source, line: impl FnMut(String)) -> Result<(), Error> {
    let target = Target::open(config).await?;
    let mut copy = Copy { source, target, line };
    let copied = copy.all().await;
    copy.target.close().await;
    copied
}

struct Copy<'a, L> {
    source: &'a Source,
    target: Target,
    line: L,
}

impl<L: FnMut(String)> Copy<'_, L> {
    fn say(&mut self, what: String) {
        (self.line)(what);
    }

    async fn all(&mut self) -> Result<(), Error> {
        let names = self.applications().await?;
        let versions: Vec<Version> = self.versions(&names).await?;
        self.environments().await?;
        let contents: Vec<Content> = self.contracts(&versions).await?;
        self.results(contents).await?;
        self.descriptions(&names).await?;
        self.deployments().await?;
        self.webhooks().await?;
        for line in self.source.left_behind().await? {
            self.say(line);
        }
        Ok(())
    }

    /// Returns their names.
    async fn applications(&mut self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for application in self.source.applications().await? {
            let name = application.name;
            let mut body = application.fields;
            body.insert("name".to_owned(), Value::from(name.as_str()));
            self.write(Method::PATCH, &["pacticipants", &name], &Value::Object(body))
                .await?;
            for label in &application.labels {
                let place = ["pacticipants", &name, "labels", label];
                self.write(Method::PUT, &place, &json!({})).await?;
            }
            names.push(name);
        }
        self.say(counted(names.len(), "application"));
        Ok(names)
    }

    /// Environments come behind tags: one that has the name of a tag would be deployed to otherwise.
    async fn environments(&mut self) -> Result<(), Error> {
        let there = self
            .target
            .expect(Method::GET, "/environments", String::new())
            .await?;
        let there: BTreeSet<&str> = there["_embedded"]["environments"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|environment| environment["name"].as_str())
            .collect();
        let environments = self.source.environments().await?;
        for environment in &environments {
            let name = environment.name.clone();
            if there.contains(name.as_str()) {
                continue;
            }
            let mut body: Map<String, Value> = environment.fields.clone();
            body.insert("name".to_owned(), Value::from(name.as_str()));
            self.write(Method::POST, &["environments"], &Value::Object(body))
                .await?;
            let uuid = environment.uuid.clone();
            self.target.keep(vec![Moved::Environment { name, uuid }]).await?;
        }
        self.say(counted(environments.len(), "environment"));
        Ok(())
    }

    async fn write(&self, method: Method, parts: &[&str], body: &Value) -> Result<Value, Error> {
        self.target.expect(method, &path(parts), body.to_string()).await
    }
}
