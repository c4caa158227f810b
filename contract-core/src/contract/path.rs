//! Path expressions: the place in a document that a rule or generator applies to.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// A path expression from a document's root: `$.items[*].id`, `$['a b']`.
///
/// Grammar: `$`, then any number of `.name`, `.*`, `['any text']`, `[0]` or `[*]`. The leading `$` is optional. Paths
/// are compared and sorted by their text.
///
/// A name without quotes ends at the next `.` or bracket step and may contain any other character, because many writers
/// put every name after a dot: `$.first name`, `$.user/address`, `$.filter[city]`. Expressions without a meaning in
/// contracts (`$..name`, `[?(@.id)]`, `[0:2]`, `[-1]`) are errors.
///
/// ```
/// use contract_core::contract::{Path, Token};
///
/// let path: Path = "$.lines[*].unit price".parse()?;
/// let field = |name: &str| Token::Field(name.to_owned());
/// assert_eq!(path.tokens(), [field("lines"), Token::StarIndex, field("unit price")]);
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Path {
    // Boxed: a contract keeps many paths, which do not grow.
    text: Box<str>,
    tokens: Box<[Token]>,
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
    /// Returns the path of the root: `$`.
    pub fn root() -> Self {
        Self {
            text: "$".into(),
            tokens: Box::default(),
        }
    }

    /// Creates the path of these steps.
    pub fn from_tokens(tokens: Vec<Token>) -> Self {
        let mut text = String::from("$");
        for token in &tokens {
            push_token(&mut text, token);
        }
        Self {
            text: text.into(),
            tokens: tokens.into(),
        }
    }

    /// Returns the steps below the root.
    ///
    /// ```
    /// use contract_core::contract::{Path, Token};
    ///
    /// let path: Path = "$.roles[*].id".parse()?;
    /// assert_eq!(path.tokens(), [Token::Field("roles".into()), Token::StarIndex, Token::Field("id".into())]);
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns the path as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the path that leads from this path's place to another path's.
    pub(crate) fn below(&self, further: &Self) -> Self {
        self.extended(further.tokens.iter().cloned())
    }

    /// Returns the path extended by one step.
    pub fn join(&self, token: Token) -> Self {
        self.extended([token])
    }

    fn extended(&self, steps: impl IntoIterator<Item = Token>) -> Self {
        let mut text = self.text.to_string();
        let mut tokens = self.tokens.to_vec();
        for token in steps {
            push_token(&mut text, &token);
            tokens.push(token);
        }
        Self {
            text: text.into(),
            tokens: tokens.into(),
        }
    }
}

/// Appends a step to a path's text: names that need no quotes in dot notation, others as `['name']`, or `["it's"]` if
/// the name contains a quote. Only this library reads a name with both kinds of quotes.
fn push_token(text: &mut String, token: &Token) {
    use fmt::Write as _;
    match token {
        Token::Field(name) if is_plain(name) => {
            text.push('.');
            text.push_str(name);
        }
        Token::Field(name) => {
            let quote = if name.contains('\'') && !name.contains("\"]") {
                '"'
            } else {
                '\''
            };
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
        Parser::new(text).path().map(|parsed| parsed.path)
    }
}

impl Path {
    /// Parses a path of a contract file. A notation that other tools may not read (`$.first name`, `$$.id`) is
    /// normalised (`$['first name']`, `$.id`).
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let Parsed { path, is_common } = Parser::new(text).path()?;
        Ok(if is_common {
            path
        } else {
            Self::from_tokens(path.tokens.into())
        })
    }
}

