//! What verifiers say about each interaction.

use serde_json::Value;

/// The names of the interactions that failed in a result: by description where it is given, else by the descriptions
/// of the contract's interactions (id and description).
pub(crate) fn failing(test_results: &str, descriptions: &[(String, String)]) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(test_results) else {
        return Vec::new();
    };
    let list = value
        .as_array()
        .or_else(|| value.get("tests").and_then(Value::as_array));
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
        let text = |key: &str| test.get(key).and_then(Value::as_str).map(str::to_owned);
        let by_id = || {
            let id = test.get("interactionId").and_then(Value::as_str)?;
            descriptions
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, description)| description.clone())
        };
        let name = text("interactionDescription")
            .or_else(by_id)
            .or_else(|| text("testDescription"));
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let descriptions = [("1".to_owned(), "a request for x".to_owned())];
        for (text, expected) in [
            (
                r#"[{"interactionId":"1","success":false},{"interactionId":"2","success":true}]"#,
                vec!["a request for x"],
            ),
            (r#"[{"interactionDescription":"y","success":false}]"#, vec!["y"]),
            (
                r#"{"tests":[{"testDescription":"z","status":"failed"},{"status":"passed"}]}"#,
                vec!["z"],
            ),
            ("{}", vec![]),
            ("not json", vec![]),
        ] {
            assert_eq!(failing(text, &descriptions), expected, "{text}");
        }
    }
}
