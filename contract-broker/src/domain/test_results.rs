//! Finds the failed interactions in a result.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::verification_report::read;

/// Returns the names of the failed interactions in a result without duplicates: the descriptions of the contract's
/// interactions (by id), otherwise the verifier's names.
///
/// # Errors
/// The results are not JSON.
pub(crate) fn failing(
    test_results: &str,
    descriptions: &HashMap<String, String>,
) -> Result<Vec<String>, serde_json::Error> {
    let value: Value = serde_json::from_str(test_results)?;
    let mut known: HashSet<String> = HashSet::new();
    let names = read(&value)
        .into_iter()
        .filter(|tested| tested.success == Some(false))
        .filter_map(|tested| {
            let in_contract = tested.id.as_ref().and_then(|id| descriptions.get(id)).cloned();
            in_contract.or(tested.description)
        })
        .filter(|name| known.insert(name.clone()));
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let descriptions = HashMap::from([("1".to_owned(), "a request for x".to_owned())]);
        for (text, expected) in [
            (
                r#"[{"interactionId":"1","success":false},{"interactionId":"2","success":true}]"#,
                vec!["a request for x"],
            ),
            (r#"[{"interactionDescription":"y","success":false}]"#, vec!["y"]),
            (
                r#"[{"interactionId":"1","success":false},{"interactionDescription":"a request for x","success":false}]"#,
                vec!["a request for x"],
            ),
            (
                r#"{"tests":[{"testDescription":"z","status":"failed"},{"status":"passed"}]}"#,
                vec!["z"],
            ),
            // In the format of the result page.
            (
                r#"[{"interactionId":"1","mismatches":[{"description":"no"}]}]"#,
                vec!["a request for x"],
            ),
            (
                r#"{"examples":[{"full_description":"w","status":"failed"}]}"#,
                vec!["w"],
            ),
            ("{}", vec![]),
        ] {
            assert_eq!(failing(text, &descriptions).unwrap(), expected, "{text}");
        }
        assert!(failing("not json", &descriptions).is_err());
    }
}
