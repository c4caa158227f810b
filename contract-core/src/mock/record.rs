//! Writing what a test expected into the contract.

use std::path::PathBuf;

use crate::Error;
use crate::contract::{Contract, Interaction, Message, Response, Specification};

/// Between whom the contract is, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    pub(super) consumer: String,
    pub(super) provider: String,
    pub(super) directory: PathBuf,
    pub(super) specification: Specification,
    /// `tests/users.rs:12 shows_a_user`
    pub(super) test: Option<String>,
}

impl Recorder {
    /// Merges these interactions into the contract file.
    pub(super) fn write(&self, interactions: Vec<Interaction>) -> Result<(), Error> {
        if interactions.is_empty() {
            return Ok(());
        }
        let mut contract = Contract::new(self.consumer.as_str(), self.provider.as_str());
        contract.specification = self.specification;
        contract.interactions = interactions;
        let path = self
            .directory
            .join(format!("{}-{}.json", self.consumer, self.provider));
        let io = |error: std::io::Error| {
            Error::new(
                crate::ErrorKind::Io,
                format!("writing {}: {error}", path.display()),
            )
        };
        std::fs::create_dir_all(&self.directory).map_err(io)?;
        std::fs::write(&path, contract.to_text(self.specification)?).map_err(io)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "generators that fail will be errors")]
pub(super) fn generated_response(response: &Response, _base_url: &str) -> Result<Response, Error> {
    Ok(response.clone())
}

#[expect(clippy::unnecessary_wraps, reason = "generators that fail will be errors")]
pub(super) fn generated_message(message: &Message) -> Result<Message, Error> {
    Ok(message.clone())
}
