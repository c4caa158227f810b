//! The application argument of a command.

use clap::Args;
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
