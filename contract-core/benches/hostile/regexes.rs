//! Regular expressions that backtrack, or whose automaton is large.

use contract_core::matching::regex::TextRegex;
use serde_json::{Value, json};

use super::compare::{compare, short};
use super::input::{Input, array, input, one_list};

pub(super) fn inputs() -> Vec<Input> {
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
        input("regex: 1,900 patterns of large automata", || {
            let rules = array(50_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"\\\\w{{200}}{index}\"}}")
            });
            compare(one_list("$", "OR", rules), json!("a"), json!("b"))
        }),
        input("regex: 900 patterns whose states never come again", || {
            let rules = array(50_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"[ab]*a[ab]{{300}}c{index}\"}}")
            });
            let text: String = (0..50_000_u64)
                .map(|index| {
                    if (index * index).count_ones() % 2 == 0 {
                        'a'
                    } else {
                        'b'
                    }
                })
                .collect();
            compare(one_list("$", "OR", rules), json!("a"), json!(text))
        }),
        input("regex: capturing groups of a reference", move || {
            regex(&format!(r"(?:{}\1)*b", "(a?)".repeat(2_000)), &"a".repeat(90_000))
        }),
    ]);
    inputs
}
