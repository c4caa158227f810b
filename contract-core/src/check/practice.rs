//! Lints for contracts that work, but that their author may regret.

use std::collections::HashMap;

use super::finding::Finding;
use super::lint::Lint;
use super::part::{Part, parts};
use crate::contract::read::place::Step;
use crate::contract::{Contract, Data, Interaction, Usage};
use crate::json::Value;

/// Number of body values from which a rule is recommended.
const MANY_VALUES: usize = 8;
/// Number of HTTP interactions from which an error case is recommended.
const SEVERAL: usize = 3;

/// Finds a response with many values and no rule. Any change of a value by the provider breaks the consumer.
pub(super) fn exact_body(interaction: &Interaction) -> Option<Finding> {
    let parts = parts(interaction);
    let response: &Part<'_> = parts.iter().find(|part| part.name == "response")?;
    let Data::Json(example) = &response.body.content()?.data else {
        return None;
    };
    let values = count(example);
    (response.rules.body.is_empty() && values >= MANY_VALUES).then(|| {
        let text = format!(
            "the response's body has {values} values and no matching rule: the provider has to respond with \
             exactly these; say which of them may differ"
        );
        response.finding(Lint::EXACT_BODY, &["body"], text)
    })
}

/// Finds fields that no test needs, where tests were run with `minimize`.
pub(super) fn unneeded_fields(interaction: &Interaction) -> Option<Finding> {
    let usage = Usage::of(interaction)?;
    let fields = usage.unneeded_fields();
    let them = if fields.len() == 1 { "it" } else { "them" };
    (!fields.is_empty()).then(|| Finding {
        lint: Lint::UNNEEDED_FIELD,
        interaction: None,
        message: format!(
            "the consumer's tests pass without {}: leave {them} out of the pattern, or test what the consumer does with {them}",
            fields.join(", ")
        ),
        steps: ["comments", "usage"].map(|name| Step::Member(name.to_owned())).to_vec(),
    })
}

/// Counts texts, numbers and booleans in a value.
fn count(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(count).sum(),
        Value::Array(elements) => elements.iter().map(count).sum(),
        Value::Null => 0,
        _ => 1,
    }
}

/// Finds a contract with several HTTP interactions of which none expects an error.
pub(super) fn no_error_case(contract: &Contract) -> Option<Finding> {
    let http: Vec<_> = contract
        .interactions
        .iter()
        .filter_map(Interaction::as_http)
        .collect();
    let is_error = |status: Option<u16>| status.is_some_and(|status| status >= 400);
    let has_error = http
        .iter()
        .any(|one| is_error(one.response.example_status()) || one.response.rules.status.is_some());
    (http.len() >= SEVERAL && !has_error).then(|| Finding {
        lint: Lint::NO_ERROR_CASE,
        interaction: None,
        message: format!(
            "none of the {} interactions expects an error: test what the consumer does with a 404 or a 500",
            http.len()
        ),
        steps: Vec::new(),
    })
}

/// Finds interactions with the description and provider states of an earlier one but different content.
pub(super) fn same_descriptions(contract: &Contract) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut namesakes: HashMap<&str, Vec<&Interaction>> = HashMap::new();
    for (number, interaction) in contract.interactions.iter().enumerate() {
        let earlier = namesakes.entry(&interaction.description).or_default();
        let contradicts = earlier
            .iter()
            .any(|earlier| earlier.same_identity(interaction) && earlier.kind != interaction.kind);
        earlier.push(interaction);
        if contradicts {
            found.push(Finding {
                lint: Lint::SAME_DESCRIPTION,
                interaction: Some(number),
                message:
                    "an earlier interaction with this description and these provider states has different \
                          content: give one of them another description"
                        .to_owned(),
                steps: Vec::new(),
            });
        }
    }
    found
}
