//! Matching definitions: rules, example and generator in one line.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::json::Value;
use crate::map_of;

use super::scanner::Scanner;
use crate::Error;
use crate::contract::{DataType, EachRules, Generator, Matcher, Path, Rule, RuleList, Variant};

/// A matching definition: `matching(regex, '\d+', '42')`, `eachValue(matching(integer, 1)), atLeast(2)`.
///
/// ```text
/// definition := part (',' part)*                                 all of them hold
/// part       := 'matching' '(' rule ')'
///             | 'matching' '(' '$' string ')'                     the rules elsewhere under this name
///             | 'notEmpty' '(' value ')'
///             | 'eachKey' '(' definition ')' | 'eachValue' '(' definition ')'
///             | 'atLeast' '(' count ')' | 'atMost' '(' count ')'
///             | 'arrayContains' '(' part (',' part)* ')'
/// rule       := ('equalTo' | 'type') ',' value
///             | ('number' | 'integer' | 'decimal') ',' value      the value is such a number
///             | 'boolean' ',' value | 'semver' ',' value
///             | ('date' | 'time' | 'datetime') ',' format ',' value
///             | 'regex' ',' string ',' value
///             | 'include' ',' string
///             | 'contentType' ',' string ',' value
/// value      := string | number | 'true' | 'false' | 'null'
///             | 'fromProviderState' '(' string ',' value ')'
/// string     := text in single quotes, with \' \\ \b \f \n \r \t \uXXXX \u{X…}
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Definition {
    /// The example, if the definition has one.
    pub example: Option<Value>,
    /// The rules, which must all match.
    pub rules: Vec<Rule>,
    /// The generator, if the definition has one.
    pub generator: Option<Generator>,
    /// Names of rules in other places (`matching($'items')`).
    pub references: Vec<String>,
}

/// Maximum nesting of definitions.
const DEEPEST: usize = 64;

impl FromStr for Definition {
    type Err = Error;

    /// Parses a definition.
    ///
    /// # Errors
    /// [`Malformed`](crate::ErrorKind::Malformed), with the byte offset of the error and a mark below it.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut scanner = Scanner::new(text);
        let definition = definition(&mut scanner, 0)?;
        if scanner.is_at_end() {
            Ok(definition)
        } else {
            Err(scanner.expected("',' or the end"))
        }
    }
}

impl Definition {
    /// Adds the content of another part; the first example and generator are kept.
    fn add(&mut self, part: Self) {
        for rule in part.rules {
            self.add_rule(rule);
        }
        self.example = self.example.take().or(part.example);
        self.generator = self.generator.take().or(part.generator);
        self.references.extend(part.references);
    }

    /// Merges `atLeast(1), atMost(5)` into one rule with two bounds.
    fn add_rule(&mut self, rule: Rule) {
        if let Matcher::Type {
            min: new_min,
            max: new_max,
        } = rule.matcher
            && (new_min.is_some() || new_max.is_some())
        {
            for present in &mut self.rules {
                if let Matcher::Type { min, max } = &mut present.matcher
                    && (min.is_none() || new_min.is_none())
                    && (max.is_none() || new_max.is_none())
                {
                    *min = min.or(new_min);
                    *max = max.or(new_max);
                    return;
                }
            }
        }
        self.rules.push(rule);
    }

    fn of(matcher: Matcher, example: Option<Value>, generator: Option<Generator>) -> Self {
        Self {
            example,
            rules: vec![matcher.into()],
            generator,
            references: Vec::new(),
        }
    }
}

fn definition(scanner: &mut Scanner, depth: usize) -> Result<Definition, Error> {
    let mut all = part(scanner, depth)?;
    while scanner.take(',') {
        all.add(part(scanner, depth)?);
    }
    Ok(all)
}

