//! What people get by the groups that their provider says they are in.

use serde::{Deserialize, Serialize};

use super::{tables::Entry, tenants::unusable_tenant};

/// A group of the provider, and what its members get. The rules are read in order; each that fits adds its roles and teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginRule {
    /// A value of the claim; one that ends in `*` fits everything that begins like it.
    pub group: String,
    /// The tenant in which it holds; needed in a broker with tenants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Another claim than those of `oidc.groups_claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Names of roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Names of teams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// Whether the rules after this one are left out where it fits.
    #[serde(default, skip_serializing_if = "is_false")]
    pub last: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Entry for LoginRule {
    fn check(&self) -> Result<(), String> {
        let group = &self.group;
        if let Some(problem) = unusable_tenant(self.tenant.as_deref()) {
            Err(format!("the rule of the group {group:?}: {problem}"))
        } else if group.is_empty() {
            Err("group is empty: * fits every group".to_owned())
        } else if self.roles.is_empty() && self.teams.is_empty() {
            Err(format!(
                "the rule of the group {group:?} gives nothing: name roles or teams"
            ))
        } else {
            Ok(())
        }
    }
}
