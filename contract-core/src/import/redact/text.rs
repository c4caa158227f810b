//! Secrets in text of any kind: known by their own form, or by a name beside them.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::REDACTED;
use super::names::{is_secret_member, is_secret_parameter};
use super::regex;
use crate::import::Options;

/// Secrets by the format of the value: JSON Web Tokens, credentials with a scheme, keys of cloud services and
/// code hosts, private keys.
static SECRET_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
        r"|(?i:\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,})",
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"|\bgh[pousr]_[A-Za-z0-9]{10,}|\bgithub_pat_[A-Za-z0-9_]{10,}",
        r"|\bxox[abprs]-[A-Za-z0-9-]{8,}",
        r"|\b[sr]k_live_[A-Za-z0-9]{8,}",
        r"|\bAIza[A-Za-z0-9_-]{20,}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    ))
});

/// Credentials of a URL: `https://user:password@host`.
static USER_INFO: LazyLock<Regex> = LazyLock::new(|| regex(r"://[^/\s:@]+:[^/\s@]+@"));

/// A form of text in which a value stands beside its name: groups `name` and `value`.
struct Form {
    expression: Regex,
    is_secret: fn(&str) -> bool,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let members: fn(&str) -> bool = is_secret_member;
    let parameters: fn(&str) -> bool = is_secret_parameter;
    let forms = [
        // A member of JSON that is part of other text or cut off, or an argument of GraphQL: `"password": "…"`, `pin: 1234`.
        (
            r#""?(?<name>[A-Za-z0-9_.-]{1,64})"?\s*:\s*"(?<value>(?:[^"\\]|\\.)+)"#,
            members,
        ),
        (
            r#""?(?<name>[A-Za-z0-9_.-]{1,64})"?\s*:\s*(?<value>-?[0-9][0-9.eE+-]*)"#,
            members,
        ),
        // A parameter of a URL: `?token=…`, `#access_token=…`, `;sessionid=…`.
        (
            r#"[?&#;](?<name>[A-Za-z0-9_.\[\]-]{1,64})=(?<value>[^&#;\s"'<>\\]+)"#,
            parameters,
        ),
        // An element and an attribute of XML or HTML.
        (
            r"<(?:[A-Za-z0-9_.-]+:)?(?<name>[A-Za-z0-9_.-]{1,64})(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?(?<value>[^<\s][^<]*?)\s*(?:\]\]>\s*)?</",
            members,
        ),
        (
            r#"\s(?:[A-Za-z0-9_.-]+:)?(?<name>[A-Za-z0-9_.-]{1,64})\s*=\s*"(?<value>[^"<]+)""#,
            members,
        ),
        (
            r"\s(?:[A-Za-z0-9_.-]+:)?(?<name>[A-Za-z0-9_.-]{1,64})\s*=\s*'(?<value>[^'<]+)'",
            members,
        ),
        // A field of a page.
        (
            r#"\sname="(?<name>[A-Za-z0-9_.-]{1,64})"[^<>]*?\svalue="(?<value>[^"<]+)""#,
            members,
        ),
        // A part of a multipart body.
        (
            r#"(?i)content-disposition:[^\r\n]*?;\s*name="?(?<name>[^";\r\n]{1,64})"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(?<value>(?s:.+?))\r?\n--"#,
            parameters,
        ),
    ];
    forms
        .into_iter()
        .map(|(expression, is_secret)| Form {
            expression: regex(expression),
            is_secret,
        })
        .collect()
});

/// What is between each name and its value.
const BETWEEN: [char; 3] = ['=', ':', '<'];

/// Returns the text without secrets that are known by their form.
pub(super) fn without_secrets(text: &str, options: &Options) -> String {
    let shown = SECRET_VALUE.replace_all(text, |found: &Captures<'_>| {
        match found[0].split_once(char::is_whitespace) {
            Some((scheme, _)) if !scheme.starts_with('-') => format!("{scheme} {REDACTED}"),
            _ => REDACTED.to_owned(),
        }
    });
    let mut shown = USER_INFO.replace_all(&shown, "://").into_owned();
    if !shown.contains(BETWEEN) {
        return shown;
    }
    for form in &*FORMS {
        shown = form.without_secrets(&shown, options);
    }
    shown
}

impl Form {
    fn without_secrets(&self, text: &str, options: &Options) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut copied = 0;
        for found in self.expression.captures_iter(text) {
            let (Some(name), Some(value)) = (found.name("name"), found.name("value")) else {
                continue;
            };
            if !(self.is_secret)(name.as_str()) || options.keeps(name.as_str()) {
                continue;
            }
            let is_number = value.as_str().parse::<f64>().is_ok() && !text[..value.start()].ends_with('"');
            shown.push_str(&text[copied..value.start()]);
            shown.push_str(if is_number { "0" } else { REDACTED });
            copied = value.end();
        }
        shown.push_str(&text[copied..]);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_beside_the_name_of_a_secret_is_replaced() {
        let table = [
            (r#"{"password":"s\"1"}"#, r#"{"password":"redacted"}"#),
            (
                r#"{"a": [{"client_secret": "s1"#,
                r#"{"a": [{"client_secret": "redacted"#,
            ),
            (r#"{"pin": 1234, "id": 5}"#, r#"{"pin": 0, "id": 5}"#),
            (
                "https://a.test/cb?token=s1&page=2#access_token=s2",
                "https://a.test/cb?token=redacted&page=2#access_token=redacted",
            ),
            (
                "<a><x:Password kind='b'>s 1</x:Password><name>n</name></a>",
                "<a><x:Password kind='b'>redacted</x:Password><name>n</name></a>",
            ),
            (
                "<token><![CDATA[s1]]></token>",
                "<token><![CDATA[redacted]]></token>",
            ),
            (
                "<login password=\"s1\" token='s2' user=\"ada\"/>",
                "<login password=\"redacted\" token='redacted' user=\"ada\"/>",
            ),
            (
                "--b\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Type: text/plain\r\n\r\ns1\r\n--b\r\n\
                 Content-Disposition: form-data; name=\"user\"\r\n\r\nada\r\n--b--\r\n",
                "--b\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Type: text/plain\r\n\r\nredacted\r\n--b\r\n\
                 Content-Disposition: form-data; name=\"user\"\r\n\r\nada\r\n--b--\r\n",
            ),
            (
                r#"{ user(token: "s1", first: 5) { name } }"#,
                r#"{ user(token: "redacted", first: 5) { name } }"#,
            ),
            (
                r#"<input type="hidden" name="csrf_token" id="x" value="s1"><input name="q" value="tea">"#,
                r#"<input type="hidden" name="csrf_token" id="x" value="redacted"><input name="q" value="tea">"#,
            ),
            ("the password is in the vault", "the password is in the vault"),
            (
                r#"{"tokens": 5, "keyboard": "qwerty"}"#,
                r#"{"tokens": 5, "keyboard": "qwerty"}"#,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(without_secrets(text, &Options::default()), expected);
        }
    }

    #[test]
    fn a_name_that_is_kept_keeps_its_value() {
        let options = Options {
            keep: vec!["pin".to_owned()],
            ..Options::default()
        };
        let text = r#"see {"pin": "12", "token": "s1"}"#;
        assert_eq!(
            without_secrets(text, &options),
            r#"see {"pin": "12", "token": "redacted"}"#
        );
    }
}
