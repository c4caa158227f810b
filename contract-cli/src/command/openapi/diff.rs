//! `contract openapi diff` and `contract openapi changelog`

use clap::Args;
use contract_core::Error;
use contract_openapi::breaking::{
    BreakingOptions, ChangeLevel, Consumer, JudgedChangelog, Population, VersionBump, compare_for_consumers,
};
use contract_openapi::report::Issue;

use super::baseline::BaselineArguments;
use super::files::{self, Inputs};
use super::show::{FailOn, Format, show};
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 no breaking changes, 1 breaking changes, 2 a file cannot be read.\n\n\
                        Example: contract openapi diff main:openapi.yaml openapi.yaml --contracts contracts/"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    both: Both,
    /// Lowest level that makes the command fail
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
    #[command(flatten)]
    baseline: BaselineArguments,
}

#[derive(Debug, Args)]
pub(super) struct ChangelogArguments {
    #[command(flatten)]
    both: Both,
    /// Lowest level that makes the command fail
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    fail_on: FailOn,
}

#[derive(Debug, Args)]
struct Both {
    /// Old description: a file, REVISION:PATH of Git, a URL, or broker:PROVIDER@BRANCH
    before: String,
    /// New description, likewise
    after: String,
    /// Contract files of consumers, or directories that contain them: they decide what really breaks
    #[arg(long, value_name = "FILE")]
    contracts: Vec<String>,
    /// Every consumer has a contract: unused parts may change
    #[arg(long, requires = "contracts")]
    closed: bool,
    /// Days between deprecation and x-sunset of a stable operation
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    deprecation_days: u32,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    inputs: Inputs,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let compared = compared(&arguments.both, ChangeLevel::Warning)?;
    let found = compared.issues.len();
    let issues = arguments.baseline.apply(compared.issues)?;
    let exit = arguments.fail_on.exit(&issues);
    show(
        "changes of the description",
        arguments.both.output,
        &issues,
        &compared.changelog,
    );
    if arguments.both.output == Format::Text {
        let accepted = found - issues.len();
        output::result(&decision(&compared.changelog, exit, accepted));
    }
    Ok(exit)
}

pub(super) fn changelog(arguments: &ChangelogArguments) -> Result<Exit, Error> {
    let compared = compared(&arguments.both, ChangeLevel::Info)?;
    show(
        "changes of the description",
        arguments.both.output,
        &compared.issues,
        &compared.changelog,
    );
    Ok(arguments.fail_on.exit(&compared.issues))
}

/// What differs between two descriptions.
struct Compared {
    /// Mismatches of contracts that no change explains, then the changes from a level on.
    issues: Vec<Issue>,
    changelog: JudgedChangelog,
}

fn compared(both: &Both, least: ChangeLevel) -> Result<Compared, Error> {
    let before = both.inputs.description(&both.before)?;
    let after = both.inputs.description(&both.after)?;
    let contracts = if both.contracts.is_empty() {
        Vec::new()
    } else {
        both.inputs.contracts(&both.contracts)?
    };
    let consumers: Vec<Consumer<'_>> = contracts
        .iter()
        .map(|named| Consumer {
            name: named.consumer(),
            version: None,
            environments: Vec::new(),
            contract: &named.contract,
        })
        .collect();
    let population = if both.closed {
        Population::Closed
    } else {
        Population::Open
    };
    let options = BreakingOptions {
        today: Some(jiff::Zoned::now().date()),
        deprecation_days_stable: both.deprecation_days,
        ..BreakingOptions::default()
    };
    let changelog =
        compare_for_consumers(&before, &after, &consumers, population, &options).map_err(files::usage)?;
    let unexplained = changelog.unexplained().into_iter().map(|found| {
        let file = found
            .finding
            .contract
            .as_ref()
            .and_then(|side| side.place.as_ref());
        let contract = contracts
            .iter()
            .map(|named| named.contract.documents())
            .find(|contract| file.is_some_and(|place| contract.by_name(&place.file).is_some()));
        Issue::of_break(&found, contract, after.documents())
    });
    let changes = changelog
        .changes
        .iter()
        .filter(|judged| judged.change.level >= least)
        .map(|judged| Issue::of_change(judged, consumers.len(), before.documents(), after.documents()));
    Ok(Compared {
        issues: unexplained.chain(changes).collect(),
        changelog,
    })
}

/// Returns the last line: what to do, and why the exit code says otherwise if it does.
fn decision(changelog: &JudgedChangelog, exit: Exit, accepted: usize) -> String {
    let decision = &changelog.decision;
    let bump = match decision.version_bump {
        VersionBump::Major => "major",
        VersionBump::Minor => "minor",
        VersionBump::Patch => "patch",
    };
    let verdict = match (decision.is_compatible, decision.unjudged_changes) {
        (false, _) => "not compatible",
        (true, 0) => "compatible",
        (true, _) => "compatible as far as it is judged",
    };
    let consumers = if decision.known_consumers == 0 {
        "no contract was given".to_owned()
    } else {
        format!(
            "{} of {} would break",
            decision.broken_consumers,
            output::counted(decision.known_consumers, "known consumer")
        )
    };
    let despite = match (decision.is_compatible, exit) {
        (false, Exit::Fine) if accepted > 0 => ", accepted by the baseline",
        (false, Exit::Fine) => ", but --fail-on accepts it",
        (true, Exit::No) => ", but --fail-on asks for more",
        _ => "",
    };
    let unjudged = match decision.unjudged_changes {
        0 => String::new(),
        1 => ", 1 change is not judged: look at it".to_owned(),
        count => format!(", {count} changes are not judged: look at them"),
    };
    format!("{verdict}: {bump} version, {consumers}{unjudged}{despite}\n")
}
