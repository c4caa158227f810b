//! Generates the value of one generator.

use crate::json::Value;

use super::context::{Context, Mode};
use super::data_type::{as_type, like_example, state_value};
use super::date_expression::{date_expression, date_time_expression, time_expression};
use crate::contract::{Generator, UuidFormat};
use crate::matching::date::DatePattern;
use crate::matching::regex::{TextRegex, sample};
use crate::matching::spend;
use crate::{Error, ErrorKind};

/// Maximum number of characters or digits generated.
const SIZE_LIMIT: usize = 1_000_000;

/// The cost of generating a value, in steps, plus one per character; the generators of one message share the budget.
const STEPS_OF_VALUE: u64 = 500;
const STEPS_OF_CHARACTER: u64 = 4;

/// Number of digits that a JSON number keeps.
const NUMBER_DIGITS: usize = 15;

/// Generates a value in place of this example. Returns `None` if the generator does not apply on this side, and the
/// example is kept.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] if the generator is contradictory (`min` above `max`), unknown, or needs a provider-state
/// value that no state returned; [`ErrorKind::Malformed`] if its pattern or expression cannot be parsed.
pub fn value(
    generator: &Generator,
    example: Option<&Value>,
    context: &Context,
) -> Result<Option<Value>, Error> {
    if !spend(STEPS_OF_VALUE) {
        return Err(too_much());
    }
    let made = match generator {
        Generator::RandomInt { min, max } => Value::from(random_integer(*min, *max, context)?),
        Generator::RandomDecimal { digits } => return random_decimal(*digits, example, context).map(Some),
        Generator::RandomHexadecimal { digits } => {
            Value::String(characters(b"0123456789ABCDEF", *digits, "digits", context)?)
        }
        Generator::RandomString { size } => {
            Value::String(characters(ALPHANUMERIC, *size, "characters", context)?)
        }
        Generator::Regex(pattern) => Value::String(sample(pattern, &mut |bound| context.below(bound))?),
        Generator::Uuid(format) => {
            Value::String(uuid(format.unwrap_or(UuidFormat::LowerCaseHyphenated), context))
        }
        Generator::Date { format, expression } => {
            let when = date_expression(expression.as_deref().unwrap_or_default(), &context.now)?;
            formatted(format.as_deref(), DatePattern::ISO_DATE, &when)?
        }
        Generator::Time { format, expression } => {
            let when = time_expression(expression.as_deref().unwrap_or_default(), &context.now)?;
            formatted(format.as_deref(), DatePattern::ISO_TIME, &when)?
        }
        Generator::DateTime { format, expression } => {
            let when = date_time_expression(expression.as_deref().unwrap_or_default(), &context.now)?;
            formatted(format.as_deref(), DatePattern::ISO_DATETIME, &when)?
        }
        Generator::RandomBoolean => Value::Bool(context.below(2) == 1),
        Generator::ProviderState { .. } if context.mode == Mode::Consumer => return Ok(None),
        Generator::ProviderState {
            expression,
            data_type,
        } => {
            let found = state_value(expression, &context.state_values)?;
            return match data_type {
                Some(data_type) => as_type(found, *data_type, expression).map(Some),
                None => Ok(Some(like_example(found, example))),
            };
        }
        Generator::MockServerUrl { example, regex } => match (&context.mock_server_url, context.mode) {
            (Some(base), Mode::Consumer) => Value::String(at_mock_server(base, example, regex)),
            _ => return Ok(None),
        },
        Generator::Unknown { name, .. } => {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("unknown generator {name:?}; remove it, or use one of specification 3 or 4"),
            ));
        }
    };
    Ok(Some(like_example(made, example)))
}

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn random_integer(min: i64, max: i64, context: &Context) -> Result<i64, Error> {
    let size = i128::from(max) - i128::from(min) + 1;
    if size <= 0 {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("cannot generate a random integer from {min} to {max}: min is above max; swap them"),
        ));
    }
    // The full range has 2⁶⁴ numbers, one more than the bound can represent.
    let chosen = context.below(u64::try_from(size).unwrap_or(u64::MAX));
    Ok(i64::try_from(i128::from(min) + i128::from(chosen)).unwrap_or(max))
}

