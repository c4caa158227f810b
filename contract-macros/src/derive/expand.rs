//! The implementation as a whole.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput};

use super::attributes::{Container, Example};
use super::scope::Scope;
use super::{enums, fields};

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let mut input: DeriveInput = syn::parse2(input)?;
    let container = Container::read(&input.attrs)?;
    let root = container
        .root
        .clone()
        .map_or_else(|| quote! { ::contract_core }, |path| quote! { #path });
    let scope = Scope::new(root, container.direction, &input.generics);
    let body = body(&container, &input, &scope)?;
    let conditions = &mut input.generics.make_where_clause().predicates;
    match container.bound {
        Some(bound) => conditions.extend(bound),
        None => conditions.extend(scope.bounds()),
    }
    let (implementation, types, conditions) = input.generics.split_for_impl();
    let (name, root) = (&input.ident, &scope.root);
    Ok(quote! {
        #[automatically_derived]
        impl #implementation #root::pattern::HasPattern for #name #types #conditions {
            #[track_caller]
            fn pattern() -> #root::pattern::Pattern {
                #root::pattern::derived_or_endless(
                    ::core::any::type_name::<Self>(),
                    <Self as #root::pattern::HasPattern>::nested_pattern(),
                )
            }

            fn nested_pattern() -> ::core::option::Option<#root::pattern::Pattern> {
                #root::pattern::derived(::core::any::type_name::<Self>(), || {
                    let pattern = #body;
                    ::core::option::Option::Some(pattern)
                })
            }
        }
    })
}

/// An expression of type `Pattern`, in a closure that returns an option of it.
fn body(container: &Container, input: &DeriveInput, scope: &Scope) -> syn::Result<TokenStream> {
    let root = &scope.root;
    if let Some(said) = container.said.pattern(root)? {
        return Ok(said);
    }
    if let Some(span) = container.all_variants
        && (container.stands_for().is_some() || !matches!(input.data, Data::Enum(_)))
    {
        return Err(syn::Error::new(
            span,
            "all_variants is about the variants of an enum that serde reads as such: put it on the enum",
        ));
    }
    let pattern = match (container.stands_for(), &input.data) {
        (Some(other), _) => scope.pattern_of(other),
        (None, Data::Struct(data)) => fields::of_struct(container, &input.ident, &data.fields, scope)?,
        (None, Data::Enum(data)) => enums::of_enum(container, &input.ident, data, scope)?,
        (None, Data::Union(data)) => {
            return Err(syn::Error::new(
                data.union_token.span,
                "a union has no form in JSON, so it has no pattern",
            ));
        }
    };
    Ok(match &container.said.example {
        None => pattern,
        Some(Example::Value(example)) => {
            quote_spanned! { example.span() => #root::pattern::shown_like(#pattern, &#example) }
        }
        Some(Example::Default(span)) => quote_spanned! { *span =>
            #root::pattern::shown_like(#pattern, &<Self as ::core::default::Default>::default())
        },
    })
}
