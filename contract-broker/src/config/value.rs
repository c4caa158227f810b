//! Parses and formats the values of settings.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;

use super::Secret;

/// A value from a source: one text, or a list of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// An environment variable, a flag given once, or a scalar in the file.
    Text(String),
    /// An array in the file, or a flag given several times.
    List(Vec<String>),
}

impl Raw {
    fn text(self) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text.trim().to_owned()),
            Self::List(_) => Err("expected one value, got a list".to_owned()),
        }
    }

    /// Returns the items of a list; a text is split at white space and commas.
    fn items(self) -> Vec<String> {
        match self {
            Self::Text(text) => text
                .split(|c: char| c.is_whitespace() || c == ',')
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            Self::List(items) => items,
        }
    }
}

/// A type of settings.
pub trait Value: Sized {
    /// The placeholder for the value in `--help`.
    const SHAPE: &'static str;
    /// Whether it takes several values.
    const LIST: bool = false;
    /// Whether it must never be printed.
    const SECRET: bool = false;

    /// Parses it. The error says what was expected, as a lower-case fragment.
    fn parse(raw: Raw) -> Result<Self, String>;
    /// Formats it as it could be written; empty if unset.
    fn show(&self) -> String;
}

impl Value for String {
    const SHAPE: &'static str = "TEXT";

