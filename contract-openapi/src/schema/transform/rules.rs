//! What differs between the profiles in how schemas are read.

/// Who sends a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// The consumer sends it: request bodies and parameters.
    Sent,
    /// The consumer receives it: response bodies and messages.
    Received,
}

/// How schemas are read. All off: as the comparison of the `parity` profile does.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SchemaRules {
    /// `additionalProperties: true` admits members in responses.
    pub(crate) free_form_maps: bool,
    /// `nullable` without `type` has no effect (OpenAPI 3.0.3, "schema object"); otherwise it means an object.
    pub(crate) nullable_needs_type: bool,
    /// `readOnly` members are neither needed in requests nor `writeOnly` ones admitted in responses.
    pub(crate) read_only_write_only: bool,
    /// Responses may fit several members of `oneOf`, since a contract names only some of the members.
    pub(crate) one_of_is_any_of: bool,
    /// `allOf` is the conjunction of its members; else they are merged member by member.
    pub(crate) all_of_is_conjunction: bool,
}
