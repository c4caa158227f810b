//! Answers of any size, read piece by piece.

use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::{Method, Url};

use super::Client;
use super::exchange::follow;
use super::refusal::{self, Server};
use crate::http_client::{self, Answer};
use crate::{Error, ErrorKind};

/// How long a download may take.
const TIMEOUT: Duration = Duration::from_secs(60 * 60);
/// The largest answer that says why there is no download, in bytes.
const LARGEST_REFUSAL: usize = 1024 * 1024;

impl Client {
    /// Sends a request once, and passes the body of its answer to `write`, piece by piece.
    ///
    /// # Errors
    ///
    /// As for other requests; `Unreachable` if the answer ends too early; the errors of `write`.
    pub(super) async fn download(
        &self,
        method: Method,
        doing: &str,
        url: &str,
        mut write: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let unreachable = |error| refusal::unreachable(doing, Server::Broker, url, error);
        let address = Url::parse(url).map_err(|error| {
            Error::new(
                ErrorKind::Usage,
                format!("{doing}: {url:?} is not a URL ({error})"),
            )
        })?;
        let request = |url: &Url| self.request(&method, url).header(ACCEPT, "*/*").timeout(TIMEOUT);
        let followed = follow(&method, &address, request).await.map_err(unreachable)?;
        let mut response = followed.response;
        let status = response.status();
        if let Some(to) = followed.redirects_to {
            return Err(refusal::redirected(doing, url, status, &to));
        }
        if !status.is_success() {
            let body = http_client::read(response, LARGEST_REFUSAL).await;
            let Answer::Whole(body) = body.map_err(unreachable)? else {
                return Err(refusal::too_large(doing, url, LARGEST_REFUSAL));
            };
            return Err(refusal::refused(doing, url, status, &body, 1));
        }
        while let Some(piece) = response.chunk().await.map_err(unreachable)? {
            write(&piece)?;
        }
        Ok(())
    }
}
