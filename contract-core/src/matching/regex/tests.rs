use proptest::prelude::*;

use super::{TextRegex, Verdict};

fn compile(pattern: &str) -> TextRegex {
    TextRegex::compile(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// Pattern, texts that match, texts that do not.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("a|ab", &["a", "ab"], &["b", "abc", ""]),
    ("", &[""], &["a", "\n"]),
    (r"\w+", &["fred", "Zoë", "a1_"], &["", "a b", "fred\n"]),
    (r"^ORD", &["ORD"], &["ORD-1"]),
    (r"^ORD-\d+$", &["ORD-1"], &["ORD-1\n", "xORD-1"]),
    (r"\AORD\Z", &["ORD"], &["ORD\n"]),
    (r"ORD\Z\n?", &["ORD", "ORD\n"], &["ORD\n\n"]),
    (
        r".*(\/pacts\/provider\/p)$",
        &["http://x/pacts/provider/p"],
        &["http://x/pacts/provider/pq"],
    ),
    (r"\Qa.b\E+", &["a.b", "a.bbb"], &["axb", "a.ba.b"]),
    (r"[\Q^]\E]", &["^", "]"], &["Q", "E"]),
    // Java and Perl
    (r"a++b", &["aab"], &["b"]),
    (r"a*+a", &[], &["a", "aa"]),
    (r"a{1,2}+a", &["aaa"], &["aa"]),
    (r"(?>a|ab)c", &["ac"], &["abc"]),
    (r"(?<year>\d{4})-\k<year>", &["2020-2020"], &["2020-2021"]),
    (r"(?P<x>a|b)(?P=x)", &["aa", "bb"], &["ab"]),
    (r"(a)(b)\2\1", &["abba"], &["abab"]),
    (r"(a)\10", &["aa0"], &["a"]),
    (r"(?i)(a)\1", &["aA", "AA"], &["ab"]),
    (r"\p{Alpha}+", &["abc"], &["ab1", "é"]),
    (r"\p{L}+", &["é"], &["1"]),
    (r"\pL\PL", &["a1"], &["aa"]),
    (r"\p{^L}", &["1"], &["a"]),
    (r"\p{IsAlphabetic}\p{IsLatin}", &["ab"], &["1b"]),
    (r"\p{javaLowerCase}+", &["abc"], &["ABC"]),
    (r"[\p{L}&&[^a]]", &["b"], &["a"]),
    (r"[a-z&&[^aeiou]]+", &["bcd"], &["a"]),
    (r"[\w.-]+", &["a.b-c"], &["a b"]),
    (r"[a-\d]+", &["a-1"], &["b"]),
    (r"\x41\u0042\x{43}\u{44}\0101\cA", &["ABCDA\u{1}"], &["A"]),
    (r"\uD83D\uDE00", &["😀"], &["x"]),
    (r"\R", &["\r\n", "\n", "\u{2028}"], &["\n\n"]),
    (
        r"(?x) a b # comment
        c",
        &["abc"],
        &["a b c"],
    ),
    (r"a(?#comment)b", &["ab"], &["acb"]),
    (r"(?i)abc(?-i)d", &["ABCd"], &["ABCD"]),
    (r"(?i:a)b|(?i)c|d", &["Ab", "C", "D"], &["AB"]),
    (r"(?s).", &["\n"], &[]),
    (r".", &["\r"], &["\n"]),
    (r"(?m)a$\n^b", &["a\nb"], &["ab"]),
    // Ruby and Oniguruma
    (r"\h{2}", &["0f", "A9"], &["0g", "  "]),
    (r"[\h]+", &["0f"], &["0g"]),
    (r"[[:alpha:]_]+", &["ab_"], &["1"]),
    (r"[[:^digit:]]", &["a"], &["1"]),
    (r"a{,2}", &["", "aa"], &["aaa"]),
    (r"[a[bc]]+", &["abc"], &["["]),
    (r"[]a]+", &["a]"], &["b"]),
    (r"[^]]", &["a"], &["]"]),
    // JavaScript
    (r"\/a\/\-\_\@", &["/a/-_@"], &[]),
    (r"[^]*", &["a\n"], &[]),
    (r"[^<>()[\]\\.,;:\s@]+", &["ada"], &["a[b", "a]", "a@"]),
    (r"{provider}", &["{provider}"], &["provider"]),
    (r"a{x}", &["a{x}"], &["a"]),
    (r"[a-zA-Z0-9._%+-]+@x", &["a-b@x"], &["a b@x"]),
    (r"^(?!.*\.\.)(?=.{3,}$)[a-z.]+$", &["a.b"], &["a..b", "ab"]),
    (r"(?<=a)b|(?<!a)c", &["c"], &["b"]),
    (r"a(?<=a)b", &["ab"], &[]),
    (r"(?=a)*b", &["b"], &[]),
    (r"[^\P{L}\p{Lu}](?=)", &["a"], &["A", "1"]),
    (r"(?i)[^a](?=)", &["b"], &["a", "A"]),
    (r"[&](?=)", &["&"], &[]),
    (r"[\[\]\-\\^](?=)", &["[", "]", "-", "\\", "^"], &["a"]),
];

#[test]
fn patterns_mean_what_their_authors_meant() {
    for (pattern, matching, differing) in TABLE {
        let regex = compile(pattern);
        for text in *matching {
            assert_eq!(regex.verdict(text), Verdict::Match, "{pattern} on {text:?}");
        }
        for text in *differing {
            assert_eq!(regex.verdict(text), Verdict::Differs, "{pattern} on {text:?}");
        }
    }
}

#[test]
fn the_example_decides_between_dialects() {
    for (pattern, example, also, not) in [
        (r"a\hb", "a b", "a\tb", "a0b"),
        (r"a\hb", "a0b", "afb", "a b"),
        (r"(?m)a.b", "a\nb", "axb", "ab"),
        (r"(?m)a.b", "axb", "ayb", "a\nb"),
        (r"a$\n^b", "a\nb", "a\nb", "ab"),
        (r"\p{Alpha}", "é", "a", "1"),
        (r"[[:alpha:]]", "é", "a", "1"),
        (r"a{2}+", "aaaa", "aa", "aaa"),
        (r"\v", "\n", "\u{B}", "a"),
        (r"[a[b]", "[", "b", "c"),
        (r"[x[a]-z]+", "[-z]", "a-z]", "q"),
    ] {
        let regex = TextRegex::compile_for(pattern, example).unwrap();
        assert!(regex.matches(example), "{pattern} on {example:?}");
        assert!(regex.matches(also), "{pattern} on {also:?}");
        assert!(!regex.matches(not), "{pattern} on {not:?}");
    }
    let unfit = TextRegex::compile_for(r"\h", "?").unwrap();
    assert!(unfit.matches("f") && !unfit.matches(" "));
}

#[test]
fn what_is_not_supported_is_refused_at_its_place() {
    for (pattern, at, word) in [
        ("a(b", 2, "does not close"),
        ("ab)", 3, "')'"),
        ("*a", 1, "nothing to repeat"),
        ("a**", 3, "quantifier"),
        ("a{2,1}", 2, "upper bound"),
        ("[a", 1, "does not close"),
        ("[z-a]", 4, "backwards"),
        ("[a&&]", 5, "&&"),
        (r"[a-z-[aeiou]]", 5, "subtraction"),
        (r"a\", 2, "backslash"),
        (r"\y", 1, "not supported"),
        (r"\K", 1, "not supported"),
        (r"\1", 1, "group 1"),
        (r"(?<a>x)\k<b>", 8, "group b"),
        (r"(?<a>x)(?<a>y)", 8, "same name"),
        (r"(?R)", 1, "unsupported group"),
        (r"(?|a|b)", 1, "unsupported group"),
        (r"(?(1)a|b)", 1, "unsupported group"),
        (r"(*FAIL)", 1, "verbs"),
        (r"\g<a>", 1, "calls"),
        (r"\uD800", 1, "surrogate"),
        (r"\p{InGreek}", 1, "InGreek"),
        (r"\p{Nope}", 1, "Nope"),
        (r"[[:nope:]]", 2, "nope"),
    ] {
        let error = TextRegex::compile(pattern).expect_err(pattern).to_string();
        assert!(
            error.contains(&format!("character {at}:")) && error.contains(word),
            "{pattern}: {error}"
        );
    }
    let error = TextRegex::compile(r"(?:\w{1000}){1000}").unwrap_err().to_string();
    assert!(error.contains("too large"), "{error}");
    let deep = format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(
        TextRegex::compile(&deep)
            .unwrap_err()
            .to_string()
            .contains("deep")
    );
}

#[test]
fn catastrophic_patterns_give_up_instead_of_hanging() {
    let text = format!("{}!", "a".repeat(60));
    assert_eq!(compile("(a+)+$").verdict(&text), Verdict::Differs);
    let backtracking = compile(r"(a|aa)+\1?(?=$)x?y");
    assert_ne!(backtracking.verdict(&text), Verdict::Match);
    assert_eq!(compile(r"(?:(a*)*\1)+b").verdict(&text), Verdict::GaveUp);
}

#[test]
fn work_is_bounded_and_not_only_how_often_the_engine_turns_back() {
    use super::backtrack::Attempt;
    use super::program::Program;
    use super::text_regex::TooExpensive;
    let outcome = |pattern: &str, text: &str, steps: u64| {
        let tree = super::text_regex::read(pattern).unwrap();
        let program = Program::compile(&tree.root, tree.groups).unwrap();
        let mut attempt = Attempt::new(&program, text, steps);
        let outcome = attempt.matches();
        (outcome, attempt.left())
    };
    let text = "a".repeat(20_000);
    for pattern in [
        "(?:a(?<=a+)|aa)+b",
        "(?:a(?<=a+))+b",
        "(?:a(?=a*))*b",
        "(?:|a|aa)(?>(?:a(?<=a+))*)b",
        r"(a*)\1(?:a*\1)*b",
    ] {
        assert_eq!(
            outcome(pattern, &text, 1_000_000),
            (Err(TooExpensive), 0),
            "{pattern}"
        );
    }
    // A text that costs as many steps as it is long is decided.
    let (decided, left) = outcome("(?=a*b?$)[a-c]+(?<![bc])", &text, 1_000_000);
    assert_eq!(decided, Ok(true));
    assert!(left > 800_000, "{left}");
    let large = TextRegex::compile(r"(?=a)(?:\w{1000}){1000}")
        .unwrap_err()
        .to_string();
    assert!(large.contains("too large"), "{large}");
}

#[test]
fn look_around_atomic_groups_and_references() {
    for (pattern, matching, differing) in [
        (r"(?=(a+))a*b\1", &["ba", "abaa"][..0], &["aabaa"][..0]),
        (r"(a|b)(?<=\1)c", &["ac", "bc"], &["cc"]),
        (r"(?<=^|,)a,?b?(?=$)", &["a", "a,b"], &["b"]),
        (r"a(?<!ba)b|bab", &["ab", "bab"], &["aab"]),
        (r"(?>a*)ab", &[], &["aab", "ab"]),
        (r"(?>a|ab)c", &["ac"], &["abc"]),
        (r"(?:a?)++b", &["b", "aab"], &["a"]),
        (r"(?:a?){2,3}?(?=)b", &["b", "aaab"], &["aaaab"]),
        (r"(?i)(Ab)\1", &["ABab", "abAB"], &["abac"]),
        (r"(?:(a)|b)*\1", &["aa", "aba"], &["b", "bb"]),
        (r"(?!(a)b)\w+", &["aa", "b"], &["ab"]),
        (r"é(?<=é)ß(?=$)", &["éß"], &["ß"]),
        (r"(?s).(?<=\n).", &["\nx"], &["xx"]),
        (r"(?<=(\d{2}))x|\d\dx", &["12x"], &["1x"]),
        (r"(?:(?=a)|b)*a", &["a", "ba", "bba"], &["b"]),
        (r"\bé+\b(?=)", &["éé"], &[" é"]),
    ] {
        let regex = compile(pattern);
        for text in matching {
            assert_eq!(regex.verdict(text), Verdict::Match, "{pattern} on {text:?}");
        }
        for text in differing {
            assert_eq!(regex.verdict(text), Verdict::Differs, "{pattern} on {text:?}");
        }
    }
}

#[test]
fn groups_are_counted_as_they_were_written() {
    let regex = compile(r".*(\/(?:a|b)(c)?)$");
    assert_eq!(regex.group("http://x/ac", 1), Some("/ac"));
    assert_eq!(regex.group("http://x/a", 2), None);
    assert_eq!(regex.group("http://x/d", 1), None);
    assert_eq!(compile(r"(?=h).*(/a)").group("http://x/a", 1), Some("/a"));
}

proptest! {
    #[test]
    fn no_pattern_panics(pattern in ".{0,40}", text in ".{0,20}") {
        if let Ok(regex) = TextRegex::compile_for(&pattern, &text) {
            let _ = regex.verdict(&text);
        }
    }

    #[test]
    fn no_pattern_of_metacharacters_panics(
        pattern in r"[\\\[\](){}|*+?^$.,:<>=!&a-fA-Zhpquvx0-9-]{0,30}", text in "[a-f0-9]{0,12}",
    ) {
        if let Ok(regex) = TextRegex::compile_for(&pattern, &text) {
            let _ = regex.verdict(&text);
        }
    }

    /// On the subset that all dialects share, the result equals that of the `regex` crate.
    #[test]
    fn plain_patterns_mean_the_same_as_to_the_regex_crate(
        pattern in r"([abc.]|\[\^?[abc]{1,3}-?\]|\\[dws]){1,5}[*+?]?(\|[abc]{0,3})?", text in "[abc1 -]{0,5}",
    ) {
        if let Ok(theirs) = regex::Regex::new(&format!("^(?:{pattern})$")) {
            prop_assert_eq!(compile(&pattern).matches(&text), theirs.is_match(&text));
        }
    }

    /// Look-around, atomic groups and references have the same meaning as in the `fancy-regex` crate.
    #[test]
    fn backtracking_patterns_mean_the_same_as_to_another_engine(
        pattern in r"(\(?[ab.]\)?[*+?]?|\(\?(=|!|<=|<!|>|:)[ab.]{1,2}[*?]?(\|[ab])?\)|\([ab]\|[ab]{2}\)[*+?]?|\\1|\^|\$|\\b){1,6}", text in "[ab]{0,7}",
    ) {
        if let (Ok(ours), Ok(theirs)) = (
            TextRegex::compile(&format!("(?:{pattern})(?=)")),
            fancy_regex::Regex::new(&format!(r"\A(?:{pattern})\z")),
        ) {
            prop_assert_eq!(ours.matches(&text), theirs.is_match(&text).unwrap(), "{} {:?}", pattern, text);
        }
    }

    /// Both engines agree on the patterns that the tree is written as.
    #[test]
    fn both_engines_agree(
        pattern in r"(\(?[abc.]\)?|\[\^?[abc&~-]{1,3}\]|\(\?i\)|\\[dwsDWS]|\\p\{Lu\}|\[\^\\p\{L\}\]){1,5}[*+?]?", text in "[abcAB1 &~-]{0,5}",
    ) {
        if let (Ok(plain), Ok(backtracking)) = (TextRegex::compile(&pattern), TextRegex::compile(&format!("(?:{pattern})(?=)"))) {
            prop_assert_eq!(plain.verdict(&text), backtracking.verdict(&text));
        }
    }
}

#[test]
fn the_examples_of_a_contract_decide_what_its_patterns_mean() {
    use crate::contract::{Body, Matcher, Query, Request, RuleList, Specification};
    use crate::matching::RequestPlan;

    let regex = |pattern: &str| RuleList::one(Matcher::Regex(pattern.into()));
    let request = |hex: &str, space: &str| {
        let mut request = Request {
            method: "POST".into(),
            path: format!("/a{space}b"),
            query: Query::parse(&format!("q=a{space}b")),
            body: Body::json(crate::json::json!({"hex": hex, "all": [space]})),
            ..Request::default()
        };
        request.headers.append("X-Space", format!("a{space}b"));
        request
    };
    let mut expected = request("f", " ");
    expected.rules.path = Some(regex(r"/a\hb"));
    expected.rules.query.insert("q".into(), regex(r"a\hb"));
    expected.rules.headers.insert("X-Space".into(), regex(r"a\hb"));
    expected.rules.body.insert("$.hex".parse().unwrap(), regex(r"\h"));
    expected
        .rules
        .body
        .insert("$.all[*]".parse().unwrap(), regex(r"\h"));
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let fitting = plan.compare(&request("0", "\t"));
    assert!(fitting.is_match(), "{:?}", fitting.mismatches());
    assert_eq!(plan.compare(&request("\t", "0")).mismatches().len(), 5);
}
