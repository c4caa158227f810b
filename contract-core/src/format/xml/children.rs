//! Rules about the children of an element: names that are free (`values`, `eachKey`, `eachValue`), and elements that are
//! searched for (`arrayContains`).

use std::collections::HashMap;

use roxmltree::Node;

use super::compare::{Walk, shown};
use super::example::{Child, Element, XmlPlan, name_of, text_of};
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::array_contains::more_missing;
use crate::matching::rule::{
    Applied, ArrayContains, EachKey, Failure, Keys, MOST_NAMED, Rejected, Role, Rules, SetId,
};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, show};
use crate::{Error, ErrorKind};

/// Elements that the example does not have are followed no deeper than this.
const DEPTH_LIMIT: usize = 128;

/// At most so many elements are compared to explain why a variant is missing.
const MOST_TRIED: usize = 100;

/// How many variants that are missing are explained by the nearest element.
const MOST_EXPLAINED: usize = 5;

/// Whether rules at an element's own path speak of its children.
pub(super) fn is_about_children(applied: Applied<'_>) -> bool {
    !applied.cascaded && applied.rules().iter().any(|rule| speaks_of_children(rule.role()))
}

/// Whether a rule at an element's own path speaks of its children.
pub(super) fn speaks_of_children(role: Role<'_>) -> bool {
    matches!(
        role,
        Role::LikeExample | Role::EachKey(_) | Role::ArrayContains(_)
    )
}

/// How many children of one name there are, and how many of them were compared.
#[derive(Debug, Default)]
struct Alike {
    count: usize,
    seen: usize,
}

/// The groups of the example that hold elements to search for, in order.
#[derive(Debug, Default)]
pub(super) struct Searched(Vec<usize>);

impl Searched {
    pub(super) fn of(applied: Option<Applied<'_>>, expected: &Element) -> Self {
        let mut groups = Vec::new();
        for contains in applied.into_iter().flat_map(contained) {
            let wanted = Wanted::all(contains, expected, &Rules::none())
                .map(|wanted| wanted.child.group)
                .collect::<Vec<_>>();
            groups.extend(wanted);
        }
        groups.sort_unstable();
        groups.dedup();
        Self(groups)
    }

    pub(super) fn has(&self, group: usize) -> bool {
        self.0.binary_search(&group).is_ok()
    }
}

/// An element to be found.
#[derive(Debug)]
struct Wanted<'a> {
    index: usize,
    child: Child<'a>,
    /// Rooted at the element.
    rules: &'a Rules,
}

impl<'a> Wanted<'a> {
    /// All elements that a rule searches for: those that it describes, or else every child of the example.
    fn all(
        contains: &'a ArrayContains,
        expected: &'a Element,
        none: &'a Rules,
    ) -> impl Iterator<Item = Self> {
        let variants = contains.variants();
        let every = if variants.is_empty() {
            expected.child_count()
        } else {
            0
        };
        variants
            .iter()
            .map(|variant| (variant.index, &variant.rules))
            .chain((0..every).map(move |index| (index, none)))
            .filter_map(|(index, rules)| {
                let child = expected.child(index)?;
                Some(Self { index, child, rules })
            })
    }

    fn failure(&self) -> Failure {
        let shown = show::cut(&sketch(self.child.element)).into_owned();
        Failure {
            expectation: format!("an element like {shown}"),
            description: format!(
                "Variant at index {} ({shown}) was not found among the children",
                self.index
            ),
            rule: "arrayContains".to_owned(),
        }
    }
}

impl<'d, 'i> Walk<'_, '_, 'd, 'i> {
    /// Compares children whose names are free: each with that of its name in the example, or under rules about values with
    /// the first. What the example does not have is judged by rules alone.
    pub(super) fn free_children(
        &mut self,
        place: &Place<'_>,
        scope: &Scope<'_>,
        applied: Applied<'_>,
        expected: &Element,
        start: usize,
        each: SetId,
    ) {
        let (keys, _) = applied.members();
        let mut alike: HashMap<(Option<&str>, &str), Alike> = HashMap::new();
        for (child, _) in &self.children[start..] {
            alike.entry(name_of(*child)).or_default().count += 1;
        }
        for at in start..self.children.len() {
            let (child, group) = self.children[at];
            let name = name_of(child);
            let shown = shown(name);
            let alike = alike.entry(name).or_default();
            let (index, count) = (alike.seen, alike.count);
            alike.seen += 1;

            let group = group.map(|group| &expected.groups[group]);
            let scope = match group {
                Some(group) => scope.named_element_with(group.name.written(), index, each),
                None => scope.named_element_with([shown.as_str(), name.1].into_iter(), index, each),
            };
            let same = group.map(|group| group.elements.get(index).unwrap_or(&group.elements[0]));
            let example = match keys {
                Keys::Alike => same.or_else(|| expected.child(0).map(|child| child.element)),
                // The rule speaks of names alone: values are compared where another rule speaks of them.
                Keys::Free | Keys::Same => same.filter(|_| scope.applied().is_some() || !scope.is_leaf()),
            };
            let named = place.name(&shown);
            let indexed = named.index(index);
            let here = if count > 1 { &indexed } else { &named };
            self.name(here, &scope, applied, name.1);
            match example {
                Some(example) => self.element(here, &scope, example, child, count),
                None => self.by_rules_alone(here, &scope, child),
            }
        }
        self.search(place, scope, applied, expected, start);
    }

