//! The syntax tree of patterns in all dialects.

/// A node of a pattern, with its flags resolved.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Empty,
    Literal {
        character: char,
        ignore_case: bool,
    },
    /// A set of characters, in the syntax of `regex-syntax`: `[a-z]`, `\w`.
    Class {
        set: String,
        ignore_case: bool,
    },
    Anchor(Anchor),
    Sequence(Vec<Node>),
    Alternation(Vec<Node>),
    /// A capturing group; counted from 1.
    Group {
        index: usize,
        node: Box<Node>,
    },
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        greed: Greed,
    },
    Look {
        behind: bool,
        negative: bool,
        node: Box<Node>,
    },
    Atomic(Box<Node>),
    Reference {
        target: Target,
        ignore_case: bool,
        /// The position in the pattern, for errors.
        at: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    TextStart,
    TextEnd,
    /// The end of the text or before its final line feed (`\Z`).
    FinalLineEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// What a back-reference refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Digits after a backslash: how many of them belong to the number depends on the number of groups.
    Digits(String),
    /// `\g{-1}`: this many groups back from here.
    Group(usize),
    Name(String),
}

/// The dialect that decides the meaning of an ambiguous construct; see the table in the [module documentation](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Common,
    Ruby,
    Java,
    JavaScript,
}

impl Dialect {
    /// In the order in which they are tried with an example.
    pub(super) const OTHERS: [Self; 3] = [Self::Ruby, Self::Java, Self::JavaScript];
}

/// A parsed pattern: its tree and the number of capturing groups.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    pub(super) root: Node,
    pub(super) groups: usize,
}

/// Why a pattern cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// The position in the pattern in characters, from 0.
    pub(super) at: usize,
    pub(super) problem: String,
    /// The class was still open at the end: parsing `[` as a literal may close it.
    pub(super) open_class: bool,
}

impl Node {
    pub(super) fn literal(character: char) -> Self {
        Self::Literal {
            character,
            ignore_case: false,
        }
    }

    pub(super) fn sequence(mut nodes: Vec<Self>) -> Self {
        match nodes.len() {
            0 => Self::Empty,
            1 => nodes.remove(0),
            _ => Self::Sequence(nodes),
        }
    }

    /// Returns whether the node needs a backtracking engine.
    pub(super) fn needs_backtracking(&self) -> bool {
        match self {
            Self::Look { .. }
            | Self::Atomic(_)
            | Self::Reference { .. }
            | Self::Anchor(Anchor::FinalLineEnd) => true,
            Self::Empty | Self::Literal { .. } | Self::Class { .. } | Self::Anchor(_) => false,
            Self::Sequence(nodes) | Self::Alternation(nodes) => nodes.iter().any(Self::needs_backtracking),
            Self::Group { node, .. } => node.needs_backtracking(),
            Self::Repeat { node, greed, .. } => *greed == Greed::Possessive || node.needs_backtracking(),
        }
    }
}
