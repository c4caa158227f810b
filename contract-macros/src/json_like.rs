//! `json_like!`: JSON syntax with patterns as values.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr, Path, Token, braced, bracketed, parenthesized, token};

/// The path of contract-core: the brackets before the input.
pub(crate) struct Root(TokenStream);

impl Parse for Root {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        bracketed!(content in input);
        Ok(Self(content.parse()?))
    }
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

struct Input {
    root: Root,
    value: Node,
}

/// A value of the document.
enum Node {
    Object(Vec<(Key, Node)>),
    Array(Vec<Node>),
    Null(proc_macro2::Span),
    Call(Call),
    Expression(Expr),
}

enum Key {
    Literal(LitStr),
    Expression(Expr),
}

/// A call of a pattern that takes documents: `each_like({ … }).at_least(1)`.
struct Call {
    function: Path,
    arguments: Vec<Node>,
    /// Whether an array among the arguments is a list of patterns, not a document.
    takes_list: bool,
    methods: TokenStream,
}

/// Patterns whose arguments may be documents.
const TAKES_DOCUMENTS: [&str; 6] = [
    "like",
    "each_like",
    "each_value",
    "each_key",
    "nullable",
    "not_empty",
];
/// Patterns whose argument is a list of patterns.
const TAKES_LIST: [&str; 3] = ["any_of", "all_of", "array_containing"];

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let Input { root, value } = syn::parse2(input)?;
    let pattern = value.to_pattern(&root);
    // A document that is a single plain value also means "of the same type".
    Ok(quote! { #root::pattern::like(#pattern) })
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let root = input.parse()?;
        if input.is_empty() {
            return Err(input.error("json_like! takes a document: json_like!({ \"id\": integer(42) })"));
        }
        let value = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("json_like! takes one document; this stands behind its end"));
        }
        Ok(Self { root, value })
    }
}

impl Parse for Node {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(token::Brace) {
            return object(input);
        }
        if input.peek(token::Bracket) && is_whole_value(input) {
            let content;
            bracketed!(content in input);
            let items = Punctuated::<Node, Token![,]>::parse_terminated(&content)?;
            return Ok(Self::Array(items.into_iter().collect()));
        }
        let ahead = input.fork();
        if let Ok(ident) = ahead.parse::<syn::Ident>()
            && ident == "null"
            && (ahead.is_empty() || ahead.peek(Token![,]))
        {
            input.advance_to(&ahead);
            return Ok(Self::Null(ident.span()));
        }
        if let Some(call) = call(input)? {
            return Ok(Self::Call(call));
        }
        let expression: Expr = input.parse()?;
        check_literal_regexes(&expression)?;
        Ok(Self::Expression(expression))
    }
}

/// Returns whether the bracket is the value, not the start of an expression such as `[1, 2].len()`.
fn is_whole_value(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]))
}

fn object(input: ParseStream<'_>) -> syn::Result<Node> {
    let content;
    braced!(content in input);
    let mut members = Vec::new();
    let mut seen = HashSet::new();
    while !content.is_empty() {
        let key = key(&content)?;
        if let Key::Literal(literal) = &key
            && !seen.insert(literal.value())
        {
            return Err(syn::Error::new(
                literal.span(),
                format!("the member {:?} is written twice in this object", literal.value()),
            ));
        }
        if !content.peek(Token![:]) {
            return Err(content.error("a member is written \"name\": value; the colon is missing here"));
        }
        content.parse::<Token![:]>()?;
        if content.is_empty() || content.peek(Token![,]) {
            return Err(content.error("the value of this member is missing"));
        }
        members.push((key, content.parse()?));
        if content.is_empty() {
            break;
        }
        if !content.peek(Token![,]) {
            return Err(content.error("members are separated by commas; one is missing in front of this"));
        }
        content.parse::<Token![,]>()?;
    }
    Ok(Node::Object(members))
}

fn key(input: ParseStream<'_>) -> syn::Result<Key> {
    if input.peek(LitStr) {
        return Ok(Key::Literal(input.parse()?));
    }
    if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        return Ok(Key::Expression(content.parse()?));
    }
    if let Ok(ident) = input.fork().parse::<syn::Ident>() {
        return Err(syn::Error::new(
            ident.span(),
            format!(
                "names of members are texts: write \"{ident}\", or ({ident}) for the value of a variable"
            ),
        ));
    }
    Err(input.error("expected the name of a member, as a text: \"id\""))
}

