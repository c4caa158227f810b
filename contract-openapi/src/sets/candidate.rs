//! Values to try at one place.

use super::alternative::Alternative;
use super::instance::{Maker, integer_node, length, number_between, number_node, sample_of_format, text_for};
use crate::document::{Node, Value};

/// Returns values that the alternative is likely to allow: small ones and those at the bounds.
pub(super) fn candidates<'a>(maker: &Maker<'a>, alternative: &Alternative<'a>) -> Vec<Node> {
    if let Some(values) = alternative.values() {
        return values;
    }
    let mut candidates = Vec::new();
    for name in alternative.types() {
        match name {
            "string" => candidates.extend(texts(alternative)),
            "integer" => candidates.extend(numbers(alternative, true)),
            "number" => candidates.extend(numbers(alternative, false)),
            _ => candidates.extend(maker.least_of_type(alternative, name, 0)),
        }
    }
    candidates
}

fn texts(alternative: &Alternative<'_>) -> Vec<Node> {
    let mut texts: Vec<String> = text_for(alternative).into_iter().collect();
    if alternative.keyword("pattern").next().is_none() {
        let longest = alternative.least("maxLength");
        let shortest = length(alternative.greatest("minLength"));
        texts.extend(["x", "", "0", "ä b", "2000-02-30", "-1"].map(str::to_owned));
        texts.push("x".repeat(shortest.clamp(1, 1_000)));
        if let Some(longest) = longest {
            texts.push("x".repeat(length(Some(longest)).min(1_000)));
        }
        let formats = alternative.keyword("format").filter_map(Node::as_str);
        texts.extend(formats.filter_map(sample_of_format).map(str::to_owned));
        texts.extend(["2000-02-29T10:00:00Z", "2000-02-29T10:00:00+01:00", "10:00:00Z"].map(str::to_owned));
    }
    texts.iter().map(|text| Node::from(text.as_str())).collect()
}

fn numbers(alternative: &Alternative<'_>, is_whole: bool) -> Vec<Node> {
    let mut numbers: Vec<Node> = number_between(alternative, is_whole).into_iter().collect();
    let bounds = ["minimum", "maximum"]
        .iter()
        .filter_map(|keyword| alternative.greatest(keyword));
    numbers.extend(bounds.filter_map(number_node));
    for integers in alternative.integers() {
        let ends = [*integers.start(), *integers.end()];
        numbers.extend(ends.into_iter().filter_map(|end| integer_node(end.into())));
    }
    let plain: &[f64] = if is_whole {
        &[0.0, -1.0, 7.0, 1_000_000.0]
    } else {
        &[0.0, 1.0, -1.0, 1.5, 1_000_000.25]
    };
    numbers.extend(plain.iter().copied().filter_map(number_node));
    numbers
}

/// Returns values of the same type as an example, regardless of the schema.
pub(super) fn values_like(example: &Node) -> Vec<Node> {
    match &example.value {
        Value::String(_) => ["x", "", "0", "ä b"].map(Node::from).to_vec(),
        Value::Number(_) => [0.0, -1.0, 1.5, 1.0e9]
            .iter()
            .copied()
            .filter_map(number_node)
            .collect(),
        Value::Bool(flag) => vec![Node::from(!flag)],
        Value::Array(elements) if !elements.is_empty() => vec![Vec::new().into()],
        _ => Vec::new(),
    }
}
