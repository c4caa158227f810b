//! The walk through schema and value.

use std::borrow::Cow;
use std::cell::Cell;

use super::coerce::{Coercion, is_of_its_types, types_of};
use super::evaluated::Evaluated;
use super::path::{Step, instance_path, schema_path};
use super::{Failure, Undecided, Verdict, array, combine, object, scalar};
use crate::document::{Node, Position, Value};
use crate::schema::{Bundle, Patterns};

/// The supported keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON Schema 2019-09: `items` may be an array, `prefixItems` is unknown.
    Draft201909,
    /// JSON Schema 2020-12: `prefixItems`, and `items` for the following elements.
    Draft202012,
}

/// Validates values with one schema.
#[derive(Clone, Copy)]
pub(crate) struct Validator<'a> {
    pub(crate) bundle: &'a Bundle,
    pub(crate) patterns: &'a Patterns,
    pub(crate) dialect: Dialect,
    /// Whether integers of the format `int64` have 64 bits.
    pub(crate) bounds_int64: bool,
    /// Whether scalars are converted to the type of the schema, as needed for parameters.
    pub(crate) coerces: bool,
    /// The number of schemas that may still be applied. Validations that share it are limited together.
    pub(crate) budget: &'a Cell<usize>,
}

/// Maximum number of schemas that are applied in one validation.
pub(crate) const MAX_WORK: usize = 2_000_000;

/// Maximum number of failures kept for one value.
const MAX_FAILURES: usize = 10_000;

/// Maximum nesting of references and subschemas.
const MAX_DEPTH: usize = 256;

/// The result of a validation.
pub(crate) struct Outcome {
    /// The violated keywords.
    pub(crate) failures: Vec<Failure>,
    /// Why there may be others.
    pub(crate) undecided: Option<Undecided>,
}

impl Validator<'_> {
    /// Returns all violated keywords; none if the value is valid. `None` means that there is no value.
    pub(crate) fn outcome(&self, value: Option<&Node>) -> Outcome {
        let coercion = Coercion::new(self.bundle, self.budget);
        let prepared = value.map(|value| self.prepared(&coercion, value));
        let mut walk = Walk::new(self, true);
        walk.check(&self.bundle.root, prepared.as_deref());
        Outcome {
            failures: walk.failures,
            undecided: walk.undecided,
        }
    }

    /// Returns the verdict on a value.
    pub(crate) fn verdict(&self, value: &Node) -> Verdict {
        let coercion = Coercion::new(self.bundle, self.budget);
        let prepared = self.prepared(&coercion, value);
        let mut walk = Walk::new(self, false);
        walk.check(&self.bundle.root, Some(&prepared));
        Verdict::of(walk.failed, walk.undecided)
    }

    /// Returns the value to validate: scalars are converted to the type of the schema, if this is enabled.
    fn prepared<'v>(&self, coercion: &Coercion<'_>, value: &'v Node) -> Cow<'v, Node> {
        if self.coerces {
            Cow::Owned(coercion.value(&self.bundle.root, value, 0))
        } else {
            Cow::Borrowed(value)
        }
    }
}

/// A validation in progress.
pub(super) struct Walk<'a, 'w> {
    pub(super) validator: &'w Validator<'a>,
    /// Whether failures are described; otherwise the first one ends the walk.
    describes: bool,
    failures: Vec<Failure>,
    failed: bool,
    undecided: Option<Undecided>,
    schema_steps: Vec<Step<'w>>,
    instance_steps: Vec<Step<'w>>,
    depth: usize,
    /// The schemas that are being applied by references, and the addresses of the values.
    applied: Vec<(*const Node, Option<*const Node>)>,
    /// Number of surrounding schemas that need to know what was evaluated.
    pub(super) tracking: usize,
}

/// What was known at a point to return to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    failures: usize,
    failed: bool,
    undecided: Option<Undecided>,
}

impl<'a, 'w> Walk<'a, 'w> {
    fn new(validator: &'w Validator<'a>, describes: bool) -> Self {
        Self {
            validator,
            describes,
            failures: Vec::new(),
            failed: false,
            undecided: validator.bundle.is_cut.then_some(Undecided::Budget),
            schema_steps: Vec::new(),
            instance_steps: Vec::new(),
            depth: 0,
            applied: Vec::new(),
            tracking: 0,
        }
    }

