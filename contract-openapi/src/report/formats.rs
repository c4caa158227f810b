//! For programs and pages.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::text::totals;
use super::{Issue, IssueLevel};

/// Annotations of GitHub Actions: one line for each issue.
pub fn github(issues: &[Issue]) -> String {
    let mut text = String::new();
    for issue in issues {
        let command = match issue.level {
            IssueLevel::Error => "error",
            IssueLevel::Warning => "warning",
            IssueLevel::Info => "notice",
        };
        let mut properties = vec![format!("title={}", property(&issue.code))];
        if let Some(place) = issue.places.last() {
            properties.push(format!("file={}", property(&place.place.file)));
            properties.push(format!("line={}", place.place.line));
            properties.push(format!("col={}", place.place.column));
        }
        let message = with_notes(issue);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "::{command} {}::{}", properties.join(","), data(&message));
    }
    text
}

/// Returns what was found, and about what.
fn with_subject(issue: &Issue) -> String {
    if issue.subject.is_empty() {
        issue.message.clone()
    } else {
        format!("{}: {}", issue.subject, issue.message)
    }
}

/// Returns what was found, about what, and the notes.
fn with_notes(issue: &Issue) -> String {
    let mut lines = vec![with_subject(issue)];
    lines.extend(issue.notes.iter().cloned());
    lines.join("\n")
}

/// Returns the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns a table in Markdown.
pub fn markdown(issues: &[Issue]) -> String {
    if issues.is_empty() {
        return "No findings.\n".to_owned();
    }
    let cell = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('|', "\\|")
            .replace('<', "&lt;")
            .replace(['\r', '\n'], " ")
    };
    let mut text = String::from("| level | rule | where | finding |\n|---|---|---|---|\n");
    for issue in issues {
        let places: Vec<String> = issue
            .places
            .iter()
            .map(|place| format!("`{}`", place.place))
            .collect();
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} |",
            issue.level,
            issue.code,
            cell(&places.join(" ")),
            cell(
                &std::iter::once(with_subject(issue))
                    .chain(issue.notes.iter().cloned())
                    .collect::<Vec<_>>()
                    .join("; ")
            )
        );
    }
    text
}

/// One page without scripts.
pub fn html(title: &str, issues: &[Issue]) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>\n\
         <style>body{{font-family:sans-serif;margin:2rem}}td,th{{text-align:left;vertical-align:top;padding:.3rem .8rem}}\
         .error{{color:#b00020}}.warning{{color:#8a5300}}</style></head>\n<body><h1>{0}</h1>\n<table>\n\
         <tr><th>Level</th><th>Rule</th><th>Finding</th><th>Where</th></tr>\n",
        escaped(title)
    );
    for issue in issues {
        let places: Vec<String> = issue
            .places
            .iter()
            .map(|place| escaped(&place.place.to_string()))
            .collect();
        let notes: Vec<String> = issue.notes.iter().map(|note| escaped(note)).collect();
        let _ = writeln!(
            text,
            "<tr><td class=\"{0}\">{0}</td><td><code>{1}</code></td><td>{2}<br>{3}<br>{4}</td><td>{5}</td></tr>",
            issue.level,
            escaped(&issue.code),
            escaped(&issue.message),
            escaped(&issue.subject),
            notes.join("<br>"),
            places.join("<br>")
        );
    }
    let _ = writeln!(text, "</table>\n<p>{}</p></body></html>", totals(issues));
    text
}

/// Returns a text in HTML or XML, also in an attribute. Characters that XML does not have become U+FFFD.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\t' | '\n' | '\r' => character.to_string(),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                '\u{fffd}'.to_string()
            }
            other => other.to_string(),
        })
        .collect()
}

/// JUnit's XML: a test case for each issue, failed if it is an error; one that passed if there is none.
pub fn junit(suite: &str, issues: &[Issue]) -> String {
    let failures = issues
        .iter()
        .filter(|issue| issue.level == IssueLevel::Error)
        .count();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">\n",
        escaped(suite),
        issues.len().max(1)
    );
    for issue in issues {
        let name = if issue.subject.is_empty() {
            issue.code.clone()
        } else {
            format!("{} {}", issue.code, issue.subject)
        };
        let places: Vec<String> = issue.places.iter().map(|place| place.place.to_string()).collect();
        let body = format!(
            "{}\n{}\n{}",
            issue.message,
            places.join("\n"),
            issue.notes.join("\n")
        );
        let _ = write!(
            text,
            "<testcase classname=\"{}\" name=\"{}\">",
            escaped(suite),
            escaped(&name)
        );
        if issue.level == IssueLevel::Error {
            let _ = write!(
                text,
                "<failure message=\"{}\">{}</failure>",
                escaped(&issue.message),
                escaped(body.trim())
            );
        } else {
            let _ = write!(text, "<system-out>{}</system-out>", escaped(body.trim()));
        }
        text.push_str("</testcase>\n");
    }
    if issues.is_empty() {
        let _ = writeln!(
            text,
            "<testcase classname=\"{0}\" name=\"no findings\"/>",
            escaped(suite)
        );
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

/// SARIF 2.1.0.
pub fn sarif(issues: &[Issue]) -> Value {
    let mut ids: Vec<&str> = issues.iter().map(|issue| issue.code.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let results: Vec<Value> = issues
        .iter()
        .map(|issue| {
            let level = match issue.level {
                IssueLevel::Error => "error",
                IssueLevel::Warning => "warning",
                IssueLevel::Info => "note",
            };
            let locations: Vec<Value> = issue
                .places
                .iter()
                .rev()
                .map(|place| {
                    json!({"physicalLocation": {
                        "artifactLocation": {"uri": place.place.file},
                        "region": {"startLine": place.place.line, "startColumn": place.place.column},
                    }, "message": {"text": place.label}})
                })
                .collect();
            let (first, related) = locations.split_at(locations.len().min(1));
            json!({
                "ruleId": issue.code,
                "level": level,
                "message": {"text": with_notes(issue)},
                "locations": first,
                "relatedLocations": related,
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "contract",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>(),
            }},
            "results": results,
        }],
    })
}
