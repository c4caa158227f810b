//! Teams: accounts, and the applications and environments that belong to them.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::key::{self, Keyed, items};
use crate::Error;
use crate::broker::hal::{Document, embedded_names, encode, text};
use crate::broker::retry::Repeatable;
use crate::broker::{Client, Ensured, List};

/// A team in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Team {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// How many accounts are in it.
    pub number_of_members: u64,
}

/// A team with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TeamDetails {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The names of its applications.
    pub applications: Vec<String>,
    /// The accounts in it.
    pub members: Vec<TeamPart>,
    /// The accounts that manage it.
    pub administrators: Vec<TeamPart>,
    /// Its environments.
    pub environments: Vec<TeamPart>,
}

/// An account or an environment of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TeamPart {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
}

/// A team to create.
#[derive(Debug, Clone, Default)]
pub struct NewTeam {
    /// Its name.
    pub name: String,
    /// The names of its applications.
    pub applications: Vec<String>,
    /// The accounts in it, by name, email address or UUID.
    pub members: Vec<String>,
    /// The accounts that manage it, by name, email address or UUID.
    pub administrators: Vec<String>,
    /// Its environments, by name or UUID.
    pub environments: Vec<String>,
}

/// Changes to a team: what is not named stays. Accounts are named by name, email address or UUID, environments by name or
/// UUID.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    /// Its new name.
    pub name: Option<String>,
    /// Names of applications that are added.
    pub add_applications: Vec<String>,
    /// Names of applications that are removed.
    pub remove_applications: Vec<String>,
    /// Accounts that are added.
    pub add_members: Vec<String>,
    /// Accounts that are removed.
    pub remove_members: Vec<String>,
    /// Accounts that may manage it from now on.
    pub add_administrators: Vec<String>,
    /// Accounts that may not manage it any more.
    pub remove_administrators: Vec<String>,
    /// Environments that are added.
    pub add_environments: Vec<String>,
    /// Environments that are removed.
    pub remove_environments: Vec<String>,
}

impl TeamChange {
    fn changes_settings(&self) -> bool {
        let lists = [
            &self.add_applications,
            &self.remove_applications,
            &self.add_administrators,
            &self.remove_administrators,
            &self.add_environments,
            &self.remove_environments,
        ];
        self.name.is_some() || lists.iter().any(|list| !list.is_empty())
    }
}

/// What a team is sent as.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TeamBody {
    name: String,
    pacticipant_names: Vec<String>,
    administrator_uuids: Vec<String>,
    environment_uuids: Vec<String>,
}

impl Keyed for Team {
    const NOUN: &'static str = "team";
    const LISTED_BY: &'static str = "contract teams list";

    fn uuid(&self) -> &str {
        &self.uuid
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl NewTeam {
    fn creating(&self) -> String {
        format!("creating the team {:?}", self.name)
    }

    /// Describes what the team in the broker lacks of what was given; UUIDs are in `wanted`.
    fn differences(&self, wanted: &TeamBody, members: &[String], found: &TeamDetails) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, given: &[String], wanted: &[String], has: &[String]| {
            if wanted.iter().any(|one| !has.contains(one)) {
                differences.push(format!("not all of {} are among its {what}", given.join(", ")));
            }
        };
        compare(
            "applications",
            &self.applications,
            &wanted.pacticipant_names,
            &found.applications,
        );
        compare("members", &self.members, members, &uuids(&found.members));
        compare(
            "administrators",
            &self.administrators,
            &wanted.administrator_uuids,
            &uuids(&found.administrators),
        );
        compare(
            "environments",
            &self.environments,
            &wanted.environment_uuids,
            &uuids(&found.environments),
        );
        differences
    }
}

fn uuids(parts: &[TeamPart]) -> Vec<String> {
    parts.iter().map(|part| part.uuid.clone()).collect()
}

impl Client {
    /// Returns the teams, at most `limit`, by name.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn teams(&self, limit: usize) -> Result<List<Team>, Error> {
        self.read_list("listing the teams", &self.below("admin/teams"), limit, |page| {
            items(&page.body, "teams").filter_map(team).collect()
        })
        .await
    }

