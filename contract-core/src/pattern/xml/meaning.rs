//! Tests that written XML patterns have their intended meaning.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::expand::ExpandedXml;
use super::*;
use crate::contract::{Body, Request, Response, Specification};
use crate::matching::{RequestPlan, ResponsePlan};
use crate::pattern::{Pattern, any_of, exactly, integer, like, regex};

/// A pattern for a text as intended by its author.
#[derive(Debug, Clone, Copy)]
enum Text {
    Any,
    Number,
    Boolean,
    Integer,
    Exactly(&'static str),
    Letters,
    OneOf,
}

/// An element as intended by its author.
#[derive(Debug, Clone)]
struct Said {
    attributes: Vec<(&'static str, Text)>,
    text: Option<Text>,
    children: Vec<(&'static str, Times, Said)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    Some,
    Any,
    TwoOrThree,
}

/// An actual element.
#[derive(Debug, Clone, Default)]
struct Came {
    name: String,
    attributes: Vec<(String, &'static str)>,
    text: &'static str,
    children: Vec<Came>,
}

const TEXTS: [&str; 7] = ["a", "ab", "7", "1.5", "true", "A b", ""];

impl Text {
    fn pattern(self) -> Pattern {
        match self {
            Self::Any => like("x"),
            Self::Number => like(1),
            Self::Boolean => like(false),
            Self::Integer => integer(1),
            Self::Exactly(text) => exactly(text),
            Self::Letters => regex("[a-z]+", "x"),
            Self::OneOf => any_of(["a", "7"]),
        }
    }

    fn means(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Number => text.parse::<f64>().is_ok(),
            Self::Boolean => matches!(text, "true" | "false"),
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Exactly(exact) => text == exact,
            Self::Letters => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase()),
            Self::OneOf => matches!(text, "a" | "7"),
        }
    }
}

impl Said {
    fn element(&self, name: &str) -> XmlElement {
        let mut written = element(name);
        for (name, value) in &self.attributes {
            written = written.attribute(*name, value.pattern());
        }
        if let Some(text) = self.text {
            written = written.text(text.pattern());
        }
        for (name, times, child) in &self.children {
            let child = child.element(name);
            written = match times {
                Times::Once => written.child(child),
                Times::Some => written.child(each_element(child)),
                Times::Any => written.child(each_element(child).at_least(0)),
                Times::TwoOrThree => written.child(each_element(child).at_least(2).at_most(3)),
            };
        }
        written
    }

    /// Returns whether the number of children is bounded, which also allows any number of the element itself.
    fn is_bounded(&self) -> bool {
        self.children
            .iter()
            .any(|(_, times, _)| *times == Times::TwoOrThree)
    }

    /// Returns whether a contract can represent it.
    fn can_be_held(&self, may_be_absent: bool) -> bool {
        (!self.is_bounded() || (self.children.len() == 1 && !may_be_absent))
            && self
                .children
                .iter()
                .all(|(_, times, child)| child.can_be_held(*times == Times::Any))
    }

    /// Returns whether the actual elements match the author's intention. `may_have_more`: whether parts that
    /// the pattern does not mention are allowed. `is_freed`: whether the element has a `type` rule.
    fn means(&self, came: &Came, may_have_more: bool, is_freed: bool) -> bool {
        let is_known = |name: &str| self.attributes.iter().any(|(known, _)| *known == name);
        let attributes = self.attributes.iter().all(|(name, value)| {
            let found = came.attributes.iter().find(|(found, _)| found == name);
            found.is_some_and(|(_, text)| value.means(text))
        });
        let more_attributes = may_have_more || came.attributes.iter().all(|(name, _)| is_known(name));
        let text = self.text.is_none_or(|text| text.means(came.text));
        let mut is_long = false;
        let children = self.children.iter().all(|(name, times, child)| {
            let found: Vec<&Came> = came.children.iter().filter(|found| found.name == *name).collect();
            is_long |= found.len() > 1 || *times == Times::TwoOrThree;
            let all = |is_freed| {
                found
                    .iter()
                    .all(|found| child.means(found, may_have_more, is_freed))
            };
            match times {
                Times::Once if child.is_bounded() => !found.is_empty() && all(true),
                Times::Once => {
                    let first = found
                        .first()
                        .is_some_and(|first| child.means(first, may_have_more, false));
                    first && (may_have_more || found.len() == 1)
                }
                Times::Some => !found.is_empty() && all(true),
                Times::Any => all(true),
                Times::TwoOrThree => (2..=3).contains(&found.len()) && all(true),
            }
        });
        let is_freed = is_freed || self.is_bounded();
        let is_list = is_freed && self.children.len() == 1 && is_long;
        let is_child = |name: &str| self.children.iter().any(|(known, ..)| *known == name);
        let is_counted = self.is_bounded();
        let more_children = came.children.iter().all(|child| is_child(&child.name));
        let more_children = (may_have_more && !is_list && !is_counted) || more_children;
        attributes && more_attributes && text && children && more_children
    }

