//! The test that the current thread runs.

/// Returns the name that the test harness uses for the test of the current thread: `users::shows_a_user`. `None` if the harness
/// runs all tests on the main thread (`--test-threads=1`), and outside of tests.
pub(super) fn name() -> Option<String> {
    if let Some(name) = std::thread::current().name()
        && name != "main"
        && !name.starts_with("tokio-")
    {
        return Some(name.to_owned());
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--exact") {
        return None;
    }
    arguments.into_iter().find(|argument| !argument.starts_with('-'))
}

/// Returns the name of a test with its case. Attributes such as `#[rstest]` make several tests of one function, each named after
/// the function: of the function `shows`, `users::shows::case_1` is the test `shows::case_1`.
pub(super) fn with_case(function: &str, harness_name: Option<&str>) -> String {
    let case = harness_name.and_then(|name| {
        let segments: Vec<&str> = name.split("::").collect();
        let at = segments.iter().rposition(|segment| *segment == function)?;
        Some(segments[at..].join("::"))
    });
    case.unwrap_or_else(|| function.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_part_of_the_name_and_a_module_is_not() {
        let table = [
            (Some("users::shows"), "shows"),
            (Some("shows"), "shows"),
            (Some("users::shows::case_1_open"), "shows::case_1_open"),
            (Some("shows::shows::_1_expects"), "shows::_1_expects"),
            (
                Some("shows::status_1__open_::page_2_7"),
                "shows::status_1__open_::page_2_7",
            ),
            // Run by another thread, which has a name of its own.
            (Some("worker"), "shows"),
            (None, "shows"),
        ];
        for (harness_name, expected) in table {
            assert_eq!(with_case("shows", harness_name), expected, "{harness_name:?}");
        }
    }

    #[test]
    fn the_test_of_this_thread_is_known() {
        let name = name().unwrap();
        assert!(name.ends_with("the_test_of_this_thread_is_known"), "{name}");
    }
}
