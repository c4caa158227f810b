//! Generates the test from the function.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ItemFn, ReturnType};

use super::arguments::Arguments;
use super::attributes::Attributes;
use super::parameters::{self, Parameters};

/// Returns the test. In case of an error, returns it together with the function, so that the function is not
/// reported as missing as well.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    try_expand(arguments, item.clone()).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        match syn::parse2::<ItemFn>(item) {
            Ok(mut function) => {
                // Other attributes would report errors about the remaining function.
                function.attrs.clear();
                parameters::strip_attributes(&mut function.sig);
                quote! { #error #[allow(dead_code, unused_variables)] #function }
            }
            Err(_) => error,
        }
    })
}

/// What runs the body.
enum Runner {
    /// A runtime created by the test.
    Own,
    /// The runtime of another attribute.
    Theirs,
    /// No runtime: the body blocks.
    None,
}

fn try_expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)
        .map_err(|error| syn::Error::new(error.span(), "#[consumer_test] belongs on a function"))?;
    let arguments = Arguments::parse(arguments)?;
    let consumer = arguments.consumer(&function.sig.ident)?;
    if let Some(parameter) = function.sig.generics.params.first() {
        return Err(syn::Error::new(
            parameter.span(),
            "a consumer test cannot be generic",
        ));
    }
    let attributes = Attributes::of(std::mem::take(&mut function.attrs));
    if let Some(attribute) = attributes.should_panic() {
        return Err(syn::Error::new_spanned(
            attribute,
            "a test that panics writes no contract, so #[should_panic] on a consumer test shows nothing: call what panics within \
             std::panic::catch_unwind, and let the test pass",
        ));
    }
    let is_async = function.sig.asyncness.is_some();
    let runner = match (is_async, attributes.brings_runtime()) {
        (false, _) => Runner::None,
        (true, true) => Runner::Theirs,
        (true, false) => Runner::Own,
    };
    let flavor = arguments.flavor()?;
    match (&runner, flavor.span) {
        (Runner::None, Some(span)) => {
            return Err(syn::Error::new(
                span,
                "a consumer test on a plain `fn` has no runtime: remove `flavor`, or write `async fn`",
            ));
        }
        (Runner::Theirs, Some(span)) => {
            return Err(syn::Error::new(
                span,
                "another attribute brings the runtime: remove `flavor` or that attribute",
            ));
        }
        _ => {}
    }
    let Parameters {
        providers,
        outer,
        forwarded,
    } = Parameters::take(&mut function.sig, &arguments, &attributes)?;
    let specification = arguments.specification()?;
    let minimize = arguments.minimize;
    let root = arguments.root();

    let visibility = std::mem::replace(&mut function.vis, syn::Visibility::Inherited);
    let name = function.sig.ident.clone();
    let output = match &function.sig.output {
        ReturnType::Default => quote! {},
        output @ ReturnType::Type(..) => quote! { #output },
    };
    let handles: Vec<syn::Ident> = (0..providers.len())
        .map(|index| quote::format_ident!("__provider_{index}"))
        .collect();
    let given = parameters::in_order(&handles, &forwarded);
    let providers = providers.iter().map(|provider| provider.expand(&root));
    let line = quote_spanned! { name.span() => ::core::line!() };
    let text = name.to_string();
    let test = quote! {
        #root::mock::ConsumerTest {
            consumer: #consumer,
            providers: [#(#providers),*],
            name: #text,
            file: ::core::file!(),
            line: #line,
            manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
            specification: #root::contract::Specification::#specification,
            minimize: #minimize,
        }
    };
    let body = quote! { move |[#(#handles),*]| #name(#(#given),*) };
    let (outer_async, call) = match runner {
        Runner::Own => {
            let flavor = flavor.name;
            (
                quote! {},
                quote! { #root::mock::run(#root::mock::Flavor::#flavor, &#test, #body) },
            )
        }
        Runner::Theirs => (
            quote! { async },
            quote! { #root::mock::run_within(&#test, #body).await.conclude() },
        ),
        Runner::None => (quote! {}, quote! { #root::mock::run_blocking(&#test, #body) }),
    };
    let test_attribute = (!attributes.make_tests()).then(|| quote! { #[::core::prelude::v1::test] });
    let attributes = attributes.kept();
    Ok(quote! {
        #(#attributes)*
        #test_attribute
        #visibility #outer_async fn #name(#(#outer),*) #output {
            // A test with a blocking client awaits nothing, but is async nevertheless. A plain one takes its
            // provider by value.
            #[allow(clippy::unused_async, clippy::needless_pass_by_value)]
            #function
            #call
        }
    })
}
