//! The cases of oasdiff: the same ids.

use std::collections::BTreeMap;

use contract_openapi::Description;
use contract_openapi::breaking::{
    BreakingOptions, Change, ChangeLevel, Stability, compare_descriptions, rule,
};
use serde_json::Value;

use crate::conformance::{Case, cases};

#[test]
fn the_same_changes_are_found() {
    let mut failed = Vec::new();
    let mut unreadable = Vec::new();
    for case in cases("oasdiff") {
        let Some(changes) = changes(&case) else {
            unreadable.push(case.id.clone());
            continue;
        };
        if let Err(difference) = judge(&case, &changes) {
            failed.push(format!("{}: {difference}", case.id));
        }
    }
    assert!(unreadable.is_empty(), "unreadable: {unreadable:?}");
    // Cases whose two descriptions are one and the same file, though a change is expected.
    let known = include_str!("oasdiff-differences.txt");
    let unexpected: Vec<&String> = failed
        .iter()
        .filter(|failure| !known.lines().any(|line| failure.starts_with(&format!("{line}:"))))
        .collect();
    assert!(
        unexpected.is_empty(),
        "{} differ: {unexpected:#?}",
        unexpected.len()
    );
}

fn changes(case: &Case) -> Option<Vec<Change>> {
    let inputs = &case.json["inputs"];
    let read = |index: usize| {
        let name = inputs[index].as_str().unwrap();
        Description::from_text(name, &case.file(name)).ok()
    };
    let options = &case.json["options"];
    let days = |name: &str| u32::try_from(options[name].as_u64().unwrap_or(0)).unwrap();
    let options = BreakingOptions {
        today: Some(jiff::civil::date(2026, 11, 28)),
        deprecation_days_stable: days("deprecation_days_stable"),
        deprecation_days_beta: days("deprecation_days_beta"),
        lowest_stability: match options["stability_level"].as_str() {
            Some("draft") => Stability::Draft,
            Some("alpha") => Stability::Alpha,
            Some("stable") => Stability::Stable,
            _ => Stability::Beta,
        },
        judges_security: false,
        compares_meaning: false,
    };
    let mut changes = compare_descriptions(&read(0)?, &read(1)?, &options).changes;
    changes.retain(|change| rule(&change.id).is_some_and(|rule| !rule.is_own));
    Some(changes)
}

fn judge(case: &Case, changes: &[Change]) -> Result<(), String> {
    let minimum = match case.json["min_level"].as_str() {
        Some("ERR") => ChangeLevel::Error,
        Some("WARN") => ChangeLevel::Warning,
        _ => ChangeLevel::Info,
    };
    let scope = case.json["scope"].as_array();
    let in_scope = |id: &str| scope.is_none_or(|scope| scope.iter().any(|other| other == id));
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes
        .iter()
        .filter(|change| change.level >= minimum && in_scope(&change.id))
    {
        *found.entry(&change.id).or_default() += change.places;
    }
    let expected = &case.json["expected"];
    let ids = |member: &str| -> Vec<String> {
        let list = expected[member].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    if let Some(absent) = ids("absent").iter().find(|id| found.contains_key(id.as_str())) {
        return Err(format!("{absent} must be absent"));
    }
    let expected_ids = ids("ids");
    if let Some(missing) = expected_ids.iter().find(|id| !found.contains_key(id.as_str())) {
        return Err(format!("{missing} is missing, found {found:?}"));
    }
    let is_exact = expected["exact"].as_bool() == Some(true);
    if is_exact
        && let Some(extra) = found
            .keys()
            .find(|id| !expected_ids.iter().any(|other| other == *id))
    {
        return Err(format!("{extra} is too much, expected {expected_ids:?}"));
    }
    for change in expected["findings"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
    {
        let fits = |found: &&Change| {
            let same = |member: &str, value: Option<&str>| {
                change[member]
                    .as_str()
                    .is_none_or(|expected| Some(expected) == value)
            };
            let is_at =
                |method: Option<&str>, path: Option<&str>| same("operation", method) && same("path", path);
            same("id", Some(&found.id))
                && (is_at(found.method.as_deref(), found.path.as_deref())
                    || found
                        .reaches
                        .iter()
                        .any(|operation| is_at(Some(&operation.method), Some(&operation.path))))
        };
        if !changes.iter().any(|change| fits(&change)) {
            return Err(format!("{change} is missing"));
        }
    }
    Ok(())
}
