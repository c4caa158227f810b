//! Reads a filter.

use super::expression::{Expression, Given, Method, Operator};
use super::parse::Reader;
use super::syntax::PathError;
use crate::schema::Pattern;

/// How deep parentheses may be nested.
const MAX_DEPTH: usize = 32;

/// Reads an expression up to where it ends.
pub(super) fn parse_expression(reader: &mut Reader<'_>) -> Result<Expression, PathError> {
    or(reader, 0)
}

fn or(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    if depth > MAX_DEPTH {
        return Err(reader.refuse("the filter is nested too deeply"));
    }
    let mut left = and(reader, depth)?;
    while next_is(reader, "||") {
        left = Expression::Or(Box::new(left), Box::new(and(reader, depth)?));
    }
    Ok(left)
}

fn and(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    let mut left = comparison(reader, depth)?;
    while next_is(reader, "&&") {
        left = Expression::And(Box::new(left), Box::new(comparison(reader, depth)?));
    }
    Ok(left)
}

/// The longer ones first.
const OPERATORS: [(&str, Operator); 8] = [
    ("===", Operator::Same),
    ("!==", Operator::NotSame),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

fn comparison(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    let left = unary(reader, depth)?;
    let operator = OPERATORS
        .into_iter()
        .find_map(|(text, operator)| next_is(reader, text).then_some(operator));
    let Some(operator) = operator else {
        return Ok(left);
    };
    Ok(Expression::Compare {
        operator,
        left: Box::new(left),
        right: Box::new(unary(reader, depth)?),
    })
}

fn unary(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    if depth > MAX_DEPTH {
        return Err(reader.refuse("the filter is nested too deeply"));
    }
    reader.spaces();
    if reader.peek() == Some('!') && !reader.rest().starts_with("!=") {
        reader.next();
        return Ok(Expression::Not(Box::new(unary(reader, depth + 1)?)));
    }
    if reader.rest().starts_with("typeof ") {
        reader.take_text("typeof ");
        return Ok(Expression::TypeOf(Box::new(unary(reader, depth + 1)?)));
    }
    let first = primary(reader, depth)?;
    members(reader, depth, first)
}

/// Reads what follows a value: `.name`, `[…]`, calls.
fn members(reader: &mut Reader<'_>, depth: usize, mut on: Expression) -> Result<Expression, PathError> {
    loop {
        if reader.take_text("?.") || reader.take('.') {
            let name = reader.take_while(is_of_name);
            if name.is_empty() {
                return Err(reader.refuse("a name is missing"));
            }
            on = if reader.take('(') {
                let called = call(reader, depth, on, name)?;
                reader.spaces();
                reader.expect(')', ") is missing")?;
                called
            } else {
                Expression::Member(Box::new(on), name.to_owned())
            };
        } else if reader.take('[') {
            reader.spaces();
            on = if let Some(quote @ ('\'' | '"')) = reader.peek() {
                Expression::Member(Box::new(on), reader.quoted(quote)?)
            } else {
                let digits = reader.take_while(|character| character.is_ascii_digit());
                let index = digits
                    .parse()
                    .map_err(|_| reader.refuse("a name in quotes or an index is expected"))?;
                Expression::Element(Box::new(on), index)
            };
            reader.spaces();
            reader.expect(']', "] is missing")?;
        } else {
            return Ok(on);
        }
    }
}

fn call(reader: &mut Reader<'_>, depth: usize, on: Expression, name: &str) -> Result<Expression, PathError> {
    let on = Box::new(on);
    let method = match name {
        "match" => {
            reader.spaces();
            return Ok(Expression::Matches(on, Box::new(pattern(reader)?)));
        }
        "toLowerCase" => return Ok(Expression::Lower(on)),
        "toUpperCase" => return Ok(Expression::Upper(on)),
        "includes" => Method::Includes,
        "startsWith" => Method::StartsWith,
        "endsWith" => Method::EndsWith,
        "indexOf" => Method::IndexOf,
        other => {
            return Err(reader.refuse(&format!(
                "the method {other} is not supported: match, test, includes, startsWith, endsWith, indexOf, toLowerCase and \
                 toUpperCase are"
            )));
        }
    };
    let argument = Box::new(or(reader, depth + 1)?);
    Ok(Expression::Call { on, method, argument })
}

fn primary(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    match reader.peek() {
        Some('(') => {
            reader.next();
            let inner = or(reader, depth + 1)?;
            reader.spaces();
            reader.expect(')', ") is missing")?;
            Ok(inner)
        }
        Some(quote @ ('\'' | '"')) => Ok(Expression::Text(reader.quoted(quote)?)),
        Some('/') => test(reader, depth),
        Some('@') => given(reader),
        Some('$') => {
            reader.next();
            Ok(Expression::Given(Given::Root))
        }
        Some(character) if character.is_ascii_digit() || character == '-' => number(reader),
        _ => word(reader),
    }
}

fn given(reader: &mut Reader<'_>) -> Result<Expression, PathError> {
    let start = reader.mark();
    reader.next();
    let given = match reader.take_while(is_of_name) {
        "" => Given::Value,
        "root" => Given::Root,
        "parent" => Given::Parent,
        "property" => Given::Property,
        "parentProperty" => Given::ParentProperty,
        "path" => Given::Path,
        other => {
            reader.reset(start);
            return Err(reader.refuse(&format!(
                "@{other} is not supported: @, @root, @parent, @property, @parentProperty and @path are"
            )));
        }
    };
    Ok(Expression::Given(given))
}

fn number(reader: &mut Reader<'_>) -> Result<Expression, PathError> {
    let text = reader.take_while(|character| character.is_ascii_digit() || "-+.eE".contains(character));
    text.parse()
        .map(Expression::Number)
        .map_err(|_| reader.refuse(&format!("{text} is not a number")))
}

fn word(reader: &mut Reader<'_>) -> Result<Expression, PathError> {
    let start = reader.mark();
    Ok(match reader.take_while(is_of_name) {
        "true" => Expression::Bool(true),
        "false" => Expression::Bool(false),
        "null" => Expression::Null,
        "undefined" => Expression::Undefined,
        other => {
            reader.reset(start);
            return Err(reader.refuse(&if other.is_empty() {
                "a value is expected".to_owned()
            } else {
                format!("{other} is not supported in a filter")
            }));
        }
    })
}

/// Reads `/…/.test(a)`.
fn test(reader: &mut Reader<'_>, depth: usize) -> Result<Expression, PathError> {
    let pattern = pattern(reader)?;
    if !reader.take_text(".test(") {
        return Err(reader.refuse("after a regular expression .test(…) is expected"));
    }
    let on = or(reader, depth + 1)?;
    reader.spaces();
    reader.expect(')', ") is missing")?;
    Ok(Expression::Matches(Box::new(on), Box::new(pattern)))
}

/// Reads a regular expression, as `/^x-/i`, or as a text.
fn pattern(reader: &mut Reader<'_>) -> Result<Pattern, PathError> {
    let start = reader.mark();
    let (text, flags) = match reader.peek() {
        Some(quote @ ('\'' | '"')) => (reader.quoted(quote)?, ""),
        Some('/') => (
            between_slashes(reader)?,
            reader.take_while(|character| character.is_ascii_alphabetic()),
        ),
        _ => return Err(reader.refuse("a regular expression is expected, as /^x-/")),
    };
    Pattern::with_flags(&text, flags).ok_or_else(|| {
        reader.reset(start);
        reader.refuse(&format!(
            "/{text}/{flags} is not a regular expression that can be read"
        ))
    })
}

/// Reads the text of `/…/`; a slash within is written `\/`, or stands in a class.
fn between_slashes(reader: &mut Reader<'_>) -> Result<String, PathError> {
    reader.expect('/', "/")?;
    let (mut text, mut is_class) = (String::new(), false);
    while let Some(character) = reader.next() {
        match character {
            '/' if !is_class => return Ok(text),
            '\\' => match reader.next() {
                Some('/') => text.push('/'),
                escaped => {
                    text.push('\\');
                    text.extend(escaped);
                }
            },
            _ => {
                is_class = character == '[' || is_class && character != ']';
                text.push(character);
            }
        }
    }
    Err(reader.refuse("/ is missing at the end of the regular expression"))
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || "_$-".contains(character)
}

fn next_is(reader: &mut Reader<'_>, text: &str) -> bool {
    reader.spaces();
    reader.take_text(text)
}
