//! How much of a description contracts cover.

mod interactions;
mod measure;
mod report;
mod unit;

pub use self::measure::{CoverageInput, coverage};
pub use self::report::{CoverageReport, CoverageThresholds, DimensionTotal, MissingInSpec};
pub use self::unit::{CoverageRow, Covered, Dimension};
