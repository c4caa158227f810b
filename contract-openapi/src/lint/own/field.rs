//! `field` of a rule: which part of a selected place is judged.

use std::borrow::Cow;
use std::rc::Rc;

use super::path::{Hit, JsonPath, PathError};
use super::view::View;
use super::visit::Visit;
use crate::document::{Node, Position};
use crate::lint::finding::Segment;

/// `field` of a rule.
#[derive(Debug)]
pub(in crate::lint) enum Field {
    /// `@key`: the names of the members.
    Keys,
    /// `schema.type`, `tags[0]`: a member or element, which may be absent.
    Way(Vec<Segment>),
    /// `$.…`: places below.
    Path(JsonPath),
}

/// A value that a function judges.
pub(super) struct Target<'d> {
    /// `None` if the field is absent.
    pub(super) value: Option<Cow<'d, Node>>,
    /// The deepest place that exists.
    pub(super) visit: Rc<Visit<'d>>,
    /// The steps of the field that do not exist.
    pub(super) missing: Vec<Segment>,
    /// The position, if it is not that of the place.
    pub(super) at: Option<Position>,
}

impl Field {
    pub(in crate::lint) fn parse(text: &str) -> Result<Self, PathError> {
        if text == "@key" {
            return Ok(Self::Keys);
        }
        if text.starts_with('$') {
            return JsonPath::parse(text).map(Self::Path);
        }
        let names = text
            .split(['.', '[', ']'])
            .map(|name| name.trim_matches(['\'', '"']))
            .filter(|name| !name.is_empty());
        let way = names.map(|name| match name.parse::<usize>() {
            Ok(index) if index.to_string() == name => Segment::Index(index),
            _ => Segment::Name(name.to_owned()),
        });
        Ok(Self::Way(way.collect()))
    }
}

/// Returns the values that are judged at a selected place.
pub(super) fn targets<'d>(view: &View<'d>, hit: &Hit<'d>, field: Option<&Field>) -> Vec<Target<'d>> {
    let visit = &hit.visit;
    if hit.is_name {
        return vec![name_of(visit)];
    }
    let has_members = visit.node.as_object().is_some() || visit.node.as_array().is_some();
    match field.filter(|_| has_members) {
        None => vec![value_of(visit)],
        Some(Field::Keys) => visit.children(view).iter().map(name_of).collect(),
        Some(Field::Way(way)) => vec![at_way(view, visit, way)],
        Some(Field::Path(path)) => {
            let hits = path.select(view, &Visit::root(visit.node)).hits;
            let below = hits.iter().map(|found| {
                let way = steps_of(&found.visit);
                let visit = visit.descend(view, &way);
                if found.is_name {
                    name_of(&visit)
                } else {
                    value_of(&visit)
                }
            });
            let found: Vec<Target<'d>> = below.collect();
            if found.is_empty() {
                vec![Target {
                    value: None,
                    visit: Rc::clone(visit),
                    missing: Vec::new(),
                    at: None,
                }]
            } else {
                found
            }
        }
    }
}

fn value_of<'d>(visit: &Rc<Visit<'d>>) -> Target<'d> {
    Target {
        value: Some(Cow::Borrowed(visit.node)),
        visit: Rc::clone(visit),
        missing: Vec::new(),
        at: None,
    }
}

fn name_of<'d>(visit: &Rc<Visit<'d>>) -> Target<'d> {
    let name = visit.key.as_ref().map(|key| Node::from(key.to_string().as_str()));
    Target {
        value: name.map(Cow::Owned),
        visit: Rc::clone(visit),
        missing: Vec::new(),
        at: Some(visit.key_at),
    }
}

fn at_way<'d>(view: &View<'d>, visit: &Rc<Visit<'d>>, way: &[Segment]) -> Target<'d> {
    let mut place = Rc::clone(visit);
    for (index, segment) in way.iter().enumerate() {
        match place.child(view, segment) {
            Some(next) => place = next,
            None => {
                return Target {
                    value: None,
                    visit: place,
                    missing: way.get(index..).unwrap_or_default().to_vec(),
                    at: None,
                };
            }
        }
    }
    value_of(&place)
}

/// Returns the steps from the root of a walk.
fn steps_of(visit: &Visit<'_>) -> Vec<Segment> {
    let mut steps = Vec::new();
    let mut visit = visit;
    while let (Some(key), Some(parent)) = (&visit.key, &visit.parent) {
        steps.push(key.clone());
        visit = parent;
    }
    steps.reverse();
    steps
}
