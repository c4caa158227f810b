//! Procedural macros of contract-core.
