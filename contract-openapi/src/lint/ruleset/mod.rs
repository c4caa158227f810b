//! Which rules are on, and how much they weigh: rule files of Spectral.

mod overrides;
mod read;
mod read_rule;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::overrides::Override;
use super::finding::{LintFinding, Severity};
use super::own::OwnRule;
use super::rule::{Group, LintRule};
use crate::Error;
use crate::document::{MemorySources, Sources};

/// Which rules are on, and how much they weigh.
///
/// By default the rules of validity and readiness are on. Those of style and security are turned on by a rule file, or by
/// [`Ruleset::recommended`] and [`Ruleset::with_security`].
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    style: Chosen,
    security: Chosen,
    layer: Layer,
    overrides: Vec<Override>,
}

/// Which rules of an optional group are on unless they are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Chosen {
    #[default]
    Off,
    Recommended,
    All,
}

/// What a rule file says about single rules.
#[derive(Debug, Clone, Default)]
struct Layer {
    /// Rules that exist, by their ids; `None` turns one off.
    severities: BTreeMap<String, Option<Severity>>,
    /// Rules of the file itself, by their ids.
    own: BTreeMap<String, OwnEntry>,
}

/// A rule of a rule file.
#[derive(Debug, Clone)]
struct OwnEntry {
    rule: Arc<OwnRule>,
    severity: Severity,
    is_on: bool,
}

impl Ruleset {
    /// Returns the rules of validity and readiness, and those of style that Spectral recommends.
    pub fn recommended() -> Self {
        Self {
            style: Chosen::Recommended,
            ..Self::default()
        }
    }

    /// Turns on the rules of security: those of vacuum's OWASP rule set.
    #[must_use]
    pub fn with_security(mut self) -> Self {
        self.security = Chosen::All;
        self
    }

    /// Reads a rule file of Spectral that extends no other file. See [`Ruleset::load`].
    ///
    /// # Errors
    ///
    /// As [`Ruleset::load`].
    ///
    /// ```
    /// use contract_openapi::lint::Ruleset;
    ///
    /// let text = "extends: [[spectral:oas, recommended]]\nrules:\n  operation-tags: off\n  info-contact: error\n";
    /// assert!(Ruleset::from_spectral(".spectral.yaml", text).is_ok());
    ///
    /// let text = "rules: {my-rule: {given: $, then: {function: isNice}}}";
    /// let error = Ruleset::from_spectral(".spectral.yaml", text).unwrap_err();
    /// assert!(error.to_string().starts_with(".spectral.yaml:1:46: there is no function isNice"));
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn from_spectral(name: &str, text: &str) -> Result<Self, Error> {
        let mut sources = MemorySources::default();
        sources.insert(name, text);
        Self::load(name, &sources)
    }

    /// Reads a rule file of Spectral, and the files that it extends.
    ///
    /// Supported are `extends` of files, of `spectral:oas` and of `vacuum:owasp`, each `off`, `recommended` or `all`; `aliases`;
    /// `formats`; `rules` with all core functions and JSONPaths of Spectral's dialect; and `overrides` by files and pointers.
    ///
    /// # Errors
    ///
    /// A file is missing or not readable, or says what is not supported: functions in JavaScript, rule sets of packages and URLs,
    /// computed JSONPaths. The error names the place. A rule that is not understood is never taken for one that holds.
    ///
    /// ```
    /// use contract_openapi::document::{Documents, Limits, MemorySources};
    /// use contract_openapi::lint::{Ruleset, lint};
    ///
    /// let rules = "
    /// rules:
    ///   path-is-kebab-case:
    ///     given: $.paths[*]~
    ///     message: '{{property}} must be written in kebab case'
    ///     then: {function: pattern, functionOptions: {notMatch: '[A-Z_]'}}
    /// ";
    /// let ruleset = Ruleset::load("team.yaml", &MemorySources::from([("team.yaml", rules)]))?;
    /// let text = "openapi: 3.1.0\ninfo: {title: a, version: 1.0.0}\npaths:\n  /lineItems: {}\n";
    /// let documents = Documents::from_text("openapi.yaml", text, &Limits::default())?;
    /// let findings = lint(&documents, &ruleset);
    /// assert_eq!(findings[0].message, "/lineItems must be written in kebab case");
    /// assert_eq!(findings[0].place.as_ref().unwrap().to_string(), "openapi.yaml:4:3");
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn load(name: &str, sources: &dyn Sources) -> Result<Self, Error> {
        read::load(name, sources)
    }

    /// Returns the severity of a rule that this crate knows; `None` if it is off.
    pub fn severity(&self, rule: &LintRule) -> Option<Severity> {
        if self.layer.own.contains_key(rule.id) {
            return None;
        }
        if let Some(severity) = self.layer.severities.get(rule.id) {
            return *severity;
        }
        let chosen = match rule.group {
            Group::Validity | Group::Readiness => Chosen::Recommended,
            Group::Style => self.style,
            Group::Security => self.security,
        };
        let is_on = match chosen {
            Chosen::Off => false,
            Chosen::Recommended => rule.is_recommended,
            Chosen::All => true,
        };
        is_on.then_some(rule.severity)
    }

    /// Returns the rules of the rule files that are on.
    pub(super) fn own_rules(&self) -> impl Iterator<Item = (&OwnRule, Severity)> {
        let on = self.layer.own.values().filter(|entry| entry.is_on);
        on.map(|entry| (&*entry.rule, entry.severity))
    }

    /// Returns the rules for a file: overrides for it applied.
    pub(super) fn for_file(&self, name: &str) -> Self {
        let mut ruleset = self.clone();
        for change in self.overrides.iter().filter(|change| change.is_for_file(name)) {
            ruleset.layer.extend(change.layer.clone());
        }
        ruleset
    }

    /// Applies overrides for parts of a file to its findings.
    pub(super) fn judge_parts(&self, name: &str, findings: Vec<LintFinding>) -> Vec<LintFinding> {
        let judged = findings.into_iter().filter_map(|mut finding| {
            for change in &self.overrides {
                let Some(severity) = change.layer.severities.get(&finding.code) else {
                    continue;
                };
                if change.is_for_part(name, &finding.path) {
                    finding.severity = (*severity)?;
                }
            }
            Some(finding)
        });
        judged.collect()
    }
}

impl Layer {
    /// Adds what another file says; the other one wins.
    fn extend(&mut self, other: Self) {
        self.own.extend(other.own);
        for (id, severity) in &other.severities {
            if let Some(entry) = self.own.get_mut(id) {
                entry.is_on = severity.is_some();
                entry.severity = severity.unwrap_or(entry.severity);
            }
        }
        self.severities.extend(other.severities);
    }

    /// Turns all rules of the file on or off, as `extends` asks for.
    fn choose(&mut self, chosen: Chosen) {
        match chosen {
            Chosen::Recommended => {}
            Chosen::All => {
                self.severities.retain(|_, severity| severity.is_some());
                self.own.values_mut().for_each(|entry| entry.is_on = true);
            }
            Chosen::Off => {
                self.severities.clear();
                self.own.values_mut().for_each(|entry| entry.is_on = false);
            }
        }
    }
}