    /// Judges the local name of a child.
    fn name(&mut self, place: &Place<'_>, scope: &Scope<'_>, applied: Applied<'_>, name: &str) {
        let judges = applied.rules().iter().filter_map(|rule| match rule.role() {
            Role::EachKey(each) => Some(each),
            _ => None,
        });
        for each in judges {
            for failure in failing_names(each, name, self.reporter) {
                let decided = Some((applied, scope));
                self.reporter
                    .report(place, None, Some(name.into()), failure, decided);
            }
        }
    }

    /// Judges an element that the example does not have.
    fn by_rules_alone(&mut self, place: &Place<'_>, scope: &Scope<'_>, actual: Node<'d, 'i>) {
        if place.depth() > DEPTH_LIMIT {
            return self.reporter.too_deep(place, DEPTH_LIMIT);
        }
        let text = text_of(actual);
        let has_children = actual.children().any(|child| child.is_element());
        let own = scope.member("#text");
        let is_judged = |scope: &Scope<'_>| {
            let applied = scope.applied();
            applied.is_some_and(|applied| !is_about_children(applied)) && !(has_children && text.is_empty())
        };
        if scope.leads_to("#text") {
            let here = place.name("#text");
            self.reporter.text(&here, &own, None, &text, |_, _| String::new());
        } else if is_judged(scope) {
            self.reporter
                .text(place, scope, None, &text, |_, _| String::new());
        }
        if scope.is_leaf() {
            return;
        }
        for attribute in actual.attributes() {
            let shown = format!("@{}", shown((attribute.namespace(), attribute.name())));
            let local = format!("@{}", attribute.name());
            let scope = scope.named([shown.as_str(), local.as_str()].into_iter());
            let here = place.name(&shown);
            self.reporter
                .text(&here, &scope, None, attribute.value(), |_, _| String::new());
        }
        let mut seen: HashMap<(Option<&str>, &str), usize> = HashMap::new();
        for child in actual.children().filter(Node::is_element) {
            let name = name_of(child);
            let shown = shown(name);
            let index = seen.entry(name).or_default();
            let scope = scope.named_element([shown.as_str(), name.1].into_iter(), *index);
            let named = place.name(&shown);
            self.by_rules_alone(&named.index(*index), &scope, child);
            *index += 1;
        }
    }

    /// Searches the children that were taken in from `start` on for the elements that rules describe.
    pub(super) fn search(
        &mut self,
        place: &Place<'_>,
        scope: &Scope<'_>,
        applied: Applied<'_>,
        expected: &Element,
        start: usize,
    ) {
        if contained(applied).next().is_none() {
            return;
        }
        self.lacking(place, scope, applied, expected);
        let none = Rules::none();
        let candidates = self.children[start..].to_vec();
        let mut missing = 0;
        for wanted in contained(applied).flat_map(|contains| Wanted::all(contains, expected, &none)) {
            let alike = || {
                candidates
                    .iter()
                    .filter(|(_, group)| *group == Some(wanted.child.group))
                    .map(|(candidate, _)| *candidate)
            };
            let named = place.name(wanted.child.element.name.as_str());
            if alike().any(|candidate| self.differences(&named, &wanted, candidate).is_empty()) {
                continue;
            }
            missing += 1;
            if missing > MOST_NAMED {
                continue;
            }
            let decided = Some((applied, scope));
            self.reporter.report(place, None, None, wanted.failure(), decided);
            if missing <= MOST_EXPLAINED {
                let tried = alike().take(MOST_TRIED).enumerate();
                let differences =
                    tried.map(|(index, candidate)| self.differences(&named.index(index), &wanted, candidate));
                let nearest = differences.min_by_key(Vec::len).unwrap_or_default();
                self.reporter.explain_last(nearest);
            }
        }
        if missing > MOST_NAMED {
            let failure = Failure {
                expectation: format!("{} more elements", missing - MOST_NAMED),
                description: more_missing(missing - MOST_NAMED),
                rule: "arrayContains".to_owned(),
            };
            self.reporter
                .report(place, None, None, failure, Some((applied, scope)));
        }
    }

    /// Reports variants that the example has no child for: there is nothing to search for, and so nothing was found. Rules at the
    /// element's own path were checked before ([`XmlPlan::check_variants`]), those inside `eachValue` were not.
    fn lacking(&mut self, place: &Place<'_>, scope: &Scope<'_>, applied: Applied<'_>, expected: &Element) {
        let indexes = contained(applied).flat_map(|contains| contains.variants().iter().map(|one| one.index));
        for index in indexes
            .filter(|&index| expected.child(index).is_none())
            .take(MOST_NAMED)
        {
            let failure = Failure {
                expectation: format!("an element that matches variant {index}"),
                description: format!(
                    "Variant at index {index} has no child in the example <{}>",
                    expected.name.as_str()
                ),
                rule: "arrayContains".to_owned(),
            };
            let decided = Some((applied, scope));
            self.reporter.report(place, None, None, failure, decided);
        }
    }

    /// How an element differs from one that is searched for.
    fn differences(&self, place: &Place<'_>, wanted: &Wanted<'_>, candidate: Node<'d, 'i>) -> Vec<Mismatch> {
        let mut out = Vec::new();
        let mut walk = Walk {
            children: Vec::new(),
            is_attempt: true,
            reporter: &mut Reporter::rooted(self.reporter.unexpected, place.depth(), &mut out),
        };
        let scope = Scope::root(wanted.rules);
        walk.element(place, &scope, wanted.child.element, candidate, 1);
        out
    }
}