fn part(scanner: &mut Scanner, depth: usize) -> Result<Definition, Error> {
    const PARTS: &str = "matching, notEmpty, eachKey, eachValue, atLeast, atMost or arrayContains";
    let (name, start) = scanner.name(PARTS)?;
    if depth > DEEPEST {
        return Err(scanner.error_at(start, &format!("nested deeper than {DEEPEST} levels")));
    }
    if !matches!(
        name,
        "matching" | "notEmpty" | "eachKey" | "eachValue" | "atLeast" | "atMost" | "arrayContains"
    ) {
        return Err(scanner.error_at(start, &format!("expected {PARTS}, found `{name}`")));
    }
    scanner.expect('(')?;
    let read = match name {
        "matching" => rule(scanner)?,
        "notEmpty" => {
            let (example, generator) = value(scanner, "an example")?;
            Definition::of(Matcher::NotEmpty, Some(example), generator)
        }
        "eachKey" | "eachValue" => {
            let inner = definition(scanner, depth + 1)?;
            let each = EachRules {
                rules: inner.rules,
                value: inner.example,
                generator: inner.generator.map(Box::new),
            };
            let matcher = if name == "eachKey" {
                Matcher::EachKey(each)
            } else {
                Matcher::EachValue(each)
            };
            Definition {
                references: inner.references,
                ..Definition::of(matcher, None, None)
            }
        }
        "atLeast" => Definition::of(
            Matcher::Type {
                min: Some(scanner.size()?),
                max: None,
            },
            None,
            None,
        ),
        "atMost" => Definition::of(
            Matcher::Type {
                min: None,
                max: Some(scanner.size()?),
            },
            None,
            None,
        ),
        _ => array_contains(scanner, depth)?,
    };
    scanner.expect(')')?;
    Ok(read)
}

fn array_contains(scanner: &mut Scanner, depth: usize) -> Result<Definition, Error> {
    let mut variants = Vec::new();
    let mut examples = Vec::new();
    let mut references = Vec::new();
    loop {
        let inner = part(scanner, depth + 1)?;
        references.extend(inner.references);
        variants.push(Variant {
            index: variants.len(),
            rules: at_root(RuleList {
                rules: inner.rules,
                ..RuleList::default()
            }),
            generators: inner.generator.map(at_root).unwrap_or_default(),
            ..Variant::default()
        });
        examples.push(inner.example.unwrap_or_default());
        if !scanner.take(',') {
            break;
        }
    }
    Ok(Definition {
        references,
        ..Definition::of(Matcher::ArrayContains(variants), Some(examples.into()), None)
    })
}

fn at_root<T>(value: T) -> BTreeMap<Path, T> {
    map_of([(Path::root(), value)])
}

fn rule(scanner: &mut Scanner) -> Result<Definition, Error> {
    const RULES: &str = "equalTo, type, number, integer, decimal, boolean, date, time, datetime, regex, include, semver, contentType or $'name'";
    if scanner.take('$') {
        return Ok(Definition {
            references: vec![scanner.string("the name of the rules in single quotes")?],
            ..Definition::default()
        });
    }
    let (name, start) = scanner.name(RULES)?;
    let is_known = matches!(
        name,
        "equalTo" | "type" | "number" | "integer" | "decimal" | "boolean" | "semver" | "include"
    );
    let takes_text = matches!(
        name,
        "date" | "time" | "datetime" | "timestamp" | "regex" | "contentType"
    );
    if !is_known && !takes_text {
        return Err(scanner.error_at(
            start,
            &format!("expected {RULES}, found `{name}`; rules of plugins are not read"),
        ));
    }
    scanner.expect(',')?;
    if takes_text {
        let text = scanner.string(&format!("what `{name}` needs, in single quotes"))?;
        scanner.expect(',')?;
        let (example, generator) = value(scanner, "an example")?;
        let format = Some(text.clone()).filter(|format| !format.is_empty());
        let matcher = match name {
            "date" => Matcher::Date(format),
            "time" => Matcher::Time(format),
            "datetime" | "timestamp" => Matcher::DateTime(format),
            "regex" => Matcher::Regex(text),
            _ => Matcher::ContentType(text),
        };
        return Ok(Definition::of(matcher, Some(example), generator));
    }
    if name == "include" {
        let text = scanner.string("the text to be included, in single quotes")?;
        return Ok(Definition::of(
            Matcher::Include(text.clone()),
            Some(text.into()),
            None,
        ));
    }
    scanner.skip_space();
    let place = scanner.place();
    let (example, generator) = value(scanner, "an example")?;
    let (matcher, fits, what) = match name {
        "equalTo" => (Matcher::Equality, true, ""),
        "type" => (Matcher::TYPE, true, ""),
        "number" => (Matcher::Number, example.is_number(), "a number"),
        "integer" => (
            Matcher::Integer,
            example.is_integer(),
            "a number without a fraction",
        ),
        // Writers in other languages write 100 for 100.0.
        "decimal" => (Matcher::Decimal, example.is_number(), "a number with a fraction"),
        "boolean" => (Matcher::Boolean, example.is_boolean(), "true or false"),
        _ => (
            Matcher::Semver,
            example
                .as_str()
                .is_some_and(|text| semver::Version::parse(text).is_ok()),
            "a version such as '1.2.3'",
        ),
    };
    if !fits {
        return Err(scanner.error_at(place, &format!("expected {what} as the example of `{name}`")));
    }
    Ok(Definition::of(matcher, Some(example), generator))
}

