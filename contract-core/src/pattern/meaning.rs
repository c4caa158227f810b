//! Tests that written patterns have their intended meaning in every combination, or are refused at the
//! author's line.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::json::{Value, json};

/// A pattern as intended by its author.
#[derive(Debug, Clone)]
enum Said {
    Literal(Value),
    Exactly(Value),
    Like(Value),
    Integer,
    Regex(&'static str, &'static str),
    AnyOf(Vec<Said>),
    AllOf(Vec<Said>),
    NotEmpty(Box<Said>),
    Nullable(Box<Said>),
    EachLike(Box<Said>, usize),
    EachValue(&'static str, Box<Said>),
    EachKey(Box<Said>, Box<Said>),
    ArrayContaining(Vec<Said>),
    Object(Vec<(&'static str, Said)>),
}

impl Said {
    /// Returns the pattern; panics if it is refused because a contract cannot represent it.
    fn pattern(&self) -> Pattern {
        let all = |several: &[Self]| several.iter().map(Self::pattern).collect::<Vec<_>>();
        match self {
            Self::Literal(value) => value.clone().into_pattern(),
            Self::Exactly(value) => exactly(value.clone()),
            Self::Like(value) => like(value.clone()),
            Self::Integer => integer(7),
            Self::Regex(regex, example) => super::regex(*regex, *example),
            Self::AnyOf(several) => any_of(all(several)),
            Self::AllOf(several) => all_of(all(several)),
            Self::NotEmpty(one) => not_empty(one.pattern()),
            Self::Nullable(one) => nullable(one.pattern()),
            Self::EachLike(item, min) => each_like(item.pattern()).at_least(*min).into_pattern(),
            Self::EachValue(key, value) => each_value(*key, value.pattern()),
            Self::EachKey(key, value) => each_key(key.pattern(), value.pattern()),
            Self::ArrayContaining(several) => array_containing(all(several)),
            Self::Object(members) => {
                let member = |(name, member): &(&str, Self)| ((*name).to_owned(), member.pattern());
                object(members.iter().map(member).collect())
            }
        }
    }

    /// Returns whether a value matches the author's intention. Alternative texts become one regular
    /// expression if a list of rules can represent them, which also matches numbers and Booleans as text;
    /// `loosely` says whether this applies.
    fn means(&self, value: &Value, loosely: bool) -> bool {
        match self {
            Self::Literal(example) | Self::Exactly(example) => example == value,
            Self::Like(example) => same_kind(example, value),
            Self::Integer => value.is_integer(),
            Self::Regex(regex, _) => {
                let regex = regex::Regex::new(&format!("^(?:{regex})$")).unwrap();
                shown(value).is_some_and(|text| regex.is_match(&text))
            }
            Self::AnyOf(several) => several.iter().any(|one| match one {
                Self::Literal(Value::String(text)) | Self::Exactly(Value::String(text))
                    if several.len() > 1 && loosely =>
                {
                    shown(value).is_some_and(|value| value == *text)
                }
                one => one.means(value, loosely),
            }),
            Self::AllOf(several) => several.iter().all(|one| one.means(value, loosely)),
            Self::NotEmpty(one) => one.means_inside(value, loosely) && !is_empty(value),
            Self::Nullable(one) => value.is_null() || one.means_inside(value, loosely),
            Self::EachLike(item, min) => value.as_array().is_some_and(|elements| {
                elements.len() >= *min && elements.iter().all(|element| item.means_inside(element, loosely))
            }),
            Self::EachValue(_, one) => value
                .as_object()
                .is_some_and(|members| members.values().all(|member| one.means_inside(member, loosely))),
            Self::EachKey(key, one) => value.as_object().is_some_and(|members| {
                members.iter().all(|(name, member)| {
                    let any_key = matches!(**key, Self::Literal(_));
                    (any_key || key.means(&name.as_str().into(), loosely))
                        && one.means_inside(member, loosely)
                })
            }),
            Self::ArrayContaining(several) => value.as_array().is_some_and(|elements| {
                several
                    .iter()
                    .all(|one| elements.iter().any(|element| one.means(element, loosely)))
            }),
            Self::Object(members) => members.iter().all(|(name, one)| {
                value
                    .get(*name)
                    .is_some_and(|member| one.means_inside(member, loosely))
            }),
        }
    }

    /// Like [`means`](Self::means), inside another pattern, where a plain value means "of the same type".
    fn means_inside(&self, value: &Value, loosely: bool) -> bool {
        match self {
            Self::Literal(example) => same_kind(example, value),
            other => other.means(value, loosely),
        }
    }
}

/// Returns the text that a regular expression is applied to: numbers, Booleans and `null` in their JSON form.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
        other => Some(other.to_string()),
    }
}

fn same_kind(example: &Value, value: &Value) -> bool {
    std::mem::discriminant(example) == std::mem::discriminant(value)
}

fn is_empty(value: &Value) -> bool {
    [json!(null), json!(""), json!([]), json!({})].contains(value)
}

fn scalar() -> impl Strategy<Value = Value> {
    select(vec![
        json!("a"),
        json!("ab"),
        json!("b"),
        json!("7"),
        json!(""),
        json!(7),
        json!(1),
        json!(null),
        json!(true),
    ])
}

fn said() -> impl Strategy<Value = Said> {
    let leaf = prop_oneof![
        2 => scalar().prop_map(Said::Literal),
        1 => scalar().prop_map(Said::Exactly),
        1 => scalar().prop_map(Said::Like),
        1 => Just(Said::Integer),
        3 => select(vec![("a+", "a"), ("a.*", "ab"), ("[ab]", "b"), ("[0-9]", "7")])
            .prop_map(|(regex, example)| Said::Regex(regex, example)),
    ];
    let name = || select(vec!["a", "b", "7"]);
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            3 => vec(inner.clone(), 1..3).prop_map(Said::AnyOf),
            2 => vec(inner.clone(), 1..3).prop_map(Said::AllOf),
            1 => boxed().prop_map(Said::NotEmpty),
            1 => boxed().prop_map(Said::Nullable),
            1 => (boxed(), 0..3_usize).prop_map(|(item, min)| Said::EachLike(item, min)),
            1 => (name(), boxed()).prop_map(|(key, value)| Said::EachValue(key, value)),
            2 => (boxed(), boxed()).prop_map(|(key, value)| Said::EachKey(key, value)),
            1 => vec(inner.clone(), 1..3).prop_map(Said::ArrayContaining),
            1 => btree_map(name(), inner.clone(), 1..3).prop_map(|members| Said::Object(members.into_iter().collect())),
        ]
    })
}

