//! The arguments of `#[consumer_test(…)]` and of `#[provider(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, LitStr, Path, Token};

/// The arguments of `#[consumer_test(…)]`.
#[derive(Default)]
pub(super) struct Arguments {
    consumer: Option<LitStr>,
    specification: Option<LitStr>,
    flavor: Option<LitStr>,
    /// Whether to find out what the test does not need.
    pub(super) minimize: bool,
    root: Option<Path>,
    /// The name of the provider, if the test has a single one.
    pub(super) provider: Option<LitStr>,
    serving: Serving,
}

/// The options of a provider's server.
#[derive(Default)]
struct Serving {
    listen: Option<LitStr>,
    cors: Option<Span>,
    tls: Option<Span>,
    openapi: Option<LitStr>,
}

/// A mock provider of the test.
pub(super) struct Provider {
    pub(super) name: LitStr,
    serving: Serving,
}

/// The requested runtime.
pub(super) struct Flavor {
    /// The variant of `Flavor`.
    pub(super) name: Ident,
    /// Where it is specified, if it is.
    pub(super) span: Option<Span>,
}

impl Arguments {
    pub(super) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let mut arguments = Self::default();
        syn::meta::parser(|meta| arguments.take(&meta)).parse2(tokens)?;
        Ok(arguments)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let slot = match name.as_str() {
            "consumer" => &mut self.consumer,
            "provider" => &mut self.provider,
            "specification" => &mut self.specification,
            "flavor" => &mut self.flavor,
            "minimize" => return set(&mut self.minimize, &name, meta),
            "crate" => {
                self.root = Some(meta.value()?.call(Path::parse_mod_style)?);
                return Ok(());
            }
            _ if self.serving.take(&name, meta)? => return Ok(()),
            _ => {
                return Err(meta.error(
                    "unknown argument: #[consumer_test] knows consumer, provider, listen, cors, tls, openapi, minimize, \
                     specification, flavor and crate",
                ));
            }
        };
        text(slot, &name, meta)
    }

    /// Returns the consumer's name; `test` is the span for the error if it is missing.
    pub(super) fn consumer(&self, test: &Ident) -> syn::Result<&LitStr> {
        self.consumer.as_ref().ok_or_else(|| {
            syn::Error::new(
                test.span(),
                "name the consumer: #[consumer_test(consumer = \"web-app\", provider = \"user-api\")]",
            )
        })
    }

    /// Returns the variant of `Specification`.
    pub(super) fn specification(&self) -> syn::Result<TokenStream> {
        let Some(text) = &self.specification else {
            return Ok(quote! { V4 });
        };
        match text.value().split('.').next() {
            Some("2") => Ok(quote! { V2 }),
            Some("3") => Ok(quote! { V3 }),
            Some("4") => Ok(quote! { V4 }),
            _ => Err(syn::Error::new(
                text.span(),
                "contracts are written as version 2, 3 or 4",
            )),
        }
    }

    pub(super) fn flavor(&self) -> syn::Result<Flavor> {
        let name = |name: &str| Ident::new(name, Span::call_site());
        let Some(text) = &self.flavor else {
            return Ok(Flavor {
                name: name("CurrentThread"),
                span: None,
            });
        };
        let name = match text.value().as_str() {
            "current_thread" => name("CurrentThread"),
            "multi_thread" => name("MultiThread"),
            _ => {
                return Err(syn::Error::new(
                    text.span(),
                    "the flavor is \"current_thread\" or \"multi_thread\"",
                ));
            }
        };
        Ok(Flavor {
            name,
            span: Some(text.span()),
        })
    }

    /// Returns the path of contract-core.
    pub(super) fn root(&self) -> TokenStream {
        self.root
            .as_ref()
            .map_or_else(|| quote! { ::contract_core }, |path| quote! { #path })
    }

    /// Returns the single provider of the test, as configured by the function's attribute.
    pub(super) fn single(&self, name: &LitStr) -> Provider {
        Provider {
            name: name.clone(),
            serving: Serving {
                listen: self.serving.listen.clone(),
                openapi: self.serving.openapi.clone(),
                ..self.serving
            },
        }
    }

    /// # Errors
    ///
    /// If it has server options although the providers are named at their parameters.
    pub(super) fn serves_nobody(&self) -> syn::Result<()> {
        match self.serving.span() {
            None => Ok(()),
            Some(span) => Err(syn::Error::new(
                span,
                "say this of the provider that is meant: #[provider(\"user-api\", tls)]",
            )),
        }
    }
}

impl Serving {
    /// Reads an argument with this name; returns false if it is not a server option.
    fn take(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let flag = match name {
            "listen" => {
                text(&mut self.listen, name, meta)?;
                return Ok(true);
            }
            "openapi" => {
                text(&mut self.openapi, name, meta)?;
                return Ok(true);
            }
            "cors" => &mut self.cors,
            "tls" => &mut self.tls,
            _ => return Ok(false),
        };
        takes_no_value(name, meta)?;
        if flag.replace(meta.path.segments[0].ident.span()).is_some() {
            return Err(meta.error(format!("`{name}` is given twice")));
        }
        Ok(true)
    }

    /// Returns the span of the first option.
    fn span(&self) -> Option<Span> {
        let said = self.listen.as_ref().or(self.openapi.as_ref());
        said.map(LitStr::span).or(self.cors).or(self.tls)
    }
}

impl Provider {
    /// Parses the arguments of `#[provider("user-api", tls)]`.
    pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: LitStr = input.parse()?;
        if name.value().trim().is_empty() {
            return Err(syn::Error::new(name.span(), "the provider's name is empty"));
        }
        let mut serving = Serving::default();
        if input.parse::<Option<Token![,]>>()?.is_some() {
            let rest: TokenStream = input.parse()?;
            let parser = syn::meta::parser(|meta| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                if serving.take(&name, &meta)? {
                    return Ok(());
                }
                Err(meta.error("unknown argument: #[provider(\"…\")] knows listen, cors, tls and openapi"))
            });
            parser.parse2(rest)?;
        }
        Ok(Self { name, serving })
    }

    /// Returns an expression for the `TestProvider` at run time.
    pub(super) fn expand(&self, root: &TokenStream) -> TokenStream {
        let name = &self.name;
        let listen = self.serving.listen.as_ref().map_or_else(
            || quote! { ::core::option::Option::None },
            |address| quote! { ::core::option::Option::Some(#address) },
        );
        let description = self.serving.openapi.as_ref().map_or_else(
            || quote! { ::core::option::Option::None },
            |source| {
                // If that crate is missing, the error points to the argument.
                let read = quote_spanned! { source.span() => ::contract_openapi::read_description };
                quote! {
                    ::core::option::Option::Some(#root::mock::TestDescription { source: #source, read: #read })
                }
            },
        );
        let (cors, tls) = (self.serving.cors.is_some(), self.serving.tls.is_some());
        quote! {
            #root::mock::TestProvider {
                name: #name,
                listen: #listen,
                cors: #cors,
                tls: #tls,
                description: #description,
            }
        }
    }
}

/// Reads a name without a value.
fn set(flag: &mut bool, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    takes_no_value(name, meta)?;
    if std::mem::replace(flag, true) {
        return Err(meta.error(format!("`{name}` is given twice")));
    }
    Ok(())
}

fn takes_no_value(name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        return Ok(());
    }
    Err(meta.error(format!("`{name}` takes no value")))
}

/// Reads `name = "text"`.
fn text(slot: &mut Option<LitStr>, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
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
