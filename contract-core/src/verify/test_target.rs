//! `provider_tests!`: a test target that fails if it is built with Rust's default test harness.

use std::path::Path;

/// Generates the `main` of a provider's test target: one test per interaction
/// ([`main`](crate::verify::Verifier::main)).
///
/// The target needs `harness = false` in `Cargo.toml`. Without it the default harness would run instead of `main`, find
/// no test and pass; the macro therefore adds a test that fails in that case and prints the lines to add.
///
/// ```no_run
/// // tests/contracts.rs
/// use contract_core::provider::*;
///
/// provider_tests!(
///     ProviderTests::new("user-api")
///         .contracts(Contracts::dir("../contracts"))
///         .base_url("http://127.0.0.1:8080")
///         .state("user exists", |user: StateParams| async move { println!("insert {:?}", user.params()) })
/// );
/// ```
///
/// ```toml
/// # Cargo.toml
/// [[test]]
/// name = "contracts"
/// harness = false
/// ```
#[macro_export]
macro_rules! provider_tests {
    ($tests:expr $(,)?) => {
        // Not called with Rust's default test harness.
        #[allow(dead_code)]
        fn main() -> ::std::process::ExitCode {
            $crate::verify::Verifier::main($tests)
        }

        #[::core::prelude::v1::test]
        fn this_test_target_needs_harness_false() {
            $crate::verify::fail_under_default_harness($crate::verify::TestTarget {
                module: ::core::module_path!(),
                file: ::core::file!(),
                manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
            });
        }
    };
}

/// The location of [`provider_tests!`](crate::provider_tests).
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TestTarget {
    /// `module_path!()`
    pub module: &'static str,
    /// `file!()`
    pub file: &'static str,
    /// `env!("CARGO_MANIFEST_DIR")`
    pub manifest_dir: &'static str,
}

/// The body of the test added by [`provider_tests!`](crate::provider_tests).
///
/// # Panics
///
/// Always: if it runs, the contract tests do not.
#[doc(hidden)]
pub fn fail_under_default_harness(target: TestTarget) {
    panic!("{}", target.missing_harness());
}

impl TestTarget {
    fn missing_harness(&self) -> String {
        let manifest = Path::new(self.manifest_dir).join("Cargo.toml");
        let (why, name) = if let Some((root, _)) = self.module.split_once("::") {
            let why = format!(
                "provider_tests! is in {}, a module of the test target {root:?}; move it into a file of its own, \
                 tests/contracts.rs, and add",
                self.file
            );
            (why, "contracts".to_owned())
        } else {
            let name = self.name();
            (
                format!("the test target {name:?} uses Rust's default test harness; add"),
                name,
            )
        };
        format!(
            "no contract test was run: {why} these lines to {}\n\n[[test]]\nname = {name:?}\nharness = false\n",
            manifest.display()
        )
    }

    /// Returns the name of the target: that of its file, or of its folder for a `main.rs`. In crate names Cargo
    /// replaces the hyphens of target names by underscores.
    fn name(&self) -> String {
        let path = Path::new(self.file);
        let named_after = match path.file_stem() {
            Some(stem) if stem != "main" => Some(stem),
            _ => path.parent().and_then(Path::file_name),
        };
        named_after
            .and_then(|name| name.to_str())
            .filter(|name| name.replace('-', "_") == self.module)
            .unwrap_or(self.module)
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(module: &'static str, file: &'static str) -> TestTarget {
        TestTarget {
            module,
            file,
            manifest_dir: "/src/user-api",
        }
    }

    #[test]
    fn the_target_is_named_after_its_file_or_folder() {
        for (module, file, name) in [
            ("contracts", "tests/contracts.rs", "contracts"),
            (
                "provider_contracts",
                "api/tests/provider-contracts.rs",
                "provider-contracts",
            ),
            ("contracts", "tests/contracts/main.rs", "contracts"),
            ("renamed", "tests/contracts.rs", "renamed"),
        ] {
            assert_eq!(target(module, file).name(), name, "{file}");
        }
    }

    #[test]
    fn the_lines_to_add_are_shown() {
        insta::assert_snapshot!(target("contracts", "tests/contracts.rs").missing_harness(), @r#"
        no contract test was run: the test target "contracts" uses Rust's default test harness; add these lines to /src/user-api/Cargo.toml

        [[test]]
        name = "contracts"
        harness = false
        "#);
        insta::assert_snapshot!(target("it::contracts", "tests/it/contracts.rs").missing_harness(), @r#"
        no contract test was run: provider_tests! is in tests/it/contracts.rs, a module of the test target "it"; move it into a file of its own, tests/contracts.rs, and add these lines to /src/user-api/Cargo.toml

        [[test]]
        name = "contracts"
        harness = false
        "#);
    }
}
