//! Publishing what a verification found, whole or test by test.

#[cfg(feature = "broker")]
use super::results;
use crate::Error;
#[cfg(feature = "broker")]
use crate::ErrorKind;
use crate::verify::report::{InteractionReport, VerificationReport};
#[cfg(feature = "broker")]
use crate::verify::run_folder::{Entry, RunFolder};
use crate::verify::session::Session;

#[cfg(feature = "broker")]
impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Publishes the result of each contract that came from a broker and was verified whole.
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
                report.warnings.push(format!(
                    "the result for {} was not published: only a part of it was verified",
                    contract.source
                ));
                continue;
            }
            let entries = contract
                .interactions
                .iter()
                .map(|report| results::test_result(contract, report))
                .collect();
            let success = contract.is_fulfilled();
            match found.publish(&results.result(success, entries)).await {
                Ok(address) => contract.published = Some(address),
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

    /// Publishes what the tests of this process found: whole contracts at once, or, where each test is a process of its own,
    /// the contracts that are complete with this one. What to tell people.
    pub(in crate::verify) async fn finish_tests(
        &self,
        found: Vec<(usize, InteractionReport)>,
    ) -> Result<Vec<String>, Error> {
        if self.verifier.publish.is_none() || found.is_empty() {
            return Ok(self.shown_warnings());
        }
        if let Some(folder) = RunFolder::of_this_run() {
            return self.finish_one_of_many(&folder?, found).await;
        }
        let mut report = self.report(found);
        self.publish(&mut report).await;
        if let Some(error) = report.publish_error {
            return Err(error);
        }
        let published = report.contracts.iter().filter_map(|contract| {
            let address = contract.published.as_ref()?;
            Some(format!("result published: {address}"))
        });
        let warnings = report
            .warnings
            .iter()
            .map(|warning| format!("warning: {warning}"));
        Ok(published.chain(warnings).collect())
    }

    async fn finish_one_of_many(
        &self,
        folder: &RunFolder,
        found: Vec<(usize, InteractionReport)>,
    ) -> Result<Vec<String>, Error> {
        let mut lines = self.shown_warnings();
        let Some(results) = &self.verifier.publish else {
            return Ok(lines);
        };
        for (task, report) in found {
            let loaded = &self.contracts[self.tasks[task].contract];
            let Some(from_broker) = &loaded.from_broker else {
                continue;
            };
            if !from_broker.takes_results() {
                return Err(not_a_broker(&loaded.source));
            }
            let contract = loaded.report();
            let entry = Entry {
                success: report.outcome.is_passed(),
                conclusive: !report.is_unreachable(),
                result: results::test_result(&contract, &report),
            };
            let total = loaded.contract.interactions.len();
            let Some(entries) = folder.leave(&loaded.source, report.index, total, &entry)? else {
                continue;
            };
            if entries.iter().all(|entry| entry.conclusive) {
                let success = entries.iter().all(|entry| entry.success);
                let entries = entries.into_iter().map(|entry| entry.result).collect();
                let address = from_broker.publish(&results.result(success, entries)).await?;
                lines.push(format!("result published: {address}"));
            }
        }
        Ok(lines)
    }
}

impl<C> Session<C> {
    fn shown_warnings(&self) -> Vec<String> {
        let warnings = self.warnings.iter();
        warnings.map(|warning| format!("warning: {warning}")).collect()
    }
}

/// Why a result cannot be published: the address that the contract came from is that of a file.
#[cfg(feature = "broker")]
fn not_a_broker(source: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "the result for {source} was not published: what is there does not say where its results go; give the \
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
    pub(in crate::verify) async fn finish_tests(
        &self,
        _found: Vec<(usize, InteractionReport)>,
    ) -> Result<Vec<String>, Error> {
        Ok(self.shown_warnings())
    }
}
