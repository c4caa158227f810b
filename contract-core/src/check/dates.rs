//! Detects date patterns written in another tool's syntax.

use super::finding::Finding;
use super::lint::Lint;
use super::part::Part;
use crate::contract::{Matcher, Rule};
use crate::matching::date::mistaken::{Kind, mistaken};
use crate::matching::show;

/// Finds date patterns such as `YYYY-MM-DD` among the part's rules.
pub(super) fn dates(part: &Part<'_>, found: &mut Vec<Finding>) {
    let rules = part.rules;
    let lists = [&rules.path, &rules.query_text].into_iter().flatten();
    let named = [&rules.query, &rules.headers, &rules.metadata]
        .into_iter()
        .flatten()
        .map(|(_, list)| list);
    for list in lists.chain(named).chain(rules.body.values()) {
        of_rules(&list.rules, part, found);
    }
}

/// Includes nested rules.
fn of_rules(rules: &[Rule], part: &Part<'_>, found: &mut Vec<Finding>) {
    for rule in rules {
        let (format, kind) = match &rule.matcher {
            Matcher::Date(Some(format)) => (format, Kind::Date),
            Matcher::Time(Some(format)) => (format, Kind::Time),
            Matcher::DateTime(Some(format)) => (format, Kind::DateTime),
            Matcher::EachKey(each) | Matcher::EachValue(each) => {
                of_rules(&each.rules, part, found);
                continue;
            }
            Matcher::ArrayContains(variants) => {
                let lists = variants.iter().flat_map(|variant| variant.rules.values());
                lists.for_each(|list| of_rules(&list.rules, part, found));
                continue;
            }
            _ => continue,
        };
        if let Some(mistaken) = mistaken(format, kind) {
            let instead = mistaken
                .instead
                .map_or_else(String::new, |instead| format!("; did you mean {instead:?}?"));
            let text = format!(
                "the date pattern {:?} of the {}: {}{instead}",
                show::around(format, 0),
                part.name,
                mistaken.why
            );
            found.push(part.finding(Lint::MISTAKEN_DATE, &["matchingRules"], text));
        }
    }
}
