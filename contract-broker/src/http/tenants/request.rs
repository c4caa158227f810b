//! What clients send to the control API: its description, and how it is read.

use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    domain::{
        Refusal, name,
        tenant::{LimitChange, LimitsChange, TenantLimits, TenantName, TenantStatus},
    },
    http::member::{Members, any_text},
    tenants::{Alteration, NewTenant},
};

/// A request to create a tenant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is described here, and read member by member")]
pub(super) struct TenantRequest {
    name: String,
    administrator: AdministratorRequest,
    limits: Option<LimitsRequest>,
}

/// The administrator of a new tenant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is described here, and read member by member")]
pub(super) struct AdministratorRequest {
    email: String,
    name: Option<String>,
}

/// A request to change a tenant: what is missing stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is described here, and read member by member")]
pub(super) struct TenantChange {
    #[schema(pattern = "^(active|suspended)$")]
    status: Option<String>,
    limits: Option<LimitsRequest>,
}

/// Limits of a tenant: one that is missing stays, null removes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is described here, and read member by member")]
pub(super) struct LimitsRequest {
    #[schema(minimum = 1)]
    applications: Option<u32>,
    #[schema(minimum = 1)]
    bytes: Option<u64>,
    #[schema(minimum = 1)]
    requests: Option<u32>,
}

/// The administrator of a new tenant, as read.
#[derive(Default)]
struct Administrator {
    email: String,
    name: Option<String>,
}

/// Reads a request to create a tenant.
///
/// # Errors
/// Every member that cannot be used.
pub(super) fn new_tenant(map: &Map<String, Value>) -> Result<NewTenant, Refusal> {
    let mut members = Members::of(map);
    members.only(&["name", "administrator", "limits"]);
    let name = members.required_text("name", |_| None);
    let tenant = TenantName::read(&name);
    if let (Err(problem), Some(Value::String(_))) = (&tenant, members.value("name")) {
        members.fault("name", problem.clone());
    }
    if members.value("administrator").is_none() {
        members.fault("administrator", "is missing");
    }
    let administrator = members.object("administrator", |members| {
        members.only(&["email", "name"]);
        Administrator {
            email: members.required_text("email", any_text),
            name: members.text("name", name::fault),
        }
    });
    let limits = limits(&mut members).unwrap_or_default();
    members.finish()?;
    let Administrator { email, name } = administrator.unwrap_or_default();
    Ok(NewTenant {
        name: tenant.map_err(|problem| Refusal::invalid("name", problem))?,
        limits: limits.after(TenantLimits::default()),
        admin_name: name.unwrap_or_else(|| email.clone()),
        email,
        from: None,
    })
}

/// Reads a request to change a tenant.
///
/// # Errors
/// Every member that cannot be used.
pub(super) fn alteration(map: &Map<String, Value>) -> Result<Alteration, Refusal> {
    let mut members = Members::of(map);
    members.only(&["status", "limits"]);
    let status = match members.text("status", |_| None).as_deref() {
        None => None,
        Some("active") => Some(TenantStatus::Active),
        Some("suspended") => Some(TenantStatus::Suspended),
        Some(_) => {
            members.fault("status", "must be active or suspended");
            None
        }
    };
    let limits = limits(&mut members);
    members.finish()?;
    Ok(Alteration { limits, status })
}

fn limits(members: &mut Members<'_>) -> Option<LimitsChange> {
    members.object("limits", |members| {
        members.only(&["applications", "bytes", "requests"]);
        LimitsChange {
            applications: limit(members, "applications", u32::MAX.into()),
            bytes: limit(members, "bytes", i64::MAX),
            requests: limit(members, "requests", u32::MAX.into()),
        }
    })
}

/// Reads a limit that is itself at most so much.
fn limit(members: &mut Members<'_>, name: &str, most: i64) -> LimitChange {
    match members.value(name) {
        None if members.has(name) => LimitChange::Removed,
        None => LimitChange::Stays,
        Some(value) => match value.as_i64() {
            Some(number) if (1..=most).contains(&number) => LimitChange::Set(number),
            _ => {
                members.fault(
                    name,
                    format!("must be a whole number from 1 to {most}, or null for no limit"),
                );
                LimitChange::Stays
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Alteration, Vec<(String, String)>> {
        let Value::Object(map) = body else {
            unreachable!("an object")
        };
        alteration(&map).map_err(|refusal| match refusal {
            Refusal::Invalid(faults) => faults,
            other => vec![(String::new(), format!("{other:?}"))],
        })
    }

    #[test]
    fn a_limit_that_is_missing_stays_and_null_removes_one() {
        let read = read(json!({ "limits": { "bytes": null, "requests": 7 } })).expect("a change");
        let expected = LimitsChange {
            applications: LimitChange::Stays,
            bytes: LimitChange::Removed,
            requests: LimitChange::Set(7),
        };
        assert_eq!((read.limits, read.status), (Some(expected), None));
    }

    #[test]
    fn what_cannot_be_used_is_named_member_by_member() {
        for (body, names) in [
            (json!({ "limits": { "bytes": 0 } }), vec!["limits.bytes"]),
            (
                json!({ "limits": { "bytes": -1, "requests": 1.5 } }),
                vec!["limits.bytes", "limits.requests"],
            ),
            (
                json!({ "limits": { "applications": 4_294_967_296_u64 } }),
                vec!["limits.applications"],
            ),
            (
                json!({ "limits": { "applications": "5", "byte": 1 } }),
                vec!["limits.byte", "limits.applications"],
            ),
            (json!({ "limits": [] }), vec!["limits"]),
            (json!({ "status": "gone" }), vec!["status"]),
            (json!({ "status": 1, "limit": {} }), vec!["limit", "status"]),
        ] {
            let faults = read(body.clone()).expect_err("refused");
            let named: Vec<&str> = faults.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(named, names, "{body}");
        }
    }
}
