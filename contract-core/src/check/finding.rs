//! Findings in a contract, and their positions.

use super::lint::Lint;
use crate::contract::Contract;
use crate::contract::read::place::Step;
use crate::contract::read::text_position;

/// Something found in a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The lint that found it.
    pub lint: Lint,
    /// The index of the interaction in [`Contract::interactions`]; `None` if it is about all of them.
    pub interaction: Option<usize>,
    /// A message, as a lower-case fragment.
    pub message: String,
    /// The steps from the interaction to the place.
    pub(super) steps: Vec<Step>,
}

/// A position in the text of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Finding {
    /// Returns the position of the finding in the text that the contract was read from: the most precise known place,
    /// at least the interaction.
    pub fn position(&self, contract: &Contract, text: &str) -> Position {
        let mut steps = Vec::new();
        if let Some(number) = self.interaction {
            // Version 3 keeps messages in a separate list, after the interactions.
            let messages = contract
                .interactions
                .iter()
                .take(number)
                .filter(|interaction| interaction.as_http().is_none())
                .count();
            let interactions = number.saturating_sub(messages);
            let meant = contract.interactions.get(number);
            let is_http = meant.is_some_and(|interaction| interaction.as_http().is_some());
            let has_messages =
                text_position(text, &[Step::Member("messages".to_owned())]) != text_position(text, &[]);
            let (list, index) = match (has_messages, is_http) {
                (true, false) => ("messages", messages),
                (true, true) => ("interactions", interactions),
                (false, _) => ("interactions", number),
            };
            steps.extend([Step::Member(list.to_owned()), Step::Element(index)]);
            steps.extend(self.steps.iter().cloned());
        }
        let (line, column) = text_position(text, &steps);
        Position { line, column }
    }
}
