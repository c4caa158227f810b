//! What consumers' tests need from an interaction, as determined by `minimize`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Interaction;
use super::merge::without_lines;
use crate::json;
use crate::map_of;
use crate::{Error, ErrorKind};

/// The member of an interaction's `comments` that contains its [`Usage`].
pub(crate) const MEMBER: &str = "usage";

/// What the tests that use an interaction need from the provider's response: the member `usage` of its
/// `comments`.
///
/// Other implementations keep or ignore it; it does not affect verification.
///
/// ```json
/// "usage": {
///   "version": 1,
///   "tests": {
///     "tests/users.rs shows_a_user": {
///       "body": {
///         "$": { "need": "required", "unknownFieldsTolerated": true },
///         "$.email": { "need": "ignored" },
///         "$.name": { "need": "required", "nullTolerated": false, "otherValueTolerated": false }
///       },
///       "headers": { "etag": { "need": "ignored" } }
///     }
///   }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// The version of this format: 1. A later version may add members without changing the number.
    pub version: u32,
    /// By test, named as in `comments.testname`, without its line number.
    pub tests: BTreeMap<String, TestUsage>,
}

/// What a test needs. Fields that are not listed were not tested.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TestUsage {
    /// Fields of the body, by path: `$.roles[*].id`. `$` is the whole body.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub body: BTreeMap<String, FieldUsage>,
    /// Header fields, by name in lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, FieldUsage>,
}

/// What a test needs from a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FieldUsage {
    /// Whether the field must exist.
    pub need: Need,
    /// Whether the test passes if it is `null`; `None` if that was not tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_tolerated: Option<bool>,
    /// Whether the test passes with another value of the same type; `None` if that was not tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_value_tolerated: Option<bool>,
    /// Whether the test passes with a value that the contract does not list, for fields with listed values;
    /// `None` if that was not tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_values_tolerated: Option<bool>,
    /// Whether the test passes if each object has a member that the contract does not have; only for `$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_fields_tolerated: Option<bool>,
}

/// Whether a test needs a field. Ordered from the lowest need to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Need {
    /// The test passes without it, and with any value.
    Ignored,
    /// The test passes without it, but not with every value: it is read if it exists.
    Tolerated,
    /// The test fails without it.
    Required,
}

impl FieldUsage {
    /// Returns a field with this need, without further results.
    pub fn new(need: Need) -> Self {
        Self {
            need,
            null_tolerated: None,
            other_value_tolerated: None,
            unknown_values_tolerated: None,
            unknown_fields_tolerated: None,
        }
    }
}

impl Usage {
    /// The version that this library reads and writes.
    pub const VERSION: u32 = 1;

    /// Creates the usage of one test; `test` is its name as in `comments.testname`.
    pub fn of_test(test: &str, usage: TestUsage) -> Self {
        Self {
            version: Self::VERSION,
            tests: map_of([(without_lines(test), usage)]),
        }
    }

    /// Reads the usage from the comments of an interaction; `None` if there is none, or its version or format
    /// is unknown.
    pub fn of(interaction: &Interaction) -> Option<Self> {
        let usage: Self = json::from_value(interaction.comments.get(MEMBER)?).ok()?;
        (usage.version == Self::VERSION).then_some(usage)
    }

    /// Adds the usage to the comments of an interaction.
    ///
    /// # Errors
    ///
    /// `Invalid` if it cannot be serialised as JSON.
    pub fn write_into(&self, interaction: &mut Interaction) -> Result<(), Error> {
        let value = json::to_value(self).map_err(|error| {
            Error::new(
                ErrorKind::Invalid,
                "the usage of an interaction cannot be written as JSON",
            )
            .with_source(error)
        })?;
        interaction.comments.insert(MEMBER.to_owned(), value);
        Ok(())
    }

    /// Returns the fields of the body that no test needs, by path; of nested fields only the outermost.
    ///
    /// ```
    /// use contract_core::contract::{FieldUsage, Need, TestUsage, Usage};
    ///
    /// let mut usage = TestUsage::default();
    /// usage.body.insert("$.name".into(), FieldUsage::new(Need::Required));
    /// usage.body.insert("$.email".into(), FieldUsage::new(Need::Ignored));
    /// let usage = Usage::of_test("tests/users.rs:12 shows_a_user", usage);
    /// assert_eq!(usage.unneeded_fields(), ["$.email"]);
    /// ```
    pub fn unneeded_fields(&self) -> Vec<&str> {
        let mut needs: BTreeMap<&str, Need> = BTreeMap::new();
        for (path, field) in self.tests.values().flat_map(|test| &test.body) {
            let need = needs.entry(path).or_insert(field.need);
            *need = field.need.max(*need);
        }
        let mut unneeded: Vec<&str> = Vec::new();
        // When sorted, a path comes after those that contain it.
        for (path, need) in needs {
            let is_below = |outer: &&str| {
                path.strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
            };
            if need < Need::Required && !unneeded.iter().any(is_below) {
                unneeded.push(path);
            }
        }
        unneeded
    }

