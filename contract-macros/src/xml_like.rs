//! `xml_like!`: XML syntax with patterns as attributes and texts.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, Lit, LitInt, LitStr, Token, braced, parenthesized, token};

use crate::json_like::{Root, check_literal_regexes};

struct Input {
    root: Root,
    element: Element,
}

/// `<name attribute="value">…</name>`
struct Element {
    name: Name,
    attributes: Vec<Attribute>,
    content: Vec<Content>,
}

/// A name with its span.
struct Name {
    text: String,
    span: Span,
}

struct Attribute {
    name: Name,
    value: Value,
}

/// The value of an attribute, or a text.
enum Value {
    Literal(Lit),
    Expression(Expr),
}

/// The content of an element.
enum Content {
    Element(Element),
    /// `each_like(<item/>).at_least(2)`
    Repeated {
        element: Element,
        methods: TokenStream,
    },
    Value(Value),
}

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let Input { root, element } = syn::parse2(input)?;
    Ok(element.to_tokens(&root))
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let root = input.parse()?;
        if !input.peek(Token![<]) {
            return Err(input.error("xml_like! takes an element: xml_like!(<order id={integer(42)}/>)"));
        }
        let element = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("a document has one root element; this stands behind its end"));
        }
        Ok(Self { root, element })
    }
}

impl Parse for Element {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![<]>()?;
        let name: Name = input.parse()?;
        let mut attributes: Vec<Attribute> = Vec::new();
        while !input.peek(Token![>]) && !input.peek(Token![/]) {
            let attribute = attribute(input, &name)?;
            if attributes
                .iter()
                .any(|earlier| earlier.name.text == attribute.name.text)
            {
                return Err(syn::Error::new(
                    attribute.name.span,
                    format!(
                        "the attribute {} is written twice in <{}>",
                        attribute.name.text, name.text
                    ),
                ));
            }
            attributes.push(attribute);
        }
        if input.peek(Token![/]) {
            input.parse::<Token![/]>()?;
            input.parse::<Token![>]>()?;
            return Ok(Self {
                name,
                attributes,
                content: Vec::new(),
            });
        }
        input.parse::<Token![>]>()?;
        let content = content_of(input, &name)?;
        Ok(Self {
            name,
            attributes,
            content,
        })
    }
}

fn attribute(input: ParseStream<'_>, element: &Name) -> syn::Result<Attribute> {
    if input.is_empty() {
        return Err(syn::Error::new(
            element.span,
            format!("the tag <{}> does not end: write > or />", element.text),
        ));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!(
            "expected an attribute of <{}>, such as id={{integer(42)}}, or the end of the tag, > or />",
            element.text
        )));
    }
    let name: Name = input.parse()?;
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(
            name.span,
            format!(
                "an attribute has a value: write {}=\"text\" or {}={{pattern}}",
                name.text, name.text
            ),
        ));
    }
    input.parse::<Token![=]>()?;
    let value = if input.peek(Lit) || input.peek(token::Brace) {
        value(input)?
    } else {
        return Err(input.error(format!(
            "the value of an attribute stands in double quotes or in braces: {}=\"text\" or {}={{pattern}}",
            name.text, name.text
        )));
    };
    Ok(Attribute { name, value })
}

/// Parses a literal, or an expression in braces.
fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    if input.peek(Lit) {
        return Ok(Value::Literal(input.parse()?));
    }
    let content;
    let brace = braced!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(
            brace.span.join(),
            "the braces are empty: write a pattern or a value in them",
        ));
    }
    let expression: Expr = content.parse()?;
    if !content.is_empty() {
        return Err(content.error("the braces hold one pattern or value; this stands behind its end"));
    }
    check_literal_regexes(&expression)?;
    Ok(Value::Expression(expression))
}

/// Parses the content of an element and its closing tag.
fn content_of(input: ParseStream<'_>, element: &Name) -> syn::Result<Vec<Content>> {
    let mut content = Vec::new();
    let mut has_text = false;
    loop {
        if input.is_empty() {
            return Err(syn::Error::new(
                element.span,
                format!("<{}> is not closed: write </{}>", element.text, element.text),
            ));
        }
        if input.peek(Token![<]) && input.peek2(Token![/]) {
            input.parse::<Token![<]>()?;
            input.parse::<Token![/]>()?;
            let closed: Name = input.parse()?;
            if closed.text != element.text {
                return Err(syn::Error::new(
                    closed.span,
                    format!(
                        "</{}> closes <{}>: write </{}>",
                        closed.text, element.text, element.text
                    ),
                ));
            }
            input.parse::<Token![>]>()?;
            return Ok(content);
        }
        if input.peek(Token![<]) {
            content.push(Content::Element(input.parse()?));
        } else if input.peek(Lit) {
            let at = input.span();
            if has_text {
                return Err(syn::Error::new(
                    at,
                    format!("<{}> has two texts: join them, or leave one out", element.text),
                ));
            }
            has_text = true;
            content.push(Content::Value(value(input)?));
        } else if input.peek(token::Brace) {
            content.push(Content::Value(value(input)?));
        } else if input.peek(Ident) && input.peek2(token::Paren) {
            content.push(repeated(input)?);
        } else {
            return Err(input.error(format!(
                "a text inside <{}> stands in double quotes, a pattern in braces: \"text\" or {{string(\"text\")}}",
                element.text
            )));
        }
    }
}

