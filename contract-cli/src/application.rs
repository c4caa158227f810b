//! The application argument of a command.

use clap::Args;
use contract_core::broker::{Client, List};
use contract_core::{Error, ErrorKind};

/// An application, given as `NAME`, or as `--pacticipant NAME` for compatibility with the `pact` command.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Application {
    /// The application
    #[arg(value_name = "NAME", conflicts_with = "pacticipant")]
    application: Option<String>,
    /// The application, in place of NAME
    #[arg(long, value_name = "NAME", hide = true)]
    pacticipant: Option<String>,
}

impl Application {
    /// Returns the name.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none.
    pub(crate) fn name(&self) -> Result<&str, Error> {
        let given = self.application.as_deref().or(self.pacticipant.as_deref());
        given.ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                "which application? Give its NAME, or set pacticipant in contract.toml",
            )
        })
    }
}

/// Returns the list, unless it is empty because there is no such application.
///
/// # Errors
///
/// `Usage` if the list is empty and the broker does not know one of these applications.
pub(crate) async fn of_known<T>(
    list: List<T>,
    client: &Client,
    applications: &[Option<&str>],
) -> Result<List<T>, Error> {
    if list.items.is_empty() {
        for name in applications.iter().flatten() {
            if let Some(unknown) = client.unknown_application(name).await? {
                return Err(Error::new(ErrorKind::Usage, unknown));
            }
        }
    }
    Ok(list)
}
