//! Pacticipants and their labels.

use std::collections::{BTreeMap, HashMap};

use super::{Act, App, Error, Result};
use crate::{
    auth::Principal,
    domain::{Refusal, access::Action, name},
    store::{
        Listed, Slice,
        deployments::{self, KnownEnvironment},
        pacticipants::{self, Label, Pacticipant, Profile},
        versions::{self, Version, VersionsOf},
    },
};

/// A page of pacticipants, with further data of each.
pub(crate) struct Pacticipants {
    pub(crate) listed: Listed<Pacticipant>,
    /// By id of the pacticipant.
    pub(crate) labels: BTreeMap<i64, Vec<Label>>,
    /// By id of the pacticipant.
    pub(crate) newest: HashMap<i64, Version>,
}

/// A pacticipant, with further data.
pub(crate) struct PacticipantDetails {
    pub(crate) pacticipant: Pacticipant,
    pub(crate) labels: Vec<Label>,
    pub(crate) newest: Option<Version>,
    /// The environments that its versions are or were in.
    pub(crate) environments: Vec<KnownEnvironment>,
}

/// The change of one member of a profile.
#[derive(Debug, Clone, Default)]
pub(crate) enum Change {
    /// It stays unchanged.
    #[default]
    Keep,
    /// It is set to this value, or removed.
    ContractSet(Option<String>),
}

/// The changes of a profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileChange {
    pub(crate) display_name: Change,
    pub(crate) repository_url: Change,
    pub(crate) repository_name: Change,
    pub(crate) repository_namespace: Change,
    pub(crate) main_branch: Change,
}

impl Change {
    fn over(&self, old: Option<String>) -> Option<String> {
        match self {
            Self::Keep => old,
            Self::ContractSet(new) => new.clone(),
        }
    }
}

impl ProfileChange {
    fn over(&self, old: Profile) -> Profile {
        Profile {
            display_name: self.display_name.over(old.display_name),
            repository_url: self.repository_url.over(old.repository_url),
            repository_name: self.repository_name.over(old.repository_name),
            repository_namespace: self.repository_namespace.over(old.repository_namespace),
            main_branch: self.main_branch.over(old.main_branch),
        }
    }
}

/// A pacticipant and the changes of its profile.
struct Edit {
    name: String,
    change: ProfileChange,
}

/// A pacticipant and one of its labels.
struct Labelled {
    pacticipant: String,
    label: String,
}

impl App {
    /// Returns the pacticipants whose name contains a text and that have a label, by name.
    pub(crate) async fn pacticipants(
        &self,
        who: &Principal,
        like: Option<&str>,
        label: Option<&str>,
        slice: Slice,
    ) -> Result<Pacticipants> {
        let mut connection = self.reading(who).await?;
        let listed = pacticipants::list(&mut connection, like, label, slice).await?;
        let ids: Vec<i64> = listed.rows.iter().map(|pacticipant| pacticipant.id).collect();
        Ok(Pacticipants {
            labels: pacticipants::labels(&mut connection, &ids).await?,
            newest: versions::latest_of_each(&mut connection, &ids).await?,
            listed,
        })
    }

    /// # Errors
    /// Refused if there is no pacticipant with this name.
    pub(crate) async fn pacticipant(&self, who: &Principal, name: &str) -> Result<PacticipantDetails> {
        let mut connection = self.reading(who).await?;
        let pacticipant = pacticipants::require(&mut connection, name).await?;
        let labels = pacticipants::labels(&mut connection, &[pacticipant.id])
            .await?
            .remove(&pacticipant.id)
            .unwrap_or_default();
        Ok(PacticipantDetails {
            labels,
            newest: versions::latest(&mut connection, pacticipant.id, VersionsOf::All).await?,
            environments: deployments::environments_of(&mut connection, pacticipant.id).await?,
            pacticipant,
        })
    }

    /// # Errors
    /// Refused if there is a pacticipant with this name.
    pub(crate) async fn create_pacticipant(
        &self,
        who: &Principal,
        name: String,
        change: ProfileChange,
    ) -> Result<()> {
        let act = Act::application(Action::ChangeApplication, &name);
        self.writing(
            who,
            act,
            Edit { name, change },
            |connection, Edit { name, change }| {
                Box::pin(async move {
                    if pacticipants::find(connection, name).await?.is_some() {
                        let message = format!("A pacticipant with name '{name}' already exists");
                        return Err(Refusal::invalid("name", message).into());
                    }
                    let id = pacticipants::ensure_one(connection, name).await?;
                    pacticipants::update(connection, id, &change.over(Profile::default())).await
                })
            },
        )
        .await
    }