/// Parses `each_like(<item/>).at_least(2)`.
fn repeated(input: ParseStream<'_>) -> syn::Result<Content> {
    let function: Ident = input.parse()?;
    if function != "each_like" && function != "each_element" {
        return Err(syn::Error::new(
            function.span(),
            format!("a pattern inside an element stands in braces: {{{function}(…)}}"),
        ));
    }
    let content;
    parenthesized!(content in input);
    if !content.peek(Token![<]) {
        return Err(content.error(format!("{function} takes an element here: {function}(<item/>)")));
    }
    let element = content.parse()?;
    content.parse::<Option<Token![,]>>()?;
    if !content.is_empty() {
        return Err(content.error(format!(
            "{function} takes one element; this stands behind its end"
        )));
    }
    let mut methods = TokenStream::new();
    while input.peek(Token![.]) {
        let dot: Token![.] = input.parse()?;
        let method: Ident = input.parse()?;
        let arguments;
        let parentheses = parenthesized!(arguments in input);
        let arguments: TokenStream = arguments.parse()?;
        dot.to_tokens(&mut methods);
        method.to_tokens(&mut methods);
        parentheses.surround(&mut methods, |tokens| tokens.extend(arguments));
    }
    Ok(Content::Repeated { element, methods })
}

impl Parse for Name {
    /// Parses identifiers and numbers joined by colons, hyphens and dots: `xml:lang`, `line-1`.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected the name of an element or attribute"));
        }
        let first = input.call(Ident::parse_any)?;
        let mut name = Self {
            text: first.unraw().to_string(),
            span: first.span(),
        };
        loop {
            let sign = if input.peek(Token![:]) {
                input.parse::<Token![:]>()?;
                ':'
            } else if input.peek(Token![-]) {
                input.parse::<Token![-]>()?;
                '-'
            } else if input.peek(Token![.]) {
                input.parse::<Token![.]>()?;
                '.'
            } else {
                return Ok(name);
            };
            name.text.push(sign);
            let end = if input.peek(LitInt) {
                let digits: LitInt = input.parse()?;
                name.text.push_str(&digits.to_string());
                digits.span()
            } else if input.peek(Ident::peek_any) {
                let ident = input.call(Ident::parse_any)?;
                name.text.push_str(&ident.unraw().to_string());
                ident.span()
            } else {
                return Err(input.error(format!("expected the rest of the name {}", name.text)));
            };
            name.span = name.span.join(end).unwrap_or(name.span);
        }
    }
}

impl Name {
    fn literal(&self) -> LitStr {
        LitStr::new(&self.text, self.span)
    }
}

impl Value {
    fn tokens(&self) -> TokenStream {
        match self {
            Self::Literal(literal) => literal.to_token_stream(),
            Self::Expression(expression) => expression.to_token_stream(),
        }
    }

    fn span(&self) -> Span {
        match self {
            Self::Literal(literal) => literal.span(),
            Self::Expression(expression) => expression.span(),
        }
    }
}

impl Element {
    /// Returns an expression of type `XmlElement`.
    fn to_tokens(&self, root: &Root) -> TokenStream {
        let name = self.name.literal();
        let attributes = self.attributes.iter().map(|attribute| {
            let (name, value) = (attribute.name.literal(), attribute.value.tokens());
            quote_spanned! { attribute.value.span() => .attribute(#name, #value) }
        });
        let content = self.content.iter().map(|content| match content {
            Content::Element(element) => {
                let element = element.to_tokens(root);
                quote! { .child(#element) }
            }
            Content::Repeated { element, methods } => {
                let span = element.name.span;
                let element = element.to_tokens(root);
                quote_spanned! { span => .child(#root::pattern::each_element(#element) #methods) }
            }
            Content::Value(value) => {
                let tokens = value.tokens();
                quote_spanned! { value.span() => .child(#tokens) }
            }
        });
        quote_spanned! { self.name.span => #root::pattern::element(#name) #(#attributes)* #(#content)* }
    }
}
