//! Requests and responses differ in how they treat values that the example does not contain.

/// How members, children, attributes and fields that the example does not contain are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unexpected {
    /// Allowed: in a response or a message the provider may send more than the consumer needs.
    Allowed,
    /// Mismatches: the consumer must send exactly what the contract says.
    Refused,
}
