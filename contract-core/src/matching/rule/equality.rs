//! `equality`: the same value.

use serde_json::{Number, Value};

/// Whether both are the same scalar; containers are compared by the walk.
pub(crate) fn scalars(example: &Value, actual: &Value) -> bool {
    match (example, actual) {
        (Value::Number(example), Value::Number(actual)) => numbers(example, actual),
        (Value::String(example), Value::String(actual)) => example == actual,
        (Value::Bool(example), Value::Bool(actual)) => example == actual,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// Whether both are the same number: JSON knows one kind of number (RFC 8259, section 6), so that `1` and `1.0` are
/// the same however they were written.
pub(crate) fn numbers(example: &Number, actual: &Number) -> bool {
    if example == actual {
        return true;
    }
    match (whole(example), whole(actual)) {
        (Some(example), Some(actual)) => example == actual,
        _ => match (example.as_f64(), actual.as_f64()) {
            (Some(example), Some(actual)) => example.total_cmp(&actual).is_eq(),
            _ => false,
        },
    }
}

/// The number as an integer where it is one that a double holds exactly or that was written as one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only doubles below 2^53 without a fraction are cast"
)]
fn whole(number: &Number) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
        .or_else(|| {
            let double = number.as_f64()?;
            (double.abs() <= EXACT && double.fract() == 0.0).then_some(double as i128)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_equal_by_value() {
        for (example, actual, equal) in [
            (json!(1), json!(1.0), true),
            (json!(-0.0), json!(0), true),
            (json!(1), json!(1.5), false),
            (json!(u64::MAX), json!(u64::MAX), true),
            (json!(u64::MAX), json!(-1), false),
            (
                json!(9_007_199_254_740_993_u64),
                json!(9_007_199_254_740_992.0),
                false,
            ),
            (json!(1e300), json!(1e300), true),
            (json!(1), json!("1"), false),
        ] {
            assert_eq!(scalars(&example, &actual), equal, "{example} {actual}");
        }
    }
}
