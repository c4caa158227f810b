//! Reads functions and their options.

use super::Function;
use super::schema::SchemaCheck;
use super::text::{Casing, TextPattern};
use crate::document::{Node, Place};
use crate::{Error, ErrorKind};

/// Makes errors that name a place of a rule file.
#[derive(Debug, Clone, Copy)]
pub(in crate::lint) struct Refuse<'r> {
    /// The name of the rule file.
    pub(in crate::lint) file: &'r str,
}

impl Refuse<'_> {
    pub(in crate::lint) fn at(&self, node: &Node, message: impl Into<String>) -> Error {
        let place = Place {
            file: self.file.to_owned(),
            line: node.at.line,
            column: node.at.column,
        };
        Error::at(ErrorKind::Setting, self.file, Some(place), message)
    }
}

/// `functionOptions`
pub(super) struct Options<'o> {
    options: Option<&'o Node>,
    /// What errors point at if there are no options.
    pub(super) place: &'o Node,
}

impl<'o> Options<'o> {
    pub(super) fn get(&self, name: &str) -> Option<&'o Node> {
        self.options?.get(name)
    }

    pub(super) fn required(&self, name: &str, refuse: &Refuse<'_>) -> Result<&'o Node, Error> {
        self.get(name)
            .ok_or_else(|| refuse.at(self.place, format!("the function needs the option {name}")))
    }

    /// Refuses options that the function does not have.
    fn only(&self, names: &[&str], refuse: &Refuse<'_>) -> Result<(), Error> {
        let unknown = self
            .options
            .into_iter()
            .flat_map(Node::entries)
            .find(|(name, _)| !names.contains(name));
        match unknown {
            None => Ok(()),
            Some((name, node)) => {
                let known = if names.is_empty() {
                    "it has none".to_owned()
                } else {
                    format!("it has {}", names.join(", "))
                };
                Err(refuse.at(node, format!("the function has no option {name}: {known}")))
            }
        }
    }

    fn text(&self, name: &str, refuse: &Refuse<'_>) -> Result<Option<String>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(node) => match node.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(refuse.at(node, format!("{name} must be a text"))),
            },
        }
    }

    fn number(&self, name: &str, refuse: &Refuse<'_>) -> Result<Option<f64>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(node) => match node.as_f64() {
                Some(number) => Ok(Some(number)),
                None => Err(refuse.at(node, format!("{name} must be a number"))),
            },
        }
    }

    fn properties(&self, refuse: &Refuse<'_>) -> Result<Vec<String>, Error> {
        let node = self.required("properties", refuse)?;
        let names: Vec<String> = node.strings().map(str::to_owned).collect();
        if names.is_empty() {
            return Err(refuse.at(node, "properties must be a list of names"));
        }
        Ok(names)
    }
}

/// The names of all functions, for errors.
const NAMES: &str = "alphabetical, casing, defined, enumeration, falsy, length, or, pattern, schema, truthy, typedEnum, \
                     undefined, unreferencedReusableObject and xor";

impl Function {
    /// Reads a function with its options.
    pub(in crate::lint) fn read(
        name: &Node,
        options: Option<&Node>,
        refuse: &Refuse<'_>,
    ) -> Result<Self, Error> {
        let options = Options {
            options: options.filter(|options| !options.is_null()),
            place: options.unwrap_or(name),
        };
        let known: &[&str] = match name.as_str().unwrap_or_default() {
            "alphabetical" => &["keyedBy"],
            "casing" => &["type", "disallowDigits", "separator"],
            "enumeration" => &["values"],
            "length" => &["min", "max"],
            "or" | "xor" => &["properties"],
            "pattern" => &["match", "notMatch"],
            "schema" => &["schema", "dialect", "allErrors"],
            "unreferencedReusableObject" => &["reusableObjectsLocation"],
            "defined" | "falsy" | "truthy" | "typedEnum" | "undefined" => &[],
            other => {
                return Err(refuse.at(
                    name,
                    format!("there is no function {other}: {NAMES} exist, functions in JavaScript are not supported"),
                ));
            }
        };
        options.only(known, refuse)?;
        Ok(match name.as_str().unwrap_or_default() {
            "alphabetical" => Self::Alphabetical {
                keyed_by: options.text("keyedBy", refuse)?,
            },
            "casing" => Self::Casing(Casing::read(&options, refuse)?),
            "enumeration" => {
                let node = options.required("values", refuse)?;
                match node.as_array() {
                    Some(values) => Self::Enumeration(values.to_vec()),
                    None => return Err(refuse.at(node, "values must be a list")),
                }
            }
            "length" => {
                let (min, max) = (options.number("min", refuse)?, options.number("max", refuse)?);
                if min.is_none() && max.is_none() {
                    return Err(refuse.at(options.place, "length needs min or max"));
                }
                Self::Length { min, max }
            }
            "or" => Self::Or(options.properties(refuse)?),
            "xor" => Self::Xor(options.properties(refuse)?),
            "pattern" => Self::Pattern(TextPattern::read(&options, refuse)?),
            "schema" => Self::Schema(Box::new(SchemaCheck::read(&options, refuse)?)),
            "unreferencedReusableObject" => {
                let node = options.required("reusableObjectsLocation", refuse)?;
                match node.as_str().filter(|text| text.starts_with('#')) {
                    Some(location) => Self::UnreferencedReusableObject {
                        location: location.to_owned(),
                    },
                    None => {
                        return Err(refuse.at(
                            node,
                            "reusableObjectsLocation must be a pointer, as #/definitions",
                        ));
                    }
                }
            }
            "defined" => Self::Defined,
            "falsy" => Self::Falsy,
            "truthy" => Self::Truthy,
            "typedEnum" => Self::TypedEnum,
            _ => Self::Undefined,
        })
    }
}
