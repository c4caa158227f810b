//! Judges a description by a rule of a team.

use std::collections::HashSet;

use super::field::{Target, targets};
use super::function::Failure;
use super::message::{Mentioned, filled};
use super::rule::{Check, OwnRule, admits};
use super::view::View;
use super::visit::Visit;
use crate::description::Version;
use crate::document::Documents;
use crate::lint::finding::{LintFinding, Segment, Severity};

/// Judges a description by a rule. A place that several references lead to is told once.
pub(in crate::lint) fn run(
    rule: &OwnRule,
    documents: &Documents,
    version: Option<Version>,
    severity: Severity,
) -> Vec<LintFinding> {
    if !admits(&rule.formats, version) {
        return Vec::new();
    }
    let mut run = Run {
        rule,
        severity,
        view: View {
            documents,
            is_resolved: rule.is_resolved,
        },
        found: Vec::new(),
        told: HashSet::new(),
    };
    let root = Visit::root(documents.root());
    for given in rule
        .given
        .iter()
        .filter(|given| given.formats.iter().all(|formats| admits(formats, version)))
    {
        let selection = given.path.select(&run.view, &root);
        for hit in &selection.hits {
            for check in &rule.checks {
                for target in targets(&run.view, hit, check.field.as_ref()) {
                    run.judge(check, &target);
                }
            }
        }
        if selection.is_cut {
            run.found.push(LintFinding {
                code: rule.id.clone(),
                severity: Severity::Error,
                message: "`given` looks at more places than a rule may: make it more exact".to_owned(),
                path: Vec::new(),
                place: documents.place(documents.root().at),
            });
        }
    }
    run.found
}

struct Run<'r, 'd> {
    rule: &'r OwnRule,
    severity: Severity,
    view: View<'d>,
    found: Vec<LintFinding>,
    told: HashSet<Told>,
}

#[derive(PartialEq, Eq, Hash)]
struct Told {
    file: usize,
    path: Vec<Segment>,
    message: String,
}

impl<'d> Run<'_, 'd> {
    fn judge(&mut self, check: &Check, target: &Target<'d>) {
        for failure in check.function.judge(&self.view, target) {
            self.tell(target, &failure);
        }
    }

    fn tell(&mut self, target: &Target<'d>, failure: &Failure) {
        let visit = target.visit.descend(&self.view, &failure.below);
        let at = match target.at {
            Some(at) if failure.below.is_empty() => at,
            _ => visit.node.at,
        };
        let path = visit.path();
        let last = failure
            .below
            .last()
            .or(target.missing.last())
            .or(path.last())
            .map(ToString::to_string)
            .unwrap_or_default();
        let way: Vec<String> = path.iter().map(ToString::to_string).collect();
        let description = self.rule.description.as_deref().unwrap_or_default();
        let template = self.rule.message.as_deref().or(self.rule.description.as_deref());
        let message = filled(
            template.unwrap_or("{{error}}"),
            &Mentioned {
                error: &failure.message,
                description,
                path: &way.join("."),
                property: &last,
                value: target.value.as_deref(),
            },
        );
        let told = Told {
            file: at.file.index(),
            path: path.clone(),
            message: message.clone(),
        };
        if self.told.insert(told) {
            self.found.push(LintFinding {
                code: self.rule.id.clone(),
                severity: self.severity,
                message,
                path,
                place: self.view.documents.place(at),
            });
        }
    }
}
