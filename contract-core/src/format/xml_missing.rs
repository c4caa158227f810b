//! XML in a build without the feature for it: recognised, and refused with the name of the feature.

use std::collections::BTreeMap;

use super::content;
use super::format::{Expected, ExpectedContent, Format};
use crate::contract::{Content, ContentType, Generator, Path};
use crate::generate::Context;
use crate::{Error, ErrorKind};

/// XML documents.
#[derive(Debug)]
pub(super) struct Xml;

impl Format for Xml {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_xml()
    }

    fn read(&self, _: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        Err(needs_the_feature("an XML body needs"))
    }

    fn leads_nowhere(&self, content: &Content, _: &ContentType, path: &Path) -> Option<&'static str> {
        content::lacks_a_name(content, path)
    }

    fn generate(&self, _: &str, _: &BTreeMap<Path, Generator>, _: &Context) -> Result<String, Error> {
        Err(needs_the_feature("generators in an XML body need"))
    }
}

fn needs_the_feature(who: &str) -> Error {
    Error::new(
        ErrorKind::MissingFeature,
        format!("{who} the feature `xml` of contract-core; enable it"),
    )
}
