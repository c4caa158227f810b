//! An element turned into what a contract holds: a document, rules by path, generators by path.

use std::collections::{BTreeMap, HashMap};

use super::element::{Child, StandsFor, Times, XmlElement};
use crate::contract::{Combine, EachRules, Generator, Matcher, Path, Rule, RuleList, Token, Variant};
use crate::json::Value;
use crate::pattern::Pattern;

/// An element as it is in a contract.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::pattern) struct ExpandedXml {
    pub(in crate::pattern) document: String,
    pub(in crate::pattern) rules: BTreeMap<Path, RuleList>,
    pub(in crate::pattern) generators: BTreeMap<Path, Generator>,
}

/// The namespace that the prefix `xml` is bound to (Namespaces in XML 1.0, section 3).
const XML: &str = "http://www.w3.org/XML/1998/namespace";

impl XmlElement {
    /// The document, rules and generators that the element stands for as the root of a document.
    ///
    /// # Panics
    ///
    /// If a contract cannot hold the pattern, or a prefix is declared nowhere.
    #[track_caller]
    pub(in crate::pattern) fn expand(&self) -> ExpandedXml {
        let mut writer = Writer {
            out: ExpandedXml {
                document: r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned(),
                rules: BTreeMap::new(),
                generators: BTreeMap::new(),
            },
            problem: None,
        };
        let mut scope = Namespaces(HashMap::from([(Some("xml".to_owned()), XML.to_owned())]));
        scope.declare(self);
        let path = Path::root().join(Token::Field(writer.name_of(self, &scope)));
        writer.element(self, &path, &scope, false, None);
        match writer.problem {
            Some(problem) => panic!("{problem}"),
            None => writer.out,
        }
    }
}

impl Child {
    /// How often it comes, if that is free.
    fn repeated(&self) -> Option<Times> {
        match self.stands_for {
            StandsFor::Repeated(times) => Some(times),
            StandsFor::One | StandsFor::Found | StandsFor::Any(_) => None,
        }
    }
}

/// The namespaces that are declared at a place, by prefix.
#[derive(Debug, Clone)]
struct Namespaces(HashMap<Option<String>, String>);

impl Namespaces {
    fn declare(&mut self, element: &XmlElement) {
        self.0.extend(element.namespaces.iter().cloned());
    }
}

struct Writer {
    out: ExpandedXml,
    /// The first thing that a contract cannot hold.
    problem: Option<String>,
}

