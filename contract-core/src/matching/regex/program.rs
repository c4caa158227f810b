//! Compiles a syntax tree to a program for the backtracking engine.

use std::collections::HashMap;
use std::sync::Arc;

use regex_syntax::hir::{Class, HirKind};

use super::emit::push_character;
use super::syntax::{Anchor, Greed, Node, Target};

/// Programs with more instructions are rejected.
const SIZE_LIMIT: usize = 200_000;

/// The address of an instruction.
pub(super) type Address = u32;

/// The instructions of the backtracking engine.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    /// Number of position slots: two for each group, one for each loop whose body may be empty.
    pub(super) slots: usize,
}

#[derive(Debug)]
pub(super) enum Instruction {
    /// The end of the program, or of a nested one.
    End,
    /// One character of the set, read forwards or, in a look-behind, backwards.
    Character {
        set: Arc<Set>,
        backwards: bool,
    },
    Anchor(Anchor),
    Jump(Address),
    /// Continues at the first address and, if that fails, at the second.
    Split(Address, Address),
    /// Saves the position.
    Save(usize),
    /// Continues at the address if the position equals the saved one: the loop body consumed nothing.
    IfStill {
        slot: usize,
        address: Address,
    },
    /// Runs the program up to `next` as a nested attempt.
    Look {
        negative: bool,
        next: Address,
    },
    /// Runs the program up to `next` as a nested attempt and keeps its position.
    Atomic {
        next: Address,
    },
    /// The text that the group matched.
    Reference {
        group: usize,
        ignore_case: bool,
        backwards: bool,
    },
}

/// A set of characters.
#[derive(Debug, PartialEq)]
pub(super) enum Set {
    One(char),
    /// In ascending order, not adjacent.
    Ranges(Vec<(char, char)>),
}

impl Set {
    pub(super) fn contains(&self, character: char) -> bool {
        match self {
            Self::One(only) => *only == character,
            Self::Ranges(ranges) => {
                let at = ranges.partition_point(|(_, end)| *end < character);
                ranges.get(at).is_some_and(|(start, _)| *start <= character)
            }
        }
    }

    /// Returns the characters of a class in the syntax of `regex-syntax`; `None` if it is not a class.
    fn of(class: &str) -> Option<Self> {
        let hir = regex_syntax::parse(class).ok()?;
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => Some(Self::Ranges(
                class
                    .ranges()
                    .iter()
                    .map(|range| (range.start(), range.end()))
                    .collect(),
            )),
            // An empty intersection.
            HirKind::Class(Class::Bytes(class)) if class.ranges().is_empty() => {
                Some(Self::Ranges(Vec::new()))
            }
            HirKind::Literal(literal) => {
                let mut characters = std::str::from_utf8(&literal.0).ok()?.chars();
                characters
                    .next()
                    .filter(|_| characters.next().is_none())
                    .map(Self::One)
            }
            _ => None,
        }
    }
}

/// Why a tree cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    TooLarge,
    /// A class that the `regex` crate cannot express.
    Class,
}

impl Program {
    /// Compiles a tree that must match the whole text; `groups` is the number of its groups.
    pub(super) fn compile(root: &Node, groups: usize) -> Result<Self, Unfit> {
        let mut compiler = Compiler {
            instructions: Vec::new(),
            slots: 2 * groups,
            sets: HashMap::new(),
            backwards: false,
        };
        compiler.node(root)?;
        compiler.push(Instruction::Anchor(Anchor::TextEnd))?;
        compiler.push(Instruction::End)?;
        Ok(Self {
            instructions: compiler.instructions,
            slots: compiler.slots,
        })
    }
}

struct Compiler {
    instructions: Vec<Instruction>,
    slots: usize,
    /// Each class is computed once.
    sets: HashMap<String, Arc<Set>>,
    /// A look-behind is read from right to left.
    backwards: bool,
}

impl Compiler {
    fn push(&mut self, instruction: Instruction) -> Result<Address, Unfit> {
        if self.instructions.len() >= SIZE_LIMIT {
            return Err(Unfit::TooLarge);
        }
        self.instructions.push(instruction);
        Ok(self.here() - 1)
    }

    fn here(&self) -> Address {
        // The size limit is far below.
        Address::try_from(self.instructions.len()).unwrap_or(Address::MAX)
    }

    /// Appends an instruction whose addresses are set later.
    fn push_open(&mut self) -> Result<Address, Unfit> {
        self.push(Instruction::Jump(0))
    }

    fn set(&mut self, at: Address, instruction: Instruction) {
        self.instructions[at as usize] = instruction;
    }

