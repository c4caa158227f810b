//! Publishes verification results, of whole contracts or collected from several processes.

#[cfg(feature = "broker")]
use super::results;
use crate::Error;
#[cfg(feature = "broker")]
use crate::ErrorKind;
use crate::verify::report::VerificationReport;
#[cfg(feature = "broker")]
use crate::verify::run_folder::Entry;
use crate::verify::run_folder::RunFolder;
use crate::verify::session::Session;

#[cfg(feature = "broker")]
impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Publishes the result of each contract that came from a broker and was verified completely, until the verifier is
    /// stopped.
    pub(in crate::verify) async fn publish(&self, report: &mut VerificationReport) {
        let Some(results) = &self.verifier.publish else {
            return;
        };
        let mut from_broker = 0;
        for (loaded, contract) in self.contracts.iter().zip(&mut report.contracts) {
            let Some(found) = &loaded.from_broker else {
                continue;
            };
            from_broker += 1;
            if !found.takes_results() {
                report.publish_error = Some(not_a_broker(&contract.source));
                continue;
            }
            if !contract.is_conclusive() {
                let why = if contract.left_out > 0 {
                    "only a part of it was verified"
                } else {
                    "some of its interactions could not be verified"
                };
                let warning = format!("the result for {} was not published: {why}", contract.source);
                report.warnings.push(warning);
                continue;
            }
            let entries = contract
                .interactions
                .iter()
                .map(|report| results::test_result(contract, report))
                .collect();
            let success = contract.is_fulfilled();
            let result = results.result(success, entries);
            let mut is_begun = false;
            let publishing = async {
                is_begun = true;
                found.publish(&result).await
            };
            match self.verifier.stop.unless_stopped(publishing).await {
                Ok(address) => contract.published = Some(address),
                Err(error) if error.is_interrupted() => {
                    report.ended = Some(interrupted_at(&contract.source, is_begun));
                    return;
                }
                Err(error) => report.publish_error = Some(error),
            }
            let after = found.notices_after(success, contract.published.is_some());
            contract.notices.extend(after.into_iter().map(str::to_owned));
        }
        if from_broker == 0 {
            report
                .warnings
                .push("no result was published: no contract came from a broker".to_owned());
        }
    }

    /// Adds this process's results to the run's folder, and publishes the contracts that are now complete. Returns the
    /// addresses of the results.
    pub(in crate::verify) async fn publish_part(
        &self,
        folder: &RunFolder,
        report: &VerificationReport,
    ) -> Result<Vec<String>, Error> {
        let mut addresses = Vec::new();
        let Some(results) = &self.verifier.publish else {
            return Ok(addresses);
        };
        for (loaded, contract) in self.contracts.iter().zip(&report.contracts) {
            let Some(from_broker) = &loaded.from_broker else {
                continue;
            };
            for interaction in &contract.interactions {
                if !from_broker.takes_results() {
                    return Err(not_a_broker(&loaded.source));
                }
                let entry = Entry {
                    success: interaction.outcome.is_passed(),
                    conclusive: interaction.is_conclusive(),
                    result: results::test_result(contract, interaction),
                };
                let total = loaded.contract.summaries.len();
                let Some(entries) = folder.leave(&loaded.source, interaction.index, total, &entry)? else {
                    continue;
                };
                if entries.iter().all(|entry| entry.conclusive) {
                    let success = entries.iter().all(|entry| entry.success);
                    let entries = entries.into_iter().map(|entry| entry.result).collect();
                    addresses.push(from_broker.publish(&results.result(success, entries)).await?);
                }
            }
        }
        Ok(addresses)
    }
}

/// Returns the error of a run that was stopped at the result for this contract.
#[cfg(feature = "broker")]
fn interrupted_at(source: &str, is_begun: bool) -> Error {
    let text = if is_begun {
        format!(
            "the verification was interrupted while it published the result for {source}: the broker may have it or \
             not; no result after it was published"
        )
    } else {
        format!(
            "the verification was interrupted: the result for {source} was not published, and none after it"
        )
    };
    Error::new(ErrorKind::Interrupted, text)
}

/// Returns why a result cannot be published: the contract was fetched from a file's address.
#[cfg(feature = "broker")]
fn not_a_broker(source: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "the result for {source} was not published: it has no link for publishing results; give the \
             contract's address in the broker"
        ),
    )
}

#[cfg(not(feature = "broker"))]
impl<C: Clone + Send + Sync + 'static> Session<C> {
    #[expect(
        clippy::unused_async,
        reason = "the same signature as with the feature `broker`"
    )]
    pub(in crate::verify) async fn publish(&self, _report: &mut VerificationReport) {}

    #[expect(
        clippy::unused_async,
        reason = "the same signature as with the feature `broker`"
    )]
    pub(in crate::verify) async fn publish_part(
        &self,
        _folder: &RunFolder,
        _report: &VerificationReport,
    ) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
