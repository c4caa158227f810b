//! `include`: a text that contains another.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use crate::matching::given::Given;
use crate::matching::show;

/// The text to find. Numbers and booleans are searched in their JSON form.
#[derive(Debug)]
pub(crate) struct Include {
    part: Box<str>,
}

impl Include {
    pub(crate) fn new(part: &str) -> Self {
        Self { part: part.into() }
    }
}

impl MatchingRule for Include {
    fn name(&self) -> &'static str {
        "include"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        given
            .with_readable(|text| text.contains(&*self.part))
            .unwrap_or(false)
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!(
            "Expected {} to include '{}'",
            rejected.text(),
            show::cut(&self.part)
        )
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        format!("a string containing {:?}", show::cut(&self.part))
    }
}
