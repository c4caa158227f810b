//! Changes a document that a type can read at one place after the other, to find out what the type accepts.

use super::learned::{FieldKind, LearnedField};
use super::place::Place;
use super::text::{Forms, listed};
use super::trace::Invented;
use crate::json::{Map, Number, Value};
use crate::map_of;
use crate::pattern::value::{array, object};
use crate::pattern::{
    IntoPattern as _, Pattern, any_of, boolean, each_key, each_like, integer, like, null, nullable, number,
    regex, string,
};
use crate::{Error, ErrorKind};

/// Reads a document as the type; the error says why it cannot be read.
pub(super) type Reading = fn(&Value) -> Result<(), String>;

/// A name that no type has.
const UNKNOWN: &str = "unknown-to-the-consumer";
/// Further numbers to try: a type that accepts one of them accepts integers.
const INTEGERS: [u64; 4] = [0, 1, 2, 100];

pub(super) struct Learner<'d> {
    document: &'d Value,
    invented: &'d Invented,
    read: Reading,
    pub(super) fields: Vec<LearnedField>,
}

/// What is known about a place before its value is examined.
#[derive(Debug, Clone, Copy)]
struct Needs {
    required: bool,
    null_tolerated: bool,
}

impl<'d> Learner<'d> {
    pub(super) fn new(invented: &'d Invented, read: Reading) -> Self {
        Self {
            document: &invented.document,
            invented,
            read,
            fields: Vec::new(),
        }
    }

