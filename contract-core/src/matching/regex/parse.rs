//! Parses a pattern into its syntax tree.

use super::syntax::{Anchor, Dialect, Greed, Node, SyntaxError, Target, Tree};

/// More deeply nested groups are rejected: parsing and compiling recurse.
const DEPTH_LIMIT: usize = 100;

/// The flags in effect at one position.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "flags are independent")]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    /// `^` and `$` match at lines.
    pub(super) lines: bool,
    /// `.` matches line feeds.
    pub(super) dot_all: bool,
    /// White space and comments are ignored.
    pub(super) verbose: bool,
}

pub(super) struct Parser {
    pub(super) characters: Vec<char>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    pub(super) dialect: Dialect,
    /// Names of the capturing groups, in opening order.
    pub(super) names: Vec<Option<String>>,
    depth: usize,
}

/// Parses the pattern in this dialect.
pub(super) fn parse(pattern: &str, dialect: Dialect) -> Result<Tree, SyntaxError> {
    let mut parser = Parser {
        characters: pattern.chars().collect(),
        at: 0,
        flags: Flags::default(),
        dialect,
        names: Vec::new(),
        depth: 0,
    };
    let root = parser.alternation()?;
    if parser.peek().is_some() {
        return Err(parser.error(parser.at, "a ')' without its '('; write '\\)' for the character"));
    }
    let root = parser.resolve(root, true)?;
    Ok(Tree {
        root,
        groups: parser.names.len(),
    })
}

impl Parser {
    #[expect(clippy::unused_self, reason = "reads as the parser's error")]
    pub(super) fn error(&self, at: usize, problem: impl Into<String>) -> SyntaxError {
        SyntaxError {
            at,
            problem: problem.into(),
            open_class: false,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let mut end = self.at;
        for character in text.chars() {
            if self.characters.get(end) != Some(&character) {
                return false;
            }
            end += 1;
        }
        self.at = end;
        true
    }

    /// Returns the text before this character and skips the character; `None` if it does not occur.
    pub(super) fn take_until(&mut self, end: char) -> Option<String> {
        let length = self.characters[self.at..].iter().position(|&c| c == end)?;
        let taken = self.characters[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        Some(taken)
    }

    pub(super) fn literal(&self, character: char) -> Node {
        Node::Literal {
            character,
            ignore_case: self.flags.ignore_case,
        }
    }

    pub(super) fn set(&self, set: impl Into<String>) -> Node {
        Node::Class {
            set: set.into(),
            ignore_case: self.flags.ignore_case,
        }
    }

    fn alternation(&mut self) -> Result<Node, SyntaxError> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 {
            branches.remove(0)
        } else {
            Node::Alternation(branches)
        })
    }

    fn sequence(&mut self) -> Result<Node, SyntaxError> {
        let mut nodes = Vec::new();
        loop {
            self.skip_insignificant()?;
            match self.peek() {
                None | Some('|' | ')') => return Ok(Node::sequence(nodes)),
                Some(_) => {}
            }
            let start = self.at;
            if self.eat("\\E") {
                continue;
            }
            let atom = if self.eat("\\Q") {
                match self.quoted(&mut nodes) {
                    Some(last) => last,
                    None => continue,
                }
            } else {
                match self.atom()? {
                    Some(atom) => atom,
                    None => continue,
                }
            };
            let repeated = self.repeated(atom, start)?;
            nodes.push(repeated);
        }
    }

    /// Parses text between `\Q` and `\E`; returns its last character, which a following quantifier applies to.
    fn quoted(&mut self, nodes: &mut Vec<Node>) -> Option<Node> {
        let before = nodes.len();
        while self.peek().is_some() && !self.eat("\\E") {
            if let Some(character) = self.next() {
                nodes.push(self.literal(character));
            }
        }
        if nodes.len() > before { nodes.pop() } else { None }
    }

    /// Skips comments and, under `(?x)`, white space.
    fn skip_insignificant(&mut self) -> Result<(), SyntaxError> {
        loop {
            let start = self.at;
            if self.eat("(?#") {
                self.take_until(')')
                    .ok_or_else(|| self.error(start, "a comment that does not close; add ')'"))?;
            } else if self.flags.verbose && self.peek().is_some_and(char::is_whitespace) {
                self.at += 1;
            } else if self.flags.verbose && self.peek() == Some('#') {
                if self.take_until('\n').is_none() {
                    self.at = self.characters.len();
                }
            } else {
                return Ok(());
            }
        }
    }

