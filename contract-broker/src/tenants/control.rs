//! What operators do about tenants: each change is written down with who made it.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::store as stores;
use crate::{
    Broker, Config,
    app::{Error, Result, check_email},
    config::Secret,
    domain::{
        Refusal,
        tenant::{LimitsChange, TenantLimits, TenantName, TenantStatus},
        time::now,
    },
    operate,
    store::{
        self, Connection, Store,
        control::{self, Tenant, TenantEvent},
    },
};

/// How long a node may go on with what it knows of a tenant.
pub(super) const FRESH: Duration = Duration::from_secs(2);
/// How long a deletion waits for the other nodes to close the store: they look this often, and answer what they have begun.
const LET_GO: Duration = Duration::from_secs(6);
/// Events that are shown of a tenant.
const SHOWN: i64 = 50;

/// A tenant that is to be.
pub(crate) struct NewTenant {
    pub(crate) name: TenantName,
    pub(crate) limits: TenantLimits,
    /// The address of its administrator.
    pub(crate) email: String,
    /// What the administrator is called.
    pub(crate) admin_name: String,
    /// The file with an export that it begins with.
    pub(crate) from: Option<String>,
}

/// What is to become of a tenant; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alteration {
    pub(crate) limits: Option<LimitsChange>,
    pub(crate) status: Option<TenantStatus>,
}

impl Alteration {
    pub(crate) fn limits(change: impl Into<LimitsChange>) -> Self {
        Self {
            limits: Some(change.into()),
            status: None,
        }
    }

    pub(crate) fn status(status: TenantStatus) -> Self {
        Self {
            limits: None,
            status: Some(status),
        }
    }
}

/// Who wants what to become of which tenant.
struct AlterationRequest {
    actor: String,
    name: TenantName,
    change: Alteration,
}

/// The control store. Clones are the same.
#[derive(Clone)]
pub(crate) struct Control {
    store: Store,
    config: Arc<Config>,
}

/// A change of a tenant, and what is written down of it.
struct Change {
    tenant: Tenant,
    event: TenantEvent,
}

impl Control {
    /// Opens the control store of the settings.
    ///
    /// # Errors
    /// It cannot be opened, or holds something else.
    pub(crate) async fn open(config: Arc<Config>) -> Result<Self, crate::Error> {
        let address = config.database_address();
        let store = Store::open_control(&address, config.database_max_connections, config.database_migrate);
        let store = store
            .await
            .map_err(|error| crate::Error::new("opening the control store", error))?;
        Ok(Self { store, config })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Whether the control store answers.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn check(&self) -> Result<()> {
        Ok(self.store.check().await?)
    }

    pub(crate) async fn close(&self) {
        self.store.close().await;
    }

    /// The tenant of this name.
    pub(crate) async fn find(&self, name: &TenantName) -> Result<Option<Tenant>> {
        Ok(control::find(&mut *self.store.read().await?, name).await?)
    }

    /// The tenant of this name.
    ///
    /// # Errors
    /// Refused where there is none.
    pub(crate) async fn require(&self, name: &TenantName) -> Result<Tenant> {
        Ok(required(name, self.find(name).await?)?)
    }

    /// Every tenant, by name.
    pub(crate) async fn all(&self) -> Result<Vec<Tenant>> {
        Ok(control::all(&mut *self.store.read().await?).await?)
    }

    /// What was done to a tenant, newest first.
    pub(crate) async fn events(&self, name: &TenantName) -> Result<Vec<TenantEvent>> {
        Ok(control::events_of(&mut *self.store.read().await?, name, SHOWN).await?)
    }

    /// Makes a tenant: its store, what it begins with, and an administrator, whose token is told once. One whose making
    /// failed is made on.
    ///
    /// # Errors
    /// Refused where there is one of this name, or the address is none; the export or the store fails, and then the tenant
    /// is not served.
    pub(crate) async fn create(&self, actor: &str, new: NewTenant) -> Result<Secret> {
        check_email(&new.email)?;
        let own = self.config.of_tenant(&new.name);
        let own = own.map_err(|problem| Error::from(Refusal::Unusable(vec![problem])))?;
        let tenant = Tenant {
            name: new.name.clone(),
            status: TenantStatus::Creating,
            limits: new.limits,
            created_at: now(),
        };
        let is_begun = self
            .find(&new.name)
            .await?
            .is_some_and(|there| there.status == TenantStatus::Creating);
        if !is_begun {
            let details =
                json!({ "administrator": new.email, "limits": shown(new.limits), "from": new.from });
            self.change(
                actor,
                "tenant.created",
                tenant.clone(),
                details,
                |connection, change| {
                    Box::pin(async move {
                        control::add(connection, &change.tenant).await?;
                        control::add_event(connection, &change.event).await
                    })
                },
            )
            .await?;
        }
        stores::make(&self.store, &self.config, &new.name).await?;
        let made = async {
            if let Some(from) = &new.from {
                operate::import(&own, from, |line| tracing::info!(tenant = %new.name, "{line}")).await?;
            }
            let broker = Broker::build(own).await?;
            let token = broker.make_administrator(&new.admin_name, &new.email, None).await;
            broker.close().await;
            token
        };
        let token = made.await.map_err(|error| Error::internal(&error))?;
        let tenant = Tenant {
            status: TenantStatus::Active,
            ..tenant
        };
        self.store
            .write(tenant, |connection, tenant| {
                Box::pin(control::set_status(connection, &tenant.name, tenant.status))
            })
            .await?;
        Ok(token)
    }

    /// Changes what a tenant may use, and whether it is served, and gives it as it is then.
    ///
    /// # Errors
    /// Refused where there is none, or its status is to change while it is being made or deleted.
    pub(crate) async fn alter(&self, actor: &str, name: &TenantName, change: Alteration) -> Result<Tenant> {
        let wanted = AlterationRequest {
            actor: actor.to_owned(),
            name: name.clone(),
            change,
        };
        let altered = self
            .store
            .write(wanted, |connection, wanted| Box::pin(alter(connection, wanted)));
        Ok(altered.await?)
    }

    /// Writes down that everything that a tenant stores is given out, and gives the settings to read it with.
    ///
    /// # Errors
    /// Refused where there is none.
    pub(crate) async fn begin_export(&self, actor: &str, name: &TenantName) -> Result<Config> {
        let tenant = self.require(name).await?;
        let own = self.config.of_tenant(name);
        self.change(
            actor,
            "tenant.exported",
            tenant,
            Value::Null,
            |connection, change| Box::pin(control::add_event(connection, &change.event)),
        )
        .await?;
        own.map_err(|problem| Error::internal(&problem))
    }

    /// Serves a tenant no longer: the first step of deleting it.
    ///
    /// # Errors
    /// Refused where there is none.
    pub(crate) async fn begin_deletion(&self, actor: &str, name: &TenantName) -> Result<()> {
        let tenant = self.require(name).await?;
        let tenant = Tenant {
            status: TenantStatus::Deleting,
            ..tenant
        };
        self.change(
            actor,
            "tenant.deleted",
            tenant,
            Value::Null,
            |connection, change| {
                Box::pin(async move {
                    control::set_status(connection, &change.tenant.name, change.tenant.status).await?;
                    control::add_event(connection, &change.event).await
                })
            },
        )
        .await
    }

    /// Deletes the store of a tenant whose deletion was begun, once every node has let go of it, and then the tenant.
    ///
    /// # Errors
    /// What cannot be deleted; the deletion can be begun again.
    pub(crate) async fn end_deletion(&self, name: &TenantName) -> Result<()> {
        tokio::time::sleep(LET_GO).await;
        stores::delete(&self.store, &self.config, name).await?;
        self.store
            .write(name.clone(), |connection, name| {
                Box::pin(control::remove(connection, name))
            })
            .await?;
        Ok(())
    }

    /// Makes a change and writes down who made it, in one transaction.
    async fn change(
        &self,
        actor: &str,
        action: &str,
        tenant: Tenant,
        details: Value,
        work: for<'c> fn(
            &'c mut Connection,
            &'c Change,
        ) -> futures_util::future::BoxFuture<'c, store::Result<()>>,
    ) -> Result<()> {
        let event = event(actor, action, &tenant.name, &details);
        Ok(self.store.write(Change { tenant, event }, work).await?)
    }
}

