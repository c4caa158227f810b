//! `#[consumer_test]`: a test that records a contract.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, ItemFn, LitStr, Path, ReturnType};

#[derive(Default)]
struct Arguments {
    consumer: Option<LitStr>,
    provider: Option<LitStr>,
    specification: Option<LitStr>,
    flavor: Option<LitStr>,
    root: Option<Path>,
}

impl Arguments {
    fn parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let slot = match name.as_str() {
            "consumer" => &mut self.consumer,
            "provider" => &mut self.provider,
            "specification" => &mut self.specification,
            "flavor" => &mut self.flavor,
            "crate" => {
                self.root = Some(meta.value()?.call(Path::parse_mod_style)?);
                return Ok(());
            }
            _ => {
                return Err(meta.error(
                    "unknown argument: #[consumer_test] knows consumer, provider, specification, flavor and crate",
                ));
            }
        };
        if slot.is_some() {
            return Err(meta.error(format!("`{name}` is given twice")));
        }
        let text: LitStr = meta.value()?.parse()?;
        if text.value().trim().is_empty() {
            return Err(syn::Error::new(text.span(), format!("`{name}` is empty")));
        }
        *slot = Some(text);
        Ok(())
    }
}

/// The test; where something is wrong, the error beside the function, so that it is not reported as missing as well.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    try_expand(arguments, item.clone()).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        match syn::parse2::<ItemFn>(item) {
            Ok(mut function) => {
                strip_provider_attributes(&mut function);
                quote! { #error #[allow(dead_code, unused_variables)] #function }
            }
            Err(_) => error,
        }
    })
}

fn try_expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)
        .map_err(|error| syn::Error::new(error.span(), "#[consumer_test] stands on an async fn"))?;
    let mut parsed = Arguments::default();
    syn::meta::parser(|meta| parsed.parse(&meta)).parse2(arguments)?;
    let Some(consumer) = &parsed.consumer else {
        return Err(syn::Error::new(
            function.sig.ident.span(),
            "name the consumer: #[consumer_test(consumer = \"web-app\", provider = \"user-api\")]",
        ));
    };
    if function.sig.asyncness.is_none() {
        return Err(syn::Error::new(
            function.sig.fn_token.span,
            "a consumer test is async, since it waits for the mock provider: write `async fn`",
        ));
    }
    if let Some(parameter) = function.sig.generics.params.first() {
        return Err(syn::Error::new(
            parameter.span(),
            "a consumer test cannot be generic",
        ));
    }
    let providers = providers(&parsed, &mut function)?;
    let specification = match parsed.specification.as_ref().map(|text| (text, text.value())) {
        None => quote! { V4 },
        Some((text, version)) => match version.split('.').next() {
            Some("2") => quote! { V2 },
            Some("3") => quote! { V3 },
            Some("4") => quote! { V4 },
            _ => {
                return Err(syn::Error::new(
                    text.span(),
                    "contracts are written as version 2, 3 or 4",
                ));
            }
        },
    };
    let multi_thread = match parsed.flavor.as_ref().map(|text| (text, text.value())) {
        None => false,
        Some((_, flavor)) if flavor == "current_thread" => false,
        Some((_, flavor)) if flavor == "multi_thread" => true,
        Some((text, _)) => {
            return Err(syn::Error::new(
                text.span(),
                "the flavor is \"current_thread\" or \"multi_thread\"",
            ));
        }
    };
    let root = parsed
        .root
        .map_or_else(|| quote! { ::contract_core }, |path| quote! { #path });

    let attributes = std::mem::take(&mut function.attrs);
    let visibility = std::mem::replace(&mut function.vis, syn::Visibility::Inherited);
    let name = function.sig.ident.clone();
    let output = match &function.sig.output {
        ReturnType::Default => quote! {},
        output @ ReturnType::Type(..) => quote! { #output },
    };
    let handles: Vec<syn::Ident> = (0..providers.len())
        .map(|index| quote::format_ident!("provider_{index}"))
        .collect();
    let line = quote_spanned! { name.span() => ::core::line!() };
    let text = name.to_string();
    Ok(quote! {
        #(#attributes)*
        #[::core::prelude::v1::test]
        #visibility fn #name() #output {
            // A test whose client blocks awaits nothing; it is async all the same.
            #[allow(clippy::unused_async)]
            #function
            #root::mock::run(
                #root::mock::ConsumerTest {
                    consumer: #consumer,
                    providers: [#(#providers),*],
                    name: #text,
                    file: ::core::file!(),
                    line: #line,
                    manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                    specification: #root::contract::Specification::#specification,
                    multi_thread: #multi_thread,
                },
                |[#(#handles),*]| #name(#(#handles),*),
            )
        }
    })
}

/// The provider's name for each parameter, in their order.
fn providers(arguments: &Arguments, function: &mut ItemFn) -> syn::Result<Vec<LitStr>> {
    if function.sig.inputs.is_empty() {
        return Err(syn::Error::new(
            function.sig.ident.span(),
            "a consumer test takes its mock provider: (provider: MockProvider)",
        ));
    }
    let single = function.sig.inputs.len() == 1;
    let mut names = Vec::new();
    for input in &mut function.sig.inputs {
        let FnArg::Typed(parameter) = input else {
            return Err(syn::Error::new(input.span(), "a consumer test is not a method"));
        };
        let at = parameter
            .attrs
            .iter()
            .position(|attribute| attribute.path().is_ident("provider"));
        let name = match (at.map(|at| parameter.attrs.remove(at)), &arguments.provider) {
            (Some(attribute), None) => attribute.parse_args::<LitStr>()?,
            (None, Some(name)) if single => name.clone(),
            (Some(attribute), Some(_)) => {
                return Err(syn::Error::new(
                    attribute.span(),
                    "the provider is named twice: in the attribute of the function and here",
                ));
            }
            (None, Some(_)) => {
                return Err(syn::Error::new(
                    parameter.span(),
                    "several providers are named at their parameters: #[provider(\"user-api\")] users: MockProvider",
                ));
            }
            (None, None) => {
                return Err(syn::Error::new(
                    parameter.span(),
                    "name the provider: provider = \"…\" in #[consumer_test(…)], or #[provider(\"…\")] here",
                ));
            }
        };
        if names
            .iter()
            .any(|earlier: &LitStr| earlier.value() == name.value())
        {
            return Err(syn::Error::new(
                name.span(),
                format!(
                    "the provider {:?} has two parameters: one is enough",
                    name.value()
                ),
            ));
        }
        names.push(name);
    }
    Ok(names)
}

fn strip_provider_attributes(function: &mut ItemFn) {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(parameter) = input {
            parameter
                .attrs
                .retain(|attribute| !attribute.path().is_ident("provider"));
        }
    }
}
