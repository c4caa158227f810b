//! Notices: short texts for the person who reads a client's output.

/// What a notice is about; clients colour by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Success,
    Info,
    Debug,
    Warning,
    Prompt,
    Error,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Warning => "warning",
            Self::Prompt => "prompt",
            Self::Error => "error",
        }
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl Notice {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }
}
