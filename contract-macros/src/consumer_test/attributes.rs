//! The other attributes of a consumer test.

use syn::{Attribute, Meta};

/// Attributes that make several tests of a function, each with values for its parameters. They add `#[test]` themselves.
const CASES: [&str; 7] = [
    "rstest",
    "test_case",
    "test_matrix",
    "test_casing",
    "parameterized",
    "dir_test",
    // `rstest_reuse`
    "apply",
];

/// The attributes below `#[consumer_test]`.
pub(super) struct Attributes {
    kept: Vec<Attribute>,
    /// Whether `#[test]` was among them: another attribute above has made a test of the function, or its author did.
    pub(super) had_test: bool,
}

impl Attributes {
    /// Takes the attributes of the function. `#[test]` goes: the test that is made has one.
    pub(super) fn of(attributes: Vec<Attribute>) -> Self {
        let (tests, kept): (Vec<_>, Vec<_>) = attributes.into_iter().partition(is_plain_test);
        Self {
            kept,
            had_test: !tests.is_empty(),
        }
    }

    /// Those that stay on the test.
    pub(super) fn kept(&self) -> &[Attribute] {
        &self.kept
    }

    /// Whether one of them gives values for parameters.
    pub(super) fn supply_parameters(&self) -> bool {
        self.kept.iter().any(|attribute| {
            let name = attribute.path().segments.last();
            name.is_some_and(|name| CASES.iter().any(|case| name.ident == case))
        })
    }

    /// Whether one of them adds `#[test]`.
    pub(super) fn make_tests(&self) -> bool {
        self.supply_parameters() || self.kept.iter().any(is_test_of_a_crate)
    }

    /// Whether one of them runs an `async fn` in a runtime of its own.
    pub(super) fn brings_runtime(&self) -> bool {
        let mut of_crates = self.kept.iter().filter(|one| is_test_of_a_crate(one));
        // Without an argument `#[test_log::test]` brings logs and no runtime.
        of_crates.any(|one| !is_of(one, "test_log") || matches!(one.meta, Meta::List(_)))
    }
}

/// `#[test]`, or what other attributes write for it: `#[::core::prelude::v1::test]`.
fn is_plain_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("test")
        || (is_test_of_a_crate(attribute) && (is_of(attribute, "core") || is_of(attribute, "std")))
}

/// `#[tokio::test]`, `#[async_std::test]`, …
fn is_test_of_a_crate(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    segments.len() > 1 && segments.last().is_some_and(|last| last.ident == "test")
}

fn is_of(attribute: &Attribute, name: &str) -> bool {
    let first = attribute.path().segments.first();
    first.is_some_and(|first| first.ident == name)
}
