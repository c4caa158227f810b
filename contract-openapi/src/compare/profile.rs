//! How the comparison differs from the widely used comparator.

use super::media_type::Parameters;
use crate::schema::SchemaRules;

/// Corrections of errors in the widely used comparator. Each can be enabled separately for a gradual migration:
/// [`Mends::none`] gives that comparator's verdicts, [`Mends::all`] (the default) the correct ones.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mends {
    /// Path templates that differ only in parameter names are tried one after the other, and a template whose
    /// parameters do not match gives way to the next; without this correction the comparison ends with an error.
    pub equivalent_templates: bool,
    /// The paths of `servers` may precede the paths of the description.
    pub servers: bool,
    /// All schemes of one security alternative are required together; without this correction one of them is enough.
    pub security_all_of: bool,
    /// `style`, `explode` and `collectionFormat` define how parameters are written; without this correction the parser
    /// guesses.
    pub parameter_styles: bool,
    /// Cookie parameters and API keys in cookies are checked.
    pub cookies: bool,
    /// Parameters with `content` are parsed and checked as documents.
    pub content_parameters: bool,
    /// Fields of forms are read as what the schema says: numbers, booleans, lists of one element, documents in JSON, names
    /// with dots and brackets; forms of OpenAPI 2.0 are checked.
    pub form_coercion: bool,
    /// `additionalProperties: true` allows members in responses.
    pub free_form_maps: bool,
    /// `nullable` without `type` has no effect (OpenAPI 3.0.3).
    pub nullable_needs_type: bool,
    /// `readOnly` members are not required in requests; `writeOnly` ones are not allowed in responses.
    pub read_only_write_only: bool,
    /// A response may match several members of `oneOf`, since a contract names only some of the members.
    pub one_of_is_any_of: bool,
    /// `allOf` is the conjunction of its members; without this correction they are merged, and the last one wins.
    pub all_of_is_conjunction: bool,
    /// `prefixItems` is supported (JSON Schema 2020-12).
    pub prefix_items: bool,
    /// Response bodies `null`, `false`, `0` and `""` are also checked.
    pub falsy_bodies: bool,
    /// The schema of a response body is selected by the response's `Content-Type`; without this correction by the
    /// request's `Accept`.
    pub response_content_type: bool,
    /// Findings name the provider states of contract versions 3 and 4.
    pub provider_states: bool,
    /// A reference that leads nowhere is an error; without this correction it stands for a schema that accepts everything.
    pub whole_references: bool,
    /// What stands beside `$ref` has no effect in OpenAPI 2.0 and 3.0.
    pub reference_siblings: bool,
    /// A response body may lack any member, whatever the schema says of members that are missing; a member is unknown only
    /// if no part of the schema declares it.
    pub partial_responses: bool,
    /// The names of schemas are tags of a discriminator beside those of `mapping`, and a schema with a discriminator stands
    /// for the schemas that extend it by `allOf`.
    pub discriminators: bool,
    /// Values of a query that is a map are the values themselves; without this correction they are decoded once more.
    pub decoded_queries: bool,
    /// Parameters for the headers `Accept`, `Content-Type` and `Authorization` have no effect since OpenAPI 3.0.
    pub reserved_headers: bool,
    /// A required parameter or body that is missing is told as missing; without this correction its type is wrong.
    pub missing_values: bool,
    /// All media types of `Accept` count; without this correction those before the first `;`.
    pub whole_accept: bool,
    /// What is found several times at one place is told once.
    pub told_once: bool,
    /// A body of version 4 has the media type that is named beside it if there is no `Content-Type`, and JSON in Base64 is
    /// JSON; without this correction it has none, and is a text.
    pub v4_contents: bool,
    /// Messages say what to look for: a query that is part of a path, a member that is `writeOnly`.
    pub clear_messages: bool,
    /// Path parameters of a request that the provider is to reject are not checked, like the rest of it.
    pub rejected_paths: bool,
    /// Media types that differ in the value of a parameter are different, `charset` and `boundary` aside; without this
    /// correction the first one of the same type is chosen.
    pub media_type_parameters: bool,
    /// Integers of the format `int64` have 64 bits.
    pub int64_bounds: bool,
    /// The messages of contracts of version 3 are compared. They name no operation: any one may have the message.
    pub message_contracts: bool,
}

impl Mends {
    /// Returns all corrections.
    pub const fn all() -> Self {
        Self::every(true)
    }

    /// Returns no correction: the verdicts of the widely used comparator.
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
            whole_references: on,
            reference_siblings: on,
            partial_responses: on,
            discriminators: on,
            decoded_queries: on,
            reserved_headers: on,
            missing_values: on,
            whole_accept: on,
            told_once: on,
            v4_contents: on,
            clear_messages: on,
            rejected_paths: on,
            media_type_parameters: on,
            int64_bounds: on,
            message_contracts: on,
        }
    }

    /// Returns whether media types that differ in the value of a parameter are different.
    pub(super) fn parameters(self) -> Parameters {
        if self.media_type_parameters {
            Parameters::Count
        } else {
            Parameters::Ignored
        }
    }

    pub(crate) fn schema_rules(self) -> SchemaRules {
        SchemaRules {
            free_form_maps: self.free_form_maps,
            nullable_needs_type: self.nullable_needs_type,
            read_only_write_only: self.read_only_write_only,
            one_of_is_any_of: self.one_of_is_any_of,
            all_of_is_conjunction: self.all_of_is_conjunction,
            reference_stands_alone: self.reference_siblings,
            discriminators: self.discriminators,
            partial: self.partial_responses,
        }
    }
}

impl Default for Mends {
    fn default() -> Self {
        Self::all()
    }
}

/// The options of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompareOptions {
    /// The corrections.
    pub mends: Mends,
    /// Whether all values allowed by the description are compared with all that the contract accepts, instead of only
    /// the contract's examples.
    pub sets: bool,
    /// Whether findings of [`sets`](Self::sets) in responses are errors instead of warnings.
    pub strict: bool,
}

impl CompareOptions {
    /// Returns the verdicts of the widely used comparator, code by code.
    pub const fn parity() -> Self {
        Self {
            mends: Mends::none(),
            sets: false,
            strict: false,
        }
    }

    /// Returns options that make all findings about sets of values errors.
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
