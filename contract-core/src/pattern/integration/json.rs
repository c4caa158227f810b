//! Integration JSON.

use crate::json::Value;

use super::Definition;
use crate::Error;
use crate::contract::read::place::{At, Fault, Read};
use crate::contract::read::{read_generator, read_rule, text_position};
use crate::contract::{
    EachRules, Generator, Matcher, Members, Path, Rule, StatusClass, StatusRule, Token, Variant,
};
use crate::pattern::Expanded;

const MATCHER: &str = "pact:matcher:type";
const GENERATOR: &str = "pact:generator:type";
/// Members with this prefix are instructions, never part of the example.
const INSTRUCTION: &str = "pact:";

/// Reads integration JSON from its text; `origin` stands in front of errors.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed): the text is not JSON, or a rule or generator in it cannot be read. Names line,
/// column and path.
pub fn read(text: &str, origin: &str) -> Result<Expanded, Error> {
    let value: Value = crate::json::from_str(text).map_err(|error| {
        Error::new(
            crate::ErrorKind::Malformed,
            format!("{origin}: not valid JSON: {error}"),
        )
    })?;
    expand(value).map_err(|fault| {
        let (line, column) = text_position(text, &fault.steps);
        fault.into_error().context(format!("{origin}:{line}:{column}"))
    })
}

/// Reads integration JSON from a document.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed): a rule or generator in it cannot be read. Names the path.
pub fn from_json(document: impl Into<Value>) -> Result<Expanded, Error> {
    expand(document.into()).map_err(Fault::into_error)
}

/// Reads what stands for a path, a header or a query value: integration JSON as text, or any other text, which is an
/// example without rules.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), as for [`from_json`].
pub fn from_text(text: &str) -> Result<Expanded, Error> {
    match crate::json::from_str(text) {
        Ok(Value::Object(members)) if is_instruction(&members) => from_json(Value::Object(members)),
        _ => Ok(Expanded {
            example: text.into(),
            ..Expanded::default()
        }),
    }
}

fn is_instruction(members: &Members) -> bool {
    members.contains_key(MATCHER) || members.contains_key(GENERATOR)
}

fn expand(document: Value) -> Read<Expanded> {
    let mut out = Expanded::default();
    let example = walk(document, &Path::root(), Below::Plain, &mut out, &At::Root)?;
    Ok(Expanded { example, ..out })
}

/// What stands above a value, which decides how the path to it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No rule: elements by index, members by name.
    Plain,
    /// A rule: elements alike.
    Rule,
    /// A rule for values: members alike too.
    Values,
}

/// Puts the rules and generators of this value into `out` and returns its example. The recursion is as deep as the document,
/// which the reader bounds at 128 levels.
fn walk(value: Value, path: &Path, below: Below, out: &mut Expanded, at: &At) -> Read<Value> {
    match value {
        Value::Object(members) if is_instruction(&members) => instruction(members, path, out, at),
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, _)| !name.starts_with(INSTRUCTION))
            .map(|(name, value)| {
                let token = match below {
                    Below::Values => Token::Star,
                    _ => Token::Field(name.clone()),
                };
                let example = walk(value, &path.join(token), Below::Plain, out, &at.member(&name))?;
                Ok((name, example))
            })
            .collect::<Read<Members>>()
            .map(Value::Object),
        Value::Array(elements) => elements
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let token = match below {
                    Below::Plain => Token::Index(index),
                    _ => Token::StarIndex,
                };
                walk(value, &path.join(token), Below::Plain, out, &at.element(index))
            })
            .collect::<Read<Vec<_>>>()
            .map(Value::Array),
        scalar => Ok(scalar),
    }
}

