//! Roles.

use serde_json::{Value, json};

use super::{Act, App, Error, Result, power::cover};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{ADMINISTRATOR, Action, lacking_of_administrator},
    },
    store::identity::roles::{self, Fields, Role},
};

/// A role and its new fields.
struct Edit {
    uuid: String,
    fields: Fields,
}

impl App {
    /// Returns every role.
    pub(crate) async fn roles(&self, who: &Principal) -> Result<Vec<Role>> {
        Ok(roles::list(&mut *self.reading_for(who, Action::ReadRoles).await?).await?)
    }

    /// # Errors
    /// Refused if there is no role with this uuid.
    pub(crate) async fn role(&self, who: &Principal, uuid: &str) -> Result<Role> {
        Ok(roles::require(&mut *self.reading_for(who, Action::ReadRoles).await?, uuid).await?)
    }

    /// # Errors
    /// Refused if another role has this name.
    pub(crate) async fn create_role(&self, who: &Principal, fields: Fields) -> Result<Role> {
        cover(who, &fields.permissions)?;
        let act =
            Act::everywhere(Action::CreateRole, "role", &fields.name).changing(Value::Null, shown(&fields));
        let uuid = uuid::Uuid::new_v4().to_string();
        self.writing(who, act, Edit { uuid, fields }, |connection, edit| {
            Box::pin(roles::create(connection, &edit.uuid, &edit.fields))
        })
        .await
    }

    /// # Errors
    /// Refused if there is no role with this uuid, or another one has this name.
    pub(crate) async fn replace_role(&self, who: &Principal, uuid: &str, fields: Fields) -> Result<Role> {
        let before = self.role(who, uuid).await?.fields;
        cover(who, &fields.permissions)?;
        cover(who, &before.permissions)?;
        if uuid == ADMINISTRATOR.uuid
            && let Some(permission) = lacking_of_administrator(&fields.permissions)
        {
            let message = format!(
                "the role Administrator keeps the permission {permission}: nobody could give it back; create another role \
                 that may do less"
            );
            return Err(Error::Refused(Refusal::Conflict(message)));
        }
        let name = &before.name;
        let act = Act::everywhere(Action::ChangeRole, "role", name).changing(shown(&before), shown(&fields));
        let edit = Edit {
            uuid: uuid.to_owned(),
            fields,
        };
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let role = roles::require(connection, &edit.uuid).await?;
                roles::update(connection, &role, &edit.fields).await?;
                roles::require(connection, &edit.uuid).await
            })
        })
        .await
    }

    /// # Errors
    /// Refused if there is no role with this uuid, or it is the administrator role; forbidden for one with permissions
    /// that the caller lacks.
    pub(crate) async fn delete_role(&self, who: &Principal, uuid: &str) -> Result<()> {
        let before = self.role(who, uuid).await?.fields;
        if uuid == ADMINISTRATOR.uuid {
            let message =
                "the role Administrator cannot be deleted: nobody could manage this broker any more";
            return Err(Error::Refused(Refusal::Conflict(message.to_owned())));
        }
        cover(who, &before.permissions)?;
        let act =
            Act::everywhere(Action::DeleteRole, "role", &before.name).changing(shown(&before), Value::Null);
        self.writing(who, act, uuid.to_owned(), |connection, uuid| {
            Box::pin(async move {
                let role = roles::require(connection, uuid).await?;
                roles::delete(connection, &role).await
            })
        })
        .await
    }

    /// Restores the permissions of the predefined roles; other roles stay unchanged.
    ///
    /// # Errors
    /// Refused if another role has the name of a predefined one.
    pub(crate) async fn reset_roles(&self, who: &Principal) -> Result<Vec<Role>> {
        let all: Vec<String> = ADMINISTRATOR
            .permissions
            .iter()
            .map(|text| (*text).to_owned())
            .collect();
        cover(who, &all)?;
        let act = Act::everywhere(Action::ChangeRole, "role", "predefined roles");
        self.writing(who, act, (), |connection, ()| Box::pin(roles::reset(connection)))
            .await?;
        self.roles(who).await
    }
}

fn shown(fields: &Fields) -> Value {
    json!({ "name": fields.name, "description": fields.description, "permissions": fields.permissions })
}
