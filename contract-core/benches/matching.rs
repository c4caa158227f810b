//! What matching costs, with parsing the same bytes beside it.
//!
//! `cargo bench -p contract-core --bench matching` ends with a table of ratios; `-- ratios` prints that table alone.

#![expect(clippy::print_stdout, reason = "a benchmark is read on a terminal")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use contract_core::contract::{
    Body, ContentType, Matcher, Path, Query, Request, Response, RuleList, Specification,
};
use contract_core::matching::{RequestIndex, RequestPlan, ResponsePlan};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use serde_json::{Value, json};
use std::sync::Arc;

const SIZES: [(&str, usize); 3] = [("1KiB", 1 << 10), ("100KiB", 100 << 10), ("10MiB", 10 << 20)];

/// How a document is compared.
#[derive(Clone, Copy)]
enum Rules {
    /// `type` on the array and a rule on each member of its objects.
    PerMember,
    /// `type` at the root: the example's types all the way down.
    Cascading,
    /// None.
    Equality,
    /// As `PerMember`, among 1,000 rules in all.
    Thousand,
    /// As `PerMember`, where each member's rule is a regular expression.
    Regex,
}

const RULES: [(&str, Rules); 5] = [
    ("rule per member", Rules::PerMember),
    ("type at the root", Rules::Cascading),
    ("equality", Rules::Equality),
    ("1000 rules", Rules::Thousand),
    ("regex per member", Rules::Regex),
];

fn item(index: usize) -> Value {
    json!({
        "id": index,
        "name": format!("Customer number {index}"),
        "email": format!("customer{index}@example.com"),
        "active": index.is_multiple_of(2),
        "balance": 12.5 + f64::from(u32::try_from(index % 1000).unwrap_or_default()),
        "roles": ["reader", "writer"],
        "address": { "street": "Rue de la Paix 1", "city": "Paris", "zip": "75002" },
        "note": null,
    })
}

/// A document of about so many bytes.
fn document(bytes: usize) -> Value {
    let one = item(100).to_string().len() + 1;
    json!({ "items": (0..(bytes / one).max(1)).map(item).collect::<Vec<_>>() })
}

/// An expected response with the first element of the document as its example (all of it for equality).
fn expected(document: &Value, rules: Rules) -> Response {
    let example = match rules {
        Rules::Equality => document.clone(),
        _ => json!({ "items": [document["items"][0]] }),
    };
    let mut response = Response {
        body: Body::json(example),
        ..Response::default()
    };
    let mut add = |path: &str, matcher: Matcher| {
        let path: Path = path.parse().expect("the path is well-formed");
        response.rules.body.insert(path, RuleList::one(matcher));
    };
    match rules {
        Rules::Equality => {}
        Rules::Cascading => add("$", Matcher::TYPE),
        Rules::PerMember | Rules::Thousand | Rules::Regex => {
            add(
                "$.items",
                Matcher::Type {
                    min: Some(1),
                    max: None,
                },
            );
            for name in [
                "id", "name", "email", "active", "balance", "roles", "address", "note",
            ] {
                let matcher = match (rules, name) {
                    (Rules::Regex, "name" | "email") => Matcher::Regex(r"[\w@. ]+".into()),
                    (_, "id") => Matcher::Integer,
                    _ => Matcher::TYPE,
                };
                add(&format!("$.items[*].{name}"), matcher);
            }
        }
    }
    if matches!(rules, Rules::Thousand) {
        for index in response.rules.body.len()..1_000 {
            let path: Path = format!("$.items[*].other{index}")
                .parse()
                .expect("the path is well-formed");
            response.rules.body.insert(path, RuleList::one(Matcher::TYPE));
        }
    }
    response
}

fn plan(document: &Value, rules: Rules) -> ResponsePlan {
    ResponsePlan::compile(&expected(document, rules)).expect("the rules compile")
}

fn response(document: &Value) -> Response {
    Response {
        body: Body::json(document.clone()),
        ..Response::default()
    }
}

fn json_bodies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("json");
    for (size, bytes) in SIZES {
        let document = document(bytes);
        let text = document.to_string();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(if bytes > 1 << 20 { 10 } else { 50 });
        group.bench_with_input(BenchmarkId::new("parse", size), &text, |bencher, text| {
            bencher.iter(|| serde_json::from_str::<Value>(text));
        });
        let actual = response(&document);
        for (name, rules) in RULES {
            let plan = plan(&document, rules);
            group.bench_with_input(BenchmarkId::new(name, size), &actual, |bencher, actual| {
                bencher.iter(|| assert!(plan.compare(actual).is_match()));
            });
        }
    }
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    let document = document(1 << 10);
    for (name, rules) in RULES {
        let expected = expected(&document, rules);
        group.throughput(Throughput::Elements(expected.rules.body.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(name),
            &expected,
            |bencher, expected| {
                bencher.iter(|| ResponsePlan::compile(expected));
            },
        );
    }
    group.finish();
}

