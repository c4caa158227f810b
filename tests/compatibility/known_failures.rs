//! The scenarios that do not pass yet, each with its reason. A listed scenario that passes fails the run.

use std::collections::BTreeMap;

/// The list, as it is named to people.
pub(crate) const FILE: &str = "tests/compatibility/known-failures.txt";

/// Scenarios by `feature: name`, with the reason.
#[derive(Debug, Default)]
pub(crate) struct KnownFailures {
    reasons: BTreeMap<String, String>,
}

impl KnownFailures {
    /// Reads the list: one scenario a line, `V1/http_consumer: name # reason`.
    pub(crate) fn read() -> Self {
        let reasons = include_str!("known-failures.txt")
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .map(|line| {
                let (scenario, reason) = line
                    .split_once(" # ")
                    .unwrap_or_else(|| panic!("{FILE}: {line:?} gives no reason: write `scenario # reason`"));
                (scenario.trim().to_owned(), reason.trim().to_owned())
            })
            .collect();
        Self { reasons }
    }

    /// Why this scenario is known to fail.
    pub(crate) fn reason(&self, scenario: &str) -> Option<&str> {
        self.reasons.get(scenario).map(String::as_str)
    }

    /// All listed scenarios.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &String> {
        self.reasons.keys()
    }
}
