//! The response's status.

use crate::json::Value;

use crate::Error;
use crate::contract::RuleList;
use crate::matching::given::Given;
use crate::matching::rule::{CompiledRule, Rules, Verdict};
use crate::matching::scope::Scope;
use crate::matching::{AppliedRule, Mismatch, MismatchKind, Part, Unexpected};

/// The expected status: the same code, or rules (version 4). Not checked if the contract has neither.
#[derive(Debug)]
pub(crate) struct StatusPlan {
    expected: Option<u16>,
    rules: Option<Rules>,
}

impl StatusPlan {
    pub(crate) fn compile(expected: Option<u16>, list: Option<&RuleList>) -> Result<Self, Error> {
        let rules = list.map(Rules::compile_one).transpose();
        let mut rules = rules.map_err(|error| error.context(Part::Status))?;
        if let Some(rules) = &mut rules {
            rules.rename("status");
        }
        Ok(Self { expected, rules })
    }

    pub(crate) fn compare(&self, actual: Option<u16>, out: &mut Vec<Mismatch>) {
        let applied = self.rules.as_ref().and_then(|rules| Scope::root(rules).applied());
        let mismatch = |expectation, description, rule| Mismatch {
            kind: MismatchKind::Differs,
            part: Part::Status,
            path: String::new(),
            expected: self.expected.map(Value::from),
            actual: actual.map(Value::from),
            expectation,
            description,
            rule,
            nearest: Vec::new(),
        };
        let Some(applied) = applied else {
            if let Some(expected) = self.expected
                && self.expected != actual
            {
                let actual = actual.map_or_else(|| "none".to_owned(), |actual| actual.to_string());
                let description = format!("expected {expected} but was {actual}");
                out.push(mismatch(expected.to_string(), description, None));
            }
            return;
        };
        let example = self.expected.map(Value::from);
        let code = actual.map_or(Value::Null, Value::from);
        let judge = |rule: &CompiledRule| rule.judge(example.as_ref(), &code, Unexpected::Allowed);
        if applied.verdict(judge) == Verdict::Holds {
            return;
        }
        let given = example.as_ref().map(Given::Json);
        let failed = |check: &_| judge(check) != Verdict::Holds;
        for failure in applied.failures(failed, given, Given::Json(&code), Unexpected::Allowed) {
            let rule = AppliedRule {
                path: applied.set.path.clone(),
                name: failure.rule,
                overridden: Vec::new(),
            };
            out.push(mismatch(failure.expectation, failure.description, Some(rule)));
        }
    }
}
