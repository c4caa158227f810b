//! Inputs of up to 100 KB that are made to take long: none may take more than a second.
//!
//! `cargo bench -p contract-core --bench hostile --features full` prints one line for each and fails where one is over. What the
//! tests assert beside it is the work and the size of the outcome, never a time.

#![expect(clippy::print_stdout, reason = "a benchmark is read on a terminal")]
#![expect(
    clippy::needless_pass_by_value,
    clippy::format_collect,
    reason = "a table of inputs reads better so"
)]

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use contract_core::contract::{
    Body, ContentType, Contract, Generator, Headers, Path, Query, Request, Response, Specification, read,
};
use contract_core::generate;
use contract_core::matching::date::DatePattern;
use contract_core::matching::regex::TextRegex;
use contract_core::matching::{Comparison, RequestPlan, ResponsePlan};
use contract_core::pattern::integration::{self, Definition};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(1);

/// One input: what it is, and what is done with it.
struct Input {
    name: &'static str,
    run: Box<dyn FnOnce() -> String>,
}

fn input(name: &'static str, run: impl FnOnce() -> String + 'static) -> Input {
    Input {
        name,
        run: Box::new(run),
    }
}

/// Whether a name given on the command line is part of this one; without names all are tried.
fn is_wanted(name: &str) -> bool {
    let mut wanted = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .peekable();
    wanted.peek().is_none() || wanted.any(|wanted| name.contains(&wanted))
}

fn main() -> ExitCode {
    let mut slow = Vec::new();
    let inputs = [
        arrays(),
        rules(),
        schemas(),
        regexes(),
        dates(),
        parts(),
        bodies(),
        generators(),
        texts(),
    ];
    for input in inputs.into_iter().flatten().filter(|input| is_wanted(input.name)) {
        let started = Instant::now();
        let outcome = (input.run)();
        let took = started.elapsed();
        let mark = if took > LIMIT { "OVER" } else { "" };
        println!(
            "{:>9.1} ms {mark:>4}  {:<58} {outcome}",
            took.as_secs_f64() * 1_000.0,
            input.name
        );
        if took > LIMIT {
            slow.push(input.name);
        }
    }
    if slow.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{} took more than {LIMIT:?}: {}", slow.len(), slow.join("; "));
    ExitCode::FAILURE
}

/// `one(0),one(1),…` of about so many bytes.
fn list(bytes: usize, one: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0.. {
        let next = one(index);
        if text.len() + next.len() + 1 > bytes {
            break;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&next);
    }
    text
}

fn array(bytes: usize, one: impl Fn(usize) -> String) -> Value {
    serde_json::from_str(&format!("[{}]", list(bytes, one))).expect("the array is JSON")
}

fn outcome(comparison: &Comparison) -> String {
    let text: usize = comparison
        .mismatches()
        .iter()
        .map(|mismatch| format!("{mismatch:?}").len())
        .sum();
    format!("{} mismatches, {text} bytes", comparison.mismatches().len())
}

/// A response's JSON body compared by the rules of a contract.
fn compare(rules: Value, example: Value, actual: Value) -> String {
    let expected = Response {
        body: Body::json(example),
        rules: match read::matching_rules(json!({ "body": rules })) {
            Ok(rules) => rules,
            Err(error) => return short(&error.to_string()),
        },
        ..Response::default()
    };
    let actual = Response {
        body: Body::json(actual),
        ..Response::default()
    };
    match ResponsePlan::compile(&expected, Specification::V4) {
        Ok(plan) => outcome(&plan.compare(&actual)),
        Err(error) => short(&error.to_string()),
    }
}

fn short(text: &str) -> String {
    text.chars().take(110).collect()
}

fn one_list(path: &str, combine: &str, matchers: Value) -> Value {
    let list = json!({"combine": combine, "matchers": matchers});
    if path == "$" {
        return json!({ path: list });
    }
    // Arrays may have any number of elements.
    json!({ "$": {"matchers": [{"match": "type"}]}, path: list })
}

