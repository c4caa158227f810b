//! Which part of a long list a page shows.

use super::links::query_value;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Paging {
    /// The page shown, counted from 1.
    pub number: u64,
    /// Rows on a page, at least 1.
    pub size: u64,
    /// Rows on all pages.
    pub total: u64,
    /// The address of the list, without a query.
    pub href: String,
    /// What else stays in the query: names and values, not yet encoded.
    pub query: Vec<(&'static str, String)>,
}

impl Paging {
    pub(super) fn pages(&self) -> u64 {
        self.total.div_ceil(self.size.max(1))
    }

    pub(super) fn previous(&self) -> Option<String> {
        (self.number > 1).then(|| self.at(self.number - 1))
    }

    pub(super) fn next(&self) -> Option<String> {
        (self.number < self.pages()).then(|| self.at(self.number + 1))
    }

    fn at(&self, number: u64) -> String {
        let mut href = format!("{}?page={number}", self.href);
        for (name, value) in self.query.iter().filter(|(_, value)| !value.is_empty()) {
            href.push('&');
            href.push_str(name);
            href.push('=');
            href.push_str(&query_value(value));
        }
        href
    }
}
