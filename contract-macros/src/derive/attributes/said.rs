//! The part of `#[pattern(…)]` about a value, which replaces or complements the pattern of its type.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, LitStr};

/// `example = …`
pub(crate) enum Example {
    /// `example = default`: the type's `Default`.
    Default(Span),
    Value(Expr),
}

impl Example {
    fn read(meta: &ParseNestedMeta<'_>) -> syn::Result<Self> {
        let value: Expr = meta.value()?.parse()?;
        Ok(match &value {
            Expr::Path(path) if path.path.is_ident("default") => Self::Default(path.span()),
            _ => Self::Value(value),
        })
    }
}

/// The attributes that describe a value.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) example: Option<Example>,
    with: Option<Expr>,
    exactly: Option<Expr>,
    regex: Option<LitStr>,
    /// `date`, `time` or `datetime` with its format.
    format: Option<(Ident, LitStr)>,
}

impl Said {
    pub(super) fn read(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match name {
            "example" => self.example = Some(Example::read(meta)?),
            "with" => self.with = Some(meta.value()?.parse()?),
            "exactly" => self.exactly = Some(meta.value()?.parse()?),
            "regex" => self.regex = Some(meta.value()?.parse()?),
            "date" | "time" | "datetime" => {
                let Some(ident) = meta.path.get_ident() else {
                    return Ok(false);
                };
                self.format = Some((ident.clone(), meta.value()?.parse()?));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Returns whether the pattern does not come from the type.
    pub(crate) fn replaces(&self) -> bool {
        self.with.is_some() || self.exactly.is_some() || self.regex.is_some() || self.format.is_some()
    }

    /// Returns whether any attribute is given, including an example.
    pub(crate) fn is_any(&self) -> bool {
        self.replaces() || self.example.is_some()
    }

    /// Returns an expression of type `Pattern`, if the attributes define it without the type.
    pub(crate) fn pattern(&self, root: &TokenStream) -> syn::Result<Option<TokenStream>> {
        let spans = [
            self.with.as_ref().map(Expr::span),
            self.exactly.as_ref().map(Expr::span),
            self.regex.as_ref().map(LitStr::span),
            self.format.as_ref().map(|(_, format)| format.span()),
        ];
        if let Some(second) = spans.into_iter().flatten().nth(1) {
            return Err(syn::Error::new(
                second,
                "with, exactly, regex, date, time and datetime exclude each other: keep one of them",
            ));
        }
        if let Some(with) = &self.with {
            let pattern = quote_spanned! { with.span() => #root::pattern::IntoPattern::into_pattern(#with) };
            return Ok(Some(match &self.example {
                Some(Example::Value(example)) => {
                    quote_spanned! { example.span() => #pattern.with_example(#example) }
                }
                Some(Example::Default(span)) => return Err(default_beside(*span)),
                None => pattern,
            }));
        }
        if let Some(value) = &self.exactly {
            return Ok(Some(
                quote_spanned! { value.span() => #root::pattern::exactly(#value) },
            ));
        }
        if let Some(expression) = &self.regex {
            let example = self.needed_example("regex", expression.span())?;
            let expression_argument: Expr = syn::parse_quote!(#expression);
            crate::regex::check_arguments([&expression_argument, example])?;
            return Ok(Some(
                quote_spanned! { expression.span() => #root::pattern::regex(#expression, #example) },
            ));
        }
        if let Some((function, format)) = &self.format {
            let example = self.needed_example(&function.to_string(), format.span())?;
            return Ok(Some(
                quote_spanned! { format.span() => #root::pattern::#function(#format, #example) },
            ));
        }
        Ok(None)
    }

    fn needed_example(&self, what: &str, span: Span) -> syn::Result<&Expr> {
        match &self.example {
            Some(Example::Value(example)) => Ok(example),
            Some(Example::Default(span)) => Err(default_beside(*span)),
            None => Err(syn::Error::new(
                span,
                format!("#[pattern({what} = …)] needs an example: #[pattern({what} = …, example = …)]"),
            )),
        }
    }
}

fn default_beside(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "example = default takes the example from the type, and the pattern here does not come from it: write the example",
    )
}
