//! `contract audit`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contract_core::broker::{AccountKind, AuditEvent, AuditQuery, Client};
use contract_core::{Error, ErrorKind};

use crate::broker::{Asked, BrokerArguments, ListArguments};
use crate::exit::Exit;
use crate::output;
use crate::show::{self, Fact, Shown};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what was changed, the newest change first
    List {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Write the whole audit log as JSON lines, the oldest change first
    Export {
        #[command(flatten)]
        filter: Filter,
        /// File to write; standard output without it
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        #[command(flatten)]
        broker: BrokerArguments,
    },
}

/// Which events are wanted.
#[derive(Debug, Args)]
struct Filter {
    /// Events from this date or time on, such as 2027-01-31 or 2027-01-31T10:00:00Z
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Events of this type, such as team.created
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// What this user did, by email address, name or UUID
    #[arg(long = "user", value_name = "USER", conflicts_with = "system_account")]
    by_user: Option<String>,
    /// What this system account did, by name or UUID
    #[arg(long, value_name = "ACCOUNT")]
    system_account: Option<String>,
}

impl Filter {
    async fn query(self, client: &Client, newest_first: bool) -> Result<AuditQuery, Error> {
        let account = match (self.by_user, self.system_account) {
            (Some(key), _) => Some(client.account(AccountKind::User, &key).await?.uuid),
            (None, Some(key)) => Some(client.account(AccountKind::System, &key).await?.uuid),
            (None, None) => None,
        };
        Ok(AuditQuery {
            since: self.since,
            account,
            kind: self.kind,
            newest_first,
        })
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { filter, list, asked } => {
            let client = asked.broker.client()?;
            let query = filter.query(&client, true).await?;
            let events = client.audit_events(&query, list.limit).await?;
            Ok(show::list(&events, asked.output.format))
        }
        Action::Export { filter, to, broker } => {
            let client = broker.client()?;
            let query = filter.query(&client, false).await?;
            export(&client, &query, to.as_deref()).await
        }
    }
}

/// Writes each event as it is read: a log of any length fits into memory. A reader that closes the pipe has seen enough.
async fn export(client: &Client, query: &AuditQuery, to: Option<&Path>) -> Result<Exit, Error> {
    let failed = |error: std::io::Error| {
        let place = to.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
        let text = format!("the audit log cannot be written to {place}: {error}");
        Error::new(ErrorKind::Io, text)
    };
    let mut out: Box<dyn Write> = match to {
        Some(path) => Box::new(BufWriter::new(File::create(path).map_err(failed)?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let mut count = 0_u64;
    let mut write = |event: &AuditEvent| -> std::io::Result<()> {
        let line = serde_json::to_string(event)?;
        writeln!(out, "{line}")?;
        count += 1;
        Ok(())
    };
    let is_complete = client
        .each_audit_event(query, |event| match write(&event) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(failed(error)),
        })
        .await?;
    if is_complete {
        match out.flush() {
            Ok(()) => output::note(&format!("wrote {}", output::counted(count, "event"))),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(Exit::Fine)
}

impl Shown for AuditEvent {
    const NOUN: &'static str = "event";
    const PLURAL: &'static str = "events";

    fn name(&self) -> String {
        self.uuid.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("time", |it| show::day_and_time(&it.timestamp)),
            Fact::new("who", |it| it.actor().unwrap_or_default().to_owned()),
            Fact::new("type", |it| it.kind.clone()),
            Fact::new("what", |it| it.object().unwrap_or_default().to_owned()),
            Fact::new("outcome", |it| match it.outcome() {
                None | Some("success") => String::new(),
                Some(other) => other.to_owned(),
            }),
        ]
    }
}
