//! `contract check`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use contract_core::check::{Finding, Level, Lint, Position};
use contract_core::contract::{Contract, ContractFile, Interaction, read_contracts};
use contract_core::report::nearest;
use contract_core::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::annotation::{data, property};
use crate::contracts::no_contract;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(after_help = "contract check --explain all describes all lints.\n\n\
                        Example: contract check contracts --level no-error-case=off")]
pub(crate) struct Arguments {
    /// Contract files, or directories that contain them
    #[arg(required_unless_present = "explain", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Earlier contract files, or a directory that contains them: values that were compared exactly there and no longer are
    /// get a warning
    #[arg(long, value_name = "PATH")]
    against: Option<PathBuf>,
    /// Exit with 1 if there are warnings
    #[arg(long)]
    strict: bool,
    /// Level of a lint: off, warning or error; may be repeated
    #[arg(long = "level", value_name = "LINT=LEVEL")]
    levels: Vec<LevelOf>,
    /// Explain a lint, or all
    #[arg(long, value_name = "LINT", exclusive = true)]
    explain: Option<String>,
    /// Output format
    #[arg(long, short = 'o', value_enum, default_value_t, help_heading = "Output")]
    output: CheckFormat,
}

/// The format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// The level given for a lint.
#[derive(Debug, Clone, Copy)]
struct LevelOf {
    lint: &'static str,
    level: Level,
}

impl FromStr for LevelOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, level) = text
            .split_once('=')
            .ok_or("write it as LINT=LEVEL, such as no-error-case=off")?;
        let level = match level {
            "off" => Level::Off,
            "warning" => Level::Warning,
            "error" => Level::Error,
            _ => return Err(format!("{level:?} is not one of off, warning, error")),
        };
        let lint = lint(id)?.id;
        Ok(Self { lint, level })
    }
}

/// Returns the lint with this name.
fn lint(id: &str) -> Result<Lint, String> {
    let known = || Lint::ALL.iter().map(|lint| lint.id);
    Lint::ALL
        .iter()
        .find(|lint| lint.id == id)
        .copied()
        .ok_or_else(|| match nearest(id, known()) {
            Some(known) => format!("unknown lint {id:?}; did you mean {known:?}?"),
            None => format!(
                "unknown lint {id:?}: use one of {}",
                known().collect::<Vec<_>>().join(", ")
            ),
        })
}

/// A finding with its place in a file, and its level.
struct Located {
    path: PathBuf,
    position: Position,
    level: Level,
    lint: Lint,
    interaction: Option<String>,
    message: String,
}

/// The contracts of `--against`.
struct Earlier<'a> {
    path: &'a Path,
    contracts: Vec<Contract>,
}

impl<'a> Earlier<'a> {
    /// Reads the contracts.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or there is no contract.
    fn read(path: &'a Path) -> Result<Self, Error> {
        let mut contracts = Vec::new();
        for file in read_contracts([path])? {
            match file {
                ContractFile::Contract { contract, .. } => contracts.push(*contract),
                ContractFile::Unreadable { error, .. } => return Err(error),
                ContractFile::Other(_) => {}
            }
        }
        if contracts.is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("--against {}: there is no contract file", path.display()),
            ));
        }
        Ok(Self { path, contracts })
    }

    /// Returns what a contract compares more loosely than the earlier one between the same two. If there is none, a warning says
    /// so.
    fn loosened(&self, path: &Path, contract: &Contract) -> Vec<Finding> {
        let names = |contract: &Contract| (contract.consumer.name.clone(), contract.provider.name.clone());
        let earlier = self
            .contracts
            .iter()
            .find(|earlier| names(earlier) == names(contract));
        let Some(earlier) = earlier else {
            output::warning(&format!(
                "{}: not compared: {} has no contract between {} and {}",
                path.display(),
                self.path.display(),
                contract.consumer.name,
                contract.provider.name
            ));
            return Vec::new();
        };
        let missing = not_in(contract, earlier);
        if !missing.is_empty() {
            output::warning(&format!(
                "{}: not compared with {}, because not in it (not ported yet, or under another description or provider state): {}",
                path.display(),
                self.path.display(),
                few(&missing)
            ));
        }
        contract.loosened_since(earlier)
    }
}

/// Most names in one warning.
const FEW: usize = 5;

