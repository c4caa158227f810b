//! The lints of contracts.

/// A kind of problem that contracts are checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// Its name: `unused-rule`.
    pub id: &'static str,
    /// The default level.
    pub level: Level,
    /// What it finds, as a sentence without a full stop.
    pub summary: &'static str,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not shown.
    Off,
    /// The author should look at it.
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
    /// An example that does not match its own rules.
    pub const EXAMPLE_BREAKS_RULE: Self = error(
        "example-breaks-rule",
        "an example, or a value generated in its place, does not match its own rules, so a provider that responds with it would fail",
    );
    /// An interaction that needs an unsupported plugin, transport or matching rule.
    pub const NOT_VERIFIABLE: Self = error(
        "not-verifiable",
        "an interaction cannot be verified: it needs a plugin, a transport, a kind or a rule that this library does not have",
    );
    /// One description with different content.
    pub const SAME_DESCRIPTION: Self = error(
        "same-description",
        "two interactions with the same description and provider states have different content",
    );
    /// A rule or generator without a value to apply to.
    pub const UNUSED_RULE: Self = warning(
        "unused-rule",
        "a matching rule or generator is not used: the example has no value at its path",
    );
    /// A list of rules without rules.
    pub const EMPTY_RULE: Self = warning(
        "empty-rule",
        "a list of rules has no rules in it, or a rule accepts every value: it checks nothing",
    );
    /// A part without content to check.
    pub const SAYS_NOTHING: Self = warning(
        "says-nothing",
        "a response or message specifies nothing, so any is accepted",
    );
    /// A matcher stored as data in an example.
    pub const MATCHER_AS_DATA: Self = warning(
        "matcher-as-data",
        "a body contains a matcher as data, which the provider would have to respond with",
    );
    /// A date pattern in another tool's syntax.
    pub const MISTAKEN_DATE: Self = warning(
        "mistaken-date",
        "a date pattern is written in another tool's syntax and has a different meaning here",
    );
    /// A large body without rules.
    pub const EXACT_BODY: Self = warning(
        "exact-body",
        "a response's body has many values and no rule: the provider has to respond with exactly these",
    );
    /// A field that no test of the consumer needs.
    pub const UNNEEDED_FIELD: Self = warning(
        "unneeded-field",
        "a field is contracted that the consumer's tests do not need, as `minimize` found out",
    );
    /// A value that an earlier contract compared exactly.
    pub const LOOSENED: Self = warning(
        "loosened",
        "a value is compared more loosely than in the earlier contract given with --against, where it was exact",
    );
    /// No interaction expects an error.
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
        Self::UNNEEDED_FIELD,
        Self::LOOSENED,
        Self::NO_ERROR_CASE,
    ];
}
