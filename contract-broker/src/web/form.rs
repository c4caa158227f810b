//! What forms of pages send.

use super::fault::{Fault, Result};
use crate::{
    app,
    domain::{Refusal, name},
    http::query::Query,
};

/// Something that is chosen in a form, or not.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// What the button says that was pressed.
pub(super) fn action(form: &Query) -> &str {
    form.get("action").unwrap_or_default()
}

/// What somebody is told whose form has a button that is not known.
pub(super) fn unknown_action(form: &Query) -> Fault {
    let message = format!("is none of the buttons of this page: {:?}", action(form));
    refused("action", message)
}

/// A member of a form that cannot be used.
pub(super) fn refused(member: &str, message: impl Into<String>) -> Fault {
    Fault::from(app::Error::from(Refusal::invalid(member, message)))
}

/// A name that a form sends.
pub(super) fn named(form: &Query, member: &str) -> Result<String> {
    let text = form.get(member).unwrap_or_default().trim();
    match name::fault(text) {
        Some(fault) => Err(refused(member, fault)),
        None => Ok(text.to_owned()),
    }
}

/// A text that may be left empty.
pub(super) fn optional(form: &Query, member: &str) -> Option<String> {
    let text = form.get(member).map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// Everything that was chosen under one name.
pub(super) fn chosen(form: &Query, member: &str) -> Vec<String> {
    form.iter()
        .filter(|(name, value)| name == member && !value.trim().is_empty())
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}
