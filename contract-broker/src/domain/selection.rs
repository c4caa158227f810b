//! The selection of a fetch for verification, passed through the contract's URL to the published result. Clients treat
//! the token as opaque.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Serialize};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The token's content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Selection {
    /// The selected consumer version numbers.
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) consumer_versions: Vec<String>,
    /// The selectors that matched, as text.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) selectors: Vec<String>,
    /// The content was pending for the requesting provider.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pending: bool,
    /// The content was included as work in progress.
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) wip: bool,
}

impl Selection {
    pub(crate) fn encode(&self) -> String {
        // A struct of strings and booleans always serialises.
        LENIENT.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Decodes a token; an invalid one selects nothing.
    pub(crate) fn decode(token: &str) -> Self {
        let token = token.replace('+', "-").replace('/', "_");
        LENIENT
            .decode(token)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_and_garbage_selects_nothing() {
        let selection = Selection {
            consumer_versions: vec!["1".into(), "é/ü".into()],
            selectors: vec!["latest from main branch".into()],
            pending: true,
            wip: false,
        };
        assert_eq!(Selection::decode(&selection.encode()), selection);
        assert_eq!(Selection::decode("c1tdW2x"), Selection::default());
        assert_eq!(Selection::decode("***"), Selection::default());
    }
}
