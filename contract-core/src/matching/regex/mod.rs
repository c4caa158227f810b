//! Regular expressions in contracts, written for Java, Ruby, JavaScript, Python, .NET, PHP or Rust.
//!
//! A contract does not say for which engine a pattern was written. [`TextRegex`] parses the common subset of all
//! dialects into its own syntax tree and compiles that, so that no construct silently gets an engine's own meaning.
//! Patterns without backtracking run on a finite automaton, in time linear in the text except for a few patterns whose
//! steps are counted. Look-around, back-references, atomic groups and possessive quantifiers run on a backtracking
//! engine that counts its steps.
//!
//! # What a pattern means
//!
//! The *whole* text must match, with backtracking: `a|ab` matches `ab`. `\d`, `\w`, `\s` and `\b` are Unicode-aware.
//! `.` matches anything except a line feed. `^` and `$` match at the ends of the text, and of lines under `(?m)`.
//!
//! If dialects disagree, the second column is the default meaning. The others are tried from left to right if there is
//! an example that does not match with the default ([`TextRegex::compile_for`]).
//!
//! | written | meaning | Ruby | Java, PCRE | JavaScript, Python |
//! |---|---|---|---|---|
//! | `\h` | a hexadecimal digit | the same | a horizontal space | |
//! | `\v` | a vertical tab | the same | any vertical space | |
//! | `(?m)` | `^` and `$` at lines | `.` matches line feeds | default | default |
//! | `^`, `$` without `(?m)` | ends of the text | ends of lines | default | default |
//! | `a{2}+` | possessive | repeated again | default | |
//! | `[a[bc]]` | nested class | default | default | `[` is a literal |
//! | `\p{Alpha}`, `[[:alpha:]]` | ASCII | Unicode | default | |
//!
//! A class that is not closed when parsed with nested classes (`[()[\]]`) is parsed with `[` as a literal. `$` and `\Z`
//! do not accept a final line feed: the whole text must match.
//!
//! # What is rejected
//!
//! With an error that names the position: recursion and subroutine calls, conditionals, branch reset, backtracking
//! verbs, `\K`, `\X`, Unicode blocks (`\p{InGreek}`), lone surrogates, unknown letter escapes, references to groups
//! that do not exist.

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
