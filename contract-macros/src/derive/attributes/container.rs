//! Of a struct or enum.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, LitStr, Path, Token, Type, WherePredicate};

use super::read::{Attributes, skip_value};
use super::{Cases, Direction, Names, Said};

#[derive(Default)]
pub(crate) struct Container {
    pub(crate) direction: Direction,
    pub(crate) rename: Names,
    pub(crate) rename_all: Cases,
    pub(crate) rename_all_fields: Cases,
    pub(crate) tag: Option<LitStr>,
    pub(crate) content: Option<LitStr>,
    pub(crate) untagged: bool,
    pub(crate) transparent: bool,
    pub(crate) default: bool,
    /// `#[pattern(all_variants)]`: where that is said.
    pub(crate) all_variants: Option<Span>,
    /// `from` or `try_from`.
    from: Option<Type>,
    into: Option<Type>,
    pub(crate) said: Said,
    pub(crate) root: Option<Path>,
    pub(crate) bound: Option<Punctuated<WherePredicate, Token![,]>>,
}

impl Container {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        Self::of(attributes)
    }

    /// The type that is read or written in place of this one.
    pub(crate) fn stands_for(&self) -> Option<&Type> {
        match self.direction {
            Direction::Deserialize => self.from.as_ref(),
            Direction::Serialize => self.into.as_ref(),
        }
    }
}

impl Attributes for Container {
    const PLACE: &'static str = "a type";
    const KNOWN: &'static str = "`example`, `with`, `exactly`, `regex`, `date`, `time`, `datetime`, \
                                 `all_variants`, `serialize`, `bound`, `crate`";

    fn is_said(&self) -> bool {
        self.said.replaces()
    }

    fn serde(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "rename" => self.rename = Names::read(meta)?,
            "rename_all" => self.rename_all = Cases::read(meta)?,
            "rename_all_fields" => self.rename_all_fields = Cases::read(meta)?,
            "tag" => self.tag = Some(meta.value()?.parse()?),
            "content" => self.content = Some(meta.value()?.parse()?),
            "untagged" => self.untagged = true,
            "transparent" => self.transparent = true,
            "default" => {
                self.default = true;
                skip_value(meta)?;
            }
            "from" | "try_from" => self.from = Some(meta.value()?.parse::<LitStr>()?.parse()?),
            "into" => self.into = Some(meta.value()?.parse::<LitStr>()?.parse()?),
            // These do not change the form. `remote` says for which type serde's code is written, the fields are these.
            "deny_unknown_fields" => {}
            "bound" | "crate" | "expecting" | "remote" => skip_value(meta)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn pattern(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "all_variants" => self.all_variants = Some(meta.path.span()),
            "serialize" => self.direction = Direction::Serialize,
            "crate" => self.root = Some(meta.value()?.call(Path::parse_mod_style)?),
            "bound" => {
                let text: LitStr = meta.value()?.parse()?;
                self.bound = Some(text.parse_with(Punctuated::parse_terminated)?);
            }
            _ => return self.said.read(name, meta),
        }
        Ok(true)
    }
}
