//! Macros for test authors.

/// Creates a JSON document with patterns as values. A plain value means "of the same type".
///
/// Objects `{ "name": value }` and arrays `[value, …]` are written as in JSON; a value is any expression that
/// is a [pattern](crate::pattern) or implements `Serialize`, or `null`. Names are string literals, or
/// `(expression)` for a computed name. Patterns may contain documents: `each_like({ … })`, `nullable({ … })`,
/// `array_containing([{ … }, { … }])`. The example of a `regex` with two literals is checked at compile time.
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
/// A regular expression that does not match its example does not compile:
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

/// Creates a text that the regular expression matches as a whole; both arguments are literals. Like
/// [`regex`](crate::pattern::regex), but the example is checked at compile time. An expression with look-around, a
/// reference or a construct of another dialect is checked when the test runs.
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

/// Creates an XML document with patterns as attributes and texts. A plain value means "of the same type": any
/// text for a text, any number for a number, `true` or `false` for a Boolean.
/// [`exactly`](crate::pattern::exactly) means only this value. The names of elements and attributes are
/// exact.
///
/// Elements are written as in XML. Texts are in double quotes, everything else in braces: patterns,
/// variables, elements returned by a function. `each_like(<item/>)` means one or more of an element, with
/// `at_least` and `at_most` as in [`json_like!`]. The attributes `xmlns` and `xmlns:prefix` declare
/// namespaces, whose names are exact; prefixes are ignored. The example of a `regex` with two literals is
/// checked at compile time.
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
/// A regular expression that does not match its example does not compile:
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
