//! XML as a kind of body.

use std::collections::BTreeMap;

use super::{XmlPlan, generate, parse};
use crate::contract::{Combine, Content, ContentType, Generator, Matcher, Path, RuleList, Token};
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
        if let Some(plan) = &plan {
            plan.check_variants(expected.rules)?;
        }
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

/// Refuses rules about children where they would check nothing.
fn meaningful(lists: &BTreeMap<Path, RuleList>) -> Result<(), Error> {
    for (path, list) in lists {
        for rule in &list.rules {
            let is_about_children = match &rule.matcher {
                // Without rules it says nothing anywhere.
                Matcher::EachKey(each) => !each.rules.is_empty(),
                Matcher::Values | Matcher::EachValue(_) | Matcher::ArrayContains(_) => true,
                _ => false,
            };
            if !is_about_children {
                continue;
            }
            let problem = match path.tokens().last() {
                None => "it is about the children of an element: put it at the path of the element",
                Some(Token::Field(name)) if name.starts_with('@') || name == "#text" => {
                    "it is about the children of an element, and a text has none: put it at the path of the element"
                }
                _ if list.combine == Combine::Or && list.rules.len() > 1 => {
                    "in XML it cannot be one of several rules of which one is enough: combine them with AND"
                }
                _ if has_generators(&rule.matcher) => {
                    "in XML nothing can be put into its variants when the interaction is played: leave the generators out"
                }
                _ => continue,
            };
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("matching rule {} at {path}: {problem}", rule.matcher.name()),
            ));
        }
    }
    Ok(())
}

fn has_generators(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::ArrayContains(variants) => variants.iter().any(|variant| !variant.generators.is_empty()),
        _ => false,
    }
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
