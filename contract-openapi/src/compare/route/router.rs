//! Finds operations by path template.

use std::collections::HashMap;

use super::Template;
use super::segment::{PathValue, clean_name};

/// How paths are compared.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RouterOptions {
    pub(crate) is_case_insensitive: bool,
    pub(crate) ignores_duplicate_slashes: bool,
    pub(crate) ignores_trailing_slash: bool,
}

/// The templates of a description by method, number of segments and first segment.
#[derive(Debug, Default)]
pub(crate) struct Router {
    options: RouterOptions,
    entries: Vec<Entry>,
    buckets: HashMap<Bucket, Vec<usize>>,
    /// Templates that may be followed by any segments.
    open: Vec<usize>,
}

#[derive(Debug)]
struct Entry {
    /// Upper case.
    method: String,
    template: Template,
    operation: usize,
    /// Entries with a lower rank are preferred: a path with a server prefix before one without.
    rank: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bucket {
    method: String,
    segments: usize,
    /// `None` if the first segment has a parameter.
    first: Option<String>,
}

/// A candidate operation for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The index that the operation was added with.
    pub(crate) operation: usize,
    values: Vec<PathValue>,
}

impl Route {
    /// Returns the text of a path parameter, in which characters that may separate values are still percent-encoded.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let name = clean_name(name);
        // If two parameters have one name, the last one counts.
        self.values
            .iter()
            .rev()
            .find(|value| value.name == name)
            .map(|value| value.text.as_str())
    }
}

/// Maximum length of a path parameter, in bytes.
const MAX_PARAMETER: usize = 2048;

impl Router {
    pub(crate) fn new(options: RouterOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Adds an operation under a template.
    pub(crate) fn add(&mut self, method: &str, template: &str, operation: usize, rank: usize) {
        let method = method.to_ascii_uppercase();
        let template = Template::parse(&self.normal(template));
        let first = template.first_literal().map(|first| self.cased(first));
        let bucket = Bucket {
            method: method.clone(),
            segments: template.len(),
            first,
        };
        if template.is_open() {
            self.open.push(self.entries.len());
        } else {
            self.buckets.entry(bucket).or_default().push(self.entries.len());
        }
        self.entries.push(Entry {
            method,
            template,
            operation,
            rank,
        });
    }

    /// Returns two operations with one method and equivalent templates, if any.
    pub(crate) fn equivalent(&self) -> Option<(usize, usize)> {
        self.buckets.values().find_map(|bucket| {
            bucket.iter().enumerate().find_map(|(position, index)| {
                let one = &self.entries[*index];
                let other = bucket[position + 1..]
                    .iter()
                    .map(|other| &self.entries[*other])
                    .find(|other| {
                        other.operation != one.operation
                            && other.method == one.method
                            && other.template.is_equivalent(&one.template)
                    })?;
                Some((one.operation, other.operation))
            })
        })
    }

    /// Returns the possible operations of a request, the most exact template first. Empty if the path cannot
    /// be decoded.
    pub(crate) fn find(&self, method: &str, path: &str) -> Vec<Route> {
        let path = path.split('#').next().unwrap_or_default();
        let Some(decoded) = decode_path(&self.normal(path)) else {
            return Vec::new();
        };
        let segments: Vec<&str> = decoded.split('/').collect();
        if segments.iter().any(|segment| segment.len() > MAX_PARAMETER) {
            return Vec::new();
        }
        let method = method.to_ascii_uppercase();
        let first = segments.get(1).map(|first| self.cased(first));
        let open = self
            .open
            .iter()
            .filter(|index| self.entries[**index].method == method);
        let candidates = [first, None].into_iter().flat_map(|first| {
            let bucket = Bucket {
                method: method.clone(),
                segments: segments.len(),
                first,
            };
            self.buckets.get(&bucket).into_iter().flatten()
        });
        let mut found: Vec<(&Entry, Route)> = Vec::new();
        for index in candidates.chain(open) {
            let entry = &self.entries[*index];
            if let Some(values) = entry.template.read(&segments, self.options.is_case_insensitive) {
                found.push((
                    entry,
                    Route {
                        operation: entry.operation,
                        values,
                    },
                ));
            }
        }
        found.sort_by(|(one, _), (other, _)| {
            one.rank
                .cmp(&other.rank)
                .then_with(|| one.template.precedence(&other.template))
        });
        let mut routes: Vec<Route> = Vec::with_capacity(found.len());
        for (_, route) in found {
            if !routes.iter().any(|present| present.operation == route.operation) {
                routes.push(route);
            }
        }
        routes
    }

    fn cased(&self, text: &str) -> String {
        if self.options.is_case_insensitive {
            text.to_ascii_lowercase()
        } else {
            text.to_owned()
        }
    }

    fn normal(&self, path: &str) -> String {
        let mut path = path.to_owned();
        if self.options.ignores_duplicate_slashes {
            while path.contains("//") {
                path = path.replace("//", "/");
            }
        }
        if self.options.ignores_trailing_slash && path.len() > 1 && path.ends_with('/') {
            path.pop();
        }
        path
    }
}

/// Characters that stay encoded until the path is split, because they are significant in it.
const RESERVED: &[u8] = b"#$&+,/:;=?@";

/// Returns a path with everything decoded except significant characters; `None` if it is not valid text.
fn decode_path(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'%' {
            let digits = path.get(index + 1..index + 3)?;
            let byte = u8::from_str_radix(digits, 16).ok()?;
            // `%25` also stays encoded: it is decoded with the parameter.
            if RESERVED.contains(&byte) || byte == b'%' {
                decoded.extend_from_slice(&bytes[index..index + 3]);
            } else {
                decoded.push(byte);
            }
            index += 3;
        } else {
            decoded.push(bytes[index]);
            index += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::{Router, RouterOptions};

    fn router(templates: &[&str]) -> Router {
        let mut router = Router::new(RouterOptions::default());
        for (index, template) in templates.iter().enumerate() {
            router.add("get", template, index, 0);
        }
        router
    }

    #[test]
    fn the_most_exact_template_comes_first() {
        let router = router(&[
            "/users/{id}",
            "/users/me",
            "/a/b/c",
            "/a/{x}/d",
            "/f/{a}-{b}",
            "/f/{id}",
            "/f/*",
        ]);
        let find = |path: &str| {
            router
                .find("GET", path)
                .into_iter()
                .map(|route| route.operation)
                .collect::<Vec<_>>()
        };
        assert_eq!(find("/users/me"), [1, 0]);
        assert_eq!(find("/users/7"), [0]);
        assert_eq!(find("/a/b/d"), [3]);
        assert_eq!(find("/f/1-2"), [5, 4, 6]);
        assert_eq!(find("/f/1/2"), [6]);
        assert_eq!(find("/users/7/"), Vec::<usize>::new());
        assert_eq!(find("/users/%"), Vec::<usize>::new());
    }

    #[test]
    fn an_encoded_slash_is_part_of_a_parameter() {
        let router = router(&["/files/{name}"]);
        let routes = router.find("GET", "/files/a%2Fb%20c");
        assert_eq!(routes[0].value("name"), Some("a%2Fb c"));
    }

    #[test]
    fn equivalent_templates_are_found() {
        assert_eq!(
            router(&["/users/{id}", "/users/{name}"]).equivalent(),
            Some((0, 1))
        );
        assert_eq!(router(&["/users/{id}", "/users/{name}.json"]).equivalent(), None);
    }
}
