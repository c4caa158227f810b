//! Every attribute of serde that changes the form is honoured.

use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;

use contract_core::json::{self, Value};
use contract_core::pattern::assert_example_deserializes;
use contract_core::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

fn example<T: HasPattern>() -> Value {
    T::pattern().expand().example
}

#[derive(Serialize, Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
struct TwoNames {
    first_name: String,
    #[serde(rename(serialize = "out", deserialize = "in"), alias = "into")]
    way: u8,
    #[serde(rename(deserialize = "id"))]
    number: u8,
    #[serde(skip_deserializing)]
    only_written: u8,
    #[serde(skip_serializing)]
    only_read: bool,
}

#[test]
fn names_for_reading_count() {
    assert_eq!(
        example::<TwoNames>(),
        json!({ "first-name": "text", "in": 1, "id": 1, "only-read": true })
    );
    assert_example_deserializes::<TwoNames>();
}

#[derive(Serialize, Pattern)]
#[expect(dead_code, reason = "serde leaves a field out")]
#[pattern(serialize)]
#[serde(
    tag = "type",
    rename = "person",
    rename_all(serialize = "camelCase", deserialize = "kebab-case")
)]
struct Sent {
    first_name: String,
    #[serde(skip_deserializing)]
    only_written: u8,
    #[serde(skip_serializing)]
    only_read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_be_missing: Option<String>,
    may_be_null: Option<String>,
    #[serde(default)]
    with_default: u8,
}

#[test]
fn a_type_that_is_sent_has_the_names_and_fields_for_writing() {
    let written = json!({ "type": "person", "firstName": "text", "onlyWritten": 1, "mayBeNull": "text", "withDefault": 1 });
    assert_eq!(example::<Sent>(), written);
    let sent = Sent {
        first_name: "Ada".to_owned(),
        only_written: 2,
        only_read: false,
        may_be_missing: None,
        may_be_null: None,
        with_default: 0,
    };
    assert!(Sent::pattern().matches(&sent));
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "type")]
#[expect(dead_code, reason = "read by serde")]
struct Tagged {
    id: u8,
}

#[test]
fn nobody_reads_the_tag_of_a_struct() {
    assert_eq!(example::<Tagged>(), json!({ "id": 1 }));
    assert_example_deserializes::<Tagged>();
}

#[derive(Deserialize, Pattern)]
#[serde(try_from = "String")]
#[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
struct Email(#[expect(dead_code, reason = "read by serde")] String);

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.contains('@').then(|| Self(text.clone())).ok_or(text)
    }
}

