//! The format of log lines, also determined if the settings cannot be read.

use std::ffi::OsString;

use toml::de::DeTable;

use super::{
    Raw, Setting, Value,
    help::{FILE_FLAG, FILE_VARIABLE},
};

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text, for people.
    Text,
    /// One JSON object per line.
    Json,
}

impl LogFormat {
    const KEY: &str = "log.format";

    /// Returns the format requested by a command line, an environment and the settings file, even if they are otherwise
    /// invalid, so that a JSON log also reports start-up errors in JSON. Text by default.
    pub fn asked_for<A, E>(args: A, env: E) -> Self
    where
        A: IntoIterator<Item = OsString>,
        E: IntoIterator<Item = (String, String)>,
    {
        let args: Vec<String> = args
            .into_iter()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        let env: Vec<(String, String)> = env.into_iter().collect();
        let variable = |name: &str| {
            env.iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        let from_file = || {
            let path = flag(&args, FILE_FLAG).or_else(|| variable(FILE_VARIABLE))?;
            in_file(&std::fs::read_to_string(path).ok()?)
        };
        let name = Self::KEY.replace('.', "_").to_uppercase();
        flag(&args, &Self::KEY.replace('.', "-"))
            .or_else(|| variable(&format!("{}{name}", Setting::ENV_PREFIX)))
            .or_else(from_file)
            .and_then(|text| Self::parse(Raw::Text(text)).ok())
            .unwrap_or(Self::Text)
    }
}

/// Returns the last value of a flag, given as `--flag value` or `--flag=value`.
fn flag(args: &[String], name: &str) -> Option<String> {
    let flag = format!("--{name}");
    args.iter().enumerate().rev().find_map(|(at, arg)| {
        let rest = arg.strip_prefix(&flag)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if rest.is_empty() => args.get(at + 1).cloned(),
            None => None,
        }
    })
}

fn in_file(text: &str) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let log = table.get_ref().get("log")?.get_ref().as_table()?;
    Some(log.get("format")?.get_ref().as_str()?.to_owned())
}

impl Value for LogFormat {
    const SHAPE: &'static str = "text|json";

    fn parse(raw: Raw) -> Result<Self, String> {
        match String::parse(raw)?.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("expected text or json, got {other:?}")),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_though_the_rest_is_wrong() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("broker.toml");
        std::fs::write(&file, "bnid = 1\n[log]\nformat = \"json\"\n").expect("a file");
        let file = file.display().to_string();
        let variable = "CONTRACT_BROKER_LOG_FORMAT";
        for (args, env, expected) in [
            (&[][..], &[][..], LogFormat::Text),
            (&["--bnid", "--log-format", "json"], &[], LogFormat::Json),
            (&["--log-format=json"], &[(variable, "text")], LogFormat::Json),
            (&["--log-formats=json", "--log-format"], &[], LogFormat::Text),
            (&["retention", "x"], &[(variable, "json")], LogFormat::Json),
            (&["--config", &file], &[], LogFormat::Json),
            (&[], &[("CONTRACT_BROKER_CONFIG", &*file)], LogFormat::Json),
            (&["--config", &file], &[(variable, "text")], LogFormat::Text),
            (&["--config", "/nowhere"], &[], LogFormat::Text),
            (&["--log-format", "xml"], &[], LogFormat::Text),
        ] {
            let found = LogFormat::asked_for(
                args.iter().map(OsString::from),
                env.iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            );
            assert_eq!(found, expected, "{args:?} {env:?}");
        }
    }
}
