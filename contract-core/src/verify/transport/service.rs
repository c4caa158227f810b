//! A provider in this process: any tower service, without a port.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bytes::{Buf as _, BufMut as _, Bytes};
use futures_util::future::BoxFuture;
use http::header::{CONTENT_LENGTH, HOST, HeaderValue};
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt as _};

use super::{request_line, too_large};
use crate::contract::{Request, Response};
use crate::wire::{receive, send};
use crate::{Error, ErrorKind};

type Answer = Result<http::Response<Bytes>, Failure>;
type Instance = Box<dyn FnOnce(http::Request<Full<Bytes>>, usize) -> BoxFuture<'static, Answer> + Send>;

/// Why there is no response.
pub(crate) enum Failure {
    /// The service or its body failed.
    Broken(String),
    /// The body exceeds the limit.
    TooLarge,
}

/// Creates an instance of the provider for an interaction's fixture.
pub(crate) type ServiceFactory<C> = Arc<dyn Fn(C) -> BoxFuture<'static, Instance> + Send + Sync>;

/// Erases a service's types behind the factory.
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
            let instance: Instance = Box::new(move |request, limit| Box::pin(call(service, request, limit)));
            instance
        })
    })
}

async fn call<S, B>(service: S, request: http::Request<Full<Bytes>>, limit: usize) -> Answer
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
    S::Error: fmt::Display,
    B: BodyExt,
    B::Error: fmt::Display,
{
    let response = service
        .oneshot(request)
        .await
        .map_err(|error| Failure::Broken(format!("the service failed: {error}")))?;
    let (parts, body) = response.into_parts();
    let mut body = pin!(body);
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::Broken(format!("the response body failed: {error}")))?;
        let Ok(mut data) = frame.into_data() else { continue };
        if data.remaining() > limit - read.len() {
            return Err(Failure::TooLarge);
        }
        read.put(&mut data);
    }
    Ok(http::Response::from_parts(parts, Bytes::from(read)))
}

pub(super) async fn send<C>(
    factory: &ServiceFactory<C>,
    request: &Request,
    fixture: C,
    body_limit: usize,
) -> Result<Response, Error> {
    let target = request.target();
    let method = request_line::method(request)?;
    let doing = format!("{method} {target}");
    let outgoing = send::request(request)?;
    let length = outgoing.body.len();
    let mut message = http::Request::builder()
        .method(method)
        .uri(&target)
        .body(Full::new(outgoing.body))
        .map_err(|error| {
            Error::new(
                ErrorKind::Invalid,
                format!("the contract's request {doing} cannot be sent: {error}"),
            )
        })?;
    *message.headers_mut() = outgoing.headers;
    // As a server over HTTP would receive it.
    let headers = message.headers_mut();
    headers
        .entry(HOST)
        .or_insert(HeaderValue::from_static("localhost"));
    if length > 0 {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let instance = factory(fixture).await;
    let response = instance(message, body_limit)
        .await
        .map_err(|failure| match failure {
            Failure::Broken(reason) => Error::new(
                ErrorKind::Verification,
                format!("the provider gave no answer to {doing}: {reason}"),
            ),
            Failure::TooLarge => too_large(&doing, body_limit),
        })?;
    let (parts, body) = response.into_parts();
    Ok(receive::response(parts.status, &parts.headers, body, body_limit))
}
