//! Resolves a path in an example.

use std::borrow::Cow;

use crate::json::Value;

use super::Token;

/// Maximum number of values visited for one path. A path that needs more is assumed to exist.
const LOOKED_AT: usize = 1_000;

/// Returns the steps by which a path exists in the example; `None` if it does not exist.
///
/// The path's own steps are tried first, then other readings: names of several steps joined by dots (`@odata.context`),
/// and the path without a root or `body` prefix added by a writer.
///
/// The example specifies no elements below an empty object or array, so any path exists there.
pub(crate) fn lead<'t>(path: &'t [Token], example: &Value) -> Option<Cow<'t, [Token]>> {
    let mut look = Look { left: LOOKED_AT };
    if look.leads(path, example) {
        return Some(Cow::Borrowed(path));
    }
    let mut steps = look.rereads(path, example);
    if steps.is_none()
        && let Some((Token::Field(name), below)) = path.split_first()
        && name == "body"
        && !below.is_empty()
    {
        steps = look.rereads(below, example);
    }
    let mut steps = steps?;
    steps.reverse();
    Some(Cow::Owned(steps))
}

struct Look {
    left: usize,
}

impl Look {
    /// Returns whether one more value may be visited.
    fn goes_on(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn leads(&mut self, path: &[Token], value: &Value) -> bool {
        let Some((step, below)) = path.split_first() else {
            return true;
        };
        if !self.goes_on() || says_nothing_of(path, value) {
            return true;
        }
        find_below(step, value, |child| self.leads(below, child).then_some(())).is_some()
    }

    /// Returns the steps of another reading, last to first.
    fn rereads(&mut self, path: &[Token], value: &Value) -> Option<Vec<Token>> {
        let Some((step, below)) = path.split_first() else {
            return Some(Vec::new());
        };
        if says_nothing_of(path, value) {
            return Some(path.iter().rev().cloned().collect());
        }
        if !self.goes_on() {
            return None;
        }
        if let Some(mut steps) = find_below(step, value, |child| self.rereads(below, child)) {
            steps.push(step.clone());
            return Some(steps);
        }
        let (Token::Field(name), Value::Object(members)) = (step, value) else {
            return None;
        };
        let mut joined = name.clone();
        for (index, next) in below.iter().enumerate() {
            let Token::Field(next) = next else { break };
            if !self.goes_on() {
                return None;
            }
            joined.push('.');
            joined.push_str(next);
            if let Some(child) = members.get(&joined)
                && let Some(mut steps) = self.rereads(&below[index + 1..], child)
            {
                steps.push(Token::Field(joined));
                return Some(steps);
            }
        }
        if name == "$" && !below.is_empty() {
            return self.rereads(below, value);
        }
        None
    }
}

/// Returns whether the example cannot decide: any element of an empty object or array. Some libraries write `.*` below
/// a scalar for the elements of any array.
fn says_nothing_of(path: &[Token], value: &Value) -> bool {
    match (path, value) {
        ([Token::Index(_) | Token::Star | Token::StarIndex, ..], Value::Array(elements)) => {
            elements.is_empty()
        }
        ([Token::Star, ..], Value::Object(members)) => members.is_empty(),
        ([Token::Star], _) => true,
        _ => false,
    }
}

/// Returns the first result of `visit` for the values that a step leads to.
fn find_below<T>(step: &Token, value: &Value, mut visit: impl FnMut(&Value) -> Option<T>) -> Option<T> {
    match (step, value) {
        (Token::Field(name), Value::Object(members)) => visit(members.get(name)?),
        (Token::Index(index), Value::Object(members)) => visit(members.get(&index.to_string())?),
        // A rule for an element that the example does not have applies to more elements than it shows.
        (Token::Index(index), Value::Array(elements)) => {
            visit(elements.get(*index).or_else(|| elements.last())?)
        }
        (Token::Star, Value::Object(members)) => members.values().find_map(visit),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements.iter().find_map(visit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Path;
    use crate::json::json;

    fn led(path: &str, example: &Value) -> Option<String> {
        let path: Path = path.parse().unwrap();
        let steps = lead(path.tokens(), example)?;
        Some(Path::from_tokens(steps.into_owned()).to_string())
    }

    #[test]
    fn a_path_leads_to_what_the_example_has() {
        let example = json!({
            "@odata.context": {"a.b": [{"c": 1}]},
            "n": "x",
            "list": [1, 2],
            "none": [],
            "$": {"id": 1},
            "12": {"x": 1},
        });
        for (path, expected) in [
            ("$", Some("$")),
            ("$.n", Some("$.n")),
            ("$.m", None),
            ("$.n.m", None),
            ("$.@odata.context", Some("$['@odata.context']")),
            (
                "$.@odata.context.a.b[0].c",
                Some("$['@odata.context']['a.b'][0].c"),
            ),
            ("$.@odata.context.a.b[*].d", None),
            ("$.@odata.contex", None),
            ("$.list[7]", Some("$.list[7]")),
            ("$.list[*].*", Some("$.list[*].*")),
            ("$.list[*].x", None),
            ("$.none[*].x.y", Some("$.none[*].x.y")),
            ("$.$.id", Some("$['$'].id")),
            ("$.$.n", Some("$.n")),
            ("$.body.n", Some("$.n")),
            ("$[12].x", Some("$[12].x")),
            ("$.*.id", Some("$.*.id")),
            ("$.*.none", None),
        ] {
            assert_eq!(led(path, &example).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_path_that_would_take_long_is_taken_to_lead_somewhere() {
        let wide: Value = (0..400).map(|_| json!([[[{}], [{}]], [[{}], [{}]]])).collect();
        assert!(led("$[*][*][*][*].x", &wide).is_some());
        let long = "$".to_owned() + &".$".repeat(50_000) + ".x";
        assert_eq!(led(&long, &json!({"y": 1})), None);
    }
}
