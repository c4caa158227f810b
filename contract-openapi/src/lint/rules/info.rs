//! `info`, titles and descriptions.

use super::{Doc, Findings, truthy};

fn info_member(doc: &Doc<'_>, findings: &mut Findings<'_>, member: &str, message: &str) {
    match doc.at(&["info"]) {
        Some(info) => truthy(findings, &info, member, message),
        None => findings.at(&[], message),
    }
}

pub(in crate::lint) fn contact(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    info_member(doc, findings, "contact", "info must have a contact");
}

pub(in crate::lint) fn description(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    info_member(
        doc,
        findings,
        "description",
        "info must have a description that is not empty",
    );
}

pub(in crate::lint) fn license(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    info_member(doc, findings, "license", "info must have a license");
}

pub(in crate::lint) fn license_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    match doc.at(&["info", "license"]) {
        Some(license) => truthy(findings, &license, "url", "the license must have a url"),
        None => info_member(doc, findings, "license", "the license must have a url"),
    }
}

pub(in crate::lint) fn contact_properties(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if let Some(contact) = doc.at(&["info", "contact"]) {
        for member in ["name", "url", "email"] {
            truthy(
                findings,
                &contact,
                member,
                &format!("the contact must have {member}"),
            );
        }
    }
}

pub(in crate::lint) fn no_eval(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    no_text(doc, findings, "eval(");
}

pub(in crate::lint) fn no_script(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    no_text(doc, findings, "<script");
}

/// Reports titles and descriptions that contain a text.
fn no_text(doc: &Doc<'_>, findings: &mut Findings<'_>, forbidden: &str) {
    for spot in doc.everything() {
        let is_text = matches!(spot.name(), Some("title" | "description"));
        if is_text && spot.node.as_str().is_some_and(|text| text.contains(forbidden)) {
            findings.at(&spot.path, format!("the text must not contain `{forbidden}`"));
        }
    }
}