/// Parses a value, and the generator for a value from the provider state.
fn value(scanner: &mut Scanner, what: &str) -> Result<(Value, Option<Generator>), Error> {
    match scanner.peek() {
        Some('\'') => Ok((scanner.string(what)?.into(), None)),
        Some(c) if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => {
            Ok((Value::Number(scanner.number("a number")?), None))
        }
        Some(c) if c.is_ascii_alphabetic() => {
            let words = "a string in single quotes, a number, true, false, null or fromProviderState(..)";
            let (name, start) = scanner.name(words)?;
            match name {
                "true" => Ok((true.into(), None)),
                "false" => Ok((false.into(), None)),
                "null" => Ok((Value::Null, None)),
                "fromProviderState" => from_provider_state(scanner),
                _ => Err(scanner.error_at(start, &format!("expected {words}, found `{name}`"))),
            }
        }
        _ => Err(scanner.expected(what)),
    }
}

fn from_provider_state(scanner: &mut Scanner) -> Result<(Value, Option<Generator>), Error> {
    scanner.expect('(')?;
    let expression = scanner.string("an expression in single quotes")?;
    scanner.expect(',')?;
    scanner.skip_space();
    let place = scanner.place();
    let (example, inner) = value(scanner, "an example")?;
    if inner.is_some() {
        return Err(scanner.error_at(place, "expected a value: fromProviderState cannot contain itself"));
    }
    scanner.expect(')')?;
    let data_type = match &example {
        Value::String(_) => Some(DataType::String),
        Value::Number(number) if !number.is_integer() => Some(DataType::Decimal),
        Value::Number(_) => Some(DataType::Integer),
        Value::Bool(_) => Some(DataType::Boolean),
        _ => Some(DataType::Raw),
    };
    let generator = Generator::ProviderState {
        expression,
        data_type,
    };
    Ok((example, Some(generator)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn read(text: &str) -> Definition {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn rules_with_their_examples() {
        let cases = [
            ("matching(type, 'Name')", Matcher::TYPE, json!("Name")),
            ("matching(equalTo,'a b')", Matcher::Equality, json!("a b")),
            ("matching( number , -100.09 )", Matcher::Number, json!(-100.09)),
            ("matching(integer, 100)", Matcher::Integer, json!(100)),
            ("matching(decimal, 1234.5678)", Matcher::Decimal, json!(1234.5678)),
            ("matching(boolean, true)", Matcher::Boolean, json!(true)),
            ("matching(semver, '1.2.3')", Matcher::Semver, json!("1.2.3")),
            ("matching(include, 'x')", Matcher::Include("x".into()), json!("x")),
            (
                "matching(datetime, 'yyyy-MM-dd', '2000-01-01')",
                Matcher::DateTime(Some("yyyy-MM-dd".into())),
                json!("2000-01-01"),
            ),
            (
                "matching(date, '', '2000-01-01')",
                Matcher::Date(None),
                json!("2000-01-01"),
            ),
            (
                r"matching(regex, '\w{3}\d+', 'abc1')",
                Matcher::Regex(r"\w{3}\d+".into()),
                json!("abc1"),
            ),
            (
                "matching(contentType, 'application/xml', '<?xml?>')",
                Matcher::ContentType("application/xml".into()),
                json!("<?xml?>"),
            ),
            ("notEmpty('x')", Matcher::NotEmpty, json!("x")),
            (
                r"matching(type, '\'\u00e9\u{1F600}\t\\')",
                Matcher::TYPE,
                json!("'é😀\t\\"),
            ),
        ];
        for (text, matcher, example) in cases {
            let definition = read(text);
            assert_eq!(definition.rules, [matcher.into()], "{text}");
            assert_eq!(definition.example, Some(example), "{text}");
            assert_eq!(definition.generator, None, "{text}");
        }
    }

    #[test]
    fn definitions_within_definitions() {
        let definition = read(
            "eachKey(matching(regex, '[a-z]+', 'key')), eachValue(matching(integer, 1)), atLeast(1), atMost(5)",
        );
        assert_eq!(definition.rules.len(), 3);
        assert!(
            matches!(&definition.rules[0].matcher, Matcher::EachKey(each) if each.value == Some(json!("key")))
        );
        assert!(
            matches!(&definition.rules[1].matcher, Matcher::EachValue(each) if each.rules == [Matcher::Integer.into()])
        );
        assert_eq!(
            definition.rules[2].matcher,
            Matcher::Type {
                min: Some(1),
                max: Some(5)
            }
        );

        let definition = read("arrayContains(matching(equalTo, 'a'), matching(integer, 2))");
        assert_eq!(definition.example, Some(json!(["a", 2])));
        let definition = read("eachValue(matching($'items'))");
        assert_eq!(definition.references, ["items"]);
        let definition = read("matching(integer, fromProviderState('${id}', 42))");
        assert_eq!(definition.example, Some(json!(42)));
        assert_eq!(
            definition.generator,
            Some(Generator::ProviderState {
                expression: "${id}".into(),
                data_type: Some(DataType::Integer)
            })
        );
    }

    #[test]
    fn errors_mark_the_place() {
        let cases = [
            (
                "",
                "at byte 0: expected matching, notEmpty, eachKey, eachValue, atLeast, atMost or arrayContains, but the definition ends\n  \n  ^",
            ),
            (
                "matching",
                "at byte 8: expected '(', but the definition ends\n  matching\n          ^",
            ),
            (
                "matching(regex 'a', 'b')",
                "at byte 15: expected ',', found '\\''\n  matching(regex 'a', 'b')\n                 ^",
            ),
            (
                "matching(type, 'a'",
                "at byte 18: expected ')', but the definition ends\n  matching(type, 'a'\n                    ^",
            ),
            (
                "matching(type, 'é",
                "at byte 18: expected a closing quote ('), but the definition ends\n  matching(type, 'é\n                   ^",
            ),
            (
                "matching(integer, 1.5)",
                "at byte 18: expected a number without a fraction as the example of `integer`\n  matching(integer, 1.5)\n                    ^",
            ),
            (
                "matching(semver, 'x')",
                "at byte 17: expected a version such as '1.2.3' as the example of `semver`\n  matching(semver, 'x')\n                   ^",
            ),
            (
                "atLeast(-1)",
                "at byte 8: expected a whole number that is not negative\n  atLeast(-1)\n          ^",
            ),
            (
                "matching(type, yes)",
                "at byte 15: expected a string in single quotes, a number, true, false, null or fromProviderState(..), found `yes`\n  matching(type, yes)\n                 ^",
            ),
            (
                r"matching(type, '\u00g0')",
                "at byte 16: expected \\u with the four hexadecimal digits of a character, or \\u{…}, found '\\\\'\n  matching(type, '\\u00g0')\n                  ^",
            ),
            (
                "like('a')",
                "at byte 0: expected matching, notEmpty, eachKey, eachValue, atLeast, atMost or arrayContains, found `like`\n  like('a')\n  ^",
            ),
            (
                "notEmpty('a') x",
                "at byte 14: expected ',' or the end, found 'x'\n  notEmpty('a') x\n                ^",
            ),
        ];
        for (text, expected) in cases {
            let error = text.parse::<Definition>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("matching definition is not valid {expected}"),
                "{text}"
            );
        }
        let deep = format!(
            "{}notEmpty('a'){}",
            "eachKey(".repeat(100_000),
            ")".repeat(100_000)
        );
        let error = deep.parse::<Definition>().unwrap_err().to_string();
        assert!(error.contains("nested deeper than 64 levels"), "{error}");
        let long = format!("matching(type, '{}') é", "é".repeat(100_000));
        let error = long.parse::<Definition>().unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("ééé') é\n  {}^", " ".repeat(61))),
            "{error}"
        );
    }
}
