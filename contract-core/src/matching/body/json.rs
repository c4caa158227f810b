//! JSON documents: the rules' trie, the example and the actual document are walked together.

use serde_json::{Map, Value};

use super::quick;
use super::template::Template;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::rule::{Applied, Check, Failure, Keys, Plain, Rules, SetId, Verdict};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, Part, Unexpected, show};

/// Documents that are nested deeper do not match: the walk must not exhaust the stack. `serde_json` reads 128 levels.
pub(crate) const DEEPEST: usize = 256;

/// An example, with what can be known about it before anything is compared.
#[derive(Debug)]
pub(crate) struct JsonPlan {
    example: Value,
    template: Option<Template>,
}

impl JsonPlan {
    /// Prepares an example for comparisons under these rules.
    pub(crate) fn compile(rules: &Rules, example: Value) -> Self {
        let template = if rules.is_empty() {
            None
        } else {
            Template::compile(rules, &example)
        };
        Self { example, template }
    }

    /// The example.
    pub(crate) fn example(&self) -> &Value {
        &self.example
    }

    /// Compares a document with the example and adds what differs. The rules must be those that it was compiled with.
    pub(crate) fn compare(
        &self,
        rules: &Rules,
        actual: &Value,
        part: Part,
        unexpected: Unexpected,
        out: &mut Vec<Mismatch>,
    ) {
        self.walk(rules, actual, part, unexpected, Some(out));
    }

    /// Whether a document fits the example; the first difference is enough to know.
    pub(crate) fn fits(&self, rules: &Rules, actual: &Value, unexpected: Unexpected) -> bool {
        self.walk(rules, actual, Part::Body, unexpected, None)
    }

    fn walk(
        &self,
        rules: &Rules,
        actual: &Value,
        part: Part,
        unexpected: Unexpected,
        out: Option<&mut Vec<Mismatch>>,
    ) -> bool {
        let place = Place::ROOT;
        let at = At {
            scope: Scope::root(rules),
            template: self.template.as_ref(),
        };
        Walk::new(part, unexpected, &place, out).value(&place, Some(&self.example), actual, &at)
    }
}

/// Whether a value fits its example under rules that have their root there.
pub(crate) fn fits(rules: &Rules, example: Option<&Value>, actual: &Value, unexpected: Unexpected) -> bool {
    let place = Place::ROOT;
    Walk::new(Part::Body, unexpected, &place, None).value(&place, example, actual, &At::root(rules))
}

/// What differs between a value and its example under rules that have their root at this place.
pub(crate) fn mismatches(
    rules: &Rules,
    example: Option<&Value>,
    actual: &Value,
    unexpected: Unexpected,
    place: &Place<'_>,
) -> Vec<Mismatch> {
    let mut out = Vec::new();
    Walk::new(Part::Body, unexpected, place, Some(&mut out)).value(place, example, actual, &At::root(rules));
    out
}

/// The rules where the walk stands.
struct At<'r, 't> {
    scope: Scope<'r>,
    /// What is kept for this place; `None` where the walk has left the example's shape.
    template: Option<&'t Template>,
}

impl<'r, 't> At<'r, 't> {
    fn root(rules: &'r Rules) -> Self {
        Self::open(Scope::root(rules))
    }

    fn open(scope: Scope<'r>) -> Self {
        Self {
            scope,
            template: None,
        }
    }

    fn kept(&self, template: &'t Template) -> Self {
        Self {
            scope: self.scope.kept(template.scope()),
            template: Some(template),
        }
    }

    /// One step down to the member that the example has at this position.
    fn member(&self, position: usize, name: &str) -> Self {
        match self.template.and_then(|template| template.member(position)) {
            Some(template) => self.kept(template),
            None => Self::open(self.scope.member(name)),
        }
    }

    /// One step down to an element.
    fn element(&self, index: usize, each: SetId) -> Self {
        match self.template.and_then(|template| template.element(index)) {
            Some(template) if each == 0 => self.kept(template),
            _ => Self::open(self.scope.element(index, each)),
        }
    }
}

struct Walk<'o> {
    part: Part,
    unexpected: Unexpected,
    /// At which depth the rules have their root.
    root_depth: usize,
    /// Where mismatches go. `None`: the walk ends at the first.
    out: Option<&'o mut Vec<Mismatch>>,
    /// Whether subtrees without rules of their own may be compared without look-ups first.
    quick: bool,
}

