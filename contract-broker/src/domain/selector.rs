//! Consumer version selectors: which contracts a provider wants to verify.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Refusal, name, text};

/// Maximum number of different selectors in one request.
const MOST: usize = 1000;

/// A validated selector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Selector {
    /// Restricts the selector to one consumer.
    pub(crate) consumer: Option<String>,
    pub(crate) wanted: Wanted,
}

/// What a selector matches for each consumer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Wanted {
    /// The newest contract on the consumer's main branch.
    MainBranch,
    /// The newest contract on this branch, otherwise on the fallback branch.
    Branch {
        name: String,
        fallback: Option<String>,
        matching: bool,
    },
    /// The newest contract of every branch.
    EveryBranch,
    /// The newest contract with this tag, otherwise (if the selector found nothing) with the fallback tag.
    LatestTag { name: String, fallback: Option<String> },
    /// Every contract with this tag.
    EveryTag(String),
    /// The newest contract.
    Latest,
    /// What is currently deployed or released, in one environment or in any.
    InEnvironment {
        deployed: bool,
        released: bool,
        environment: Option<String>,
    },
    /// No selector was given: the main branch, or otherwise the newest; and what is deployed or released.
    Default,
}

impl Selector {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            consumer: None,
            wanted,
        }
    }

    /// Parses the selectors of a request. An empty list means the default.
    ///
    /// `environments` are the names of existing environments; `provider_branch` is what `matchingBranch` matches.
    pub(crate) fn parse_all(
        list: &[Value],
        provider_branch: Option<&str>,
        environments: &BTreeSet<String>,
    ) -> Result<Vec<Self>, Refusal> {
        let mut faults = Vec::new();
        let mut selectors = Vec::new();
        let mut known = HashSet::new();
        for (index, value) in list.iter().enumerate() {
            match Self::parse(value, provider_branch, environments) {
                // Duplicates count once.
                Ok(selector) => {
                    if known.insert(selector.clone()) {
                        selectors.push(selector);
                    }
                }
                Err(_) if faults.len() >= text::MOST_FAULTS => {}
                Err(messages) => faults.extend(messages.into_iter().map(|message| {
                    (
                        "consumerVersionSelectors".to_owned(),
                        format!("{message} (at index {index})"),
                    )
                })),
            }
        }
        if selectors.len() > MOST {
            let given = selectors.len();
            faults.push((
                "consumerVersionSelectors".to_owned(),
                format!("at most {MOST} different selectors can be given, not {given}"),
            ));
        }
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        if selectors.is_empty() {
            selectors.push(Self::new(Wanted::Default));
        }
        Ok(selectors)
    }

    fn parse(
        value: &Value,
        provider_branch: Option<&str>,
        environments: &BTreeSet<String>,
    ) -> Result<Self, Vec<String>> {
        let Value::Object(map) = value else {
            return Err(vec!["must be an object".into()]);
        };
        let mut faults: Vec<String> = Vec::new();
        let mut text = |key: &str| match map.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if name::fault(text).is_none() => Some(text.clone()),
            Some(Value::String(text)) => {
                faults.push(format!("{key} {}", name::fault(text).unwrap_or("is not usable")));
                None
            }
            Some(Value::Bool(true)) if key == "branch" => None,
            Some(_) => {
                faults.push(format!("{key} must be a string"));
                None
            }
        };
        let (branch, fallback_branch) = (text("branch"), text("fallbackBranch"));
        let (tag, fallback_tag) = (text("tag"), text("fallbackTag"));
        let (consumer, environment) = (text("consumer"), text("environment"));
        let mut flag = |key: &str| match map.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(value)) => Some(*value),
            Some(Value::String(value)) if value == "true" || value == "false" => Some(value == "true"),
            Some(_) => {
                faults.push(format!("{key} must be true or false"));
                None
            }
        };
        let latest = flag("latest");
        let [main, matching, deployed, released, either] = [
            "mainBranch",
            "matchingBranch",
            "deployed",
            "released",
            "deployedOrReleased",
        ]
        .map(|key| flag(key) == Some(true));
        let every_branch = map.get("branch") == Some(&Value::Bool(true));
        if !faults.is_empty() {
            return Err(faults);
        }

        let branchy = main || matching || branch.is_some() || every_branch || fallback_branch.is_some();
        let environmental = deployed || released || either || environment.is_some();
        let mut fault = |wrong: bool, message: &str| {
            if wrong {
                faults.push(message.to_owned());
            }
        };
        fault(
            !(environmental
                || tag.is_some()
                || branch.is_some()
                || every_branch
                || main
                || matching
                || latest == Some(true)),
            "must specify a value for environment or tag or branch, or specify mainBranch=true, matchingBranch=true, \
             latest=true, deployed=true, released=true or deployedOrReleased=true",
        );
        let others = usize::from(tag.is_some() || fallback_tag.is_some())
            + usize::from(branch.is_some() || every_branch || fallback_branch.is_some())
            + usize::from(environmental);
        fault(
            main && (others > 0 || matching),
            "cannot specify mainBranch=true with any other criteria apart from consumer (and latest=true)",
        );
        fault(
            matching && (others > 0 || main || latest.is_some()),
            "cannot specify matchingBranch=true with any other criteria apart from consumer",
        );
        fault(
            matching && provider_branch.is_none(),
            "the providerVersionBranch must be specified when the selector matchingBranch=true is used",
        );
        fault(
            tag.is_some() && (branch.is_some() || every_branch),
            "cannot specify both a tag and a branch",
        );
        fault(
            branchy && environmental && !main && !matching,
            "cannot specify a branch together with an environment, deployed, released or deployedOrReleased",
        );
        fault(
            (tag.is_some() || latest == Some(true)) && environmental && !main && !matching,
            "cannot specify tag or latest together with an environment, deployed, released or deployedOrReleased",
        );
        fault(
            fallback_tag.is_some() && (tag.is_none() || latest != Some(true)),
            "a fallbackTag can only be set when there is a tag and latest=true",
        );
        fault(
            fallback_branch.is_some() && branch.is_none() && !every_branch,
            "a fallbackBranch can only be set when there is a branch",
        );
        fault(
            latest == Some(false) && (branchy && !matching),
            "cannot specify latest=false with a branch: only the latest contract of a branch can be selected",
        );
        fault(
            usize::from(deployed) + usize::from(released) + usize::from(either) > 1,
            "can only specify one of deployed, released and deployedOrReleased",
        );
        if let Some(unknown) = environment.as_ref().filter(|name| !environments.contains(*name)) {
            faults.push(format!("environment with name '{unknown}' does not exist"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }

        let wanted = if main {
            Wanted::MainBranch
        } else if matching {
            Wanted::Branch {
                name: provider_branch.unwrap_or_default().to_owned(),
                fallback: None,
                matching: true,
            }
        } else if every_branch {
            Wanted::EveryBranch
        } else if let Some(name) = branch {
            Wanted::Branch {
                name,
                fallback: fallback_branch,
                matching: false,
            }
        } else if environmental {
            let any = either || !(deployed || released);
            Wanted::InEnvironment {
                deployed: any || deployed,
                released: any || released,
                environment,
            }
        } else if let Some(name) = tag {
            if latest == Some(true) {
                Wanted::LatestTag {
                    name,
                    fallback: fallback_tag,
                }
            } else {
                Wanted::EveryTag(name)
            }
        } else {
            Wanted::Latest
        };
        Ok(Self { consumer, wanted })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: Value) -> Result<Selector, String> {
        let environments = BTreeSet::from(["production".to_owned()]);
        Selector::parse_all(&[value], Some("feat/x"), &environments)
            .map(|mut all| all.remove(0))
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn every_kind_is_read() {
        let in_environment = |deployed, released, environment: Option<&str>| Wanted::InEnvironment {
            deployed,
            released,
            environment: environment.map(str::to_owned),
        };
        let branch = |name: &str, fallback: Option<&str>, matching| Wanted::Branch {
            name: name.into(),
            fallback: fallback.map(str::to_owned),
            matching,
        };
        for (value, expected) in [
            (json!({"mainBranch": true}), Wanted::MainBranch),
            (json!({"mainBranch": true, "latest": true}), Wanted::MainBranch),
            (json!({"matchingBranch": true}), branch("feat/x", None, true)),
            (json!({"branch": "a"}), branch("a", None, false)),
            (
                json!({"branch": "a", "fallbackBranch": "main", "latest": true}),
                branch("a", Some("main"), false),
            ),
            (json!({"branch": true}), Wanted::EveryBranch),
            (
                json!({"tag": "t", "latest": true, "fallbackTag": "f"}),
                Wanted::LatestTag {
                    name: "t".into(),
                    fallback: Some("f".into()),
                },
            ),
            (json!({"tag": "t"}), Wanted::EveryTag("t".into())),
            (json!({"latest": true, "unknown": 1}), Wanted::Latest),
            (json!({"deployed": true}), in_environment(true, false, None)),
            (
                json!({"released": true, "environment": "production"}),
                in_environment(false, true, Some("production")),
            ),
            (
                json!({"deployedOrReleased": true}),
                in_environment(true, true, None),
            ),
            (
                json!({"environment": "production"}),
                in_environment(true, true, Some("production")),
            ),
        ] {
            assert_eq!(
                parse(value.clone()).map(|selector| selector.wanted),
                Ok(expected),
                "{value}"
            );
        }
    }

    #[test]
    fn contradictions_are_refused() {
        for value in [
            json!({}),
            json!("main"),
            json!({"consumer": "a"}),
            json!({"mainBranch": true, "tag": "a"}),
            json!({"matchingBranch": true, "latest": true}),
            json!({"tag": "a", "branch": "b"}),
            json!({"branch": "a", "environment": "production"}),
            json!({"tag": "a", "deployed": true}),
            json!({"tag": "a", "fallbackTag": "b"}),
            json!({"latest": true, "fallbackBranch": "b"}),
            json!({"branch": "a", "latest": false}),
            json!({"environment": "nowhere"}),
            json!({"deployed": true, "released": true}),
            json!({"latest": true, "consumer": " "}),
            json!({"tag": 3}),
        ] {
            assert!(parse(value.clone()).is_err(), "{value}");
        }
    }
}
