//! `#[derive(Pattern)]`: the pattern that follows a type.

mod attributes;
mod case;
mod enums;
mod fields;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, GenericParam, parse_quote};

use self::attributes::Container;

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let mut input: DeriveInput = syn::parse2(input)?;
    let container = Container::read(&input.attrs)?;
    let root = container
        .root
        .clone()
        .map_or_else(|| quote! { ::contract_core }, |path| quote! { #path });
    let body = match &input.data {
        Data::Struct(data) => fields::of_struct(&container, &data.fields, &root)?,
        Data::Enum(data) => enums::of_enum(&container, &input.ident, data, &root)?,
        Data::Union(data) => {
            return Err(syn::Error::new(
                data.union_token.span,
                "a union has no form in JSON, so it has no pattern",
            ));
        }
    };
    for parameter in &mut input.generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(#root::pattern::HasPattern));
        }
    }
    let (implementation, types, conditions) = input.generics.split_for_impl();
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl #implementation #root::pattern::HasPattern for #name #types #conditions {
            fn pattern() -> #root::pattern::Pattern {
                #root::pattern::derived(::core::any::type_name::<Self>(), || #body)
            }
        }
    })
}