impl<'o> Walk<'o> {
    fn new(part: Part, unexpected: Unexpected, root: &Place<'_>, out: Option<&'o mut Vec<Mismatch>>) -> Self {
        Self {
            part,
            unexpected,
            root_depth: root.depth(),
            out,
            quick: true,
        }
    }

    /// Compares one value; gives whether it fits. Without an example only rules count.
    fn value(&mut self, place: &Place<'_>, example: Option<&Value>, actual: &Value, at: &At<'_, '_>) -> bool {
        if place.depth() > DEEPEST {
            return self.too_deep(place);
        }
        let applied = at.scope.applied();
        if self.quick
            && at.scope.is_leaf()
            && let Some(example) = example
        {
            let depth = DEEPEST + 1 - place.depth();
            let fits = match applied.map(|applied| applied.plain()) {
                None | Some(Plain::Equality) => Some(quick::equal(example, actual, self.unexpected, depth)),
                Some(Plain::Type) => Some(quick::alike(example, actual, self.unexpected, depth)),
                Some(Plain::No) => None,
            };
            match fits {
                Some(true) => return true,
                Some(false) if self.out.is_none() => return false,
                Some(false) => {
                    // Something below differs: walk it again, step by step, to tell what.
                    self.quick = false;
                    let fits = self.value(place, Some(example), actual, at);
                    self.quick = true;
                    return fits;
                }
                None => {}
            }
        }
        match applied {
            Some(applied) => self.ruled(place, example, actual, at, applied),
            None => self.plain(place, example, actual, at),
        }
    }

    /// Without a rule the value is the example's.
    fn plain(&mut self, place: &Place<'_>, example: Option<&Value>, actual: &Value, at: &At<'_, '_>) -> bool {
        match Check::Equality.judge(example, actual, self.unexpected) {
            Verdict::Holds => true,
            Verdict::Descend => self.below(place, example, actual, at, false, (Keys::Same, 0)),
            Verdict::Fails | Verdict::FailsDescend => {
                if self.out.is_some() {
                    let example_given = example.map(Given::Json);
                    let mut failure =
                        Check::Equality.failure(example_given, Given::Json(actual), self.unexpected);
                    failure.rule.clear();
                    self.report(place, example, Some(actual), failure, None, at);
                }
                false
            }
        }
    }

    fn ruled(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) -> bool {
        if !applied.cascaded && !applied.set.alternatives.is_empty() {
            return self.alternatives(place, example, actual, at, &applied.set.alternatives);
        }
        let unexpected = self.unexpected;
        let verdict = applied.verdict(|check| check.judge(example, actual, unexpected));
        if matches!(verdict, Verdict::Fails | Verdict::FailsDescend) {
            if self.out.is_none() {
                return false;
            }
            self.failures(place, example, actual, at, applied);
        }
        match verdict {
            Verdict::Holds => true,
            Verdict::Fails => false,
            Verdict::Descend | Verdict::FailsDescend => {
                let members = applied.members();
                let fits = self.below(place, example, actual, at, applied.frees_length(), members);
                fits && verdict == Verdict::Descend
            }
        }
    }

    /// One alternative must fit the whole value; where none does, the one with the fewest mismatches is reported.
    fn alternatives(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        alternatives: &[SetId],
    ) -> bool {
        let (part, unexpected, root_depth) = (self.part, self.unexpected, self.root_depth);
        let attempt = |alternative: SetId, out: Option<&mut Vec<Mismatch>>| {
            let mut walk = Walk {
                part,
                unexpected,
                root_depth,
                out,
                quick: true,
            };
            walk.value(place, example, actual, &At::open(at.scope.under(alternative)))
        };
        if alternatives.iter().any(|&alternative| attempt(alternative, None)) {
            return true;
        }
        if let Some(out) = &mut self.out {
            let reports = alternatives.iter().map(|&alternative| {
                let mut report = Vec::new();
                attempt(alternative, Some(&mut report));
                report
            });
            out.extend(reports.min_by_key(Vec::len).unwrap_or_default());
        }
        false
    }

