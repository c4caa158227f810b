//! The permissions of an account: those of all its roles.

use std::collections::BTreeSet;

use super::Right;

/// The relation of an account to the resource that it wants to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tie {
    /// They have a team in common.
    pub(crate) team: bool,
    /// The account created the resource, or is about to.
    pub(crate) own: bool,
}

impl Tie {
    /// No relation.
    pub(crate) const NONE: Self = Self {
        team: false,
        own: false,
    };
    /// Every relation: to check whether the right is granted for any resource at all.
    pub(crate) const ANY: Self = Self {
        team: true,
        own: true,
    };
}

/// A set of permissions. No rule denies a permission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Grants(BTreeSet<String>);

impl Grants {
    /// Creates a set of these permissions.
    pub(crate) fn of<T: Into<String>>(permissions: impl IntoIterator<Item = T>) -> Self {
        Self(permissions.into_iter().map(Into::into).collect())
    }

    /// Returns whether the right is granted for a resource with this tie.
    pub(crate) fn allow(&self, right: Right, tie: Tie) -> bool {
        std::iter::once(right)
            .chain(right.included_in())
            .any(|right| self.names(right, tie))
    }

    fn names(&self, right: Right, tie: Tie) -> bool {
        let name = right.name();
        let scopes = [("", true), (":*", true), (":team", tie.team), (":own", tie.own)];
        scopes
            .into_iter()
            .any(|(scope, counts)| counts && self.0.contains(&format!("{name}{scope}")))
    }

    /// Returns the permissions, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns the first of these permissions that is not covered.
    pub(crate) fn lacking<'a>(&self, permissions: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        permissions
            .into_iter()
            .find(|permission| !self.covers(permission))
    }

    /// Returns whether a permission grants nothing beyond this set.
    fn covers(&self, permission: &str) -> bool {
        let narrower = permission.rsplit_once(':').filter(|(name, _)| name.contains(':'));
        let everywhere = narrower.map(|(name, _)| format!("{name}:*"));
        let managed = narrower.and_then(|(name, scope)| {
            let resource = name.strip_suffix(":read")?;
            let manage = format!("{resource}:manage");
            Some(self.0.contains(&format!("{manage}:{scope}")) || self.0.contains(&format!("{manage}:*")))
        });
        self.0.contains(permission)
            || everywhere.is_some_and(|everywhere| self.0.contains(&everywhere))
            || managed == Some(true)
            || (permission == "read_token:manage:own" && self.covers("token:manage:own"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_counts_only_for_those_who_are_tied() {
        let team = Tie {
            team: true,
            own: false,
        };
        let own = Tie {
            team: false,
            own: true,
        };
        for (permission, none, of_team, of_own) in [
            ("contract_data:manage:*", true, true, true),
            ("contract_data:manage:team", false, true, false),
            ("contract_data:manage:own", false, false, true),
            ("contract_data:manage", true, true, true),
            ("contract_data:manager:*", false, false, false),
        ] {
            let grants = Grants::of([permission]);
            for (tie, expected) in [(Tie::NONE, none), (team, of_team), (own, of_own)] {
                let allowed = grants.allow(Right::ContractManage, tie);
                assert_eq!(allowed, expected, "{permission} {tie:?}");
            }
        }
    }

    #[test]
    fn to_manage_is_to_read_and_not_to_delete() {
        let grants = Grants::of(["environment:manage:*", "contract_data:manage:*"]);
        assert!(grants.allow(Right::EnvironmentRead, Tie::NONE));
        assert!(grants.allow(Right::ContractRead, Tie::NONE));
        assert!(!grants.allow(Right::ContractDelete, Tie::ANY));
        assert!(!Grants::of(["user:read:*"]).allow(Right::UserManage, Tie::ANY));
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let grants = Grants::of(["contract_data:manage:*", "secret:manage:team", "user:invite"]);
        for (wanted, lacking) in [
            ("contract_data:manage:own", false),
            ("contract_data:read:*", false),
            ("contract_data:bulk_delete:own", true),
            ("secret:manage:*", true),
            ("secret:read:team", false),
            ("user:invite", false),
            ("user:manage:*", true),
            ("audit:read:*", true),
        ] {
            assert_eq!(grants.lacking([wanted]).is_some(), lacking, "{wanted}");
        }
    }
}
