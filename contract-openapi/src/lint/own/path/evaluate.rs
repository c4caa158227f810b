//! Selects places of a description by a JSONPath.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use super::expression::{Expression, Given, Method};
use super::scalar::Scalar;
use super::syntax::{JsonPath, Selector, Slice, Step};
use crate::document::{Node, Value};
use crate::lint::finding::Segment;
use crate::lint::own::view::View;
use crate::lint::own::visit::Visit;

/// How many places a path may look at.
const MAX_VISITS: usize = 2_000_000;

/// A selected place.
pub(in crate::lint::own) struct Hit<'d> {
    pub(in crate::lint::own) visit: Rc<Visit<'d>>,
    /// Whether the name of the member is meant, not its value.
    pub(in crate::lint::own) is_name: bool,
}

/// What a path selects.
pub(in crate::lint::own) struct Selection<'d> {
    pub(in crate::lint::own) hits: Vec<Hit<'d>>,
    /// Whether the path would look at more places than it may.
    pub(in crate::lint::own) is_cut: bool,
}

impl JsonPath {
    /// Returns the places that the path selects, in the order of the document.
    ///
    /// A place that several references lead to is selected once, unless the path looks at the way.
    pub(in crate::lint::own) fn select<'d>(&self, view: &View<'d>, root: &Rc<Visit<'d>>) -> Selection<'d> {
        let mut walk = Walk {
            view: *view,
            root: root.node,
            is_shared: !self.depends_on_way,
            budget: MAX_VISITS,
        };
        let mut places = vec![Rc::clone(root)];
        for step in &self.steps {
            let next = walk.step(step, &places);
            places = walk.once(next);
        }
        let hits = places
            .into_iter()
            .filter(|visit| !self.selects_names || visit.key.is_some());
        Selection {
            hits: hits
                .map(|visit| Hit {
                    visit,
                    is_name: self.selects_names,
                })
                .collect(),
            is_cut: walk.budget == 0,
        }
    }
}

struct Walk<'d> {
    view: View<'d>,
    root: &'d Node,
    /// Whether a place counts once, however many references lead to it.
    is_shared: bool,
    budget: usize,
}

