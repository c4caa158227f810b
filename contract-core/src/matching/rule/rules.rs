//! The compiled rules of a document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::json::Value;

use super::list;
use super::matching_rule::{CompiledRule, Role};
use super::set::{RuleSet, SetId};
use crate::contract::{Combine, Matcher, Path, Rule, RuleList, Token};
use crate::matching::precedence;
use crate::matching::trie::Trie;
use crate::{Error, ErrorKind};

/// The rules of a document by path: a trie whose numbers are ranks of rule sets.
#[derive(Debug)]
pub(crate) struct Rules {
    trie: Trie,
    /// By rank: the set with id 1 first.
    sets: Vec<RuleSet>,
    /// The rules that search for elements of the example, with their paths.
    contains: Vec<PlacedRule>,
}

/// A rule and its path.
#[derive(Debug)]
struct PlacedRule {
    path: Path,
    rule: CompiledRule,
}

/// A rule list before it becomes a [`RuleSet`].
struct Pending {
    path: Path,
    /// The order among those with the same path.
    order: u32,
    combine: Combine,
    rules: Vec<Rule>,
    /// Whether the trie leads to it; the others are reached from a set.
    in_trie: bool,
    each: Option<usize>,
    alternatives: Vec<usize>,
}

impl Rules {
    /// Compiles rule lists by path. A list without rules is ignored, as is `eachKey` without rules. Lists whose paths
    /// are written differently but lead to one place (`$.a`, `$['a']`) must all match.
    ///
    /// # Errors
    ///
    /// If a rule cannot be compiled, or lists for one place cannot be combined; the message names the path.
    pub(crate) fn compile<'a>(
        lists: impl IntoIterator<Item = (&'a Path, &'a RuleList)>,
    ) -> Result<Self, Error> {
        Self::compile_all(lists.into_iter().collect())
    }

    fn compile_all(lists: Vec<(&Path, &RuleList)>) -> Result<Self, Error> {
        let lists = by_place(lists)?;
        let by_steps: HashMap<&[Token], &RuleList> = lists
            .iter()
            .map(|(path, list)| (path.tokens(), &**list))
            .collect();
        let mut pending = Vec::with_capacity(lists.len());
        for (path, list) in &lists {
            add(
                &mut pending,
                &by_steps,
                (*path).clone(),
                list.combine,
                list.rules.clone(),
                0,
                true,
            );
        }

        let mut order: Vec<usize> = (0..pending.len()).collect();
        order.sort_by(|&left, &right| {
            let (left, right) = (&pending[left], &pending[right]);
            precedence::compare(&left.path, &right.path).then(left.order.cmp(&right.order))
        });
        let mut ids = vec![0; pending.len()];
        for (rank, &index) in order.iter().enumerate() {
            ids[index] = SetId::try_from(rank + 1).expect("a contract has fewer than 2^32 rules");
        }

        let mut trie = Trie::new();
        let mut sets = Vec::with_capacity(pending.len());
        let mut contains = Vec::new();
        for &index in &order {
            let pending = &pending[index];
            if pending.in_trie {
                trie.insert(&pending.path, ids[index]);
            }
            let rules = compile_rules(&pending.path, &pending.rules)?;
            let looking_for_elements = rules
                .iter()
                .filter(|rule| matches!(rule.role(), Role::ArrayContains(_)));
            contains.extend(looking_for_elements.map(|rule| PlacedRule {
                path: pending.path.clone(),
                rule: Arc::clone(rule),
            }));
            let mut set = RuleSet::new(pending.path.as_str().to_owned(), pending.combine, rules);
            set.each = pending.each.map_or(0, |each| ids[each]);
            set.alternatives = pending
                .alternatives
                .iter()
                .map(|&alternative| ids[alternative])
                .collect();
            sets.push(set);
        }
        Ok(Self { trie, sets, contains })
    }

    /// Returns an empty set of rules: every value must equal its example.
    pub(crate) fn none() -> Self {
        Self {
            trie: Trie::new(),
            sets: Vec::new(),
            contains: Vec::new(),
        }
    }

    /// Compiles one rule list at the root.
    pub(crate) fn compile_one(list: &RuleList) -> Result<Self, Error> {
        Self::compile([(&Path::root(), list)])
    }

    /// Uses examples to choose the dialect of ambiguous patterns (see [`regex`](crate::matching::regex)). `example`
    /// returns the text at a path as written in the contract.
    pub(crate) fn fit<'e>(&mut self, example: impl Fn(&str) -> Option<Cow<'e, str>>) {
        for set in self.sets.iter_mut().filter(|set| set.has_pattern()) {
            if let Some(example) = example(&set.path) {
                set.fit(&example);
            }
        }
    }

    /// Checks that each element searched for by an `arrayContains` rule is in the example or has rules. `example` is
    /// the one at the root, if any.
    ///
    /// # Errors
    ///
    /// If an element has neither: the rule would accept any.
    pub(crate) fn check_variants(&self, example: Option<&Value>) -> Result<(), Error> {
        for PlacedRule { path, rule } in &self.contains {
            let Role::ArrayContains(contains) = rule.role() else {
                continue;
            };
            let mut arrays = Vec::new();
            if let Some(example) = example {
                arrays_at(example, path.tokens(), &mut arrays);
            }
            contains
                .check_variants(&arrays)
                .map_err(|error| error.context(format_args!("matching rule arrayContains at {path}")))?;
        }
        Ok(())
    }

    /// Returns whether a rule searches for elements of the example.
    #[cfg(feature = "xml")]
    pub(crate) fn searches_elements(&self) -> bool {
        !self.contains.is_empty()
    }

    /// Renames the root, which is `$` by default: rules of a query parameter are named after it.
    pub(crate) fn rename(&mut self, root: &str) {
        for set in &mut self.sets {
            set.path.replace_range(..1, root);
        }
    }

    pub(crate) fn trie(&self) -> &Trie {
        &self.trie
    }

    /// Returns the set with this id; `None` for 0.
    pub(crate) fn set(&self, id: SetId) -> Option<&RuleSet> {
        self.sets.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// Returns the number of rule sets.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Returns whether there are no rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}

/// Returns the arrays that a path leads to. Each step leads one level deeper, so the document bounds the recursion.
fn arrays_at<'v>(value: &'v Value, steps: &[Token], found: &mut Vec<&'v [Value]>) {
    let Some((step, rest)) = steps.split_first() else {
        found.extend(value.as_array().map(Vec::as_slice));
        return;
    };
    match (step, value) {
        (Token::Field(name), Value::Object(members)) => {
            if let Some(member) = members.get(name) {
                arrays_at(member, rest, found);
            }
        }
        (Token::Index(index), Value::Object(members)) => {
            if let Some(member) = members.get(&index.to_string()) {
                arrays_at(member, rest, found);
            }
        }
        (Token::Index(index), Value::Array(elements)) => {
            if let Some(element) = elements.get(*index) {
                arrays_at(element, rest, found);
            }
        }
        (Token::Star, Value::Object(members)) => {
            for member in members.values() {
                arrays_at(member, rest, found);
            }
        }
        (Token::Star | Token::StarIndex, Value::Array(elements)) => {
            for element in elements {
                arrays_at(element, rest, found);
            }
        }
        _ => {}
    }
}

