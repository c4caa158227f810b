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
/// checked when the test is compiled. An expression with look-around, a reference or a construct of another dialect is checked
/// when the test runs.
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

/// An XML document with patterns as attributes and texts. A plain value means "of the same type": beside a text any text, beside
/// a number any number, beside `true` or `false` either of them. [`exactly`](crate::pattern::exactly) means this value only. The
/// names of elements and attributes are exact.
///
/// Elements are written as in XML. Texts stand in double quotes, and everything else in braces: patterns, values of variables,
/// elements that a function returns. `each_like(<item/>)` stands for one or more of an element, with `at_least` and `at_most` as
/// in [`json_like!`]. The attributes `xmlns` and `xmlns:prefix` declare namespaces, whose names are exact; the prefix does not
/// matter. The example of a `regex` with two literals is checked when the test is compiled.
///
/// ```
/// use contract_core::prelude::*;
///
/// let order = xml_like!(
///     <s:order xmlns:s="urn:shop" id={integer(42)} status={exactly("open")}>
///         <customer email={regex(r"\S+@\S+", "ada@example.com")}>"Ada Lovelace"</customer>
///         <placed>{date("yyyy-MM-dd", "2026-01-01")}</placed>
///         <items>
///             each_like(<item count=1>"book"</item>).at_least(1)
///         </items>
///     </s:order>
/// );
/// Response::ok().xml(order);
/// ```
///
/// A regular expression that does not fit its example does not compile:
///
/// ```compile_fail
/// # use contract_core::prelude::*;
/// xml_like!(<email>{regex(r"\S+@\S+", "ada")}</email>);
/// ```
#[macro_export]
macro_rules! xml_like {
    ($($document:tt)*) => {
        $crate::__macros::xml_like!([$crate] $($document)*)
    };
}
