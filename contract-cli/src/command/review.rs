//! `contract review`

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::contract::merge::Identity;
use contract_core::contract::store::{Pending, pending_in};
use contract_core::contract::{Contract, Interaction};
use contract_core::diff::Diff;

use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "With CONTRACT_REVIEW=1 consumers' tests leave contracts as they are: new and changed interactions \
                  wait in a file beside the contract (web-api.json.pending) until they are accepted.\n\n\
                  Example: CONTRACT_REVIEW=1 cargo test; contract review"
)]
pub(crate) struct Arguments {
    /// Directory with the contract files
    #[arg(long, env = "CONTRACT_DIR", default_value = "contracts", value_name = "PATH")]
    dir: PathBuf,
    /// Show changes; decide nothing
    #[arg(long)]
    list: bool,
    /// Accept all changes
    #[arg(long, conflicts_with_all = ["list", "reject"])]
    accept: bool,
    /// Reject all changes
    #[arg(long, conflicts_with = "list")]
    reject: bool,
    /// Only interactions with this text in their description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// A pending interaction.
struct Waiting {
    /// The path of the contract.
    path: PathBuf,
    identity: Identity,
    /// `GET /users/42 → 200`; only for a new interaction, because changes do not show it.
    exchange: Option<String>,
    diff: Diff,
}

/// The decision about an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Accept,
    Reject,
    Leave,
    /// Leave this interaction and all further ones pending.
    Stop,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let waiting = waiting(arguments)?;
    if waiting.is_empty() {
        output::result("nothing to review");
        return Ok(Exit::Fine);
    }
    if arguments.accept || arguments.reject {
        let decision = if arguments.accept {
            Decision::Accept
        } else {
            Decision::Reject
        };
        for one in &waiting {
            one.decide(decision)?;
        }
        return Ok(Exit::Fine);
    }
    let asks = !arguments.list && std::io::stdin().is_terminal();
    for (index, one) in waiting.iter().enumerate() {
        output::result(&one.shown(index + 1, waiting.len()));
        if asks {
            match ask() {
                Decision::Stop => break,
                decision => one.decide(decision)?,
            }
        }
    }
    if asks || arguments.list {
        return Ok(Exit::Fine);
    }
    output::note("give --accept or --reject without a terminal");
    Ok(Exit::No)
}

fn waiting(arguments: &Arguments) -> Result<Vec<Waiting>, Error> {
    let mut waiting = Vec::new();
    for pending in pending_in(&arguments.dir)? {
        let before = pending.before()?;
        for interaction in &pending.contract().interactions {
            let is_meant = arguments
                .description
                .as_ref()
                .is_none_or(|text| interaction.description.contains(text.as_str()));
            if is_meant {
                let present: Vec<Interaction> = before
                    .iter()
                    .flat_map(|contract| &contract.interactions)
                    .filter(|present| present.same_identity(interaction))
                    .cloned()
                    .collect();
                waiting.push(Waiting {
                    path: pending.path().to_owned(),
                    identity: Identity::of(interaction),
                    exchange: exchange(interaction).filter(|_| present.is_empty()),
                    diff: difference(present, pending.contract(), interaction),
                });
            }
        }
    }
    Ok(waiting)
}

/// Returns the changes of one interaction in the contract; `present` are the existing interactions with its
/// identity.
fn difference(present: Vec<Interaction>, pending: &Contract, interaction: &Interaction) -> Diff {
    let of = |interactions: Vec<Interaction>| Contract {
        interactions,
        ..pending.clone()
    };
    Diff::between(&of(present), &of(vec![interaction.clone()]))
}

fn exchange(interaction: &Interaction) -> Option<String> {
    let http = interaction.as_http()?;
    let status = http.response.example_status()?;
    Some(format!(
        "{} {} → {status}",
        http.request.method, http.request.path
    ))
}

impl Waiting {
    fn shown(&self, number: usize, of: usize) -> String {
        let place = format!("{number} of {of}: {}", self.path.display());
        if self.diff.effect().is_none() {
            return format!(
                "{place}\n\n{}: only how it is written or commented changes\n\n",
                self.identity
            );
        }
        let text = self.diff.text(output::style());
        // The last line is a summary, which is not needed for a single interaction.
        let changes = text
            .trim_end()
            .rsplit_once('\n')
            .map_or("", |(changes, _)| changes);
        match &self.exchange {
            Some(exchange) => format!("{place}\n\n{}\n  {exchange}\n\n", changes.trim_end()),
            None => format!("{place}\n\n{}\n\n", changes.trim_end()),
        }
    }

    fn decide(&self, decision: Decision) -> Result<(), Error> {
        let identities = std::slice::from_ref(&self.identity);
        let done = match decision {
            Decision::Accept => {
                Pending::accept(&self.path, identities)?;
                "accepted"
            }
            Decision::Reject => {
                Pending::reject(&self.path, identities)?;
                "rejected"
            }
            Decision::Leave | Decision::Stop => return Ok(()),
        };
        output::result(&format!("{}: {done}: {}", self.path.display(), self.identity));
        Ok(())
    }
}

/// Asks on the terminal until the answer is valid.
fn ask() -> Decision {
    loop {
        let mut terminal = anstream::stderr();
        let _ = write!(terminal, "[a]ccept, [r]eject, [s]kip, [q]uit? ");
        let _ = terminal.flush();
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(0) | Err(_) => return Decision::Stop,
            Ok(_) => {}
        }
        match answer.trim().to_lowercase().as_str() {
            "a" | "accept" => return Decision::Accept,
            "r" | "reject" => return Decision::Reject,
            "s" | "skip" => return Decision::Leave,
            "q" | "quit" => return Decision::Stop,
            _ => {}
        }
    }
}
