//! Reads the data of the matrix. If versions are named (by number, branch head, environment) every step is an index
//! lookup; if all versions are selected, the newest are read until there are enough.

mod outcomes;
mod pairs;
mod selectors;

use self::selectors::LookedUp;
use super::{Connection, Result};
use crate::domain::matrix::{Integration, MatrixRow, Query, Resolved};

/// The data for a query.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) resolved: Vec<Resolved>,
    pub(crate) integrations: Vec<Integration>,
    /// Filtered and grouped.
    pub(crate) rows: Vec<MatrixRow>,
    /// The indexes of ignored items that do not exist.
    pub(crate) unknown_ignored: Vec<usize>,
}

/// Reads everything that a query refers to. Refused if a name does not exist.
pub(crate) async fn find(connection: &mut Connection, query: &Query) -> Result<Found> {
    let LookedUp { known, mut resolved } = selectors::look_up(connection, query).await?;
    let infer = query.options.target.is_some() || resolved.len() == 1;
    let integrations = selectors::integrations(connection, &resolved, infer).await?;
    if infer {
        selectors::infer_others(connection, query, &integrations, &mut resolved).await?;
    }
    let rows = pairs::rows(connection, query, &resolved, &integrations).await?;
    let unknown_ignored = known.missing(connection, &query.options.ignore).await?;
    Ok(Found {
        resolved,
        integrations,
        rows,
        unknown_ignored,
    })
}
