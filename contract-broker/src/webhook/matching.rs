//! Decides which webhooks an event triggers.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Facts, VersionFacts};
use crate::domain::events::Event;

/// The consumers or providers that a webhook applies to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Party {
    /// All.
    #[default]
    Any,
    /// The one with this name.
    Name(String),
    /// Those with this label.
    Label(String),
}

impl Party {
    pub(crate) fn covers(&self, name: &str, labels: &[String]) -> bool {
        match self {
            // An event about a provider alone has a consumer without a name.
            Self::Any => true,
            Self::Name(wanted) => wanted == name,
            Self::Label(wanted) => labels.contains(wanted),
        }
    }
}

/// Further conditions of a webhook; an empty list always holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filters {
    /// The consumer version is on one of these branches.
    pub(crate) consumer_branches: Vec<String>,
    /// The provider version is on one of these branches.
    pub(crate) provider_branches: Vec<String>,
    /// The consumer or provider version is currently in one of these environments.
    pub(crate) environments: Vec<String>,
}

/// The scope of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    pub(crate) enabled: bool,
    pub(crate) events: Vec<Event>,
    pub(crate) consumer: Party,
    pub(crate) provider: Party,
    pub(crate) filters: Filters,
}

impl Scope {
    /// Returns whether the event triggers the webhook.
    pub(crate) fn covers(&self, facts: &Facts) -> bool {
        self.enabled
            && facts.event.is_some_and(|event| self.events.contains(&event))
            && self.covers_pair(facts)
            && self.filters.pass(facts)
    }

    /// Returns the description, or one derived from the scope.
    pub(crate) fn title(&self, description: Option<&str>) -> String {
        if let Some(description) = description.filter(|text| !text.is_empty()) {
            return description.to_owned();
        }
        let party = |party: &Party, all: &str| match party {
            Party::Any => all.to_owned(),
            Party::Name(name) => name.clone(),
            Party::Label(label) => format!("those labelled {label}"),
        };
        format!(
            "A webhook for {} and {}",
            party(&self.consumer, "all consumers"),
            party(&self.provider, "all providers")
        )
    }

    /// Returns whether the webhook applies to this pair, regardless of the event.
    pub(crate) fn covers_pair(&self, facts: &Facts) -> bool {
        self.consumer.covers(&facts.consumer, &facts.consumer_labels)
            && self.provider.covers(&facts.provider, &facts.provider_labels)
    }
}

impl Filters {
    fn pass(&self, facts: &Facts) -> bool {
        let consumer = facts.consumer_version.as_ref();
        let provider = facts.provider_version.as_ref();
        any_of(&self.consumer_branches, consumer, |version| &version.branches)
            && any_of(&self.provider_branches, provider, |version| &version.branches)
            && (any_of(&self.environments, consumer, |version| &version.environments)
                || any_of(&self.environments, provider, |version| &version.environments))
    }
}

fn any_of(
    wanted: &[String],
    version: Option<&VersionFacts>,
    of: impl Fn(&VersionFacts) -> &Vec<String>,
) -> bool {
    wanted.is_empty() || version.is_some_and(|version| of(version).iter().any(|name| wanted.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let version = |branch: &str, environment: &str| {
            Some(VersionFacts {
                branches: vec![branch.to_owned()],
                environments: vec![environment.to_owned()],
                ..VersionFacts::default()
            })
        };
        Facts {
            event: Some(Event::ContractPublished),
            consumer: "web".to_owned(),
            provider: "api".to_owned(),
            consumer_labels: vec!["front".to_owned()],
            consumer_version: version("main", "test"),
            provider_version: version("release", "production"),
            ..Facts::placeholder()
        }
    }

    #[test]
    fn scopes_and_filters_decide_together() {
        let base = Scope {
            enabled: true,
            events: vec![Event::ContractPublished],
            ..Scope::default()
        };
        let name = |name: &str| Party::Name(name.to_owned());
        let label = |name: &str| Party::Label(name.to_owned());
        let consumer = |names: &[&str]| Filters {
            consumer_branches: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Filters::default()
        };
        let environment = |name: &str| Filters {
            environments: vec![name.to_owned()],
            ..Filters::default()
        };
        let provider = |name: &str| Filters {
            provider_branches: vec![name.to_owned()],
            ..Filters::default()
        };
        for (scope, expected) in [
            (base.clone(), true),
            (
                Scope {
                    enabled: false,
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    events: vec![Event::ContractContentChanged],
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    consumer: name("web"),
                    provider: name("api"),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    consumer: name("api"),
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    consumer: label("front"),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    provider: label("front"),
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    filters: consumer(&["dev", "main"]),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    filters: consumer(&["dev"]),
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    filters: provider("release"),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    filters: provider("main"),
                    ..base.clone()
                },
                false,
            ),
            (
                Scope {
                    filters: environment("production"),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    filters: environment("test"),
                    ..base.clone()
                },
                true,
            ),
            (
                Scope {
                    filters: environment("staging"),
                    ..base
                },
                false,
            ),
        ] {
            assert_eq!(scope.covers(&facts()), expected, "{scope:?}");
        }
    }
}
