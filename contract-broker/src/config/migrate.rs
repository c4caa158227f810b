//! Whether a broker migrates its database.

use super::{Raw, Value};

/// What a broker does with tables of an older version when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Migrate them.
    Auto,
    /// Refuse to start.
    Check,
    /// Start whatever version they are of: the operator is responsible. Without tables the broker refuses to start.
    Off,
}

impl Value for Migrate {
    const SHAPE: &'static str = "auto|check|off";

    fn parse(raw: Raw) -> Result<Self, String> {
        match String::parse(raw)?.as_str() {
            "auto" => Ok(Self::Auto),
            "check" => Ok(Self::Check),
            "off" => Ok(Self::Off),
            other => Err(format!("expected auto, check or off, got {other:?}")),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Auto => "auto",
            Self::Check => "check",
            Self::Off => "off",
        }
        .to_owned()
    }
}
