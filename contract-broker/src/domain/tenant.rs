//! Tenants: their names, what becomes of them, and what each may use at most.

use std::{fmt, sync::Arc};

/// The name of a tenant: a label of a host name, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TenantName(Arc<str>);

impl TenantName {
    /// The most characters of a name: a host name and the name of a schema have more around it.
    pub(crate) const LONGEST: usize = 40;

    /// Reads a name.
    ///
    /// # Errors
    /// What a name has to be.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(is_fine)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits {
            return Ok(Self(text.into()));
        }
        let shown: String = text.chars().take(Self::LONGEST + 1).collect();
        Err(format!(
            "{shown:?} cannot be the name of a tenant: it is a part of host names, so use 1 to {} lower-case letters, digits \
             and hyphens, with no hyphen first or last",
            Self::LONGEST
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of the schema of a tenant in PostgreSQL: it needs no quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaName(String);

impl SchemaName {
    /// The most bytes that PostgreSQL keeps of a name.
    const LONGEST: usize = 63;

    /// The schema of a tenant: its name, with underscores for hyphens, after the prefix of the settings. Two tenants never
    /// have the same one, because no name has an underscore.
    ///
    /// # Errors
    /// The prefix is none, or the name is too long with it.
    pub(crate) fn of(prefix: &str, tenant: &TenantName) -> Result<Self, String> {
        let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let starts = prefix.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        if !starts || !prefix.bytes().all(is_fine) || prefix.starts_with("pg_") {
            return Err(format!(
                "tenants.schema_prefix: expected lower-case letters, digits and underscores that begin with a letter, such \
                 as tenant_, got {prefix:?}"
            ));
        }
        let name = format!("{prefix}{}", tenant.as_str().replace('-', "_"));
        if name.len() > Self::LONGEST {
            return Err(format!(
                "{name} is too long for the name of a schema: at most {} characters, tenants.schema_prefix included",
                Self::LONGEST
            ));
        }
        Ok(Self(name))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What becomes of a tenant. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TenantStatus {
    /// Its store is being made; it is not served yet.
    Creating,
    /// It is served.
    Active,
    /// It is kept, and not served.
    Suspended,
    /// Its store is being deleted.
    Deleting,
}

impl TenantStatus {
    const ALL: [Self; 4] = [Self::Creating, Self::Active, Self::Suspended, Self::Deleting];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }
}

/// What a tenant, or a broker without tenants, may use at most; `None` is no limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TenantLimits {
    /// Applications that it may have.
    pub(crate) applications: Option<i64>,
    /// Bytes that its database may take before nothing more is published.
    pub(crate) bytes: Option<i64>,
    /// Requests that are answered at once.
    pub(crate) requests: Option<i64>,
}

impl TenantLimits {
    /// These limits, and the others where there are none.
    pub(crate) fn or(self, others: Self) -> Self {
        Self {
            applications: self.applications.or(others.applications),
            bytes: self.bytes.or(others.bytes),
            requests: self.requests.or(others.requests),
        }
    }
}

/// A change of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LimitsChange {
    pub(crate) applications: LimitChange,
    pub(crate) bytes: LimitChange,
    pub(crate) requests: LimitChange,
}

impl LimitsChange {
    /// The limits that result.
    pub(crate) fn after(self, before: TenantLimits) -> TenantLimits {
        TenantLimits {
            applications: self.applications.after(before.applications),
            bytes: self.bytes.after(before.bytes),
            requests: self.requests.after(before.requests),
        }
    }
}

impl From<TenantLimits> for LimitsChange {
    /// These limits and no others.
    fn from(limits: TenantLimits) -> Self {
        Self {
            applications: limits.applications.into(),
            bytes: limits.bytes.into(),
            requests: limits.requests.into(),
        }
    }
}

/// What becomes of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum LimitChange {
    /// Nothing is said of it.
    #[default]
    Stays,
    Removed,
    Set(i64),
}

impl LimitChange {
    fn after(self, before: Option<i64>) -> Option<i64> {
        match self {
            Self::Stays => before,
            Self::Removed => None,
            Self::Set(most) => Some(most),
        }
    }
}

impl From<Option<i64>> for LimitChange {
    fn from(limit: Option<i64>) -> Self {
        limit.map_or(Self::Removed, Self::Set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_are_not_named_stay() {
        let before = TenantLimits {
            applications: Some(5),
            bytes: Some(10),
            requests: None,
        };
        let change = LimitsChange {
            applications: LimitChange::Removed,
            requests: LimitChange::Set(7),
            ..LimitsChange::default()
        };
        let after = TenantLimits {
            applications: None,
            bytes: Some(10),
            requests: Some(7),
        };
        assert_eq!(change.after(before), after);
        assert_eq!(LimitsChange::default().after(before), before);
        assert_eq!(LimitsChange::from(after).after(before), after);
    }

    #[test]
    fn a_name_is_a_label_of_a_host_name() {
        for name in ["a", "7", "team-x", "xn--mnchen-3ya", &"a".repeat(40)] {
            assert_eq!(
                TenantName::read(name).map(|name| name.to_string()),
                Ok(name.to_owned())
            );
        }
        for name in [
            "",
            "-",
            "-a",
            "a-",
            "A",
            "a_b",
            "a.b",
            "a b",
            "ü",
            "../a",
            "a/b",
            "a\0",
            &"a".repeat(41),
        ] {
            let problem = TenantName::read(name).unwrap_err();
            assert!(problem.contains("lower-case letters"), "{problem}");
        }
    }

    #[test]
    fn each_tenant_has_a_schema_of_its_own() {
        let tenant = |name| TenantName::read(name).expect("a name");
        let schema = |prefix, name| SchemaName::of(prefix, &tenant(name)).map(|schema| schema.0);
        assert_eq!(schema("tenant_", "team-x"), Ok("tenant_team_x".to_owned()));
        assert_eq!(schema("_", "7"), Ok("_7".to_owned()));
        for prefix in ["", "7_", "T_", "a-", "a\"", "pg_", "a.b"] {
            assert!(schema(prefix, "a").is_err(), "{prefix}");
        }
        assert!(schema(&"p".repeat(24), &"a".repeat(40)).is_err());
    }

    #[test]
    fn a_status_reads_back() {
        for status in TenantStatus::ALL {
            assert_eq!(TenantStatus::named(status.as_str()), Some(status));
        }
        assert_eq!(TenantStatus::named("gone"), None);
    }
}
