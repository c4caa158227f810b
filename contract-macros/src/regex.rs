//! `regex!`, and the check that a literal expression fits its literal example.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use regex_syntax::ast::ErrorKind;
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
    if let Err(error) = regex_syntax::parse(&pattern) {
        return match unreadable(&pattern, &error) {
            Some(reason) => Err(syn::Error::new(
                expression.span(),
                format!("this regular expression cannot be read: {reason}"),
            )),
            None => Ok(()),
        };
    }
    // The whole text must match, as at run time.
    match regex::Regex::new(&format!(r"\A(?:{pattern})\z")) {
        Ok(regex) if !regex.is_match(&text) => Err(syn::Error::new(
            example.span(),
            format!("the example {text:?} does not match the regular expression `{pattern}` as a whole"),
        )),
        // One that is too large to compile here is decided at run time, where it is bounded the same way for everyone.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Why no dialect can read a pattern; `None` if one may. Look-around, references and other dialects are read at run time.
fn unreadable(pattern: &str, error: &regex_syntax::Error) -> Option<String> {
    if is_of_another_dialect(pattern) {
        return None;
    }
    match error {
        regex_syntax::Error::Parse(error) => match error.kind() {
            ErrorKind::UnsupportedLookAround | ErrorKind::UnsupportedBackreference => None,
            kind => Some(format!("{kind} at position {}", error.span().start.offset)),
        },
        regex_syntax::Error::Translate(error) => Some(format!(
            "{} at position {}",
            error.kind(),
            error.span().start.offset
        )),
        other => Some(other.to_string()),
    }
}

fn is_of_another_dialect(pattern: &str) -> bool {
    [
        r"\Z", r"\h", r"\H", r"\Q", r"\R", r"\G", r"\X", r"\p", r"\x", r"\u", r"\k", r"\K", r"\e", "(?<",
        "(?(", "(?>", "(?#", "(?P=", "&&", "[[:",
    ]
    .iter()
    .any(|mark| pattern.contains(mark))
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn checked(pattern: &str, example: &str) -> Result<(), String> {
        let literal = |text: &str| LitStr::new(text, Span::call_site());
        check(&literal(pattern), &literal(example)).map_err(|error| error.to_string())
    }

    #[test]
    fn examples_are_matched_as_a_whole() {
        assert_eq!(checked(r"\w+", "Müller"), Ok(()));
        assert!(checked(r"\d+", "12a").unwrap_err().contains("as a whole"));
        // A possessive quantifier accepts no more than a greedy one.
        assert_eq!(checked("a++b", "aab"), Ok(()));
    }

    #[test]
    fn what_only_other_dialects_read_is_left_to_the_run() {
        for pattern in [
            r"(a)\1",
            "(?=a)a",
            "(?!b)a",
            "(?<=a)a",
            "(?>a)",
            r"\Aa\Z",
            r"(?<n>a)\k<n>",
            r"a\K",
            "(?#why)a",
            "[[:alpha:]]",
        ] {
            let said = checked(pattern, "does not matter");
            assert!(
                said.as_ref().err().is_none_or(|said| said.contains("as a whole")),
                "{said:?}"
            );
        }
    }

    #[test]
    fn what_no_dialect_reads_is_said_with_its_place() {
        for (pattern, reason) in [
            ("a(b", "unclosed group at position 1"),
            ("a)", "unopened group at position 1"),
            ("[a", "unclosed character class at position 0"),
            ("*a", "repetition operator missing expression at position 0"),
        ] {
            assert!(
                checked(pattern, "a").unwrap_err().ends_with(reason),
                "{:?}",
                checked(pattern, "a")
            );
        }
    }
}
