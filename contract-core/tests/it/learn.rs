//! Patterns learnt from `Deserialize` alone.

use std::collections::{BTreeMap, HashMap};

use contract_core::json::Value;
use contract_core::pattern::{FieldKind, Learned};
use contract_core::prelude::*;
use insta::assert_snapshot;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// What was learnt and the example; the type reads the example.
fn shown<T: DeserializeOwned>() -> String {
    let learned = Learned::of::<T>().unwrap();
    let report = learned.to_string();
    let report = report.split_once('\n').unwrap().1;
    let example = learned.pattern().expand().example;
    contract_core::json::from_value::<T>(&example).unwrap();
    format!("{report}{example}")
}

fn example<T: DeserializeOwned>() -> Value {
    pattern_of::<T>().expand().example
}

fn refusal<T: DeserializeOwned>() -> String {
    Learned::of::<T>().unwrap_err().to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read by serde")]
struct User {
    id: u64,
    first_name: String,
    email: Option<String>,
    #[serde(default)]
    visits: u32,
    roles: Vec<Role>,
    status: Status,
    score: f64,
    place: (f64, f64),
    limits: BTreeMap<String, u8>,
    by_number: HashMap<u32, bool>,
    initial: char,
    address: std::net::IpAddr,
    nothing: (),
    payload: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde")]
struct Role {
    title: Option<String>,
    kind: Kind,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Locked,
}

#[derive(Deserialize)]
enum Kind {
    Admin,
    #[serde(other)]
    Other,
}

#[test]
fn what_is_required_tolerated_and_unknown() {
    assert_snapshot!(shown::<User>(), @r#"
      $: object, required, ignores unknown fields
      $.address: text (IPv4 address | IPv6 address), required
      $.byNumber: map, required
      $.byNumber.*: boolean, may be missing
      $.email: text, may be missing, may be null
      $.firstName: text, required
      $.id: integer, required
      $.initial: text (one character), required
      $.limits: map, required
      $.limits.*: integer, may be missing
      $.nothing: null, required, may be null
      $.payload: anything, required, may be null
      $.place: tuple, required
      $.place[0]: number, required
      $.place[1]: number, required
      $.roles: list, required
      $.roles[*]: object, required, refuses unknown fields
      $.roles[*].kind: enumeration (Admin | Other), required, accepts unknown values
      $.roles[*].title: text, may be missing, may be null
      $.score: number, required
      $.status: enumeration (active | locked), required, refuses unknown values
      $.visits: integer, may be missing
    {"address":"127.0.0.1","byNumber":{"1":true},"firstName":"text","id":1,"initial":"c","limits":{"key":1},"nothing":null,"payload":{},"place":[1.5,1.5],"roles":[{"kind":"Admin"}],"score":1.5,"status":"active"}
    "#);
}

#[test]
fn the_pattern_says_no_more_than_the_type() {
    let pattern = pattern_of::<User>();
    let mut user = example::<User>();
    assert!(pattern.matches(&user));
    let Value::Object(members) = &mut user else {
        unreachable!("a struct is an object")
    };
    members.insert("roles".to_owned(), Value::Array(Vec::new()));
    members.insert("score".to_owned(), 7.into());
    members.insert("status".to_owned(), "locked".into());
    members.insert("new".to_owned(), true.into());
    assert!(pattern.matches(&user));
    let Value::Object(members) = &mut user else {
        unreachable!("a struct is an object")
    };
    members.insert("status".to_owned(), "retired".into());
    assert!(!pattern.matches(&user));
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "read by serde")]
enum Event {
    Placed { order: Order, at: Moment },
    Cancelled { reason: String },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Order {
    id: u32,
    #[serde(flatten)]
    audit: Audit,
    #[serde(flatten)]
    rest: HashMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Audit {
    created_by: String,
    version: u8,
    note: Option<String>,
}

/// A text in a form of its own.
struct Moment;

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<jiff::Timestamp>()
            .map_err(serde::de::Error::custom)?;
        Ok(Self)
    }
}

#[test]
fn tags_and_flattened_fields_are_found_by_what_is_missed() {
    assert_snapshot!(shown::<Event>(), @r#"
      $: object, required, ignores unknown fields
      $.at: text (date and time with offset (RFC 3339)), required
      $.order: object, required, ignores unknown fields
      $.order.created_by: text, required
      $.order.id: integer, required
      $.order.version: integer, required
      $.type: enumeration (placed), required, refuses unknown values
    {"at":"2026-01-01T12:30:00Z","order":{"created_by":"text","id":1,"version":1},"type":"placed"}
    "#);
    assert_snapshot!(shown::<Order>(), @r#"
      $: object, required, ignores unknown fields
      $.created_by: text, required
      $.id: integer, required
      $.version: integer, required
    {"created_by":"text","id":1,"version":1}
    "#);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
enum Shape {
    Circle { radius: f64 },
    Square(f64),
    Point,
}

#[derive(Deserialize)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "read by serde")]
enum Adjacent {
    Number(u8),
    Pair(u8, String),
}

#[test]
fn of_an_enum_with_data_the_first_variant_is_shown() {
    assert_eq!(example::<Shape>(), json!({ "Circle": { "radius": 1.5 } }));
    assert_eq!(example::<Adjacent>(), json!({ "t": "Number", "c": 1 }));
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Tree {
    name: String,
    children: Vec<Tree>,
    expression: Expression,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
enum Expression {
    Sum(Box<Expression>, Box<Expression>),
    Number(i64),
}

#[test]
fn types_that_contain_themselves_end() {
    let example = example::<Tree>();
    assert_eq!(example["children"][0]["children"], json!([]), "{example}");
    assert_eq!(
        contract_core::json::from_value::<Tree>(&example).unwrap().name,
        "text"
    );
}

/// The first variant leads back to the type, twice.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
#[expect(dead_code, reason = "read by serde")]
enum Term {
    Sum { left: Box<Term>, right: Box<Term> },
    Number { value: i64 },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Formula {
    name: String,
    root: Term,
}

#[test]
fn a_type_with_a_tag_that_contains_itself_ends_with_another_variant() {
    let number = json!({ "op": "number", "value": 1 });
    assert_eq!(
        example::<Term>(),
        json!({ "op": "sum", "left": number, "right": number })
    );
    assert_eq!(example::<Formula>(), json!({ "name": "text", "root": number }));
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Ledger {
    owner: String,
    by_id: HashMap<uuid::Uuid, u8>,
    by_day: BTreeMap<jiff::civil::Date, Vec<u8>>,
    by_address: BTreeMap<std::net::IpAddr, HashMap<uuid::Uuid, bool>>,
}

#[test]
fn keys_that_are_parsed_have_a_form() {
    let pattern = pattern_of::<Ledger>();
    let id = "3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d";
    assert_eq!(
        pattern.expand().example,
        json!({
            "owner": "text", "by_id": { id: 1 }, "by_day": { "2026-01-01": [1] },
            "by_address": { "127.0.0.1": { id: true } }
        })
    );
    let other = json!({
        "owner": "ada", "by_id": { "00000000-0000-0000-0000-000000000000": 7, id: 8 }, "by_day": {},
        "by_address": { "::1": {} }
    });
    assert!(pattern.matches(&other));
    assert!(
        !pattern.matches(&json!({ "owner": "ada", "by_id": { "7": 7 }, "by_day": {}, "by_address": {} }))
    );
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by serde")]
enum Amount {
    Money { cents: u64, currency: String },
    Percent { percent: u8 },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Invoice {
    total: Amount,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Product {
    price: Euros,
}

struct Euros;

impl<'de> Deserialize<'de> for Euros {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.strip_suffix(" €") {
            Some(_) => Ok(Self),
            None => Err(serde::de::Error::custom("not in euros")),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Endless {
    #[expect(dead_code, reason = "read by serde")]
    next: Box<Endless>,
}

#[test]
fn what_defeats_it_is_named_with_the_way_out() {
    assert_snapshot!(
        refusal::<Invoice>(),
        @"it::learn::Invoice: nothing that was tried at $.total can be read (data did not match any variant of untagged enum Amount): give an example that can be read, with pattern_of_example::<Invoice>(…), or derive the pattern and give the field #[pattern(with = …)]"
    );
    assert_snapshot!(
        refusal::<Product>(),
        @"it::learn::Product: nothing that was tried at $.price can be read (not in euros): give an example that can be read, with pattern_of_example::<Product>(…), or derive the pattern and give the field #[pattern(with = …)]"
    );
    assert_snapshot!(
        refusal::<Endless>(),
        @"it::learn::Endless: nothing that was tried at $.next can be read (the type contains itself, and no example of it ends): give an example that can be read, with pattern_of_example::<Endless>(…), or derive the pattern and give the field #[pattern(with = …)]"
    );
}

#[test]
fn an_example_helps() {
    let learned =
        Learned::of_example::<Invoice>(json!({ "total": { "cents": 150, "currency": "EUR", "more": 1 } }))
            .unwrap();
    assert_eq!(
        learned.pattern().expand().example,
        json!({ "total": { "cents": 150, "currency": "EUR" } })
    );
    assert_eq!(learned.field("$.total.cents").unwrap().kind, FieldKind::Integer);

    let error = Learned::of_example::<Invoice>(json!({ "total": {} })).unwrap_err();
    assert_snapshot!(
        error,
        @r#"it::learn::Invoice: the example {"total":{}} cannot be read as this type: data did not match any variant of untagged enum Amount at line 1 column 12"#
    );

    let learned = Learned::of_example::<Product>(json!({ "price": "1.50 €" })).unwrap();
    assert_snapshot!(
        learned.field("$.price").unwrap(),
        @r#"$.price: text (a form of its own, such as "1.50 €"), required, refuses unknown values"#
    );
    assert_eq!(learned.pattern().expand().example, json!({ "price": "1.50 €" }));
}

#[test]
fn what_was_learnt_can_be_stored() {
    let learned = Learned::of::<Audit>().unwrap();
    let text = serde_json::to_string_pretty(&learned).unwrap();
    assert_snapshot!(text, @r#"
    {
      "typeName": "it::learn::Audit",
      "fields": [
        {
          "path": "$",
          "kind": "object",
          "required": true,
          "nullTolerated": false,
          "unknownFieldsTolerated": true
        },
        {
          "path": "$.created_by",
          "kind": "text",
          "required": true,
          "nullTolerated": false
        },
        {
          "path": "$.note",
          "kind": "text",
          "required": false,
          "nullTolerated": true
        },
        {
          "path": "$.version",
          "kind": "integer",
          "required": true,
          "nullTolerated": false
        }
      ]
    }
    "#);
    let again: Learned = serde_json::from_str(&text).unwrap();
    assert_eq!(again.fields, learned.fields);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read by serde")]
struct Aliased {
    #[serde(alias = "Id", alias = "ID")]
    id: u8,
    #[serde(alias = "title")]
    name: String,
}

#[test]
fn a_field_with_several_names_is_shown_once() {
    assert_eq!(example::<Aliased>(), json!({ "id": 1, "name": "text" }));
}
