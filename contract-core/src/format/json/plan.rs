//! An example, compiled, and what a comparison with it starts from.

use crate::json::Value;

use super::at::At;
use super::template::Template;
use super::walk::Walk;
use crate::Error;
use crate::matching::place::Place;
use crate::matching::rule::Rules;
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, Part, Unexpected};

/// An example, with what can be known about it before anything is compared.
#[derive(Debug)]
pub(crate) struct JsonPlan {
    example: Value,
    template: Option<Template>,
}

impl JsonPlan {
    /// Prepares an example for comparisons under these rules.
    ///
    /// # Errors
    ///
    /// If an `arrayContains` rule looks for an element that the example does not have.
    pub(crate) fn compile(rules: &Rules, example: Value) -> Result<Self, Error> {
        rules.check_variants(Some(&example))?;
        let template = if rules.is_empty() {
            None
        } else {
            Template::compile(rules, &example)
        };
        Ok(Self { example, template })
    }

    /// Returns the example.
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

    /// Returns whether a document matches the example; the first difference is enough to know.
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
        let mut walk = Walk::new(part, unexpected, &place, out);
        let fits = walk.value(&place, Some(&self.example), actual, &at);
        walk.conclude();
        fits
    }
}

/// Returns whether a value matches its example under rules that have their root there.
pub(crate) fn fits(rules: &Rules, example: Option<&Value>, actual: &Value, unexpected: Unexpected) -> bool {
    let place = Place::ROOT;
    Walk::new(Part::Body, unexpected, &place, None).value(&place, example, actual, &At::root(rules))
}

/// Returns what differs between a value and its example under rules that have their root at this place.
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