    /// Returns a team with what belongs to it, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn team(&self, key: &str) -> Result<TeamDetails, Error> {
        let doing = format!("reading the team {key:?}");
        let uuid = self.team_uuid(key).await?;
        let answer = self.read(&doing, &self.team_url(&uuid)).await?;
        details(&answer)
    }

    /// Creates a team, unless it exists and has what is given here.
    ///
    /// # Errors
    ///
    /// `Usage` if it exists and lacks something, or there is no such account or environment; `Broker` if there is no such
    /// application; `Unreachable`.
    pub async fn ensure_team(&self, new: &NewTeam) -> Result<Ensured<TeamDetails>, Error> {
        let doing = new.creating();
        let members = self.account_uuids(&new.members).await?;
        let body = TeamBody {
            name: new.name.clone(),
            pacticipant_names: new.applications.clone(),
            administrator_uuids: self.account_uuids(&new.administrators).await?,
            environment_uuids: self.environment_uuids(&new.environments).await?,
        };
        let existing = self.teams(usize::MAX).await?.items;
        if let Some(found) = existing.iter().find(|team| team.name == new.name) {
            let found = self.read(&doing, &self.team_url(&found.uuid)).await?;
            let found = details(&found)?;
            let differences = new.differences(&body, &members, &found);
            if differences.is_empty() {
                return Ok(Ensured::Unchanged(found));
            }
            let change = format!("contract teams update {}", new.name);
            return Err(key::differs(&doing, &differences, &change));
        }
        let url = self.below("admin/teams");
        let answer = self.create(&doing, &url, &json!(body)).await?;
        let created = details(&answer)?;
        if members.is_empty() {
            return Ok(Ensured::Created(created));
        }
        self.add_members(&doing, &created.uuid, &members).await?;
        let answer = self.read(&doing, &self.team_url(&created.uuid)).await?;
        details(&answer).map(Ensured::Created)
    }

    /// Changes a team.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such team, account or environment; `Broker` if the broker refuses it; `Unreachable`.
    pub async fn update_team(&self, key: &str, change: &TeamChange) -> Result<TeamDetails, Error> {
        let doing = format!("changing the team {key:?}");
        let before = self.team(key).await.map_err(|error| error.context(&doing))?;
        let url = self.team_url(&before.uuid);
        let added = self.account_uuids(&change.add_members).await?;
        let removed = self.account_uuids(&change.remove_members).await?;
        if change.changes_settings() {
            let body = self.changed(&before, change).await?;
            self.send(Method::PUT, &doing, &url, &json!(body), Repeatable::Yes)
                .await?;
        }
        if !added.is_empty() {
            self.add_members(&doing, &before.uuid, &added).await?;
        }
        for uuid in removed {
            self.delete(&doing, &format!("{url}/users/{}", encode(&uuid)))
                .await?;
        }
        let answer = self.read(&doing, &url).await?;
        details(&answer)
    }

    async fn changed(&self, before: &TeamDetails, change: &TeamChange) -> Result<TeamBody, Error> {
        Ok(TeamBody {
            name: change.name.clone().unwrap_or_else(|| before.name.clone()),
            pacticipant_names: with(
                before.applications.clone(),
                change.add_applications.clone(),
                &change.remove_applications,
            ),
            administrator_uuids: with(
                uuids(&before.administrators),
                self.account_uuids(&change.add_administrators).await?,
                &self.account_uuids(&change.remove_administrators).await?,
            ),
            environment_uuids: with(
                uuids(&before.environments),
                self.environment_uuids(&change.add_environments).await?,
                &self.environment_uuids(&change.remove_environments).await?,
            ),
        })
    }

    /// Deletes a team.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Conflict` if it still has secrets or webhooks; `Broker` and `Unreachable`.
    pub async fn delete_team(&self, key: &str) -> Result<(), Error> {
        let doing = format!("deleting the team {key:?}");
        let uuid = self.team_uuid(key).await.map_err(|error| error.context(&doing))?;
        self.delete(&doing, &self.team_url(&uuid)).await?;
        Ok(())
    }

    async fn add_members(&self, doing: &str, team: &str, uuids: &[String]) -> Result<(), Error> {
        let url = format!("{}/users", self.team_url(team));
        // It adds accounts that are not there yet: to repeat it changes nothing.
        self.send(
            Method::POST,
            doing,
            &url,
            &json!({ "users": uuids }),
            Repeatable::Yes,
        )
        .await?;
        Ok(())
    }

    /// Returns the UUID of a team, by name or UUID.
    pub(super) async fn team_uuid(&self, key: &str) -> Result<String, Error> {
        key::find(self.teams(usize::MAX).await?.items, key).map(|team| team.uuid)
    }

    fn team_url(&self, uuid: &str) -> String {
        self.below(&format!("admin/teams/{}", encode(uuid)))
    }

    async fn environment_uuids(&self, keys: &[String]) -> Result<Vec<String>, Error> {
        let mut uuids = Vec::new();
        for key in keys {
            let known = self.environments().await?;
            match known.into_iter().find(|known| known.uuid == *key) {
                Some(found) => uuids.push(found.uuid),
                None => uuids.push(self.environment(key).await?.uuid),
            }
        }
        Ok(uuids)
    }
}

/// Returns a list with some items added and others removed.
fn with(mut list: Vec<String>, added: Vec<String>, removed: &[String]) -> Vec<String> {
    list.extend(added);
    list.sort_unstable();
    list.dedup();
    list.retain(|item| !removed.contains(item));
    list
}

fn team(value: &Value) -> Option<Team> {
    Some(Team {
        uuid: text(value, "uuid")?,
        name: text(value, "name")?,
        number_of_members: value["numberOfMembers"].as_u64().unwrap_or_default(),
    })
}

fn details(answer: &Document) -> Result<TeamDetails, Error> {
    let value = &answer.body;
    let read = || {
        Some(TeamDetails {
            uuid: text(value, "uuid")?,
            name: text(value, "name")?,
            applications: embedded_names(value, "pacticipants"),
            members: parts(value, "members"),
            administrators: parts(value, "administrators"),
            environments: parts(value, "environments"),
        })
    };
    read().ok_or_else(|| key::incomplete(answer, Team::NOUN))
}

fn parts(value: &Value, list: &str) -> Vec<TeamPart> {
    let found = items(&value["_embedded"], list);
    found
        .filter_map(|part| {
            Some(TeamPart {
                uuid: text(part, "uuid")?,
                name: text(part, "name")?,
            })
        })
        .collect()
}
