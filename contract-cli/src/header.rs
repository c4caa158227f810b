//! Header fields of the command line.

/// Parses `Name: value`.
pub(crate) fn field(text: &str) -> Result<(String, String), String> {
    checked(text.split_once(':'))
}

/// Parses `Name: value`, or `Name=value` as Pact's verifier takes it.
pub(crate) fn field_or_pair(text: &str) -> Result<(String, String), String> {
    checked(text.split_once([':', '=']))
}

fn checked(field: Option<(&str, &str)>) -> Result<(String, String), String> {
    let (name, value) = field.ok_or("write it as 'Name: value'")?;
    let (name, value) = (name_of(name.trim())?, value.trim());
    if value.contains(|c: char| c.is_control() && c != '\t') {
        return Err("its value has characters that HTTP forbids".to_owned());
    }
    Ok((name, value.to_owned()))
}

/// Parses the name of a header field (RFC 9110, section 5.6.2).
pub(crate) fn name_of(text: &str) -> Result<String, String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_token) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not the name of a header field"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_name_and_a_value_that_can_be_sent() {
        let parsed = field("X-Name:  Zoë: 1 ").unwrap();
        assert_eq!(parsed, ("X-Name".to_owned(), "Zoë: 1".to_owned()));
        assert_eq!(
            field_or_pair("X=a:b").unwrap(),
            ("X".to_owned(), "a:b".to_owned())
        );
        for wrong in [
            "no field",
            ": value",
            "two words: x",
            "ü: x",
            "X: a\nb",
            "X: \u{1b}",
        ] {
            assert!(field(wrong).is_err(), "{wrong:?}");
        }
    }
}
