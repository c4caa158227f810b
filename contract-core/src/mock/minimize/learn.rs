//! Learns what a test needs, and reports it.

use super::change::{Change, Place, To};
use super::field::{Field, OtherValue, fields};
use super::report::{self, Learnt};
use super::rerun::TestProcess;
use super::search::{Rerun, Search};
use crate::Error;
use crate::contract::{FieldUsage, Interaction, Need, TestUsage, Usage};
use crate::mock::record::Recorder;
use crate::report::Style;

/// Runs the test of this thread again with changed answers, writes what was learnt into the interactions' comments, and reports
/// on standard error what the contract need not say. The interactions are otherwise left as they are.
///
/// # Errors
///
/// `Invalid` if what was learnt cannot be written as JSON. That the test cannot be run again is no error; it is reported.
pub(in crate::mock) fn learn(recorder: &Recorder, interactions: &mut [Interaction]) -> Result<(), Error> {
    let found = fields(interactions);
    if found.is_empty() {
        return Ok(());
    }
    let mut process = match TestProcess::of_this_thread(recorder, interactions)
        .and_then(|mut process| process.is_repeatable().map(|()| process))
    {
        Ok(process) => process,
        Err(why) => {
            report::tell(&report::not_learnt(recorder, &why));
            return Ok(());
        }
    };
    let (needs, given_up) = needs(&mut process, &found, interactions.len());
    for (number, interaction) in interactions.iter_mut().enumerate() {
        let test = interaction.test_name().unwrap_or_default().to_owned();
        let usage = usage(number, &found, &needs);
        if usage != TestUsage::default() {
            Usage::of_test(&test, usage).write_into(interaction)?;
        }
    }
    report::tell(&report::learnt(
        recorder,
        interactions,
        &Learnt {
            fields: &found,
            needs: &needs.fields,
            runs: process.runs,
            elapsed: process.elapsed(),
            given_up,
        },
        Style::detect(),
    ));
    Ok(())
}

/// What was learnt about fields and interactions, each by its number.
pub(super) struct Needs {
    /// `None` of a field that was not tried.
    pub(super) fields: Vec<Option<FieldUsage>>,
    unknown_fields_tolerated: Vec<Option<bool>>,
}

/// Returns what the test needs, and why not everything was tried.
pub(super) fn needs(
    rerun: &mut impl Rerun,
    fields: &[Field],
    interactions: usize,
) -> (Needs, Option<String>) {
    let mut search = Search::new(rerun);
    let absent = unneeded(&mut search, fields);
    let null = tolerated(&mut search, fields, To::Null, |field| {
        !field.is_null && field.is_in_body()
    });
    let other = tolerated(&mut search, fields, To::Other, |field| {
        field.other != OtherValue::NotTried
    });
    let unknown: Vec<Change> = (0..interactions)
        .filter(|number| {
            fields
                .iter()
                .any(|field| field.interaction == *number && field.is_in_body())
        })
        .map(with_unknown_member)
        .collect();
    let with_unknown = search.accepted(&[], &unknown);

    let outcome = |search: &Search<'_, _>, accepted: &[Change], change: &Change| {
        if accepted.contains(change) {
            Some(true)
        } else {
            search.refuses(change).then_some(false)
        }
    };
    let of_field = |field: &Field| {
        let nulls = outcome(&search, &null, &field.change(To::Null));
        let others = outcome(&search, &other, &field.change(To::Other));
        let need = if is_without(fields, &absent, field) {
            if nulls == Some(false) || others == Some(false) {
                Need::Tolerated
            } else {
                Need::Ignored
            }
        } else if search.refuses(&field.change(To::Absent)) {
            Need::Required
        } else {
            return None;
        };
        let mut usage = FieldUsage::new(need);
        usage.null_tolerated = nulls;
        match field.other {
            OtherValue::Allowed => usage.other_value_tolerated = others,
            OtherValue::Unlisted => usage.unknown_values_tolerated = others,
            OtherValue::NotTried => {}
        }
        Some(usage)
    };
    let needs = Needs {
        fields: fields.iter().map(of_field).collect(),
        unknown_fields_tolerated: (0..interactions)
            .map(|number| outcome(&search, &with_unknown, &with_unknown_member(number)))
            .collect(),
    };
    (needs, search.given_up())
}

/// Returns what can be left out, all of it together. What is in a field that can go is not tried.
fn unneeded<R: Rerun>(search: &mut Search<'_, R>, fields: &[Field]) -> Vec<Change> {
    let mut absent: Vec<Change> = Vec::new();
    for depth in 0..=deepest(fields) {
        let candidates: Vec<Change> = fields
            .iter()
            .filter(|field| field.depth == depth)
            .filter(|field| {
                field
                    .parent
                    .is_none_or(|parent| !is_without(fields, &absent, &fields[parent]))
            })
            .map(|field| field.change(To::Absent))
            .collect();
        let more = search.accepted(&absent, &candidates);
        absent.extend(more);
    }
    absent
}