fn arrays() -> Vec<Input> {
    let contains = || one_list("$", "AND", json!([{"match": "arrayContains", "variants": []}]));
    vec![
        input("arrayContains: 8,000 numbers in 8,000 others", move || {
            compare(
                contains(),
                array(50_000, |index| (index + 100_000).to_string()),
                array(50_000, |index| (index + 200_000).to_string()),
            )
        }),
        input("arrayContains: short numbers in short numbers", move || {
            compare(
                contains(),
                array(50_000, |index| (index % 900 + 100).to_string()),
                array(50_000, |index| format!("-{}", index % 90)),
            )
        }),
        input("arrayContains: arrays in arrays", move || {
            compare(
                contains(),
                array(50_000, |index| format!("[{}]", index + 1_000)),
                array(50_000, |index| format!("[{}]", index + 50_000)),
            )
        }),
        input("arrayContains: objects in objects", move || {
            compare(
                contains(),
                array(50_000, |index| format!("{{\"a\":{}}}", index + 1_000)),
                array(50_000, |index| format!("{{\"a\":{}}}", index + 50_000)),
            )
        }),
        input("arrayContains: empty objects in numbers", move || {
            compare(
                contains(),
                array(50_000, |_| "{}".to_owned()),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("arrayContains: 600 ruled variants in 6,000 elements", || {
            let variants = array(40_000, |index| {
                format!(
                    "{{\"index\":{index},\"rules\":{{\"$\":{{\"matchers\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}}}}}"
                )
            });
            let count = variants.as_array().map_or(0, Vec::len);
            compare(
                one_list(
                    "$",
                    "AND",
                    json!([{"match": "arrayContains", "variants": variants}]),
                ),
                Value::from(vec!["b"; count]),
                array(50_000, |index| format!("\"a{index}\"")),
            )
        }),
        input("arrayContains: nested without variants", || {
            let nested = json!({"$": {"matchers": [{"match": "arrayContains", "variants": []}]}});
            let variants: Vec<Value> = (0..400)
                .map(|index| json!({"index": index, "rules": nested}))
                .collect();
            compare(
                one_list(
                    "$",
                    "AND",
                    json!([{"match": "arrayContains", "variants": variants}]),
                ),
                Value::from(vec![json!([1, 2, 3, 4, 5, 6, 7, 8]); 400]),
                array(50_000, |index| format!("[{index},9,9,9,9,9,9]")),
            )
        }),
        input("two long arrays that differ everywhere", || {
            compare(
                json!({}),
                array(50_000, |_| "1".to_owned()),
                array(50_000, |_| "2".to_owned()),
            )
        }),
        input("an object with 9,000 members missing in a request", || {
            let expected = Request {
                body: Body::json(Value::Object(
                    (0..9_000).map(|index| (format!("a{index}"), json!(1))).collect(),
                )),
                ..Request::default()
            };
            let actual = Request {
                body: Body::json(json!({"b": 1})),
                ..Request::default()
            };
            RequestPlan::compile(&expected, Specification::V4).map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&actual)),
            )
        }),
        input("nested arrays of the wrong size", || {
            let nested = |last: &str| {
                let mut text = last.to_owned();
                for _ in 0..100 {
                    text = format!("[{text},{}]", list(400, |_| "1".to_owned()));
                }
                serde_json::from_str::<Value>(&text).expect("the array is JSON")
            };
            compare(
                one_list("$", "AND", json!([{"match": "type", "min": 5_000}])),
                nested("1"),
                nested("\"x\""),
            )
        }),
    ]
}

