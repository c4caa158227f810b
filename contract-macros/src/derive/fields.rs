//! Structs, and what stands in variants.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Fields, FieldsNamed, FieldsUnnamed};

use super::attributes::{Container, Field};
use super::case::Case;
use super::types::option_of;

/// An expression of type `Pattern` for a struct.
pub(super) fn of_struct(
    container: &Container,
    fields: &Fields,
    root: &TokenStream,
) -> syn::Result<TokenStream> {
    if let Some(tag) = &container.tag {
        return Err(syn::Error::new(
            tag.span(),
            "#[derive(Pattern)] cannot tell what a tag on a struct means for the contract: implement HasPattern by hand",
        ));
    }
    if container.transparent {
        return transparent(fields, root);
    }
    of_fields(fields, container.rename_all, container.default, root)
}

/// An expression of type `Pattern` for these fields.
pub(super) fn of_fields(
    fields: &Fields,
    case: Option<Case>,
    all_default: bool,
    root: &TokenStream,
) -> syn::Result<TokenStream> {
    match fields {
        Fields::Named(named) => {
            let members = members(named, case, all_default, root)?;
            Ok(quote! { #root::pattern::object(#members) })
        }
        Fields::Unnamed(unnamed) => of_tuple(unnamed, root),
        Fields::Unit => Ok(quote! { #root::pattern::null() }),
    }
}

/// An expression of type `Vec<(String, Pattern)>` for named fields.
pub(super) fn members(
    fields: &FieldsNamed,
    case: Option<Case>,
    all_default: bool,
    root: &TokenStream,
) -> syn::Result<TokenStream> {
    let mut statements = Vec::new();
    for field in &fields.named {
        let attributes = Field::read(&field.attrs)?;
        let is_optional = attributes.default || all_default || option_of(&field.ty).is_some();
        let is_said = attributes.with.is_some()
            || attributes.exactly.is_some()
            || attributes.example.is_some()
            || attributes.regex.is_some()
            || attributes.format.is_some();
        // What may be missing, the consumer does not need, unless it says so.
        if attributes.skip || (is_optional && !attributes.present && !is_said) {
            continue;
        }
        let pattern = pattern(field, &attributes, root)?;
        if attributes.flatten {
            statements.push(quote_spanned! { field.ty.span() =>
                members.extend(#root::pattern::flattened(#pattern));
            });
            continue;
        }
        let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let ident = ident.trim_start_matches("r#");
        let name = match (&attributes.rename, case) {
            (Some(name), _) => name.value(),
            (None, Some(case)) => case.of_field(ident),
            (None, None) => ident.to_owned(),
        };
        statements.push(quote! { members.push((::std::string::String::from(#name), #pattern)); });
    }
    Ok(quote! {
        {
            let mut members = ::std::vec::Vec::new();
            #(#statements)*
            members
        }
    })
}

fn of_tuple(fields: &FieldsUnnamed, root: &TokenStream) -> syn::Result<TokenStream> {
    let mut items = Vec::new();
    for field in &fields.unnamed {
        let attributes = Field::read(&field.attrs)?;
        if !attributes.skip {
            items.push(pattern(field, &attributes, root)?);
        }
    }
    Ok(match items.as_slice() {
        [item] if fields.unnamed.len() == 1 => item.clone(),
        items => quote! { #root::pattern::array(::std::vec![#(#items),*]) },
    })
}

fn transparent(fields: &Fields, root: &TokenStream) -> syn::Result<TokenStream> {
    for field in fields {
        let attributes = Field::read(&field.attrs)?;
        if !attributes.skip && !attributes.default {
            return pattern(field, &attributes, root);
        }
    }
    Err(syn::Error::new(
        fields.span(),
        "a transparent struct has one field that is not skipped",
    ))
}

/// An expression of type `Pattern` for one field.
fn pattern(field: &syn::Field, attributes: &Field, root: &TokenStream) -> syn::Result<TokenStream> {
    let ty = match option_of(&field.ty) {
        Some(inner) => inner,
        None => &field.ty,
    };
    let span = ty.span();
    let needs_example = |what: &str| {
        attributes.example.as_ref().ok_or_else(|| {
            syn::Error::new(
                span,
                format!("#[pattern({what} = …)] needs an example: #[pattern({what} = …, example = …)]"),
            )
        })
    };
    let said = [
        attributes.with.is_some(),
        attributes.exactly.is_some(),
        attributes.regex.is_some(),
        attributes.format.is_some(),
    ];
    if said.into_iter().filter(|said| *said).count() > 1 {
        return Err(syn::Error::new(
            field.span(),
            "with, exactly, regex, date, time and datetime exclude each other: keep one of them",
        ));
    }
    if let Some(with) = &attributes.with {
        return Ok(quote_spanned! { with.span() => #root::pattern::IntoPattern::into_pattern(#with) });
    }
    if let Some(value) = &attributes.exactly {
        return Ok(quote_spanned! { value.span() => #root::pattern::exactly(#value) });
    }
    if let Some(expression) = &attributes.regex {
        let example = needs_example("regex")?;
        let expression_argument: syn::Expr = syn::parse_quote!(#expression);
        crate::regex::check_arguments([&expression_argument, example])?;
        return Ok(quote_spanned! { expression.span() => #root::pattern::regex(#expression, #example) });
    }
    if let Some((function, format)) = &attributes.format {
        let example = needs_example(&function.to_string())?;
        return Ok(quote_spanned! { format.span() => #root::pattern::#function(#format, #example) });
    }
    if let Some(custom) = attributes.custom {
        return Err(syn::Error::new(
            custom,
            "this field is read and written in a way of its own, which #[derive(Pattern)] cannot see: add \
             #[pattern(with = …)] with its pattern, or #[pattern(skip)]",
        ));
    }
    let mut pattern = quote_spanned! { span => <#ty as #root::pattern::HasPattern>::pattern() };
    if let Some(example) = &attributes.example {
        pattern = quote_spanned! { example.span() => #pattern.with_example(#example) };
    }
    if attributes.min.is_some() || attributes.max.is_some() {
        let optional = |bound: &Option<syn::Expr>| {
            bound.as_ref().map_or_else(
                || quote! { ::core::option::Option::None },
                |bound| quote! { ::core::option::Option::Some(#bound) },
            )
        };
        let (min, max) = (optional(&attributes.min), optional(&attributes.max));
        pattern = quote_spanned! { span => #pattern.with_bounds(#min, #max) };
    }
    Ok(pattern)
}
