//! The Pact Broker that is read.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

use crate::{Error, config::Secret, tls};

/// How long one answer may take: a big Pact Broker needs a while for its matrix.
const PATIENCE: Duration = Duration::from_mins(5);
/// How many items of a list are asked for at once.
const SIZE: usize = 100;

/// Who asks.
#[derive(Debug, Clone, Default)]
pub enum Account {
    /// Nobody in particular.
    #[default]
    None,
    /// With a bearer token.
    Token(Secret),
    /// With a name and a password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
}

impl Account {
    /// Reads the variables that Pact's own clients read: `PACT_BROKER_TOKEN`, or `PACT_BROKER_USERNAME` and
    /// `PACT_BROKER_PASSWORD`.
    pub fn of_pact_variables(env: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(token) = env("PACT_BROKER_TOKEN") {
            return Self::Token(Secret::new(token));
        }
        match (env("PACT_BROKER_USERNAME"), env("PACT_BROKER_PASSWORD")) {
            (Some(username), password) => Self::Basic {
                username,
                password: Secret::new(password.unwrap_or_default()),
            },
            (None, _) => Self::None,
        }
    }
}

/// A Pact Broker.
pub struct Source {
    client: Client,
    base: Url,
    account: Account,
}

impl Source {
    /// A Pact Broker at an address such as `https://broker.example.org`.
    ///
    /// # Errors
    /// It is no address, or TLS cannot be set up.
    pub fn at(address: &str, account: Account) -> Result<Self, Error> {
        let base = Url::parse(address.trim_end_matches('/'))
            .map_err(|error| Error::new(&format!("reading the address {address:?}"), error))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls::of_machine().map_err(Error::said)?)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| Error::new("setting up the client", error))?;
        Ok(Self {
            client,
            base,
            account,
        })
    }

    /// Where it is, without a slash at the end.
    pub(super) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address below the base, from the percent-encoded parts of a path.
    pub(super) fn path(&self, parts: &[&str]) -> String {
        format!("{}{}", self.base(), path(parts))
    }

    /// Reads a resource as text.
    ///
    /// # Errors
    /// It cannot be reached, or the status is none of success.
    pub(super) async fn text(&self, href: &str) -> Result<String, Error> {
        let url = self.here(href)?;
        let doing = format!("reading {url}");
        let answer = self
            .authorised(self.client.get(url))
            .header(http::header::ACCEPT, "application/hal+json, application/json")
            .send()
            .await
            .map_err(|error| Error::new(&doing, error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| Error::new(&doing, error))?;
        if status.is_success() {
            return Ok(text);
        }
        let way_out = match status.as_u16() {
            401 | 403 => ": set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD",
            _ => "",
        };
        Err(Error::said(format!("{doing}: the answer is {status}{way_out}")))
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// As [`Self::text`], or it is no JSON.
    pub(super) async fn get(&self, href: &str) -> Result<Value, Error> {
        let text = self.text(href).await?;
        serde_json::from_str(&text).map_err(|error| Error::new(&format!("reading {href}"), error))
    }

    /// Reads every page of a list; the items are embedded under `name`.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) async fn list(&self, href: &str, name: &str) -> Result<Vec<Value>, Error> {
        // Pact Brokers before 2.100 know only the longer names.
        let mut next = Some(format!("{href}?page=1&size={SIZE}&pageNumber=1&pageSize={SIZE}"));
        let mut items = Vec::new();
        while let Some(href) = next {
            let mut page = self.get(&href).await?;
            match page["_embedded"][name].take() {
                Value::Array(more) => items.extend(more),
                // A Pact Broker leaves an empty list out.
                Value::Null => {}
                other => return Err(Error::said(format!("{href}: {name} is {other}, and no list"))),
            }
            next = page["_links"]["next"]["href"]
                .as_str()
                .filter(|next| *next != href)
                .map(str::to_owned);
        }
        Ok(items)
    }

    /// The same resource on the host of the base: credentials go nowhere else, whatever a link says.
    fn here(&self, href: &str) -> Result<Url, Error> {
        let linked = self
            .base
            .join(href)
            .map_err(|error| Error::new(&format!("reading the link {href:?}"), error))?;
        let mut url = self.base.clone();
        url.set_path(linked.path());
        url.set_query(linked.query());
        Ok(url)
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.account {
            Account::None => request,
            Account::Token(token) => request.bearer_auth(token.expose()),
            Account::Basic { username, password } => request.basic_auth(username, Some(password.expose())),
        }
    }
}

/// A path from its parts, each percent-encoded.
pub(super) fn path(parts: &[&str]) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        path.push_str(&crate::domain::segment::encode(part));
    }
    path
}