    fn node(&mut self, node: &Node) -> Result<(), Unfit> {
        match node {
            Node::Literal {
                character,
                ignore_case,
            } => {
                let mut text = String::new();
                push_character(&mut text, *character);
                self.character(&text, *ignore_case)?;
            }
            Node::Class { set, ignore_case } => self.character(set, *ignore_case)?,
            Node::Anchor(anchor) => {
                self.push(Instruction::Anchor(*anchor))?;
            }
            Node::Sequence(nodes) if self.backwards => {
                nodes.iter().rev().try_for_each(|node| self.node(node))?;
            }
            Node::Sequence(nodes) => nodes.iter().try_for_each(|node| self.node(node))?,
            Node::Alternation(nodes) => self.alternation(nodes)?,
            Node::Group { index, node } => {
                let (start, end) = (2 * (index - 1), 2 * (index - 1) + 1);
                let (first, last) = if self.backwards {
                    (end, start)
                } else {
                    (start, end)
                };
                self.push(Instruction::Save(first))?;
                self.node(node)?;
                self.push(Instruction::Save(last))?;
            }
            Node::Repeat {
                node,
                min,
                max,
                greed: Greed::Possessive,
            } => self.atomic(|compiler| compiler.repeat(node, *min, *max, Greed::Greedy))?,
            Node::Repeat {
                node,
                min,
                max,
                greed,
            } => self.repeat(node, *min, *max, *greed)?,
            Node::Look {
                behind,
                negative,
                node,
            } => {
                let at = self.push_open()?;
                let outer = std::mem::replace(&mut self.backwards, *behind);
                self.node(node)?;
                self.backwards = outer;
                self.push(Instruction::End)?;
                let (negative, next) = (*negative, self.here());
                self.set(at, Instruction::Look { negative, next });
            }
            Node::Atomic(node) => self.atomic(|compiler| compiler.node(node))?,
            Node::Reference {
                target: Target::Group(group),
                ignore_case,
                ..
            } => {
                let instruction = Instruction::Reference {
                    group: *group,
                    ignore_case: *ignore_case,
                    backwards: self.backwards,
                };
                self.push(instruction)?;
            }
            // Resolved to groups after parsing.
            Node::Empty | Node::Reference { .. } => {}
        }
        Ok(())
    }

    fn character(&mut self, class: &str, ignore_case: bool) -> Result<(), Unfit> {
        let text = if ignore_case {
            format!("(?i:{class})")
        } else {
            class.to_owned()
        };
        let set = if let Some(set) = self.sets.get(&text) {
            Arc::clone(set)
        } else {
            let set = Arc::new(Set::of(&text).ok_or(Unfit::Class)?);
            self.sets.insert(text, Arc::clone(&set));
            set
        };
        let backwards = self.backwards;
        self.push(Instruction::Character { set, backwards })?;
        Ok(())
    }

    fn alternation(&mut self, nodes: &[Node]) -> Result<(), Unfit> {
        let Some((last, others)) = nodes.split_last() else {
            return Ok(());
        };
        let mut ends = Vec::with_capacity(others.len());
        for node in others {
            let split = self.push_open()?;
            self.node(node)?;
            ends.push(self.push_open()?);
            let next = self.here();
            self.set(split, Instruction::Split(split + 1, next));
        }
        self.node(last)?;
        let end = self.here();
        for at in ends {
            self.set(at, Instruction::Jump(end));
        }
        Ok(())
    }

    fn atomic(&mut self, body: impl FnOnce(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        let at = self.push_open()?;
        body(self)?;
        self.push(Instruction::End)?;
        let next = self.here();
        self.set(at, Instruction::Atomic { next });
        Ok(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, greed: Greed) -> Result<(), Unfit> {
        if max == Some(0) {
            return Ok(());
        }
        for _ in 0..min {
            let before = self.here();
            self.node(node)?;
            if self.here() == before {
                // It has no width, however often it is repeated.
                return Ok(());
            }
        }
        match max {
            None => self.star(node, may_be_empty(node), greed),
            Some(max) => {
                let mut splits = Vec::new();
                for _ in min..max {
                    splits.push(self.push_open()?);
                    self.node(node)?;
                }
                let end = self.here();
                for split in splits {
                    self.set(split, choice(split + 1, end, greed));
                }
                Ok(())
            }
        }
    }

    /// ```text
    /// loop:  split body, end
    /// body:  remember; …; if still there go to end; go to loop
    /// end:
    /// ```
    fn star(&mut self, node: &Node, may_be_empty: bool, greed: Greed) -> Result<(), Unfit> {
        let split = self.push_open()?;
        if !may_be_empty {
            self.node(node)?;
            self.push(Instruction::Jump(split))?;
            let end = self.here();
            self.set(split, choice(split + 1, end, greed));
            return Ok(());
        }
        let slot = self.slots;
        self.slots += 1;
        self.push(Instruction::Save(slot))?;
        self.node(node)?;
        let still = self.push_open()?;
        self.push(Instruction::Jump(split))?;
        let address = self.here();
        self.set(still, Instruction::IfStill { slot, address });
        self.set(split, choice(split + 1, address, greed));
        Ok(())
    }
}

fn choice(body: Address, end: Address, greed: Greed) -> Instruction {
    if greed == Greed::Lazy {
        Instruction::Split(end, body)
    } else {
        Instruction::Split(body, end)
    }
}

/// Returns whether the node can match the empty text.
fn may_be_empty(node: &Node) -> bool {
    match node {
        Node::Empty | Node::Anchor(_) | Node::Look { .. } | Node::Reference { .. } => true,
        Node::Literal { .. } | Node::Class { .. } => false,
        Node::Sequence(nodes) => nodes.iter().all(may_be_empty),
        Node::Alternation(nodes) => nodes.iter().any(may_be_empty),
        Node::Group { node, .. } | Node::Atomic(node) => may_be_empty(node),
        Node::Repeat { node, min, .. } => *min == 0 || may_be_empty(node),
    }
}