fn instruction(mut members: Members, path: &Path, out: &mut Expanded, at: &At) -> Read<Value> {
    let mut said = Definition::default();
    if let Some(matcher) = members.remove(MATCHER) {
        said = rules(matcher, &members, &at.member(MATCHER), at)?;
    }
    if let Some(reference) = said.references.first() {
        return Err(at.member(MATCHER).fault(format!(
            "matching($'{reference}') refers to rules that stand elsewhere, which integration JSON has not: write them here"
        )));
    }
    if let Some(generator) = members.remove(GENERATOR) {
        said.generator = Some(generator_of(generator, &members, &at.member(GENERATOR), at)?);
    }
    let below = match said.rules.as_slice() {
        [] => Below::Plain,
        rules if rules.iter().any(|rule| is_for_values(&rule.matcher)) => Below::Values,
        _ => Below::Rule,
    };
    let example = match (members.remove("value"), said.example) {
        // The variants are the example, with their own rules.
        (_, Some(example))
            if said
                .rules
                .iter()
                .any(|rule| matches!(rule.matcher, Matcher::ArrayContains(_))) =>
        {
            example
        }
        (Some(value), _) => walk(value, path, below, out, &at.member("value"))?,
        (None, Some(example)) => example,
        (None, None) => example_of(&said.rules),
    };
    if !said.rules.is_empty() {
        // What the value says of itself (`like(integer(1))`) holds beside what is said here.
        let list = out.rules.entry(path.clone()).or_default();
        let inner = std::mem::replace(&mut list.rules, said.rules);
        for rule in inner {
            if !list.rules.contains(&rule) {
                list.rules.push(rule);
            }
        }
    }
    if let Some(generator) = said.generator {
        out.generators.insert(path.clone(), generator);
    }
    Ok(example)
}

/// Whether a rule speaks of an object's values (or keys) whatever their names.
fn is_for_values(matcher: &Matcher) -> bool {
    matches!(
        matcher,
        Matcher::Values | Matcher::EachValue(_) | Matcher::EachKey(_)
    )
}

/// The example of a rule that was given none.
fn example_of(rules: &[Rule]) -> Value {
    rules
        .iter()
        .find_map(|rule| match &rule.matcher {
            Matcher::StatusCode(StatusRule::Codes(codes)) => codes.first().map(|code| Value::from(*code)),
            Matcher::StatusCode(StatusRule::Class(class)) => Some(Value::from(match class {
                StatusClass::Information => 100,
                StatusClass::Success | StatusClass::NonError => 200,
                StatusClass::Redirect => 302,
                StatusClass::ClientError | StatusClass::Error => 400,
                StatusClass::ServerError => 500,
            })),
            _ => None,
        })
        .unwrap_or_default()
}

/// The rules that `pact:matcher:type` names: one by name, any number by definition, or all of an array.
fn rules(matcher: Value, members: &Members, at: &At, object: &At) -> Read<Definition> {
    match matcher {
        Value::String(text) if text.contains('(') => {
            text.parse().map_err(|error: Error| at.fault(error.to_string()))
        }
        Value::String(name) => named(&name, members, at, object),
        Value::Array(matchers) => {
            let mut all = Definition::default();
            for (index, matcher) in matchers.into_iter().enumerate() {
                let at = at.element(index);
                let part = match matcher {
                    Value::Object(mut own) => match own.remove(MATCHER) {
                        Some(matcher) => {
                            let mut outer = rules(matcher, &own, &at.member(MATCHER), &at)?;
                            outer.rules.extend(rules_of_value(own.remove("value"), &at)?);
                            outer
                        }
                        None => {
                            return Err(
                                at.fault(format!("expected a `{MATCHER}` member: each element is a rule"))
                            );
                        }
                    },
                    matcher => rules(matcher, members, &at, object)?,
                };
                all.rules.extend(part.rules);
                all.example = all.example.or(part.example);
                all.generator = all.generator.or(part.generator);
                all.references.extend(part.references);
            }
            Ok(all)
        }
        other => Err(at.expected(
            "the name of a rule, a matching definition, or an array of objects that have them",
            &other,
        )),
    }
}

/// What the value beside a rule in a list of rules says of itself.
fn rules_of_value(value: Option<Value>, at: &At) -> Read<Vec<Rule>> {
    let at = at.member("value");
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let mut inner = Expanded::default();
    walk(value, &Path::root(), Below::Plain, &mut inner, &at)?;
    let own = inner.rules.remove(&Path::root()).unwrap_or_default();
    match inner.rules.keys().next() {
        None => Ok(own.rules),
        Some(path) => Err(at.fault(format!(
            "a rule for {path} in the value of one rule of several: give the value to the whole"
        ))),
    }
}

