//! Enums: names alone are an enumeration; of those with data the contract shows one, or all on request.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DataEnum, Fields, Ident};

use super::attributes::{Container, Variant};
use super::fields::{self, tagged, unraw};
use super::scope::Scope;

/// An expression of type `Pattern` for an enum.
pub(super) fn of_enum(
    container: &Container,
    name: &Ident,
    data: &DataEnum,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    let root = &scope.root;
    let mut variants = Vec::new();
    for variant in &data.variants {
        let attributes = Variant::read(&variant.attrs)?;
        if !attributes.is_skipped(scope.direction) {
            variants.push((variant, attributes));
        }
    }
    if variants.is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "an enum without variants has no example",
        ));
    }
    let examples: Vec<usize> = (0..variants.len())
        .filter(|&index| variants[index].1.is_example)
        .collect();
    if let [_, second, ..] = examples.as_slice() {
        return Err(syn::Error::new_spanned(
            &variants[*second].0.ident,
            "one variant is the example; this is the second one that says so",
        ));
    }
    let only_names = variants
        .iter()
        .all(|(variant, attributes)| matches!(variant.fields, Fields::Unit) && !attributes.untagged);
    if only_names && container.tag.is_none() && !container.untagged {
        // The example stands first.
        let first = examples.first().copied().unwrap_or(0);
        let names = std::iter::once(first)
            .chain((0..variants.len()).filter(|&index| index != first))
            .map(|index| wire_name(container, variants[index].0, &variants[index].1, scope));
        return Ok(quote! { #root::pattern::any_of([#(#names),*]) });
    }
    let shown = match (examples.first(), variants.len()) {
        (Some(&index), _) => index,
        (None, 1) => 0,
        (None, _) if container.all_variants.is_some() => 0,
        (None, _) => {
            return Err(syn::Error::new(
                name.span(),
                "the variants of this enum have different forms, and a contract shows one: mark the variant with \
                 #[pattern(example)], or the enum with #[pattern(all_variants)] to allow all of them",
            ));
        }
    };
    let alternatives = variants
        .iter()
        .map(|(variant, attributes)| {
            let pattern = of_variant(container, variant, attributes, scope)?;
            // A closure of its own: a variant that leads back to this type does not end the others.
            Ok(quote! {
                (|| {
                    let pattern = #pattern;
                    ::core::option::Option::Some(pattern)
                })()
            })
        })
        .collect::<syn::Result<Vec<_>>>()?;
    let combined = if container.all_variants.is_some() {
        quote! { all_variants }
    } else {
        quote! { variants }
    };
    Ok(quote! { #root::pattern::#combined(::std::vec![#(#alternatives),*], #shown)? })
}

/// An expression of type `Pattern` for one variant.
fn of_variant(
    container: &Container,
    variant: &syn::Variant,
    attributes: &Variant,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    let root = &scope.root;
    let name = wire_name(container, variant, attributes, scope);
    let inner = || content(container, variant, attributes, scope);
    let is_unit = matches!(variant.fields, Fields::Unit);
    if container.untagged || attributes.untagged {
        return inner();
    }
    match (&container.tag, &container.content) {
        (None, _) if is_unit => Ok(quote! { #root::pattern::exactly(#name) }),
        (None, _) => {
            let inner = inner()?;
            Ok(quote! { #root::pattern::object(::std::vec![(::std::string::String::from(#name), #inner)]) })
        }
        (Some(tag), _) if is_unit => Ok(tagged(tag, &name, &quote! {}, root)),
        (Some(tag), Some(content)) => {
            let inner = inner()?;
            let content = quote! { members.push((::std::string::String::from(#content), #inner)); };
            Ok(tagged(tag, &name, &content, root))
        }
        (Some(tag), None) => {
            let inner = inner()?;
            let content = quote! { members.extend(#root::pattern::flattened(#inner)); };
            Ok(tagged(tag, &name, &content, root))
        }
    }
}

/// An expression of type `Pattern` for what is in a variant.
fn content(
    container: &Container,
    variant: &syn::Variant,
    attributes: &Variant,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    let root = &scope.root;
    if let Some(with) = &attributes.with {
        return Ok(quote_spanned! { with.span() => #root::pattern::IntoPattern::into_pattern(#with) });
    }
    if let Some(custom) = attributes.custom {
        return Err(syn::Error::new(
            custom,
            "this variant is read and written in a way of its own, which #[derive(Pattern)] cannot see: add \
             #[pattern(with = …)] with the pattern of what is in it, or #[pattern(skip)]",
        ));
    }
    let case = attributes
        .rename_all
        .of(scope.direction)
        .or(container.rename_all_fields.of(scope.direction));
    fields::of_fields(&variant.fields, case, false, scope)
}

fn wire_name(container: &Container, variant: &syn::Variant, attributes: &Variant, scope: &Scope) -> String {
    let name = unraw(&variant.ident);
    let direction = scope.direction;
    match (
        attributes.rename.of(direction),
        container.rename_all.of(direction),
    ) {
        (Some(rename), _) => rename.value(),
        (None, Some(case)) => case.of_variant(&name),
        (None, None) => name,
    }
}
