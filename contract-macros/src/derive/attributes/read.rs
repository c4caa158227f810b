//! Reads attributes one by one.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, Token, parenthesized};

/// The attributes of serde and of `#[pattern(…)]` on an item.
pub(super) trait Attributes: Default {
    /// The name of the item in messages.
    const PLACE: &'static str;
    /// The supported attributes of `#[pattern(…)]`, for the message about an unknown one.
    const KNOWN: &'static str;

    /// Reads an attribute of serde; returns false if it is unknown here.
    fn serde(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool>;

    /// Reads an attribute of `#[pattern(…)]`; returns false if it is unknown here.
    fn pattern(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool>;

    /// Returns whether the pattern is given explicitly, so that the attributes of serde are ignored.
    fn is_said(&self) -> bool;

    fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut taken = Self::default();
        let mut unknown = None;
        for attribute in attributes {
            let is_serde = attribute.path().is_ident("serde");
            if !is_serde && !attribute.path().is_ident("pattern") {
                continue;
            }
            attribute.parse_nested_meta(|meta| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                let is_known = if is_serde {
                    taken.serde(&name, &meta)?
                } else {
                    taken.pattern(&name, &meta)?
                };
                if is_known {
                    return Ok(());
                }
                let error = meta.error(if is_serde {
                    format!(
                        "#[derive(Pattern)] does not know what serde's `{name}` on {} means for the contract: add \
                         #[pattern(with = …)] with the pattern there, or implement HasPattern by hand",
                        Self::PLACE,
                    )
                } else {
                    format!(
                        "#[pattern] does not know `{name}` on {}; it knows {}",
                        Self::PLACE,
                        Self::KNOWN
                    )
                });
                if !is_serde {
                    return Err(error);
                }
                unknown.get_or_insert(error);
                skip_value(&meta)
            })?;
        }
        match unknown {
            Some(error) if !taken.is_said() => Err(error),
            _ => Ok(taken),
        }
    }
}

/// Skips `= …` or `(…)`.
pub(super) fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}