    /// Compares what is below a container; a scalar has nothing below.
    fn below(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        frees_length: bool,
        (keys, each): (Keys, SetId),
    ) -> bool {
        match actual {
            Value::Array(elements) => {
                let example = example.and_then(Value::as_array).map(Vec::as_slice);
                self.array(place, example, elements, at, frees_length, each)
            }
            Value::Object(members) => {
                let example = example.and_then(Value::as_object);
                match keys {
                    Keys::Same => self.object(place, example, members, at),
                    Keys::Free | Keys::Alike => self.map(place, example, members, at, keys, each),
                }
            }
            _ => true,
        }
    }

    fn array(
        &mut self,
        place: &Place<'_>,
        example: Option<&[Value]>,
        actual: &[Value],
        at: &At<'_, '_>,
        frees_length: bool,
        each: SetId,
    ) -> bool {
        let mut fits = true;
        let examples = example.unwrap_or_default();
        let spare = if frees_length { examples.first() } else { None };
        let compared = if frees_length || example.is_none() {
            actual.len()
        } else {
            examples.len()
        };
        for (index, actual) in actual.iter().enumerate().take(compared) {
            let example = examples.get(index).or(spare);
            let at = at.element(index, each);
            fits &= self.value(&place.index(index), example, actual, &at);
            if !fits && self.out.is_none() {
                return false;
            }
        }
        if let Some(example) = example
            && !frees_length
            && example.len() != actual.len()
        {
            fits = false;
            if self.out.is_some() {
                let (expected, received) = (example.len(), actual.len());
                let failure = Failure {
                    expectation: format!(
                        "an array of {expected} {}",
                        if expected == 1 { "element" } else { "elements" }
                    ),
                    description: format!(
                        "Expected a List with {expected} elements but received {received} elements"
                    ),
                    rule: String::new(),
                };
                let (example, actual) = (Value::from(example.to_vec()), Value::from(actual.to_vec()));
                self.report(place, Some(&example), Some(&actual), failure, None, at);
            }
        }
        fits
    }

    /// An object with the example's members.
    fn object(
        &mut self,
        place: &Place<'_>,
        example: Option<&Map<String, Value>>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
    ) -> bool {
        let mut fits = true;
        let Some(example) = example else {
            for (name, actual) in actual {
                fits &= self.value(&place.name(name), None, actual, &At::open(at.scope.member(name)));
            }
            return fits;
        };
        let mut cursor = quick::Cursor::new(actual);
        let mut found = 0;
        for (position, (name, example)) in example.iter().enumerate() {
            let Some(actual) = cursor.find(name) else {
                continue;
            };
            found += 1;
            fits &= self.value(
                &place.name(name),
                Some(example),
                actual,
                &at.member(position, name),
            );
            if !fits && self.out.is_none() {
                return false;
            }
        }
        if found == example.len() && (found == actual.len() || self.unexpected == Unexpected::Allowed) {
            return fits;
        }
        self.keys(place, example, actual, at);
        false
    }

    /// An object whose member names are free.
    fn map(
        &mut self,
        place: &Place<'_>,
        example: Option<&Map<String, Value>>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
        keys: Keys,
        each: SetId,
    ) -> bool {
        let mut fits = true;
        let first =
            example.and_then(|example| example.iter().min_by(|(left, _), (right, _)| left.cmp(right)));
        for (name, actual) in actual {
            let at = At::open(at.scope.member_with(name, each));
            let same = example.and_then(|example| example.get(name));
            let example = match keys {
                Keys::Alike => same.or(first.map(|(_, value)| value)),
                // The rule speaks of names alone: values are compared where another rule speaks of them.
                Keys::Free | Keys::Same => same.filter(|_| at.scope.applied().is_some()),
            };
            fits &= self.value(&place.name(name), example, actual, &at);
            if !fits && self.out.is_none() {
                return false;
            }
        }
        fits
    }

