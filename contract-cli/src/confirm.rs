//! Confirmation before deleting.

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use contract_core::{Error, ErrorKind};

/// Whether to ask.
#[derive(Debug, Args)]
pub(crate) struct Confirmation {
    /// Delete without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

impl Confirmation {
    /// Asks for confirmation on a terminal: `delete the branch main`. Without a terminal `--yes` is required.
    ///
    /// # Errors
    ///
    /// `Usage` if the answer is no, or `--yes` is missing.
    pub(crate) fn confirm(&self, what: &str) -> Result<(), Error> {
        if self.yes {
            return Ok(());
        }
        let refused = |why: &str| Err(Error::new(ErrorKind::Usage, format!("did not {what}: {why}")));
        if !std::io::stdin().is_terminal() {
            return refused("give --yes to confirm without a terminal");
        }
        let mut terminal = anstream::stderr();
        let _ = write!(terminal, "{what}? [y/N] ");
        let _ = terminal.flush();
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(_) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => Ok(()),
            _ => refused("the answer was not yes"),
        }
    }
}
