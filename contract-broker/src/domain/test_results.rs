//! What verifiers say about each interaction.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// The names of the interactions that failed in a result, each once: by description where it is given, else by the
/// descriptions of the contract's interactions (by id).
///
/// # Errors
/// The results are not JSON.
pub(crate) fn failing(
    test_results: &str,
    descriptions: &HashMap<String, String>,
) -> Result<Vec<String>, serde_json::Error> {
    let value: Value = serde_json::from_str(test_results)?;
    let list = value
        .as_array()
        .or_else(|| value.get("tests").and_then(Value::as_array));
    let mut known: HashSet<&str> = HashSet::new();
    let mut names: Vec<String> = Vec::new();
    for test in list.into_iter().flatten() {
        let failed = match (test.get("success"), test.get("status")) {
            (Some(Value::Bool(success)), _) => !success,
            (_, Some(Value::String(status))) => status == "failed",
            _ => false,
        };
        if !failed {
            continue;
        }
        let text = |key: &str| test.get(key).and_then(Value::as_str);
        let by_id = || descriptions.get(text("interactionId")?).map(String::as_str);
        let name = text("interactionDescription")
            .or_else(by_id)
            .or_else(|| text("testDescription"));
        if let Some(name) = name.filter(|name| known.insert(*name)) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
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
            ("{}", vec![]),
        ] {
            assert_eq!(failing(text, &descriptions).unwrap(), expected, "{text}");
        }
        assert!(failing("not json", &descriptions).is_err());
    }
}
