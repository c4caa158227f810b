//! What is deployed and released, and what was, if the source tells.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::{Copy, text};
use crate::{Error, domain::count::counted, operate::pact_broker::records::Deployment, store::moved::Moved};

impl<L: FnMut(String)> Copy<'_, L> {
    /// Copies them in the order in which they were made, so that each replaces those that it replaced there.
    pub(super) async fn deployments(&mut self) -> Result<(), Error> {
        let here = self
            .target
            .expect(Method::GET, "/environments", String::new())
            .await?;
        let environments: BTreeMap<&str, &str> = here["_embedded"]["environments"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| Some((one["name"].as_str()?, one["uuid"].as_str()?)))
            .collect();
        let deployments = self.source.deployments().await?;
        for deployment in &deployments {
            let Some(environment) = environments.get(deployment.environment.as_str()) else {
                return Err(Error::said(format!(
                    "the environment {} is gone meanwhile",
                    deployment.environment
                )));
            };
            self.deployment(deployment, environment).await?;
        }
        self.say(counted(deployments.len(), "deployment record"));
        Ok(())
    }

    async fn deployment(&self, deployment: &Deployment, environment: &str) -> Result<(), Error> {
        let here = self.target.deployment(&deployment.uuid).await?;
        if here.is_none() {
            self.record(deployment, environment).await?;
        }
        let has_ended = here.is_some_and(|here| here.ended_at.is_some());
        match deployment.ended_at {
            Some(ended_at) if !has_ended => self.end(deployment, ended_at).await,
            _ => Ok(()),
        }
    }

    async fn record(&self, deployment: &Deployment, environment: &str) -> Result<(), Error> {
        let body = match &deployment.instance {
            Some(instance) => json!({ "applicationInstance": instance }),
            None => json!({}),
        };
        let place = [
            "pacticipants",
            &deployment.pacticipant,
            "versions",
            &deployment.number,
            deployment.kind.path(),
            "environment",
            environment,
        ];
        let made = self.write(Method::POST, &place, &body).await?;
        self.target
            .keep(vec![Moved::Deployment {
                new: text(&made, "uuid")?,
                uuid: deployment.uuid.clone(),
                created_at: deployment.created_at,
            }])
            .await
    }

    async fn end(&self, deployment: &Deployment, ended_at: i64) -> Result<(), Error> {
        let flag = deployment.kind.flag().to_owned();
        let body: serde_json::Map<String, Value> = [(flag, Value::from(false))].into_iter().collect();
        let place = [deployment.kind.path(), &deployment.uuid];
        self.write(Method::PATCH, &place, &Value::Object(body)).await?;
        self.target
            .keep(vec![Moved::Ended {
                uuid: deployment.uuid.clone(),
                ended_at,
            }])
            .await
    }
}
