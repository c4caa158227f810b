//! `contract publish`

use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::broker::Publication;
use serde_json::json;

use crate::broker::{Asked, show_notices};
use crate::build::Facts;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::progress::{self, Progress};

#[derive(Debug, Args)]
#[command(after_help = "Example: contract publish contracts")]
pub(crate) struct Arguments {
    /// Contract files, or directories that contain them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Version of the consumer, ideally the commit hash; by default the commit from CI or Git
    #[arg(long, env = "CONTRACT_CONSUMER_VERSION", value_name = "VERSION")]
    version: Option<String>,
    /// Branch of the version; by default the one from CI or Git
    #[arg(long, env = "CONTRACT_CONSUMER_BRANCH", value_name = "BRANCH")]
    branch: Option<String>,
    /// Tag of the version; may be repeated
    #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// Also tag the version with the name of its branch
    #[arg(long)]
    tag_with_git_branch: bool,
    /// URL of the build; by default from CI
    #[arg(long, env = "CONTRACT_BUILD_URL", value_name = "URL")]
    build_url: Option<String>,
    /// Merge the interactions into those that the broker has for the same version
    #[arg(long)]
    merge: bool,
    /// No effect: version, branch and build are always detected
    #[arg(long, short = 'r', hide = true)]
    auto_detect_version_properties: bool,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let facts = Facts::of_process();
    let mut publication = Publication::new(facts.version(arguments.version)?).merge(arguments.merge);
    let branch = facts.branch(arguments.branch);
    if let Some(url) = facts.build_url(arguments.build_url) {
        publication = publication.build_url(url);
    }
    if let Some(branch) = branch {
        if arguments.tag_with_git_branch {
            publication = publication.tag(&branch);
        }
        publication = publication.branch(branch);
    }
    for tag in arguments.tags {
        publication = publication.tag(tag);
    }
    let progress = Progress::unknown("reading contracts");
    publication = publication.paths(arguments.paths)?;
    drop(progress);
    for path in publication.others() {
        output::not_a_contract(path);
    }
    let client = arguments.asked.broker.client()?;
    let published = client
        .publish_watched(&publication, progress::reported("publishing"))
        .await?;
    if arguments.asked.output.format == PlainFormat::Json {
        output::json(&json!(
            published
                .iter()
                .map(|one| json!({
                    "consumer": one.consumer,
                    "version": one.version,
                    "providers": one.providers,
                    "urls": one.urls,
                    "notices": one.notices,
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
