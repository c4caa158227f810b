//! Who asks.

use std::sync::Arc;

use super::Access;

/// Who asks for something, and what they may do. The guard finds it out; every use case takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody known: where the broker has no accounts, or what is asked for is open to everyone.
    Anonymous {
        /// What everyone may do.
        access: Access,
    },
    /// Whoever runs the program on its machine.
    Operator,
    /// An account or a token of the settings.
    Account {
        /// The user name, or which token it is: `auth.tokens[2]` is the second.
        name: Arc<str>,
        /// What it may do.
        access: Access,
    },
}

impl Principal {
    /// What they may do.
    pub fn access(&self) -> Access {
        match self {
            Self::Operator => Access::Write,
            Self::Anonymous { access } | Self::Account { access, .. } => *access,
        }
    }
}
