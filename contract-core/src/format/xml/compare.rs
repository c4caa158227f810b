//! Compares a document with the expected one.

use std::borrow::Cow;

use crate::json::Value;
use roxmltree::Node;

use super::children::{Searched, is_about_children, speaks_of_children};
use super::example::{Element, Group, XmlPlan, name_of};
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::{Applied, Failure, Keys, Role, Rules};
use crate::matching::scope::Scope;
use crate::matching::show;
use crate::matching::{Unexpected, effort};

impl XmlPlan {
    /// Compares a document that was read with [`parse`](super::parse).
    pub(crate) fn compare(
        &self,
        rules: &Rules,
        actual: &roxmltree::Document<'_>,
        reporter: &mut Reporter<'_>,
    ) {
        let root = actual.root_element();
        let scope = Scope::root(rules);
        let name = name_of(root);
        if !self.root.name.is(name) {
            let failure = Failure {
                expectation: format!("an element <{}/>", self.root.name.as_str()),
                description: format!(
                    "Expected element <{}/> but received <{}/>",
                    self.root.name.as_str(),
                    shown(name)
                ),
                rule: String::new(),
            };
            let (expected, actual) = (Value::from(self.root.name.as_str()), Value::from(shown(name)));
            return reporter.report(&Place::ROOT, Some(expected), Some(actual), failure, None);
        }
        let here = Place::ROOT.name(self.root.name.as_str());
        let scope = scope.named_element(self.root.name.written(), 0);
        let mut walk = Walk {
            children: Vec::new(),
            is_attempt: false,
            reporter,
        };
        walk.element(&here, &scope, &self.root, root, 1);
    }
}

/// Returns how the name of a received element is written: `uri:local`.
pub(super) fn shown((namespace, local): (Option<&str>, &str)) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}:{local}"),
        None => local.to_owned(),
    }
}

/// What comparing one element costs, where elements are compared with several of the example.
const STEPS_OF_ELEMENT: u64 = 20;

/// One comparison under way.
pub(super) struct Walk<'w, 'o, 'd, 'i> {
    /// The child elements of all elements from the root to where the walk is, each with the group of the example
    /// that its name belongs to: an element's children are looked at once.
    pub(super) children: Vec<(Node<'d, 'i>, Option<usize>)>,
    /// Whether elements are compared to find one that fits: work beyond the documents' size.
    pub(super) is_attempt: bool,
    pub(super) reporter: &'w mut Reporter<'o>,
}

impl<'d, 'i> Walk<'_, '_, 'd, 'i> {
    /// Compares an element of the expected name. `count` is how many siblings have its name, itself included.
    pub(super) fn element(
        &mut self,
        place: &Place<'_>,
        scope: &Scope<'_>,
        expected: &Element,
        actual: Node<'d, 'i>,
        count: usize,
    ) {
        if self.is_attempt && !effort::spend(STEPS_OF_ELEMENT) {
            return;
        }
        let start = self.children.len();
        let found = self.look(expected, actual);
        let children = self.children.len() - start;
        let applied = scope.applied();
        if let Some(applied) = applied {
            let count = if expected.has_children() { children } else { count };
            bounds(place, scope, applied, expected, count, self.reporter);
        }
        attributes(place, scope, expected, actual, self.reporter);
        text(
            place,
            scope,
            applied,
            expected,
            &found,
            children > 0,
            self.reporter,
        );
        let is_refused = children > 0 && self.reporter.unexpected == Unexpected::Refused;
        if expected.has_children() || is_refused || applied.is_some_and(is_about_children) {
            self.compare_children(place, scope, applied, expected, start);
        }
        self.children.truncate(start);
    }

