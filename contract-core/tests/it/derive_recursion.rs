//! Types that contain themselves: the example shows a type once inside of itself, and ends.

use std::collections::BTreeMap;

use contract_core::pattern::assert_example_deserializes;
use contract_core::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Tree {
    name: String,
    children: Vec<Tree>,
    by_name: BTreeMap<String, Tree>,
    parent: Option<Box<Tree>>,
    #[pattern(present)]
    next: Option<Box<Tree>>,
}

#[test]
fn a_list_and_a_map_of_the_type_end_empty_and_an_option_is_left_out() {
    let inner = json!({ "name": "text", "children": [], "by_name": {} });
    assert_eq!(
        Tree::pattern().expand().example,
        json!({ "name": "text", "children": [inner], "by_name": { "key": inner }, "next": inner })
    );
    assert_example_deserializes::<Tree>();
    let deeper = json!({
        "name": "a", "by_name": { "b": inner }, "next": inner,
        "children": [{ "name": "b", "by_name": {}, "children": [{ "anything": true }] }],
    });
    assert!(Tree::pattern().matches(&deeper));
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
enum Expression {
    Number(i64),
    #[pattern(example)]
    Sum(Box<Expression>, Box<Expression>),
    All(Vec<Expression>),
}

#[test]
fn a_variant_that_leads_back_gives_way_to_one_that_ends() {
    let inner = json!({ "Sum": [{ "Number": 1 }, { "Number": 1 }] });
    let example = Expression::pattern().expand().example;
    assert!(
        example == json!({ "Sum": [inner, inner] }) || example == inner,
        "{example}"
    );
    assert_example_deserializes::<Expression>();
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Folder {
    entries: Vec<Entry>,
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Entry {
    folder: Box<Folder>,
}

#[test]
fn types_that_contain_each_other_end_at_the_list_between_them() {
    assert_eq!(
        Folder::pattern().expand().example,
        json!({ "entries": [{ "folder": { "entries": [] } }] })
    );
    assert_example_deserializes::<Entry>();
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Endless {
    next: Box<Endless>,
}

#[test]
fn a_type_without_an_end_is_refused_by_name() {
    let panic = std::panic::catch_unwind(Endless::pattern).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("Endless contains itself"), "{message}");
    // Another type is not disturbed by it.
    assert_example_deserializes::<Folder>();
}

macro_rules! family {
    ($($name:ident)+) => {
        family!(@each [$($name)+] $($name)+);
    };
    (@each $all:tt $($name:ident)+) => {
        $(family!(@one $name $all);)+
    };
    (@one $name:ident [$($member:ident)+]) => {
        #[derive(Deserialize, Pattern)]
        #[expect(dead_code, non_snake_case, reason = "read by serde")]
        struct $name {
            $($member: Vec<$member>,)+
        }
    };
}

family!(A B C D E);

#[test]
fn a_family_of_types_that_all_contain_each_other_ends_soon() {
    assert_example_deserializes::<A>();
}
