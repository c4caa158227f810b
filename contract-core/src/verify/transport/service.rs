//! A provider in this process: any tower service, without a port.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt as _};

use super::wire;
use crate::contract::{Request, Response};
use crate::{Error, ErrorKind};

type Answer = Result<http::Response<Bytes>, String>;
type Instance = Box<dyn FnOnce(http::Request<Full<Bytes>>) -> BoxFuture<'static, Answer> + Send>;

/// Makes an instance of the provider for an interaction's fixture.
pub(crate) type ServiceFactory<C> = Arc<dyn Fn(C) -> BoxFuture<'static, Instance> + Send + Sync>;

/// Hides a service's types behind the factory.
pub(crate) fn factory<C, S, B, F, Fut>(make: F) -> ServiceFactory<C>
where
    F: Fn(C) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = S> + Send + 'static,
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
    S::Future: Send,
    S::Error: fmt::Display,
    B: BodyExt + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    Arc::new(move |fixture| {
        let making = make(fixture);
        Box::pin(async move {
            let service = making.await;
            let instance: Instance = Box::new(move |request| Box::pin(call(service, request)));
            instance
        })
    })
}

async fn call<S, B>(service: S, request: http::Request<Full<Bytes>>) -> Answer
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
    S::Error: fmt::Display,
    B: BodyExt,
    B::Error: fmt::Display,
{
    let response = service
        .oneshot(request)
        .await
        .map_err(|error| format!("the service failed: {error}"))?;
    let (parts, body) = response.into_parts();
    let body = body
        .collect()
        .await
        .map_err(|error| format!("the response's body broke off: {error}"))?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}

pub(super) async fn send<C>(
    factory: &ServiceFactory<C>,
    request: &Request,
    fixture: C,
) -> Result<Response, Error> {
    let url = wire::url("http://localhost", request)?;
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let method = wire::method(request)?;
    let mut message = http::Request::builder()
        .method(method.clone())
        .uri(&target)
        .body(Full::new(request.body.to_bytes()))
        .map_err(|error| {
            Error::new(
                ErrorKind::Invalid,
                format!("the contract's request {method} {target} cannot be sent: {error}"),
            )
        })?;
    *message.headers_mut() = wire::headers_to_wire(request)?;
    if !message.headers().contains_key(http::header::HOST) {
        message
            .headers_mut()
            .insert(http::header::HOST, http::HeaderValue::from_static("localhost"));
    }
    let instance = factory(fixture).await;
    let response = instance(message).await.map_err(|reason| {
        Error::new(
            ErrorKind::Verification,
            format!("the provider gave no answer to {method} {target}: {reason}"),
        )
    })?;
    let (parts, body) = response.into_parts();
    Ok(wire::response(parts.status, &parts.headers, body))
}
