//! The macros of test authors.

/// A JSON document with patterns as values. A plain value means "of the same type".
///
/// Objects `{ "name": value }` and arrays `[value, …]` are written as in JSON; a value is any expression that is a
/// [pattern](crate::pattern) or implements `Serialize`, or `null`. Names are texts, or `(expression)` for one that is
/// computed. Documents may stand in the patterns that take one: `each_like({ … })`, `nullable({ … })`,
/// `array_containing([{ … }, { … }])`. The example of a `regex` with two literals is checked when the test is compiled.
///
/// ```
/// use contract_core::prelude::*;
///
/// let user = json_like!({
///     "id": integer(42),
///     "name": "Ada Lovelace",                              // any text
///     "email": regex(r"^\S+@\S+$", "ada@example.com"),
///     "status": exactly("active"),
///     "roles": each_like({ "id": integer(1), "title": "admin" }).at_least(1),
/// });
/// assert_eq!(user.expand().example["roles"][0]["title"], "admin");
/// ```
///
/// A regular expression that does not fit its example does not compile:
///
/// ```compile_fail
/// # use contract_core::prelude::*;
/// json_like!({ "email": regex(r"^\S+@\S+$", "ada") });
/// ```
#[macro_export]
macro_rules! json_like {
    ($($document:tt)*) => {
        $crate::__macros::json_like!([$crate] $($document)*)
    };
}

/// A text that the regular expression matches as a whole, both literals: [`regex`](crate::pattern::regex) whose example is
/// checked when the test is compiled.
///
/// ```
/// # use contract_core::prelude::*;
/// regex!(r"\d{4}-\d{2}", "2026-01");
/// ```
///
/// ```compile_fail
/// # use contract_core::prelude::*;
/// regex!(r"\d{4}-\d{2}", "January");
/// ```
#[macro_export]
macro_rules! regex {
    ($($arguments:tt)*) => {
        $crate::__macros::regex!([$crate] $($arguments)*)
    };
}
