//! What the comparison does otherwise than the comparator that others use.

use crate::schema::SchemaRules;

/// Corrections of errors that the widely used comparator has. Each is a switch, so that a team can come over step by
/// step: [`Mends::none`] gives its verdicts, [`Mends::all`] (the default) the right ones.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mends {
    /// Two path templates that differ in names of parameters alone are tried one after the other, and a template whose
    /// parameters do not fit gives way to the next; else the comparison ends with an error.
    pub equivalent_templates: bool,
    /// The paths of `servers` may stand in front of the paths of the description.
    pub servers: bool,
    /// All schemes of one security alternative are needed together; else one of them is enough.
    pub security_all_of: bool,
    /// `style`, `explode` and `collectionFormat` say how parameters are written; else the parser guesses.
    pub parameter_styles: bool,
    /// Cookie parameters and API keys in cookies are checked.
    pub cookies: bool,
    /// Parameters with `content` are read and checked as documents.
    pub content_parameters: bool,
    /// Fields of forms are read as numbers and booleans where the schema asks for them; forms of OpenAPI 2.0 are checked.
    pub form_coercion: bool,
    /// `additionalProperties: true` admits members in responses.
    pub free_form_maps: bool,
    /// `nullable` without `type` says nothing (OpenAPI 3.0.3).
    pub nullable_needs_type: bool,
    /// `readOnly` members are not needed in requests; `writeOnly` ones are not admitted in responses.
    pub read_only_write_only: bool,
    /// A response may fit several members of `oneOf`, since a contract names only some of the members.
    pub one_of_is_any_of: bool,
    /// `allOf` is the conjunction of its members; else they are merged, and the last one wins.
    pub all_of_is_conjunction: bool,
    /// `prefixItems` is understood (JSON Schema 2020-12).
    pub prefix_items: bool,
    /// Response bodies `null`, `false`, `0` and `""` are checked as well.
    pub falsy_bodies: bool,
    /// The schema of a response body is chosen by the response's `Content-Type`; else by the request's `Accept`.
    pub response_content_type: bool,
    /// Findings name the provider states of versions 3 and 4 of the contract format.
    pub provider_states: bool,
}

impl Mends {
    /// All corrections.
    pub const fn all() -> Self {
        Self::every(true)
    }

    /// No correction: the verdicts of the widely used comparator.
    pub const fn none() -> Self {
        Self::every(false)
    }

    const fn every(on: bool) -> Self {
        Self {
            equivalent_templates: on,
            servers: on,
            security_all_of: on,
            parameter_styles: on,
            cookies: on,
            content_parameters: on,
            form_coercion: on,
            free_form_maps: on,
            nullable_needs_type: on,
            read_only_write_only: on,
            one_of_is_any_of: on,
            all_of_is_conjunction: on,
            prefix_items: on,
            falsy_bodies: on,
            response_content_type: on,
            provider_states: on,
        }
    }

    pub(crate) fn schema_rules(self) -> SchemaRules {
        SchemaRules {
            free_form_maps: self.free_form_maps,
            nullable_needs_type: self.nullable_needs_type,
            read_only_write_only: self.read_only_write_only,
            one_of_is_any_of: self.one_of_is_any_of,
            all_of_is_conjunction: self.all_of_is_conjunction,
        }
    }
}

impl Default for Mends {
    fn default() -> Self {
        Self::all()
    }
}

/// How a contract is compared with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompareOptions {
    /// The corrections.
    pub mends: Mends,
    /// Whether all values that the description allows are compared with all that the contract accepts, not just the
    /// contract's examples.
    pub sets: bool,
    /// Whether what [`sets`](Self::sets) finds in responses is an error, not a warning.
    pub strict: bool,
}

impl CompareOptions {
    /// The verdicts of the widely used comparator, code by code.
    pub const fn parity() -> Self {
        Self {
            mends: Mends::none(),
            sets: false,
            strict: false,
        }
    }

    /// Everything that is found between the sets of values is an error.
    pub const fn strict() -> Self {
        Self {
            mends: Mends::all(),
            sets: true,
            strict: true,
        }
    }
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            mends: Mends::all(),
            sets: true,
            strict: false,
        }
    }
}
