//! XML as a kind of body.

use std::collections::BTreeMap;

use super::{XmlPlan, generate, parse};
use crate::contract::{Content, ContentType, Generator, Matcher, Path, RuleList};
use crate::format::content;
use crate::format::{Actual, Comparison, Expected, ExpectedContent, Format, Unreadable};
use crate::generate::Context;
use crate::json::Value;
use crate::matching::Mismatch;
use crate::matching::reporter::Reporter;
use crate::{Error, ErrorKind};

/// XML documents.
#[derive(Debug)]
pub(crate) struct Xml;

impl Format for Xml {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_xml()
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        meaningful(expected.lists)?;
        let plan = content::decoded(&expected.content.data, expected.content_type)
            .ok()
            .and_then(|text| XmlPlan::compile(&text).ok());
        Ok(plan.map(|plan| -> Box<dyn ExpectedContent> { Box::new(plan) }))
    }

    fn leads_nowhere(&self, content: &Content, _: &ContentType, path: &Path) -> Option<&'static str> {
        content::lacks_a_name(content, path)
    }

    fn generate(
        &self,
        text: &str,
        generators: &BTreeMap<Path, Generator>,
        context: &Context,
    ) -> Result<String, Error> {
        generate::apply(text, generators, context)
    }
}

/// Refuses rules that speak of members and elements of JSON: in XML they would check nothing.
fn meaningful(lists: &BTreeMap<Path, RuleList>) -> Result<(), Error> {
    for (path, list) in lists {
        for rule in &list.rules {
            let instead = match &rule.matcher {
                // Without rules it says nothing anywhere.
                Matcher::EachKey(each) if each.rules.is_empty() => continue,
                Matcher::EachKey(_) => "the names of elements are exact; describe each of them",
                Matcher::Values | Matcher::EachValue(_) => {
                    "for elements that are alike put `type` at the path of the repeated element, and rules below it"
                }
                Matcher::ArrayContains(_) => {
                    "elements of different names come in any order; put rules at the path of each element"
                }
                _ => continue,
            };
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "matching rule {} at {path}: it has no meaning in an XML body: {instead}",
                    rule.matcher.name()
                ),
            ));
        }
    }
    Ok(())
}

impl ExpectedContent for XmlPlan {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        let text = actual.text()?;
        let document = parse(&text)
            .map_err(|problem| Unreadable::malformed("an", "XML", None, &actual.content.data, &problem))?;
        let reporter = &mut Reporter::new(comparison.unexpected, out);
        self.compare(comparison.rules, &document, reporter);
        Ok(())
    }

    fn shown(&self) -> Option<Value> {
        Some(Value::from("an XML document"))
    }
}
