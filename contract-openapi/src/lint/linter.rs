//! All rules over one document.

use std::collections::HashSet;

use super::document::Doc;
use super::finding::{LintFinding, Segment, Severity};
use super::group::Findings;
use super::own;
use super::rule::{Group, LintRule, lint_rules};
use super::ruleset::Ruleset;
use crate::document::{Documents, FileId};

/// Judges a document by the rules that a rule set turns on. The document need not be a valid description.
///
/// ```
/// use contract_openapi::document::{Documents, Limits};
/// use contract_openapi::lint::{Ruleset, lint};
///
/// let text = "openapi: 3.0.3\ninfo: {title: a, version: 1.0.0}\npaths:\n  pets: {get: {responses: {200: {description: b}}}}\n";
/// let documents = Documents::from_text("openapi.yaml", text, &Limits::default())?;
/// let findings = lint(&documents, &Ruleset::default());
/// assert_eq!(findings[0].code, "path-must-start-with-slash");
/// assert_eq!(findings[0].place.as_ref().unwrap().to_string(), "openapi.yaml:4:9");
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn lint(documents: &Documents, ruleset: &Ruleset) -> Vec<LintFinding> {
    let doc = Doc::new(documents);
    let name = documents.name(FileId::ROOT);
    let effective = ruleset.for_file(name);
    let known = lint_rules()
        .iter()
        .filter_map(|rule| Some((rule, effective.severity(rule)?)))
        .flat_map(|(rule, severity)| check(&doc, rule, severity));
    let own = effective
        .own_rules()
        .flat_map(|(rule, severity)| own::run(rule, documents, doc.version, severity));
    let mut findings = without_repeats(ruleset.judge_parts(name, known.chain(own).collect()));
    findings.sort_by(|one, other| {
        other
            .severity
            .cmp(&one.severity)
            .then_with(|| one.place.cmp(&other.place))
            .then_with(|| one.code.cmp(&other.code))
    });
    findings
}

/// Takes out what the structure says of a place that another rule of validity says something about.
fn without_repeats(findings: Vec<LintFinding>) -> Vec<LintFinding> {
    let is_of_structure =
        |finding: &LintFinding| matches!(finding.code.as_str(), "oas2-schema" | "oas3-schema");
    let is_validity = |code: &str| {
        lint_rules()
            .iter()
            .any(|rule| rule.id == code && rule.group == Group::Validity)
    };
    let told: HashSet<Vec<Segment>> = findings
        .iter()
        .filter(|finding| !is_of_structure(finding) && is_validity(&finding.code))
        .map(|finding| finding.path.clone())
        .collect();
    findings
        .into_iter()
        .filter(|finding| !is_of_structure(finding) || !told.contains(&finding.path))
        .collect()
}

/// Judges a document by one rule at its own severity; `None` if there is no such rule.
pub fn lint_rule(documents: &Documents, id: &str) -> Option<Vec<LintFinding>> {
    let rule = lint_rules().iter().find(|rule| rule.id == id)?;
    Some(check(&Doc::new(documents), rule, rule.severity))
}

fn check(doc: &Doc<'_>, rule: &LintRule, severity: Severity) -> Vec<LintFinding> {
    let mut findings = Findings {
        code: rule.id,
        severity,
        doc,
        found: Vec::new(),
    };
    (rule.check)(doc, &mut findings);
    findings.found
}
