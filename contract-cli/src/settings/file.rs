//! `contract.toml`: defaults of flags, by flag name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command};
use contract_core::report::nearest;
use contract_core::{Error, ErrorKind};
use toml::de::{DeTable, DeValue};

use crate::build::Variables;

/// A file with defaults of flags.
///
/// A top-level key applies to every command that has the flag; one in a table such as `[can-i-deploy]` to that command.
/// The most specific one wins.
#[derive(Debug, Default)]
pub(crate) struct SettingsFile {
    entries: Vec<Entry>,
}

/// A key with its values.
#[derive(Debug)]
struct Entry {
    /// The commands that it applies to, outermost first; all if empty.
    commands: Vec<String>,
    flag: String,
    values: Vec<Given>,
}

/// A value.
#[derive(Debug)]
struct Given {
    text: String,
    /// `contract.toml:3:1`: of its key, or of the value itself in a list.
    place: String,
}

/// The name of the file.
const NAME: &str = "contract.toml";
const FLAG: &str = "--config";
const VARIABLE: &str = "CONTRACT_CONFIG";

impl SettingsFile {
    /// Reads the file given by `--config` or `CONTRACT_CONFIG`, otherwise `contract.toml` in the working directory or
    /// the nearest parent directory within the repository. Without a file there are no settings.
    ///
    /// # Errors
    ///
    /// `Usage` if the file cannot be read or parsed, and for each key that is not the name of a flag or has an invalid
    /// value.
    pub(crate) fn find(
        arguments: &[OsString],
        variables: &Variables,
        command: &Command,
    ) -> Result<Self, Error> {
        let named = named_on_command_line(arguments).or_else(|| variables.get(VARIABLE).map(PathBuf::from));
        match named.or_else(nearest_file) {
            Some(path) => Self::read(&path, command),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path, command: &Command) -> Result<Self, Error> {
        let usage = |text: String| Error::new(ErrorKind::Usage, text);
        let text = std::fs::read_to_string(path).map_err(|error| {
            usage(format!(
                "cannot read the settings in {}: {error}; correct the file, or give another with {FLAG} or {VARIABLE}",
                path.display()
            ))
        })?;
        let mut reading = Reading {
            path,
            text: &text,
            root: command,
            entries: Vec::new(),
            problems: Vec::new(),
        };
        match DeTable::parse(&text) {
            Ok(table) => reading.table(table.get_ref(), &[]),
            Err(error) => {
                let place = reading.place(error.span().map_or(0, |span| span.start));
                reading.problems.push(format!("{place}: {}", error.message()));
            }
        }
        if reading.problems.is_empty() {
            return Ok(Self {
                entries: reading.entries,
            });
        }
        Err(usage(reading.problems.join("\n")))
    }

    /// Makes the settings the defaults of the flags of a command and its subcommands.
    pub(crate) fn apply(&self, command: Command) -> Command {
        self.apply_at(command, &[])
    }

    fn apply_at(&self, command: Command, path: &[String]) -> Command {
        command
            .mut_args(|flag| match self.entry(&flag, path) {
                Some(entry) => {
                    let values = entry.values.iter().map(|given| given.text.clone());
                    flag.required(false).default_values(values.collect::<Vec<_>>())
                }
                None => flag,
            })
            .mut_subcommands(|sub| {
                let mut below = path.to_vec();
                below.push(sub.get_name().to_owned());
                self.apply_at(sub, &below)
            })
    }

    /// Returns the most specific entry for a flag of a command.
    fn entry(&self, flag: &Arg, path: &[String]) -> Option<&Entry> {
        let long = flag.get_long()?;
        self.entries
            .iter()
            .filter(|entry| entry.flag == long && path.starts_with(&entry.commands))
            .max_by_key(|entry| entry.commands.len())
    }

    /// Returns the place of a value rejected by clap, if it is from the file.
    pub(crate) fn place_of(&self, error: &clap::Error) -> Option<&str> {
        let text = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let (flag, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
        let long = flag.split([' ', '=', '[']).next()?.strip_prefix("--")?;
        self.entries
            .iter()
            .filter(|entry| entry.flag == long)
            .flat_map(|entry| &entry.values)
            .find(|given| given.text == value)
            .map(|given| given.place.as_str())
    }
}

/// Returns the file given on the command line. It is read before clap parses the rest, because the file
/// determines which arguments are required.
fn named_on_command_line(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == FLAG {
            return arguments.next().map(PathBuf::from);
        }
        let value = argument
            .to_str()
            .and_then(|text| text.strip_prefix(FLAG)?.strip_prefix('='));
        if let Some(value) = value {
            return Some(value.into());
        }
    }
    None
}

fn nearest_file() -> Option<PathBuf> {
    let directory = std::env::current_dir().ok()?;
    for above in directory.ancestors() {
        let file = above.join(NAME);
        if file.is_file() {
            // Shown in messages: short if possible.
            return Some(if above == directory {
                PathBuf::from(NAME)
            } else {
                file
            });
        }
        if above.join(".git").exists() {
            break;
        }
    }
    None
}

struct Reading<'f> {
    path: &'f Path,
    text: &'f str,
    root: &'f Command,
    entries: Vec<Entry>,
    problems: Vec<String>,
}

