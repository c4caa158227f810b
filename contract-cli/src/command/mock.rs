//! `contract mock`

use std::path::PathBuf;

use clap::Args;
use contract_core::contract::{Contract, Specification};
use contract_core::mock::RemoteMock;
use contract_core::{Error, ErrorKind};

use super::listen::ListenArguments;
use crate::exit::Exit;
use crate::output;
use crate::signal::StopSignals;

#[derive(Debug, Args)]
#[command(
    after_help = "Requests with the header field X-Pact-Mock-Service control the mock: POST, PUT and DELETE \
                  /interactions, GET /interactions/verification, POST /pact, DELETE /session. Ctrl-C stops it: \
                  it verifies the remaining expectations and writes the verified interactions.\n\n\
                  Example: contract mock --consumer web --provider api --port 1234"
)]
pub(crate) struct Arguments {
    /// Contract whose interactions are expected from the start
    #[arg(value_name = "PATH")]
    contract: Option<PathBuf>,
    /// Consumer; by default that of the contract
    #[arg(long, value_name = "NAME", required_unless_present = "contract")]
    consumer: Option<String>,
    /// Provider; by default that of the contract
    #[arg(long, value_name = "NAME", required_unless_present = "contract")]
    provider: Option<String>,
    #[command(flatten)]
    listen: ListenArguments,
    /// Directory for the contract
    #[arg(long, env = "CONTRACT_DIR", default_value = "contracts", value_name = "PATH")]
    dir: PathBuf,
    /// Version of the format to write: 2, 3 or 4
    #[arg(long, default_value = "4", value_name = "VERSION")]
    specification: Specification,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let contract = arguments
        .contract
        .as_deref()
        .map(Contract::read_file)
        .transpose()?;
    let named = |given: Option<String>, of_contract: Option<&str>| {
        let of_contract = of_contract.filter(|name| !name.is_empty()).map(str::to_owned);
        let name = given.or(of_contract).filter(|name| !name.trim().is_empty());
        name.ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                "consumer and provider need names: give --consumer and --provider, or a contract that names both",
            )
        })
    };
    let consumer = named(
        arguments.consumer,
        contract.as_ref().map(|contract| contract.consumer.name.as_str()),
    )?;
    let provider = named(
        arguments.provider,
        contract.as_ref().map(|contract| contract.provider.name.as_str()),
    )?;
    let interactions = contract.map_or_else(Vec::new, |contract| contract.interactions);
    let mut signals = StopSignals::listen()?;
    let mut mock = RemoteMock::between(&consumer, &provider)
        .interactions(interactions)
        .directory(&arguments.dir)
        .specification(arguments.specification)
        .listen(arguments.listen.address());
    if arguments.listen.cors {
        mock = mock.cors();
    }
    if let Some(tls) = arguments.listen.tls()? {
        mock = mock.tls(tls);
    }
    let mock = mock.serve()?;
    output::result(&format!(
        "{} is the mock of {provider}; stop it with Ctrl-C",
        mock.url()
    ));
    signals.wait().await?;
    let written = mock.finish().await?;
    output::result(&match written {
        0 => "nothing was written, because nothing was verified".to_owned(),
        written => format!(
            "wrote {} to {}",
            output::counted(written, "interaction"),
            arguments.dir.display()
        ),
    });
    Ok(Exit::Fine)
}
