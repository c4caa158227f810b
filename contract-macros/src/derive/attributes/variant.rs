//! Attributes of a variant.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Token};

use super::read::{Attributes, skip_value};
use super::{Cases, Direction, Names};

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for an attribute that is there or not"
)]
pub(crate) struct Variant {
    pub(crate) rename: Names,
    pub(crate) rename_all: Cases,
    skip: bool,
    skip_serializing: bool,
    skip_deserializing: bool,
    pub(crate) untagged: bool,
    /// Span of the attribute by which serde uses custom functions for its content.
    pub(crate) custom: Option<Span>,
    /// `#[pattern(example)]`: the variant shown in the contract.
    pub(crate) is_example: bool,
    /// `#[pattern(with = …)]`: the pattern of its content.
    pub(crate) with: Option<Expr>,
}

impl Variant {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        Self::of(attributes)
    }

    /// Returns whether the contract never contains it.
    pub(crate) fn is_skipped(&self, direction: Direction) -> bool {
        self.skip
            || match direction {
                Direction::Deserialize => self.skip_deserializing,
                Direction::Serialize => self.skip_serializing,
            }
    }
}

impl Attributes for Variant {
    const PLACE: &'static str = "a variant";
    const KNOWN: &'static str = "`example`, `with`, `skip`";

    fn is_said(&self) -> bool {
        self.with.is_some() || self.skip
    }

    fn serde(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "rename" => self.rename = Names::read(meta)?,
            "rename_all" => self.rename_all = Cases::read(meta)?,
            // `other` accepts any unknown variant; no contract requires it.
            "skip" | "other" => self.skip = true,
            "skip_deserializing" => self.skip_deserializing = true,
            "skip_serializing" => self.skip_serializing = true,
            "untagged" => self.untagged = true,
            "with" | "deserialize_with" | "serialize_with" => {
                self.custom = Some(meta.path.span());
                skip_value(meta)?;
            }
            "alias" | "bound" | "borrow" => skip_value(meta)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn pattern(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "example" if meta.input.peek(Token![=]) => {
                return Err(meta.error(
                    "#[pattern(example)] marks the variant that the contract shows; give its fields their examples, or the \
                     enum one: #[pattern(example = Shape::Round { radius: 1.5 })]",
                ));
            }
            "example" => self.is_example = true,
            "with" => self.with = Some(meta.value()?.parse()?),
            "skip" => self.skip = true,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
