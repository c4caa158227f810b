//! Limits the number of concurrent deliveries, in total and per host.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Slots for deliveries, of which each host can use a few at once: a receiver that hangs delays only its own
/// deliveries. Clones share their state.
#[derive(Debug, Clone)]
pub(super) struct Places {
    taken: Arc<Mutex<HashMap<String, usize>>>,
    most: usize,
    most_of_a_host: usize,
}

/// A slot that is occupied until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    host: String,
}

/// A webhook with due deliveries, and the host that it calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) webhook: String,
    pub(super) host: String,
}

impl Places {
    pub(super) fn new(most: usize, most_of_a_host: usize) -> Self {
        Self {
            taken: Arc::default(),
            most,
            most_of_a_host,
        }
    }

    pub(super) fn take(&self, host: String) -> Place {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken.entry(host.clone()).or_default() += 1;
        Place {
            places: self.clone(),
            host,
        }
    }

    /// Returns whether no slot is left.
    pub(super) fn is_full(&self) -> bool {
        self.left() == 0
    }

    fn left(&self) -> usize {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        self.most.saturating_sub(taken.values().sum())
    }

    /// Returns the number of deliveries of each webhook that can be made now, in the given order: the webhook
    /// with the oldest delivery comes first.
    pub(super) fn share<'d>(&self, due: &'d [Due]) -> Vec<(&'d Due, usize)> {
        let mut left = self.left();
        let mut of_hosts = self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut shares = Vec::new();
        for one in due {
            let taken = of_hosts.entry(one.host.clone()).or_default();
            let share = self.most_of_a_host.saturating_sub(*taken).min(left);
            if share > 0 {
                *taken += share;
                left -= share;
                shares.push((one, share));
            }
        }
        shares
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.host) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.host);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(webhook: &str, host: &str) -> Due {
        Due {
            webhook: webhook.to_owned(),
            host: host.to_owned(),
        }
    }

    #[test]
    fn a_host_that_hangs_leaves_places_for_the_others() {
        let places = Places::new(5, 2);
        let waiting = [
            due("a", "slow"),
            due("b", "slow"),
            due("c", "fine"),
            due("d", "other"),
            due("e", "last"),
        ];
        let shares = |places: &Places| -> Vec<(String, usize)> {
            let shares = places.share(&waiting);
            shares
                .into_iter()
                .map(|(one, share)| (one.webhook.clone(), share))
                .collect()
        };
        let expected = [("a", 2), ("c", 2), ("d", 1)].map(|(name, share)| (name.to_owned(), share));
        assert_eq!(shares(&places), expected);
        let hanging = [places.take("slow".to_owned()), places.take("slow".to_owned())];
        let expected = [("c", 2), ("d", 1)].map(|(name, share)| (name.to_owned(), share));
        assert_eq!(shares(&places), expected);
        drop(hanging);
        assert_eq!(shares(&places)[0].0, "a");
        let all: Vec<Place> = (0..5).map(|number| places.take(number.to_string())).collect();
        assert!(places.is_full() && shares(&places).is_empty());
        drop(all);
        assert!(!places.is_full());
    }
}