    /// Reports members that are missing and members that are not expected.
    fn keys(
        &mut self,
        place: &Place<'_>,
        example: &Map<String, Value>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
    ) {
        if self.out.is_none() {
            return;
        }
        // The wording names all members. It is given once, so that a report stays linear in the documents.
        let mut whole = (self.unexpected == Unexpected::Refused).then(|| {
            let names = |map: &Map<String, Value>| {
                let names: Vec<_> = map.keys().map(String::as_str).collect();
                show::cut(&names.join(", ")).into_owned()
            };
            let (expected, received) = (names(example), names(actual));
            format!("Expected a Map with keys [{expected}] but received one with keys [{received}]")
        });
        for (name, example) in example.iter().filter(|(name, _)| !actual.contains_key(*name)) {
            let given = Some(Given::Json(example));
            let failure = Failure {
                expectation: at.scope.member(name).applied().map_or_else(
                    || Check::Equality.expectation(given),
                    |applied| applied.expectation(given),
                ),
                description: whole
                    .take()
                    .unwrap_or_else(|| format!("Actual map is missing the following keys: {name}")),
                rule: String::new(),
            };
            self.report(&place.name(name), Some(example), None, failure, None, at);
        }
        if self.unexpected == Unexpected::Allowed {
            return;
        }
        for (name, actual) in actual.iter().filter(|(name, _)| !example.contains_key(*name)) {
            let failure = Failure {
                expectation: "no such key".to_owned(),
                description: whole
                    .take()
                    .unwrap_or_else(|| format!("Unexpected key '{name}' received")),
                rule: String::new(),
            };
            self.report(&place.name(name), None, Some(actual), failure, None, at);
        }
    }

    /// Reports the rules that do not hold. Where all must hold, each missing variant and each failing key is reported
    /// on its own.
    fn failures(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) {
        let mut apart: Vec<&Check> = Vec::new();
        if !applied.any() {
            for check in applied.checks() {
                match (check, actual) {
                    (Check::ArrayContains(rule), Value::Array(elements)) => {
                        for wanted in rule.missing(example, elements, self.unexpected) {
                            let failure = wanted.failure();
                            self.report(place, wanted.example, Some(actual), failure, Some(applied), at);
                            let nearest = wanted.nearest(elements, self.unexpected, place);
                            if let Some(last) = self.out.as_mut().and_then(|out| out.last_mut()) {
                                last.nearest = nearest;
                            }
                        }
                    }
                    (Check::EachKey(checks), Value::Object(members))
                        if example.is_none_or(Value::is_object) =>
                    {
                        self.failing_keys(place, members, checks, at, applied);
                    }
                    _ => continue,
                }
                apart.push(check);
            }
        }
        let failed = |check: &Check| {
            let verdict = check.judge(example, actual, self.unexpected);
            matches!(verdict, Verdict::Fails | Verdict::FailsDescend)
                && !apart.iter().any(|apart| std::ptr::eq(*apart, check))
        };
        let failures = applied.failures(
            failed,
            example.map(Given::Json),
            Given::Json(actual),
            self.unexpected,
        );
        for failure in failures {
            self.report(place, example, Some(actual), failure, Some(applied), at);
        }
    }

    fn failing_keys(
        &mut self,
        place: &Place<'_>,
        members: &Map<String, Value>,
        checks: &[Check],
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) {
        for name in members.keys() {
            for check in checks.iter().filter(|check| !check.holds_text(None, name)) {
                let mut failure = check.failure(None, Given::Text(name), self.unexpected);
                failure.expectation = format!("a key that is {}", failure.expectation);
                "eachKey".clone_into(&mut failure.rule);
                let key = Value::from(name.as_str());
                self.report(&place.name(name), None, Some(&key), failure, Some(applied), at);
            }
        }
    }

    fn too_deep(&mut self, place: &Place<'_>) -> bool {
        if let Some(out) = &mut self.out {
            out.push(Mismatch {
                part: self.part,
                path: place.path(),
                expected: None,
                actual: None,
                expectation: format!("at most {DEEPEST} levels"),
                description: format!(
                    "The document is nested deeper than {DEEPEST} levels and not compared further"
                ),
                rule: None,
                nearest: Vec::new(),
            });
        }
        false
    }

    fn report(
        &mut self,
        place: &Place<'_>,
        expected: Option<&Value>,
        actual: Option<&Value>,
        failure: Failure,
        applied: Option<Applied<'_>>,
        at: &At<'_, '_>,
    ) {
        let (part, root_depth) = (self.part, self.root_depth);
        if let Some(out) = &mut self.out {
            out.push(Mismatch {
                part,
                path: place.path(),
                expected: expected.cloned(),
                actual: actual.cloned(),
                expectation: failure.expectation,
                description: failure.description,
                rule: applied.map(|applied| at.scope.explain(applied, failure.rule, place, root_depth)),
                nearest: Vec::new(),
            });
        }
    }
}