    fn atom(&mut self) -> Result<Option<Node>, SyntaxError> {
        let start = self.at;
        let Some(character) = self.next() else {
            return Ok(None);
        };
        let line_anchors = self.flags.lines || self.dialect == Dialect::Ruby;
        Ok(Some(match character {
            '(' => return self.group(start),
            '[' => {
                let set = self.class(start)?;
                self.set(set)
            }
            '\\' => self.escape(start)?,
            '.' => self.set(if self.flags.dot_all { "(?s:.)" } else { "[^\\n]" }),
            '^' if line_anchors => Node::Anchor(Anchor::LineStart),
            '^' => Node::Anchor(Anchor::TextStart),
            '$' if line_anchors => Node::Anchor(Anchor::LineEnd),
            '$' => Node::Anchor(Anchor::TextEnd),
            '*' | '+' | '?' => {
                return Err(self.error(
                    start,
                    format!("'{character}' with nothing to repeat; write '\\{character}' for the character"),
                ));
            }
            '{' if self.bounds(start).is_some() => {
                return Err(self.error(
                    start,
                    "a repetition with nothing to repeat; write '\\{' for the character",
                ));
            }
            other => self.literal(other),
        }))
    }

    fn group(&mut self, start: usize) -> Result<Option<Node>, SyntaxError> {
        let outer = self.flags;
        let node = if self.eat("?:") {
            self.group_body(start)?
        } else if self.eat("?=") {
            self.look(start, false, false)?
        } else if self.eat("?!") {
            self.look(start, false, true)?
        } else if self.eat("?<=") {
            self.look(start, true, false)?
        } else if self.eat("?<!") {
            self.look(start, true, true)?
        } else if self.eat("?>") {
            Node::Atomic(Box::new(self.group_body(start)?))
        } else if self.eat("?P<") || self.eat("?<") {
            let name = self.name('>')?;
            self.capture(start, Some(name))?
        } else if self.eat("?'") {
            let name = self.name('\'')?;
            self.capture(start, Some(name))?
        } else if self.eat("?P=") {
            let name = self.name(')')?;
            Node::Reference {
                target: Target::Name(name),
                ignore_case: self.flags.ignore_case,
                at: start,
            }
        } else if self.peek() == Some('?') {
            self.at += 1;
            return match self.flag_group(start)? {
                None => Ok(None),
                Some(node) => {
                    self.flags = outer;
                    Ok(Some(node))
                }
            };
        } else if self.peek() == Some('*') {
            return Err(self.error(
                start,
                "backtracking verbs are not supported; write the pattern without '(*'",
            ));
        } else {
            self.capture(start, None)?
        };
        self.flags = outer;
        Ok(Some(node))
    }

