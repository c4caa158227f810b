//! Which events of the audit log are kept for how long.

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Who may do what, what leaves the broker, and who was refused.
    Security,
    /// Contracts, results and deployments: what builds write all day.
    Data,
}

/// What builds write, by the beginning of the action's name.
const OF_DATA: [&str; 11] = [
    "application",
    "branches",
    "compatibility",
    "contract",
    "delivery",
    "deployment",
    "everything",
    "integration",
    "provider_contract",
    "result",
    "version",
];

impl Class {
    /// The class of an action, such as `team.created`.
    pub(crate) fn of(action: &str) -> Self {
        let object = action.split('.').next().unwrap_or_default();
        if OF_DATA.contains(&object) {
            Self::Data
        } else {
            Self::Security
        }
    }
}

/// A chain of seals: each class has one, and the events from before there were classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chain {
    /// Events without a class.
    All,
    Of(Class),
}

impl Chain {
    pub(crate) const EACH: [Self; 3] = [Self::All, Self::Of(Class::Security), Self::Of(Class::Data)];

    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Of(Class::Security) => "security",
            Self::Of(Class::Data) => "data",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Action;

    #[test]
    fn what_builds_write_is_data_and_everything_else_is_security() {
        let (data, security): (Vec<&str>, Vec<&str>) = Action::changes()
            .into_iter()
            .partition(|action| Class::of(action) == Class::Data);
        for prefix in OF_DATA {
            let is_used = data.iter().any(|action| action.split('.').next() == Some(prefix));
            assert!(is_used, "no action begins with {prefix}");
        }
        for action in [
            "token.created",
            "webhook.changed",
            "environment.deleted",
            "retention.applied",
        ] {
            assert!(security.contains(&action), "{action}");
        }
        assert_eq!(Class::of("login.failed"), Class::Security);
    }
}