/// Parses a call of a pattern that takes documents, if the input starts with one.
fn call(input: ParseStream<'_>) -> syn::Result<Option<Call>> {
    let ahead = input.fork();
    let Ok(function) = ahead.call(Path::parse_mod_style) else {
        return Ok(None);
    };
    let Some(name) = function.segments.last().map(|segment| segment.ident.to_string()) else {
        return Ok(None);
    };
    let takes_list = TAKES_LIST.contains(&name.as_str());
    if !ahead.peek(token::Paren) || !(takes_list || TAKES_DOCUMENTS.contains(&name.as_str())) {
        return Ok(None);
    }
    input.advance_to(&ahead);
    let content;
    parenthesized!(content in input);
    let arguments = Punctuated::<Node, Token![,]>::parse_terminated(&content)?;
    let mut methods = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        methods.extend([input.parse::<TokenTree>()?]);
    }
    Ok(Some(Call {
        function,
        arguments: arguments.into_iter().collect(),
        takes_list,
        methods,
    }))
}

/// Checks each `regex("…", "…")` in the expression whose arguments are both literals.
pub(crate) fn check_literal_regexes(expression: &Expr) -> syn::Result<()> {
    match expression {
        Expr::Call(call) => {
            if let Expr::Path(path) = &*call.func
                && path
                    .path
                    .segments
                    .last()
                    .is_some_and(|segment| segment.ident == "regex")
            {
                crate::regex::check_arguments(&call.args)?;
            }
            call.args.iter().try_for_each(check_literal_regexes)
        }
        Expr::MethodCall(call) => {
            check_literal_regexes(&call.receiver)?;
            call.args.iter().try_for_each(check_literal_regexes)
        }
        Expr::Array(array) => array.elems.iter().try_for_each(check_literal_regexes),
        Expr::Paren(paren) => check_literal_regexes(&paren.expr),
        Expr::Reference(reference) => check_literal_regexes(&reference.expr),
        _ => Ok(()),
    }
}

impl Node {
    /// Returns an expression of type `Pattern`.
    fn to_pattern(&self, root: &Root) -> TokenStream {
        match self {
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| {
                    let value = value.to_pattern(root);
                    let key = match key {
                        Key::Literal(literal) => quote! { ::std::string::String::from(#literal) },
                        Key::Expression(expression) => {
                            quote_spanned! { expression.span() => ::std::string::ToString::to_string(&#expression) }
                        }
                    };
                    quote! { (#key, #value) }
                });
                quote! { #root::pattern::object(::std::vec![#(#members),*]) }
            }
            Self::Array(items) => {
                let items = items.iter().map(|item| item.to_pattern(root));
                quote! { #root::pattern::array(::std::vec![#(#items),*]) }
            }
            Self::Null(span) => {
                quote_spanned! { *span => #root::pattern::IntoPattern::into_pattern(()) }
            }
            Self::Call(call) => {
                let function = &call.function;
                let methods = &call.methods;
                let arguments = call
                    .arguments
                    .iter()
                    .map(|argument| argument.to_argument(root, call.takes_list));
                let span = function.span();
                let expression = quote_spanned! { span => #function(#(#arguments),*) #methods };
                quote_spanned! { span => #root::pattern::IntoPattern::into_pattern(#expression) }
            }
            Self::Expression(expression) => {
                quote_spanned! { expression.span() => #root::pattern::IntoPattern::into_pattern(#expression) }
            }
        }
    }

    /// Returns an argument of a pattern's function: documents become patterns, expressions are unchanged.
    fn to_argument(&self, root: &Root, takes_list: bool) -> TokenStream {
        match self {
            Self::Array(items) if takes_list => {
                let items = items.iter().map(|item| item.to_pattern(root));
                quote! { [#(#items),*] }
            }
            Self::Expression(expression) => expression.to_token_stream(),
            node => node.to_pattern(root),
        }
    }
}
