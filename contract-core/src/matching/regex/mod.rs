//! Regular expressions as contracts carry them: written for Java, Ruby, JavaScript, Python, .NET, PHP or Rust.
//!
//! A contract does not say which engine its author had in mind. [`TextRegex`] reads the common ground of all of them
//! into a syntax tree of its own and compiles that, so that nothing an engine would silently read otherwise reaches
//! it. Patterns that a finite automaton can decide run on one, in time linear in the text but for a few patterns, whose
//! steps are counted. Look-around, back-references, atomic groups and possessive quantifiers run on a backtracking engine
//! that counts its steps.
//!
//! # What a pattern means
//!
//! The *whole* text must match, with backtracking: `a|ab` matches `ab`. `\d`, `\w`, `\s` and `\b` know Unicode.
//! `.` stands for anything but a line feed. `^` and `$` are the ends of the text, and of lines under `(?m)`.
//!
//! Where ecosystems disagree, the first column is the meaning; the others are tried, from left to right, when an
//! example is at hand that the first does not fit ([`TextRegex::compile_for`]).
//!
//! | written | meaning | Ruby | Java, PCRE | JavaScript, Python |
//! |---|---|---|---|---|
//! | `\h` | a hexadecimal digit | the same | a horizontal space | |
//! | `\v` | a vertical tab | the same | any vertical space | |
//! | `(?m)` | `^` and `$` at lines | `.` matches line feeds | as meant | as meant |
//! | `^`, `$` without `(?m)` | ends of the text | ends of lines | as meant | as meant |
//! | `a{2}+` | possessive | repeated again | as meant | |
//! | `[a[bc]]` | a class in a class | as meant | as meant | `[` is a character |
//! | `\p{Alpha}`, `[[:alpha:]]` | ASCII | Unicode | as meant | |
//!
//! A class that does not close when it is read with classes inside (`[()[\]]`) is read with `[` as a character.
//! `$` and `\Z` do not let a final line feed pass: the whole text must match anyway.
//!
//! # What is refused
//!
//! With an error that names the place: recursion and subroutine calls, conditionals, branch reset, backtracking
//! verbs, `\K`, `\X`, Unicode blocks (`\p{InGreek}`), lone surrogates, unknown escapes of letters, references to
//! groups that are not there.

mod automaton;
mod backtrack;
mod class;
mod emit;
mod escape;
mod parse;
mod program;
mod resolve;
mod sample;
mod shared;
mod side_by_side;
mod syntax;
#[cfg(test)]
mod tests;
mod text_regex;

pub(crate) use self::sample::sample;
pub use self::text_regex::{TextRegex, Verdict};
