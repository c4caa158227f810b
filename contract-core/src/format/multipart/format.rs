//! Multipart as a kind of body.

use super::MultipartPlan;
#[cfg(any(feature = "consumer", feature = "provider"))]
use super::parts::with_real_boundary;
use crate::Error;
use crate::contract::{Content, ContentType, Path};
use crate::format::bytes::Bytes;
use crate::format::content;
use crate::format::{Actual, Comparison, Expected, ExpectedContent, Format, Unreadable};
use crate::json::Value;
use crate::matching::Mismatch;

/// Multipart bodies.
#[derive(Debug)]
pub(crate) struct Multipart;

impl Format for Multipart {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_multipart()
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        let body = content::bytes(&expected.content.data);
        let plan = MultipartPlan::compile(&body, expected.content_type, expected.lists, expected.unexpected)?;
        Ok(plan.map(|plan| -> Box<dyn ExpectedContent> { Box::new(plan) }))
    }

    fn otherwise(&self) -> &'static dyn Format {
        &Bytes
    }

    fn leads_nowhere(&self, content: &Content, _: &ContentType, path: &Path) -> Option<&'static str> {
        content::lacks_a_name(content, path)
    }

    /// Returns the type with the boundary that the body really has.
    #[cfg(any(feature = "consumer", feature = "provider"))]
    fn content_type_to_send(&self, content_type: &ContentType, body: &[u8]) -> Option<String> {
        with_real_boundary(content_type, body)
    }
}

impl ExpectedContent for MultipartPlan {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        self.compare(
            &actual.bytes(),
            &actual.content_type(),
            comparison.unexpected,
            out,
        );
        Ok(())
    }

    fn shown(&self) -> Option<Value> {
        Some(Value::from("a multipart body"))
    }
}