    /// Returns returns the pattern of the whole document.
    ///
    /// # Errors
    ///
    /// If the type cannot read the document, or the form of a required text cannot be determined.
    pub(super) fn learn(&mut self) -> Result<Pattern, Error> {
        let document = self.document;
        (self.read)(document).map_err(|reason| {
            Error::new(
                ErrorKind::Invalid,
                format!("the example {document} cannot be read as this type: {reason}"),
            )
        })?;
        let root = Place::default();
        let needs = Needs {
            required: true,
            null_tolerated: self.reads(&Value::Null),
        };
        let pattern = self.value(&root, document, needs)?;
        // Only one place was changed at a time; the example omits everything that is optional.
        let example = pattern.expand().example;
        (self.read)(&example).map_err(|reason| {
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "each field that was left out of {document} may be missing alone, but not all of them at once ({reason}): \
                     write the pattern by hand, or derive it and mark what is needed with #[pattern(present)]"
                ),
            )
        })?;
        Ok(pattern)
    }

    fn reads(&self, document: &Value) -> bool {
        (self.read)(document).is_ok()
    }

    fn reads_here(&self, place: &Place, value: Value) -> bool {
        self.reads(&place.put(self.document, value))
    }

    /// Returns the pattern of a value, and records what was learnt.
    fn value(&mut self, place: &Place, value: &Value, needs: Needs) -> Result<Pattern, Error> {
        let at = self.fields.len();
        self.fields.push(LearnedField {
            path: place.path().as_str().to_owned(),
            kind: FieldKind::Unknown,
            forms: Vec::new(),
            required: needs.required,
            null_tolerated: needs.null_tolerated,
            unknown_fields_tolerated: None,
            unknown_values_tolerated: None,
        });
        let is_anything = [
            Value::Null,
            true.into(),
            1.into(),
            UNKNOWN.into(),
            Value::Array(Vec::new()),
            Value::Object(Map::new()),
        ]
        .into_iter()
        .all(|other| self.reads_here(place, other));
        if is_anything {
            self.fields[at].kind = FieldKind::Anything;
            return Ok(like(value.clone()));
        }
        let pattern = match value {
            Value::Null => return self.null(place, needs, at),
            Value::Bool(flag) => {
                self.fields[at].kind = FieldKind::Boolean;
                boolean(*flag)
            }
            Value::Number(example) => self.number(place, example, at),
            Value::String(text) => self.text(place, text, at)?,
            Value::Array(elements) => self.array(place, elements, at)?,
            Value::Object(members) => self.object(place, members, at)?,
        };
        Ok(if needs.null_tolerated {
            nullable(pattern)
        } else {
            pattern
        })
    }

    fn null(&mut self, place: &Place, needs: Needs, at: usize) -> Result<Pattern, Error> {
        // `null` in place of a value that was not found, or not given.
        let is_unknown = self.invented.is_given || self.invented.given_up.contains(&place.plain());
        if needs.required && is_unknown {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "{place}: the type requires something there, and only null is known to be read: give an example with a \
                     value, with pattern_of_example, or derive the pattern and give the field #[pattern(with = …)]"
                ),
            ));
        }
        if !is_unknown {
            self.fields[at].kind = FieldKind::Null;
        }
        Ok(null())
    }

    fn number(&mut self, place: &Place, example: &Number, at: usize) -> Pattern {
        let reads_fraction = self.reads_here(place, 1.5.into());
        self.fields[at].kind = if reads_fraction || !example.is_integer() {
            FieldKind::Number
        } else {
            FieldKind::Integer
        };
        let reads_others = INTEGERS
            .into_iter()
            .any(|other| Number::from(other) != *example && self.reads_here(place, other.into()));
        self.fields[at].unknown_values_tolerated = (!reads_others && !reads_fraction).then_some(false);
        match self.fields[at].kind {
            FieldKind::Number => number(Value::Number(example.clone())),
            _ => integer(Value::Number(example.clone())),
        }
    }

    fn text(&mut self, place: &Place, text: &str, at: usize) -> Result<Pattern, Error> {
        let forms = Forms::read_by(|sample| self.reads_here(place, sample.into()));
        if let Some(pattern) = forms.pattern(text) {
            self.fields[at].kind = FieldKind::Text;
            self.fields[at].forms = forms.names();
            if forms.is_any()
                && let Some(names) = self.invented.enums.get(&place.plain())
            {
                self.fields[at].kind = FieldKind::Enumeration;
                self.fields[at].forms = names.iter().map(|name| (*name).to_owned()).collect();
                self.fields[at].unknown_values_tolerated = Some(true);
            }
            return Ok(pattern);
        }
        let Err(reason) = (self.read)(&place.put(self.document, UNKNOWN.into())) else {
            // Unknown names are accepted, so any text is.
            self.fields[at].kind = FieldKind::Text;
            self.fields[at].unknown_values_tolerated = Some(true);
            return Ok(string(text));
        };
        let mut names = vec![text.to_owned()];
        names.extend(
            listed(&reason)
                .into_iter()
                .filter(|name| name != text && self.reads_here(place, name.as_str().into())),
        );
        if listed(&reason).is_empty() {
            if self.invented.is_given {
                // The example shows that such texts are accepted; which others are accepted is unknown.
                self.fields[at].kind = FieldKind::Text;
                self.fields[at].forms = vec![format!("a form of its own, such as {text:?}")];
                self.fields[at].unknown_values_tolerated = Some(false);
                return Ok(string(text));
            }
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "{place}: the type reads {text:?} there and refuses other texts ({reason}), in none of the known forms: \
                     give an example that can be read, with pattern_of_example, or derive the pattern and give the field \
                     #[pattern(with = …)]"
                ),
            ));
        }
        self.fields[at].kind = FieldKind::Enumeration;
        self.fields[at].forms.clone_from(&names);
        self.fields[at].unknown_values_tolerated = Some(false);
        Ok(any_of(names))
    }

    fn array(&mut self, place: &Place, elements: &[Value], at: usize) -> Result<Pattern, Error> {
        let longer: Vec<Value> = elements.iter().chain(elements.last()).cloned().collect();
        let is_list = elements.is_empty() || self.reads_here(place, longer.into());
        self.fields[at].kind = if is_list {
            FieldKind::List
        } else {
            FieldKind::Tuple
        };
        let needs = |learner: &Self, place: &Place| Needs {
            required: true,
            null_tolerated: learner.reads_here(place, Value::Null),
        };
        if !is_list {
            let items = elements
                .iter()
                .enumerate()
                .map(|(index, element)| {
                    let place = place.item(index);
                    let needs = needs(self, &place);
                    self.value(&place, element, needs)
                })
                .collect::<Result<_, _>>()?;
            return Ok(array(items));
        }
        let Some(element) = elements.first() else {
            return Ok(like(Value::Array(Vec::new())));
        };
        let empty_tolerated = self.reads_here(place, Value::Array(Vec::new()));
        let place = place.element(0);
        let needs = needs(self, &place);
        let item = self.value(&place, element, needs)?;
        Ok(each_like(item)
            .at_least(usize::from(!empty_tolerated))
            .into_pattern())
    }

    fn object(&mut self, place: &Place, members: &Map, at: usize) -> Result<Pattern, Error> {
        let with = |name: &str, value: Value| {
            let mut members = members.clone();
            members.insert(name.to_owned(), value);
            Value::Object(members)
        };
        let unknown_fields_tolerated = [UNKNOWN.into(), 1.into(), Value::Object(Map::new())]
            .into_iter()
            .all(|value| self.reads_here(place, with(UNKNOWN, value)));
        if let [(name, value)] = members.iter().collect::<Vec<_>>().as_slice()
            && let Some(key) = self.free_key(place, name, value)
        {
            self.fields[at].kind = FieldKind::Map;
            let place = place.key(name);
            let needs = Needs {
                required: false,
                null_tolerated: self.reads_here(&place, Value::Null),
            };
            let value = self.value(&place, value, needs)?;
            return Ok(each_key(key, value));
        }
        self.fields[at].kind = FieldKind::Object;
        self.fields[at].unknown_fields_tolerated = Some(unknown_fields_tolerated);
        let mut required = Vec::new();
        for (name, value) in members {
            let place = place.member(name);
            let needs = Needs {
                required: !self.reads(&place.drop(self.document)),
                null_tolerated: self.reads_here(&place, Value::Null),
            };
            let noted = self.fields.len();
            match self.value(&place, value, needs) {
                Ok(pattern) if needs.required => required.push((name.clone(), pattern)),
                Ok(_) => {}
                // Optional fields need not be determined.
                Err(_) if !needs.required => self.fields.truncate(noted + 1),
                Err(error) => return Err(error),
            }
        }
        Ok(object(required))
    }

    /// Returns the pattern of the keys, if the object is a map: another key is accepted with this value, but
    /// not with every value.
    fn free_key(&self, place: &Place, name: &str, value: &Value) -> Option<Pattern> {
        let reads = |key: &str, value: Value| {
            let members = map_of([(key.to_owned(), value)]);
            self.reads_here(place, Value::Object(members))
        };
        let is_key = |key: &str| {
            let others = [
                Value::Null,
                true.into(),
                1.into(),
                UNKNOWN.into(),
                Value::Array(Vec::new()),
                Value::Object(Map::new()),
            ];
            reads(key, value.clone()) && others.into_iter().any(|other| !reads(key, other))
        };
        if is_key(UNKNOWN) {
            return Some(name.into_pattern());
        }
        if name.parse::<i64>().is_ok() && is_key("7") && is_key("8") {
            return Some(regex(r"^-?\d+$", name));
        }
        Forms::read_by(is_key).pattern(name)
    }
}