    /// Returns an element that may match, depending on the decisions.
    fn came(&self, name: &str, decide: &mut impl FnMut(u8) -> u8) -> Came {
        let mut came = Came {
            name: name.to_owned(),
            ..Came::default()
        };
        for (name, value) in &self.attributes {
            if decide(12) > 0 {
                came.attributes
                    .push(((*name).to_owned(), text_for(*value, decide)));
            }
        }
        if decide(12) == 0 {
            came.attributes.push(("more".to_owned(), "a"));
        }
        if let Some(text) = self.text {
            came.text = text_for(text, decide);
        }
        for (name, times, child) in &self.children {
            let count = match (times, decide(12)) {
                (_, 0) => decide(5),
                (Times::Once, _) => 1,
                (Times::Some, _) => 1 + decide(3),
                (Times::Any, _) => decide(3),
                (Times::TwoOrThree, _) => 2 + decide(2),
            };
            came.children.extend((0..count).map(|_| child.came(name, decide)));
        }
        if decide(12) == 0 {
            came.children.push(Came {
                name: "more".to_owned(),
                ..Came::default()
            });
        }
        came
    }
}

/// Returns a text that usually matches.
fn text_for(said: Text, decide: &mut impl FnMut(u8) -> u8) -> &'static str {
    let fitting: Vec<&str> = TEXTS.into_iter().filter(|text| said.means(text)).collect();
    let pool = if decide(12) == 0 { &TEXTS[..] } else { &fitting[..] };
    let at = decide(u8::try_from(pool.len().max(1)).unwrap());
    pool.get(usize::from(at)).copied().unwrap_or("a")
}

impl Came {
    fn document(&self) -> String {
        let mut document = format!("<{}", self.name);
        for (name, value) in &self.attributes {
            document = format!("{document} {name}='{value}'");
        }
        document = format!("{document}>\n  {}", self.text);
        for child in &self.children {
            document.push_str(&child.document());
        }
        format!("{document}\n</{}>", self.name)
    }
}

fn text() -> impl Strategy<Value = Text> {
    select(vec![
        Text::Any,
        Text::Number,
        Text::Boolean,
        Text::Integer,
        Text::Exactly("ab"),
        Text::Exactly("7"),
        Text::Letters,
        Text::OneOf,
    ])
}

fn said() -> impl Strategy<Value = Said> {
    let attributes = || {
        btree_map(select(vec!["id", "kind"]), text(), 0..3)
            .prop_map(|attributes| attributes.into_iter().collect::<Vec<_>>())
    };
    let leaf = (attributes(), proptest::option::of(text())).prop_map(|(attributes, text)| Said {
        attributes,
        text,
        children: Vec::new(),
    });
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let times = select(vec![
            Times::Once,
            Times::Once,
            Times::Some,
            Times::Any,
            Times::TwoOrThree,
        ]);
        let children = btree_map(select(vec!["b", "c", "d"]), (times, inner), 1..3);
        (attributes(), children).prop_map(|(attributes, children)| Said {
            attributes,
            text: None,
            children: children
                .into_iter()
                .map(|(name, (times, child))| (name, times, child))
                .collect(),
        })
    })
}

fn body(document: String) -> Body {
    Body::text(document, Some("application/xml".parse().unwrap()))
}

/// Returns whether a document matches in a request and in a response.
fn accepted(expanded: &ExpandedXml, document: &str) -> (bool, bool) {
    let mut request = Request {
        body: body(expanded.document.clone()),
        ..Request::default()
    };
    request.rules.body.clone_from(&expanded.rules);
    let actual = Request {
        body: body(document.to_owned()),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&request, Specification::V4).unwrap();
    let in_request = plan.compare(&actual).is_match();
    let mut response = Response {
        body: request.body,
        ..Response::default()
    };
    response.rules.body = request.rules.body;
    let actual = Response {
        body: actual.body,
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&response).unwrap();
    (in_request, plan.compare(&actual).is_match())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_means_what_was_said(said in said(), decisions in vec(vec(any::<u8>(), 60), 8)) {
        let written = std::panic::catch_unwind(|| said.element("a").expand());
        prop_assert_eq!(written.is_ok(), said.can_be_held(false));
        let Ok(expanded) = written else { return Ok(()) };
        prop_assert_eq!(accepted(&expanded, &expanded.document), (true, true), "{:#?}", expanded);
        for decisions in decisions {
            let mut decisions = decisions.into_iter().cycle();
            let came = said.came("a", &mut |below| decisions.next().unwrap_or_default() % below);
            let document = came.document();
            let meant = (said.means(&came, false, false), said.means(&came, true, false));
            prop_assert_eq!(accepted(&expanded, &document), meant, "{} {:#?}", document, expanded);
        }
    }
}
