//! When something was last used, kept in memory and written down now and then: requests write nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::domain::time::now;

/// When each of the things that a node used was last used, and when that was last written down, by their ids.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<HashMap<i64, Noted>>);

#[derive(Debug, Clone, Copy, Default)]
struct Noted {
    used: i64,
    written: i64,
}

impl Uses {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is used now.
    pub(super) fn note(&self, id: i64) {
        self.lock().entry(id).or_default().used = now();
    }

    /// When this node used it last; 0 if it does not know.
    pub(super) fn last(&self, id: i64) -> i64 {
        self.lock().get(&id).map_or(0, |noted| noted.used)
    }

    /// What was used at least `coarse` microseconds later than was written down, and when.
    pub(super) fn due(&self, coarse: i64) -> Vec<(i64, i64)> {
        let uses = self.lock();
        let due = uses
            .iter()
            .filter(|(_, noted)| noted.used - noted.written >= coarse);
        due.map(|(id, noted)| (*id, noted.used)).collect()
    }

    /// These were written down. What was not used for a day is forgotten, so that memory does not fill.
    pub(super) fn written(&self, uses: &[(i64, i64)]) {
        let mut noted = self.lock();
        for (id, at) in uses {
            if let Some(noted) = noted.get_mut(id) {
                noted.written = *at;
            }
        }
        let recent = now() - crate::domain::time::DAY;
        noted.retain(|_, noted| noted.used >= recent);
    }
}
