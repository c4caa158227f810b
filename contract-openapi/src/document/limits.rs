//! Limits of documents.

/// Limits for untrusted documents. A document that exceeds one is refused with an error that names the limit.
///
/// ```
/// use contract_openapi::document::Limits;
///
/// let limits = Limits { max_bytes: 1_000, ..Limits::default() };
/// assert!(limits.max_nodes > 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of one file, in bytes; 16 MiB by default.
    pub max_bytes: usize,
    /// Maximum number of nodes of one file after aliases are expanded; one million by default.
    pub max_nodes: usize,
    /// Maximum nesting of objects and arrays; 128 by default.
    pub max_depth: usize,
    /// Maximum number of files of a description; 256 by default.
    pub max_files: usize,
    /// Maximum size of all files together, in bytes; 64 MiB by default.
    pub max_total_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_nodes: 1_000_000,
            max_depth: 128,
            max_files: 256,
            max_total_bytes: 64 << 20,
        }
    }
}
