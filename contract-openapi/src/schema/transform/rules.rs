//! Differences between the profiles in how schemas are read.

/// The sender of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// The consumer sends it: request bodies and parameters.
    Sent,
    /// The consumer receives it: response bodies and messages.
    Received,
}

/// How schemas are read. With all off: like the `parity` profile.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SchemaRules {
    /// `additionalProperties: true` allows members in responses.
    pub(crate) free_form_maps: bool,
    /// `nullable` without `type` has no effect (OpenAPI 3.0.3, "schema object"); otherwise it means an object.
    pub(crate) nullable_needs_type: bool,
    /// `readOnly` members are not required in requests, and `writeOnly` ones not allowed in responses.
    pub(crate) read_only_write_only: bool,
    /// Responses may match several members of `oneOf`, because a contract has only some of the members.
    pub(crate) one_of_is_any_of: bool,
    /// `allOf` is the conjunction of its members; otherwise they are merged member by member.
    pub(crate) all_of_is_conjunction: bool,
    /// A discriminator also knows the names of schemas, and stands for the schemas that extend its own by `allOf`.
    pub(crate) discriminators: bool,
    /// Received values have only the members that a contract names: what depends on others says nothing.
    pub(crate) partial: bool,
    /// What stands beside `$ref` has no effect before OpenAPI 3.1.
    pub(crate) reference_stands_alone: bool,
}
