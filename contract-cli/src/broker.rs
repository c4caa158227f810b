//! The broker arguments.

use clap::Args;
use contract_core::Error;
use contract_core::broker::{Auth, Call, Client, Notice};

use crate::build::Variables;
use crate::logins::Logins;
use crate::output::{self, OutputArguments};

/// The variable with a token.
pub(crate) const TOKEN_VARIABLE: &str = "CONTRACT_BROKER_TOKEN";

/// What every command that queries the broker needs: its address, and the output format.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) broker: BrokerArguments,
}

/// The length of a list.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Maximum number of items
    #[arg(long, default_value_t = 100, value_name = "NUMBER", value_parser = at_least_one)]
    pub(crate) limit: usize,
}

/// Parses a number of at least 1.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    let number = positive(text)?;
    usize::try_from(number).map_err(|_| TOO_LARGE.to_owned())
}

/// Parses a number of at least 1.
pub(crate) fn positive(text: &str) -> Result<u64, String> {
    use std::num::IntErrorKind;

    match text.parse() {
        Ok(0) => Err("write a number of at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Err(TOO_LARGE.to_owned()),
        Err(_) => Err("write a number of at least 1".to_owned()),
    }
}

const TOO_LARGE: &str = "the number is too large";

/// The address of the broker, and the credentials.
#[derive(Debug, Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct BrokerArguments {
    /// The broker's address
    #[arg(long, env = "CONTRACT_BROKER_URL", value_name = "URL")]
    pub(crate) broker_url: String,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
}

/// The credentials for the broker.
#[derive(Debug, Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct Credentials {
    /// Token (HTTP bearer)
    #[arg(
        long = "broker-token",
        env = TOKEN_VARIABLE,
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    token: Option<String>,
    /// User (HTTP basic)
    #[arg(
        long = "broker-username",
        env = "CONTRACT_BROKER_USERNAME",
        requires = "password",
        value_name = "USER"
    )]
    user: Option<String>,
    /// Password of the user
    #[arg(
        long = "broker-password",
        env = "CONTRACT_BROKER_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    password: Option<String>,
    /// Maximum number of attempts for a call to the broker
    #[arg(
        long = "broker-attempts",
        env = "CONTRACT_BROKER_ATTEMPTS",
        default_value_t = 4,
        value_name = "TIMES"
    )]
    attempts: u32,
    #[command(flatten)]
    headers: BrokerHeaders,
}

/// Header fields of requests to the broker.
#[derive(Debug, Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct BrokerHeaders {
    /// Header field for each request to the broker, such as one that a proxy before it asks for; may be repeated. The
    /// variable has one in each line
    #[arg(
        long = "broker-header",
        env = "CONTRACT_BROKER_HEADERS",
        hide_env_values = true,
        value_name = "NAME: VALUE"
    )]
    broker_headers: Vec<String>,
}

impl BrokerHeaders {
    /// Adds them to a client.
    ///
    /// # Errors
    ///
    /// `Usage` if one is no header field.
    pub(crate) fn add_to(&self, client: Client) -> Result<Client, Error> {
        let mut headers = self.broker_headers.iter();
        let client = headers.try_fold(client, |client, lines| client.header_lines(lines));
        client.map_err(|error| error.context("--broker-header"))
    }
}

impl BrokerArguments {
    pub(crate) fn client(&self) -> Result<Client, Error> {
        self.credentials.client(&self.broker_url)
    }
}

impl Credentials {
    pub(crate) fn client(&self, url: &str) -> Result<Client, Error> {
        let auth = match (&self.token, &self.user, &self.password) {
            (Some(token), _, _) => Auth::Bearer(token.clone()),
            (None, Some(user), Some(password)) => Auth::Basic {
                user: user.clone(),
                password: password.clone(),
            },
            _ => stored(url)?,
        };
        let first_wait = std::time::Duration::from_millis(250);
        let client = Client::new(url, auth)?.attempts(self.attempts, first_wait);
        self.headers.add_to(client.on_call(show_call))
    }
}

/// Returns the token that `contract login` stored for this broker.
///
/// # Errors
///
/// The file with the tokens cannot be read.
fn stored(url: &str) -> Result<Auth, Error> {
    let token = match Logins::of_user(&Variables::of_process()) {
        Some(logins) => logins.token(url)?,
        None => None,
    };
    Ok(token.map_or(Auth::None, |stored| Auth::Bearer(stored.token)))
}

/// Shows a call in verbose mode, and its retry to everyone.
pub(crate) fn show_call(call: &Call) {
    let outcome = match &call.outcome {
        Ok(status) => status.to_string(),
        Err(failure) => format!("it {failure}"),
    };
    output::detail(&format!(
        "{} {} → {outcome} ({} ms)",
        call.method,
        call.url,
        call.took.as_millis()
    ));
    if let Some(wait) = call.next_attempt_in {
        output::note(&format!(
            "the call to the broker failed ({outcome}); trying again in {:.1} s",
            wait.as_secs_f32()
        ));
    }
}

/// Shows the broker's notices.
pub(crate) fn show_notices(notices: &[Notice]) {
    for notice in notices {
        match notice.kind.as_str() {
            "debug" => {}
            "warning" | "error" => output::note(&format!("{}: {}", notice.kind, notice.text)),
            _ => output::note(&notice.text),
        }
    }
}
