//! Which rules are on, and how much they weigh: rule files of Spectral.

use std::collections::BTreeMap;

use super::finding::Severity;
use super::rule::{Group, LintRule, lint_rules};
use crate::document::{FileId, Limits, Node, Place, Value, read};
use crate::{Error, ErrorKind};

/// Which rules are on, and how much they weigh.
///
/// By default the rules of validity and readiness are on. Rules of style are turned on by a rule file.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    style: Style,
    severities: BTreeMap<String, Option<Severity>>,
}

/// Which rules of style are on unless they are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Style {
    #[default]
    Off,
    Recommended,
    All,
}

impl Ruleset {
    /// Returns the rules of validity and readiness, and those of style that Spectral recommends.
    pub fn recommended() -> Self {
        Self {
            style: Style::Recommended,
            severities: BTreeMap::new(),
        }
    }

    /// Reads a rule file of Spectral: `extends` of `spectral:oas`, and `rules` that turn rules off or give them a severity.
    ///
    /// # Errors
    ///
    /// The file is not readable, or it says what is not supported: rules of its own, other rule sets, aliases, overrides.
    /// A rule that is not understood is never taken for one that holds.
    ///
    /// ```
    /// use contract_openapi::lint::Ruleset;
    ///
    /// let text = "extends: [[spectral:oas, recommended]]\nrules:\n  operation-tags: off\n  info-contact: error\n";
    /// assert!(Ruleset::from_spectral(".spectral.yaml", text).is_ok());
    /// let error = Ruleset::from_spectral(".spectral.yaml", "rules: {my-rule: {given: $, then: {function: truthy}}}").unwrap_err();
    /// assert!(error.to_string().contains("my-rule"));
    /// ```
    pub fn from_spectral(name: &str, text: &str) -> Result<Self, Error> {
        let root = read(text, FileId::ROOT, &Limits::default()).map_err(|error| Error::read(name, &error))?;
        let refuse = |node: &Node, message: String| {
            let place = Place {
                file: name.to_owned(),
                line: node.at.line,
                column: node.at.column,
            };
            Error::at(ErrorKind::Setting, name, Some(place), message)
        };
        let mut ruleset = Self::default();
        for (member, node) in root.entries() {
            match member {
                "extends" => ruleset.extend(node, &refuse)?,
                "rules" => ruleset.name(node, &refuse)?,
                "documentationUrl" | "formats" => {}
                other => return Err(refuse(node, format!("`{other}` in a rule file is not supported"))),
            }
        }
        Ok(ruleset)
    }

    fn extend(&mut self, node: &Node, refuse: &dyn Fn(&Node, String) -> Error) -> Result<(), Error> {
        let entries: Vec<&Node> = match &node.value {
            Value::Array(entries) => entries.iter().collect(),
            _ => vec![node],
        };
        for entry in entries {
            let (name, which) = match entry.as_array() {
                Some([name, which]) => (name.as_str(), which.as_str()),
                _ => (entry.as_str(), Some("recommended")),
            };
            self.style = match (name, which) {
                (Some("spectral:oas"), Some("recommended")) => Style::Recommended,
                (Some("spectral:oas"), Some("all")) => Style::All,
                (Some("spectral:oas"), Some("off")) => Style::Off,
                _ => {
                    return Err(refuse(
                        entry,
                        "only the rule set `spectral:oas` can be extended".to_owned(),
                    ));
                }
            };
        }
        Ok(())
    }

    fn name(&mut self, node: &Node, refuse: &dyn Fn(&Node, String) -> Error) -> Result<(), Error> {
        for (id, setting) in node.entries() {
            let Some(rule) = lint_rules().iter().find(|rule| rule.id == id) else {
                return Err(refuse(
                    setting,
                    format!("there is no rule {id}, and rules of one's own are not supported"),
                ));
            };
            let value = setting.get("severity").unwrap_or(setting);
            if setting
                .as_object()
                .is_some_and(|object| object.iter().any(|(name, _)| name != "severity"))
            {
                return Err(refuse(
                    setting,
                    format!("of the rule {id} only the severity can be changed"),
                ));
            }
            let severity = match value.scalar_text().as_deref() {
                Some("off" | "false") => None,
                Some("on" | "true") => Some(rule.severity),
                Some(text) => match Severity::named(text) {
                    Some(severity) => Some(severity),
                    None => {
                        return Err(refuse(
                            value,
                            format!("{text} is no severity: write error, warn, info, hint or off"),
                        ));
                    }
                },
                None => return Err(refuse(value, format!("the rule {id} has no severity"))),
            };
            self.severities.insert(id.to_owned(), severity);
        }
        Ok(())
    }

    /// Returns the severity of a rule; `None` if it is off.
    pub fn severity(&self, rule: &LintRule) -> Option<Severity> {
        if let Some(severity) = self.severities.get(rule.id) {
            return *severity;
        }
        let is_on = match (rule.group, self.style) {
            (Group::Style, Style::Off) => false,
            (Group::Style, Style::All) => true,
            _ => rule.is_recommended,
        };
        is_on.then_some(rule.severity)
    }
}
