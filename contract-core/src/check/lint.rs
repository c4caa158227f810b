//! What is looked for in a contract.

/// Something that is looked for in a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// Its name: `unused-rule`.
    pub id: &'static str,
    /// How bad it is unless somebody decides otherwise.
    pub level: Level,
    /// What it finds, in a sentence without its end.
    pub summary: &'static str,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is not shown.
    Off,
    /// Its author should look at it.
    Warning,
    /// The contract should not be used.
    Error,
}

const fn error(id: &'static str, summary: &'static str) -> Lint {
    Lint {
        id,
        level: Level::Error,
        summary,
    }
}

const fn warning(id: &'static str, summary: &'static str) -> Lint {
    Lint {
        id,
        level: Level::Warning,
        summary,
    }
}

impl Lint {
    /// A rule or generator that cannot be used.
    pub const BROKEN_RULE: Self = error(
        "broken-rule",
        "a matching rule or generator cannot be used: it cannot be compiled, contradicts itself, or is unknown",
    );
    /// An example that does not fit its own rules.
    pub const EXAMPLE_BREAKS_RULE: Self = error(
        "example-breaks-rule",
        "an example does not fit its own rules, so that a provider that answers with it would fail",
    );
    /// An interaction that needs a plugin, a transport or a matching rule that this library does not have.
    pub const NOT_VERIFIABLE: Self = error(
        "not-verifiable",
        "an interaction cannot be verified: it needs a plugin, a transport, a kind or a rule that this library does not have",
    );
    /// One description with different contents.
    pub const SAME_DESCRIPTION: Self = error(
        "same-description",
        "two interactions with the same description and provider states say different things",
    );
    /// A rule or generator that has nothing to work on.
    pub const UNUSED_RULE: Self = warning(
        "unused-rule",
        "a matching rule or generator leads nowhere: the example has nothing in its place",
    );
    /// A list of rules that demands nothing.
    pub const EMPTY_RULE: Self = warning(
        "empty-rule",
        "a list of rules or a rule has no rules in it: it checks nothing",
    );
    /// A part that says nothing.
    pub const SAYS_NOTHING: Self = warning(
        "says-nothing",
        "a response or message says nothing, so that any is accepted",
    );
    /// A matcher among the data of an example.
    pub const MATCHER_AS_DATA: Self = warning(
        "matcher-as-data",
        "a body holds a matcher as data, which the provider would have to answer with",
    );
    /// A date pattern in the letters of another tool.
    pub const MISTAKEN_DATE: Self = warning(
        "mistaken-date",
        "a date pattern is written in the letters of another tool and means something else",
    );
    /// A large body without rules.
    pub const EXACT_BODY: Self = warning(
        "exact-body",
        "a response's body has many values and no rule: the provider has to answer with exactly these",
    );
    /// No interaction is about an error.
    pub const NO_ERROR_CASE: Self = warning(
        "no-error-case",
        "several interactions expect success and none expects an error of the provider",
    );

    /// All lints, errors first.
    pub const ALL: &'static [Self] = &[
        Self::BROKEN_RULE,
        Self::EXAMPLE_BREAKS_RULE,
        Self::NOT_VERIFIABLE,
        Self::SAME_DESCRIPTION,
        Self::UNUSED_RULE,
        Self::EMPTY_RULE,
        Self::SAYS_NOTHING,
        Self::MATCHER_AS_DATA,
        Self::MISTAKEN_DATE,
        Self::EXACT_BODY,
        Self::NO_ERROR_CASE,
    ];
}