fn rules() -> Vec<Input> {
    let distinct = |bytes: usize| {
        array(bytes, |index| {
            format!("{{\"match\":\"include\",\"value\":\"b{index}\"}}")
        })
    };
    let patterns = |bytes: usize| {
        array(bytes, |index| {
            format!("{{\"match\":\"regex\",\"regex\":\"b?{index}\"}}")
        })
    };
    vec![
        input("an OR of 1,000 over 1,000 elements", move || {
            compare(
                one_list("$[*]", "OR", distinct(36_000)),
                json!(["b0"]),
                array(50_000, |index| format!("\"{}{index}\"", "x".repeat(40))),
            )
        }),
        input("an OR of 1,400 regexes over 12,000 elements", move || {
            compare(
                one_list("$[*]", "OR", patterns(50_000)),
                json!(["b0"]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("an AND of 1,400 rules over 12,000 elements", move || {
            compare(
                one_list("$[*]", "AND", distinct(50_000)),
                json!(["b0"]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("an AND of 1,400 rules that hold over 12,000 elements", || {
            let rules = array(50_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|b{index}\"}}")
            });
            compare(
                one_list("$[*]", "AND", rules),
                json!([1]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("1,400 rules at one long text", move || {
            compare(
                one_list("$", "AND", distinct(50_000)),
                json!("b0"),
                json!("x".repeat(50_000)),
            )
        }),
        input("1,400 rules at a container of another kind", move || {
            compare(
                one_list("$", "AND", distinct(50_000)),
                json!({}),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("alternatives in alternatives", || {
            let alternatives = || {
                array(8_000, |index| {
                    format!(
                        "{{\"match\":\"eachKey\",\"rules\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}"
                    )
                })
            };
            let rules: Value = (0..6)
                .map(|depth| {
                    (
                        format!("${}", ".a".repeat(depth)),
                        json!({"combine": "OR", "matchers": alternatives()}),
                    )
                })
                .collect::<serde_json::Map<_, _>>()
                .into();
            let mut document = json!({"a": 1, "c": 2});
            for _ in 0..6 {
                document = json!({"a": document, "c": 3});
            }
            compare(rules, document.clone(), document)
        }),
        input("values OR values OR … over a wide document", || {
            let rules = array(45_000, |index| {
                format!(
                    "{{\"match\":\"eachKey\",\"rules\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}"
                )
            });
            compare(
                one_list("$", "OR", rules),
                json!({"a": [1]}),
                json!({"a": array(50_000, |_| "1".to_owned())}),
            )
        }),
        input("1,024 wildcard paths over a deep array", || {
            let mut rules = serde_json::Map::new();
            for bits in 0..1_024_u32 {
                let path: String = (0..10)
                    .map(|step| if bits >> step & 1 == 1 { "[0]" } else { "[*]" })
                    .collect();
                rules.insert(format!("${path}.x"), json!({"matchers": [{"match": "type"}]}));
            }
            let mut document = array(30_000, |_| "{\"x\":1}".to_owned());
            for _ in 0..9 {
                document = json!([document]);
            }
            let mut actual = array(30_000, |_| "{\"x\":\"1\"}".to_owned());
            for _ in 0..9 {
                actual = json!([actual]);
            }
            compare(Value::Object(rules), document, actual)
        }),
        input("5,000 rules by path", || {
            let rules: serde_json::Map<_, _> = (0..2_000)
                .map(|index| (format!("$.*.a{index}"), json!({"matchers": [{"match": "type"}]})))
                .collect();
            compare(rules.into(), json!({}), json!({"x": {"a1": 1}}))
        }),
    ]
}

fn schemas() -> Vec<Input> {
    let at_root = |schema: &Value| one_list("$", "AND", json!([{"match": "type", "schema": schema}]));
    let chain = |keyword: &str, depth: usize| {
        let mut definitions = serde_json::Map::new();
        for level in 0..depth {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            definitions.insert(format!("d{level}"), json!({ keyword: [next, next] }));
        }
        definitions.insert(format!("d{depth}"), json!({"type": "integer"}));
        json!({"$ref": "#/$defs/d0", "$defs": definitions})
    };
    let nested = |depth: usize| {
        let mut schema = json!({"type": "integer"});
        for _ in 0..depth {
            schema = json!({"anyOf": [schema, {"type": "null"}]});
        }
        schema
    };
    vec![
        input("schema: 40 levels of anyOf by reference", move || {
            compare(at_root(&chain("anyOf", 40)), json!(1), json!("x"))
        }),
        input("schema: 40 levels of allOf by reference", move || {
            compare(at_root(&chain("allOf", 40)), json!(1), json!(1))
        }),
        input("schema: 40 levels of oneOf by reference", move || {
            compare(at_root(&chain("oneOf", 40)), json!(1), json!("x"))
        }),
        input("schema: 60 levels of anyOf", move || {
            compare(at_root(&nested(60)), json!(1), json!("x"))
        }),
        input("schema: 100 levels of anyOf", move || {
            compare(at_root(&nested(100)), json!(1), json!("x"))
        }),
        input("schema: 28 levels of anyOf, two of a kind", move || {
            let mut schema = json!({"type": "integer"});
            for _ in 0..11 {
                schema = json!({"anyOf": [schema, schema]});
            }
            compare(at_root(&schema), json!(1), json!("x"))
        }),
        input("schema: recursive anyOf over a deep document", move || {
            let schema = json!({"anyOf": [
                {"properties": {"a": {"$ref": "#"}, "b": {"type": "integer"}}},
                {"properties": {"a": {"$ref": "#"}, "b": {"type": "null"}}},
            ]});
            let mut document = json!({"b": "x"});
            for _ in 0..60 {
                document = json!({"a": document, "b": "x"});
            }
            compare(at_root(&schema), json!({}), document)
        }),
        input("schema: uniqueItems", move || {
            compare(
                at_root(&json!({"uniqueItems": true})),
                json!([]),
                array(100_000, |index| format!("{{\"a\":{index}}}")),
            )
        }),
        input("schema: enum over many items", move || {
            compare(
                at_root(&json!({"items": {"enum": array(50_000, |index| format!("[{index}]"))}})),
                json!([]),
                array(50_000, |_| "[9]".to_owned()),
            )
        }),
        input("schema: a pattern that backtracks", move || {
            compare(
                at_root(&json!({"items": {"pattern": "^(?:a|aa)+(?=b)$"}})),
                json!([]),
                Value::from(vec!["a".repeat(60); 1_000]),
            )
        }),
        input("schema: contains over many items", move || {
            compare(
                at_root(
                    &json!({"allOf": array(50_000, |index| format!("{{\"contains\":{{\"const\":{index}}}}}"))}),
                ),
                json!([]),
                array(50_000, |index| format!("{}", index % 10)),
            )
        }),
    ]
}

fn regexes() -> Vec<Input> {
    let regex = |pattern: &str, text: &str| match TextRegex::compile(pattern) {
        Ok(regex) => format!("{:?}", regex.verdict(text)),
        Err(error) => short(&error.to_string()),
    };
    let tried = [
        (
            "regex: a look-behind that grows",
            "(?:a(?<=a+)|aa)+b",
            "a",
            20_000,
        ),
        (
            "regex: a look-behind that grows, 100 KB",
            "(?:a(?<=a+)|aa)+b",
            "a",
            100_000,
        ),
        (
            "regex: a look-ahead at each character",
            "(?:a(?=a*))*b",
            "a",
            100_000,
        ),
        (
            "regex: look-aheads in look-aheads",
            "(?:a(?=(?:a(?=(?:a(?=a*b?))*))*))*c",
            "a",
            100_000,
        ),
        (
            "regex: a choice before an atomic loop",
            "(?:|a|aa|aaa|aaaa|aaaaa)(?>(?:a(?<=a+))*)b",
            "a",
            100_000,
        ),
        (
            "regex: nested quantifiers with a reference",
            r"(?:(a*)*\1)+b",
            "a",
            100_000,
        ),
        ("regex: a reference that grows", r"(a*)\1b", "a", 100_000),
        ("regex: possessive", "(?:a++)++b", "a", 100_000),
        ("regex: 3,000 optional characters", "(?:a?){3000}b", "a", 100_000),
        ("regex: a thousand words", r"(?:\w?){100}[^a]", "a", 100_000),
        (
            "regex: states that never come again",
            "[ab]*a[ab]{300}c",
            "ab",
            50_000,
        ),
        (
            "regex: states that never come again, unicode",
            r"\w*a\w{60}!",
            "aé",
            33_000,
        ),
        ("regex: a bounded repetition", "b{99999}", "b", 99_999),
        (
            "regex: look-ahead for a bounded repetition",
            "(?=a{1000})(?:a{0,100}){0,1000}b",
            "a",
            99_000,
        ),
    ];
    let mut inputs: Vec<Input> = tried
        .into_iter()
        .map(|(name, pattern, unit, times)| input(name, move || regex(pattern, &unit.repeat(times))))
        .collect();
    inputs.extend([
        input("regex: a long pattern of literals", move || {
            regex(&"ab|".repeat(33_000), "abc")
        }),
        input("regex: a long pattern of classes", move || {
            regex(&r"\w".repeat(50_000), "abc")
        }),
        input("regex: a long pattern of groups", move || {
            regex(&"(a)".repeat(33_000), "abc")
        }),
        input("regex: a long pattern of look-aheads", move || {
            regex(&"(?=a)".repeat(20_000), "abc")
        }),
        input("regex: a long pattern of negated classes", move || {
            regex(&r"[^\d\w]".repeat(14_000), "abc")
        }),
        input("regex: a long class", move || {
            let class: String = ('\u{4e00}'..'\u{9fff}').step_by(2).take(33_000).collect();
            regex(&format!("[{class}]+(?=x)"), "一")
        }),
        input("regex: intersections", move || {
            regex(&format!("[{}a]", "[a-z]&&".repeat(14_000)), "a")
        }),
        input("regex: 800 patterns that backtrack at one text", || {
            let rules = array(50_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"(?:a(?<=a+)|aa)+b{index}\"}}")
            });
            compare(one_list("$", "OR", rules), json!("a"), json!("a".repeat(50_000)))
        }),
        input("regex: a pattern that backtracks at 1,600 texts", || {
            compare(
                one_list(
                    "$[*]",
                    "AND",
                    json!([{"match": "regex", "regex": "(?:a|aa)+(?=b)b"}]),
                ),
                json!(["ab"]),
                Value::from(vec!["a".repeat(60); 1_600]),
            )
        }),
        input("regex: capturing groups of a reference", move || {
            regex(&format!(r"(?:{}\1)*b", "(a?)".repeat(2_000)), &"a".repeat(90_000))
        }),
    ]);
    inputs
}

fn dates() -> Vec<Input> {
    let date = |pattern: &str, text: &str| match DatePattern::compile(pattern) {
        Ok(pattern) => pattern.matches(text).to_string(),
        Err(error) => short(&error.to_string()),
    };
    vec![
        input("date: optional parts", move || {
            date(&"[d]".repeat(66), &"1".repeat(60))
        }),
        input("date: numbers of open width", move || {
            date(&"nA".repeat(100), &"1".repeat(100_000))
        }),
        input("date: zones in words", move || {
            date(&"zzzz ".repeat(40), &"a ".repeat(50_000))
        }),
        input("date: zone identifiers", move || {
            date("VV'x'", &"A/".repeat(50_000))
        }),
        input("date: zone identifiers in turn", move || {
            date(&"VVzzzz".repeat(33), &"GMT+1/".repeat(16_000))
        }),
        input("date: 3,000 texts under an ambiguous pattern", || {
            let format = "[d]".repeat(66);
            compare(
                one_list("$[*]", "AND", json!([{"match": "date", "format": format}])),
                json!(["1"]),
                Value::from(vec!["1".repeat(30); 3_000]),
            )
        }),
        input("date: an endless expression", || {
            let generator = Generator::Date {
                format: None,
                expression: Some("+ 1 day ".repeat(12_000)),
            };
            generated(&generator, &json!("2024-01-01"))
        }),
    ]
}

fn generated(generator: &Generator, example: &Value) -> String {
    let context = generate::Context::consumer().with_seed(7);
    let example = example.clone().into();
    match generate::value(generator, Some(&example), &context) {
        Ok(Some(contract_core::json::Value::String(text))) => format!("{} characters", text.len()),
        Ok(value) => short(&format!("{value:?}")),
        Err(error) => short(&error.to_string()),
    }
}

fn parts() -> Vec<Input> {
    let parameters = |from: usize| {
        let mut text = String::from("text/plain");
        for index in 0..14_000 {
            let _ = write!(text, ";{:x}={}", index + 65_536, (index + from) % 10);
        }
        text
    };
    let header = |name: &str, expected: String, received: String| {
        let one = |value: String| {
            let mut headers = Headers::new();
            headers.append(name, value);
            Response {
                headers,
                ..Response::default()
            }
        };
        let plan = ResponsePlan::compile(&one(expected), Specification::V4);
        plan.map_or_else(
            |error| short(&error.to_string()),
            |plan| outcome(&plan.compare(&one(received))),
        )
    };
    let request = |query: Query| Request {
        query,
        ..Request::default()
    };
    let names = |prefix: &str| {
        (0..17_576)
            .map(|index| format!("{prefix}{index:x}"))
            .collect::<Vec<_>>()
            .join("&")
    };
    vec![
        input("header: 14,000 parameters of a content type", move || {
            let mut reversed: Vec<String> = parameters(0).split(';').map(str::to_owned).collect();
            reversed[1..].reverse();
            header("Content-Type", parameters(0), reversed.join(";"))
        }),
        input("header: 14,000 parameters that differ", move || {
            header("Accept", parameters(0), parameters(1))
        }),
        input("header: media types in a long list", move || {
            header("Accept", "a/b,".repeat(12_000), "a/c,".repeat(12_000))
        }),
        input("header: 12,000 fields", || {
            let fields = |suffix: &str| {
                let mut headers = Headers::new();
                for index in 0..6_000 {
                    headers.append(format!("x{index}{suffix}"), "1");
                }
                Response {
                    headers,
                    ..Response::default()
                }
            };
            let plan = ResponsePlan::compile(&fields(""), Specification::V4);
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| {
                    format!(
                        "{}, {}",
                        outcome(&plan.compare(&fields(""))),
                        outcome(&plan.compare(&fields("z")))
                    )
                },
            )
        }),
        input("query: 17,576 names", move || {
            let plan = RequestPlan::compile(&request(Query::parse(&names("a"))), Specification::V4);
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| {
                    let same = plan.compare(&request(Query::parse(&names("a"))));
                    let other = plan.compare(&request(Query::parse(&names("b"))));
                    format!("{}, {}", outcome(&same), outcome(&other))
                },
            )
        }),
        input("query: one name 40,000 times", move || {
            let text = "a=1&".repeat(25_000);
            let plan = RequestPlan::compile(&request(Query::parse(&text)), Specification::V4);
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&request(Query::parse(&text.replace('1', "2"))))),
            )
        }),
        input("query: rules for 3,000 names", || {
            let rules: serde_json::Map<_, _> = (0..1_500)
                .map(|index| (format!("a{index}"), json!({"matchers": [{"match": "integer"}]})))
                .collect();
            let expected = Request {
                query: Query::parse(
                    &(0..1_500)
                        .map(|index| format!("a{index}=1"))
                        .collect::<Vec<_>>()
                        .join("&"),
                ),
                rules: read::matching_rules(json!({ "query": rules })).unwrap_or_default(),
                ..Request::default()
            };
            RequestPlan::compile(&expected, Specification::V4).map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&expected)),
            )
        }),
        input("content type: 50,000 parameters", || {
            format!("{}", "a/b;".repeat(25_000).parse::<ContentType>().is_ok())
        }),
        input("metadata: 5,000 entries with rules", || {
            let entries: serde_json::Map<_, _> =
                (0..1_500).map(|index| (format!("a{index}"), json!(1))).collect();
            let rules: serde_json::Map<_, _> = (0..1_500)
                .map(|index| (format!("a{index}"), json!({"matchers": [{"match": "integer"}]})))
                .collect();
            let message = read::message(
                json!({
                    "metadata": entries, "matchingRules": {"metadata": rules}
                }),
                Specification::V4,
            );
            match message {
                Ok(message) => contract_core::matching::MessagePlan::compile(&message, Specification::V4)
                    .map_or_else(
                        |error| short(&error.to_string()),
                        |plan| outcome(&plan.compare(&message)),
                    ),
                Err(error) => short(&error.to_string()),
            }
        }),
    ]
}

fn bodies() -> Vec<Input> {
    let compare = |content_type: &str, rules: Value, expected: String, received: String| {
        let body = |text: String| Body::text(text, content_type.parse().ok());
        let expected = Request {
            body: body(expected),
            rules: read::matching_rules(json!({ "body": rules })).unwrap_or_default(),
            ..Request::default()
        };
        let actual = Request {
            body: body(received),
            ..Request::default()
        };
        RequestPlan::compile(&expected, Specification::V4).map_or_else(
            |error| short(&error.to_string()),
            |plan| outcome(&plan.compare(&actual)),
        )
    };
    let elements = |reverse: bool| {
        let mut names: Vec<String> = (0..7_000).map(|index| format!("<a{index:x}/>")).collect();
        if reverse {
            names.reverse();
        }
        format!("<r>{}</r>", names.concat())
    };
    vec![
        input("xml: 7,000 names, the other way round", move || {
            compare("application/xml", json!({}), elements(false), elements(true))
        }),
        input("xml: a long namespace over many elements", move || {
            let document = format!("<r xmlns='{}'>{}</r>", "n".repeat(25_000), "<a/>".repeat(6_000));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: 2,000 attributes", move || {
            let attributes: String = (0..2_000).map(|index| format!(" a{index}='1'")).collect();
            let document = format!("<r>{}</r>", format!("<a{attributes}/>").repeat(2));
            compare(
                "application/xml",
                json!({}),
                document.clone(),
                document.replace('1', "2"),
            )
        }),
        input("xml: 2,000 namespaces", move || {
            let namespaces: String = (0..1_900)
                .map(|index| format!(" xmlns:n{index}='u{index}'"))
                .collect();
            let document = format!("<r{namespaces}>{}</r>", "<n0:a/>".repeat(2_500));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: a deep document", move || {
            let document = format!("{}{}", "<a>".repeat(14_000), "</a>".repeat(14_000));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: rules for many elements", move || {
            let rules: serde_json::Map<_, _> = (0..900)
                .map(|index| {
                    (
                        format!("$.r.a{index:x}"),
                        json!({"matchers": [{"match": "type"}]}),
                    )
                })
                .collect();
            compare("application/xml", rules.into(), elements(false), elements(true))
        }),
        input("multipart: 1,000 parts under 1,000 rules", move || {
            let part = |index: usize| {
                format!("--b\r\nContent-Disposition: form-data; name=\"{index}\"\r\n\r\n1\r\n")
            };
            let body = format!("{}--b--\r\n", (0..700).map(part).collect::<String>());
            let rules = array(40_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|{index}\"}}")
            });
            compare(
                "multipart/form-data; boundary=b",
                one_list("$.*", "AND", rules),
                body.clone(),
                body,
            )
        }),
        input("multipart: boundaries that are none", move || {
            let body = format!("--b\r\n\r\n{}\r\n--b--\r\n", "--bx\n".repeat(9_000));
            compare("multipart/form-data; boundary=b", json!({}), body.clone(), body)
        }),
        input("multipart: parts without a name", move || {
            let body = format!("{}--b--\r\n", "--b\r\n\r\n\r\n".repeat(5_000));
            compare("multipart/form-data; boundary=b", json!({}), body.clone(), body)
        }),
        input("form: 1,000 fields under 1,000 rules", move || {
            let form = |value: &str| {
                (0..6_000)
                    .map(|index| format!("{index:x}={value}"))
                    .collect::<Vec<_>>()
                    .join("&")
            };
            let rules = array(40_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|{index}\"}}")
            });
            compare(
                "application/x-www-form-urlencoded",
                one_list("$", "AND", rules),
                form("1"),
                form("1"),
            )
        }),
        input("text: two long texts that differ", move || {
            compare(
                "text/plain",
                json!({}),
                "a\n".repeat(25_000),
                "b\n".repeat(25_000),
            )
        }),
        input("json: a long text that is none", move || {
            compare(
                "application/json",
                json!({}),
                "{}".to_owned(),
                "[".repeat(100_000),
            )
        }),
    ]
}

