//! `contract stub`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::contract::Interaction;
use contract_core::mock::{Stub, StubAnswer, StubServer};

use crate::contracts::{self, Loaded};
use crate::exit::Exit;
use crate::{output, signal};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Contract files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The port; 0 for a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    host: String,
    /// Allow pages of other origins: answer preflight requests and add Access-Control-Allow-Origin to all answers
    #[arg(long)]
    cors: bool,
    /// Serve only interactions with this provider state, and those without any; may be repeated
    #[arg(long, value_name = "NAME")]
    state: Vec<String>,
    /// Print each request with the interaction that answers it
    #[arg(long, short)]
    verbose: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let mut stub = Stub::new().listen(address(&arguments.host, arguments.port));
    for Loaded { path, contract } in contracts::all(&arguments.paths)? {
        stub = stub.contract(contract, path.display().to_string());
    }
    stub = arguments.state.into_iter().fold(stub, Stub::state);
    if arguments.cors {
        stub = stub.cors();
    }
    if arguments.verbose {
        stub = stub.on_answer(|answer| output::note(&logged(answer)));
    }
    let stub = stub.serve().await?;
    for contract in stub.contracts() {
        for left_out in &contract.left_out {
            output::note(&format!("warning: {}: {left_out}", contract.origin));
        }
    }
    output::result(&served(&stub));
    signal::stopped().await?;
    stub.stop().await;
    Ok(Exit::Fine)
}

fn address(host: &str, port: u16) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// What is served, by contract.
fn served(stub: &StubServer) -> String {
    let interactions = |count: usize| match count {
        1 => "1 interaction".to_owned(),
        count => format!("{count} interactions"),
    };
    let all = stub.contracts().iter().map(|contract| contract.served).sum();
    let mut text = format!(
        "{} answers {}; stop it with Ctrl-C\n",
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
            let _ = write!(text, " (its {} messages are not served)", contract.messages);
        }
        text.push('\n');
    }
    text
}

/// `GET /users/1 → 200 a user [user exists] (contracts/shop-users.json)`
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