    fn group_body(&mut self, start: usize) -> Result<Node, SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(self.error(
                start,
                format!("groups more than {DEPTH_LIMIT} deep; flatten the pattern"),
            ));
        }
        let node = self.alternation()?;
        self.depth -= 1;
        if self.eat(")") {
            Ok(node)
        } else {
            Err(self.error(
                start,
                "a group that does not close; add ')', or write '\\(' for the character",
            ))
        }
    }

    fn look(&mut self, start: usize, behind: bool, negative: bool) -> Result<Node, SyntaxError> {
        Ok(Node::Look {
            behind,
            negative,
            node: Box::new(self.group_body(start)?),
        })
    }

    fn capture(&mut self, start: usize, name: Option<String>) -> Result<Node, SyntaxError> {
        if name.is_some() && self.names.contains(&name) {
            return Err(self.error(start, "two groups of the same name; rename one"));
        }
        self.names.push(name);
        let index = self.names.len();
        Ok(Node::Group {
            index,
            node: Box::new(self.group_body(start)?),
        })
    }

    /// Returns the number of groups opened so far.
    pub(super) fn groups_so_far(&self) -> usize {
        self.names.len()
    }

    pub(super) fn name(&mut self, end: char) -> Result<String, SyntaxError> {
        let start = self.at;
        let valid = |name: &String| {
            !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        self.take_until(end).filter(valid).ok_or_else(|| {
            self.error(
                start,
                format!("not a group name; write letters and digits, then '{end}'"),
            )
        })
    }

    /// Parses `(?i)`, which sets flags for the rest of the group (`None`), or `(?i:…)`, which sets them for its
    /// content.
    fn flag_group(&mut self, start: usize) -> Result<Option<Node>, SyntaxError> {
        let mut on = true;
        loop {
            match self.next() {
                Some('-') if on => on = false,
                Some('i') => self.flags.ignore_case = on,
                Some('m') if self.dialect == Dialect::Ruby => self.flags.dot_all = on,
                Some('m') => self.flags.lines = on,
                Some('s') => self.flags.dot_all = on,
                Some('x') => self.flags.verbose = on,
                // Java: Unicode classes and case folding (always on here), and line feeds as the only line ends (which
                // they are). PCRE's and Rust's `U` swaps greediness, which does not affect a match of the whole text.
                Some('u' | 'U' | 'd') => {}
                Some(')') => return Ok(None),
                Some(':') => return self.group_body(start).map(Some),
                _ => {
                    return Err(self.error(
                        start,
                        "unsupported group; supported are (?:…) (?i) (?i:…) (?=…) (?!…) (?<=…) (?<!…) \
                         (?>…) (?<name>…) and (?P<name>…), with the flags i, m, s, x and u",
                    ));
                }
            }
        }
    }

    /// Parses the quantifiers that follow an atom.
    fn repeated(&mut self, atom: Node, start: usize) -> Result<Node, SyntaxError> {
        let mut node = atom;
        let mut quantified = false;
        loop {
            self.skip_insignificant()?;
            let at = self.at;
            let counted = self.peek() == Some('{');
            let (min, max) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.bounds(self.at) {
                    Some((min, max, length)) => {
                        self.at += length - 1;
                        (min, max)
                    }
                    None => return Ok(node),
                },
                _ => return Ok(node),
            };
            if quantified {
                return Err(self.error(at, "a quantifier after a quantifier; put the first into (?:…)"));
            }
            if max.is_some_and(|max| max < min) {
                return Err(self.error(at, "a repetition whose upper bound is below its lower bound"));
            }
            self.at += 1;
            let greed = if self.eat("?") {
                Greed::Lazy
            } else if counted && self.dialect == Dialect::Ruby && self.eat("+") {
                node = repeat(node, min, max, Greed::Greedy);
                node = repeat(node, 1, None, Greed::Greedy);
                quantified = true;
                continue;
            } else if self.eat("+") {
                Greed::Possessive
            } else {
                Greed::Greedy
            };
            if max.or(Some(min)).is_some_and(|bound| bound > 100_000) {
                return Err(self.error(start, "a repetition of more than 100000 times; use '*' or '+'"));
            }
            node = repeat(node, min, max, greed);
            quantified = true;
        }
    }

    /// Parses the bounds in braces and returns them with their length. A brace that opens no bounds is a literal.
    fn bounds(&self, from: usize) -> Option<(u32, Option<u32>, usize)> {
        let length = self.characters[from..].iter().take(24).position(|&c| c == '}')?;
        let inside: String = self.characters[from + 1..from + length].iter().collect();
        let number = |text: &str| -> Option<u32> {
            (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse().unwrap_or(u32::MAX))
        };
        let (min, max) = match inside.split_once(',') {
            None => {
                let count = number(&inside)?;
                (count, Some(count))
            }
            Some(("", max)) => (0, Some(number(max)?)),
            Some((min, "")) => (number(min)?, None),
            Some((min, max)) => (number(min)?, Some(number(max)?)),
        };
        Some((min, max, length + 1))
    }
}

/// Repeats a node. A node without width occurs at most once.
fn repeat(node: Node, min: u32, max: Option<u32>, greed: Greed) -> Node {
    match node {
        Node::Anchor(_) | Node::Look { .. } | Node::Empty if min == 0 => Node::Empty,
        Node::Anchor(_) | Node::Look { .. } | Node::Empty => node,
        node => Node::Repeat {
            node: Box::new(node),
            min,
            max,
            greed,
        },
    }
}
