//! The attributes of serde and of `#[pattern(…)]`.
//!
//! Each attribute of serde is honoured, known to make no difference, or refused where it stands: one that is passed over
//! would make a contract that says something else than the type does.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, LitStr, Path, Token, parenthesized};

use super::case::Case;

/// Of a struct or enum.
#[derive(Default)]
pub(super) struct Container {
    pub(super) rename_all: Option<Case>,
    pub(super) rename_all_fields: Option<Case>,
    pub(super) tag: Option<LitStr>,
    pub(super) content: Option<LitStr>,
    pub(super) untagged: bool,
    pub(super) transparent: bool,
    pub(super) default: bool,
    pub(super) root: Option<Path>,
}

/// Of a variant.
#[derive(Default)]
pub(super) struct Variant {
    pub(super) rename: Option<LitStr>,
    pub(super) rename_all: Option<Case>,
    pub(super) skip: bool,
    pub(super) untagged: bool,
    /// `#[pattern(example)]`: the one that the contract shows.
    pub(super) is_example: bool,
}

/// Of a field.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for an attribute that is there or not"
)]
pub(super) struct Field {
    pub(super) rename: Option<LitStr>,
    pub(super) skip: bool,
    pub(super) flatten: bool,
    pub(super) default: bool,
    /// serde reads it in a way of its own; where that is said.
    pub(super) custom: Option<proc_macro2::Span>,
    pub(super) present: bool,
    pub(super) example: Option<Expr>,
    pub(super) with: Option<Expr>,
    pub(super) exactly: Option<Expr>,
    pub(super) regex: Option<LitStr>,
    /// `date`, `time` or `datetime` with its format.
    pub(super) format: Option<(syn::Ident, LitStr)>,
    pub(super) min: Option<Expr>,
    pub(super) max: Option<Expr>,
}

fn each(
    attributes: &[Attribute],
    mut serde: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
    mut pattern: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) -> syn::Result<()> {
    for attribute in attributes {
        let is_serde = attribute.path().is_ident("serde");
        if !is_serde && !attribute.path().is_ident("pattern") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let known = if is_serde {
                serde(&name, &meta)?
            } else {
                pattern(&name, &meta)?
            };
            if known {
                return Ok(());
            }
            Err(meta.error(if is_serde {
                format!(
                    "#[derive(Pattern)] cannot tell what serde's `{name}` means for the contract here: implement \
                     HasPattern for the type, or give the field #[pattern(with = …)]"
                )
            } else {
                format!("#[pattern] does not know `{name}` here")
            }))
        })?;
    }
    Ok(())
}

impl Container {
    pub(super) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let container = std::cell::RefCell::new(Self::default());
        each(
            attributes,
            |name, meta| {
                let mut container = container.borrow_mut();
                match name {
                    "rename_all" => container.rename_all = Some(Case::parse(&both_ways(meta)?)?),
                    "rename_all_fields" => {
                        container.rename_all_fields = Some(Case::parse(&both_ways(meta)?)?);
                    }
                    "tag" => container.tag = Some(meta.value()?.parse()?),
                    "content" => container.content = Some(meta.value()?.parse()?),
                    "untagged" => container.untagged = true,
                    "transparent" => container.transparent = true,
                    "default" => {
                        container.default = true;
                        skip_value(meta)?;
                    }
                    // These do not change the form.
                    "deny_unknown_fields" => {}
                    "bound" | "crate" | "expecting" | "rename" => skip_value(meta)?,
                    _ => return Ok(false),
                }
                Ok(true)
            },
            |name, meta| match name {
                "crate" => {
                    container.borrow_mut().root = Some(meta.value()?.call(Path::parse_mod_style)?);
                    Ok(true)
                }
                _ => Ok(false),
            },
        )?;
        Ok(container.into_inner())
    }
}

impl Variant {
    pub(super) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let variant = std::cell::RefCell::new(Self::default());
        each(
            attributes,
            |name, meta| {
                let mut variant = variant.borrow_mut();
                match name {
                    "rename" => variant.rename = Some(both_ways(meta)?),
                    "rename_all" => variant.rename_all = Some(Case::parse(&both_ways(meta)?)?),
                    // `other` takes in whatever is not known; no contract asks for it.
                    "skip" | "skip_deserializing" | "other" => variant.skip = true,
                    "untagged" => variant.untagged = true,
                    "skip_serializing" => {}
                    "alias" | "bound" => skip_value(meta)?,
                    _ => return Ok(false),
                }
                Ok(true)
            },
            |name, _| {
                let mut variant = variant.borrow_mut();
                match name {
                    "example" => variant.is_example = true,
                    "skip" => variant.skip = true,
                    _ => return Ok(false),
                }
                Ok(true)
            },
        )?;
        Ok(variant.into_inner())
    }
}

impl Field {
    pub(super) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let field = std::cell::RefCell::new(Self::default());
        each(
            attributes,
            |name, meta| {
                let mut field = field.borrow_mut();
                match name {
                    "rename" => field.rename = Some(both_ways(meta)?),
                    "skip" | "skip_deserializing" => field.skip = true,
                    "flatten" => field.flatten = true,
                    "default" => {
                        field.default = true;
                        skip_value(meta)?;
                    }
                    "with" | "deserialize_with" | "serialize_with" => {
                        field.custom = Some(syn::spanned::Spanned::span(&meta.path));
                        skip_value(meta)?;
                    }
                    "skip_serializing" => {}
                    "alias" | "bound" | "borrow" | "skip_serializing_if" => skip_value(meta)?,
                    _ => return Ok(false),
                }
                Ok(true)
            },
            |name, meta| {
                let mut field = field.borrow_mut();
                match name {
                    "example" => field.example = Some(meta.value()?.parse()?),
                    "with" => field.with = Some(meta.value()?.parse()?),
                    "exactly" => field.exactly = Some(meta.value()?.parse()?),
                    "regex" => field.regex = Some(meta.value()?.parse()?),
                    "date" | "time" | "datetime" => {
                        let Some(ident) = meta.path.get_ident() else {
                            return Ok(false);
                        };
                        field.format = Some((ident.clone(), meta.value()?.parse()?));
                    }
                    "min" => field.min = Some(meta.value()?.parse()?),
                    "max" => field.max = Some(meta.value()?.parse()?),
                    "present" => field.present = true,
                    "skip" => field.skip = true,
                    _ => return Ok(false),
                }
                Ok(true)
            },
        )?;
        Ok(field.into_inner())
    }
}

/// `= "…"`, or `(serialize = "…", deserialize = "…")` where both say the same.
fn both_ways(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse();
    }
    let mut found: Option<LitStr> = None;
    meta.parse_nested_meta(|inner| {
        let text: LitStr = inner.value()?.parse()?;
        match &found {
            Some(earlier) if earlier.value() != text.value() => Err(inner.error(
                "the names for writing and reading differ, and a contract has one: give the field #[pattern(skip)] and \
                 write its pattern by hand",
            )),
            _ => {
                found = Some(text);
                Ok(())
            }
        }
    })?;
    found.ok_or_else(|| meta.error("a name is missing here"))
}

/// Passes over `= …` or `(…)`.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}
