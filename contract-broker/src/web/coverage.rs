//! The page with the coverage of a description by the contracts of consumers.

use askama::Template;
use axum::response::Response;
use contract_openapi::coverage::{CoverageReport, CoverageRow, Covered, DimensionTotal};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
};
use crate::http::{call::Call, path::Path};

/// Maximum number of listed units.
const MOST: usize = 1_000;

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    frame: Frame,
    provider: String,
    version: String,
    totals: Vec<DimensionTotal>,
    report: CoverageReport,
}

impl CoveragePage {
    /// Returns the rows that no contract uses.
    fn open(&self) -> impl Iterator<Item = &CoverageRow> {
        let rows = self.report.rows.iter();
        rows.filter(|row| row.covered != Covered::Fully && row.excluded.is_none())
    }

    fn open_shown(&self) -> impl Iterator<Item = &CoverageRow> {
        self.open().take(MOST)
    }

    fn left_off(&self) -> usize {
        self.open().count().saturating_sub(MOST)
    }
}

/// `GET …/version/{version}/coverage`
pub(super) async fn page(call: Call, Path((provider, version)): Path<(String, String)>) -> Result<Response> {
    let frame = frame(&call, Some(Section::Pacticipants));
    let (name, number) = (provider.clone(), version.clone());
    let page = call
        .app()
        .description_coverage(&call.who, &name, &number, move |report| {
            let page = CoveragePage {
                frame,
                provider,
                version,
                totals: report.totals(),
                report,
            };
            render(StatusCode::OK, page)
        });
    page.await?
}
