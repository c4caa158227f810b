//! Whether a document has the structure of its version of OpenAPI: which members objects have, and what they hold.
//!
//! `members.tsv` says it as data, in our own words; the official meta-schemas are what it is measured against (ADR 18).
//! Schemas of OpenAPI 3.1 are judged by the meta-schema of JSON Schema 2020-12.

mod shape;
mod table;
mod walk;

use self::walk::Walk;
use crate::lint::document::Doc;
use crate::lint::group::Findings;

pub(in crate::lint) fn v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        Walk::new(doc, findings).document();
    }
}

pub(in crate::lint) fn v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        Walk::new(doc, findings).document();
    }
}
