//! Detects interactions that cannot be verified.

use std::collections::BTreeMap;
use std::fmt;

use super::nested::each_rule;
use super::{Contract, Interaction, InteractionKind, Matcher, MatchingRules, PluginNeed, RuleList};

/// Why an interaction cannot be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotVerifiable {
    /// It needs an unsupported plugin or transport.
    Plugin(PluginNeed),
    /// The interaction's `type` is unknown.
    UnknownType(String),
    /// A matching rule for what the provider sends is unknown.
    UnknownRule {
        /// The rule's `match` member.
        name: String,
        /// Where the rule applies: `body $.id`, `header etag`.
        place: String,
    },
    /// Of several responses to a synchronous message a provider returns one over HTTP, so the others were not verified.
    SeveralResponses {
        /// The number of responses.
        count: usize,
    },
}

impl fmt::Display for NotVerifiable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plugin(need) => write!(f, "{need}"),
            Self::UnknownType(name) => {
                write!(f, "it has the type {name:?}, which this library does not know")
            }
            Self::SeveralResponses { count } => write!(
                f,
                "it has {count} responses, and a provider returns one message over HTTP: the first one matches, the others were \
                 not verified; write an interaction for each, or verify it with a message handler in a test of the provider"
            ),
            Self::UnknownRule { name, place } => write!(
                f,
                "its {place} has the matching rule {name:?}, which this library does not know"
            ),
        }
    }
}

impl Contract {
    /// Returns why this interaction cannot be verified; `None` if it can.
    ///
    /// ```
    /// use contract_core::contract::Contract;
    ///
    /// let contract = Contract::read_str(
    ///     r#"{"interactions": [{"type": "Carrier/Pigeon", "description": "a pigeon"}],
    ///         "metadata": {"pactSpecification": {"version": "4.0"}}}"#,
    ///     "pigeons.json",
    /// )?;
    /// let reason = contract.not_verifiable(&contract.interactions[0]).unwrap();
    /// assert_eq!(reason.to_string(), "it has the type \"Carrier/Pigeon\", which this library does not know");
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    pub fn not_verifiable(&self, interaction: &Interaction) -> Option<NotVerifiable> {
        if let Some(need) = self.plugin_need(interaction) {
            return Some(NotVerifiable::Plugin(need));
        }
        match &interaction.kind {
            InteractionKind::Http(http) => NotVerifiable::by(&http.response.rules),
            InteractionKind::Message(message) => NotVerifiable::by(&message.rules),
            InteractionKind::SyncMessage(exchange) => {
                (exchange.responses.iter()).find_map(|response| NotVerifiable::by(&response.rules))
            }
            InteractionKind::Unknown { type_name, .. } => Some(NotVerifiable::UnknownType(type_name.clone())),
        }
    }
}

impl NotVerifiable {
    /// Returns the first unknown rule.
    pub(crate) fn by(rules: &MatchingRules) -> Option<Self> {
        let found = |name, place| Self::UnknownRule { name, place };
        let status = || Some(found(unknown_in(rules.status.as_ref()?)?, "status".to_owned()));
        let named = |what: &str, lists: &BTreeMap<String, RuleList>| {
            lists
                .iter()
                .find_map(|(name, list)| Some(found(unknown_in(list)?, format!("{what} {name}"))))
        };
        let body = || {
            (rules.body.iter())
                .find_map(|(path, list)| Some(found(unknown_in(list)?, format!("body {path}"))))
        };
        status()
            .or_else(|| named("header", &rules.headers))
            .or_else(|| named("metadata", &rules.metadata))
            .or_else(body)
    }
}

/// Returns the name of the first unknown rule.
fn unknown_in(list: &RuleList) -> Option<String> {
    let mut unknown = None;
    each_rule(&list.rules, &mut |matcher| {
        if let Matcher::Unknown { name, .. } = matcher {
            unknown.get_or_insert_with(|| name.clone());
        }
    });
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(rules: &str) -> Option<String> {
        let text = format!(
            r#"{{"interactions": [{{"type": "Synchronous/HTTP", "description": "a", "request": {{"method": "GET", "path": "/"}},
                "response": {{"status": 200, "matchingRules": {rules}}}}}],
                "metadata": {{"pactSpecification": {{"version": "4.0"}}}}}}"#
        );
        let contract = Contract::read_str(&text, "a.json").unwrap();
        let reason = contract.not_verifiable(&contract.interactions[0]);
        reason.map(|reason| reason.to_string())
    }

    #[test]
    fn an_unknown_rule_is_found_at_every_depth() {
        for (rules, found) in [
            (r#"{"body": {"$.a": {"matchers": [{"match": "type"}]}}}"#, None),
            (
                r#"{"body": {"$.a": {"matchers": [{"match": "sounds-like"}]}}}"#,
                Some("its body $.a has the matching rule \"sounds-like\", which this library does not know"),
            ),
            (
                r#"{"header": {"etag": {"matchers": [{"match": "sounds-like"}]}}}"#,
                Some(
                    "its header etag has the matching rule \"sounds-like\", which this library does not know",
                ),
            ),
            (
                r#"{"body": {"$.a": {"matchers": [{"match": "eachValue", "rules": [{"match": "sounds-like"}]}]}}}"#,
                Some("its body $.a has the matching rule \"sounds-like\", which this library does not know"),
            ),
            (
                r#"{"body": {"$.a": {"matchers": [{"match": "type", "schema": {"anyOf": [
                    {"examples": [1], "x-matching-rules": {"$": {"matchers": [{"match": "sounds-like"}]}}}]}}]}}}"#,
                Some("its body $.a has the matching rule \"sounds-like\", which this library does not know"),
            ),
        ] {
            assert_eq!(reason(rules).as_deref(), found, "{rules}");
        }
    }
}
