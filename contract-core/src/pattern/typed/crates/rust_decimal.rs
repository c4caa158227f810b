//! `rust_decimal`, which writes a text or a number, by its features: what it writes in this build tells which.

use rust_decimal::Decimal;

use crate::json::{self, Value};
use crate::pattern::typed::scalars::patterns;
use crate::pattern::{number, regex};

patterns!(Decimal => match json::to_value(Decimal::new(950, 2)) {
    Ok(written @ Value::Number(_)) => number(written),
    _ => regex(r"^[+-]?\d+(?:\.\d+)?$", "9.50"),
});
