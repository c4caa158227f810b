//! The proof after a move: both sides are asked the same.

mod answers;
mod descriptions;
mod stored;

use super::{source::Source, target::Target};
use crate::{Config, Error};

/// Compares a Pact Broker with the broker of these settings, and gives every difference, and last a summary, to `line`.
/// Returns the number of differences.
///
/// A Pact Broker that is read by its API is asked, as this broker, whether everything that is deployed or released could be
/// deployed to where it is, and its descriptions are compared with those here. A database answers no such question: what is stored is compared, with which this broker answers
/// it.
///
/// # Errors
/// The Pact Broker cannot be read; the database fails.
pub async fn compare(config: &Config, source: &Source, mut line: impl FnMut(String)) -> Result<usize, Error> {
    let target = Target::open(config).await?;
    let compared = match source.api() {
        Some(api) => match answers::compare(api, &target, &mut line).await {
            Ok(different) => descriptions::compare(source, &target, &mut line)
                .await
                .map(|more| different + more),
            Err(error) => Err(error),
        },
        None => stored::compare(source, &target, &mut line).await,
    };
    target.close().await;
    compared
}
