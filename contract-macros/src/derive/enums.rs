//! Enums: names alone are an enumeration; of those with data the contract shows one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, Fields, Ident};

use super::attributes::{Container, Variant};
use super::fields;

/// An expression of type `Pattern` for an enum.
pub(super) fn of_enum(
    container: &Container,
    name: &Ident,
    data: &DataEnum,
    root: &TokenStream,
) -> syn::Result<TokenStream> {
    let mut variants = Vec::new();
    for variant in &data.variants {
        let attributes = Variant::read(&variant.attrs)?;
        if !attributes.skip {
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
        .all(|(variant, _)| matches!(variant.fields, Fields::Unit));
    if only_names && container.tag.is_none() && !container.untagged {
        // The example stands first.
        let first = examples.first().copied().unwrap_or(0);
        let names = std::iter::once(first)
            .chain((0..variants.len()).filter(|&index| index != first))
            .map(|index| wire_name(container, variants[index].0, &variants[index].1));
        return Ok(quote! { #root::pattern::any_of([#(#names),*]) });
    }
    let chosen = match (examples.first(), variants.len()) {
        (Some(&index), _) => index,
        (None, 1) => 0,
        (None, _) => {
            return Err(syn::Error::new(
                name.span(),
                "the variants of this enum have different forms, and a contract shows one: mark the variant with \
                 #[pattern(example)]",
            ));
        }
    };
    let (variant, attributes) = &variants[chosen];
    let wire = wire_name(container, variant, attributes);
    let case = attributes.rename_all.or(container.rename_all_fields);
    let inner = || fields::of_fields(&variant.fields, case, false, root);
    if container.untagged || attributes.untagged {
        return inner();
    }
    match (&container.tag, &container.content) {
        (None, _) => {
            if matches!(variant.fields, Fields::Unit) {
                return Ok(quote! { #root::pattern::exactly(#wire) });
            }
            let inner = inner()?;
            Ok(quote! { #root::pattern::object(::std::vec![(::std::string::String::from(#wire), #inner)]) })
        }
        (Some(tag), Some(content)) => {
            let content = if matches!(variant.fields, Fields::Unit) {
                quote! {}
            } else {
                let inner = inner()?;
                quote! { members.push((::std::string::String::from(#content), #inner)); }
            };
            Ok(tagged(tag, &wire, &content, root))
        }
        (Some(tag), None) => {
            let content = match &variant.fields {
                Fields::Unit => quote! {},
                Fields::Named(named) => {
                    let members = fields::members(named, case, false, root)?;
                    quote! { members.extend(#members); }
                }
                Fields::Unnamed(_) => {
                    let inner = inner()?;
                    quote! { members.extend(#root::pattern::flattened(#inner)); }
                }
            };
            Ok(tagged(tag, &wire, &content, root))
        }
    }
}

fn tagged(tag: &syn::LitStr, wire: &str, content: &TokenStream, root: &TokenStream) -> TokenStream {
    quote! {
        {
            let mut members = ::std::vec![(::std::string::String::from(#tag), #root::pattern::exactly(#wire))];
            #content
            #root::pattern::object(members)
        }
    }
}

fn wire_name(container: &Container, variant: &syn::Variant, attributes: &Variant) -> String {
    let name = variant.ident.to_string();
    let name = name.trim_start_matches("r#");
    match (&attributes.rename, container.rename_all) {
        (Some(rename), _) => rename.value(),
        (None, Some(case)) => case.of_variant(name),
        (None, None) => name.to_owned(),
    }
}
