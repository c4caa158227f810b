//! Which changes a test passes with, found with few runs.

use std::collections::{BTreeSet, HashMap};

use super::change::Change;

/// Runs the test with some changes.
pub(super) trait Rerun {
    /// Returns whether the test passes with all of these changes.
    ///
    /// # Errors
    ///
    /// Why it cannot be run any more.
    fn passes(&mut self, changes: &[Change]) -> Result<bool, String>;
}

/// Finds changes that a test passes with, and remembers each run.
///
/// All candidates are tried at once; if the test fails, each half on its own, and so on down to single changes (group testing).
/// Of n changes with r that the test fails with, this takes 1 run if r is 0, and at most about 2·r·log2(n/r) + 1.
pub(super) struct Search<'r, R> {
    rerun: &'r mut R,
    seen: HashMap<Vec<Change>, bool>,
    /// Changes that the test failed with when they were tried alone, or beside what it passes with.
    refused: BTreeSet<Change>,
    /// Why the search ended early.
    given_up: Option<String>,
}

impl<'r, R: Rerun> Search<'r, R> {
    pub(super) fn new(rerun: &'r mut R) -> Self {
        Self {
            rerun,
            seen: HashMap::new(),
            refused: BTreeSet::new(),
            given_up: None,
        }
    }

    /// Returns those of the candidates that the test passes with, all of them together and with `accepted`.
    pub(super) fn accepted(&mut self, accepted: &[Change], candidates: &[Change]) -> Vec<Change> {
        let mut all = accepted.to_vec();
        self.split(&mut all, candidates);
        all.split_off(accepted.len())
    }

    /// Returns whether the test fails with this change. False if it passes, and if it was not found out.
    pub(super) fn refuses(&self, change: &Change) -> bool {
        self.refused.contains(change)
    }

    /// Returns why the search ended before everything was tried.
    pub(super) fn given_up(self) -> Option<String> {
        self.given_up
    }

    fn split(&mut self, accepted: &mut Vec<Change>, candidates: &[Change]) {
        if candidates.is_empty() {
            return;
        }
        let together: Vec<Change> = accepted.iter().chain(candidates).cloned().collect();
        match self.passes(&together) {
            None => {}
            Some(true) => *accepted = together,
            Some(false) => {
                if let [one] = candidates {
                    self.refused.insert(one.clone());
                    return;
                }
                let (first, second) = candidates.split_at(candidates.len() / 2);
                self.split(accepted, first);
                self.split(accepted, second);
            }
        }
    }

    /// `None` if the search was given up.
    fn passes(&mut self, changes: &[Change]) -> Option<bool> {
        if self.given_up.is_some() {
            return None;
        }
        let mut key = changes.to_vec();
        key.sort();
        if let Some(&passes) = self.seen.get(&key) {
            return Some(passes);
        }
        match self.rerun.passes(changes) {
            Ok(passes) => {
                self.seen.insert(key, passes);
                Some(passes)
            }
            Err(why) => {
                self.given_up = Some(why);
                None
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::change::{Place, To};
    use super::*;
    use proptest::prelude::*;

    /// A test that fails with any of these changes.
    pub(in super::super) struct Fails {
        pub(in super::super) with: BTreeSet<Change>,
        pub(in super::super) runs: usize,
        pub(in super::super) most: usize,
    }

    impl Rerun for Fails {
        fn passes(&mut self, changes: &[Change]) -> Result<bool, String> {
            if self.runs == self.most {
                return Err("enough".to_owned());
            }
            self.runs += 1;
            Ok(changes.iter().all(|change| !self.with.contains(change)))
        }
    }

    fn dropped(number: usize) -> Change {
        Change {
            interaction: 0,
            place: Place::Body(format!("$.field{number}")),
            to: To::Absent,
        }
    }

    fn fails(with: impl IntoIterator<Item = usize>, most: usize) -> Fails {
        Fails {
            with: with.into_iter().map(dropped).collect(),
            runs: 0,
            most,
        }
    }

    #[test]
    fn a_hundred_fields_of_which_two_are_needed_take_few_runs() {
        let candidates: Vec<Change> = (0..100).map(dropped).collect();
        let mut test = fails([17, 80], usize::MAX);
        let accepted = Search::new(&mut test).accepted(&[], &candidates);
        assert_eq!(accepted.len(), 98);
        assert!(test.runs <= 25, "{} runs", test.runs);

        let mut test = fails([], usize::MAX);
        assert_eq!(Search::new(&mut test).accepted(&[], &candidates).len(), 100);
        assert_eq!(test.runs, 1);
    }

    #[test]
    fn what_was_found_before_the_end_stays_and_nothing_is_said_of_the_rest() {
        let candidates: Vec<Change> = (0..8).map(dropped).collect();
        let mut test = fails([7], 2);
        let mut search = Search::new(&mut test);
        assert_eq!(search.accepted(&[], &candidates), candidates[..4]);
        assert!(!search.refuses(&dropped(7)));
        assert_eq!(search.given_up().as_deref(), Some("enough"));
    }

    proptest! {
        #[test]
        fn exactly_what_the_test_does_not_need_is_found(needed in proptest::collection::btree_set(0..40_usize, 0..12)) {
            let candidates: Vec<Change> = (0..40).map(dropped).collect();
            let mut test = fails(needed.iter().copied(), usize::MAX);
            let mut search = Search::new(&mut test);
            let accepted = search.accepted(&[], &candidates);
            let expected: Vec<Change> = (0..40).filter(|number| !needed.contains(number)).map(dropped).collect();
            prop_assert_eq!(accepted, expected);
            for number in needed {
                prop_assert!(search.refuses(&dropped(number)));
            }
        }
    }
}