/// Returns the lists with rules, one for each place, in the order of their path texts.
fn by_place<'a>(lists: Vec<(&'a Path, &'a RuleList)>) -> Result<Vec<(&'a Path, Cow<'a, RuleList>)>, Error> {
    let mut sorted: Vec<(&Path, Cow<'_, RuleList>)> = lists
        .into_iter()
        .map(|(path, list)| (path, with_something_said(list)))
        .filter(|(_, list)| !list.rules.is_empty())
        .collect();
    sorted.sort_by_key(|(path, _)| *path);
    let mut places: Vec<(&Path, Cow<'_, RuleList>)> = Vec::with_capacity(sorted.len());
    let mut present: HashMap<&[Token], usize> = HashMap::with_capacity(sorted.len());
    for (path, list) in sorted {
        let Some(&at) = present.get(path.tokens()) else {
            present.insert(path.tokens(), places.len());
            places.push((path, list));
            continue;
        };
        let (first, joined) = &mut places[at];
        if joined.combine == list.combine && joined.rules == list.rules {
            continue;
        }
        if joined.combine == Combine::Or || list.combine == Combine::Or {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("two lists of matching rules for one place, {first} and {path}: merge them into one"),
            ));
        }
        let joined = joined.to_mut();
        for rule in &list.rules {
            if !joined.rules.contains(rule) {
                joined.rules.push(rule.clone());
            }
        }
    }
    Ok(places)
}

/// Returns the list without rules that have no effect. If one rule is enough none can be removed: those are rejected
/// later.
fn with_something_said(list: &RuleList) -> Cow<'_, RuleList> {
    let says_nothing = |rule: &Rule| matches!(&rule.matcher, Matcher::EachKey(each) if each.rules.is_empty());
    if list.combine == Combine::Or || !list.rules.iter().any(says_nothing) {
        return Cow::Borrowed(list);
    }
    let mut said = list.clone();
    said.rules.retain(|rule| !says_nothing(rule));
    Cow::Owned(said)
}

/// Adds a rule list and those derived from it; returns its index.
fn add(
    pending: &mut Vec<Pending>,
    by_steps: &HashMap<&[Token], &RuleList>,
    path: Path,
    combine: Combine,
    rules: Vec<Rule>,
    order: u32,
    in_trie: bool,
) -> usize {
    let alternatives = if combine == Combine::Or && rules.len() > 1 && rules.iter().any(treats_members) {
        rules
            .iter()
            .zip(order + 1..)
            .map(|(rule, order)| {
                add(
                    pending,
                    by_steps,
                    path.clone(),
                    Combine::And,
                    vec![rule.clone()],
                    order,
                    false,
                )
            })
            .collect()
    } else {
        Vec::new()
    };
    let inner: Vec<Rule> = if alternatives.is_empty() {
        rules.iter().filter_map(inner_rules).flatten().cloned().collect()
    } else {
        Vec::new()
    };
    let each = (!inner.is_empty()).then(|| {
        let values = path.join(Token::Star);
        // A rule list for the values themselves applies in addition to the inner rules.
        let inner = match by_steps.get(values.tokens()) {
            Some(beside) if beside.combine == Combine::And => [beside.rules.clone(), inner].concat(),
            _ => inner,
        };
        add(pending, by_steps, values, Combine::And, inner, order + 1, false)
    });
    pending.push(Pending {
        path,
        order,
        combine,
        rules,
        in_trie,
        each,
        alternatives,
    });
    pending.len() - 1
}

fn treats_members(rule: &Rule) -> bool {
    matches!(
        rule.matcher,
        Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_)
    )
}

fn inner_rules(rule: &Rule) -> Option<&Vec<Rule>> {
    match &rule.matcher {
        Matcher::EachValue(each) => Some(&each.rules),
        _ => None,
    }
}

fn compile_rules(path: &Path, rules: &[Rule]) -> Result<Vec<CompiledRule>, Error> {
    rules
        .iter()
        .map(|rule| {
            list::compile(&rule.matcher).map_err(|error| {
                error.context(format_args!("matching rule {} at {path}", rule.matcher.name()))
            })
        })
        .collect()
}
