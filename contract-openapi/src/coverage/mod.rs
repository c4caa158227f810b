//! Measures how much of a description is covered by contracts.

mod interactions;
mod measure;
mod report;
mod unit;

pub use self::measure::{CoverageInput, coverage, coverage_while};
pub use self::report::{CoverageReport, CoverageThresholds, DimensionTotal, MissingInSpec};
pub use self::unit::{CoverageRow, Covered, Dimension};
