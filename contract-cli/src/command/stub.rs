//! `contract stub`

use std::path::PathBuf;

use clap::Args;
use contract_core::contract::{Contract, Interaction, files_in};
use contract_core::{Error, ErrorKind};

use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Contract files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The port; 0 for a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// The address to listen at
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    host: String,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let mut interactions: Vec<Interaction> = Vec::new();
    for path in &arguments.paths {
        let files = if path.is_dir() {
            files_in(path)?
        } else {
            vec![path.clone()]
        };
        for file in files {
            let contract = Contract::read_file(&file)?;
            for mut interaction in contract.interactions {
                // Contracts of several consumers may describe different things in the same words.
                interaction.description = format!("{}: {}", contract.consumer.name, interaction.description);
                interactions.push(interaction);
            }
        }
    }
    if interactions.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "there is no interaction to answer with: give a contract file, or the directory that holds them",
        ));
    }
    let count = interactions.len();
    let provider = Contract::between("stub", "stub")
        .any_example()
        .interactions(interactions)
        .listen(format!("{}:{}", arguments.host, arguments.port))
        .serve()
        .await?;
    output::result(&format!(
        "{} answers {count} interactions; end it with Ctrl-C",
        provider.url()
    ));
    let stopped = tokio::signal::ctrl_c().await;
    // A stub is no test: which interactions were used does not matter, and nothing is recorded.
    std::mem::forget(provider);
    stopped
        .map(|()| Exit::Fine)
        .map_err(|error| Error::new(ErrorKind::Io, "cannot wait for Ctrl-C").with_source(error))
}