impl Reading<'_> {
    /// Reads the keys for a command.
    fn table(&mut self, table: &DeTable<'_>, commands: &[String]) {
        for (key, value) in table {
            let (name, place) = (key.get_ref().as_ref(), self.place(key.span().start));
            let command = self.command(commands);
            let below = command
                .find_subcommand(name)
                .filter(|_| value.get_ref().is_table());
            if let (Some(sub), Some(inner)) = (below, value.get_ref().as_table()) {
                let mut path = commands.to_vec();
                path.push(sub.get_name().to_owned());
                self.table(inner, &path);
                continue;
            }
            let Some(flag) = find_flag(command, name) else {
                let known = known_keys(command);
                let hint = match nearest(name, known.iter().map(String::as_str)) {
                    Some(known) => format!("; did you mean {known:?}?"),
                    None => "; write the name of a flag or of a command".to_owned(),
                };
                self.problems.push(format!("{place}: unknown key {name:?}{hint}"));
                continue;
            };
            match values(flag, value.get_ref()) {
                Ok(values) => {
                    let given = |value: Placed| Given {
                        place: value.at.map_or_else(|| place.clone(), |at| self.place(at)),
                        text: value.text,
                    };
                    let entry = Entry {
                        commands: commands.to_vec(),
                        flag: name.to_owned(),
                        values: values.into_iter().map(given).collect(),
                    };
                    self.entries.push(entry);
                }
                Err(problem) => self.problems.push(format!("{place}: {name}: {problem}")),
            }
        }
    }

    fn command(&self, path: &[String]) -> &'_ Command {
        path.iter().fold(self.root, |command, name| {
            command.find_subcommand(name).unwrap_or(command)
        })
    }

    /// Returns `contract.toml:3:1`.
    fn place(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        format!(
            "{}:{}:{}",
            self.path.display(),
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1
        )
    }
}

/// Returns the flag with this name, of the command or one of its subcommands.
fn find_flag<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let is_it = |flag: &&Arg| flag.get_long() == Some(name) && name != "config";
    command
        .get_arguments()
        .find(is_it)
        .or_else(|| command.get_subcommands().find_map(|sub| find_flag(sub, name)))
}

/// Returns the names of flags and subcommands that a table may contain.
fn known_keys(command: &Command) -> Vec<String> {
    let flags = command
        .get_arguments()
        .filter_map(|flag| flag.get_long().map(str::to_owned));
    let subcommands = command.get_subcommands();
    let below = subcommands.flat_map(|sub| {
        let mut keys = known_keys(sub);
        keys.push(sub.get_name().to_owned());
        keys
    });
    flags.chain(below).collect()
}

/// A value with its offset in the file, if that is not the one of its key.
struct Placed {
    text: String,
    at: Option<usize>,
}