/// A rule by its name, with what it needs from the members beside it.
fn named(name: &str, members: &Members, at: &At, object: &At) -> Read<Definition> {
    let matcher = match name {
        "eachKey" | "each-key" => Matcher::EachKey(each_rules(members, object)?),
        "eachValue" | "each-value" => Matcher::EachValue(each_rules(members, object)?),
        "arrayContains" | "array-contains" => return array_contains(members, object),
        _ => {
            let mut rule = Members::new();
            for (member, value) in members {
                // Only these take what they demand from the example.
                let is_example =
                    member == "value" && !matches!(name, "include" | "contentType" | "content-type");
                if !member.starts_with(INSTRUCTION) && !is_example && member != "match" {
                    rule.insert(member.clone(), value.clone());
                }
            }
            rule.insert("match".to_owned(), name.into());
            match read_rule(Value::Object(rule), object)?.matcher {
                Matcher::Unknown { name, .. } => {
                    return Err(at.fault(format!(
                        "expected the name of a rule (type, regex, integer, …) or a matching definition, found {name:?}"
                    )));
                }
                matcher => matcher,
            }
        }
    };
    Ok(Definition {
        rules: vec![matcher.into()],
        ..Definition::default()
    })
}

/// The `rules` of `eachKey` and `eachValue`: rules in the same form, or in that of a contract.
fn each_rules(members: &Members, at: &At) -> Read<EachRules> {
    let mut each = EachRules::default();
    let Some(value) = members.get("rules") else {
        return Ok(each);
    };
    let at = at.member("rules");
    for (index, value) in at.array(value.clone())?.into_iter().enumerate() {
        let at = at.element(index);
        let mut own = at.object(value)?;
        match own.remove(MATCHER) {
            Some(matcher) => {
                each.rules
                    .extend(rules(matcher, &own, &at.member(MATCHER), &at)?.rules);
                each.rules.extend(rules_of_value(own.remove("value"), &at)?);
            }
            None => each.rules.push(read_rule(Value::Object(own), &at)?),
        }
    }
    Ok(each)
}

/// Each variant is a document of its own, with rules from its own root.
fn array_contains(members: &Members, at: &At) -> Read<Definition> {
    let at = at.member("variants");
    let variants = members
        .get("variants")
        .ok_or_else(|| at.fault("expected an array: `arrayContains` looks for each of its `variants`"))?;
    let mut read = Vec::new();
    let mut examples = Vec::new();
    for (index, value) in at.array(variants.clone())?.into_iter().enumerate() {
        let mut out = Expanded::default();
        let example = walk(value, &Path::root(), Below::Plain, &mut out, &at.element(index))?;
        examples.push(example);
        read.push(Variant {
            index,
            rules: out.rules,
            generators: out.generators,
            ..Variant::default()
        });
    }
    Ok(Definition {
        rules: vec![Matcher::ArrayContains(read).into()],
        example: Some(examples.into()),
        ..Definition::default()
    })
}