    /// Adds the known results of other tests.
    fn keep(&mut self, before: Self) {
        for (test, usage) in before.tests {
            self.tests.entry(test).or_insert(usage);
        }
    }
}

/// Copies the usage of an interaction to the one that replaces it and has the same content, so that a run
/// without `minimize` does not lose earlier results.
pub(super) fn carry(from: &Interaction, to: &mut Interaction) {
    let Some(before) = from.comments.get(MEMBER) else {
        return;
    };
    if !to.comments.contains_key(MEMBER) {
        to.comments.insert(MEMBER.to_owned(), before.clone());
        return;
    }
    if let (Some(mut now), Some(before)) = (Usage::of(to), Usage::of(from)) {
        now.keep(before);
        // It was read from JSON, so it can be serialised as JSON.
        let _ = now.write_into(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::merge::Change;
    use crate::contract::{Contract, Specification};
    use crate::prelude::{Request, Response};

    fn written_by(test: &str, status: u16, unneeded: Option<&str>) -> Contract {
        let mut interaction: Interaction = Interaction::http("a user")
            .request(Request::get("/users/1"))
            .response(Response::status(status))
            .into();
        interaction.comments.insert("testname".to_owned(), test.into());
        if let Some(path) = unneeded {
            let mut usage = TestUsage::default();
            usage.body.insert(path.to_owned(), FieldUsage::new(Need::Ignored));
            Usage::of_test(test, usage).write_into(&mut interaction).unwrap();
        }
        let mut contract = Contract::new("web", "api");
        contract.interactions.push(interaction);
        contract
    }

    fn merged(contracts: &[Contract]) -> Interaction {
        let mut all = contracts[0].clone();
        for contract in &contracts[1..] {
            all.merge(contract, Specification::V4).unwrap();
        }
        all.interactions.remove(0)
    }

    /// Returns the tests that documented their usage, with what they do not need.
    fn known(interaction: &Interaction) -> Vec<String> {
        let usage = Usage::of(interaction);
        let tests = usage.iter().flat_map(|usage| &usage.tests);
        tests
            .map(|(test, usage)| format!("{test}: {:?}", usage.body.keys().collect::<Vec<_>>()))
            .collect()
    }

    #[test]
    fn what_tests_learnt_stays_beside_each_other_whichever_comes_first() {
        let contracts = [
            written_by("a.rs:1 first", 200, Some("$.email")),
            written_by("b.rs:9 second", 200, Some("$.name")),
        ];
        let expected = [r#"a.rs first: ["$.email"]"#, r#"b.rs second: ["$.name"]"#];
        let interaction = merged(&contracts);
        assert_eq!(known(&interaction), expected);
        assert_eq!(interaction.test_name(), Some("a.rs:1 first"));
        let [first, second] = contracts;
        let interaction = merged(&[second, first]);
        assert_eq!(known(&interaction), expected);
        assert_eq!(interaction.test_name(), Some("a.rs:1 first"));
    }

    #[test]
    fn a_run_without_it_keeps_what_is_known_and_changes_nothing() {
        let mut contract = written_by("a.rs:1 first", 200, Some("$.email"));
        for test in ["a.rs:5 first", "b.rs:9 second"] {
            let changes = contract
                .merge(&written_by(test, 200, None), Specification::V4)
                .unwrap();
            assert!(changes.is_empty(), "{test}");
        }
        assert_eq!(known(&contract.interactions[0]), [r#"a.rs first: ["$.email"]"#]);
    }

    #[test]
    fn a_later_run_replaces_what_its_test_learnt_and_other_content_drops_it() {
        let first = written_by("a.rs:1 first", 200, Some("$.email"));
        let again = written_by("a.rs:1 first", 200, Some("$.name"));
        assert_eq!(
            known(&merged(&[first.clone(), again])),
            [r#"a.rs first: ["$.name"]"#]
        );
        let other = written_by("a.rs:1 first", 404, None);
        assert_eq!(known(&merged(&[first, other])), [""; 0]);
    }

    #[test]
    fn a_change_of_content_does_not_show_what_was_learnt_of_the_old_one() {
        let mut contract = written_by("a.rs:1 first", 200, Some("$.email"));
        let other = written_by("a.rs:1 first", 404, None);
        let changes = contract.merge(&other, Specification::V4).unwrap();
        let [Change::Replaced { before, after, .. }] = &changes[..] else {
            panic!("one change is expected");
        };
        assert!(!before.contains(MEMBER), "{before}");
        assert_eq!(before.replace("200", "404"), *after);
    }

    #[test]
    fn a_form_of_another_version_is_not_read() {
        let mut interaction = merged(&[written_by("a.rs:1 first", 200, None)]);
        for value in [
            crate::json::json!({"version": 2, "tests": {}}),
            crate::json::json!("x"),
        ] {
            interaction.comments.insert(MEMBER.to_owned(), value);
            assert_eq!(Usage::of(&interaction), None);
        }
    }
}
