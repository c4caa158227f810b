//! Detects date patterns written in another tool's syntax.

use super::finding::Finding;
use super::lint::Lint;
use super::part::Part;
use crate::contract::Matcher;
use crate::contract::nested::each_rule;
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
        each_rule(&list.rules, &mut |matcher| found.extend(mistake(matcher, part)));
    }
}

/// Returns the finding about the pattern of a rule for dates.
fn mistake(matcher: &Matcher, part: &Part<'_>) -> Option<Finding> {
    let (format, kind) = match matcher {
        Matcher::Date(Some(format)) => (format, Kind::Date),
        Matcher::Time(Some(format)) => (format, Kind::Time),
        Matcher::DateTime(Some(format)) => (format, Kind::DateTime),
        _ => return None,
    };
    let mistaken = mistaken(format, kind)?;
    let instead = mistaken
        .instead
        .map_or_else(String::new, |instead| format!("; did you mean {instead:?}?"));
    let text = format!(
        "the date pattern {:?} of the {}: {}{instead}",
        show::around(format, 0),
        part.name,
        mistaken.why
    );
    Some(part.finding(Lint::MISTAKEN_DATE, &["matchingRules"], text))
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    #[test]
    fn a_mistaken_pattern_is_found_inside_of_other_rules() {
        let date = r#"{"match": "date", "format": "YYYY-MM-DD"}"#;
        for rule in [
            date.to_owned(),
            format!(r#"{{"match": "eachValue", "value": "a", "rules": [{date}]}}"#),
            format!(
                r#"{{"match": "type", "schema": {{"anyOf": [
                    {{"examples": ["2026-11-29"], "x-matching-rules": {{"$": {{"matchers": [{date}]}}}}}}]}}}}"#
            ),
        ] {
            let text = format!(
                r#"{{"interactions": [{{"type": "Synchronous/HTTP", "description": "a", "request": {{"method": "GET", "path": "/"}},
                    "response": {{"status": 200, "body": {{"content": {{"day": "2026-11-29"}}, "contentType": "application/json"}},
                    "matchingRules": {{"body": {{"$.day": {{"matchers": [{rule}]}}}}}}}}}}],
                    "metadata": {{"pactSpecification": {{"version": "4.0"}}}}}}"#
            );
            let warnings = Contract::read_str(&text, "a.json").unwrap().warnings();
            let found = warnings.iter().filter(|warning| warning.contains("YYYY-MM-DD"));
            assert_eq!(found.count(), 1, "{rule}: {warnings:?}");
        }
    }
}