fn generators() -> Vec<Input> {
    let sample = |pattern: &str| generated(&Generator::Regex(pattern.to_owned()), &json!("a"));
    let mut inputs: Vec<Input> = [
        ("generator: b{99999}\\B", r"b{99999}\B"),
        ("generator: \\h{99999}", r"\h{99999}"),
        ("generator: \\w{99999}(?=x)", r"\w{99999}(?=x)"),
        (
            "generator: nested repetitions of nothing",
            "(?:(?:(?:(?:){100}){100}){100}){100}",
        ),
        ("generator: references that double", r"(a{30000})\1\1\1(?<!a)"),
        ("generator: a pattern that backtracks", "(?:a|aa)+(?<=b)"),
        ("generator: unicode classes", r"(?:\p{L}\P{L}){40000}"),
    ]
    .into_iter()
    .map(|(name, pattern)| input(name, move || sample(pattern)))
    .collect();
    inputs.extend([
        input("generator: 20,000 elements of a million characters", || {
            let body = array(50_000, |_| "1".to_owned());
            let generators = json!({"body": {"$[*]": {"type": "RandomString", "size": 1_000_000}}});
            apply(body, generators)
        }),
        input("generator: 1,000 generators of a million digits", || {
            let generators: serde_json::Map<_, _> = (0..1_000)
                .map(|index| {
                    (
                        format!("$[{index}]"),
                        json!({"type": "RandomHexadecimal", "digits": 1_000_000}),
                    )
                })
                .collect();
            apply(Value::from(vec!["1"; 1_000]), json!({ "body": generators }))
        }),
        input("generator: a slow pattern for 10,000 elements", || {
            let generators = json!({"body": {"$[*]": {"type": "Regex", "regex": r"b{9999}\B"}}});
            apply(array(50_000, |_| "1".to_owned()), generators)
        }),
        input("generator: 1,000 generators in XML", || {
            let generators: serde_json::Map<_, _> = (0..900)
                .map(|index| {
                    (
                        format!("$.r.a[{index}]"),
                        json!({"type": "RandomInt", "min": 1, "max": 2}),
                    )
                })
                .collect();
            let response = Response {
                body: Body::text(
                    format!("<r>{}</r>", "<a>1</a>".repeat(5_000)),
                    "application/xml".parse().ok(),
                ),
                generators: read::generators(json!({ "body": generators })).unwrap_or_default(),
                ..Response::default()
            };
            let made = generate::response(&response, &generate::Context::consumer());
            made.map_or_else(|error| short(&error.to_string()), |_| "made".to_owned())
        }),
    ]);
    inputs
}