/// The rules that search for children.
fn contained(applied: Applied<'_>) -> impl Iterator<Item = &ArrayContains> {
    let rules = if applied.cascaded { &[] } else { applied.rules() };
    rules.iter().filter_map(|rule| match rule.role() {
        Role::ArrayContains(contains) => Some(contains),
        _ => None,
    })
}

/// Why a name is none that a rule allows.
fn failing_names(each: &EachKey, name: &str, reporter: &Reporter<'_>) -> Vec<Failure> {
    let failing = each.failing(name).take(MOST_NAMED);
    let failures = failing.map(|rule| {
        let rejected = Rejected {
            example: each.example.as_deref().map(Given::Text),
            actual: Given::Text(name),
            unexpected: reporter.unexpected,
        };
        let mut failure = Failure::of(rule.as_ref(), &rejected);
        failure.expectation = format!("a name that is {}", failure.expectation);
        "eachKey".clone_into(&mut failure.rule);
        failure
    });
    failures.collect()
}

/// An element as reports show it: `<link rel="self">…</link>`.
fn sketch(element: &Element) -> String {
    let name = element.name.as_str();
    let attributes = element.attributes.iter().map(|attribute| {
        let name = attribute.name.as_str().trim_start_matches('@');
        format!(" {name}={}", Value::from(attribute.value.as_str()))
    });
    let inside = if element.has_children() {
        "…"
    } else {
        &element.text
    };
    let attributes: String = attributes.collect();
    if inside.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{inside}</{name}>")
    }
}

impl XmlPlan {
    /// Checks that the example has each element that rules search for.
    ///
    /// # Errors
    ///
    /// If it lacks one: the rule would search for nothing.
    pub(super) fn check_variants(&self, rules: &Rules) -> Result<(), Error> {
        if !rules.searches_elements() {
            return Ok(());
        }
        let scope = Scope::root(rules).named_element(self.root.name.written(), 0);
        check_element(&self.root, &scope)
    }
}

fn check_element(element: &Element, scope: &Scope<'_>) -> Result<(), Error> {
    if let Some(applied) = scope.applied() {
        for contains in contained(applied) {
            let lacking = |index: usize| element.child(index).is_none();
            let mut indexes = contains.variants().iter().map(|variant| variant.index);
            if let Some(index) = indexes.find(|&index| lacking(index)) {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!(
                        "matching rule arrayContains at {}: variant {index}: the example <{}> has no child at index {index}, it has \
                         {} in all: add the child, or correct the index",
                        applied.set.path,
                        element.name.as_str(),
                        element.child_count()
                    ),
                ));
            }
            for variant in contains.variants() {
                if let Some(child) = element.child(variant.index) {
                    check_element(child.element, &Scope::root(&variant.rules))?;
                }
            }
        }
    }
    for group in &element.groups {
        for (index, child) in group.elements.iter().enumerate() {
            check_element(child, &scope.named_element(group.name.written(), index))?;
        }
    }
    Ok(())
}