/// Returns the values of a flag from a key: several for a list, `key=value` for each entry of a table.
fn values(flag: &Arg, value: &DeValue<'_>) -> Result<Vec<Placed>, String> {
    if flag.is_hide_env_values_set() {
        return Err(match flag.get_env().and_then(|name| name.to_str()) {
            Some(variable) => format!("secrets are not allowed in this file: set {variable}"),
            None => "secrets are not allowed in this file".to_owned(),
        });
    }
    let takes_several = matches!(flag.get_action(), ArgAction::Append);
    let values: Vec<Placed> = match value {
        DeValue::Array(items) if takes_several => items
            .iter()
            .map(|item| {
                let text = scalar(item.get_ref()).ok_or("expected a list of strings")?;
                let at = Some(item.span().start);
                Ok(Placed { text, at })
            })
            .collect::<Result<_, &str>>()?,
        DeValue::Table(lines) if takes_several => lines
            .iter()
            .map(|(key, value)| {
                let value = scalar(value.get_ref()).ok_or("expected a table of strings")?;
                Ok(Placed {
                    text: format!("{}={value}", key.get_ref()),
                    at: Some(key.span().start),
                })
            })
            .collect::<Result<_, &str>>()?,
        other => vec![Placed {
            text: scalar(other).ok_or("expected one value")?,
            at: None,
        }],
    };
    let is_switch = matches!(flag.get_action(), ArgAction::SetTrue | ArgAction::SetFalse);
    if is_switch && !matches!(value, DeValue::Boolean(_)) {
        return Err("expected true or false".to_owned());
    }
    if matches!(flag.get_action(), ArgAction::Count) && !matches!(value, DeValue::Integer(_)) {
        return Err("write a number".to_owned());
    }
    let possible = flag.get_possible_values();
    let texts = values.iter().map(|value| &value.text);
    for value in texts.filter(|_| !is_switch && !possible.is_empty()) {
        if !possible.iter().any(|known| known.matches(value, false)) {
            let names: Vec<&str> = possible
                .iter()
                .map(clap::builder::PossibleValue::get_name)
                .collect();
            return Err(format!("{value:?} is not one of {}", names.join(", ")));
        }
    }
    Ok(values)
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn read(text: &str) -> Result<SettingsFile, Error> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(NAME);
        std::fs::write(&path, text).unwrap();
        let folder = format!("{}/", directory.path().display());
        SettingsFile::read(&path, &Arguments::command())
            .map_err(|error| Error::new(error.kind(), error.to_string().replace(&folder, "")))
    }

    fn default_of(file: &SettingsFile, command: &str, flag: &str) -> Option<String> {
        let root = file.apply(Arguments::command());
        let command = root.find_subcommand(command).unwrap();
        let flag = command.get_arguments().find(|arg| arg.get_long() == Some(flag))?;
        let value = flag.get_default_values().first()?;
        Some(value.to_str()?.to_owned())
    }

    #[test]
    fn the_most_specific_key_counts() {
        let file = read("broker-url = \"http://all\"\n[publish]\nbroker-url = \"http://publish\"\n").unwrap();
        let url = |command| default_of(&file, command, "broker-url");
        assert_eq!(url("publish").as_deref(), Some("http://publish"));
        assert_eq!(url("can-i-deploy").as_deref(), Some("http://all"));
    }

    #[test]
    fn each_fault_is_named_with_its_place_and_the_way_out() {
        for (text, expected) in [
            (
                "brokr-url = \"http://all\"",
                "contract.toml:1:1: unknown key \"brokr-url\"; did you mean \"broker-url\"?",
            ),
            (
                "[publish]\nmerge = \"yes\"",
                "contract.toml:2:1: merge: expected true or false",
            ),
            (
                "broker-token = \"s3cret\"",
                "contract.toml:1:1: broker-token: secrets are not allowed in this file: set CONTRACT_BROKER_TOKEN",
            ),
            (
                "\n[diff]\noutput = \"xml\"",
                "contract.toml:3:1: output: \"xml\" is not one of text, json",
            ),
            (
                "broker-url = [\"a\", \"b\"]",
                "contract.toml:1:1: broker-url: expected one value",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
        let error = read("broker-url = ").unwrap_err().to_string();
        assert!(error.starts_with("contract.toml:1:"), "{error}");
    }

    #[test]
    fn the_command_line_names_the_file_in_both_ways() {
        for (arguments, expected) in [
            (vec!["contract", "--config", "a.toml", "check"], Some("a.toml")),
            (vec!["contract", "check", "--config=b.toml"], Some("b.toml")),
            (vec!["contract", "prune", "--", "--config", "c.toml"], None),
        ] {
            let arguments: Vec<OsString> = arguments.into_iter().map(OsString::from).collect();
            assert_eq!(named_on_command_line(&arguments), expected.map(PathBuf::from));
        }
    }
}
