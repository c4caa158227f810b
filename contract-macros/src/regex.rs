//! `regex!`, and the check that a literal expression fits its literal example.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, Lit, LitStr, Token};

use crate::json_like::Root;

struct Input {
    root: Root,
    expression: LitStr,
    example: LitStr,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let root = input.parse()?;
        let expression = input.parse()?;
        input.parse::<Token![,]>()?;
        let example = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self {
            root,
            expression,
            example,
        })
    }
}

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let Input {
        root,
        expression,
        example,
    } = syn::parse2(input)?;
    check(&expression, &example)?;
    Ok(quote_spanned! { expression.span() => #root::pattern::regex(#expression, #example) })
}

/// Checks `regex("…", "…")` where both arguments are literals.
pub(crate) fn check_arguments<'a>(arguments: impl IntoIterator<Item = &'a Expr>) -> syn::Result<()> {
    let literals: Option<Vec<&LitStr>> = arguments
        .into_iter()
        .map(|argument| match argument {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => Some(text),
            _ => None,
        })
        .collect();
    match literals.as_deref() {
        Some([expression, example]) => check(expression, example),
        _ => Ok(()),
    }
}

fn check(expression: &LitStr, example: &LitStr) -> syn::Result<()> {
    let (pattern, text) = (expression.value(), example.value());
    // The whole text must match, as at run time.
    match fancy_regex::Regex::new(&format!(r"\A(?:{pattern})\z")) {
        Ok(regex) => match regex.is_match(&text) {
            Ok(false) => Err(syn::Error::new(
                example.span(),
                format!("the example {text:?} does not match the regular expression `{pattern}` as a whole"),
            )),
            // A search that gave up is decided at run time, where it is bounded the same way for everyone.
            Ok(true) | Err(_) => Ok(()),
        },
        // Other dialects are read at run time; here only what is wrong in all of them is certain.
        Err(_) if is_of_another_dialect(&pattern) => Ok(()),
        Err(error) => {
            // Read alone, so that positions are those of the author's text.
            let error = fancy_regex::Regex::new(&pattern).err().unwrap_or(error);
            Err(syn::Error::new(
                expression.span(),
                format!("this regular expression cannot be read: {error}"),
            ))
        }
    }
}

fn is_of_another_dialect(pattern: &str) -> bool {
    [
        r"\Z", r"\h", r"\H", r"\Q", r"\R", r"\G", r"\X", r"\p", r"\x", r"\u", "(?<", "(?(", "&&", "[[:",
    ]
    .iter()
    .any(|mark| pattern.contains(mark))
}
