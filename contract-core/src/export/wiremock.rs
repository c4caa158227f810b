//! Stub mappings of WireMock. Rules of requests become matchers; responses are the examples.

use super::form::Exchange;
use crate::contract::{
    Body, Combine, Content, ContentType, Data, Headers, Matcher, MatchingRules, Path, Request, RuleList,
    Token,
};
use crate::import::Notes;
use crate::json::{self, Map, Value, object};

pub(super) fn write(exchanges: &[Exchange<'_>], notes: &mut Notes) -> String {
    let mappings: Vec<Value> = exchanges
        .iter()
        .map(|exchange| mapping(*exchange, notes))
        .collect();
    json::pretty(&object([("mappings", mappings.into())]))
}

fn mapping(exchange: Exchange<'_>, notes: &mut Notes) -> Value {
    let interaction = exchange.interaction;
    let mut writer = Writer {
        place: &interaction.description,
        notes,
    };
    let mut stub = Map::new();
    stub.insert("name".to_owned(), interaction.description.as_str().into());
    if !interaction.provider_states.is_empty() {
        let states: Vec<Value> = interaction
            .provider_states
            .iter()
            .map(|state| {
                let params = (!state.params.is_empty()).then(|| Value::Object(state.params.clone()));
                let mut members = Map::new();
                members.insert("name".to_owned(), state.name.as_str().into());
                members.extend(params.map(|params| ("params".to_owned(), params)));
                Value::Object(members)
            })
            .collect();
        stub.insert("metadata".to_owned(), object([("providerStates", states.into())]));
    }
    stub.insert("request".to_owned(), writer.request(&exchange.http.request));
    stub.insert("response".to_owned(), writer.response(exchange));
    Value::Object(stub)
}

struct Writer<'a> {
    place: &'a str,
    notes: &'a mut Notes,
}

impl Writer<'_> {
    fn lost(&mut self, what: &str) {
        self.notes.lost(self.place, what);
    }

    fn request(&mut self, asked: &Request) -> Value {
        let mut request = Map::new();
        request.insert("method".to_owned(), asked.method.as_str().into());
        if let Some(expression) = asked.rules.path.as_ref().and_then(only_regex) {
            request.insert("urlPathPattern".to_owned(), expression.into());
        } else {
            if asked.rules.path.is_some() {
                self.lost("the rule of the path: the stub answers the example only");
            }
            request.insert("urlPath".to_owned(), asked.path.as_str().into());
        }
        let query: Map = asked
            .query
            .iter()
            .map(|(name, values)| {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| value.clone().unwrap_or_default())
                    .collect();
                (
                    name.to_owned(),
                    self.matcher(asked.rules.query.get(name), &values),
                )
            })
            .collect();
        insert_unless_empty(&mut request, "queryParameters", query);
        let headers: Map = asked
            .headers
            .iter()
            .map(|(name, values)| {
                let rules = header_rules(&asked.rules, name);
                (name.to_owned(), self.matcher(rules, values))
            })
            .collect();
        insert_unless_empty(&mut request, "headers", headers);
        let patterns = self.body_patterns(asked);
        if !patterns.is_empty() {
            request.insert("bodyPatterns".to_owned(), patterns.into());
        }
        Value::Object(request)
    }

    /// Returns the matcher for the values of a parameter or header.
    fn matcher(&mut self, rules: Option<&RuleList>, values: &[String]) -> Value {
        let exactly = |value: &String| object([("equalTo", value.as_str().into())]);
        let Some(rules) = rules else {
            return match values {
                [one] => exactly(one),
                values => object([(
                    "hasExactly",
                    values.iter().map(exactly).collect::<Vec<Value>>().into(),
                )]),
            };
        };
        let each: Vec<Option<Value>> = rules
            .rules
            .iter()
            .map(|rule| text_matcher(&rule.matcher))
            .collect();
        if each.iter().any(Option::is_none) {
            self.lost("a rule without a matcher in WireMock: any value is accepted there");
        }
        let mut each: Vec<Value> = each.into_iter().flatten().collect();
        match each.len() {
            0 => object([("matches", ".*".into())]),
            1 => each.remove(0),
            _ if rules.combine == Combine::Or => object([("or", each.into())]),
            _ => object([("and", each.into())]),
        }
    }

    fn body_patterns(&mut self, asked: &Request) -> Vec<Value> {
        let Body::Present(Content {
            data, content_type, ..
        }) = &asked.body
        else {
            return Vec::new();
        };
        match data {
            Data::Json(document) => {
                let mut document = document.clone();
                for (path, rules) in &asked.rules.body {
                    let is_put = match rules.rules.as_slice() {
                        [rule] => put(&mut document, path.tokens(), &rule.matcher),
                        _ => false,
                    };
                    if !is_put {
                        self.lost(&format!(
                            "the rule of the body at {path}, which has no placeholder in WireMock: the example is expected there"
                        ));
                    }
                }
                vec![object([("equalToJson", document)])]
            }
            Data::Text(text) => {
                let rules = asked.rules.body.get(&Path::root());
                if asked.rules.body.len() > usize::from(rules.is_some()) {
                    self.lost("rules inside a body that is not JSON: the example is expected there");
                }
                if rules.is_none() && content_type.as_ref().is_some_and(ContentType::is_xml) {
                    return vec![object([("equalToXml", text.as_str().into())])];
                }
                vec![self.matcher(rules, std::slice::from_ref(text))]
            }
            Data::Binary(_) | Data::Undecoded(_) => {
                vec![object([("binaryEqualTo", base64_of(&data.to_bytes()).into())])]
            }
        }
    }

    fn response(&mut self, exchange: Exchange<'_>) -> Value {
        let response = &exchange.http.response;
        if !response.rules.is_empty() {
            self.lost("the rules of the response: the stub answers with the example");
        }
        let mut answer = Map::new();
        answer.insert("status".to_owned(), exchange.status().into());
        insert_unless_empty(&mut answer, "headers", fields(&response.headers));
        if let Body::Present(Content { data, .. }) = &response.body {
            let (name, body) = match data {
                Data::Json(document) => ("jsonBody", document.clone()),
                Data::Text(text) => ("body", text.as_str().into()),
                Data::Binary(_) | Data::Undecoded(_) => ("base64Body", base64_of(&data.to_bytes()).into()),
            };
            answer.insert(name.to_owned(), body);
        }
        Value::Object(answer)
    }
}