    /// Replaces the profile of a pacticipant: members that the change does not name are removed.
    ///
    /// # Errors
    /// Refused if there is no pacticipant with this name.
    pub(crate) async fn replace_pacticipant(
        &self,
        who: &Principal,
        name: String,
        change: ProfileChange,
    ) -> Result<()> {
        let act = Act::application(Action::ChangeApplication, &name);
        self.writing(
            who,
            act,
            Edit { name, change },
            |connection, Edit { name, change }| {
                Box::pin(async move {
                    let existing = pacticipants::require(connection, name).await?;
                    pacticipants::update(connection, existing.id, &change.over(Profile::default())).await
                })
            },
        )
        .await
    }

    /// Changes the named members; creates the pacticipant if it is missing. Returns whether it was created.
    ///
    /// # Errors
    /// Refused if the name is invalid.
    pub(crate) async fn change_pacticipant(
        &self,
        who: &Principal,
        name: String,
        change: ProfileChange,
    ) -> Result<bool> {
        check_name("name", &name)?;
        let act = Act::application(Action::ChangeApplication, &name);
        self.writing(
            who,
            act,
            Edit { name, change },
            |connection, Edit { name, change }| {
                Box::pin(async move {
                    let created = pacticipants::find(connection, name).await?.is_none();
                    pacticipants::ensure_one(connection, name).await?;
                    let existing = pacticipants::require(connection, name).await?;
                    pacticipants::update(connection, existing.id, &change.over(existing.profile)).await?;
                    Ok(created)
                })
            },
        )
        .await
    }

    /// Returns the distinct labels of all pacticipants.
    pub(crate) async fn labels(&self, who: &Principal, slice: Slice) -> Result<Listed<String>> {
        Ok(pacticipants::all_labels(&mut *self.reading(who).await?, slice).await?)
    }

    /// # Errors
    /// Refused if there is no such pacticipant, or it has no such label.
    pub(crate) async fn label(&self, who: &Principal, pacticipant: &str, label: &str) -> Result<Label> {
        let mut connection = self.reading(who).await?;
        let owner = pacticipants::require(&mut connection, pacticipant).await?;
        pacticipants::labels(&mut connection, &[owner.id])
            .await?
            .into_values()
            .flatten()
            .find(|known| known.name == label)
            .ok_or_else(|| {
                Error::not_found(format!("No label '{label}' of pacticipant '{pacticipant}' found"))
            })
    }

    /// Adds a label to a pacticipant, creating the pacticipant if it is missing. Returns whether the label is
    /// new.
    ///
    /// # Errors
    /// Refused if the name of the label or the pacticipant is invalid.
    pub(crate) async fn add_label(
        &self,
        who: &Principal,
        pacticipant: String,
        label: String,
    ) -> Result<bool> {
        check_name("name", &label)?;
        check_name("pacticipant", &pacticipant)?;
        let act = Act::application(Action::ChangeApplication, &pacticipant);
        self.writing(
            who,
            act,
            Labelled { pacticipant, label },
            |connection, labelled| {
                Box::pin(async move {
                    let id = pacticipants::ensure_one(connection, &labelled.pacticipant).await?;
                    pacticipants::add_label(connection, id, &labelled.label).await
                })
            },
        )
        .await
    }

    /// # Errors
    /// Refused if there is no such pacticipant, or it has no such label.
    pub(crate) async fn remove_label(
        &self,
        who: &Principal,
        pacticipant: String,
        label: String,
    ) -> Result<()> {
        let act = Act::application(Action::ChangeApplication, &pacticipant);
        self.writing(
            who,
            act,
            Labelled { pacticipant, label },
            |connection, labelled| {
                Box::pin(async move {
                    let Labelled { pacticipant, label } = labelled;
                    let owner = pacticipants::require(connection, pacticipant).await?;
                    if pacticipants::remove_label(connection, owner.id, label).await? {
                        return Ok(());
                    }
                    let message = format!("No label '{label}' of pacticipant '{pacticipant}' found");
                    Err(Refusal::NotFound(message).into())
                })
            },
        )
        .await
    }
}

/// Refuses an invalid name for a new resource.
pub(super) fn check_name(field: &str, text: &str) -> Result<(), Refusal> {
    name::fault(text).map_or(Ok(()), |fault| Err(Refusal::invalid(field, fault)))
}
