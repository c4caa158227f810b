//! Rows and totals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::unit::{CoverageRow, Covered, Dimension};
use crate::compare::Code;
use crate::document::Place;

/// How much of a description is covered by contracts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageReport {
    /// One row for each unit, in the order of the description.
    pub rows: Vec<CoverageRow>,
    /// The consumers whose contracts were counted.
    pub population: Vec<String>,
    /// What contracts use but the description lacks.
    pub missing_in_spec: Vec<MissingInSpec>,
}

/// Something that a contract uses but the description lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingInSpec {
    /// The consumer.
    pub consumer: String,
    /// The code of the comparison's finding.
    pub code: Code,
    /// What is missing, as a sentence.
    pub message: String,
    /// The place in the contract.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
}

/// Numerator and denominator of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DimensionTotal {
    /// The dimension.
    pub dimension: Dimension,
    /// Fully covered units.
    pub covered: usize,
    /// Partly covered units.
    pub partly: usize,
    /// Counted units.
    pub counted: usize,
    /// Excluded units.
    pub excluded: usize,
}

impl DimensionTotal {
    /// Returns the covered units in percent of the counted ones, rounded down; `None` if none is counted.
    pub fn percent(&self) -> Option<usize> {
        (self.covered * 100).checked_div(self.counted)
    }
}

impl CoverageReport {
    /// Returns the totals of all dimensions that have a unit.
    pub fn totals(&self) -> Vec<DimensionTotal> {
        let mut totals: BTreeMap<Dimension, DimensionTotal> = BTreeMap::new();
        for row in &self.rows {
            let dimension = row.dimension;
            let empty = DimensionTotal {
                dimension,
                covered: 0,
                partly: 0,
                counted: 0,
                excluded: 0,
            };
            let total = totals.entry(dimension).or_insert(empty);
            if row.excluded.is_some() {
                total.excluded += 1;
                continue;
            }
            total.counted += 1;
            match row.covered {
                Covered::Fully => total.covered += 1,
                Covered::Partly => total.partly += 1,
                Covered::No => {}
            }
        }
        totals.into_values().collect()
    }

    /// Returns the dimensions below a threshold, each with its total.
    pub fn below(&self, thresholds: &CoverageThresholds) -> Vec<DimensionTotal> {
        let totals = self.totals().into_iter();
        totals
            .filter(|total| {
                let wanted = thresholds.minimum(total.dimension);
                wanted.is_some_and(|wanted| total.percent().is_some_and(|percent| percent < wanted))
            })
            .collect()
    }
}

/// The minimum of each dimension, in percent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageThresholds {
    percent: BTreeMap<&'static str, usize>,
}

impl CoverageThresholds {
    /// Returns the minimum of a dimension in percent, if it has one.
    pub fn minimum(&self, dimension: Dimension) -> Option<usize> {
        self.percent.get(dimension.name()).copied()
    }

    /// Reads `operations=80,responses=60`.
    ///
    /// # Errors
    ///
    /// A part is not `dimension=percent`; the message names it.
    ///
    /// ```
    /// use contract_openapi::coverage::CoverageThresholds;
    ///
    /// assert!(CoverageThresholds::parse("operations=80,responses=60").is_ok());
    /// let error = CoverageThresholds::parse("operation=80").unwrap_err();
    /// assert!(error.contains("operation"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut percent = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let parsed = part.split_once('=').and_then(|(name, number)| {
                let dimension = Dimension::named(name.trim())?;
                let number: usize = number.trim().trim_end_matches('%').parse().ok()?;
                (number <= 100).then_some((dimension.name(), number))
            });
            let Some((name, number)) = parsed else {
                let names: Vec<&str> = Dimension::ALL.iter().map(|dimension| dimension.name()).collect();
                return Err(format!(
                    "{part} is no threshold: write one of {} and a number up to 100, as operations=80",
                    names.join(", ")
                ));
            };
            percent.insert(name, number);
        }
        Ok(Self { percent })
    }
}
