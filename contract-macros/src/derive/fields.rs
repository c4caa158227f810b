//! Patterns of structs, and of the content of variants.
//!
//! The generated code runs in a closure that returns `Option<Pattern>`: `?` leaves it if a type is recursive.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Fields, FieldsNamed, FieldsUnnamed, Ident};

use super::attributes::{Container, Direction, Example, Field, Said};
use super::case::Case;
use super::scope::Scope;
use super::types::{is_map, option_of};

/// Returns an expression of type `Pattern` for a struct.
pub(super) fn of_struct(
    container: &Container,
    name: &Ident,
    fields: &Fields,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    if container.transparent {
        return transparent(fields, scope);
    }
    let case = container.rename_all.of(scope.direction);
    match (&container.tag, fields) {
        // A tag on a struct is written, but not checked when the struct is read.
        (Some(tag), Fields::Named(named)) if scope.direction == Direction::Serialize => {
            let root = &scope.root;
            let members = members(named, case, container.default, scope)?;
            let name = match container.rename.of(scope.direction) {
                Some(name) => name.value(),
                None => unraw(name),
            };
            Ok(tagged(tag, &name, &quote! { members.extend(#members); }, root))
        }
        _ => of_fields(fields, case, container.default, scope),
    }
}

/// Returns an object whose first member is a tag.
pub(super) fn tagged(
    tag: &syn::LitStr,
    name: &str,
    content: &TokenStream,
    root: &TokenStream,
) -> TokenStream {
    quote! {
        {
            let mut members = ::std::vec![(::std::string::String::from(#tag), #root::pattern::exactly(#name))];
            #content
            #root::pattern::object(members)
        }
    }
}

/// Returns an expression of type `Pattern` for these fields.
pub(super) fn of_fields(
    fields: &Fields,
    case: Option<Case>,
    all_default: bool,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    let root = &scope.root;
    match fields {
        Fields::Named(named) => {
            let members = members(named, case, all_default, scope)?;
            Ok(quote! { #root::pattern::object(#members) })
        }
        Fields::Unnamed(unnamed) => of_tuple(unnamed, scope),
        Fields::Unit => Ok(quote! { #root::pattern::null() }),
    }
}

/// Returns an expression of type `Vec<(String, Pattern)>` for named fields.
pub(super) fn members(
    fields: &FieldsNamed,
    case: Option<Case>,
    all_default: bool,
    scope: &Scope,
) -> syn::Result<TokenStream> {
    let root = &scope.root;
    let mut statements = Vec::new();
    for field in &fields.named {
        let attributes = Field::read(&field.attrs)?;
        if attributes.is_skipped(scope.direction) {
            continue;
        }
        let is_optional = may_be_missing(field, &attributes, all_default, scope.direction);
        let is_needed = attributes.present || attributes.said.is_any();
        // The consumer does not need a field that may be missing, unless an attribute says so.
        if is_optional && !is_needed {
            continue;
        }
        if attributes.flatten && !attributes.said.is_any() && is_map(&field.ty) {
            continue;
        }
        let pattern = pattern(field, &attributes, scope)?;
        let statement = if attributes.flatten {
            quote_spanned! { field.ty.span() => members.extend(#root::pattern::flattened(#pattern)); }
        } else {
            let name = wire_name(field, &attributes, case, scope.direction);
            quote! { members.push((::std::string::String::from(#name), #pattern)); }
        };
        let is_known_by_type = !is_needed && !attributes.flatten && attributes.custom.is_none();
        statements.push(if is_known_by_type && scope.direction == Direction::Deserialize {
            // An option under another name, or in place of a type parameter.
            let ty = &field.ty;
            quote! {
                if !<#ty as #root::pattern::HasPattern>::MAY_BE_MISSING {
                    #statement
                }
            }
        } else if is_optional {
            // Omitted if its type leads back to one that is already shown.
            quote! {
                if let ::core::option::Option::Some(added) = (|| {
                    let mut members = ::std::vec::Vec::new();
                    #statement
                    ::core::option::Option::Some(members)
                })() {
                    members.extend::<::std::vec::Vec<(::std::string::String, #root::pattern::Pattern)>>(added);
                }
            }
        } else {
            statement
        });
    }
    Ok(quote! {
        {
            let mut members = ::std::vec::Vec::<(::std::string::String, #root::pattern::Pattern)>::new();
            #(#statements)*
            members
        }
    })
}

/// Returns whether a contract may omit the field: serde reads the rest without it, or does not always write
/// it.
fn may_be_missing(field: &syn::Field, attributes: &Field, all_default: bool, direction: Direction) -> bool {
    // serde reads a missing option as `None`, but not with a custom function.
    let is_option = option_of(&field.ty).is_some() && attributes.custom.is_none();
    attributes.may_be_missing(direction)
        || (direction == Direction::Deserialize && (is_option || all_default))
        || (is_option && attributes.flatten)
}

fn wire_name(field: &syn::Field, attributes: &Field, case: Option<Case>, direction: Direction) -> String {
    let name = field.ident.as_ref().map(unraw).unwrap_or_default();
    match (attributes.rename.of(direction), case) {
        (Some(name), _) => name.value(),
        (None, Some(case)) => case.of_field(&name),
        (None, None) => name,
    }
}

/// Returns the name without `r#`.
pub(super) fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

fn of_tuple(fields: &FieldsUnnamed, scope: &Scope) -> syn::Result<TokenStream> {
    let root = &scope.root;
    let mut items = Vec::new();
    for field in &fields.unnamed {
        let attributes = Field::read(&field.attrs)?;
        if !attributes.is_skipped(scope.direction) {
            items.push(pattern(field, &attributes, scope)?);
        }
    }
    Ok(match items.as_slice() {
        [item] if fields.unnamed.len() == 1 => item.clone(),
        items => quote! { #root::pattern::array(::std::vec![#(#items),*]) },
    })
}

fn transparent(fields: &Fields, scope: &Scope) -> syn::Result<TokenStream> {
    for field in fields {
        let attributes = Field::read(&field.attrs)?;
        let is_made_up =
            scope.direction == Direction::Deserialize && attributes.may_be_missing(scope.direction);
        if !attributes.is_skipped(scope.direction) && !is_made_up && !super::types::is_phantom(&field.ty) {
            return pattern(field, &attributes, scope);
        }
    }
    Err(syn::Error::new(
        fields.span(),
        "a transparent struct has one field that is not skipped",
    ))
}

/// Returns an expression of type `Pattern` for one field.
fn pattern(field: &syn::Field, attributes: &Field, scope: &Scope) -> syn::Result<TokenStream> {
    let root = &scope.root;
    if let Some(said) = attributes.said.pattern(root)? {
        return Ok(said);
    }
    if let Some(custom) = attributes.custom {
        return Err(syn::Error::new(
            custom,
            "this field is read and written in a way of its own, which #[derive(Pattern)] cannot see: add \
             #[pattern(with = …)] with its pattern, or #[pattern(skip)]",
        ));
    }
    // The consumer needs the values that it reads; values that it sends may be `null`.
    let ty = match option_of(&field.ty) {
        Some(inner)
            if scope.direction == Direction::Deserialize || attributes.present || attributes.flatten =>
        {
            inner
        }
        _ => &field.ty,
    };
    let span = ty.span();
    let mut pattern = shown(scope.pattern_of(ty), &attributes.said, ty, scope);
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

/// Returns the pattern with its example from the attributes.
fn shown(pattern: TokenStream, said: &Said, ty: &syn::Type, scope: &Scope) -> TokenStream {
    let root = &scope.root;
    match &said.example {
        None => pattern,
        Some(Example::Value(example)) => {
            quote_spanned! { example.span() => #pattern.with_example(#example) }
        }
        Some(Example::Default(span)) => quote_spanned! { *span =>
            #root::pattern::shown_like(#pattern, &<#ty as ::core::default::Default>::default())
        },
    }
}
