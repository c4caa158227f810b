//! `contract publish`

use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::broker::Publication;
use serde_json::json;

use crate::broker::{BrokerArguments, show_notices};
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Contract files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The consumer's version: the commit's hash, best of all
    #[arg(long, env = "CONTRACT_CONSUMER_VERSION", value_name = "VERSION")]
    version: String,
    /// The branch that the version was built from
    #[arg(long, env = "CONTRACT_CONSUMER_BRANCH", value_name = "BRANCH")]
    branch: Option<String>,
    /// A tag of the version; may be given more than once
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Where the build can be seen
    #[arg(long, env = "CONTRACT_BUILD_URL", value_name = "URL")]
    build_url: Option<String>,
    /// Add the interactions to those that the broker has under the same version
    #[arg(long)]
    merge: bool,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t)]
    output: PlainFormat,
    #[command(flatten)]
    broker: BrokerArguments,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let mut publication = Publication::new(&arguments.version).merge(arguments.merge);
    if let Some(branch) = arguments.branch {
        publication = publication.branch(branch);
    }
    if let Some(url) = arguments.build_url {
        publication = publication.build_url(url);
    }
    for tag in arguments.tags {
        publication = publication.tag(tag);
    }
    publication = publication.paths(arguments.paths)?;
    for path in publication.others() {
        output::not_a_contract(path);
    }
    let published = arguments.broker.client()?.publish(&publication).await?;
    if arguments.output == PlainFormat::Json {
        output::json(&json!(
            published
                .iter()
                .map(|one| json!({
                    "consumer": one.consumer,
                    "version": one.version,
                    "providers": one.providers,
                    "urls": one.urls,
                    "notices": one.notices.iter().map(|notice| json!({
                        "type": notice.kind,
                        "text": notice.text,
                    })).collect::<Vec<_>>(),
                }))
                .collect::<Vec<_>>()
        ));
        return Ok(Exit::Fine);
    }
    for one in &published {
        show_notices(&one.notices);
        output::result(&format!(
            "published {} version {}: {}",
            one.consumer,
            one.version,
            one.providers.join(", ")
        ));
    }
    Ok(Exit::Fine)
}
