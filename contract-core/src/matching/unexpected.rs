//! Requests and responses treat what the example does not mention differently.

/// What becomes of members, children, attributes and fields that the example does not mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unexpected {
    /// They are fine: in a response or a message the provider may say more than the consumer needs.
    Allowed,
    /// They are mismatches: the consumer must send what the contract says it sends.
    Refused,
}