#[derive(Deserialize, Pattern)]
#[serde(from = "Wire")]
struct FromWire(#[expect(dead_code, reason = "read by serde")] u8);

#[derive(Deserialize, Pattern)]
struct Wire {
    value: u8,
}

impl From<Wire> for FromWire {
    fn from(wire: Wire) -> Self {
        Self(wire.value)
    }
}

#[derive(Clone, Serialize, Pattern)]
#[serde(into = "Vec<u8>")]
#[pattern(serialize)]
struct IntoList(u8);

impl From<IntoList> for Vec<u8> {
    fn from(list: IntoList) -> Self {
        vec![list.0]
    }
}

#[test]
fn conversions_have_the_pattern_of_what_is_read_or_written() {
    assert_eq!(example::<Email>(), "ada@example.com");
    assert_example_deserializes::<Email>();
    assert_eq!(example::<FromWire>(), json!({ "value": 1 }));
    assert_example_deserializes::<FromWire>();
    assert_eq!(example::<IntoList>(), json!([1]));
    assert!(IntoList::pattern().matches(&IntoList(7)));
}

mod elsewhere {
    #[expect(dead_code, reason = "read by serde")]
    pub(super) struct Point {
        pub(super) x: f64,
    }
}

#[derive(Deserialize, Pattern)]
#[serde(remote = "elsewhere::Point")]
struct PointDefinition {
    x: f64,
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Place {
    #[serde(with = "PointDefinition")]
    #[pattern(with = PointDefinition::pattern())]
    point: elsewhere::Point,
}

#[test]
fn a_remote_definition_is_named_at_the_field() {
    assert_eq!(example::<Place>(), json!({ "point": { "x": 1.5 } }));
    assert_example_deserializes::<Place>();
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Flattened {
    #[serde(flatten)]
    page: PageInfo,
    #[serde(flatten)]
    optional: Option<PageInfo2>,
    #[serde(flatten)]
    #[pattern(present)]
    needed: Option<PageInfo3>,
    #[serde(flatten)]
    kind: Kind,
    #[serde(flatten)]
    rest: HashMap<String, serde_json::Value>,
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize, Pattern)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde")]
struct PageInfo2 {
    other: u8,
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct PageInfo3 {
    third: u8,
}

#[derive(Deserialize, Pattern)]
#[serde(default)]
#[derive(Default)]
struct PageInfo {
    #[pattern(present)]
    number: u8,
    size: u8,
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "kind", rename_all_fields(deserialize = "UPPERCASE"))]
#[expect(dead_code, reason = "read by serde")]
enum Kind {
    #[pattern(example)]
    Book { title: String },
    #[serde(rename_all = "camelCase")]
    Film { run_time: u8 },
    #[serde(other)]
    Other,
}

#[test]
fn flattened_members_stand_beside_the_others() {
    assert_eq!(
        example::<Flattened>(),
        json!({ "number": 1, "third": 1, "kind": "Book", "TITLE": "text" })
    );
    assert_example_deserializes::<Flattened>();
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
enum Shape {
    #[pattern(example)]
    #[serde(with = "circle")]
    #[pattern(with = json_like!({ "r": integer(2) }))]
    Circle(u8),
    #[serde(skip)]
    Never(fn()),
    #[pattern(skip)]
    NotNeeded(NoPattern),
    #[serde(untagged)]
    Text(String),
}

mod circle {
    use serde::{Deserialize, Deserializer};

    #[derive(Deserialize)]
    struct Circle {
        r: u8,
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        Circle::deserialize(deserializer).map(|circle| circle.r)
    }
}

#[test]
fn a_variant_in_a_way_of_its_own_takes_a_pattern() {
    assert_eq!(example::<Shape>(), json!({ "Circle": { "r": 2 } }));
    assert_example_deserializes::<Shape>();
}

#[derive(Pattern)]
#[serde(bound = "")]
#[expect(dead_code, reason = "only its pattern counts")]
struct Generic<'a, T, I: Iterator, U, const N: usize>
where
    T: 'a,
{
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(skip)]
    nothing: PhantomData<(T, U)>,
    #[pattern(skip)]
    #[serde(skip)]
    iterator: Option<I>,
    numbers: [u8; N],
}

#[derive(Deserialize)]
struct NoPattern;

#[test]
fn only_parameters_that_are_read_need_a_pattern() {
    assert_eq!(
        example::<Generic<'static, NoPattern, std::vec::IntoIter<NoPattern>, fn(), 2>>(),
        json!({ "name": "text", "numbers": [1, 1] })
    );
}

#[derive(Pattern)]
#[expect(dead_code, reason = "only its pattern counts")]
struct Items<I: Iterator> {
    first: I::Item,
    all: Vec<I::Item>,
}

#[derive(Pattern)]
#[pattern(bound = "")]
#[expect(dead_code, reason = "only its pattern counts")]
struct Said<T> {
    #[pattern(with = string("said"))]
    value: T,
}

#[test]
fn what_belongs_to_a_parameter_needs_a_pattern_and_not_the_parameter() {
    assert_eq!(
        example::<Items<std::vec::IntoIter<bool>>>(),
        json!({ "first": true, "all": [true] })
    );
    assert_eq!(example::<Said<NoPattern>>(), json!({ "value": "said" }));
}

#[derive(Serialize, Deserialize, Pattern)]
#[pattern(example = default)]
struct Settings {
    theme: String,
    #[serde(flatten)]
    size: Size,
}

#[derive(Serialize, Deserialize, Pattern)]
struct Size {
    width: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "dark".to_owned(),
            size: Size { width: 80 },
        }
    }
}

#[derive(Serialize, Deserialize, Pattern)]
struct Window {
    #[pattern(example = default)]
    settings: Settings,
    #[pattern(example = Size { width: 40 })]
    size: Size,
    #[pattern(with = each_like(json_like!({ "width": integer(1) })), example = json!([{ "width": 5 }]))]
    sizes: Vec<Size>,
}

#[test]
fn examples_come_from_default_or_a_value() {
    assert_eq!(
        example::<Window>(),
        json!({ "settings": { "theme": "dark", "width": 80 }, "size": { "width": 40 }, "sizes": [{ "width": 5 }] })
    );
    assert_example_deserializes::<Window>();
    let other = json!({ "settings": { "theme": "light", "width": 1 }, "size": { "width": 2 }, "sizes": [{ "width": 3 }] });
    assert!(Window::pattern().matches(&other));
}

/// serde reads an option in a way of its own only if it is there.
#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Own {
    #[serde(deserialize_with = "optional")]
    #[pattern(with = string("7"))]
    needed: Option<u8>,
    #[serde(default, deserialize_with = "optional")]
    not_needed: Option<u8>,
}

fn optional<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    Ok(String::deserialize(deserializer)?.parse().ok())
}

#[test]
fn an_option_that_is_read_in_a_way_of_its_own_is_needed() {
    assert_eq!(example::<Own>(), json!({ "needed": "7" }));
    assert_example_deserializes::<Own>();
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Forms {
    unit: Unit,
    empty: Empty,
    nothing: Nothing,
    pair: Pair,
    r#type: Adjacent,
    untagged: Untagged,
}

#[derive(Deserialize, Pattern)]
struct Unit;

#[derive(Deserialize, Pattern)]
struct Empty {}

#[derive(Deserialize, Pattern)]
struct Nothing();

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Pair(u8, #[serde(skip)] u8, #[pattern(exactly = "b")] String);

#[derive(Deserialize, Pattern)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "read by serde")]
enum Adjacent {
    #[pattern(example)]
    Two(u8, u8),
    None,
}

#[derive(Deserialize, Pattern)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by serde")]
enum Untagged {
    Number(u8),
    #[pattern(example)]
    Text(String),
}

#[test]
fn every_form_of_struct_and_enum() {
    assert_eq!(
        example::<Forms>(),
        json!({
            "unit": null, "empty": {}, "nothing": [], "pair": [1, "b"], "type": { "t": "Two", "c": [1, 1] }, "untagged": "text",
        })
    );
    assert_example_deserializes::<Forms>();
    assert_eq!(json::to_value(example::<Forms>()).unwrap(), example::<Forms>());
}

/// What another derive reads is no matter where the pattern is written beside it.
#[derive(Pattern)]
#[expect(dead_code, reason = "only its pattern counts")]
struct Beside {
    #[serde(of_another_version = "1")]
    #[pattern(with = string("said"))]
    said: NoPattern,
    #[serde(of_another_version)]
    #[pattern(skip)]
    skipped: NoPattern,
}

#[test]
fn an_unknown_attribute_is_passed_over_where_the_pattern_is_said() {
    assert_eq!(example::<Beside>(), json!({ "said": "said" }));
}
