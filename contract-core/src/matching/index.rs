//! Finds the expected request that an actual request matches.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Comparison, RequestPlan};
use crate::contract::Request;
use crate::wire::target;

/// Expected requests, indexed by method and path shape.
///
/// Requests with a literal path are looked up by that path; those with rules for the path are tried one after another,
/// cheap parts first. Only a request that matches entirely is found: a partial match never hides it.
///
/// If several match, the most specific one is found:
/// 1. a literal path before a path with rules,
/// 2. one that specifies the body before one that does not,
/// 3. more expected header fields before fewer,
/// 4. fewer rules before more (a rule accepts more than its example),
/// 5. the one that was inserted later, or earlier if they were inserted with [`insert_last`](Self::insert_last).
///
/// ```
/// use std::sync::Arc;
/// use contract_core::contract::{Request, Specification};
/// use contract_core::matching::{RequestIndex, RequestPlan};
///
/// let request = |path: &str| Request { method: "GET".into(), path: path.into(), ..Request::default() };
/// let mut index = RequestIndex::new();
/// for path in ["/users/1", "/users/2"] {
///     index.insert(Arc::new(RequestPlan::compile(&request(path), Specification::V4)?));
/// }
/// assert_eq!(index.find(&request("/users/2")), Some(1));
/// assert_eq!(index.find(&request("/users/3")), None);
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct RequestIndex {
    plans: Vec<Arc<RequestPlan>>,
    /// By path, most specific first.
    literal: HashMap<String, Vec<usize>>,
    /// Requests with rules for the path, most specific first.
    ruled: Vec<usize>,
}

/// Whether an expected request may be found if the actual one matches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// Yes, before equally specific ones.
    First,
    /// Yes, unless an equally specific one is preferred.
    Otherwise,
    /// No.
    Never,
}

/// An expected request that an actual one does not match, with the mismatches.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// The number of the request in the index: the first inserted is 0.
    pub index: usize,
    /// The mismatches.
    pub comparison: Comparison,
}

impl RequestIndex {
    /// Creates an empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an expected request and returns its number. It is found before equally specific requests inserted earlier.
    pub fn insert(&mut self, plan: Arc<RequestPlan>) -> usize {
        self.insert_where(plan, |other, rank| other > rank)
    }

    /// Adds an expected request and returns its number. It is found after equally specific requests inserted earlier.
    pub fn insert_last(&mut self, plan: Arc<RequestPlan>) -> usize {
        self.insert_where(plan, |other, rank| other >= rank)
    }

    /// Inserts an expected request after all in its list for which the predicate holds.
    fn insert_where(
        &mut self,
        plan: Arc<RequestPlan>,
        goes_first: impl Fn(&Specificity, &Specificity) -> bool,
    ) -> usize {
        let index = self.plans.len();
        self.plans.push(plan);
        let plan = &self.plans[index];
        let list = match plan.path.literal() {
            Some(path) => self.literal.entry(path.to_owned()).or_default(),
            None => &mut self.ruled,
        };
        let rank = specificity(plan);
        let at = list.partition_point(|&other| goes_first(&specificity(&self.plans[other]), &rank));
        list.insert(at, index);
        index
    }

    /// Returns the number of requests.
    pub fn len(&self) -> usize {
        self.plans.len()
    }

    /// Returns whether there are no requests.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// Returns the expected request with this number, as returned by [`insert`](Self::insert).
    pub fn get(&self, index: usize) -> Option<&Arc<RequestPlan>> {
        self.plans.get(index)
    }

    /// Returns the number of the most specific expected request that the actual one matches entirely.
    pub fn find(&self, actual: &Request) -> Option<usize> {
        let literal = self
            .literal
            .get(&*target::normalised(&actual.path))
            .map_or(&[][..], Vec::as_slice);
        let mut candidates = literal.iter().chain(&self.ruled).copied();
        candidates.find(|&index| self.plans[index].matches(actual))
    }

    /// Like [`find`](Self::find), but among equally specific requests returns the first inserted for which
    /// `is_preferred` holds, or the last inserted if it holds for none.
    pub fn find_preferring(&self, actual: &Request, is_preferred: impl Fn(usize) -> bool) -> Option<usize> {
        self.find_choosing(actual, |index| {
            if is_preferred(index) {
                Preference::First
            } else {
                Preference::Otherwise
            }
        })
    }

