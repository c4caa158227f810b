//! Provider states set by the provider itself over HTTP.

use reqwest::Url;

use crate::contract::{Body, Members, ProviderState, Request};
use crate::http_client::{self, Address, Answer, Failure, without_credentials};
use crate::json::{self, Value};
use crate::report::value::size;
use crate::report::{curl_at, excerpt, secret};
use crate::wire::{BODY_LIMIT, receive};
use crate::{Error, ErrorKind};

/// The URL at which a provider sets its states.
///
/// It receives a `POST` with `{"state": …, "params": {…}, "action": "setup"}`, or the same in the query; its response
/// may be a JSON object of values for `from_state` generators. An interaction without states sends the state `""`
/// (Pact's protocol).
///
/// ```
/// use contract_core::provider::*;
///
/// let url = StateChangeUrl::new("http://127.0.0.1:8080/_contract/provider-states").with_teardown(true);
/// let verifier = Verifier::new("user-api").state_change_url(url);
/// ```
#[derive(Debug, Clone)]
pub struct StateChangeUrl {
    url: String,
    as_query: bool,
    teardown: bool,
}

/// The requested action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    SetUp,
    TearDown,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::SetUp => "setup",
            Self::TearDown => "teardown",
        }
    }
}

impl StateChangeUrl {
    /// Creates a state-change URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            as_query: false,
            teardown: false,
        }
    }

    /// Sends state, parameters and action in the query instead of a body.
    pub fn as_query(mut self, as_query: bool) -> Self {
        self.as_query = as_query;
        self
    }

    /// Sends another request after each interaction, with the action `teardown`.
    pub fn with_teardown(mut self, teardown: bool) -> Self {
        self.teardown = teardown;
        self
    }

    /// Checks the address, before anything is verified.
    ///
    /// # Errors
    ///
    /// `Usage` if it is not an HTTP address.
    pub(crate) fn check(&self) -> Result<(), Error> {
        Address::parse(&self.url, "provider states").map(drop)
    }

    pub(crate) fn has_teardown(&self) -> bool {
        self.teardown
    }

    /// Returns what is being done, in errors.
    pub(crate) fn doing(&self, state: &ProviderState, action: Action) -> String {
        let (url, action) = (without_credentials(&self.url), action.name());
        if state.name.is_empty() {
            return format!("requesting {url} for {action} of an interaction without provider states");
        }
        format!("requesting {url} for {action} of provider state {:?}", state.name)
    }

    /// Returns the address, with state, parameters and action in its query if they are sent there.
    fn url_of(&self, state: &ProviderState, action: Action) -> Result<Url, Error> {
        let mut url = Url::parse(&self.url).map_err(|error| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "the state-change address {:?} is not a URL: {error}",
                    without_credentials(&self.url)
                ),
            )
        })?;
        if self.as_query {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("state", &state.name)
                .append_pair("action", action.name());
            for (name, value) in &state.params {
                match value {
                    Value::String(text) => query.append_pair(name, text),
                    other => query.append_pair(name, &other.to_string()),
                };
            }
        }
        Ok(url)
    }

    /// Returns the body, if state, parameters and action are not sent in the query.
    fn body(&self, state: &ProviderState, action: Action) -> Option<Value> {
        (!self.as_query).then(|| {
            json::object([
                ("state", state.name.as_str().into()),
                ("params", state.params.clone().into()),
                ("action", action.name().into()),
            ])
        })
    }

    /// Returns a command that requests the state again, with credentials of the address masked; `None` if the address is not
    /// a URL.
    pub(crate) fn command(&self, state: &ProviderState, action: Action) -> Option<String> {
        let url = self.url_of(state, action).ok()?;
        let mut request = Request {
            method: "POST".to_owned(),
            body: self.body(state, action).map(Body::json).unwrap_or_default(),
            ..Request::default()
        };
        if !url.username().is_empty() || url.password().is_some() {
            request.headers.append("authorization", "Basic ***");
        }
        Some(curl_at(&without_credentials(url.as_str()), &request))
    }

    pub(crate) async fn ask(
        &self,
        client: &reqwest::Client,
        state: &ProviderState,
        action: Action,
    ) -> Result<Members, Error> {
        let doing = self.doing(state, action);
        let failed = |kind, reason: &str| {
            Error::new(
                kind,
                format!("{doing} failed: {reason}; check the state-change address and the provider's log"),
            )
        };
        let url = self.url_of(state, action)?;
        let request = client.post(url);
        let request = match self.body(state, action) {
            Some(body) => request.json(&body),
            None => request,
        };
        let unreachable = |error: reqwest::Error| {
            let failure = Failure::of(&error);
            // One that hangs or closes the connection fails the interaction.
            let kind = if failure.is_unreachable() {
                ErrorKind::Unreachable
            } else {
                ErrorKind::Verification
            };
            failed(kind, &format!("it {failure}")).with_source(error)
        };
        let response = request.send().await.map_err(unreachable)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let Answer::Whole(body) = http_client::read(response, BODY_LIMIT)
            .await
            .map_err(unreachable)?
        else {
            let reason = format!("its response is longer than {}", size(BODY_LIMIT));
            return Err(failed(ErrorKind::Verification, &reason));
        };
        if !status.is_success() {
            let headers = receive::headers(&headers);
            let body = receive::body(&headers, body, BODY_LIMIT);
            let said = excerpt::of(&body, &secret::values(&headers));
            let said: String = said.iter().flat_map(|line| ["\n    ", line]).collect();
            let error = failed(ErrorKind::Verification, &format!("it responded with {status}"));
            return Err(Error::new(error.kind(), format!("{error}{said}")));
        }
        Ok(match json::from_slice(&body) {
            Ok(Value::Object(values)) => values,
            _ => Members::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_the_address_are_shown_nowhere() {
        let url = StateChangeUrl::new("http://lin:s3cret@127.0.0.1:8080/states").as_query(true);
        let state = ProviderState {
            name: "user exists".to_owned(),
            ..ProviderState::default()
        };
        assert_eq!(
            url.command(&state, Action::SetUp).unwrap(),
            "curl -i -X POST 'http://127.0.0.1:8080/states?state=user+exists&action=setup' -H 'authorization: Basic ***' \
             -H 'content-length: 0'"
        );
        let doing = url.doing(&state, Action::TearDown);
        assert!(!doing.contains("s3cret"), "{doing}");
    }
}
