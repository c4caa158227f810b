//! Data shared by the parts of one derived type while its code is generated.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

use super::attributes::Direction;
use super::types::is_phantom;

/// The derived type, and the bounds that its code needs.
pub(super) struct Scope {
    /// The path of contract-core.
    pub(super) root: TokenStream,
    pub(super) direction: Direction,
    parameters: BTreeSet<String>,
    /// Types that need a pattern: a parameter `T`, or its associated type `T::Item`.
    needed: RefCell<Vec<TokenStream>>,
}

impl Scope {
    pub(super) fn new(root: TokenStream, direction: Direction, generics: &Generics) -> Self {
        let parameters = generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
                _ => None,
            })
            .collect();
        Self {
            root,
            direction,
            parameters,
            needed: RefCell::default(),
        }
    }

    /// Returns an expression of type `Pattern` for a type. It leaves the surrounding closure with `None` if
    /// the type leads back to one that is already shown.
    pub(super) fn pattern_of(&self, ty: &Type) -> TokenStream {
        if !is_phantom(ty) {
            self.note(ty.to_token_stream());
        }
        let root = &self.root;
        quote_spanned! { ty.span() => <#ty as #root::pattern::HasPattern>::nested_pattern()? }
    }

    /// Returns the bounds under which the type has a pattern.
    pub(super) fn bounds(&self) -> Vec<WherePredicate> {
        let root = &self.root;
        let mut seen = BTreeSet::new();
        self.needed
            .borrow()
            .iter()
            .filter(|needed| seen.insert(needed.to_string()))
            .map(|needed| parse_quote!(#needed: #root::pattern::HasPattern))
            .collect()
    }

    /// Records the type parameters that occur in a type.
    fn note(&self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        // Whether the previous token is the `::` of a path: `module::T` is not the parameter.
        let mut is_inside_path = false;
        while let Some(token) = tokens.next() {
            let follows_path = std::mem::replace(&mut is_inside_path, is_colon(&token));
            match token {
                TokenTree::Group(group) => self.note(group.stream()),
                TokenTree::Ident(ident) if !follows_path && self.parameters.contains(&ident.to_string()) => {
                    let mut needed = quote! { #ident };
                    // An associated type of the parameter: `T::Item`.
                    while let Some(colon) = tokens.next_if(is_colon) {
                        colon.to_tokens(&mut needed);
                        tokens.next_if(|token| !is_colon(token)).to_tokens(&mut needed);
                    }
                    self.needed.borrow_mut().push(needed);
                }
                _ => {}
            }
        }
    }
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}