impl<'d> Walk<'d> {
    fn step(&mut self, step: &Step, places: &[Rc<Visit<'d>>]) -> Vec<Rc<Visit<'d>>> {
        let mut selected = Vec::new();
        match step {
            Step::Parent => selected.extend(places.iter().filter_map(|place| place.parent.clone())),
            Step::Children(selector) => {
                for place in places {
                    self.children(selector, place, &mut selected);
                }
            }
            Step::Descendants(selector) => {
                let mut seen = HashSet::new();
                for place in places {
                    self.descendants(selector, place, &mut seen, &mut selected);
                }
            }
        }
        selected
    }

    /// Takes out places that were selected before.
    fn once(&self, places: Vec<Rc<Visit<'d>>>) -> Vec<Rc<Visit<'d>>> {
        if !self.is_shared {
            return places;
        }
        let mut seen = HashSet::new();
        let identity = |place: &Rc<Visit<'d>>| {
            let parent = place
                .parent
                .as_ref()
                .map(|parent| std::ptr::from_ref(parent.node));
            (std::ptr::from_ref(place.node), parent)
        };
        places
            .into_iter()
            .filter(|place| seen.insert(identity(place)))
            .collect()
    }

    fn children(&mut self, selector: &Selector, place: &Rc<Visit<'d>>, selected: &mut Vec<Rc<Visit<'d>>>) {
        match selector {
            Selector::Named(names) => {
                let children = names.iter().filter_map(|name| place.child(&self.view, name));
                selected.extend(children);
                self.budget = self.budget.saturating_sub(names.len());
            }
            Selector::All => selected.extend(self.all(place)),
            Selector::Slice(slice) => {
                let elements = place.node.as_array().map_or(0, <[Node]>::len);
                let indices = slice.indices(elements);
                selected.extend(indices.filter_map(|index| place.child(&self.view, &Segment::Index(index))));
            }
            Selector::Filter(filter) => {
                let children = self.all(place);
                selected.extend(
                    children
                        .into_iter()
                        .filter(|child| self.value(filter, child).is_truthy()),
                );
            }
        }
    }

    fn all(&mut self, place: &Rc<Visit<'d>>) -> Vec<Rc<Visit<'d>>> {
        if self.budget == 0 {
            return Vec::new();
        }
        let children = place.children(&self.view);
        self.budget = self.budget.saturating_sub(children.len());
        children
    }

    /// Selects from the place itself and from everything below.
    fn descendants(
        &mut self,
        selector: &Selector,
        place: &Rc<Visit<'d>>,
        seen: &mut HashSet<*const Node>,
        selected: &mut Vec<Rc<Visit<'d>>>,
    ) {
        let mut waiting = vec![Rc::clone(place)];
        while let Some(place) = waiting.pop() {
            let is_new = if self.is_shared {
                seen.insert(place.node)
            } else {
                !place.is_below(place.node)
            };
            if !is_new {
                continue;
            }
            self.children(selector, &place, selected);
            let mut below = self.all(&place);
            below.retain(|child| matches!(child.node.value, Value::Array(_) | Value::Object(_)));
            waiting.extend(below.into_iter().rev());
        }
    }

    /// Returns the value of an expression.
    fn value(&self, expression: &Expression, visit: &Rc<Visit<'d>>) -> Scalar<'d> {
        match expression {
            Expression::Text(text) => Scalar::Text(Cow::Owned(text.clone())),
            Expression::Number(number) => Scalar::Number(*number),
            Expression::Bool(flag) => Scalar::Bool(*flag),
            Expression::Null => Scalar::Null,
            Expression::Undefined => Scalar::Undefined,
            Expression::Given(given) => self.given(*given, visit),
            Expression::Member(on, name) => self.member(&self.value(on, visit), &Segment::Name(name.clone())),
            Expression::Element(on, index) => self.member(&self.value(on, visit), &Segment::Index(*index)),
            Expression::Matches(on, pattern) => {
                let on = self.value(on, visit);
                let is_found = on.text().and_then(|text| pattern.is_match(text));
                Scalar::Bool(is_found.unwrap_or(false))
            }
            Expression::Call { on, method, argument } => {
                called(&self.value(on, visit), *method, &self.value(argument, visit))
            }
            Expression::Lower(on) => changed(&self.value(on, visit), str::to_lowercase),
            Expression::Upper(on) => changed(&self.value(on, visit), str::to_uppercase),
            Expression::TypeOf(on) => Scalar::Text(Cow::Borrowed(self.value(on, visit).type_name())),
            Expression::Not(on) => Scalar::Bool(!self.value(on, visit).is_truthy()),
            Expression::And(left, right) => {
                let left = self.value(left, visit);
                if left.is_truthy() {
                    self.value(right, visit)
                } else {
                    left
                }
            }
            Expression::Or(left, right) => {
                let left = self.value(left, visit);
                if left.is_truthy() {
                    left
                } else {
                    self.value(right, visit)
                }
            }
            Expression::Compare {
                operator,
                left,
                right,
            } => Scalar::Bool(
                self.value(left, visit)
                    .compare(*operator, &self.value(right, visit)),
            ),
        }
    }

    fn given(&self, given: Given, visit: &Rc<Visit<'d>>) -> Scalar<'d> {
        match given {
            Given::Value => Scalar::of(visit.node),
            Given::Root => Scalar::Node(self.root),
            Given::Parent => visit
                .parent
                .as_ref()
                .map_or(Scalar::Undefined, |parent| Scalar::of(parent.node)),
            Given::Property => key(visit),
            Given::ParentProperty => visit
                .parent
                .as_ref()
                .map_or(Scalar::Undefined, |parent| key(parent)),
            Given::Path => Scalar::Text(Cow::Owned(visit.way())),
        }
    }

    fn member(&self, on: &Scalar<'d>, name: &Segment) -> Scalar<'d> {
        let is_length = matches!(name, Segment::Name(name) if name == "length");
        match on {
            Scalar::Node(node) => match self.view.step(node, name) {
                Some(member) => Scalar::of(member),
                None => match node.as_array().filter(|_| is_length) {
                    Some(elements) => count(elements.len()),
                    None => Scalar::Undefined,
                },
            },
            Scalar::Text(text) if is_length => count(text.encode_utf16().count()),
            _ => Scalar::Undefined,
        }
    }
}

fn key<'d>(visit: &Visit<'d>) -> Scalar<'d> {
    match &visit.key {
        Some(Segment::Name(name)) => Scalar::Text(Cow::Owned(name.clone())),
        Some(Segment::Index(index)) => count(*index),
        None => Scalar::Undefined,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length is far below 2^52")]
fn count<'d>(number: usize) -> Scalar<'d> {
    Scalar::Number(number as f64)
}

fn changed<'d>(on: &Scalar<'d>, change: impl Fn(&str) -> String) -> Scalar<'d> {
    on.text()
        .map_or(Scalar::Undefined, |text| Scalar::Text(Cow::Owned(change(text))))
}

fn called<'d>(on: &Scalar<'d>, method: Method, argument: &Scalar<'d>) -> Scalar<'d> {
    let found = match on {
        Scalar::Text(text) => {
            let Some(part) = argument.text() else {
                return Scalar::Undefined;
            };
            match method {
                Method::StartsWith => return Scalar::Bool(text.starts_with(part)),
                Method::EndsWith => return Scalar::Bool(text.ends_with(part)),
                Method::Includes | Method::IndexOf => text
                    .find(part)
                    .and_then(|at| text.get(..at))
                    .map(|before| before.encode_utf16().count()),
            }
        }
        Scalar::Node(node) => node.as_array().and_then(|elements| {
            elements
                .iter()
                .position(|element| Scalar::of(element).is_same(argument))
        }),
        _ => return Scalar::Undefined,
    };
    match method {
        Method::Includes => Scalar::Bool(found.is_some()),
        _ => found.map_or(Scalar::Number(-1.0), count),
    }
}

impl Slice {
    fn indices(self, length: usize) -> impl Iterator<Item = usize> {
        let from_end = |index: i64| {
            let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
            if index < 0 {
                length.saturating_sub(distance)
            } else {
                distance.min(length)
            }
        };
        let start = self.start.map_or(0, from_end);
        let end = self.end.map_or(length, from_end);
        (start..end.max(start)).step_by(self.step)
    }
}
