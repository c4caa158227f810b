//! XML as a kind of body.

use std::collections::BTreeMap;

use super::{XmlPlan, generate, parse};
use crate::Error;
use crate::contract::{Content, ContentType, Generator, Path};
use crate::format::content;
use crate::format::{Actual, Comparison, Expected, ExpectedContent, Format, Unreadable};
use crate::generate::Context;
use crate::json::Value;
use crate::matching::Mismatch;
use crate::matching::reporter::Reporter;

/// XML documents.
#[derive(Debug)]
pub(crate) struct Xml;

impl Format for Xml {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_xml()
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
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