struct Parsed {
    path: Path,
    /// Whether the text uses only the grammar that all implementations read.
    is_common: bool,
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    is_common: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            rest: text,
            is_common: true,
        }
    }

    fn path(mut self) -> Result<Parsed, Error> {
        let mut tokens = Vec::new();
        if self.eat("$") {
            // Released versions of pact-jvm doubled the root.
            while self.eat("$") {
                self.is_common = false;
            }
        } else if self.rest.starts_with('.') {
            self.is_common = false;
        } else if !self.rest.is_empty() && !self.rest.starts_with('[') {
            tokens.push(self.name()?);
        }
        while !self.rest.is_empty() {
            tokens.push(self.token()?);
        }
        Ok(Parsed {
            path: Path {
                text: self.text.into(),
                tokens: tokens.into(),
            },
            is_common: self.is_common,
        })
    }

    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn token(&mut self) -> Result<Token, Error> {
        if self.eat(".") {
            if self.rest.starts_with('[') {
                self.bracket()
            } else {
                self.name()
            }
        } else if self.rest.starts_with('[') {
            self.bracket()
        } else {
            Err(self.error("'.' or '['"))
        }
    }

    fn bracket(&mut self) -> Result<Token, Error> {
        if self.eat("[*]") {
            Ok(Token::StarIndex)
        } else if self.eat("['") {
            self.quoted("']")
        } else if self.eat("[\"") {
            self.quoted("\"]")
        } else {
            self.eat("[");
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, rest) = self.rest.split_at(digits);
            let index = digits
                .parse()
                .map_err(|_| self.error("an index, '*' or a name in quotes, such as ['a name']"))?;
            self.rest = rest;
            if self.eat("]") {
                Ok(Token::Index(index))
            } else {
                Err(self.error("']'"))
            }
        }
    }

    /// Parses a name without quotes, or `*`.
    fn name(&mut self) -> Result<Token, Error> {
        let length = self.name_length();
        let (name, rest) = self.rest.split_at(length);
        if name.is_empty() {
            return Err(self.error("a name or '*'; a name that is empty is written ['']"));
        }
        self.rest = rest;
        if name == "*" {
            return Ok(Token::Star);
        }
        let is_common = |c: char| c.is_alphanumeric() || "_-:#@".contains(c);
        self.is_common &= name.chars().all(is_common);
        Ok(Token::Field(name.to_owned()))
    }

    /// Returns the length of a name: up to the next dot or bracket step. Brackets around anything that could be part of
    /// a name belong to it.
    fn name_length(&self) -> usize {
        let mut length = 0;
        while let Some(c) = self.rest[length..].chars().next() {
            match c {
                '.' => break,
                '[' => match bracketed_name(&self.rest[length..]) {
                    Some(bracketed) if length > 0 => length += bracketed,
                    _ => break,
                },
                c => length += c.len_utf8(),
            }
        }
        length
    }

    fn quoted(&mut self, end: &str) -> Result<Token, Error> {
        let Some((name, rest)) = self.rest.split_once(end) else {
            return Err(self.error(&format!("a name and {end}")));
        };
        self.is_common &= !name.contains(&end[..1]);
        self.rest = rest;
        Ok(Token::Field(name.to_owned()))
    }

    fn error(&self, expected: &str) -> Error {
        let at = self.text[..self.text.len() - self.rest.len()].chars().count();
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

/// Returns the length of a leading text in brackets that is part of a name and not a step: `[city]` of
/// `$.query.filter[city]`, `[]` of `$.query.ids[]`.
fn bracketed_name(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']')?;
    let inner = &inner[..end];
    let starts_a_name = inner
        .chars()
        .next()
        .is_none_or(|first| first.is_alphabetic() || "_$".contains(first));
    let holds_no_step = !inner.contains(['.', '[', '\'', '"', '*', ',', ':']);
    (starts_a_name && holds_no_step).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Token {
        Token::Field(name.to_owned())
    }

    #[test]
    fn a_name_behind_a_dot_ends_at_a_dot_or_a_step() {
        let cases = [
            ("$.first name", vec![field("first name")], "$['first name']"),
            ("$.a|b.c", vec![field("a|b"), field("c")], "$['a|b'].c"),
            (
                "$.days.01/02/2024[0]",
                vec![field("days"), field("01/02/2024"), Token::Index(0)],
                "$.days['01/02/2024'][0]",
            ),
            (
                "$.query.filter[city][0]",
                vec![field("query"), field("filter[city]"), Token::Index(0)],
                "$.query['filter[city]'][0]",
            ),
            ("$.ids[]", vec![field("ids[]")], "$['ids[]']"),
            (
                "$.ids[][*].x",
                vec![field("ids[]"), Token::StarIndex, field("x")],
                "$['ids[]'][*].x",
            ),
            ("$.a(b)~c!", vec![field("a(b)~c!")], "$['a(b)~c!']"),
            ("$.a*", vec![field("a*")], "$['a*']"),
            ("$.größe:x-1", vec![field("größe:x-1")], "$.größe:x-1"),
            ("$.@type", vec![field("@type")], "$.@type"),
            ("$.it's.a", vec![field("it's"), field("a")], "$[\"it's\"].a"),
            (
                "$['it's a.b'].c",
                vec![field("it's a.b"), field("c")],
                "$[\"it's a.b\"].c",
            ),
            ("$$[0].id", vec![Token::Index(0), field("id")], "$[0].id"),
            ("$$.id", vec![field("id")], "$.id"),
            (".a.b", vec![field("a"), field("b")], "$.a.b"),
            ("a.b", vec![field("a"), field("b")], "a.b"),
            ("['a'].b", vec![field("a"), field("b")], "['a'].b"),
            ("", vec![], ""),
        ];
        for (text, tokens, spelt) in cases {
            let path = Path::read(text).unwrap();
            assert_eq!(path.tokens(), tokens, "{text}");
            assert_eq!(path.as_str(), spelt);
            let again: Path = spelt.parse().unwrap();
            assert_eq!(again.tokens(), tokens, "{spelt}");
        }
    }

    #[test]
    fn what_contracts_have_no_meaning_for_is_refused() {
        for (text, character) in [
            ("$.a..b", 5),
            ("$..a", 3),
            ("$.", 3),
            ("$a", 2),
            ("$.a['b", 6),
            ("$.a['b]", 6),
            ("$.ä['@b].c", 6),
            ("$.a[-1]", 5),
            ("$.a[0:2]", 6),
            ("$.a[0,1]", 6),
            ("$.a[?(@.b)]", 5),
            ("$.a[0][b]", 8),
            ("$[b]", 3),
        ] {
            let error = text.parse::<Path>().unwrap_err().to_string();
            let place = format!("not valid at character {character}: expected ");
            assert!(error.contains(&place), "{error}");
        }
    }

    #[test]
    fn a_name_with_both_kinds_of_quotes_is_read_back() {
        for name in ["it's \"x\"", "a']b", "a\"]'b"] {
            let path = Path::from_tokens(vec![field(name), field("x")]);
            let again: Path = path.as_str().parse().unwrap();
            assert_eq!(again.tokens(), path.tokens(), "{path}");
        }
    }
}