impl Writer {
    fn problem(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    fn rule(&mut self, path: &Path, rules: RuleList) {
        self.out.rules.insert(path.clone(), rules);
    }

    /// Adds rules to those of a path.
    fn also(&mut self, path: &Path, matchers: impl IntoIterator<Item = Matcher>) {
        let list = self.out.rules.entry(path.clone()).or_default();
        list.rules.extend(matchers.into_iter().map(Rule::from));
    }

    /// The name as paths write it: with the namespace before it, if it is in one.
    fn name_of(&mut self, element: &XmlElement, scope: &Namespaces) -> String {
        self.qualified(&element.name, scope, None)
    }

    /// `attribute_of` is the element whose attribute it is: those without a prefix are in no namespace.
    fn qualified(&mut self, name: &str, scope: &Namespaces, attribute_of: Option<&str>) -> String {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix.to_owned()), local),
            None if attribute_of.is_some() => return name.to_owned(),
            None => (None, name),
        };
        match (scope.0.get(&prefix), prefix) {
            (Some(uri), _) if uri.is_empty() => local.to_owned(),
            (Some(uri), _) => format!("{uri}:{local}"),
            (None, None) => local.to_owned(),
            (None, Some(prefix)) => {
                let what = match attribute_of {
                    Some(element) => format!("the attribute {name} of <{element}>"),
                    None => format!("<{name}>"),
                };
                self.problem(format!(
                    "{what}: the prefix {prefix} is declared nowhere: add the attribute xmlns:{prefix} with the name of the \
                     namespace"
                ));
                name.to_owned()
            }
        }
    }

    /// Writes an element at this path. `explicit`: a rule above would let it come in another number, which it may if it is
    /// `repeated`.
    fn element(
        &mut self,
        element: &XmlElement,
        path: &Path,
        scope: &Namespaces,
        explicit: bool,
        repeated: Option<Times>,
    ) {
        if explicit && repeated.is_none() {
            self.rule(path, RuleList::one(Matcher::Equality));
        }
        self.out.document.push('<');
        self.out.document.push_str(&element.name);
        for (prefix, uri) in &element.namespaces {
            let name = prefix
                .as_ref()
                .map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
            self.push_attribute(&name, uri);
        }
        for (name, value) in &element.attributes {
            let step = format!("@{}", self.qualified(name, scope, Some(&element.name)));
            let what = format!("the attribute {name} of <{}>", element.name);
            let text = self.value(value, &path.join(Token::Field(step)), &what);
            self.push_attribute(name, &text);
        }
        if element.text.is_none() && element.children.is_empty() {
            self.out.document.push_str("/>");
            return;
        }
        self.out.document.push('>');
        if let Some(text) = &element.text {
            let what = format!("the text of <{}>", element.name);
            let text = self.value(text, &path.join(Token::Field("#text".to_owned())), &what);
            if text != text.trim() {
                self.problem(format!(
                    "{what}: white space at the ends of a text does not count in XML: leave it out of {text:?}"
                ));
            }
            escape(&text, &mut self.out.document);
        }
        self.children(element, path, scope, explicit, repeated);
        self.out.document.push_str("</");
        self.out.document.push_str(&element.name);
        self.out.document.push('>');
    }

    fn children(
        &mut self,
        element: &XmlElement,
        path: &Path,
        scope: &Namespaces,
        explicit: bool,
        repeated: Option<Times>,
    ) {
        let named: Vec<(Namespaces, String)> = element
            .children
            .iter()
            .map(|child| {
                let mut scope = scope.clone();
                scope.declare(&child.element);
                let name = self.name_of(&child.element, &scope);
                (scope, name)
            })
            .collect();
        let count = |wanted: &str| named.iter().filter(|(_, name)| name == wanted).count();
        let may_be_absent = repeated.is_some_and(|times| times.min == 0);
        let explicit = self.times(element, path, may_be_absent) || explicit;
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut variants = Vec::new();
        // How many children are written.
        let mut index = 0;
        for (child, (scope, name)) in element.children.iter().zip(&named) {
            match &child.stands_for {
                StandsFor::Any(names) => {
                    self.any_element(element, child, names.as_ref(), path, scope, explicit);
                    continue;
                }
                StandsFor::Found => {
                    variants.push(self.variant(child, index, scope));
                    index += 1;
                    continue;
                }
                StandsFor::One => index += 1,
                StandsFor::Repeated(times) => index += times.min.max(1),
            }
            let is_found = |other: &Child| matches!(other.stands_for, StandsFor::Found);
            let mut others = element.children.iter().zip(&named);
            if others.any(|(other, (_, other_name))| is_found(other) && other_name == name) {
                self.problem(format!(
                    "<{}> in <{}> is in containing_elements and once more: leave one out",
                    child.element.name, element.name
                ));
            }
            let mut path = path.join(Token::Field(name.clone()));
            let several = count(name) > 1;
            if several {
                if child.repeated().is_some() {
                    self.problem(format!(
                        "<{}> in <{}> is described by each_element and once more: leave one out",
                        child.element.name, element.name
                    ));
                }
                let index = seen.entry(name).or_default();
                path = path.join(Token::Index(*index));
                *index += 1;
            }
            self.child(child, &path, scope, explicit);
        }
        if !variants.is_empty() {
            self.also(path, [Matcher::ArrayContains(variants)]);
        }
    }

    /// Writes children of any name: `values` for what is in them, `eachKey` for their names.
    fn any_element(
        &mut self,
        parent: &XmlElement,
        child: &Child,
        names: Option<&Pattern>,
        path: &Path,
        scope: &Namespaces,
        explicit: bool,
    ) {
        if parent.children.len() > 1 {
            self.problem(format!(
                "any_element(<{}>) in <{}> stands for all children: put the others into an element of their own",
                child.element.name, parent.name
            ));
        }
        let local = child.element.name.rsplit(':').next().unwrap_or_default();
        let names = names.map(|names| {
            let mut rules = names.expand().rules;
            let rules = rules.remove(&Path::root()).map(|list| list.rules);
            let rules = rules.unwrap_or_else(|| vec![Matcher::Equality.into()]);
            let is_equal = |rule: &Rule| rule.matcher == Matcher::Equality;
            Matcher::EachKey(EachRules {
                // Which name is meant.
                value: rules.iter().any(is_equal).then(|| local.into()),
                rules,
                generator: None,
            })
        });
        self.also(path, names.into_iter().chain([Matcher::Values]));
        let times = Times { min: 1, max: None };
        self.element(
            &child.element,
            &path.join(Token::Star),
            scope,
            explicit,
            Some(times),
        );
    }

    /// Writes a child that is searched for, and returns the rules that describe it.
    fn variant(&mut self, child: &Child, index: usize, scope: &Namespaces) -> Variant {
        let rules = std::mem::take(&mut self.out.rules);
        let generators = std::mem::take(&mut self.out.generators);
        self.element(&child.element, &Path::root(), scope, false, None);
        if !self.out.generators.is_empty() {
            self.problem(format!(
                "<{}> in containing_elements: a contract cannot put in a value there when the interaction is played: give a pattern \
                 without from_state",
                child.element.name
            ));
        }
        self.out.generators = generators;
        Variant {
            index,
            rules: std::mem::replace(&mut self.out.rules, rules),
            ..Variant::default()
        }
    }

    fn child(&mut self, child: &Child, path: &Path, scope: &Namespaces, explicit: bool) {
        let Some(times) = child.repeated() else {
            return self.element(&child.element, path, scope, explicit, None);
        };
        let min = (times.min == 0).then_some(0);
        self.rule(path, RuleList::one(Matcher::Type { min, max: None }));
        for _ in 0..times.min.max(1) {
            self.element(&child.element, path, scope, true, Some(times));
        }
    }

    /// Writes how often a repeated child comes, beyond "one or more" and "any number": a contract counts all children of an
    /// element. Returns whether there is such a rule.
    fn times(&mut self, element: &XmlElement, path: &Path, may_be_absent: bool) -> bool {
        let is_bounded = |child: &&Child| {
            let times = child.repeated();
            times.is_some_and(|Times { min, max }| min > 1 || max.is_some())
        };
        let Some(child) = element.children.iter().find(is_bounded) else {
            return false;
        };
        let Some(Times { min, max }) = child.repeated() else {
            return false;
        };
        if may_be_absent {
            self.problem(format!(
                "<{}> in <{}>: a contract cannot bound how many there are in an element that may be absent: leave at_least and \
                 at_most out",
                child.element.name, element.name
            ));
        }
        if element.children.len() > 1 {
            self.problem(format!(
                "<{}> in <{}>: a contract counts all children of an element, and here not only these: put them into an element of \
                 their own, or leave at_least and at_most out",
                child.element.name, element.name
            ));
        }
        self.rule(path, RuleList::one(Matcher::Type { min: Some(min), max }));
        true
    }

    /// Writes the rules of a text or attribute, and returns the example.
    fn value(&mut self, pattern: &Pattern, path: &Path, what: &str) -> String {
        let mut expanded = pattern.expand();
        let root = Path::root();
        let example = match expanded.example {
            Value::String(text) => text,
            Value::Number(number) => {
                by_example(&mut expanded.rules, &Matcher::Number);
                number.to_string()
            }
            Value::Bool(flag) => {
                by_example(&mut expanded.rules, &Matcher::Boolean);
                flag.to_string()
            }
            other => {
                self.problem(format!("{what} takes a text, a number or a boolean, not {other}"));
                return String::new();
            }
        };
        if let Some(sign) = example.chars().find(|sign| !is_allowed(*sign)) {
            self.problem(format!(
                "{what}: XML cannot hold the sign {sign:?} of {example:?}"
            ));
        }
        let list = expanded
            .rules
            .remove(&root)
            .unwrap_or_else(|| RuleList::one(Matcher::Equality));
        let in_json_alone = |matcher: &Matcher| {
            matches!(
                matcher,
                Matcher::Null
                    | Matcher::Values
                    | Matcher::EachKey(_)
                    | Matcher::EachValue(_)
                    | Matcher::ArrayContains(_)
            )
        };
        if let Some(rule) = list.rules.iter().find(|rule| in_json_alone(&rule.matcher)) {
            self.problem(format!(
                "{what}: the rule `{}` says nothing about XML, which has texts alone: describe the text, or leave the pattern out",
                rule.matcher.name()
            ));
        }
        if let Some(generator) = expanded.generators.remove(&root) {
            self.out.generators.insert(path.clone(), generator);
        }
        self.rule(path, list);
        example
    }

    fn push_attribute(&mut self, name: &str, value: &str) {
        self.out.document.push(' ');
        self.out.document.push_str(name);
        self.out.document.push_str("=\"");
        escape(value, &mut self.out.document);
        self.out.document.push('"');
    }
}

/// Puts a rule about the example's kind in place of `type`: a text has no type of its own.
fn by_example(rules: &mut BTreeMap<Path, RuleList>, kind: &Matcher) {
    for list in rules.values_mut() {
        for rule in &mut list.rules {
            if rule.matcher == Matcher::TYPE {
                rule.matcher = kind.clone();
            }
        }
        if list.combine == Combine::And {
            list.rules.dedup();
        }
    }
}

/// Whether XML 1.0 allows the sign (section 2.2).
fn is_allowed(sign: char) -> bool {
    matches!(sign, '\t' | '\n' | '\r') || (sign >= ' ' && !matches!(sign, '\u{FFFE}' | '\u{FFFF}'))
}

/// Adds a text so that it stands inside an element or between double quotes. White space other than spaces would be changed by
/// readers of attributes.
fn escape(text: &str, out: &mut String) {
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}