fn generator_of(name: Value, members: &Members, at: &At, object: &At) -> Read<Generator> {
    let name = at.string(name)?;
    let mut generator = members.clone();
    generator.retain(|member, _| !member.starts_with(INSTRUCTION) && member != "value");
    generator.insert("type".to_owned(), name.into());
    match read_generator(Value::Object(generator), object)?.0 {
        Generator::Unknown { name, .. } => Err(at.fault(format!(
            "expected the name of a generator (Uuid, RandomInt, …), found {name:?}"
        ))),
        generator => Ok(generator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn rules_of(document: Value) -> Vec<(String, Vec<Matcher>)> {
        from_json(document)
            .unwrap()
            .rules
            .into_iter()
            .map(|(path, list)| {
                let matchers = list.rules.into_iter().map(|rule| rule.matcher).collect();
                (path.to_string(), matchers)
            })
            .collect()
    }

    #[test]
    fn rules_examples_and_generators_are_taken_apart() {
        let read = from_json(json!({
            "id": {"pact:matcher:type": "integer", "value": 7, "pact:generator:type": "RandomInt", "min": 1, "max": 9},
            "email": {"pact:matcher:type": "regex", "regex": ".+@.+", "value": "a@b"},
            "roles": {"pact:matcher:type": "type", "min": 1, "value": [{"name": {"pact:matcher:type": "type", "value": "admin"}}]},
            "plain": {"pact:ignored": 1, "list": [{"pact:matcher:type": "null"}, "x"]},
            "created": {"pact:matcher:type": "datetime", "format": "yyyy", "value": "2020", "pact:generator:type": "DateTime"},
        }))
        .unwrap();
        assert_eq!(
            read.example,
            json!({"id": 7, "email": "a@b", "roles": [{"name": "admin"}], "plain": {"list": [null, "x"]}, "created": "2020"})
        );
        let paths: Vec<_> = read.rules.keys().map(Path::as_str).collect();
        assert_eq!(
            paths,
            [
                "$.created",
                "$.email",
                "$.id",
                "$.plain.list[0]",
                "$.roles",
                "$.roles[*].name"
            ]
        );
        assert_eq!(
            read.generators
                .into_iter()
                .map(|(path, generator)| (path.to_string(), generator))
                .collect::<Vec<_>>(),
            [
                (
                    "$.created".to_owned(),
                    Generator::DateTime {
                        format: Some("yyyy".into()),
                        expression: None
                    }
                ),
                ("$.id".to_owned(), Generator::RandomInt { min: 1, max: 9 }),
            ]
        );
    }

    #[test]
    fn several_rules_and_definitions() {
        assert_eq!(
            rules_of(json!({"pact:matcher:type": [
                {"pact:matcher:type": "include", "value": "x"},
                {"pact:matcher:type": "matching(regex, '.x', 'ax')"}
            ], "value": "ax"})),
            [(
                "$".to_owned(),
                vec![Matcher::Include("x".into()), Matcher::Regex(".x".into())]
            )]
        );
        let read =
            from_json(json!({"pact:matcher:type": "matching(integer, fromProviderState('${id}', 1))"}))
                .unwrap();
        assert_eq!(read.example, json!(1));
        assert_eq!(read.generators.len(), 1);
    }

    #[test]
    fn a_rule_in_the_value_of_a_rule_holds_too() {
        let regex = || Matcher::Regex("[a-z]+".into());
        let inner = json!({"pact:matcher:type": "regex", "regex": "[a-z]+", "value": "a"});
        let integer = json!({"pact:matcher:type": "integer", "value": 1});
        for (document, expected) in [
            (
                json!({"pact:matcher:type": "type", "value": integer}),
                vec![Matcher::TYPE, Matcher::Integer],
            ),
            (
                json!({"pact:matcher:type": "notEmpty", "value": inner}),
                vec![Matcher::NotEmpty, regex()],
            ),
            (
                json!({"pact:matcher:type": "notEmpty", "value": {"pact:matcher:type": "type", "value": inner}}),
                vec![Matcher::NotEmpty, Matcher::TYPE, regex()],
            ),
            (
                json!({"pact:matcher:type": "type", "value": {"pact:matcher:type": "type", "value": "a"}}),
                vec![Matcher::TYPE],
            ),
            (
                json!({"pact:matcher:type": [{"pact:matcher:type": "notEmpty", "value": inner}], "value": "a"}),
                vec![Matcher::NotEmpty, regex()],
            ),
        ] {
            assert_eq!(
                rules_of(document.clone()),
                [("$".to_owned(), expected)],
                "{document}"
            );
        }
        let each = EachRules {
            rules: vec![Matcher::TYPE.into(), Matcher::Integer.into()],
            ..EachRules::default()
        };
        assert_eq!(
            rules_of(
                json!({"pact:matcher:type": "eachValue", "value": {"a": 1}, "rules": [
                    {"pact:matcher:type": "type", "value": integer}
                ]})
            ),
            [("$".to_owned(), vec![Matcher::EachValue(each)])]
        );
        let nested = json!({"pact:matcher:type": [{"pact:matcher:type": "type", "value": {"b": integer}}]});
        let error = from_json(nested).unwrap_err().to_string();
        assert!(
            error.contains("$.b") && error.contains("give the value to the whole"),
            "{error}"
        );
    }

    #[test]
    fn rules_for_values_and_keys() {
        assert_eq!(
            rules_of(
                json!({"pact:matcher:type": "values", "value": {"a": {"pact:matcher:type": "type", "value": 1}}})
            ),
            [
                ("$".to_owned(), vec![Matcher::Values]),
                ("$.*".to_owned(), vec![Matcher::TYPE])
            ]
        );
        let each = EachRules {
            rules: vec![Matcher::Regex("[a-z]".into()).into()],
            ..EachRules::default()
        };
        assert_eq!(
            rules_of(
                json!({"pact:matcher:type": "eachKey", "rules": [{"pact:matcher:type": "regex", "regex": "[a-z]"}], "value": {"a": 1}})
            ),
            [("$".to_owned(), vec![Matcher::EachKey(each)])]
        );
    }

    #[test]
    fn variants_have_rules_of_their_own() {
        let read = from_json(json!({"list": {"pact:matcher:type": "arrayContains", "variants": [
            {"name": {"pact:matcher:type": "regex", "regex": "a+", "value": "aa"}},
            "literal",
            {"pact:matcher:type": "arrayContains", "variants": [{"pact:matcher:type": "integer", "value": 5}]}
        ]}}))
        .unwrap();
        assert_eq!(read.example, json!({"list": [{"name": "aa"}, "literal", [5]]}));
        assert_eq!(
            read.rules.keys().map(Path::as_str).collect::<Vec<_>>(),
            ["$.list"]
        );
        let Matcher::ArrayContains(variants) = &read.rules.values().next().unwrap().rules[0].matcher else {
            panic!("{:?}", read.rules);
        };
        assert_eq!(
            variants[0].rules.keys().map(Path::as_str).collect::<Vec<_>>(),
            ["$.name"]
        );
        assert!(variants[1].rules.is_empty());
        assert_eq!(
            variants[2].rules.keys().map(Path::as_str).collect::<Vec<_>>(),
            ["$"]
        );
    }

    #[test]
    fn texts_may_hold_integration_json() {
        let read =
            from_text(r#"{"pact:matcher:type": "regex", "regex": "\\d+", "value": ["1", "2"]}"#).unwrap();
        assert_eq!(read.example, json!(["1", "2"]));
        assert_eq!(read.rules.len(), 1);
        assert_eq!(from_text("{\"a\": 1}").unwrap().example, json!("{\"a\": 1}"));
        assert!(from_text("plain").unwrap().rules.is_empty());
    }

    #[test]
    fn errors_name_line_column_and_path() {
        let cases = [
            (
                "{\n \"a\": {\"pact:matcher:type\": \"regex\"}}",
                "user.json:2:7: $.a: expected a `regex` member: a `regex` rule needs one",
            ),
            (
                "{\n \"a\": {\"pact:matcher:type\": \"nope\"}}",
                "user.json:2:29: $.a['pact:matcher:type']: expected the name of a rule (type, regex, integer, …) or a matching definition, found \"nope\"",
            ),
            (
                "{\"a\": {\"pact:matcher:type\": 1}}",
                "user.json:1:29: $.a['pact:matcher:type']: expected the name of a rule, a matching definition, or an array of objects that have them, found the number 1",
            ),
            (
                "{\"a\": {\"pact:matcher:type\": \"matching(type)\"}}",
                "user.json:1:29: $.a['pact:matcher:type']: matching definition is not valid at byte 13: expected ',', found ')'\n  matching(type)\n               ^",
            ),
            (
                "{\"a\": {\"pact:generator:type\": \"Nope\", \"value\": 1}}",
                "user.json:1:31: $.a['pact:generator:type']: expected the name of a generator (Uuid, RandomInt, …), found \"Nope\"",
            ),
            (
                "{\"a\": {\"pact:matcher:type\": \"arrayContains\"}}",
                "user.json:1:7: $.a.variants: expected an array: `arrayContains` looks for each of its `variants`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, "user.json").unwrap_err().to_string(), expected);
        }
    }
}
