//! A compiled pattern.

use std::fmt;

use crate::matching::show;
use crate::{Error, ErrorKind};

/// Longer patterns are rejected: matching recurses once per item.
const LENGTH_LIMIT: usize = 200;

/// A compiled date or time pattern in Java's letters; see the [module documentation](super).
///
/// ```
/// use contract_core::matching::date::DatePattern;
///
/// let pattern = DatePattern::compile("dd MMM yyyy[ HH:mm]")?;
/// assert!(pattern.matches("29 Feb 2024 23:59"));
/// assert!(!pattern.matches("29 Feb 2023"));
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DatePattern {
    text: String,
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Literal(String),
    Field {
        letter: char,
        count: usize,
    },
    /// The items up to this index are optional.
    OptionalStart(usize),
    OptionalEnd,
}

/// Letters with the maximum number of repetitions.
const LETTERS: &[(char, usize)] = &[
    ('G', 5),
    ('u', 9),
    ('y', 9),
    ('Y', 9),
    ('Q', 5),
    ('q', 5),
    ('M', 5),
    ('L', 5),
    ('w', 2),
    ('W', 1),
    ('D', 3),
    ('d', 2),
    ('F', 2),
    ('g', 9),
    ('E', 5),
    ('e', 5),
    ('c', 5),
    ('a', 5),
    ('H', 2),
    ('k', 2),
    ('K', 2),
    ('h', 2),
    ('m', 2),
    ('s', 2),
    ('S', 9),
    ('n', 9),
    ('A', 9),
    ('N', 15),
    ('V', 2),
    ('z', 4),
    ('v', 4),
    ('O', 4),
    ('X', 5),
    ('x', 5),
    ('Z', 5),
];

impl DatePattern {
    /// The pattern of a `date` rule without a format.
    pub const ISO_DATE: &str = "yyyy-MM-dd";
    /// The pattern of a `time` rule without a format.
    pub const ISO_TIME: &str = "HH:mm:ss";
    /// The pattern of a `datetime` rule without a format.
    pub const ISO_DATETIME: &str = "yyyy-MM-dd'T'HH:mm:ssXXX";

    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`], naming the letter, if a letter has no meaning or is repeated too often, a quote or
    /// bracket is not closed, or the pattern is longer than 200 characters.
    pub fn compile(pattern: &str) -> Result<Self, Error> {
        let malformed = |at: usize, problem: &str| {
            Error::new(
                ErrorKind::Malformed,
                format!(
                    "date pattern {:?} cannot be read at character {}: {problem}",
                    show::around(pattern, at),
                    at + 1
                ),
            )
        };
        let characters: Vec<char> = pattern.chars().collect();
        if characters.len() > LENGTH_LIMIT {
            return Err(malformed(LENGTH_LIMIT, "it is longer than 200 characters"));
        }
        let mut items = Vec::new();
        let mut open = Vec::new();
        let mut at = 0;
        while let Some(&character) = characters.get(at) {
            let count = characters[at..].iter().take_while(|&&c| c == character).count();
            match character {
                '\'' => {
                    let (text, length) = quoted(&characters[at..]).ok_or_else(|| {
                        malformed(at, "a quote that does not close; write '' for the character")
                    })?;
                    push_literal(&mut items, &text);
                    at += length;
                    continue;
                }
                '[' => {
                    open.push((items.len(), at));
                    items.push(Item::OptionalStart(usize::MAX));
                    at += 1;
                    continue;
                }
                ']' => {
                    let (start, _) = open.pop().ok_or_else(|| {
                        malformed(at, "a ']' without its '['; write it in quotes for the character")
                    })?;
                    items[start] = Item::OptionalStart(items.len());
                    items.push(Item::OptionalEnd);
                    at += 1;
                    continue;
                }
                '{' | '}' | '#' => {
                    return Err(malformed(
                        at,
                        &format!("'{character}' is reserved; write it in quotes"),
                    ));
                }
                letter if letter.is_ascii_alphabetic() => {
                    check(letter, count).map_err(|problem| malformed(at, &problem))?;
                    items.push(Item::Field { letter, count });
                }
                other => push_literal(&mut items, &other.to_string().repeat(count)),
            }
            at += count;
        }
        if let Some((_, at)) = open.pop() {
            return Err(malformed(
                at,
                "a '[' that does not close; add ']', or write it in quotes",
            ));
        }
        Ok(Self {
            text: pattern.to_owned(),
            items,
        })
    }

    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Reads quoted text. Returns it with the number of characters read, quotes included.
fn quoted(characters: &[char]) -> Option<(String, usize)> {
    if characters.get(1) == Some(&'\'') {
        return Some(("'".to_owned(), 2));
    }
    let mut text = String::new();
    let mut at = 1;
    loop {
        match (characters.get(at)?, characters.get(at + 1)) {
            ('\'', Some('\'')) => {
                text.push('\'');
                at += 2;
            }
            ('\'', _) => return Some((text, at + 1)),
            (character, _) => {
                text.push(*character);
                at += 1;
            }
        }
    }
}

fn push_literal(items: &mut Vec<Item>, text: &str) {
    if let Some(Item::Literal(literal)) = items.last_mut() {
        literal.push_str(text);
    } else {
        items.push(Item::Literal(text.to_owned()));
    }
}

/// Checks that the letter may be repeated this many times.
fn check(letter: char, count: usize) -> Result<(), String> {
    let Some((_, most)) = LETTERS.iter().find(|(known, _)| *known == letter) else {
        return Err(format!(
            "the letter '{letter}' has no meaning; write text in quotes: '{letter}'"
        ));
    };
    if count > *most {
        return Err(format!(
            "'{letter}' is repeated {count} times; at most {most} have a meaning"
        ));
    }
    match (letter, count) {
        ('V', 1) => Err("one 'V' has no meaning; write 'VV'".to_owned()),
        ('c', 2) => Err("two 'c' have no meaning; write 'c' or 'ccc'".to_owned()),
        ('O' | 'v', 2 | 3) => Err(format!("{count} '{letter}' have no meaning; write one or four")),
        _ => Ok(()),
    }
}

impl fmt::Debug for DatePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatePattern({:?})", self.text)
    }
}

impl fmt::Display for DatePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
