//! Names for serialising and for deserialising.

use syn::meta::ParseNestedMeta;
use syn::{LitStr, Token};

use super::super::case::Case;

/// Whether the contract represents what the consumer reads or what it sends.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Direction {
    /// Responses and messages, as read by `Deserialize`.
    #[default]
    Deserialize,
    /// Requests, as written by `Serialize`: `#[pattern(serialize)]`.
    Serialize,
}

/// `= "…"`, or `(serialize = "…", deserialize = "…")` with one or both.
#[derive(Default)]
pub(crate) struct Names {
    serialize: Option<LitStr>,
    deserialize: Option<LitStr>,
}

impl Names {
    pub(super) fn read(meta: &ParseNestedMeta<'_>) -> syn::Result<Self> {
        if meta.input.peek(Token![=]) {
            let text: LitStr = meta.value()?.parse()?;
            return Ok(Self {
                serialize: Some(text.clone()),
                deserialize: Some(text),
            });
        }
        let mut names = Self::default();
        meta.parse_nested_meta(|inner| {
            let place = if inner.path.is_ident("serialize") {
                &mut names.serialize
            } else if inner.path.is_ident("deserialize") {
                &mut names.deserialize
            } else {
                return Err(inner.error("expected `serialize` or `deserialize`"));
            };
            // Further names for deserialising are aliases of the first.
            let text: LitStr = inner.value()?.parse()?;
            place.get_or_insert(text);
            Ok(())
        })?;
        Ok(names)
    }

    pub(crate) fn of(&self, direction: Direction) -> Option<&LitStr> {
        match direction {
            Direction::Deserialize => self.deserialize.as_ref(),
            Direction::Serialize => self.serialize.as_ref(),
        }
    }
}

/// `rename_all` and similar attributes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cases {
    serialize: Option<Case>,
    deserialize: Option<Case>,
}

impl Cases {
    pub(super) fn read(meta: &ParseNestedMeta<'_>) -> syn::Result<Self> {
        let names = Names::read(meta)?;
        let parse = |text: &Option<LitStr>| text.as_ref().map(Case::parse).transpose();
        Ok(Self {
            serialize: parse(&names.serialize)?,
            deserialize: parse(&names.deserialize)?,
        })
    }

    pub(crate) fn of(self, direction: Direction) -> Option<Case> {
        match direction {
            Direction::Deserialize => self.deserialize,
            Direction::Serialize => self.serialize,
        }
    }
}
