//! All rules of one document, compiled.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::array_contains::ArrayContains;
use super::check::Check;
use super::date::{DateRule, Kind};
use super::schema::Schema;
use super::set::{RuleSet, SetId};
use super::type_of::Bounds;
use crate::contract::{Combine, Matcher, Path, Rule, RuleList, Token};
use crate::matching::precedence;
use crate::matching::regex::TextRegex;
use crate::matching::trie::Trie;
use crate::{Error, ErrorKind};

/// The rules of a document by path: a trie whose numbers are ranks of rule sets.
#[derive(Debug)]
pub(crate) struct Rules {
    trie: Trie,
    /// By rank: the set with the id 1 first.
    sets: Vec<RuleSet>,
}

/// A rule list on its way to a [`RuleSet`].
struct Pending {
    path: Path,
    /// Among those of one path: which goes after the others.
    order: u32,
    combine: Combine,
    rules: Vec<Rule>,
    /// Whether the trie leads to it; the others are reached from a set.
    in_trie: bool,
    each: Option<usize>,
    alternatives: Vec<usize>,
}

impl Rules {
    /// Compiles rule lists by path.
    ///
    /// # Errors
    ///
    /// Where a rule cannot be compiled; the message names its path.
    pub(crate) fn compile<'a>(
        lists: impl IntoIterator<Item = (&'a Path, &'a RuleList)>,
    ) -> Result<Self, Error> {
        let lists: BTreeMap<&Path, &RuleList> = lists.into_iter().collect();
        let by_steps: HashMap<&[Token], &RuleList> =
            lists.iter().map(|(path, list)| (path.tokens(), *list)).collect();
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
        for &index in &order {
            let pending = &pending[index];
            if pending.in_trie {
                trie.insert(&pending.path, ids[index]);
            }
            let checks = compile_rules(&pending.path, &pending.rules)?;
            let mut set = RuleSet::new(pending.path.as_str().to_owned(), pending.combine, checks);
            set.each = pending.each.map_or(0, |each| ids[each]);
            set.alternatives = pending
                .alternatives
                .iter()
                .map(|&alternative| ids[alternative])
                .collect();
            sets.push(set);
        }
        Ok(Self { trie, sets })
    }

    /// No rules: everything is equal to its example.
    pub(crate) fn none() -> Self {
        Self {
            trie: Trie::new(),
            sets: Vec::new(),
        }
    }

    /// Compiles one rule list that stands at the root.
    pub(crate) fn compile_one(list: &RuleList) -> Result<Self, Error> {
        Self::compile([(&Path::root(), list)])
    }

    /// Lets examples decide what patterns mean that ecosystems read differently (see
    /// [`regex`](crate::matching::regex)). `example` gives the text at a path as the contract writes it.
    pub(crate) fn fit<'e>(&mut self, example: impl Fn(&str) -> Option<Cow<'e, str>>) {
        for set in self.sets.iter_mut().filter(|set| set.has_pattern()) {
            if let Some(example) = example(&set.path) {
                set.fit(&example);
            }
        }
    }

    /// Names the root, which is `$` otherwise: rules of a query parameter are known by its name.
    pub(crate) fn rename(&mut self, root: &str) {
        for set in &mut self.sets {
            set.path.replace_range(..1, root);
        }
    }

    pub(crate) fn trie(&self) -> &Trie {
        &self.trie
    }

    /// The set of this id; `None` for 0.
    pub(crate) fn set(&self, id: SetId) -> Option<&RuleSet> {
        self.sets.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// How many rule sets there are.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there are no rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}

/// Adds a rule list and those that follow from it; gives its index.
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
        // A rule list that stands at the values themselves holds beside the inner rules.
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

fn compile_rules(path: &Path, rules: &[Rule]) -> Result<Vec<Check>, Error> {
    rules
        .iter()
        .map(|rule| {
            compile_matcher(&rule.matcher).map_err(|error| {
                error.context(format_args!("matching rule {} at {path}", rule.matcher.name()))
            })
        })
        .collect()
}

fn compile_matcher(matcher: &Matcher) -> Result<Check, Error> {
    Ok(match matcher {
        Matcher::Equality => Check::Equality,
        Matcher::Regex(pattern) => Check::Regex(Arc::new(TextRegex::compile(pattern)?)),
        Matcher::Type { min, max } => Check::Type(Bounds { min: *min, max: *max }),
        Matcher::Include(text) => Check::Include(text.as_str().into()),
        Matcher::Number => Check::Number,
        Matcher::Integer => Check::Integer,
        Matcher::Decimal => Check::Decimal,
        Matcher::Boolean => Check::Boolean,
        Matcher::Null => Check::Null,
        Matcher::Date(pattern) => Check::Date(Arc::new(DateRule::compile(Kind::Date, pattern.as_deref())?)),
        Matcher::Time(pattern) => Check::Date(Arc::new(DateRule::compile(Kind::Time, pattern.as_deref())?)),
        Matcher::DateTime(pattern) => {
            Check::Date(Arc::new(DateRule::compile(Kind::DateTime, pattern.as_deref())?))
        }
        Matcher::ContentType(text) => Check::ContentType(Arc::new(text.parse()?)),
        Matcher::Values => Check::Values,
        Matcher::EachKey(each) => {
            let checks = each.rules.iter().map(|rule| compile_matcher(&rule.matcher));
            Check::EachKey(checks.collect::<Result<Vec<_>, _>>()?.into())
        }
        Matcher::EachValue(_) => Check::EachValue,
        Matcher::ArrayContains(variants) => Check::ArrayContains(Arc::new(ArrayContains::compile(variants)?)),
        Matcher::StatusCode(rule) => Check::StatusCode(Arc::new(rule.clone())),
        Matcher::NotEmpty => Check::NotEmpty,
        Matcher::Semver => Check::Semver,
        Matcher::Schema(schema) => Check::Schema(Arc::new(Schema::compile(schema)?)),
        Matcher::Unknown { name, .. } => {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("this library knows no matching rule {name:?}; it may belong to a plugin"),
            ));
        }
    })
}
