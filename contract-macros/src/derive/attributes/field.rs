//! Attributes of a field.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr};

use super::read::{Attributes, skip_value};
use super::{Direction, Names, Said};

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for an attribute that is there or not"
)]
pub(crate) struct Field {
    pub(crate) rename: Names,
    skip: bool,
    skip_serializing: bool,
    skip_serializing_if: bool,
    skip_deserializing: bool,
    pub(crate) flatten: bool,
    default: bool,
    /// Span of the attribute by which serde uses custom functions for it.
    pub(crate) custom: Option<Span>,
    pub(crate) present: bool,
    pub(crate) said: Said,
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
}

impl Field {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        Self::of(attributes)
    }

    /// Returns whether it is never present.
    pub(crate) fn is_skipped(&self, direction: Direction) -> bool {
        self.skip
            || match direction {
                Direction::Deserialize => self.skip_deserializing,
                Direction::Serialize => self.skip_serializing,
            }
    }

    /// Returns whether it may be missing, independently of its type.
    pub(crate) fn may_be_missing(&self, direction: Direction) -> bool {
        match direction {
            Direction::Deserialize => self.default,
            Direction::Serialize => self.skip_serializing_if,
        }
    }
}

impl Attributes for Field {
    const PLACE: &'static str = "a field";
    const KNOWN: &'static str = "`example`, `with`, `exactly`, `regex`, `date`, `time`, `datetime`, `min`, `max`, \
                                 `present`, `skip`";

    fn is_said(&self) -> bool {
        self.said.replaces() || self.skip
    }

    fn serde(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "rename" => self.rename = Names::read(meta)?,
            "skip" => self.skip = true,
            "skip_deserializing" => self.skip_deserializing = true,
            "skip_serializing" => self.skip_serializing = true,
            "skip_serializing_if" => {
                self.skip_serializing_if = true;
                skip_value(meta)?;
            }
            "flatten" => self.flatten = true,
            "default" => {
                self.default = true;
                skip_value(meta)?;
            }
            "with" | "deserialize_with" | "serialize_with" => {
                self.custom = Some(meta.path.span());
                skip_value(meta)?;
            }
            // Attributes without effect on the pattern: further names for reading, bounds of the generated
            // code, the source of a remote value.
            "alias" | "bound" | "borrow" | "getter" => skip_value(meta)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn pattern(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "min" => self.min = Some(meta.value()?.parse()?),
            "max" => self.max = Some(meta.value()?.parse()?),
            "present" => self.present = true,
            "skip" => self.skip = true,
            _ => return self.said.read(name, meta),
        }
        Ok(true)
    }
}
