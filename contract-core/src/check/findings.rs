//! Collects all findings in a contract.

use super::faults::faults;
use super::finding::Finding;
use super::practice::{exact_body, no_error_case, same_descriptions, unneeded_fields};
use super::unused::unused;
use crate::contract::Contract;

impl Contract {
    /// Returns everything found in the contract, in the order of its interactions: what is broken, what checks nothing,
    /// and what its author may regret. Each finding names its [`Lint`](crate::check::Lint).
    ///
    /// ```
    /// use contract_core::check::Level;
    /// use contract_core::contract::Contract;
    ///
    /// let text = r#"{"interactions": [{"description": "a user", "request": {}, "response": {
    ///   "status": 200, "body": {"id": 1}, "matchingRules": {"$.body.name": {"match": "type"}}}}],
    ///   "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#;
    /// let contract = Contract::read_str(text, "web-api.json")?;
    /// let findings = contract.findings();
    /// assert_eq!(findings[0].lint.id, "unused-rule");
    /// assert_eq!(findings[0].lint.level, Level::Warning);
    /// assert_eq!(findings[0].position(&contract, text).line, 2);
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = same_descriptions(self);
        for (number, interaction) in self.interactions.iter().enumerate() {
            let faults = faults(self, interaction).into_iter().map(|fault| fault.finding);
            let of_interaction = faults
                .chain(unused(interaction))
                .chain(exact_body(interaction))
                .chain(unneeded_fields(interaction));
            found.extend(of_interaction.map(|finding| Finding {
                interaction: Some(number),
                ..finding
            }));
        }
        found.sort_by_key(|finding| finding.interaction);
        found.extend(no_error_case(self));
        found
    }
}
