//! The proof after a move: both brokers are asked the same.

use http::Method;
use serde_json::Value;

use super::{
    copy::text,
    source::Source,
    target::{Answer, Target},
};
use crate::{Config, Error, domain::segment::encode};

/// Asks a Pact Broker and the broker of these settings whether everything that is deployed or released could be deployed to
/// where it is, and gives every difference, and last a summary, to `line`. Returns the number of differences.
///
/// # Errors
/// The Pact Broker cannot be reached or refuses; the database fails.
pub async fn compare(config: &Config, source: &Source, mut line: impl FnMut(String)) -> Result<usize, Error> {
    let target = Target::open(config).await?;
    let compared = ask_both(source, &target, &mut line).await;
    target.close().await;
    compared
}

async fn ask_both(source: &Source, target: &Target, line: &mut impl FnMut(String)) -> Result<usize, Error> {
    let (mut asked, mut different) = (0_usize, 0_usize);
    for environment in source
        .list(&source.path(&["environments"]), "environments")
        .await?
    {
        let name = text(&environment, "name")?;
        for (link, list) in [
            ("pb:currently-deployed-deployed-versions", "deployedVersions"),
            ("pb:currently-supported-released-versions", "releasedVersions"),
        ] {
            let href = text(&environment["_links"][link], "href")?;
            for record in source.list(&href, list).await? {
                let pacticipant = text(&record["_embedded"]["pacticipant"], "name")?;
                let number = text(&record["_embedded"]["version"], "number")?;
                let question = format!(
                    "/can-i-deploy?pacticipant={}&version={}&environment={}",
                    encode(&pacticipant),
                    encode(&number),
                    encode(&name)
                );
                let there = source.get(&format!("{}{question}", source.base())).await?;
                let Answer { status, body: here } =
                    target.send(Method::GET, &question, String::new()).await?;
                asked += 1;
                let verdict = |answer: &Value| answer["summary"]["deployable"].as_bool();
                if !status.is_success() || verdict(&there) != verdict(&here) {
                    different += 1;
                    line(format!(
                        "{pacticipant} {number} in {name}: there {} ({}), here {} ({})",
                        shown(verdict(&there)),
                        there["summary"]["reason"].as_str().unwrap_or("no reason"),
                        shown(verdict(&here)),
                        here["summary"]["reason"].as_str().unwrap_or(status.as_str()),
                    ));
                }
            }
        }
    }
    line(format!(
        "{asked} deployed and released versions compared, {different} different"
    ));
    Ok(different)
}

fn shown(verdict: Option<bool>) -> &'static str {
    match verdict {
        Some(true) => "can be deployed",
        Some(false) => "cannot be deployed",
        None => "unknown",
    }
}
