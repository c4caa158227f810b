//! The commands about tenants.

use std::sync::Arc;

use super::{Alteration, Control, NewTenant};
use crate::{
    Config, Error,
    config::{ByteSize, LimitFlags, TenantsAction},
    domain::{
        tenant::{LimitChange, LimitsChange, TenantLimits, TenantName, TenantStatus},
        time::iso,
    },
    operate,
};

/// What the log of events calls whoever uses the command line.
const ACTOR: &str = "command";

/// Does what a command line asks for about tenants. Gives what it has to say to `line`; of a tenant that is created, the
/// token of its administrator, once. The broker may run meanwhile.
///
/// # Errors
/// The settings name no hosts of tenants; there is no such tenant, or there is one already; a store fails.
pub async fn run(
    config: &Config,
    action: TenantsAction,
    mut line: impl FnMut(String) + Send,
) -> Result<(), Error> {
    let control = open(config).await?;
    let done = act(&control, action, &mut line).await;
    control.close().await;
    done
}

/// The settings that a tenant is served with: for the commands that work on what is stored, such as
/// [`operate::export`].
///
/// # Errors
/// The settings name no hosts of tenants, or there is no such tenant.
pub async fn settings_of(config: &Config, tenant: &str) -> Result<Config, Error> {
    let name = named(tenant)?;
    let control = open(config).await?;
    let found = control.require(&name).await;
    control.close().await;
    found.map_err(|error| Error::new("naming a tenant", error))?;
    config.of_tenant(&name).map_err(Error::said)
}

async fn open(config: &Config) -> Result<Control, Error> {
    if config.tenants_host.is_none() {
        return Err(Error::said(
            "tenants.host is not set: this broker has no tenants; set it as for the broker, such as \
             --tenants-host '{tenant}.contracts.example.com'",
        ));
    }
    Control::open(Arc::new(config.clone())).await
}

fn named(text: &str) -> Result<TenantName, Error> {
    TenantName::read(text).map_err(Error::said)
}

async fn act(
    control: &Control,
    action: TenantsAction,
    line: &mut (impl FnMut(String) + Send),
) -> Result<(), Error> {
    match action {
        TenantsAction::Create {
            name,
            email,
            admin_name,
            from,
            limits,
        } => {
            let new = NewTenant {
                name: named(&name)?,
                limits: change(limits).after(TenantLimits::default()),
                admin_name: admin_name.unwrap_or_else(|| email.clone()),
                email,
                from,
            };
            let token = control.create(ACTOR, new).await;
            let token = token.map_err(|error| Error::new("creating a tenant", error))?;
            line(token.expose().to_owned());
        }
        TenantsAction::List => {
            let tenants = control.all().await;
            for tenant in tenants.map_err(|error| Error::new("listing tenants", error))? {
                line(format!("{} {}", tenant.name, tenant.status.as_str()));
            }
        }
        TenantsAction::Show { name } => show(control, &named(&name)?, line).await?,
        TenantsAction::Limit { name, limits } => {
            let name = named(&name)?;
            let set = control.alter(ACTOR, &name, Alteration::limits(change(limits)));
            set.await
                .map_err(|error| Error::new("limiting a tenant", error))?;
        }
        TenantsAction::Suspend { name } => set_status(control, &name, TenantStatus::Suspended).await?,
        TenantsAction::Resume { name } => set_status(control, &name, TenantStatus::Active).await?,
        TenantsAction::Export { name, to } => {
            let name = named(&name)?;
            let own = control.begin_export(ACTOR, &name).await;
            let own = own.map_err(|error| Error::new("exporting a tenant", error))?;
            operate::export(&own, &to, &mut *line).await?;
        }
        TenantsAction::Delete { name, confirm } => {
            if name != confirm {
                return Err(Error::said(format!(
                    "--confirm says {confirm:?}, the tenant is {name:?}: nothing was deleted"
                )));
            }
            let name = named(&name)?;
            let deleted = async {
                control.begin_deletion(ACTOR, &name).await?;
                control.end_deletion(&name).await
            };
            deleted
                .await
                .map_err(|error| Error::new("deleting a tenant", error))?;
            line(format!("{name} and everything that it stored is deleted"));
        }
    }
    Ok(())
}

async fn set_status(control: &Control, name: &str, status: TenantStatus) -> Result<(), Error> {
    let name = named(name)?;
    let set = control.alter(ACTOR, &name, Alteration::status(status)).await;
    set.map_err(|error| Error::new("changing a tenant", error))?;
    Ok(())
}

async fn show(
    control: &Control,
    name: &TenantName,
    line: &mut (impl FnMut(String) + Send),
) -> Result<(), Error> {
    let failed = |error| Error::new("showing a tenant", error);
    let tenant = control.require(name).await.map_err(failed)?;
    let own = control.config().of_tenant(name).map_err(Error::said)?;
    let limit = |limit: Option<i64>| limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
    line(format!("name: {name}"));
    line(format!("status: {}", tenant.status.as_str()));
    line(format!("created: {}", iso(tenant.created_at)));
    line(format!("database: {}", own.database_place()));
    line(format!(
        "limit applications: {}",
        limit(tenant.limits.applications)
    ));
    line(format!("limit bytes: {}", limit(tenant.limits.bytes)));
    line(format!("limit requests: {}", limit(tenant.limits.requests)));
    for event in control.events(name).await.map_err(failed)? {
        line(format!(
            "{} {} by {} {}",
            iso(event.at),
            event.action,
            event.actor,
            event.details
        ));
    }
    Ok(())
}

/// What flags say of limits; 0 is no limit.
fn change(flags: LimitFlags) -> LimitsChange {
    let set = |flag: Option<i64>| match flag {
        None => LimitChange::Stays,
        Some(0) => LimitChange::Removed,
        Some(most) => LimitChange::Set(most),
    };
    let bytes = |size: ByteSize| i64::try_from(size.bytes()).unwrap_or(i64::MAX);
    LimitsChange {
        applications: set(flags.applications.map(i64::from)),
        bytes: set(flags.bytes.map(bytes)),
        requests: set(flags.requests.map(i64::from)),
    }
}
