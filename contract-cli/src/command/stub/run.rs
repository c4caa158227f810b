//! `contract stub`

use std::fmt::Write as _;

use clap::Args;
use contract_core::Error;
use contract_core::contract::Interaction;
use contract_core::mock::{Stub, StubAnswer, StubServer};

use super::sources::Sources;
use super::watch::Watch;
use crate::command::listen::ListenArguments;
use crate::exit::Exit;
use crate::header::name_of;
use crate::output;
use crate::signal::StopSignals;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  contract stub contracts --port 8080 --cors --watch\n  \
                  contract stub --broker-url https://contracts.example.org --provider orders-api"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    listen: ListenArguments,
    /// Serve only interactions with this provider state, and those without any; may be repeated
    #[arg(long, value_name = "NAME")]
    state: Vec<String>,
    /// Header field with which a request selects the provider state
    #[arg(long, value_name = "FIELD", value_parser = name_of)]
    state_header: Option<String>,
    /// Reload contract files when they change
    #[arg(long)]
    watch: bool,
    /// Print each request with the matching interaction; the same as -v
    #[arg(long)]
    log: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    // Checks the files before reading them: a change in between triggers a reload.
    let mut watch = arguments.watch.then(|| Watch::new(arguments.sources.paths()));
    let mut stub = Stub::new().listen(arguments.listen.address());
    let contracts = arguments.sources.read().await?;
    for name in &arguments.state {
        let interactions = contracts.iter().flat_map(|(contract, _)| &contract.interactions);
        let mut states = interactions.flat_map(|interaction| &interaction.provider_states);
        if !states.any(|state| state.name == *name) {
            output::warning(&format!(
                "no interaction has the provider state {name:?} (--state)"
            ));
        }
    }
    for (contract, origin) in contracts {
        stub = stub.contract(contract, origin);
    }
    stub = arguments.state.into_iter().fold(stub, Stub::state);
    if let Some(name) = arguments.state_header {
        stub = stub.state_header(name);
    }
    if arguments.listen.cors {
        stub = stub.cors();
    }
    if arguments.log || output::is_verbose() {
        stub = stub.on_answer(|answer| output::note(&logged(answer)));
    }
    if let Some(tls) = arguments.listen.tls()? {
        stub = stub.tls(tls);
    }
    let mut signals = StopSignals::listen()?;
    let stub = stub.serve().await?;
    show_left_out(&stub);
    output::result(&served(&stub));
    let reloading = async {
        if let Some(watch) = &mut watch {
            loop {
                watch.changed().await;
                reload(&stub, &arguments.sources).await;
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        stopped = signals.wait() => stopped?,
        () = reloading => {}
    }
    stub.stop().await;
    Ok(Exit::Fine)
}

/// Serves the current contracts; keeps the old ones if they cannot be read.
async fn reload(stub: &StubServer, sources: &Sources) {
    let replaced = match sources.read().await {
        Ok(contracts) => stub.replace(contracts),
        Err(error) => Err(error),
    };
    match replaced {
        Ok(()) => {
            show_left_out(stub);
            output::note(&format!("reloaded: {}", served(stub).trim_end()));
        }
        Err(error) => output::failure(&error.context("still serving the previous contracts")),
    }
}

fn show_left_out(stub: &StubServer) {
    for contract in stub.contracts() {
        for left_out in &contract.left_out {
            output::warning(&format!("{}: {left_out}", contract.origin));
        }
    }
}

/// Lists what is served, by contract.
fn served(stub: &StubServer) -> String {
    let interactions = |count| output::counted(count, "interaction");
    let all = stub.contracts().iter().map(|contract| contract.served).sum();
    let mut text = format!(
        "{} serves {}; stop it with Ctrl-C\n",
        stub.url(),
        interactions(all)
    );
    for contract in stub.contracts() {
        let _ = write!(
            text,
            "  {}: {} → {}, {}",
            contract.origin,
            contract.consumer,
            contract.provider,
            interactions(contract.served)
        );
        if contract.messages > 0 {
            let messages = output::counted(contract.messages, "message");
            let _ = write!(text, " (not served: {messages})");
        }
        text.push('\n');
    }
    text
}

/// Returns `GET /users/1 → 200 a user [user exists] (contracts/shop-users.json)`.
fn logged(answer: &StubAnswer<'_>) -> String {
    let request = answer.request;
    let mut text = format!("{} {}", request.method, request.path);
    if !request.query.is_empty() {
        let _ = write!(text, "?{}", request.query.to_text());
    }
    let _ = write!(text, " → {}", answer.status);
    match (answer.interaction, answer.origin, answer.problem) {
        (Some(interaction), Some(origin), _) => {
            let _ = write!(text, " {} ({origin})", described(interaction));
        }
        (_, _, Some(problem)) => {
            let _ = write!(text, " the request cannot be read: {problem}");
        }
        // Without an interaction only a preflight has no content.
        _ if answer.status == 204 => text.push_str(" a preflight of a browser, allowed by --cors"),
        _ => text.push_str(" no interaction matches"),
    }
    text
}

fn described(interaction: &Interaction) -> String {
    let states: Vec<String> = interaction
        .provider_states
        .iter()
        .map(ToString::to_string)
        .collect();
    if states.is_empty() {
        interaction.description.clone()
    } else {
        format!("{} [{}]", interaction.description, states.join(", "))
    }
}
