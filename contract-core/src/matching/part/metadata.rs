//! The metadata of a message.

use std::collections::BTreeMap;

use crate::json::Value;

use super::headers::media_type_fits;
use super::values::push;
use crate::Error;
use crate::contract::{ContentType, Members, Path, RuleList};
use crate::format::json::JsonPlan;
use crate::matching::rule::{Failure, Rules};
use crate::matching::{Mismatch, Part, Unexpected, show};

/// The expected metadata: each entry must be present and equal or match its rules; additional entries are allowed. The
/// content type is compared as a media type.
#[derive(Debug)]
pub(crate) struct MetadataPlan {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    plan: JsonPlan,
    is_content_type: bool,
    rules: Rules,
    ruled: bool,
}

impl MetadataPlan {
    pub(crate) fn compile(expected: &Members, lists: &BTreeMap<String, RuleList>) -> Result<Self, Error> {
        let mut by_name: BTreeMap<&str, Vec<&RuleList>> = BTreeMap::new();
        for (written, list) in lists {
            let name = written.strip_prefix("$.").unwrap_or(written);
            by_name.entry(name).or_default().push(list);
        }
        let compile = |(name, example): (&String, &Value)| {
            let lists = by_name.remove(name.as_str()).unwrap_or_default();
            let at_fault = |error: Error| error.context(name).context(Part::Metadata);
            let root = Path::root();
            let mut rules = Rules::compile(lists.into_iter().map(|list| (&root, list))).map_err(at_fault)?;
            rules.rename(name);
            Ok(Entry {
                name: name.clone(),
                plan: JsonPlan::compile(&rules, example.clone()).map_err(at_fault)?,
                is_content_type: is_content_type(name),
                ruled: !rules.is_empty(),
                rules,
            })
        };
        Ok(Self {
            entries: expected.iter().map(compile).collect::<Result<_, Error>>()?,
        })
    }

    /// Returns whether a rule applies to the content type.
    pub(crate) fn rules_over_content_type(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.is_content_type && entry.ruled)
    }

    /// Compares metadata. `contents` is the content type of the contents themselves, used if the metadata has no such
    /// entry.
    pub(crate) fn compare(&self, actual: &Members, contents: Option<&ContentType>, out: &mut Vec<Mismatch>) {
        for entry in &self.entries {
            match (entry.find(actual), contents) {
                (Some(received), _) => entry.compare(received, out),
                (None, Some(contents)) if entry.is_content_type => {
                    entry.compare(&Value::from(contents.as_str()), out);
                }
                (None, _) => entry.missing(out),
            }
        }
    }
}

/// Returns the content type in the metadata.
pub(crate) fn content_type(metadata: &Members) -> Option<&str> {
    metadata
        .iter()
        .find(|(name, _)| is_content_type(name))?
        .1
        .as_str()
}

/// Returns whether the name is `contentType`, `content-type`, `Content-Type`, …
fn is_content_type(name: &str) -> bool {
    let letters = name
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_lowercase());
    letters.eq(*b"contenttype")
}

impl Entry {
    fn find<'a>(&self, actual: &'a Members) -> Option<&'a Value> {
        actual.get(&self.name).or_else(|| {
            let same = |name: &str| self.is_content_type && is_content_type(name);
            actual.iter().find(|(name, _)| same(name)).map(|(_, value)| value)
        })
    }

    fn compare(&self, received: &Value, out: &mut Vec<Mismatch>) {
        if self.is_content_type
            && !self.ruled
            && let (Value::String(expected), Value::String(received)) = (self.plan.example(), received)
            && media_type_fits(expected, received)
        {
            return;
        }
        let first = out.len();
        self.plan
            .compare(&self.rules, received, Part::Metadata, Unexpected::Allowed, out);
        for mismatch in &mut out[first..] {
            mismatch.path.replace_range(..1, &self.name);
            if !self.ruled && mismatch.path == self.name {
                mismatch.description = format!(
                    "Expected metadata key '{}' to have value {} but was {}",
                    self.name,
                    show::quoted(self.plan.example()),
                    show::quoted(received)
                );
            }
        }
    }

    fn missing(&self, out: &mut Vec<Mismatch>) {
        let failure = Failure {
            expectation: show::cut(&self.plan.example().to_string()).into_owned(),
            description: format!("Expected metadata '{}' but was missing", self.name),
            rule: String::new(),
        };
        push(
            Part::Metadata,
            &self.name,
            Some(self.plan.example()),
            None,
            vec![failure],
            None,
            out,
        );
    }
}