fn event(actor: &str, action: &str, tenant: &TenantName, details: &Value) -> TenantEvent {
    TenantEvent {
        at: now(),
        tenant: tenant.to_string(),
        action: action.to_owned(),
        actor: actor.to_owned(),
        details: details.to_string(),
    }
}

async fn alter(connection: &mut Connection, wanted: &AlterationRequest) -> store::Result<Tenant> {
    let AlterationRequest {
        actor,
        name,
        change: Alteration { limits, status },
    } = wanted;
    let mut tenant = required(name, control::find(&mut *connection, name).await?)?;
    if let Some(change) = limits {
        let (before, after) = (tenant.limits, change.after(tenant.limits));
        control::set_limits(&mut *connection, name, after).await?;
        let details = json!({ "before": shown(before), "after": shown(after) });
        control::add_event(&mut *connection, &event(actor, "tenant.limited", name, &details)).await?;
        tenant.limits = after;
    }
    if let Some(after) = *status {
        let before = tenant.status;
        if !matches!(before, TenantStatus::Active | TenantStatus::Suspended) {
            let is = before.as_str();
            let message = format!("the tenant {name} is {is}: create or delete it to the end first");
            return Err(Refusal::Conflict(message).into());
        }
        let action = match after {
            TenantStatus::Active => "tenant.resumed",
            _ => "tenant.suspended",
        };
        control::set_status(&mut *connection, name, after).await?;
        let details = json!({ "before": before.as_str(), "after": after.as_str() });
        control::add_event(&mut *connection, &event(actor, action, name, &details)).await?;
        tenant.status = after;
    }
    Ok(tenant)
}

fn required(name: &TenantName, found: Option<Tenant>) -> Result<Tenant, Refusal> {
    found.ok_or_else(|| Refusal::NotFound(format!("there is no tenant named {name}")))
}

/// Limits as they are written down.
pub(crate) fn shown(limits: TenantLimits) -> Value {
    let TenantLimits {
        applications,
        bytes,
        requests,
    } = limits;
    json!({ "applications": applications, "bytes": bytes, "requests": requests })
}