/// Generates a number with a fraction: half of the digits precede the decimal point. The first and the last digit are
/// not zero.
fn random_decimal(digits: usize, example: Option<&Value>, context: &Context) -> Result<Value, Error> {
    check_size(digits, "digits")?;
    let as_text = matches!(example, Some(Value::String(_)));
    let digits = if as_text {
        digits
    } else {
        digits.min(NUMBER_DIGITS)
    };
    let nonzero = |context: &Context| char::from(b'1' + u8::try_from(context.below(9)).unwrap_or(0));
    let mut text = String::with_capacity(digits + 2);
    let whole = digits / 2;
    for place in 0..digits {
        if place == whole {
            if place == 0 {
                text.push('0');
            }
            text.push('.');
        }
        text.push(match place {
            place if place == 0 || place == digits - 1 => nonzero(context),
            _ => char::from(b'0' + u8::try_from(context.below(10)).unwrap_or(0)),
        });
    }
    if as_text {
        return Ok(Value::String(text));
    }
    text.parse::<crate::json::Number>()
        .map(Value::Number)
        .map_err(|error| {
            Error::new(
                ErrorKind::Invalid,
                format!("a random decimal of {digits} digits is not a number"),
            )
            .with_source(error)
        })
}

fn characters(alphabet: &[u8], count: usize, what: &str, context: &Context) -> Result<String, Error> {
    check_size(count, what)?;
    let one = |_| {
        let chosen = usize::try_from(context.below(alphabet.len() as u64)).unwrap_or(0);
        char::from(alphabet[chosen])
    };
    Ok((0..count).map(one).collect())
}

fn check_size(count: usize, what: &str) -> Result<(), Error> {
    if (1..=SIZE_LIMIT).contains(&count) {
        if spend(STEPS_OF_CHARACTER * count as u64) {
            Ok(())
        } else {
            Err(too_much())
        }
    } else {
        Err(Error::new(
            ErrorKind::Invalid,
            format!("a generator cannot make {count} {what}; ask for 1 to {SIZE_LIMIT}"),
        ))
    }
}

pub(crate) fn too_much() -> Error {
    Error::new(
        ErrorKind::Invalid,
        "the generators of one message make more than about ten million characters, or search their places \
         among too many elements; ask for smaller values, or at fewer places",
    )
}

/// Generates a UUID (RFC 9562, version 4).
fn uuid(format: UuidFormat, context: &Context) -> String {
    let random = (u128::from(context.random.next()) << 64) | u128::from(context.random.next());
    let version = random & !(0xF << 76) | (4 << 76);
    let digits = format!("{:032x}", version & !(0b11 << 62) | (0b10 << 62));
    let hyphenated = || {
        let parts = [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ];
        parts.join("-")
    };
    match format {
        UuidFormat::Simple => digits,
        UuidFormat::LowerCaseHyphenated => hyphenated(),
        UuidFormat::UpperCaseHyphenated => hyphenated().to_ascii_uppercase(),
        UuidFormat::Urn => format!("urn:uuid:{}", hyphenated()),
    }
}

fn formatted(format: Option<&str>, iso: &str, when: &jiff::Zoned) -> Result<Value, Error> {
    let format = format.filter(|format| !format.is_empty()).unwrap_or(iso);
    Ok(Value::String(DatePattern::compile(format)?.format(when)))
}

/// Returns the example with the mock provider's address, followed by the first group of the pattern. If the pattern
/// cannot be used (some contracts have patterns that no engine accepts), the example's own path follows.
fn at_mock_server(base: &str, example: &str, pattern: &str) -> String {
    let group = TextRegex::compile(pattern)
        .ok()
        .and_then(|regex| regex.group(example, 1).map(str::to_owned));
    let path = group.unwrap_or_else(|| {
        let behind_scheme = example.split_once("://").map_or(example, |(_, rest)| rest);
        behind_scheme
            .find('/')
            .map_or_else(String::new, |at| behind_scheme[at..].to_owned())
    });
    // Some writers' groups omit the slash between address and path.
    let base = base.strip_suffix('/').unwrap_or(base);
    let slash = if path.is_empty() || path.starts_with(['/', '?', '#']) {
        ""
    } else {
        "/"
    };
    format!("{base}{slash}{path}")
}
