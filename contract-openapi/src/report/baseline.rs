//! Accepted findings.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Issue;
use crate::{Error, ErrorKind};

/// The version of the file format.
const FORMAT: u32 = 1;

/// Accepted findings: those of a description that is older than its checks, and those with a reason.
///
/// A finding is identified by its code, its subject and its message, independently of its line.
///
/// ```
/// use contract_openapi::report::{Baseline, Issue, IssueLevel};
///
/// let issue = |message: &str| Issue {
///     level: IssueLevel::Error,
///     code: "info-contact".to_owned(),
///     message: message.to_owned(),
///     subject: "info".to_owned(),
///     places: Vec::new(),
///     notes: Vec::new(),
/// };
/// let baseline = Baseline::of(&[issue("`info` has no contact")], &Baseline::default());
/// let read = Baseline::from_text("baseline.json", &baseline.to_text())?;
/// let applied = read.apply(vec![issue("`info` has no contact"), issue("another")], "2026-01-01".parse().unwrap());
/// assert_eq!((applied.accepted, applied.remaining.len()), (1, 1));
/// # Ok::<(), contract_openapi::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<AcceptedFinding>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AcceptedFinding {
    /// The code or the id of the rule.
    pub code: String,
    /// Its subject.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The message of the finding.
    pub message: String,
    /// Number of accepted findings like this; 1 by default.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: usize,
    /// Why it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day on which it is accepted: `2026-12-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// The result of applying a baseline to findings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaselineApplied {
    /// The findings that are not accepted.
    pub remaining: Vec<Issue>,
    /// Number of accepted findings.
    pub accepted: usize,
    /// Expired entries, which accept nothing.
    pub expired: Vec<AcceptedFinding>,
    /// Entries that accept more findings than there are.
    pub unused: Vec<AcceptedFinding>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    baseline: u32,
    findings: Vec<AcceptedFinding>,
}

/// The identity of a finding: code, subject and message.
type Key = (String, String, String);

impl AcceptedFinding {
    fn key(&self) -> Key {
        (self.code.clone(), self.subject.clone(), self.message.clone())
    }

    /// Returns whether its last day has passed.
    fn is_expired(&self, today: Date) -> bool {
        // The day was validated when the file was read.
        let until = self.until.as_ref().and_then(|until| until.parse::<Date>().ok());
        until.is_some_and(|until| until < today)
    }
}

impl Baseline {
    /// Reads the text of a baseline file.
    ///
    /// # Errors
    ///
    /// The text is not a baseline; the error names line and column, or the entry.
    pub fn from_text(name: &str, text: &str) -> Result<Self, Error> {
        let invalid = |message: String| Error::at(ErrorKind::Setting, name, None, message);
        let file: File = serde_json::from_str(text)
            .map_err(|error| invalid(format!("no baseline of findings: {error}")))?;
        if file.baseline != FORMAT {
            return Err(invalid(format!(
                "a baseline of format {}; this program reads format {FORMAT}",
                file.baseline
            )));
        }
        for (index, entry) in file.findings.iter().enumerate() {
            if let Some(until) = &entry.until
                && until.parse::<Date>().is_err()
            {
                return Err(invalid(format!(
                    "findings[{index}] ({}): `until` is {until:?}, not a day like 2026-12-31",
                    entry.code
                )));
            }
        }
        Ok(Self {
            entries: file.findings,
        })
    }

    /// Creates a baseline that accepts all of these findings. Reasons and days of `before` are kept for
    /// findings in both.
    pub fn of(issues: &[Issue], before: &Self) -> Self {
        let mut entries: BTreeMap<Key, AcceptedFinding> = BTreeMap::new();
        for issue in issues {
            entries
                .entry(key(issue))
                .and_modify(|entry| entry.count += 1)
                .or_insert_with(|| AcceptedFinding {
                    code: issue.code.clone(),
                    subject: issue.subject.clone(),
                    message: issue.message.clone(),
                    count: 1,
                    reason: None,
                    until: None,
                });
        }
        for known in &before.entries {
            if let Some(entry) = entries.get_mut(&known.key()) {
                entry.reason.clone_from(&known.reason);
                entry.until.clone_from(&known.until);
            }
        }
        Self {
            entries: entries.into_values().collect(),
        }
    }

