//! Both brokers are asked can-i-deploy.

use http::Method;
use serde_json::Value;

use crate::{
    Error,
    domain::segment::encode,
    operate::pact_broker::{
        records::Deployment,
        source::Api,
        target::{Answer, Target},
    },
};

/// Asks both whether everything that is deployed or released could be deployed to where it is.
///
/// # Errors
/// The Pact Broker cannot be reached or refuses; the database fails.
pub(super) async fn compare(
    api: &Api,
    target: &Target,
    line: &mut impl FnMut(String),
) -> Result<usize, Error> {
    let (mut asked, mut different) = (0_usize, 0_usize);
    for deployment in api.deployments().await? {
        let Deployment {
            pacticipant,
            number,
            environment,
            ..
        } = &deployment;
        let question = format!(
            "/can-i-deploy?pacticipant={}&version={}&environment={}",
            encode(pacticipant),
            encode(number),
            encode(environment)
        );
        let there = api.get(&format!("{}{question}", api.base())).await?;
        let Answer { status, body: here } = target.send(Method::GET, &question, String::new()).await?;
        asked += 1;
        let verdict = |answer: &Value| answer["summary"]["deployable"].as_bool();
        if !status.is_success() || verdict(&there) != verdict(&here) {
            different += 1;
            line(format!(
                "{pacticipant} {number} in {environment}: there {} ({}), here {} ({})",
                shown(verdict(&there)),
                there["summary"]["reason"].as_str().unwrap_or("no reason"),
                shown(verdict(&here)),
                here["summary"]["reason"].as_str().unwrap_or(status.as_str()),
            ));
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