fn insert_unless_empty(members: &mut Map, name: &str, value: Map) {
    if !value.is_empty() {
        members.insert(name.to_owned(), Value::Object(value));
    }
}

fn fields(headers: &Headers) -> Map {
    headers
        .iter()
        .map(|(name, values)| {
            let value = match values {
                [one] => one.as_str().into(),
                values => values.iter().map(String::as_str).collect::<Value>(),
            };
            (name.to_owned(), value)
        })
        .collect()
}

fn header_rules<'a>(rules: &'a MatchingRules, name: &str) -> Option<&'a RuleList> {
    let mut fields = rules.headers.iter();
    fields
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, list)| list)
}

fn only_regex(rules: &RuleList) -> Option<&str> {
    match rules.rules.as_slice() {
        [rule] => match &rule.matcher {
            Matcher::Regex(expression) => Some(expression),
            _ => None,
        },
        _ => None,
    }
}

fn text_matcher(matcher: &Matcher) -> Option<Value> {
    Some(match matcher {
        Matcher::Regex(expression) => object([("matches", expression.as_str().into())]),
        Matcher::Include(part) => object([("contains", part.as_str().into())]),
        Matcher::Type { .. } => object([("matches", ".*".into())]),
        Matcher::Integer => object([("matches", r"-?\d+".into())]),
        Matcher::Number | Matcher::Decimal => object([("matches", r"-?\d+(\.\d+)?".into())]),
        _ => return None,
    })
}

/// Returns the JsonUnit placeholder for what a rule accepts in place of a value.
fn placeholder(matcher: &Matcher, value: &Value) -> Option<String> {
    let name = match (matcher, value) {
        (Matcher::Regex(expression), Value::String(_)) => {
            return Some(format!("${{json-unit.regex}}{expression}"));
        }
        (Matcher::Type { min: None, max: None }, Value::String(_)) => "any-string",
        (
            Matcher::Number | Matcher::Integer | Matcher::Decimal | Matcher::Type { min: None, max: None },
            Value::Number(_),
        ) => "any-number",
        (Matcher::Boolean | Matcher::Type { min: None, max: None }, Value::Bool(_)) => "any-boolean",
        _ => return None,
    };
    Some(format!("${{json-unit.{name}}}"))
}

/// Replaces what the rule at this path is about by placeholders; false if a part of it has none.
fn put(document: &mut Value, steps: &[Token], matcher: &Matcher) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        let placeholder = placeholder(matcher, document);
        let has_one = placeholder.is_some();
        if let Some(placeholder) = placeholder {
            *document = placeholder.into();
        }
        return has_one;
    };
    match (step, document) {
        (Token::Field(name), Value::Object(members)) => members
            .get_mut(name.as_str())
            .is_some_and(|member| put(member, rest, matcher)),
        (Token::Index(index), Value::Array(items)) => {
            items.get_mut(*index).is_some_and(|item| put(item, rest, matcher))
        }
        (Token::Star | Token::StarIndex, Value::Array(items)) => {
            !items.is_empty()
                && items
                    .iter_mut()
                    .fold(true, |all, item| put(item, rest, matcher) & all)
        }
        (Token::Star, Value::Object(members)) => {
            !members.is_empty()
                && members
                    .values_mut()
                    .fold(true, |all, member| put(member, rest, matcher) & all)
        }
        _ => false,
    }
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