    /// Returns the text of the file, with the entries ordered by code.
    pub fn to_text(&self) -> String {
        let file = File {
            baseline: FORMAT,
            findings: self.entries.clone(),
        };
        let mut text = serde_json::to_string_pretty(&file).expect("a baseline has only texts and numbers");
        text.push('\n');
        text
    }

    /// Removes the accepted findings.
    pub fn apply(&self, issues: Vec<Issue>, today: Date) -> BaselineApplied {
        let (expired, valid): (Vec<_>, Vec<_>) = self
            .entries
            .iter()
            .cloned()
            .partition(|entry| entry.is_expired(today));
        let mut open: BTreeMap<Key, usize> = BTreeMap::new();
        for entry in &valid {
            *open.entry(entry.key()).or_default() += entry.count;
        }
        let found = issues.len();
        let remaining: Vec<Issue> = issues
            .into_iter()
            .filter(|issue| match open.get_mut(&key(issue)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            })
            .collect();
        let unused = valid
            .into_iter()
            .filter(|entry| open.get(&entry.key()).is_some_and(|count| *count > 0))
            .collect();
        BaselineApplied {
            accepted: found - remaining.len(),
            remaining,
            expired,
            unused,
        }
    }
}

fn key(issue: &Issue) -> Key {
    (issue.code.clone(), issue.subject.clone(), issue.message.clone())
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::IssueLevel;

    fn issue(message: &str) -> Issue {
        Issue {
            level: IssueLevel::Error,
            code: "rule".to_owned(),
            message: message.to_owned(),
            subject: "GET /users".to_owned(),
            places: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn baseline(findings: &str) -> Baseline {
        let text = format!(r#"{{ "baseline": 1, "findings": [{findings}] }}"#);
        Baseline::from_text("baseline.json", &text).unwrap()
    }

    fn applied(baseline: &Baseline, messages: &[&str]) -> BaselineApplied {
        let issues = messages.iter().map(|message| issue(message)).collect();
        baseline.apply(issues, "2026-06-15".parse().unwrap())
    }

    #[test]
    fn a_finding_is_accepted_as_often_as_it_was_found() {
        let accepted = Baseline::of(&[issue("a"), issue("a"), issue("b")], &Baseline::default());
        assert_eq!(
            Baseline::from_text("baseline.json", &accepted.to_text()).unwrap(),
            accepted
        );
        let left = applied(&accepted, &["a", "a", "a", "c"]);
        assert_eq!(left.remaining, [issue("a"), issue("c")]);
        assert_eq!(left.accepted, 2);
        assert_eq!(left.unused.len(), 1);
        assert_eq!(left.unused[0].message, "b");
    }

    #[test]
    fn a_day_is_the_last_one() {
        let entry = |until: &str| {
            baseline(&format!(
                r#"{{ "code": "rule", "subject": "GET /users", "message": "a", "until": "{until}" }}"#
            ))
        };
        assert_eq!(applied(&entry("2026-06-15"), &["a"]).accepted, 1);
        let late = applied(&entry("2026-06-14"), &["a"]);
        assert_eq!((late.accepted, late.expired.len()), (0, 1));
    }

    #[test]
    fn reasons_stay_when_it_is_written_anew() {
        let before = baseline(
            r#"{ "code": "rule", "subject": "GET /users", "message": "a", "reason": "ends with version 2" },
               { "code": "rule", "subject": "GET /users", "message": "gone", "reason": "is mended" }"#,
        );
        let text = Baseline::of(&[issue("a"), issue("b")], &before).to_text();
        assert!(text.contains("ends with version 2"), "{text}");
        assert!(!text.contains("is mended"), "{text}");
    }

    #[test]
    fn what_is_no_baseline_is_an_error() {
        for (text, told) in [
            ("", "no baseline"),
            (r#"{"baseline": 2, "findings": []}"#, "format 2"),
            (
                r#"{"baseline": 1, "findings": [{"code": "a", "message": "b", "untl": "2026-01-01"}]}"#,
                "untl",
            ),
            (
                r#"{"baseline": 1, "findings": [{"code": "a", "message": "b", "until": "soon"}]}"#,
                "findings[0] (a): `until` is \"soon\"",
            ),
        ] {
            let error = Baseline::from_text("baseline.json", text)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("baseline.json: "), "{error}");
            assert!(error.contains(told), "{error}");
        }
    }
}
