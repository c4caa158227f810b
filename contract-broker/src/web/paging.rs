//! The part of a long list that a page shows.

use crate::{domain::segment::encode, store::Slice};

/// A page of a list.
#[derive(Debug, Clone)]
pub(super) struct Paging {
    /// Number of the page, counted from 1.
    pub(super) number: i64,
    /// Number of rows per page, at least 1.
    pub(super) size: i64,
    /// Number of rows of all pages.
    pub(super) total: i64,
    /// The address of the list, without a query.
    pub(super) href: String,
    /// The other query parameters: names and values, not yet encoded.
    pub(super) query: Vec<(&'static str, String)>,
}

/// Returns the rows of a page, counted from 1.
pub(super) fn slice(number: i64, size: i64) -> Slice {
    Slice {
        limit: size,
        offset: (number - 1) * size,
    }
}

impl Paging {
    pub(super) fn pages(&self) -> i64 {
        let size = self.size.max(1);
        self.total.saturating_add(size - 1) / size
    }

    pub(super) fn previous(&self) -> Option<String> {
        (self.number > 1).then(|| self.at(self.number - 1))
    }

    pub(super) fn next(&self) -> Option<String> {
        (self.number < self.pages()).then(|| self.at(self.number + 1))
    }

    fn at(&self, number: i64) -> String {
        let mut href = format!("{}?page={number}", self.href);
        for (name, value) in self.query.iter().filter(|(_, value)| !value.is_empty()) {
            href.push('&');
            href.push_str(name);
            href.push('=');
            href.push_str(&encode(value));
        }
        href
    }
}