    fn parse(raw: Raw) -> Result<Self, String> {
        raw.text()
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Value for bool {
    const SHAPE: &'static str = "true|false";

    fn parse(raw: Raw) -> Result<Self, String> {
        match raw.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            other => Err(format!("expected true or false, got {other:?}")),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for u32 {
    const SHAPE: &'static str = "NUMBER";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        text.parse()
            .map_err(|_| format!("expected a whole number, got {text:?}"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for SocketAddr {
    const SHAPE: &'static str = "ADDRESS:PORT";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        SocketAddr::from_str(&text).map_err(|_| {
            format!("expected an address and port such as 0.0.0.0:9292 or [::]:9292, got {text:?}")
        })
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// A network, or a single address.
impl Value for IpNet {
    const SHAPE: &'static str = "NETWORK";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let network = text.parse::<Self>().map(|network| network.trunc());
        let address = || text.parse::<IpAddr>().map(Self::from);
        network
            .or_else(|_| address())
            .map_err(|_| format!("expected an address or a network such as 10.0.0.0/8, got {text:?}"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    const SHAPE: &'static str = "PATH";

    fn parse(raw: Raw) -> Result<Self, String> {
        Ok(raw.text()?.into())
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Value for Secret {
    const SHAPE: &'static str = "SECRET";
    const SECRET: bool = true;

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        if text.is_empty() {
            Err("expected a secret, got nothing".to_owned())
        } else {
            Ok(Self::new(text))
        }
    }

    fn show(&self) -> String {
        Self::MASK.to_owned()
    }
}

/// An empty text unsets it.
impl<T: Value> Value for Option<T> {
    const SHAPE: &'static str = T::SHAPE;
    const LIST: bool = T::LIST;
    const SECRET: bool = T::SECRET;

    fn parse(raw: Raw) -> Result<Self, String> {
        match &raw {
            Raw::Text(text) if text.trim().is_empty() => Ok(None),
            _ => T::parse(raw).map(Some),
        }
    }

    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

impl<T: Value> Value for Vec<T> {
    const SHAPE: &'static str = T::SHAPE;
    const LIST: bool = true;
    const SECRET: bool = T::SECRET;

    fn parse(raw: Raw) -> Result<Self, String> {
        raw.items()
            .into_iter()
            .map(|item| T::parse(Raw::Text(item)))
            .collect()
    }

    fn show(&self) -> String {
        self.iter().map(T::show).collect::<Vec<_>>().join(" ")
    }
}

/// A number alone means seconds.
/// The longest duration: a time that is so far ahead can still be written down.
const LONGEST: Duration = Duration::from_hours(36_500 * 24);

impl Value for Duration {
    const SHAPE: &'static str = "DURATION";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let seconds = text.parse().map(Self::from_secs);
        match seconds.or_else(|_| humantime::parse_duration(&text)) {
            Ok(duration) if duration <= LONGEST => Ok(duration),
            Ok(_) => Err(format!("expected at most 36500d, got {text:?}")),
            Err(_) => Err(format!(
                "expected a duration such as 500ms, 15s, 10m, 2h or 7d, got {text:?}"
            )),
        }
    }

    /// Formats it without spaces, which separate the items of a list.
    fn show(&self) -> String {
        humantime::format_duration(*self).to_string().replace(' ', "")
    }
}

/// A number of bytes, such as `64MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// Returns this number of mebibytes.
    pub const fn mebibytes(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }

    /// Returns the number of bytes, capped at what this machine can address.
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Value for ByteSize {
    const SHAPE: &'static str = "SIZE";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let (number, unit) = split_unit(&text);
        let bytes: u64 = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "kib" => 1024,
            "mib" => 1024 * 1024,
            "gib" => 1024 * 1024 * 1024,
            _ => 0,
        };
        match number
            .parse::<u64>()
            .ok()
            .filter(|_| bytes > 0)
            .and_then(|n| n.checked_mul(bytes))
        {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(format!(
                "expected a size such as 500KiB, 64MiB or 1GiB, got {text:?}"
            )),
        }
    }

    fn show(&self) -> String {
        match [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
            .into_iter()
            .find(|(_, unit)| self.0 > 0 && self.0.is_multiple_of(*unit))
        {
            Some((name, unit)) => format!("{}{name}", self.0 / unit),
            None => self.0.to_string(),
        }
    }
}

/// HTTP status codes, both ends included: `200-206`, or a single `204`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRange(RangeInclusive<u16>);

impl StatusRange {
    /// Creates the range from the first code to the last, both included.
    pub const fn new(first: u16, last: u16) -> Self {
        Self(first..=last)
    }

    /// Returns whether a status code is in the range.
    pub fn contains(&self, status: u16) -> bool {
        self.0.contains(&status)
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.start(), self.0.end()) {
            (first, last) if first == last => write!(f, "{first}"),
            (first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl Value for StatusRange {
    const SHAPE: &'static str = "CODE[-CODE]";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let code = |text: &str| {
            text.trim()
                .parse::<u16>()
                .ok()
                .filter(|code| (100..600).contains(code))
        };
        match (code(first), code(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self(first..=last)),
            _ => Err(format!(
                "expected status codes such as 200-206 or 204, got {text:?}"
            )),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<T: Value>(text: &str) -> Result<String, String> {
        T::parse(Raw::Text(text.to_owned())).map(|value| value.show())
    }

    #[test]
    fn durations_and_sizes_read_and_show() {
        for (text, expected) in [
            ("15s", "15s"),
            ("90", "1m30s"),
            ("1m30s", "1m30s"),
            ("120s", "2m"),
            ("1500ms", "1s500ms"),
            ("7d", "7days"),
            ("7days", "7days"),
            ("2min", "2m"),
        ] {
            assert_eq!(shown::<Duration>(text).as_deref(), Ok(expected));
        }
        for (text, expected) in [("64MiB", "64MiB"), ("1024", "1KiB"), ("10mb", "10000000")] {
            assert_eq!(shown::<ByteSize>(text).as_deref(), Ok(expected));
        }
        for text in ["", "s", "15 parsecs", "-1s", "99999999999999999999d"] {
            assert!(shown::<Duration>(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn lists_split_at_commas_and_white_space() {
        assert_eq!(shown::<Vec<Duration>>("10s, 1m 600").as_deref(), Ok("10s 1m 10m"));
        let list = Raw::List(vec!["a b".to_owned(), "c".to_owned()]);
        assert_eq!(
            Vec::<String>::parse(list),
            Ok(vec!["a b".to_owned(), "c".to_owned()])
        );
    }

    #[test]
    fn status_ranges_refuse_nonsense() {
        assert_eq!(shown::<StatusRange>("200-206").as_deref(), Ok("200-206"));
        for text in ["206-200", "20", "abc", "200-"] {
            assert!(shown::<StatusRange>(text).is_err(), "{text:?}");
        }
    }
}