    /// Begins an attempt.
    pub(super) fn mark(&mut self) -> Mark {
        let mark = Mark {
            failures: self.failures.len(),
            failed: self.failed,
            undecided: self.undecided,
        };
        self.failed = false;
        self.undecided = None;
        mark
    }

    /// Ends an attempt and returns its verdict. Its failures are kept; what it could not decide is up to the caller.
    pub(super) fn ended(&mut self, mark: Mark) -> Verdict {
        let verdict = Verdict::of(self.failed, self.undecided);
        self.failed |= mark.failed;
        self.undecided = mark.undecided;
        verdict
    }

    /// Ends an attempt and discards its failures; returns its verdict.
    pub(super) fn dropped(&mut self, mark: Mark) -> Verdict {
        let verdict = Verdict::of(self.failed, self.undecided);
        self.reset(mark);
        verdict
    }

    /// Discards the failures since the mark.
    pub(super) fn reset(&mut self, mark: Mark) {
        self.failures.truncate(mark.failures);
        self.failed = mark.failed;
        self.undecided = mark.undecided;
    }

    /// Records that a keyword could not be decided.
    pub(super) fn leave_open(&mut self, reason: Undecided) {
        self.undecided.get_or_insert(reason);
    }

    /// Returns whether the walk can end: the result is known and no descriptions are needed.
    pub(super) fn is_settled(&self) -> bool {
        self.failed && !self.describes
    }

    /// Reports a violated keyword of this schema.
    pub(super) fn fail(
        &mut self,
        schema: &Node,
        keyword: &'static str,
        value: Option<&Node>,
        message: impl FnOnce() -> String,
    ) {
        self.failed = true;
        if !self.describes || self.failures.len() >= MAX_FAILURES {
            return;
        }
        let mut path = schema_path(&self.schema_steps);
        path.push('/');
        path.push_str(keyword);
        let member = schema.as_object().and_then(|object| object.member(keyword));
        self.failures.push(Failure {
            instance_path: instance_path(&self.instance_steps),
            schema_path: path,
            message: message(),
            instance: value.cloned(),
            keyword_value: member.map_or_else(|| schema.clone(), |member| member.node.clone()),
            schema_at: member.map_or(schema.at, |member| member.name_at),
            instance_at: value.map_or_else(Position::default, |value| value.at),
        });
    }

    /// Records that a member was evaluated, if a surrounding schema needs to know.
    pub(super) fn evaluated_member(&self, evaluated: &mut Evaluated, name: &str) {
        if self.tracking > 0 {
            evaluated.member(name);
        }
    }

    /// Records that an element was evaluated, if a surrounding schema needs to know.
    pub(super) fn evaluated_element(&self, evaluated: &mut Evaluated, index: usize) {
        if self.tracking > 0 {
            evaluated.element(index);
        }
    }