    /// Like [`find`](Self::find), but only among those that are not [`Never`](Preference::Never). Of equally
    /// specific ones, the first inserted one with [`First`](Preference::First) is found; if there is none,
    /// the last.
    pub fn find_choosing(&self, actual: &Request, preference: impl Fn(usize) -> Preference) -> Option<usize> {
        let literal = self
            .literal
            .get(&*target::normalised(&actual.path))
            .map_or(&[][..], Vec::as_slice);
        let is_found = |index| preference(index) != Preference::Never && self.plans[index].matches(actual);
        [literal, &self.ruled].into_iter().find_map(|list| {
            let at = list.iter().position(|&index| is_found(index))?;
            let best = list[at];
            let rank = specificity(&self.plans[best]);
            let equals = list[at + 1..]
                .iter()
                .copied()
                .take_while(|&index| specificity(&self.plans[index]) == rank)
                .filter(|&index| is_found(index));
            // Among equals, lists hold the latest insertion first.
            let preferred = std::iter::once(best)
                .chain(equals)
                .filter(|&index| preference(index) == Preference::First)
                .last();
            Some(preferred.unwrap_or(best))
        })
    }

    /// Returns the nearest expected requests for a request that matches none: at most `limit`, nearest first.
    ///
    /// They are ordered by: path matches, method matches, number of common path segments, fewer mismatches, insertion
    /// order.
    pub fn nearest(&self, actual: &Request, limit: usize) -> Vec<NearMiss> {
        let distance = |(index, plan): (usize, &Arc<RequestPlan>)| {
            let (path, method) = (plan.path.fits(&actual.path), plan.method.fits(&actual.method));
            let different = if path {
                0
            } else {
                different_segments(plan.path.example(), &actual.path)
            };
            ((!path, !method, different), index)
        };
        let mut order: Vec<_> = self.plans.iter().enumerate().map(distance).collect();
        order.sort_unstable();
        // Bodies are compared only for candidates that can be among the nearest.
        let last = order.get(limit.saturating_sub(1)).map(|(distance, _)| *distance);
        let mut misses: Vec<_> = order
            .into_iter()
            .take_while(|(distance, _)| last.is_none_or(|last| *distance <= last))
            .map(|(distance, index)| {
                let comparison = self.plans[index].compare(actual);
                (
                    distance,
                    comparison.mismatches().len(),
                    NearMiss { index, comparison },
                )
            })
            .collect();
        misses.sort_by_key(|(distance, mismatches, miss)| (*distance, *mismatches, miss.index));
        misses.into_iter().take(limit).map(|(_, _, miss)| miss).collect()
    }
}

/// Compares plans of the same path kind; the greater is the more specific.
type Specificity = (bool, usize, Reverse<usize>);

fn specificity(plan: &RequestPlan) -> Specificity {
    let rules = plan.query.ruled() + plan.headers.ruled() + plan.body.rules();
    (plan.body.is_checked(), plan.headers.len(), Reverse(rules))
}

