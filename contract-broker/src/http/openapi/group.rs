//! Routes with their documentation: no route can be added without.

use axum::{handler::Handler, middleware, routing::MethodRouter};
use utoipa::openapi::{
    HttpMethod, PathItem, RefOr, Schema,
    path::{ParameterIn, PathItemBuilder, PathsBuilder},
};
use utoipa_axum::router::OpenApiRouter;

use super::about::{About, parameter};
use crate::http::{AppState, address::Address, layers};

/// The routes of a group of operations.
pub(crate) struct Group<S = AppState> {
    name: &'static str,
    routes: OpenApiRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Group<S> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            routes: OpenApiRouter::default(),
        }
    }

    pub(crate) fn route(mut self, mut route: Route<S>) -> Self {
        let schemas: Vec<(String, RefOr<Schema>)> = route
            .operations
            .iter_mut()
            .flat_map(|described| std::mem::take(&mut described.about.schemas))
            .collect();
        let handlers = std::mem::take(&mut route.handlers);
        let address = route.address;
        let paths = PathsBuilder::new().path(address, route.item(self.name)).build();
        self.routes = self.routes.routes((schemas, paths, handlers));
        self
    }

    /// Refuses requests to these routes that accept none of the media types of their responses (406).
    /// Handlers that offer several types negotiate themselves.
    pub(crate) fn served_as(self, types: &'static [&'static str]) -> OpenApiRouter<S> {
        self.routes
            .route_layer(middleware::from_fn_with_state(types, layers::only))
    }

    /// Returns the routes without content negotiation.
    pub(crate) fn routes(self) -> OpenApiRouter<S> {
        self.routes
    }
}

/// An address, with the handlers of its methods.
pub(crate) struct Route<S = AppState> {
    address: &'static str,
    handlers: MethodRouter<S>,
    operations: Vec<Described>,
}

/// A method of an address, with its documentation.
struct Described {
    method: HttpMethod,
    about: About,
}

/// Creates a route without methods.
pub(crate) fn at<S: Clone + Send + Sync + 'static, const N: usize>(address: Address<N>) -> Route<S> {
    Route {
        address: address.route(),
        handlers: MethodRouter::new(),
        operations: Vec::new(),
    }
}

macro_rules! methods {
    ($($method:ident $name:ident;)+) => {
        $(
            #[doc = concat!("Adds the handler of ", stringify!($method), ".")]
            pub(crate) fn $name<T: 'static>(self, handler: impl Handler<T, S>, about: About) -> Self {
                let handlers = axum::routing::$name(handler);
                self.with(handlers).described(HttpMethod::$method, about)
            }
        )+
    };
}

impl<S: Clone + Send + Sync + 'static> Route<S> {
    methods! {
        Get get;
        Post post;
        Put put;
        Patch patch;
        Delete delete;
    }

    /// Adds handlers that are documented by calls of [`Route::described`].
    pub(crate) fn with(mut self, handlers: MethodRouter<S>) -> Self {
        self.handlers = self.handlers.merge(handlers);
        self
    }

    /// Returns the documentation of all methods.
    pub(super) fn item(self, group: &str) -> PathItem {
        let mut item = PathItemBuilder::new().parameters(Some(path_parameters(self.address)));
        for Described { method, about } in self.operations {
            let id = operation_id(&method, self.address);
            let about = match method {
                HttpMethod::Post => about.done_once(),
                _ => about,
            };
            item = item.operation(method, about.operation(id, group));
        }
        item.build()
    }

    /// Documents a method.
    pub(crate) fn described(mut self, method: HttpMethod, about: About) -> Self {
        self.operations.push(Described { method, about });
        self
    }
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameters(path: &str) -> impl Iterator<Item = utoipa::openapi::path::Parameter> {
    names(path).map(|name| parameter(name, ParameterIn::Path))
}

/// Returns the operation id: `GET /pacticipants/{pacticipant}/versions` gives
/// `getPacticipantsByPacticipantVersions`.
fn operation_id(method: &HttpMethod, path: &str) -> String {
    let mut id = method_name(method).to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let (by, name) = match segment.strip_prefix('{') {
            Some(name) => ("By", name.trim_end_matches('}')),
            None => ("", segment),
        };
        id.push_str(by);
        for word in name.split(['-', '.']) {
            let mut letters = word.chars();
            id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
    }
    id
}

/// Returns the name of a method in the description.
pub(super) fn method_name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "get",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Patch => "patch",
        HttpMethod::Delete => "delete",
        _ => "other",
    }
}