    /// Validates a value with the schema at one step of this schema.
    pub(super) fn below(&mut self, steps: &[Step<'w>], schema: &'w Node, value: &'w Node) -> Evaluated {
        self.schema_steps.extend_from_slice(steps);
        let evaluated = self.check(schema, Some(value));
        self.schema_steps.truncate(self.schema_steps.len() - steps.len());
        evaluated
    }

    /// Validates a member or element of the value.
    pub(super) fn inside(
        &mut self,
        at: Step<'w>,
        steps: &[Step<'w>],
        schema: &'w Node,
        value: &'w Node,
    ) -> Evaluated {
        self.instance_steps.push(at);
        let evaluated = self.below(steps, schema, value);
        self.instance_steps.pop();
        evaluated
    }

    /// Returns the verdict of a schema on the name of a member.
    pub(super) fn judge_name(&mut self, names: &Node, name: &str, at: Position) -> Verdict {
        let bundle = Bundle::of(names.clone());
        let name = Node {
            at,
            ..Node::from(name)
        };
        Validator {
            bundle: &bundle,
            coerces: false,
            ..*self.validator
        }
        .verdict(&name)
    }

    /// Validates a value with a schema.
    fn check(&mut self, schema: &'w Node, value: Option<&'w Node>) -> Evaluated {
        if self.is_settled() {
            return Evaluated::default();
        }
        let Some(left) = self.validator.budget.get().checked_sub(1) else {
            self.leave_open(Undecided::Budget);
            return Evaluated::default();
        };
        if self.depth >= MAX_DEPTH {
            self.leave_open(Undecided::Nesting);
            return Evaluated::default();
        }
        self.validator.budget.set(left);
        self.depth += 1;
        let evaluated = self.judge(schema, value);
        self.depth -= 1;
        evaluated
    }

    fn judge(&mut self, schema: &'w Node, value: Option<&'w Node>) -> Evaluated {
        let mut evaluated = Evaluated::default();
        match &schema.value {
            Value::Bool(false) => {
                self.fail(schema, "false schema", value, || {
                    "boolean schema is false".to_owned()
                });
                return evaluated;
            }
            Value::Object(object) if !object.is_empty() => {}
            _ => return evaluated,
        }
        let tracks =
            schema.get("unevaluatedProperties").is_some() || schema.get("unevaluatedItems").is_some();
        self.tracking += usize::from(tracks);
        let fits = is_of_its_types(schema, value);
        let late_type = if fits { None } else { self.late_type(schema) };
        if !fits && late_type.is_none() {
            self.fail_type(schema, value);
        }
        if let Some(value) = value {
            scalar::check(self, schema, value);
        }
        self.reference(schema, value, &mut evaluated);
        if value.is_some() || schema.get("enum").is_some() || schema.get("const").is_some() {
            combine::check_values(self, schema, value);
        }
        if let Some(value) = value {
            combine::check(self, schema, value, &mut evaluated);
        }
        if late_type == Some("array") {
            self.fail_type(schema, value);
        }
        if let Some(value) = value {
            array::check(self, schema, value, &mut evaluated);
        }
        if late_type == Some("object") {
            self.fail_type(schema, value);
        }
        if let Some(value) = value {
            object::check(self, schema, value, &mut evaluated);
        }
        self.tracking -= usize::from(tracks);
        evaluated
    }

    fn fail_type(&mut self, schema: &Node, value: Option<&Node>) {
        self.fail(schema, "type", value, || {
            format!("must be {}", types_of(schema).join(","))
        });
    }

    /// Returns the only type of a schema if its violation is reported with the keywords of that type, as Ajv does.
    fn late_type<'s>(&self, schema: &'s Node) -> Option<&'s str> {
        let types = types_of(schema);
        let keywords = match types[..] {
            ["array"] => array::KEYWORDS,
            ["object"] => object::KEYWORDS,
            _ => return None,
        };
        let has_keywords = keywords.iter().any(|keyword| schema.get(keyword).is_some());
        (has_keywords && !self.validator.coerces).then_some(types[0])
    }

    /// Validates `$ref`. As in Ajv, the path continues at the reference if its target has no reference
    /// itself, and starts anew otherwise.
    fn reference(&mut self, schema: &'w Node, value: Option<&'w Node>, evaluated: &mut Evaluated) {
        let Some(referenced) = self.validator.bundle.target_of(schema) else {
            return;
        };
        let application = (std::ptr::from_ref(referenced), value.map(std::ptr::from_ref));
        let mut around = self.applied.iter().rev();
        if around
            .by_ref()
            .take_while(|(_, value)| *value == application.1)
            .any(|other| *other == application)
        {
            // A schema that refers to itself at the same place says nothing more there.
            return;
        }
        let restart = match schema.get("$ref").and_then(Node::as_str) {
            Some(reference) if self.describes && !has_reference(referenced) => reference,
            _ => "#",
        };
        self.applied.push(application);
        self.schema_steps.push(Step::Restart(restart));
        let below = self.check(referenced, value);
        self.schema_steps.pop();
        self.applied.pop();
        evaluated.merge(below);
    }
}

/// Returns whether a schema has a reference anywhere.
fn has_reference(schema: &Node) -> bool {
    match &schema.value {
        Value::Array(elements) => elements.iter().any(has_reference),
        Value::Object(object) => {
            object.contains("$ref") || object.iter().any(|(_, member)| has_reference(&member.node))
        }
        _ => false,
    }
}
