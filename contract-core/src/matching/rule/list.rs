//! The list of all matching rules.

use std::sync::Arc;

use super::alternatives::AlternativesRule;
use super::array_contains::ArrayContains;
use super::boolean::Boolean;
use super::content_type::ContentTypeRule;
use super::decimal::Decimal;
use super::each_key::EachKey;
use super::each_value::EachValue;
use super::equality::Equality;
use super::include::Include;
use super::integer::Integer;
use super::matching_rule::CompiledRule;
use super::not_empty::NotEmpty;
use super::null::Null;
use super::number::Number;
use super::regex::Regex;
use super::schema::Schema;
use super::semver::Semver;
use super::status_code::StatusCode;
use super::type_of::TypeOf;
use super::values::Values;
use super::{date, datetime, time};
use crate::contract::Matcher;
use crate::contract::alternatives::Alternatives;
use crate::contract::empty_schema::accepts_anything;
use crate::{Error, ErrorKind};

/// Compiles a rule of a contract.
///
/// # Errors
///
/// If the rule is contradictory, cannot be parsed, needs a missing feature, or is unknown.
pub(crate) fn compile(matcher: &Matcher) -> Result<CompiledRule, Error> {
    Ok(match matcher {
        Matcher::Equality => Arc::new(Equality),
        Matcher::Regex(pattern) => Arc::new(Regex::compile(pattern)?),
        Matcher::Type { min, max } => Arc::new(TypeOf::within(*min, *max)),
        Matcher::Include(text) => Arc::new(Include::new(text)),
        Matcher::Number => Arc::new(Number),
        Matcher::Integer => Arc::new(Integer),
        Matcher::Decimal => Arc::new(Decimal),
        Matcher::Boolean => Arc::new(Boolean),
        Matcher::Null => Arc::new(Null),
        Matcher::Date(pattern) => Arc::new(date::compile(pattern.as_deref())?),
        Matcher::Time(pattern) => Arc::new(time::compile(pattern.as_deref())?),
        Matcher::DateTime(pattern) => Arc::new(datetime::compile(pattern.as_deref())?),
        Matcher::ContentType(text) => Arc::new(ContentTypeRule::compile(text)?),
        Matcher::Values => Arc::new(Values),
        Matcher::EachKey(each) => Arc::new(EachKey::compile(each)?),
        Matcher::EachValue(_) => Arc::new(EachValue),
        Matcher::ArrayContains(variants) => Arc::new(ArrayContains::compile(variants)?),
        Matcher::StatusCode(codes) => Arc::new(StatusCode::new(codes)),
        Matcher::NotEmpty => Arc::new(NotEmpty),
        Matcher::Semver => Arc::new(Semver),
        Matcher::Schema(schema) => match Alternatives::of_schema(schema)? {
            Some(alternatives) => Arc::new(AlternativesRule::compile(alternatives)?),
            // What remains of the rule is `"match": "type"`, as implementations without JSON Schema read it.
            None if accepts_anything(schema) => Arc::new(TypeOf::ANY),
            None => Arc::new(Schema::compile(schema)?),
        },
        Matcher::Unknown { name, .. } => {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("the matching rule {name:?} is unknown to this library; it may belong to a plugin"),
            ));
        }
    })
}
