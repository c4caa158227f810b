//! Converts exchanges to interactions.

use std::collections::HashMap;

use super::draft::Draft;
use super::finding::Notes;
use super::options::{Options, Patterns};
use super::redact::redact;
use super::suggest::suggest;
use crate::contract::{HttpInteraction, Interaction, InteractionKind, ProviderState};

/// Converts exchanges to interactions, each with the name of its file, in their order.
///
/// Equal exchanges become one interaction. Equal requests with different responses need different provider
/// states: the second and later ones get a numbered state, which is reported.
pub(crate) fn interactions(
    mut drafts: Vec<(Draft, String)>,
    options: &Options,
    notes: &mut Notes,
) -> Vec<Interaction> {
    // Rules that stand for secrets are not the file's own.
    let with_rules: Vec<bool> = drafts
        .iter()
        .map(|(draft, _)| !draft.response.rules.is_empty())
        .collect();
    redact(&mut drafts, options, notes);
    let mut named = Named::default();
    for ((mut draft, file), has_rules) in drafts.into_iter().zip(with_rules) {
        notes.file = file;
        if options.patterns == Patterns::Suggest && !has_rules {
            suggest(&mut draft, notes);
        }
        named.take(draft, notes);
    }
    named.interactions
}

#[derive(Default)]
struct Named {
    interactions: Vec<Interaction>,
    /// The indexes of the interactions with the same name, given by their author or derived from the request.
    by_name: HashMap<String, Vec<usize>>,
}

impl Named {
    fn take(&mut self, draft: Draft, notes: &mut Notes) {
        let name = match &draft.name {
            Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => draft.what_is_asked(),
        };
        let same_name = self.by_name.entry(name.clone()).or_default();
        let (mut requests, mut is_asked_again) = (0, 0);
        for &index in &*same_name {
            let Some(earlier) = self.interactions[index].as_http() else {
                continue;
            };
            if earlier.request == draft.request {
                let of_states = &self.interactions[index].provider_states;
                if earlier.response == draft.response && of_states.starts_with(&draft.states) {
                    return;
                }
                if of_states.starts_with(&draft.states) {
                    is_asked_again += 1;
                }
            } else {
                requests += 1;
            }
        }
        let mut states = draft.states;
        let mut description = name.clone();
        if is_asked_again > 0 {
            let number = is_asked_again + 1;
            states.push(ProviderState::new(format!("{name}: answer {number}")));
            notes.lost(
                draft.place,
                format!(
                    "the same request is answered in another way: it got the provider state \"{name}: answer {number}\"; give it a name that the provider knows"
                ),
            );
        } else if requests > 0 {
            description = format!("{name} ({})", same_name.len() + 1);
        }
        same_name.push(self.interactions.len());
        let http = HttpInteraction {
            request: draft.request,
            response: draft.response,
        };
        let mut interaction = Interaction::new(description, InteractionKind::Http(Box::new(http)));
        interaction.provider_states = states;
        interaction.pending = draft.is_assumed;
        self.interactions.push(interaction);
    }
}
