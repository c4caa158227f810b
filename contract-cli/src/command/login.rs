//! `contract login`

use std::io::Write as _;
use std::time::{Duration, Instant};

use clap::Args;
use contract_core::broker::{Auth, Client, DeviceLogin, LoginToken, github_id_token};
use contract_core::{Error, ErrorKind};
use jiff::Timestamp;

use crate::broker::{BrokerHeaders, TOKEN_VARIABLE, show_call};
use crate::build::Variables;
use crate::exit::Exit;
use crate::logins::{Logins, StoredToken};
use crate::output;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    contract login --broker-url https://contracts.example.org\n  \
    export CONTRACT_BROKER_TOKEN=$(contract login --ci)")]
pub(crate) struct Arguments {
    /// The broker's address
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Broker"
    )]
    broker_url: String,
    #[command(flatten)]
    headers: BrokerHeaders,
    /// Exchange the token of this CI job for one of the broker, and print it; nothing is stored
    #[arg(long)]
    ci: bool,
    /// Whom the token of the CI job is for; the broker's address if it is not given
    #[arg(long, requires = "ci", value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Variable with the token of the CI job (on GitLab: its key among the ID tokens)
    #[arg(
        long,
        requires = "ci",
        default_value = "CONTRACT_ID_TOKEN",
        value_name = "NAME"
    )]
    id_token_variable: String,
    /// Set the variable with the token for the later steps of this GitHub Actions job instead of printing it
    #[arg(long, requires = "ci")]
    export: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let variables = Variables::of_process();
    let client = Client::new(&arguments.broker_url, Auth::None)?.on_call(show_call);
    let client = arguments.headers.add_to(client)?;
    if arguments.ci {
        return of_job(arguments, &client, &variables).await;
    }
    let logins = Logins::of_user(&variables).ok_or_else(|| {
        let message =
            "there is no directory for settings of this user: set CONTRACT_LOGINS to a file, or HOME";
        Error::new(ErrorKind::Usage, message)
    })?;
    let mut login = client.begin_login(&this_program(&variables)).await?;
    output::note(&format!(
        "open {} in a browser, and allow the code {}",
        login.page_with_code, login.user_code
    ));
    let token = wait(&client, &mut login).await?;
    let seconds = i64::try_from(token.expires_in.as_secs()).unwrap_or(i64::MAX);
    let expires = Timestamp::now().as_second().saturating_add(seconds);
    let expires_at = Timestamp::from_second(expires).unwrap_or(Timestamp::MAX);
    logins.store(
        &arguments.broker_url,
        StoredToken {
            token: token.value,
            expires_at,
        },
    )?;
    output::note(&format!(
        "logged in until {expires_at}; the token is in {}",
        logins.path().display()
    ));
    Ok(Exit::Fine)
}

/// Asks until somebody allowed the login.
async fn wait(client: &Client, login: &mut DeviceLogin) -> Result<LoginToken, Error> {
    let began = Instant::now();
    while began.elapsed() < login.expires_in {
        tokio::time::sleep(login.interval.max(Duration::from_millis(100))).await;
        match client.complete_login(login).await {
            Ok(Some(token)) => return Ok(token),
            Ok(None) => {}
            // A broker that starts again, or a network that comes and goes, ends no login.
            Err(error) if error.kind() == ErrorKind::Unreachable => output::note(&error.to_string()),
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(
        ErrorKind::Broker,
        "nobody allowed this login in time: log in again",
    ))
}

/// What people are told about who wants to log in.
fn this_program(variables: &Variables) -> String {
    let host = ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(|name| variables.get(name));
    let host = host.map(str::to_owned).or_else(|| {
        let name = std::fs::read_to_string("/etc/hostname").ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    });
    match host {
        Some(host) => format!("contract on {host}"),
        None => "contract".to_owned(),
    }
}

async fn of_job(arguments: &Arguments, client: &Client, variables: &Variables) -> Result<Exit, Error> {
    let audience = arguments.audience.as_deref().unwrap_or_else(|| client.url());
    let github = (
        variables.get("ACTIONS_ID_TOKEN_REQUEST_URL"),
        variables.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    );
    let id_token = match (variables.get(&arguments.id_token_variable), github) {
        (Some(token), _) => token.to_owned(),
        (None, (Some(url), Some(token))) => github_id_token(url, token, audience).await?,
        _ => {
            let message = format!(
                "this job has no token of its CI system: on GitHub Actions give it `permissions: id-token: write`, on \
                 GitLab add `id_tokens: {}: aud: {audience}`",
                arguments.id_token_variable
            );
            return Err(Error::new(ErrorKind::Usage, message));
        }
    };
    let token = client.exchange_ci_token(&id_token).await?;
    if variables.get("GITHUB_ACTIONS") == Some("true") {
        // A command to the runner, which shows asterisks from then on.
        output::command_of_runner(&format!("::add-mask::{}", token.value));
    }
    if arguments.export {
        export(variables, &token)?;
        output::note(&format!(
            "{TOKEN_VARIABLE} is set for the later steps, for {}",
            output::counted(token.expires_in.as_secs() / 60, "minute")
        ));
    } else {
        output::result(&format!("{}\n", token.value));
    }
    Ok(Exit::Fine)
}

/// Sets the variable for the later steps of a job of GitHub Actions.
fn export(variables: &Variables, token: &LoginToken) -> Result<(), Error> {
    let path = variables.get("GITHUB_ENV").ok_or_else(|| {
        let message =
            "--export is for GitHub Actions, and GITHUB_ENV is not set: use the printed token instead";
        Error::new(ErrorKind::Usage, message)
    })?;
    let failed = |error| {
        Error::new(ErrorKind::Io, format!("{path} (GITHUB_ENV) cannot be written")).with_source(error)
    };
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(failed)?;
    writeln!(file, "{TOKEN_VARIABLE}={}", token.value).map_err(failed)
}
