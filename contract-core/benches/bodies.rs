//! Comparing XML and multipart bodies, beside parsing the same bytes, and compiling the patterns of rules.
//!
//! `cargo bench -p contract-core --features xml --bench bodies`
//!
//! A comparison parses the body that came and walks it: `match` is to stay within twice `parse`.

use std::fmt::Write as _;
use std::hint::black_box;

use contract_core::contract::{Body, ContentType, Matcher, Response, RuleList};
use contract_core::matching::ResponsePlan;
use contract_core::matching::date::DatePattern;
use contract_core::matching::regex::TextRegex;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn xml_document(people: usize) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<people xmlns=\"urn:people\">\n");
    for index in 0..people {
        let _ = write!(
            text,
            "  <person id=\"{index}\" active=\"true\">\n    <name>Ada Lovelace {index}</name>\n    \
             <email>ada{index}@example.com</email>\n    <born year=\"1815\"/>\n  </person>\n"
        );
    }
    text + "</people>\n"
}

fn response(body: String, content_type: &str, rules: &[(&str, Matcher)]) -> Response {
    let content_type: ContentType = content_type.parse().expect("a content type");
    let mut response = Response {
        body: Body::text(body, Some(content_type)),
        ..Response::default()
    };
    for (path, matcher) in rules {
        let path = path.parse().expect("a path");
        response.rules.body.insert(path, RuleList::one(matcher.clone()));
    }
    response
}

fn xml(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("xml");
    for people in [5, 600, 6_000] {
        let document = xml_document(people);
        let size = document.len();
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("parse", size), &document, |bencher, document| {
            bencher.iter(|| roxmltree::Document::parse(black_box(document)).expect("well-formed"));
        });
        let actual = response(document.clone(), "application/xml", &[]);
        let typed = [
            ("$.people", Matcher::TYPE),
            ("$.people.person.email", Matcher::Regex(r"\S+@\S+".into())),
        ];
        for (name, expected) in [
            (
                "match/equality",
                response(document.clone(), "application/xml", &[]),
            ),
            ("match/type", response(xml_document(1), "application/xml", &typed)),
        ] {
            let plan = ResponsePlan::compile(&expected).expect("a plan");
            assert!(plan.compare(&actual).is_match());
            group.bench_with_input(BenchmarkId::new(name, size), &actual, |bencher, actual| {
                bencher.iter(|| plan.compare(black_box(actual)));
            });
        }
    }
    group.finish();
}

fn multipart_body(boundary: &str, parts: usize) -> String {
    let mut text = String::new();
    for index in 0..parts {
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"field{index}\"\r\nContent-Type: text/plain\r\n\r\n\
             {}\r\n",
            "some text of a field ".repeat(20)
        );
    }
    text + &format!("--{boundary}--\r\n")
}

fn multipart(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("multipart");
    for parts in [2, 200] {
        let content_type = "multipart/form-data; boundary=B";
        let actual = response(multipart_body("B", parts), content_type, &[]);
        let size = multipart_body("B", parts).len();
        group.throughput(Throughput::Bytes(size as u64));
        // One expected part of many: all are parsed, one is compared.
        for (name, expected) in [("parse", 1), ("match", parts)] {
            let expected = response(
                multipart_body("A", expected),
                "multipart/form-data; boundary=A",
                &[],
            );
            let plan = ResponsePlan::compile(&expected).expect("a plan");
            assert!(plan.compare(&actual).is_match());
            group.bench_with_input(BenchmarkId::new(name, size), &actual, |bencher, actual| {
                bencher.iter(|| plan.compare(black_box(actual)));
            });
        }
    }
    group.finish();
}

fn patterns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("patterns");
    for (name, pattern) in [
        ("digits", r"^ORD-\d+$"),
        ("words", r"\w+ \w+"),
        ("email", r"^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$"),
        ("look-ahead", r"^(?!.*\.\.)[a-z.]+$"),
    ] {
        group.bench_function(BenchmarkId::new("compile", name), |bencher| {
            bencher.iter(|| TextRegex::compile(black_box(pattern)).expect("a pattern"));
        });
    }
    let email = TextRegex::compile(r"\S+@\S+").expect("a pattern");
    group.bench_function("match/email", |bencher| {
        bencher.iter(|| email.matches(black_box("ada@example.com")));
    });
    let date = DatePattern::compile(DatePattern::ISO_DATETIME).expect("a pattern");
    group.bench_function("match/datetime", |bencher| {
        bencher.iter(|| date.matches(black_box("2024-02-29T23:59:59+01:00")));
    });
    group.finish();
}

criterion_group!(benches, xml, multipart, patterns);
criterion_main!(benches);