    /// Takes in the children of an element, and returns its text.
    fn look(&mut self, expected: &Element, actual: Node<'d, 'i>) -> Cow<'d, str> {
        let mut text: Cow<'d, str> = Cow::Borrowed("");
        let mut last = 0;
        for child in actual.children() {
            if child.is_element() {
                let group = expected.group_of(name_of(child), last);
                last = group.unwrap_or(last);
                self.children.push((child, group));
            } else if child.is_text()
                && let Some(more) = child.text()
                && !more.trim().is_empty()
            {
                if text.is_empty() {
                    text = Cow::Borrowed(more);
                } else {
                    text.to_mut().push_str(more);
                }
            }
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// Compares the children that were taken in from `start` on.
    fn compare_children(
        &mut self,
        place: &Place<'_>,
        scope: &Scope<'_>,
        applied: Option<Applied<'_>>,
        expected: &Element,
        start: usize,
    ) {
        if let Some(applied) = applied {
            let (keys, each) = applied.members();
            if keys != Keys::Same {
                return self.free_children(place, scope, applied, expected, start, each);
            }
        }
        let searched = Searched::of(applied, expected);
        let is_freed = applied.is_some_and(frees_number);
        let is_list = is_freed
            && applied.is_some_and(|applied| !applied.cascaded)
            && expected.groups.len() == 1
            && !searched.has(0);
        let end = self.children.len();
        let mut counts = Counts::new(expected.groups.len());
        for (_, group) in &self.children[start..] {
            if let Some(group) = group {
                counts.add(*group);
            }
        }
        let is_long = is_list && (counts.of(0) > 1 || expected.groups[0].elements.len() > 1);
        let mut seen = Counts::new(expected.groups.len());
        for at in start..end {
            let (child, group) = self.children[at];
            let Some(group) = group else {
                if self.reporter.unexpected == Unexpected::Refused || is_long {
                    unexpected_child(place, child, self.reporter);
                }
                continue;
            };
            if searched.has(group) {
                continue;
            }
            let (index, count) = (seen.add(group), counts.of(group));
            let group = &expected.groups[group];
            let scope = scope.named_element(group.name.written(), index);
            let is_freed = is_freed_at(is_freed, scope.applied());
            let example = match group.elements.get(index) {
                Some(example) => example,
                None if is_freed => &group.elements[0],
                None => continue,
            };
            let named = place.name(group.name.as_str());
            if count > 1 || group.elements.len() > 1 {
                self.element(&named.index(index), &scope, example, child, count);
            } else {
                self.element(&named, &scope, example, child, count);
            }
        }
        if let Some(applied) = applied {
            self.search(place, scope, applied, expected, start);
        }
        for (at, group) in expected.groups.iter().enumerate() {
            if searched.has(at) {
                continue;
            }
            numbers(place, scope, is_freed, group, counts.of(at), self.reporter);
        }
    }
}

/// Checks how many children an element has; of one that has none in the example, how many of its name there are.
fn bounds(
    place: &Place<'_>,
    scope: &Scope<'_>,
    applied: Applied<'_>,
    expected: &Element,
    count: usize,
    reporter: &mut Reporter<'_>,
) {
    for rule in applied.rules() {
        let Role::Type(bounds) = rule.role() else {
            continue;
        };
        if bounds.is_open() {
            continue;
        }
        if !bounds.hold(count) {
            let failure = Failure {
                expectation: bounds.in_words(),
                description: bounds.description(&format!("<{}/>", expected.name.as_str()), count),
                rule: rule.name().to_owned(),
            };
            reporter.report(place, None, Some(count.into()), failure, Some((applied, scope)));
        }
    }
}

fn attributes(
    place: &Place<'_>,
    scope: &Scope<'_>,
    expected: &Element,
    actual: Node<'_, '_>,
    reporter: &mut Reporter<'_>,
) {
    for attribute in &expected.attributes {
        let name = attribute.name.as_str();
        let here = place.name(name);
        let bare = &name[1..];
        let found = actual
            .attributes()
            .find(|candidate| attribute.name.is((candidate.namespace(), candidate.name())));
        let Some(found) = found else {
            let failure = Failure {
                expectation: format!("an attribute {bare}"),
                description: format!(
                    "Expected attribute '{bare}'='{}' but was missing",
                    show::cut(&attribute.value)
                ),
                rule: String::new(),
            };
            reporter.report(&here, Some(attribute.value.as_str().into()), None, failure, None);
            continue;
        };
        let scope = scope.named(attribute.name.written());
        reporter.text(
            &here,
            &scope,
            Some(&attribute.value),
            found.value(),
            |expected, actual| {
                format!("Expected attribute '{bare}'='{expected}' but received '{bare}'='{actual}'")
            },
        );
    }
    if reporter.unexpected == Unexpected::Allowed || actual.attributes().len() == expected.attributes.len() {
        return;
    }
    for attribute in actual.attributes() {
        let name = (attribute.namespace(), attribute.name());
        if expected.attributes.iter().any(|known| known.name.is(name)) {
            continue;
        }
        let name = shown(name);
        let failure = Failure {
            expectation: "no such attribute".to_owned(),
            description: format!(
                "Did not expect attribute '{name}' but received '{}'",
                show::cut(attribute.value())
            ),
            rule: String::new(),
        };
        let step = format!("@{name}");
        reporter.report(
            &place.name(&step),
            None,
            Some(attribute.value().into()),
            failure,
            None,
        );
    }
}

fn text(
    place: &Place<'_>,
    scope: &Scope<'_>,
    applied: Option<Applied<'_>>,
    expected: &Element,
    found: &str,
    has_children: bool,
    reporter: &mut Reporter<'_>,
) {
    if applied.is_none() && scope.is_leaf() && found == expected.text {
        return;
    }
    let wording =
        |expected: &str, actual: &str| format!("Expected value '{expected}' but received '{actual}'");
    let own = scope.member("#text");
    // An element with children and no text is not empty; a rule about its text must name it to judge it.
    let is_structure = has_children && expected.text.is_empty() && found.is_empty();
    let is_ruled = own.applied().is_some_and(|applied| !applied.cascaded);
    if is_ruled && (!is_structure || scope.leads_to("#text")) {
        reporter.text(&place.name("#text"), &own, Some(&expected.text), found, wording);
    } else if let Some(applied) = applied.filter(|applied| is_about_children(*applied)) {
        // The rules speak of children, and not of the text beside them.
        if found != expected.text && !frees_number(applied) {
            let failure = Failure {
                expectation: format!("{:?}", show::cut(&expected.text)),
                description: wording(&show::cut(&expected.text), &show::cut(found)),
                rule: String::new(),
            };
            let (expected, found) = (expected.text.as_str().into(), found.into());
            reporter.report(place, Some(expected), Some(found), failure, None);
        }
    } else if !is_structure {
        reporter.text(place, scope, Some(&expected.text), found, wording);
    }
}

/// Reports children that are missing or too many.
fn numbers(
    place: &Place<'_>,
    scope: &Scope<'_>,
    is_freed: bool,
    group: &Group,
    count: usize,
    reporter: &mut Reporter<'_>,
) {
    let wanted = group.elements.len();
    let name = group.name.as_str();
    if count == wanted {
        return;
    }
    let scope = scope.named_element(group.name.written(), 0);
    let is_freed = is_freed_at(is_freed, scope.applied());
    let description = match count {
        0 if scope.applied().is_some_and(may_be_absent) => return,
        0 => format!("Expected child <{name}/> but was missing"),
        _ if is_freed => return,
        // More than expected are like other children that nothing was said about.
        _ if count > wanted && reporter.unexpected == Unexpected::Allowed => return,
        _ => format!("Expected {wanted} <{name}/> but received {count}"),
    };
    let failure = Failure {
        expectation: format!("{wanted} <{name}/>"),
        description,
        rule: String::new(),
    };
    let actual = (count > 0).then(|| count.into());
    reporter.report(&place.name(name), Some(wanted.into()), actual, failure, None);
}

fn unexpected_child(place: &Place<'_>, child: Node<'_, '_>, reporter: &mut Reporter<'_>) {
    let name = shown(name_of(child));
    let failure = Failure {
        expectation: "no such element".to_owned(),
        description: format!("Unexpected child <{name}/>"),
        rule: String::new(),
    };
    let source = &child.document().input_text()[child.range()];
    reporter.report(
        &place.name(&name),
        None,
        Some(show::cut(source).into()),
        failure,
        None,
    );
}

/// Returns whether elements of a name may come in other numbers than the example's, if those of their parent's children are
/// freed or not.
/// `equality` at their own path fixes their number.
fn is_freed_at(is_freed_above: bool, applied: Option<Applied<'_>>) -> bool {
    let is_fixed = |applied: Applied<'_>| {
        let mut rules = applied
            .rules()
            .iter()
            .filter(|rule| !speaks_of_children(rule.role()));
        let is_equality = |role: Role<'_>| matches!(role, Role::Equality);
        !applied.cascaded
            && rules.next().is_some_and(|rule| is_equality(rule.role()))
            && rules.all(|rule| is_equality(rule.role()))
    };
    !applied.is_some_and(is_fixed) && (is_freed_above || applied.is_some_and(frees_number))
}

