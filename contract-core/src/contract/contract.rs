//! A contract between one consumer and one provider.

use std::fmt;
use std::str::FromStr;

use super::{Interaction, Members};
use crate::{Error, ErrorKind};

/// All interactions that one consumer expects from one provider.
///
/// ```
/// use contract_core::contract::{Contract, Specification};
/// use contract_core::prelude::{Interaction, Request, Response};
///
/// let mut contract = Contract::new("web-app", "user-api");
/// contract.interactions.push(
///     Interaction::http("a request for a user").request(Request::get("/users/42")).response(Response::ok()).into(),
/// );
/// let text = contract.to_text(Specification::V4)?;
/// assert_eq!(Contract::read_str(&text, "web-app-user-api.json")?.interactions, contract.interactions);
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The consumer, which sends requests or receives messages.
    pub consumer: Participant,
    /// The provider, which responds or sends messages.
    pub provider: Participant,
    /// The interactions, in the order of the file.
    pub interactions: Vec<Interaction>,
    /// The version of the file format that the contract was read from or will be written in.
    pub specification: Specification,
    /// The whole `metadata` member: the specification's version and one block for each tool that wrote the file.
    pub metadata: Members,
    /// Unknown members at the top level.
    pub extra: Members,
}

/// A consumer or a provider, by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Participant {
    /// The name in the broker.
    pub name: String,
    /// Unknown members next to the name.
    pub extra: Members,
}

/// A version of the contract file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Specification {
    /// 1.0.0
    V1,
    /// 1.1.0
    V1_1,
    /// 2.0.0
    V2,
    /// 3.0.0
    V3,
    /// 4.0
    #[default]
    V4,
}

impl Contract {
    /// Creates a contract without interactions, in the newest format.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: Participant::new(consumer),
            provider: Participant::new(provider),
            interactions: Vec::new(),
            specification: Specification::default(),
            metadata: Members::new(),
            extra: Members::new(),
        }
    }
}

impl Participant {
    /// Creates a participant of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            extra: Members::new(),
        }
    }
}

impl Specification {
    /// Returns the version as in `metadata.pactSpecification.version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V1_1 => "1.1.0",
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
            Self::V4 => "4.0",
        }
    }
}

impl fmt::Display for Specification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Lenient: `4`, `4.0` and `4.0.0` are the same; within version 1 only `1.1` is distinguished.
impl FromStr for Specification {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.trim().trim_start_matches(['v', 'V']).split('.');
        let major = parts.next().unwrap_or_default();
        let minor = parts.next().unwrap_or("0");
        match (major, minor) {
            ("1", "1") => Ok(Self::V1_1),
            ("1", _) => Ok(Self::V1),
            ("2", _) => Ok(Self::V2),
            ("3", _) => Ok(Self::V3),
            ("4", _) => Ok(Self::V4),
            _ => Err(Error::new(
                ErrorKind::Malformed,
                format!("unknown specification version {text:?}: this library reads versions 1 to 4"),
            )),
        }
    }
}
