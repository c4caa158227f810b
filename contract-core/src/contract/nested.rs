//! Rules inside of rules.

use super::alternatives::Alternatives;
use super::{Matcher, Rule};

/// Visits the rules and those inside them: of `eachKey`, `eachValue`, the variants of `arrayContains` and alternatives.
pub(crate) fn each_rule(rules: &[Rule], visit: &mut impl FnMut(&Matcher)) {
    for rule in rules {
        visit(&rule.matcher);
        match &rule.matcher {
            Matcher::EachKey(each) | Matcher::EachValue(each) => each_rule(&each.rules, visit),
            Matcher::ArrayContains(variants) => {
                for list in variants.iter().flat_map(|variant| variant.rules.values()) {
                    each_rule(&list.rules, visit);
                }
            }
            Matcher::Schema(schema) => {
                let alternatives = Alternatives::of_schema(schema).ok().flatten();
                let patterns = alternatives
                    .into_iter()
                    .flat_map(|alternatives| alternatives.patterns);
                for list in patterns.flat_map(|pattern| pattern.rules.into_values()) {
                    each_rule(&list.rules, visit);
                }
            }
            _ => {}
        }
    }
}