/// Returns whether the rules at an element's own path say that there may be none: a lower bound of 0.
fn may_be_absent(applied: Applied<'_>) -> bool {
    let allows_none = |role: Role<'_>| matches!(role, Role::Type(bounds) if bounds.min == Some(0));
    !applied.cascaded && applied.rules().iter().any(|rule| allows_none(rule.role()))
}

/// Returns whether the rules let elements of one name come in other numbers than the example's.
fn frees_number(applied: Applied<'_>) -> bool {
    applied
        .rules()
        .iter()
        .any(|rule| matches!(rule.role(), Role::Type(_)))
}

/// How many children of each group there are; on the stack where there are few groups.
struct Counts {
    few: [usize; Self::FEW],
    many: Vec<usize>,
}

impl Counts {
    const FEW: usize = 12;

    fn new(groups: usize) -> Self {
        Self {
            few: [0; Self::FEW],
            many: if groups > Self::FEW {
                vec![0; groups]
            } else {
                Vec::new()
            },
        }
    }

    fn slots(&mut self) -> &mut [usize] {
        if self.many.is_empty() {
            &mut self.few
        } else {
            &mut self.many
        }
    }

    /// Counts one more, and returns how many there were before.
    fn add(&mut self, group: usize) -> usize {
        let slot = &mut self.slots()[group];
        *slot += 1;
        *slot - 1
    }

    fn of(&self, group: usize) -> usize {
        if self.many.is_empty() {
            self.few[group]
        } else {
            self.many[group]
        }
    }
}