fn apply(body: Value, generators: Value) -> String {
    let response = Response {
        body: Body::json(body),
        generators: match read::generators(generators) {
            Ok(generators) => generators,
            Err(error) => return short(&error.to_string()),
        },
        ..Response::default()
    };
    match generate::response(&response, &generate::Context::consumer().with_seed(7)) {
        Ok(made) => format!("{} bytes", made.body.to_bytes().len()),
        Err(error) => short(&error.to_string()),
    }
}

fn texts() -> Vec<Input> {
    let definition = |text: String| {
        text.parse::<Definition>().map_or_else(
            |error| short(&error.to_string()),
            |read| format!("{} rules", read.rules.len()),
        )
    };
    vec![
        input("definition: 49,000 escapes", move || {
            definition(format!("matching(type, '{}')", r"\n".repeat(49_000)))
        }),
        input("definition: unicode escapes", move || {
            definition(format!("matching(type, '{}')", r"\u{41}".repeat(16_000)))
        }),
        input("definition: 7,000 parts", move || {
            definition(vec!["atLeast(1)"; 9_000].join(","))
        }),
        input("definition: parts and blanks", move || {
            definition(vec!["notEmpty(1)\n  "; 7_000].join(","))
        }),
        input("definition: nested", move || {
            definition(format!("{}{}", "eachValue(".repeat(5_000), ")".repeat(5_000)))
        }),
        input("path: 30,000 steps", || {
            format!("{}", format!("${}", ".a".repeat(45_000)).parse::<Path>().is_ok())
        }),
        input("path: two long paths in order", || {
            let rules = json!({
                format!("${}", "[*]".repeat(15_000)): {"matchers": [{"match": "type"}]},
                format!("${}", ".*".repeat(22_000)): {"matchers": [{"match": "type"}]},
            });
            compare(rules, json!([]), json!([[[[1]]]]))
        }),
        input("integration JSON: deep instructions", || {
            let mut document = json!(1);
            for _ in 0..60 {
                document = json!({"pact:matcher:type": "type", "value": {"a": document}});
            }
            integration::read(&document.to_string(), "deep").map_or_else(
                |error| short(&error.to_string()),
                |read| format!("{} rules", read.rules.len()),
            )
        }),
        input("integration JSON: a fault at the end", || {
            let mut text = list(99_000, |index| format!("\"a{index}\":1"));
            text.push_str(",\"z\":{\"pact:matcher:type\":\"nope\"}");
            integration::read(&format!("{{{text}}}"), "wide")
                .map_or_else(|error| short(&error.to_string()), |_| String::new())
        }),
        input("contract: 1,200 interactions", || {
            let text = format!(
                "{{\"consumer\":{{\"name\":\"c\"}},\"provider\":{{\"name\":\"p\"}},\"interactions\":[{}],\"metadata\":{{\"pactSpecification\":{{\"version\":\"4.0\"}}}}}}",
                list(99_000, |index| format!(
                    "{{\"type\":\"Synchronous/HTTP\",\"description\":\"{index}\",\"request\":{{}},\"response\":{{}}}}"
                ))
            );
            Contract::read_str(&text, "wide").map_or_else(
                |error| short(&error.to_string()),
                |contract| format!("{} faults", contract.faults().len()),
            )
        }),
        input("body: a long text told by its bytes", || {
            format!(
                "{:?}",
                Body::from_wire("{\"a\":".repeat(20_000).into(), None)
                    .content()
                    .is_some()
            )
        }),
    ]
}
