//! The page of all rules is what the rules say.

use std::fmt::Write as _;
use std::path::Path;

use contract_openapi::breaking::{ChangeLevel, rules};
use contract_openapi::lint::{Group, Severity, lint_rules};
use contract_openapi::{Code, Level};

const INTRODUCTION: &str = "# Rules about OpenAPI descriptions

What `contract openapi` and the broker can report. This page is made from the rules themselves.

";

/// The whole page.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(
        "## Contract and description\n\n\
         `contract openapi compare`, and comparisons of the broker. `--parity` and `--strict` change some levels.\n\n\
         | code | level | meaning |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        let level = match code.level() {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "info",
        };
        writeln!(page, "| `{code}` | {level} | {} |", cell(code.meaning())).unwrap();
    }
    for (group, heading) in [
        (
            Group::Validity,
            "## Validity\n\nThe specification forbids it: `check` and `lint`, always.",
        ),
        (
            Group::Readiness,
            "## Readiness for contracts\n\nA comparison says little without it: `check` and `lint`, always.",
        ),
        (
            Group::Style,
            "## Style\n\n`lint`. A rule that is off has to be turned on by a rule file.",
        ),
        (
            Group::Security,
            "## Security\n\n`lint --owasp`, or a rule file that extends `vacuum:owasp`. The ids are those of vacuum.",
        ),
    ] {
        write!(
            page,
            "\n{heading}\n\n| rule | level | on | what it asks for |\n|---|---|---|---|\n"
        )
        .unwrap();
        for rule in lint_rules().iter().filter(|rule| rule.group == group) {
            let level = match rule.severity {
                Severity::Error => "error",
                Severity::Warn => "warning",
                Severity::Info => "info",
                Severity::Hint => "hint",
            };
            let on = if rule.is_recommended { "yes" } else { "no" };
            writeln!(
                page,
                "| `{}` | {level} | {on} | {} |",
                rule.id,
                cell(rule.description)
            )
            .unwrap();
        }
    }
    page.push_str(
        "\n## Changes of a description\n\n\
         `diff`, `changelog` and the broker. Ids and levels are those of oasdiff, except for our own rules about \
         what it has none for. A known consumer that breaks makes an error of any \
         of them, see [Breaking changes](breaking-changes.md).\n",
    );
    let mut areas: Vec<&str> = rules().iter().map(|rule| rule.area).collect();
    areas.sort_unstable();
    areas.dedup();
    for area in areas {
        write!(
            page,
            "\n### {area}\n\n| rule | level | direction | of |\n|---|---|---|---|\n"
        )
        .unwrap();
        let mut in_area: Vec<_> = rules().iter().filter(|rule| rule.area == area).collect();
        in_area.sort_unstable_by_key(|rule| rule.id);
        for rule in in_area {
            let level = match rule.level {
                ChangeLevel::Error => "error",
                ChangeLevel::Warning => "warning",
                ChangeLevel::Info => "info",
            };
            let direction = if rule.direction == "none" {
                "both"
            } else {
                rule.direction
            };
            let source = if rule.is_own { "ours" } else { "oasdiff" };
            writeln!(page, "| `{}` | {level} | {direction} | {source} |", rule.id).unwrap();
        }
    }
    page
}

/// The text within a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_page_of_rules_is_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/openapi-rules.md");
    let page = page();
    if std::env::var_os("UPDATE_BOOK").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "{} is not what the rules say: run this test with UPDATE_BOOK=1",
        path.display()
    );
}
