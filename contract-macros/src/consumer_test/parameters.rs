//! The parameters of a consumer test: its mock providers, and those supplied by other attributes.

use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use super::arguments::{Arguments, Provider};
use super::attributes::Attributes;

/// The parameters, split by origin.
pub(super) struct Parameters {
    /// The mock providers, in order.
    pub(super) providers: Vec<Provider>,
    /// The parameters of the generated test: all except the providers, with their attributes.
    pub(super) outer: Vec<PatType>,
    /// For each parameter of the written function: the variable that is passed on, or `None` for the next
    /// provider.
    pub(super) forwarded: Vec<Option<Ident>>,
}

impl Parameters {
    /// Extracts the providers from the parameters. Removes all attributes of parameters from the signature.
    pub(super) fn take(
        signature: &mut Signature,
        arguments: &Arguments,
        attributes: &Attributes,
    ) -> syn::Result<Self> {
        let mut typed = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Typed(parameter) => typed.push(parameter.clone()),
                FnArg::Receiver(_) => {
                    return Err(syn::Error::new(input.span(), "a consumer test is not a method"));
                }
            }
        }
        let is_provider = providers_among(&typed);
        if !is_provider.contains(&true) {
            return Err(without_provider(signature, &typed, attributes));
        }
        let single = is_provider.iter().filter(|is_provider| **is_provider).count() == 1;
        let mut taken = Self {
            providers: Vec::new(),
            outer: Vec::new(),
            forwarded: Vec::new(),
        };
        for (mut parameter, is_provider) in typed.into_iter().zip(is_provider) {
            if is_provider {
                let provider = provider(&mut parameter, arguments, single)?;
                taken.add(provider)?;
            } else if attributes.supply_parameters() {
                taken.forward(parameter)?;
            } else {
                return Err(unsupplied(&parameter));
            }
        }
        strip_attributes(signature);
        Ok(taken)
    }

    fn add(&mut self, provider: Provider) -> syn::Result<()> {
        let mut earlier = self.providers.iter();
        if earlier.any(|earlier| earlier.name.value() == provider.name.value()) {
            return Err(syn::Error::new(
                provider.name.span(),
                format!(
                    "the provider {:?} has two parameters: one is enough",
                    provider.name.value()
                ),
            ));
        }
        self.providers.push(provider);
        self.forwarded.push(None);
        Ok(())
    }

    /// Passes on a parameter supplied by another attribute.
    fn forward(&mut self, mut parameter: PatType) -> syn::Result<()> {
        if let Some(future) = parameter
            .attrs
            .iter()
            .find(|attribute| attribute.path().is_ident("future"))
        {
            return Err(syn::Error::new(
                future.span(),
                "#[future] is not supported in a consumer test: take the fixture's value in its body, with `.await`",
            ));
        }
        let name = match &mut *parameter.pat {
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
                // Mutability only matters in the written function.
                pattern.mutability = None;
                pattern.ident.clone()
            }
            pattern => {
                let name = quote::format_ident!("__argument_{}", self.forwarded.len(), span = pattern.span());
                *pattern = Pat::Verbatim(quote! { #name });
                name
            }
        };
        self.forwarded.push(Some(name));
        self.outer.push(parameter);
        Ok(())
    }
}

/// Returns the argument for each parameter of the written function.
pub(super) fn in_order(handles: &[Ident], forwarded: &[Option<Ident>]) -> Vec<proc_macro2::TokenStream> {
    let mut handles = handles.iter();
    forwarded
        .iter()
        .map(|forwarded| {
            if let Some(name) = forwarded {
                return quote! { #name };
            }
            let handle = handles.next();
            // A plain test may take a `BlockingMockProvider`.
            quote! { ::core::convert::Into::into(#handle) }
        })
        .collect()
}

/// Removes all attributes from parameters.
pub(super) fn strip_attributes(signature: &mut Signature) {
    for input in &mut signature.inputs {
        if let FnArg::Typed(parameter) = input {
            parameter.attrs.clear();
        }
    }
}

/// Returns which parameters are mock providers: those with `#[provider]` or a type with that name; otherwise
/// a single one, whose type may have another name.
fn providers_among(parameters: &[PatType]) -> Vec<bool> {
    let is_named = |parameter: &PatType| is_marked(parameter) || has_type_of_provider(parameter);
    if !parameters.iter().any(is_named) && parameters.len() == 1 {
        return vec![true];
    }
    parameters.iter().map(is_named).collect()
}

fn is_marked(parameter: &PatType) -> bool {
    parameter
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("provider"))
}

fn has_type_of_provider(parameter: &PatType) -> bool {
    let Type::Path(path) = &*parameter.ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "MockProvider" || last.ident == "BlockingMockProvider")
}

fn provider(parameter: &mut PatType, arguments: &Arguments, single: bool) -> syn::Result<Provider> {
    let at = parameter
        .attrs
        .iter()
        .position(|attribute| attribute.path().is_ident("provider"));
    match (at.map(|at| parameter.attrs.remove(at)), &arguments.provider) {
        (Some(attribute), None) => {
            arguments.serves_nobody()?;
            attribute.parse_args_with(Provider::parse)
        }
        (None, Some(name)) if single => Ok(arguments.single(name)),
        (Some(attribute), Some(_)) => Err(syn::Error::new(
            attribute.span(),
            "the provider is named twice: in the attribute of the function and here",
        )),
        (None, Some(_)) => Err(syn::Error::new(
            parameter.span(),
            "several providers are named at their parameters: #[provider(\"user-api\")] users: MockProvider",
        )),
        (None, None) => Err(syn::Error::new(
            parameter.span(),
            "name the provider: provider = \"…\" in #[consumer_test(…)], or #[provider(\"…\")] here",
        )),
    }
}

fn without_provider(signature: &Signature, parameters: &[PatType], attributes: &Attributes) -> syn::Error {
    let mut message = "a consumer test takes its mock provider: (provider: MockProvider)".to_owned();
    if attributes.had_test || signature.ident.to_string().starts_with('_') {
        message.push_str(
            "; if it has one, an attribute above #[consumer_test] has taken it: put #[consumer_test] first",
        );
    }
    let span = parameters
        .first()
        .map_or(signature.ident.span(), syn::spanned::Spanned::span);
    syn::Error::new(span, message)
}

fn unsupplied(parameter: &PatType) -> syn::Error {
    let name = parameter.pat.to_token_stream();
    syn::Error::new(
        parameter.span(),
        format!(
            "nothing supplies `{name}`: a consumer test takes mock providers only. Remove it, or put #[rstest] or \
             #[test_case] below #[consumer_test]"
        ),
    )
}
