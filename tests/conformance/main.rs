//! The specification's own cases, one test each, named by its path: `version-3/request/body/matches`.
//!
//! Reads the folder that `CONTRACT_CONFORMANCE_DIR` names; it holds `pact-specification/version-*/testcases`. What does
//! not pass stands in `expected-failures.txt` with its reason; a case that passes while it stands there fails.

#![expect(
    clippy::print_stdout,
    reason = "the suite says on standard output that it was skipped"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contract_core::contract::Specification;
use contract_core::contract::read as fragment;
use contract_core::matching::{Comparison, MessagePlan, RequestPlan, ResponsePlan};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

const EXPECTED_FAILURES: &str = include_str!("expected-failures.txt");

const VERSIONS: [(&str, Specification); 5] = [
    ("version-1", Specification::V1),
    ("version-1.1", Specification::V1_1),
    ("version-2", Specification::V2),
    ("version-3", Specification::V3),
    ("version-4", Specification::V4),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os("CONTRACT_CONFORMANCE_DIR") else {
        println!("conformance: skipped, CONTRACT_CONFORMANCE_DIR is not set");
        return ExitCode::SUCCESS;
    };
    let folder = Path::new(&folder).join("pact-specification");
    let mut expected_failures = expected_failures();
    let mut trials = Vec::new();
    for (version, specification) in VERSIONS {
        let cases = folder.join(version).join("testcases");
        let files = json_files(&cases);
        assert!(
            !files.is_empty(),
            "no cases in {}: is CONTRACT_CONFORMANCE_DIR right?",
            cases.display()
        );
        for file in files {
            let name = file.strip_prefix(&cases).expect("the walk stays in its folder");
            let name = format!("{version}/{}", name.with_extension("").display()).replace('\\', "/");
            let reason = expected_failures.remove(name.as_str());
            trials.push(Trial::test(name, move || run(&file, specification, reason)));
        }
    }
    for name in expected_failures.keys() {
        let name = (*name).to_owned();
        let message = "stands in expected-failures.txt, but there is no such case";
        trials.push(Trial::test(name, move || Err(message.into())));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs a case; one that is expected to fail must fail.
fn run(file: &Path, specification: Specification, reason: Option<&str>) -> Result<(), Failed> {
    match (check(file, specification), reason) {
        (outcome, None) => outcome.map_err(Failed::from),
        (Err(_), Some(_)) => Ok(()),
        (Ok(()), Some(reason)) => {
            Err(format!("passes now; take it out of expected-failures.txt ({reason})").into())
        }
    }
}

/// Whether the comparison says what the case says.
fn check(file: &Path, specification: Specification) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    // Two cases of version 1 begin with a byte order mark, which JSON text must not (RFC 8259, section 8.1).
    let case: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("the case is not JSON: {error}"))?;
    let member = |name: &str| {
        case.get(name)
            .cloned()
            .ok_or_else(|| format!("the case has no {name:?}"))
    };
    let should_match = member("match")?.as_bool().ok_or("\"match\" is no boolean")?;
    let kind = file.parent().and_then(Path::parent).and_then(Path::file_name);
    let comparison = compare(
        &kind.unwrap_or_default().to_string_lossy(),
        member("expected")?,
        member("actual")?,
        specification,
    )
    .map_err(|error| error.to_string())?;
    if comparison.is_match() == should_match {
        return Ok(());
    }
    let comment = case.get("comment").and_then(Value::as_str).unwrap_or_default();
    let mismatches: Vec<_> = comparison.mismatches().iter().map(ToString::to_string).collect();
    Err(format!(
        "{comment}: should match: {should_match}, found {mismatches:#?}"
    ))
}

fn compare(
    kind: &str,
    expected: Value,
    actual: Value,
    specification: Specification,
) -> Result<Comparison, contract_core::Error> {
    Ok(match kind {
        "request" => {
            let expected = fragment::request(expected, specification)?;
            let actual = fragment::request(actual, specification)?;
            RequestPlan::compile(&expected, specification)?.compare(&actual)
        }
        "response" => {
            let expected = fragment::response(expected, specification)?;
            let actual = fragment::response(actual, specification)?;
            ResponsePlan::compile(&expected)?.compare(&actual)
        }
        _ => {
            let expected = fragment::message(expected, specification)?;
            let actual = fragment::message(actual, specification)?;
            MessagePlan::compile(&expected)?.compare(&actual)
        }
    })
}

/// The cases that are known not to pass, with the reason: `name: reason`, one a line.
fn expected_failures() -> BTreeMap<&'static str, &'static str> {
    let lines = EXPECTED_FAILURES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            line.split_once(": ")
                .unwrap_or_else(|| panic!("no reason given: {line}"))
        })
        .collect()
}

/// All JSON files below a folder, sorted.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .path();
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}
