//! Reads a JSONPath.

use super::expression::Expression;
use super::parse_expression::parse_expression;
use super::syntax::{JsonPath, PathError, Selector, Slice, Step};
use crate::lint::finding::Segment;

impl JsonPath {
    /// Reads a JSONPath.
    pub(in crate::lint) fn parse(text: &str) -> Result<Self, PathError> {
        let mut reader = Reader::new(text);
        reader.expect('$', "a path begins with $, or with # and the name of an alias")?;
        let mut path = Self {
            steps: Vec::new(),
            selects_names: false,
            depends_on_way: false,
        };
        let mut parents = 0;
        while let Some(character) = reader.peek() {
            if path.selects_names {
                return Err(reader.refuse("nothing can follow ~: it selects names, which have no members"));
            }
            match character {
                '~' => {
                    reader.next();
                    path.selects_names = true;
                }
                '^' => {
                    reader.next();
                    parents += 1;
                    path.steps.push(Step::Parent);
                }
                '[' => path.steps.push(Step::Children(bracket(&mut reader)?)),
                '.' => path.steps.push(dotted(&mut reader)?),
                other => {
                    return Err(
                        reader.refuse(&format!("{other} cannot follow here: write . or [ before a name"))
                    );
                }
            }
        }
        let looks_at_way = path.steps.iter().any(|step| match step {
            Step::Children(Selector::Filter(filter)) | Step::Descendants(Selector::Filter(filter)) => {
                filter.depends_on_way()
            }
            _ => false,
        });
        path.depends_on_way = parents > 1 || looks_at_way;
        Ok(path)
    }
}

/// Reads a step that begins with a dot.
fn dotted(reader: &mut Reader<'_>) -> Result<Step, PathError> {
    reader.expect('.', "a dot")?;
    let is_deep = reader.take('.');
    let selector = match reader.peek() {
        Some('[') if is_deep => bracket(reader)?,
        Some('*') => {
            reader.next();
            Selector::All
        }
        _ => Selector::Named(vec![bare_name(reader)?]),
    };
    Ok(if is_deep {
        Step::Descendants(selector)
    } else {
        Step::Children(selector)
    })
}

/// Reads a name without quotes: everything up to the next step.
fn bare_name(reader: &mut Reader<'_>) -> Result<Segment, PathError> {
    let mut name = String::new();
    while let Some(character) = reader
        .peek()
        .filter(|character| !".[]^~()'\" ,".contains(*character))
    {
        name.push(character);
        reader.next();
    }
    if name.starts_with('@') {
        return Err(reader.refuse(&format!(
            "{name} selects by type, which is not supported: use a filter [?(…)]"
        )));
    }
    if name.is_empty() {
        return Err(reader.refuse("a name or * is missing"));
    }
    Ok(segment(name))
}

fn segment(name: String) -> Segment {
    match name.parse::<usize>() {
        Ok(index) if index.to_string() == name => Segment::Index(index),
        _ => Segment::Name(name),
    }
}

/// Reads `[…]`.
fn bracket(reader: &mut Reader<'_>) -> Result<Selector, PathError> {
    reader.expect('[', "[")?;
    reader.spaces();
    let selector = match reader.peek() {
        Some('*') => {
            reader.next();
            Selector::All
        }
        Some('?') => {
            reader.next();
            Selector::Filter(filter(reader)?)
        }
        Some('(') => {
            return Err(reader.refuse("an index that is computed is not supported: use a slice, as [-1:]"));
        }
        _ => names_or_slice(reader)?,
    };
    reader.spaces();
    reader.expect(']', "] is missing")?;
    Ok(selector)
}

fn filter(reader: &mut Reader<'_>) -> Result<Expression, PathError> {
    reader.spaces();
    reader.expect('(', "a filter is written [?(…)]")?;
    let expression = parse_expression(reader)?;
    reader.spaces();
    reader.expect(')', "the filter does not end here: an operator or ) is expected")?;
    Ok(expression)
}

fn names_or_slice(reader: &mut Reader<'_>) -> Result<Selector, PathError> {
    let start = reader.mark();
    if let Some(slice) = slice(reader)? {
        return Ok(Selector::Slice(slice));
    }
    reader.reset(start);
    let mut names = Vec::new();
    loop {
        reader.spaces();
        let name = match reader.peek() {
            Some(quote @ ('\'' | '"')) => Segment::Name(reader.quoted(quote)?),
            _ => bare_name(reader)?,
        };
        names.push(name);
        reader.spaces();
        if !reader.take(',') {
            return Ok(Selector::Named(names));
        }
    }
}

/// Reads a slice; `None` if it is something else.
fn slice(reader: &mut Reader<'_>) -> Result<Option<Slice>, PathError> {
    let start = reader.integer();
    if !reader.take(':') {
        return match start {
            // The last element, as most dialects read it.
            Some(-1) => Ok(Some(Slice {
                start: Some(-1),
                end: None,
                step: 1,
            })),
            Some(index) if index < 0 => {
                Err(reader.refuse("a negative index is not supported: use a slice, as [-2:-1]"))
            }
            _ => Ok(None),
        };
    }
    let end = reader.integer();
    let step = if reader.take(':') {
        reader.integer().unwrap_or(1)
    } else {
        1
    };
    let step = usize::try_from(step)
        .ok()
        .filter(|step| *step > 0)
        .ok_or_else(|| reader.refuse("the step of a slice must be 1 or more"))?;
    Ok(Some(Slice { start, end, step }))
}

/// Reads characters.
pub(super) struct Reader<'t> {
    text: &'t str,
    /// The next byte.
    at: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// Takes this character, if it is the next one.
    pub(super) fn take(&mut self, character: char) -> bool {
        self.take_text(character.encode_utf8(&mut [0; 4]))
    }

    /// Takes this text, if it comes next.
    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    pub(super) fn expect(&mut self, character: char, otherwise: &str) -> Result<(), PathError> {
        if self.take(character) {
            Ok(())
        } else {
            Err(self.refuse(otherwise))
        }
    }

    pub(super) fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// Takes the characters for which this holds.
    pub(super) fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        let start = self.at;
        while self.peek().is_some_and(&holds) {
            self.next();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn integer(&mut self) -> Option<i64> {
        let start = self.mark();
        let is_negative = self.take('-');
        let digits = self.take_while(|character| character.is_ascii_digit());
        let Ok(number) = digits.parse::<i64>() else {
            self.reset(start);
            return None;
        };
        Some(if is_negative { -number } else { number })
    }

    /// Reads a text in quotes; `\` stands before a character that is taken as it is.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        self.expect(quote, "a quote")?;
        let mut text = String::new();
        while let Some(character) = self.next() {
            match character {
                '\\' => text.extend(self.next()),
                character if character == quote => return Ok(text),
                character => text.push(character),
            }
        }
        Err(self.refuse(&format!("{quote} is missing")))
    }

    pub(super) fn mark(&self) -> usize {
        self.at
    }

    pub(super) fn reset(&mut self, mark: usize) {
        self.at = mark;
    }

    pub(super) fn refuse(&self, message: &str) -> PathError {
        let before = self.text.get(..self.at).unwrap_or_default();
        PathError {
            message: message.to_owned(),
            character: before.chars().count() + 1,
        }
    }
}
