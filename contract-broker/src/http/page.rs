//! Pagination.

use std::fmt::Write as _;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    base_url::{BaseUrl, encode},
    path::At,
    query::Query,
    resource::{Link, Links},
};
use crate::{
    domain::Refusal,
    store::{Listed, Slice},
};

/// The requested part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Counted from 1.
    pub(crate) number: i64,
    pub(crate) size: i64,
}

/// Maximum number of items per response. If no page is requested, a list of up to this length is returned
/// completely; a longer one starts with the first page, which links to the next.
pub(crate) const MOST: i64 = 1000;

impl Page {
    /// Reads `page` and `size` (or `pageNumber` and `pageSize`); `None` if neither is given.
    pub(crate) fn of(query: &Query) -> Result<Option<Self>, Refusal> {
        let mut faults = Vec::new();
        let mut read = |names: [&str; 2]| {
            let (name, text) = names
                .iter()
                .find_map(|name| query.get(name).map(|text| (*name, text)))?;
            match text.parse::<i64>() {
                Ok(number) if (1..=1_000_000_000).contains(&number) => Some(number),
                _ => {
                    faults.push((name.to_owned(), "must be a whole number, at least 1".to_owned()));
                    None
                }
            }
        };
        let (number, size) = (read(["page", "pageNumber"]), read(["size", "pageSize"]));
        if size.is_some_and(|size| size > MOST) {
            faults.push(("size".to_owned(), format!("must be at most {MOST}")));
        }
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        Ok((number.is_some() || size.is_some()).then(|| Self {
            number: number.unwrap_or(1),
            size: size.unwrap_or(100),
        }))
    }

    /// Like [`Page::of`], with a page size for requests without a page.
    pub(crate) fn or_first(query: &Query, size: i64) -> Result<Self, Refusal> {
        Ok(Self::of(query)?.unwrap_or(Self { number: 1, size }))
    }

    /// Returns the part of the list to read.
    pub(crate) fn slice(page: Option<Self>) -> Slice {
        page.map_or(Slice::first(MOST), |page| Slice {
            limit: page.size,
            offset: (page.number - 1).saturating_mul(page.size),
        })
    }

    /// Returns the page that the response describes: the requested one, or the first of a list that is too
    /// long to be returned completely.
    pub(crate) fn shown(page: Option<Self>, total: i64) -> Option<Self> {
        let first = Self {
            number: 1,
            size: MOST,
        };
        page.or((total > MOST).then_some(first))
    }

    /// Returns the requested part of a list that was read completely.
    pub(crate) fn part<T>(page: Option<Self>, list: Vec<T>) -> Listed<T> {
        let total = i64::try_from(list.len()).unwrap_or(i64::MAX);
        let slice = Self::slice(page);
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let offset = usize::try_from(slice.offset).unwrap_or(usize::MAX);
        let rows = list.into_iter().skip(offset).take(limit).collect();
        Listed { rows, total }
    }

    /// Returns the description of this page of a list of `total` items, and adds the links `next` and
    /// `previous` to the list at `at`.
    pub(crate) fn describe(self, total: i64, links: &mut Links, base: &BaseUrl, at: &At) -> PageDocument {
        let pages = total.saturating_add(self.size - 1) / self.size;
        let link = |number: i64| {
            let mut href = format!("{}?", base.join(&at.path));
            for (name, value) in at.query.iter() {
                if !matches!(name.as_str(), "page" | "pageNumber" | "size" | "pageSize") {
                    let _ = write!(href, "{}={}&", encode(name), encode(value));
                }
            }
            Link::to(format!("{href}page={number}&size={}", self.size))
        };
        if self.number < pages {
            links.add("next", link(self.number + 1));
        }
        if self.number > 1 {
            links.add("previous", link(self.number - 1));
        }
        PageDocument {
            number: self.number,
            size: self.size,
            total_elements: total,
            total_pages: pages,
        }
    }

    /// Like [`Page::describe`], if the response has to describe its page.
    pub(crate) fn describe_shown(
        page: Option<Self>,
        total: i64,
        links: &mut Links,
        base: &BaseUrl,
        at: &At,
    ) -> Option<PageDocument> {
        Some(Self::shown(page, total)?.describe(total, links, base, at))
    }
}

/// The part of a list that a response contains.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageDocument {
    /// Counted from 1.
    #[schema(minimum = 1)]
    number: i64,
    /// Maximum number of items per page.
    #[schema(minimum = 1)]
    size: i64,
    #[schema(minimum = 0)]
    total_elements: i64,
    #[schema(minimum = 0)]
    total_pages: i64,
}