/// Returns the fields that can be changed in this way. Containers are tried one level after the other, since a change of one
/// hides what is in it.
fn tolerated<R: Rerun>(
    search: &mut Search<'_, R>,
    fields: &[Field],
    to: To,
    is_tried: impl Fn(&Field) -> bool,
) -> Vec<Change> {
    let mut group = |is_in: &dyn Fn(&Field) -> bool| {
        let candidates: Vec<Change> = fields
            .iter()
            .filter(|field| is_tried(field) && is_in(field))
            .map(|field| field.change(to))
            .collect();
        search.accepted(&[], &candidates)
    };
    let mut accepted = group(&|field| !field.is_container);
    for depth in 0..=deepest(fields) {
        accepted.extend(group(&|field| field.is_container && field.depth == depth));
    }
    accepted
}

fn deepest(fields: &[Field]) -> usize {
    fields.iter().map(|field| field.depth).max().unwrap_or_default()
}

/// Returns whether the field, or one that contains it, is left out.
fn is_without(fields: &[Field], absent: &[Change], field: &Field) -> bool {
    let mut at = Some(field);
    while let Some(field) = at {
        if absent.contains(&field.change(To::Absent)) {
            return true;
        }
        at = field.parent.map(|parent| &fields[parent]);
    }
    false
}

fn with_unknown_member(interaction: usize) -> Change {
    Change {
        interaction,
        place: Place::Body("$".to_owned()),
        to: To::WithUnknownMember,
    }
}

fn usage(interaction: usize, fields: &[Field], needs: &Needs) -> TestUsage {
    let mut usage = TestUsage::default();
    if let Some(tolerated) = needs.unknown_fields_tolerated[interaction] {
        let mut whole = FieldUsage::new(Need::Required);
        whole.unknown_fields_tolerated = Some(tolerated);
        usage.body.insert("$".to_owned(), whole);
    }
    for (field, need) in fields.iter().zip(&needs.fields) {
        let Some(need) = need.clone().filter(|_| field.interaction == interaction) else {
            continue;
        };
        match &field.place {
            Place::Body(path) => usage.body.insert(path.clone(), need),
            Place::Header(name) => usage.headers.insert(name.clone(), need),
        };
    }
    usage
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::search::tests::Fails;
    use super::*;
    use crate::prelude::*;

    fn interaction() -> Interaction {
        Interaction::http("a user")
            .request(Request::get("/users/1"))
            .response(Response::ok().json(json_like!({
                "id": 1,
                "name": "Ada",
                "nick": "ada",
                "address": { "city": "London", "street": { "name": "x", "number": 3 } },
            })))
            .into()
    }

    fn learnt(fails_with: &[(&str, To)], most: usize) -> (String, usize, Option<String>) {
        let found = fields(&[interaction()]);
        let with: BTreeSet<Change> = fails_with
            .iter()
            .map(|(path, to)| Change {
                interaction: 0,
                place: Place::Body((*path).to_owned()),
                to: *to,
            })
            .collect();
        let mut test = Fails { with, runs: 0, most };
        let (needs, given_up) = needs(&mut test, &found, 1);
        let text: Vec<String> = usage(0, &found, &needs)
            .body
            .into_iter()
            .map(|(path, field)| {
                format!(
                    "{path} {:?} null {:?} other {:?} unknown {:?}",
                    field.need,
                    field.null_tolerated,
                    field.other_value_tolerated,
                    field.unknown_fields_tolerated
                )
            })
            .collect();
        (text.join("\n"), test.runs, given_up)
    }

    #[test]
    fn fields_are_required_tolerated_or_ignored() {
        let (text, _, given_up) = learnt(
            &[
                ("$.name", To::Absent),
                ("$.name", To::Null),
                ("$.name", To::Other),
                ("$.nick", To::Null),
                ("$.address", To::Absent),
                ("$.address", To::Null),
                ("$.address.city", To::Absent),
            ],
            usize::MAX,
        );
        assert_eq!(given_up, None);
        assert_eq!(
            text,
            "$ Required null None other None unknown Some(true)\n\
             $.address Required null Some(false) other None unknown None\n\
             $.address.city Required null Some(true) other Some(true) unknown None\n\
             $.address.street Ignored null Some(true) other None unknown None\n\
             $.address.street.name Ignored null Some(true) other Some(true) unknown None\n\
             $.address.street.number Ignored null Some(true) other Some(true) unknown None\n\
             $.id Ignored null Some(true) other Some(true) unknown None\n\
             $.name Required null Some(false) other Some(false) unknown None\n\
             $.nick Tolerated null Some(false) other Some(true) unknown None"
        );
    }

    #[test]
    fn a_test_that_needs_nothing_takes_six_runs() {
        // Left out; null: values, then containers of two levels; other values; unknown members.
        assert_eq!(learnt(&[], usize::MAX).1, 6);
    }

    #[test]
    fn nothing_is_said_of_what_was_not_tried() {
        let (text, runs, given_up) = learnt(&[("$.name", To::Absent)], 1);
        assert_eq!((text.as_str(), runs), ("", 1));
        assert_eq!(given_up.as_deref(), Some("enough"));
    }
}
