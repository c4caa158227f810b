//! `rust_decimal`, which is serialised as text or as a number, depending on its features: the form is
//! determined in this build.

use rust_decimal::Decimal;

use crate::json::{self, Value};
use crate::pattern::typed::scalars::patterns;
use crate::pattern::{number, regex};

patterns!(Decimal => match json::to_value(Decimal::new(950, 2)) {
    Ok(written @ Value::Number(_)) => number(written),
    _ => regex(r"^[+-]?\d+(?:\.\d+)?$", "9.50"),
});
