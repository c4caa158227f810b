//! Compiled rules that several bodies share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::rules::Rules;
use crate::Error;
use crate::contract::{Path, RuleList};

/// How many rules are kept.
const KEPT: usize = 16;

/// The compiled rules of recent bodies. Many interactions of a contract return the same kind of body, with equal rules:
/// those are compiled once.
#[derive(Debug, Default)]
pub(crate) struct RecentRules {
    /// The last used first.
    recent: Mutex<Vec<Recent>>,
}

#[derive(Debug)]
struct Recent {
    lists: BTreeMap<Path, RuleList>,
    rules: Arc<Rules>,
}

impl RecentRules {
    /// Returns the compiled rules of these lists.
    ///
    /// # Errors
    ///
    /// See [`Rules::compile`].
    pub(crate) fn compile(&self, lists: &BTreeMap<Path, RuleList>) -> Result<Arc<Rules>, Error> {
        if let Some(rules) = self.find(lists) {
            return Ok(rules);
        }
        let rules = Arc::new(Rules::compile(lists)?);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.truncate(KEPT - 1);
        recent.insert(
            0,
            Recent {
                lists: lists.clone(),
                rules: Arc::clone(&rules),
            },
        );
        Ok(rules)
    }

    fn find(&self, lists: &BTreeMap<Path, RuleList>) -> Option<Arc<Rules>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let at = recent.iter().position(|recent| recent.lists == *lists)?;
        recent[..=at].rotate_right(1);
        Some(Arc::clone(&recent[0].rules))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Matcher, Rule};

    fn lists(path: &str, matcher: Matcher) -> BTreeMap<Path, RuleList> {
        let list = RuleList {
            rules: vec![Rule::from(matcher)],
            ..RuleList::default()
        };
        BTreeMap::from([(path.parse().unwrap(), list)])
    }

    #[test]
    fn equal_rules_are_compiled_once() {
        let recent = RecentRules::default();
        let number = recent.compile(&lists("$.id", Matcher::Number)).unwrap();
        let integer = recent.compile(&lists("$.id", Matcher::Integer)).unwrap();
        assert!(!Arc::ptr_eq(&number, &integer));
        let again = recent.compile(&lists("$.id", Matcher::Number)).unwrap();
        assert!(Arc::ptr_eq(&number, &again));
        let elsewhere = recent.compile(&lists("$.no", Matcher::Number)).unwrap();
        assert!(!Arc::ptr_eq(&number, &elsewhere));
    }

    #[test]
    fn what_was_used_last_is_kept() {
        let recent = RecentRules::default();
        let first = recent.compile(&lists("$.first", Matcher::Number)).unwrap();
        for number in 0..2 * KEPT {
            recent
                .compile(&lists(&format!("$.n{number}"), Matcher::Number))
                .unwrap();
            let again = recent.compile(&lists("$.first", Matcher::Number)).unwrap();
            assert!(Arc::ptr_eq(&first, &again));
        }
        assert_eq!(recent.recent.lock().unwrap().len(), KEPT);
    }
}
