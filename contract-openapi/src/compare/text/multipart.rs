//! Fields of a multipart form (RFC 7578).

use crate::document::{Node, Object, Value};

/// Returns the fields of a form by the boundary in its content type; `None` if it has none.
pub(in crate::compare) fn multipart_fields(body: &str, content_type: &str) -> Option<Object> {
    let (_, boundary) = content_type.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    if boundary.is_empty() {
        return None;
    }
    let mut fields = Object::default();
    for part in body.split(&format!("--{boundary}")).skip(1) {
        if part.starts_with("--") {
            break;
        }
        let part = part.trim_start_matches(['\r', '\n']);
        let Some((head, content)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else {
            continue;
        };
        let Some(name) = field_name(head) else { continue };
        let content = content.strip_suffix('\n').unwrap_or(content);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let value = Node::from(content);
        match fields.get_mut(name) {
            Some(present) => add(present, value),
            None => fields.insert(name, value),
        }
    }
    Some(fields)
}

/// Adds a further value of a field, which is a list then.
fn add(present: &mut Node, value: Node) {
    match &mut present.value {
        Value::Array(values) => values.push(value),
        _ => *present = vec![std::mem::take(present), value].into(),
    }
}

/// Returns the name in `Content-Disposition: form-data; name="…"`.
fn field_name(head: &str) -> Option<&str> {
    let line = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let start = line.find("; name=").or_else(|| line.find(";name="))?;
    let (_, name) = line[start..].split_once('=')?;
    match name.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => name.split(';').next().map(str::trim),
    }
}

#[cfg(test)]
mod tests {
    use super::multipart_fields;
    use crate::document::Node;

    #[test]
    fn fields_are_read() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"b\"; filename=\"c.txt\"\r\n\r\ntext\r\n--x--\r\n";
        let fields = multipart_fields(body, "multipart/form-data; boundary=x").unwrap();
        assert_eq!(
            Node::from(fields).to_json().to_string(),
            r#"{"a":"1","b":"text"}"#
        );
        assert!(multipart_fields(body, "multipart/form-data").is_none());
    }
}
