//! `contract tenants`

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contract_core::broker::{Client, CreatedTenant, NewTenant, Tenant, TenantLimits, TenantService};
use contract_core::{Error, ErrorKind};

use crate::broker::{Asked, BrokerArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the tenants
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a tenant with its limits and what was done to it
    #[command(visible_alias = "describe")]
    Show {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a tenant and print the token of its administrator, once
    Create {
        /// Name: lower-case letters, digits and hyphens
        #[arg(value_name = "NAME")]
        name: String,
        /// Email address of its administrator
        #[arg(long, value_name = "ADDRESS")]
        admin_email: String,
        /// Name of its administrator; default: the email address
        #[arg(long, value_name = "NAME")]
        admin_name: Option<String>,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        asked: Asked,
    },
    /// Set limits: those without a flag stay
    Limit {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        asked: Asked,
    },
    /// Refuse all requests of a tenant; what it stores stays
    Suspend {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Answer the requests of a suspended tenant again
    Resume {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Write everything that a tenant stores as JSON lines
    Export {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        /// File to write, which must not exist; - for standard output
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
        #[command(flatten)]
        broker: BrokerArguments,
    },
    /// Delete a tenant with everything that it stores
    Delete {
        /// Name
        #[arg(value_name = "TENANT")]
        tenant: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// What a tenant may use at most; 0 is no limit of its own.
#[derive(Debug, Args)]
struct Limits {
    /// Maximum number of applications; 0: no limit of its own, as for all of these
    #[arg(long = "max-applications", value_name = "NUMBER")]
    applications: Option<u32>,
    /// Maximum size of its database, such as 500MiB or 2GiB
    #[arg(long = "max-bytes", value_name = "SIZE", value_parser = size)]
    bytes: Option<u64>,
    /// Maximum number of requests that one node answers at once
    #[arg(long = "max-requests", value_name = "NUMBER")]
    requests: Option<u32>,
}

impl Limits {
    /// Limits with those changed that flags set.
    fn over(&self, before: TenantLimits) -> TenantLimits {
        let count = |flag: Option<u32>, before| flag.map_or(before, |most| (most > 0).then_some(most));
        TenantLimits {
            applications: count(self.applications, before.applications),
            bytes: self.bytes.map_or(before.bytes, |most| (most > 0).then_some(most)),
            requests: count(self.requests, before.requests),
        }
    }
}

/// Reads a number of bytes with its unit.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let bytes = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let number = number.parse::<u64>().ok();
    number
        .zip(bytes)
        .and_then(|(number, bytes)| number.checked_mul(bytes))
        .ok_or_else(|| "write a size such as 500MiB or 2GiB".to_owned())
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { asked } => {
            let tenants = asked.broker.client()?.tenants().await?;
            Ok(show::list(&tenants, asked.output.format))
        }
        Action::Show { tenant, asked } => {
            let found = asked.broker.client()?.tenant(&tenant).await?;
            let shown = show::one(&found, asked.output.format);
            if asked.output.format == PlainFormat::Text {
                for event in &found.events {
                    let at = show::day_and_time(&event.at);
                    output::result(&format!("{at} {} by {}", event.action, event.actor));
                }
            }
            Ok(shown)
        }
        Action::Create {
            name,
            admin_email,
            admin_name,
            limits,
            asked,
        } => {
            let new = NewTenant {
                name,
                email: admin_email,
                administrator: admin_name,
                limits: limits.over(TenantLimits::default()),
            };
            let created = asked.broker.client()?.create_tenant(&new).await?;
            Ok(told(&created, asked.output.format))
        }
        Action::Limit {
            tenant,
            limits,
            asked,
        } => {
            let client = asked.broker.client()?;
            let before = client.tenant(&tenant).await?;
            let after = client.limit_tenant(&tenant, limits.over(before.limits)).await?;
            let what = if before.limits == after.limits {
                "unchanged"
            } else {
                "updated"
            };
            Ok(show::told(
                what,
                Tenant::NOUN,
                &after.name,
                &after,
                asked.output.format,
            ))
        }
        Action::Suspend { tenant, asked } => {
            serve(&asked, &tenant, TenantService::Suspended, "suspended").await
        }
        Action::Resume { tenant, asked } => serve(&asked, &tenant, TenantService::Active, "resumed").await,
        Action::Export { tenant, to, broker } => export(&broker.client()?, &tenant, &to).await,
        Action::Delete {
            tenant,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = client.tenant(&tenant).await?;
            let what = format!("delete the tenant {} with everything that it stores", found.name);
            confirmation.confirm(&what)?;
            client.delete_tenant(&found.name).await?;
            Ok(show::deleted(Tenant::NOUN, &found.name, asked.output.format))
        }
    }
}

/// Prints the token on standard output, and nothing else, so that a script can keep it.
fn told(created: &CreatedTenant, format: PlainFormat) -> Exit {
    match format {
        PlainFormat::Json => output::json(created),
        PlainFormat::Text => {
            let name = &created.name;
            output::note(&format!(
                "created the tenant {name}; this is the token of its administrator, which is shown once"
            ));
            output::result(&created.token);
        }
    }
    Exit::Fine
}

async fn serve(asked: &Asked, tenant: &str, service: TenantService, done: &str) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let found = client.tenant(tenant).await?;
    let after = client.serve_tenant(&found.name, service).await?;
    Ok(show::told(
        done,
        Tenant::NOUN,
        &after.name,
        &after,
        asked.output.format,
    ))
}

async fn export(client: &Client, tenant: &str, to: &Path) -> Result<Exit, Error> {
    let is_stdout = to == Path::new("-");
    let failed = |error: std::io::Error| {
        let text = format!("the export cannot be written to {}: {error}", to.display());
        Error::new(ErrorKind::Io, text)
    };
    let tenant = client.tenant(tenant).await?.name;
    let mut out: Box<dyn Write> = if is_stdout {
        Box::new(std::io::stdout())
    } else {
        let file = OpenOptions::new().write(true).create_new(true).open(to);
        Box::new(BufWriter::new(file.map_err(failed)?))
    };
    let exported = client
        .export_tenant(&tenant, |piece| out.write_all(piece).map_err(failed))
        .await;
    let written = exported.and_then(|()| out.flush().map_err(failed));
    if written.is_err() && !is_stdout {
        // Half an export is of no use.
        let _ = std::fs::remove_file(to);
    }
    written?;
    if !is_stdout {
        output::note(&format!(
            "exported the tenant {tenant} to {}. What its webhooks send is encrypted, and the key is not in it: keep that, too",
            to.display()
        ));
    }
    Ok(Exit::Fine)
}

impl Shown for Tenant {
    const NOUN: &'static str = "tenant";
    const PLURAL: &'static str = "tenants";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("status", |it| it.status.clone()),
            Fact::new("created", |it| show::day_and_time(&it.created_at)),
            Fact::new("applications at most", |it| {
                limit(it.limits.applications.map(u64::from))
            }),
            Fact::new("bytes at most", |it| limit(it.limits.bytes)),
            Fact::new("requests at once", |it| limit(it.limits.requests.map(u64::from))),
            Fact::new("problem", |it| or_dash(it.problem.as_ref())),
        ]
    }
}

fn limit(most: Option<u64>) -> String {
    most.map(|most| most.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("1000", 1000),
            ("500MiB", 500 << 20),
            ("2 GiB", 2 << 30),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "GiB", "2GB", "-1", "99999999999GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn flags_change_limits_and_zero_removes_one() {
        let before = TenantLimits {
            applications: Some(5),
            bytes: Some(10),
            requests: None,
        };
        let flags = Limits {
            applications: Some(0),
            bytes: None,
            requests: Some(7),
        };
        let expected = TenantLimits {
            applications: None,
            bytes: Some(10),
            requests: Some(7),
        };
        assert_eq!(flags.over(before), expected);
    }
}