fn different_segments(expected: &str, actual: &str) -> usize {
    let segments = |path: &str| path.split('/').count();
    let same = expected
        .split('/')
        .zip(actual.split('/'))
        .filter(|(expected, actual)| expected == actual)
        .count();
    segments(expected).max(segments(actual)) - same
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;
    use crate::contract::{Body, Headers, Matcher, Query, RuleList, Specification};

    fn request(method: &str, path: &str) -> Request {
        Request {
            method: method.into(),
            path: path.into(),
            ..Request::default()
        }
    }

    fn index(requests: &[Request]) -> RequestIndex {
        let mut index = RequestIndex::new();
        for request in requests {
            index.insert(Arc::new(
                RequestPlan::compile(request, Specification::V4).unwrap(),
            ));
        }
        index
    }

    fn with_path_rule(mut request: Request, regex: &str) -> Request {
        request.rules.path = Some(RuleList::one(Matcher::Regex(regex.into())));
        request
    }

    fn with_header(mut request: Request, name: &str, value: &str) -> Request {
        let mut headers = Headers::new();
        headers.append(name, value);
        request.headers = headers;
        request
    }

    fn with_body(mut request: Request, body: crate::json::Value) -> Request {
        request.body = Body::json(body);
        request
    }

    #[test]
    fn a_literal_path_is_more_specific_than_a_ruled_one() {
        let index = index(&[
            request("GET", "/users/1"),
            with_path_rule(request("GET", "/users/9"), r"/users/\d+"),
        ]);
        assert_eq!(index.find(&request("GET", "/users/1")), Some(0));
        assert_eq!(index.find(&request("get", "/users/2")), Some(1));
        assert_eq!(index.find(&request("POST", "/users/1")), None);
    }

    #[test]
    fn a_full_fit_is_found_behind_partial_ones() {
        let index = index(&[
            with_header(request("GET", "/a"), "x", "1"),
            with_header(request("GET", "/a"), "x", "2"),
            with_path_rule(with_header(request("GET", "/b"), "x", "3"), "/."),
        ]);
        assert_eq!(index.find(&with_header(request("GET", "/a"), "x", "2")), Some(1));
        assert_eq!(index.find(&with_header(request("GET", "/a"), "x", "3")), Some(2));
        assert_eq!(index.find(&with_header(request("GET", "/a"), "x", "4")), None);
    }

    #[test]
    fn among_full_fits_the_most_specific_is_found() {
        let mut loose = with_body(request("POST", "/a"), json!({"id": 1}));
        loose
            .rules
            .body
            .insert("$".parse().unwrap(), RuleList::one(Matcher::TYPE));
        let index = index(&[
            with_body(request("POST", "/a"), json!({"id": 1})),
            loose,
            request("POST", "/a"),
            with_header(with_body(request("POST", "/a"), json!({"id": 1})), "x", "1"),
        ]);
        let actual = with_body(request("POST", "/a"), json!({"id": 1}));
        assert_eq!(index.find(&actual), Some(0));
        assert_eq!(index.find(&with_header(actual.clone(), "x", "1")), Some(3));
        assert_eq!(
            index.find(&with_body(request("POST", "/a"), json!({"id": 2}))),
            Some(1)
        );
        assert_eq!(index.find(&request("POST", "/a")), Some(2));
    }

    #[test]
    fn of_equals_the_later_is_found() {
        let index = index(&[request("GET", "/a"), request("GET", "/a")]);
        assert_eq!(index.find(&request("GET", "/a")), Some(1));
    }

    #[test]
    fn of_equals_inserted_last_the_earlier_is_found() {
        let mut index = index(&[request("GET", "/a")]);
        let plan = |request| Arc::new(RequestPlan::compile(&request, Specification::V4).unwrap());
        index.insert_last(plan(request("GET", "/a")));
        index.insert_last(plan(with_header(request("GET", "/a"), "x", "1")));
        assert_eq!(index.find(&request("GET", "/a")), Some(0));
        assert_eq!(index.find(&with_header(request("GET", "/a"), "x", "1")), Some(2));
    }

    #[test]
    fn what_is_never_found_hides_nothing() {
        let index = index(&[
            with_path_rule(request("GET", "/users/9"), r"/users/\d+"),
            request("GET", "/users/1"),
            request("GET", "/users/1"),
        ]);
        let find = |never: &[usize], first: &[usize]| {
            index.find_choosing(&request("GET", "/users/1"), |index| {
                if never.contains(&index) {
                    Preference::Never
                } else if first.contains(&index) {
                    Preference::First
                } else {
                    Preference::Otherwise
                }
            })
        };
        assert_eq!(find(&[], &[]), Some(2));
        assert_eq!(find(&[], &[1, 2]), Some(1));
        assert_eq!(find(&[2], &[]), Some(1));
        assert_eq!(find(&[1, 2], &[]), Some(0));
        assert_eq!(find(&[0, 1, 2], &[]), None);
    }

    #[test]
    fn near_misses_are_ranked_by_path_then_method_then_mismatches() {
        let mut query = request("GET", "/users/42");
        query.query = Query::parse("page=1&size=2");
        let index = index(&[
            request("GET", "/orders"),
            query,
            request("DELETE", "/users/42"),
            with_header(request("GET", "/users/42"), "accept", "text/html"),
            request("GET", "/users/43"),
        ]);
        let nearest = index.nearest(&request("GET", "/users/42"), 10);
        let order: Vec<_> = nearest.iter().map(|miss| miss.index).collect();
        assert_eq!(order, [3, 1, 2, 4, 0]);
        assert_eq!(nearest[0].comparison.mismatches().len(), 1);
        assert_eq!(index.nearest(&request("GET", "/users/42"), 2).len(), 2);
        assert!(index.nearest(&request("GET", "/users/42"), 0).is_empty());
    }
}
