//! `contract publish-provider-contract`

use std::path::{Path, PathBuf};

use clap::Args;
use contract_core::broker::{ProviderContract, SelfVerification};
use contract_core::{Error, ErrorKind};
use serde_json::json;

use crate::broker::{Asked, show_notices};
use crate::build::Facts;
use crate::command::openapi;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

#[derive(Debug, Args)]
#[command(
    after_help = "Example: contract publish-provider-contract openapi.yaml --provider orders-api --verification-success"
)]
pub(crate) struct Arguments {
    /// The description, YAML or JSON; files that it refers to are bundled with it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The provider
    #[arg(long, env = "CONTRACT_PROVIDER", value_name = "NAME")]
    provider: String,
    /// The provider's version; without it the commit that CI or Git names
    #[arg(long, env = "CONTRACT_PROVIDER_VERSION", value_name = "VERSION")]
    version: Option<String>,
    /// The branch that the version was built from; without it the one that CI or Git names
    #[arg(long, env = "CONTRACT_PROVIDER_BRANCH", value_name = "BRANCH")]
    branch: Option<String>,
    /// A tag of the version; may be given more than once
    #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// Tag the version with the name of its branch as well
    #[arg(long)]
    tag_with_git_branch: bool,
    /// Where the build can be seen; without it the address that CI names
    #[arg(long, env = "CONTRACT_BUILD_URL", value_name = "URL")]
    build_url: Option<String>,
    /// The language of the description: oas or asyncapi
    #[arg(long, default_value = "oas", value_name = "NAME")]
    specification: String,
    /// Its media type; without it by the ending of the file
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    #[command(flatten)]
    own: Own,
    /// Does nothing: version, branch and build are always found out
    #[arg(long, short = 'r', hide = true)]
    auto_detect_version_properties: bool,
    #[command(flatten)]
    asked: Asked,
}

/// What the provider says of its own verification.
#[derive(Debug, Args)]
#[command(next_help_heading = "Self-verification")]
struct Own {
    /// The provider was verified to do what the description says
    #[arg(long, conflicts_with_all = ["failure", "exit_code"])]
    verification_success: bool,
    /// The provider was verified, and does not
    #[arg(
        id = "failure",
        long = "no-verification-success",
        conflicts_with = "exit_code"
    )]
    no_verification_success: bool,
    /// The exit code of the verification: 0 if it succeeded
    #[arg(id = "exit_code", long, value_name = "NUMBER")]
    verification_exit_code: Option<i32>,
    /// The report of the verification
    #[arg(long, value_name = "FILE")]
    verification_results: Option<PathBuf>,
    /// The media type of the report
    #[arg(long, value_name = "TYPE")]
    verification_results_content_type: Option<String>,
    /// The format of the report
    #[arg(long, value_name = "NAME")]
    verification_results_format: Option<String>,
    /// The tool that verified
    #[arg(long, value_name = "NAME")]
    verifier: Option<String>,
    /// Its version
    #[arg(long, value_name = "VERSION")]
    verifier_version: Option<String>,
}

impl Own {
    /// What is said; `None` if nothing is.
    fn result(self) -> Result<Option<SelfVerification>, Error> {
        let says_whether = self.verification_success
            || self.no_verification_success
            || self.verification_exit_code.is_some();
        let says_more = self.verification_results.is_some()
            || self.verification_results_content_type.is_some()
            || self.verification_results_format.is_some()
            || self.verifier.is_some()
            || self.verifier_version.is_some();
        if says_more && !says_whether {
            return Err(Error::new(
                ErrorKind::Usage,
                "a verification is described, and not whether it succeeded: add --verification-success, \
                 --no-verification-success or --verification-exit-code",
            ));
        }
        if !says_whether {
            return Ok(None);
        }
        let content = self.verification_results.as_deref().map(read).transpose()?;
        Ok(Some(SelfVerification {
            success: self.verification_success || self.verification_exit_code == Some(0),
            content,
            content_type: self.verification_results_content_type,
            format: self.verification_results_format,
            verifier: self.verifier,
            verifier_version: self.verifier_version,
        }))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))
}

/// The media type of a description by the ending of its file.
fn media_type(path: &Path) -> &'static str {
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if is_json {
        "application/json"
    } else {
        "application/yaml"
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let facts = Facts::of_process();
    let version = facts.version(arguments.version)?;
    let content = read(&arguments.file)?;
    let bundled = match arguments.specification.as_str() {
        "oas" => openapi::bundled(&arguments.file, &content)?,
        _ => None,
    };
    let media_type = if bundled.is_some() {
        "application/json"
    } else {
        media_type(&arguments.file)
    };
    let content_type = arguments.content_type.unwrap_or_else(|| media_type.to_owned());
    let mut contract = ProviderContract::new(arguments.provider, version, bundled.unwrap_or(content))
        .content_type(content_type)
        .specification(arguments.specification);
    if let Some(branch) = facts.branch(arguments.branch) {
        if arguments.tag_with_git_branch {
            contract = contract.tag(&branch);
        }
        contract = contract.branch(branch);
    }
    for tag in arguments.tags {
        contract = contract.tag(tag);
    }
    if let Some(url) = facts.build_url(arguments.build_url) {
        contract = contract.build_url(url);
    }
    if let Some(own) = arguments.own.result()? {
        contract = contract.self_verification(own);
    }
    let client = arguments.asked.broker.client()?;
    let published = client.publish_provider_contract(&contract).await;
    let published = published.map_err(|error| error.context(arguments.file.display()))?;
    if arguments.asked.output.format == PlainFormat::Json {
        output::json(&json!({
            "provider": published.provider,
            "version": published.version,
            "url": published.url,
            "notices": published.notices,
        }));
        return Ok(Exit::Fine);
    }
    show_notices(&published.notices);
    output::result(&format!(
        "published the provider contract of {} version {}",
        published.provider, published.version
    ));
    Ok(Exit::Fine)
}
