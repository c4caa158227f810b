//! Shows records of deployments and releases.

use contract_core::broker::Recorded;

use crate::exit::Exit;
use crate::output::{self, OutputArguments, PlainFormat};

/// Shows records: `orders-web version 1 is deployed to production`.
pub(super) fn show(records: &[Recorded], what: &str, output: &OutputArguments) -> Exit {
    if output.format == PlainFormat::Json {
        output::json(&records);
        return Exit::Fine;
    }
    for record in records {
        let version = record
            .version
            .as_ref()
            .map_or_else(String::new, |version| format!(" version {version}"));
        let instance = record
            .instance
            .as_ref()
            .map_or_else(String::new, |name| format!(" as {name}"));
        output::result(&format!(
            "{}{version} {what} {}{instance}",
            record.pacticipant, record.environment
        ));
    }
    Exit::Fine
}
