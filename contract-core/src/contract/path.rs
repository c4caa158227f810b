//! Path expressions: where in a document a rule or generator applies.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// A path expression from a document's root: `$.items[*].id`, `$['a b']`.
///
/// Grammar: `$`, then `.name`, `.*`, `['any text but a quote']`, `[0]` or `[*]`, any number of times. The leading `$`
/// may be left out before a name. Compares and sorts by its text.
#[derive(Debug, Clone)]
pub struct Path {
    text: String,
    tokens: Vec<Token>,
}

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// The member of this name.
    Field(String),
    /// The element at this index.
    Index(usize),
    /// `.*`: any member or element.
    Star,
    /// `[*]`: any element.
    StarIndex,
}

impl Path {
    /// `$`
    pub fn root() -> Self {
        Self {
            text: "$".to_owned(),
            tokens: Vec::new(),
        }
    }

    /// The path of these steps.
    pub fn from_tokens(tokens: Vec<Token>) -> Self {
        let mut text = String::from("$");
        for token in &tokens {
            push_token(&mut text, token);
        }
        Self { text, tokens }
    }

    /// The steps below the root.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// One step further down.
    pub fn join(&self, token: Token) -> Self {
        let mut path = self.clone();
        push_token(&mut path.text, &token);
        path.tokens.push(token);
        path
    }
}

/// Adds a step to a path's text: names that need no quotes in the dot form, others as `['name']`, or `["it's"]` where the
/// name holds a quote. A name with both kinds of quotes has no form that any implementation reads.
fn push_token(text: &mut String, token: &Token) {
    use fmt::Write as _;
    match token {
        Token::Field(name) if is_plain(name) => {
            text.push('.');
            text.push_str(name);
        }
        Token::Field(name) => {
            let quote = if name.contains('\'') { '"' } else { '\'' };
            let _ = write!(text, "[{quote}{name}{quote}]");
        }
        Token::Index(index) => {
            let _ = write!(text, "[{index}]");
        }
        Token::Star => text.push_str(".*"),
        Token::StarIndex => text.push_str("[*]"),
    }
}

fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Path {}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl std::hash::Hash for Path {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl FromStr for Path {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parser = Parser { text, rest: text };
        let mut tokens = Vec::new();
        if !parser.eat("$") && !text.is_empty() && !text.starts_with('[') {
            tokens.push(parser.name()?);
        }
        while !parser.rest.is_empty() {
            tokens.push(parser.token()?);
        }
        Ok(Self {
            text: text.to_owned(),
            tokens,
        })
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let at = self.rest.find(end).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(at);
        self.rest = rest;
        taken
    }

    fn token(&mut self) -> Result<Token, Error> {
        if self.eat(".") {
            if self.rest.starts_with('[') {
                self.token()
            } else {
                self.name()
            }
        } else if self.eat("[*]") {
            Ok(Token::StarIndex)
        } else if self.eat("['") {
            self.quoted('\'')
        } else if self.eat("[\"") {
            self.quoted('"')
        } else if self.eat("[") {
            let digits = self.take_until(|c| !c.is_ascii_digit());
            let index = digits
                .parse()
                .map_err(|_| self.error("an index, '*' or a quoted name"))?;
            if self.eat("]") {
                Ok(Token::Index(index))
            } else {
                Err(self.error("']'"))
            }
        } else {
            Err(self.error("'.' or '['"))
        }
    }

    fn name(&mut self) -> Result<Token, Error> {
        if self.eat("*") {
            return Ok(Token::Star);
        }
        let name = self.take_until(|c| !(c.is_alphanumeric() || "_-:#@".contains(c)));
        if name.is_empty() {
            Err(self.error("a name or '*'"))
        } else {
            Ok(Token::Field(name.to_owned()))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Token, Error> {
        let name = self.take_until(|c| c == quote);
        if self.eat(&format!("{quote}]")) {
            Ok(Token::Field(name.to_owned()))
        } else {
            Err(self.error("a closing quote and ']'"))
        }
    }

    fn error(&self, expected: &str) -> Error {
        let at = self.text.len() - self.rest.len();
        Error::new(
            ErrorKind::Malformed,
            format!(
                "path expression {:?} is not valid at character {}: expected {expected}",
                self.text,
                at + 1
            ),
        )
    }
}