fn few(names: &[String]) -> String {
    let shown = names[..names.len().min(FEW)].join(", ");
    match names.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Returns the names of interactions of the earlier contract that this one does not contain.
fn not_in(contract: &Contract, earlier: &Contract) -> Vec<String> {
    let contains = |sought: &Interaction| {
        contract.interactions.iter().any(|interaction| {
            interaction.description == sought.description
                && interaction.provider_states == sought.provider_states
        })
    };
    let missing = earlier.interactions.iter().filter(|sought| !contains(sought));
    missing
        .map(|interaction| format!("{:?}", interaction.description))
        .collect()
}

/// The findings in all files.
#[derive(Default)]
struct Found {
    files: usize,
    located: Vec<Located>,
    /// Files that cannot be read.
    unreadable: Vec<Unreadable>,
}

/// A file that cannot be read.
struct Unreadable {
    path: PathBuf,
    error: Error,
}

impl Found {
    /// Returns the exit code. A file that is not there says nothing about contracts.
    fn exit(&self, is_strict: bool) -> Exit {
        let missing = self.unreadable.iter().filter(|file| file.error.is_io()).count();
        if self.errors() > missing || (is_strict && self.warnings() > 0) {
            Exit::No
        } else if missing > 0 {
            Exit::Usage
        } else {
            Exit::Fine
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    if let Some(id) = &arguments.explain {
        return explain(id);
    }
    let earlier = match &arguments.against {
        Some(path) => Some(Earlier::read(path)?),
        None => None,
    };
    let mut found = Found::default();
    for file in read_contracts(&arguments.paths)? {
        match file {
            ContractFile::Contract { path, contract } => {
                found.files += 1;
                let text = text_of(&path)?;
                let loosened = earlier.as_ref().map(|earlier| earlier.loosened(&path, &contract));
                for finding in contract
                    .findings()
                    .into_iter()
                    .chain(loosened.unwrap_or_default())
                {
                    let located = located(&path, &contract, &text, finding, &arguments.levels);
                    found.located.extend(located);
                }
            }
            ContractFile::Unreadable { path, error } => {
                found.files += 1;
                found.unreadable.push(Unreadable { path, error });
            }
            ContractFile::Other(path) => output::not_a_contract(&path),
        }
    }
    if found.files == 0 {
        return Err(no_contract("check"));
    }
    match arguments.output {
        CheckFormat::Text => show(&found),
        CheckFormat::Json => output::json(&found.json()),
        CheckFormat::Github => output::result(&found.annotations()),
    }
    Ok(found.exit(arguments.strict))
}

/// Returns the text of a contract file, for the positions of findings. What is no file, such as a pipe, cannot be read twice.
fn text_of(path: &Path) -> Result<String, Error> {
    if !path.is_file() {
        return Ok(String::new());
    }
    let bytes = std::fs::read(path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn located(
    path: &Path,
    contract: &Contract,
    text: &str,
    finding: Finding,
    levels: &[LevelOf],
) -> Option<Located> {
    let given = levels.iter().rev().find(|given| given.lint == finding.lint.id);
    let level = given.map_or(finding.lint.level, |given| given.level);
    let interaction = finding
        .interaction
        .and_then(|number| contract.interactions.get(number))
        .map(|interaction| interaction.description.clone());
    (level != Level::Off).then(|| Located {
        path: path.to_owned(),
        position: finding.position(contract, text),
        level,
        lint: finding.lint,
        interaction,
        message: finding.message,
    })
}

fn show(found: &Found) {
    for Unreadable { error, .. } in &found.unreadable {
        output::failure(error);
    }
    for located in &found.located {
        let text = format!("{}: {} [{}]", located.place(), located.text(), located.lint.id);
        match located.level {
            Level::Error => output::error(&text),
            _ => output::warning(&text),
        }
    }
    let (errors, warnings) = (found.errors(), found.warnings());
    let problems = if errors == 0 {
        "no problems".to_owned()
    } else {
        output::counted(errors, "problem")
    };
    let mut summary = format!(
        "{}, {problems} found",
        output::counted(found.files, "contract file")
    );
    if warnings > 0 {
        summary = format!("{summary}, {}", output::counted(warnings, "warning"));
    }
    output::result(&summary);
}

fn explain(id: &str) -> Result<Exit, Error> {
    let lints = match id {
        "all" => Lint::ALL.to_vec(),
        _ => vec![lint(id).map_err(|text| Error::new(ErrorKind::Usage, text))?],
    };
    for lint in lints {
        output::result(&format!(
            "{} ({}): {}\n  {}",
            lint.id,
            level_name(lint.level),
            lint.summary,
            page(lint)
        ));
    }
    Ok(Exit::Fine)
}

/// Returns the URL of the documentation of a lint.
fn page(lint: Lint) -> String {
    format!(
        "{}/blob/main/docs/src/lints.md#{}",
        env!("CARGO_PKG_REPOSITORY"),
        lint.id
    )
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

impl Located {
    /// Returns `contracts/web-api.json:12:9`.
    fn place(&self) -> String {
        let Position { line, column, .. } = self.position;
        format!("{}:{line}:{column}", self.path.display())
    }

    fn text(&self) -> String {
        match &self.interaction {
            Some(description) => format!("interaction {description:?}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

impl Found {
    fn errors(&self) -> usize {
        self.unreadable.len() + self.of_level(Level::Error)
    }

    fn warnings(&self) -> usize {
        self.of_level(Level::Warning)
    }

    fn of_level(&self, level: Level) -> usize {
        self.located
            .iter()
            .filter(|located| located.level == level)
            .count()
    }

    fn json(&self) -> Value {
        let unreadable = self.unreadable.iter().map(|Unreadable { path, error }| {
            json!({
                "file": path,
                "lint": "unreadable",
                "level": "error",
                "message": error.to_string(),
            })
        });
        let located = self.located.iter().map(|located| {
            json!({
                "file": located.path,
                "line": located.position.line,
                "column": located.position.column,
                "lint": located.lint.id,
                "level": level_name(located.level),
                "interaction": located.interaction,
                "message": located.message,
                "page": page(located.lint),
            })
        });
        json!({ "files": self.files, "findings": unreadable.chain(located).collect::<Vec<_>>() })
    }

    /// Returns workflow commands of GitHub Actions.
    fn annotations(&self) -> String {
        let mut text = String::new();
        for Unreadable { path, error } in &self.unreadable {
            let _ = writeln!(
                text,
                "::error file={},title=contract check::{}",
                property(&path.display().to_string()),
                data(&error.to_string())
            );
        }
        for located in &self.located {
            let _ = writeln!(
                text,
                "::{} file={},line={},col={},title={}::{}",
                level_name(located.level),
                property(&located.path.display().to_string()),
                located.position.line,
                located.position.column,
                located.lint.id,
                data(&located.text())
            );
        }
        text
    }
}