/// Returns values of the kinds that patterns distinguish. Only the text may be empty, because an example does
/// not specify the content of an empty object or array.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Value::from),
            btree_map(select(vec!["a", "ab", "b", "7"]), inner, 1..3).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

/// Returns the pattern, or the file at which it was refused.
fn built(said: &Said) -> Result<Pattern, String> {
    thread_local!(static PLACE: RefCell<String> = const { RefCell::new(String::new()) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if let Some(place) = panic.location() {
                PLACE.set(place.file().replace('\\', "/"));
            }
            shown(panic);
        }));
    });
    catch_unwind(AssertUnwindSafe(|| said.pattern())).map_err(|_| PLACE.take())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_means_what_was_said(said in said(), values in vec(value(), 12)) {
        match built(&said) {
            Err(place) => prop_assert!(place.ends_with("pattern/meaning.rs"), "refused at {}: {:?}", place, said),
            Ok(pattern) => {
                for value in values.iter().chain([&pattern.expand().example]) {
                    let accepted = pattern.accepts(value);
                    let is_meant = if accepted.is_ok() { said.means(value, true) } else { !said.means(value, false) };
                    prop_assert!(is_meant, "{:?} {} {:#?}", accepted, value, pattern.expand().rules);
                }
            }
        }
    }
}