/// A document in which every element has one mismatch.
fn differing(elements: usize) -> (ResponsePlan, Response) {
    let mut document = document(1 << 10);
    let plan = plan(&document, Rules::PerMember);
    let items: Vec<Value> = (0..elements)
        .map(|index| {
            let mut item = item(index);
            item["id"] = json!("no number");
            item
        })
        .collect();
    document["items"] = items.into();
    (plan, response(&document))
}

fn report(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("report");
    group.sample_size(20);
    for mismatches in [100, 1_000, 10_000] {
        let (plan, actual) = differing(mismatches);
        group.throughput(Throughput::Elements(mismatches as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(mismatches),
            &actual,
            |bencher, actual| {
                bencher.iter(|| plan.compare(actual).mismatches().len());
            },
        );
    }
    group.finish();
}

fn index(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("index");
    for interactions in [1, 200, 2_000] {
        let request = |number: usize| Request {
            method: "POST".into(),
            path: format!("/orders/{number}"),
            query: Query::parse("verbose=true"),
            body: Body::json(item(number)),
            ..Request::default()
        };
        let mut index = RequestIndex::new();
        for number in 0..interactions {
            let plan =
                RequestPlan::compile(&request(number), Specification::V4).expect("the request compiles");
            index.insert(Arc::new(plan));
        }
        let actual = request(interactions / 2);
        group.bench_with_input(
            BenchmarkId::from_parameter(interactions),
            &actual,
            |bencher, actual| {
                bencher.iter(|| assert!(index.find(actual).is_some()));
            },
        );
    }
    group.finish();
}

/// The shortest time of a call, of as many as fit half a second: what else the machine does only makes it longer.
fn shortest(mut call: impl FnMut()) -> Duration {
    call();
    let begin = Instant::now();
    let mut shortest = Duration::MAX;
    let mut calls = 0;
    while begin.elapsed() < Duration::from_millis(500) || calls < 10 {
        let start = Instant::now();
        call();
        shortest = shortest.min(start.elapsed());
        calls += 1;
    }
    shortest
}

/// Matching a parsed document as a part of parsing it.
fn ratios() {
    println!("\nmatching a parsed document, as a part of the time that serde_json takes to parse it\n");
    println!("{:<20}{:>12}{:>12}{:>12}", "", SIZES[0].0, SIZES[1].0, SIZES[2].0);
    let documents = SIZES.map(|(_, bytes)| document(bytes));
    let parse = documents.each_ref().map(|document| {
        let bytes = Bytes::from(document.to_string());
        let time = shortest(|| {
            black_box(serde_json::from_slice::<Value>(&bytes)).expect("the document is JSON");
        });
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = bytes.len() as f64 / time.as_secs_f64() / 1e6;
        (time, rate)
    });
    let from_wire = documents.each_ref().map(|document| {
        let bytes = Bytes::from(document.to_string());
        shortest(|| {
            black_box(Body::from_wire(bytes.clone(), Some(ContentType::json())));
        })
    });
    let row = |name: &str, cells: [String; 3]| {
        println!("{name:<20}{:>12}{:>12}{:>12}", cells[0], cells[1], cells[2]);
    };
    row("parse", parse.map(|(time, _)| format!("{time:.1?}")));
    row("  rate", parse.map(|(_, rate)| format!("{rate:.0} MB/s")));
    row("body from the wire", from_wire.map(|time| format!("{time:.1?}")));
    for (name, rules) in RULES {
        let ratio = |index: usize| {
            let plan = plan(&documents[index], rules);
            let actual = response(&documents[index]);
            let time = shortest(|| assert!(black_box(plan.compare(&actual)).is_match()));
            format!("{:.3}", time.as_secs_f64() / parse[index].0.as_secs_f64())
        };
        row(name, [ratio(0), ratio(1), ratio(2)]);
    }
    for mismatches in [1_000, 10_000, 100_000] {
        let (plan, actual) = differing(mismatches);
        let time = shortest(|| {
            black_box(plan.compare(&actual));
        });
        println!(
            "{mismatches} mismatches: {time:.1?}, {:.1?} each",
            time / u32::try_from(mismatches).unwrap_or(1)
        );
    }
    for (name, rules) in [RULES[0], RULES[3]] {
        let expected = expected(&documents[0], rules);
        let time = shortest(|| {
            black_box(ResponsePlan::compile(&expected)).expect("the rules compile");
        });
        let count = expected.rules.body.len();
        println!(
            "compile, {name}: {time:.1?}, {:.1?} a rule",
            time / u32::try_from(count).unwrap_or(1)
        );
    }
}

criterion_group!(benches, json_bodies, compile, report, index);

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if !arguments.iter().any(|argument| argument == "ratios") {
        benches();
        Criterion::default().configure_from_args().final_summary();
    }
    // Under `cargo test --benches` each benchmark runs once; times would say nothing.
    if arguments.iter().any(|argument| argument == "--bench") {
        ratios();
    }
}
