//! The descriptions of providers on both sides are compared.

use crate::{
    Error,
    domain::count::counted,
    operate::pact_broker::{source::Source, target::Target},
};

/// Compares the description of each version, and gives those that are missing or others here to `line`. Returns their number.
///
/// # Errors
/// The source cannot be read; the database fails.
pub(super) async fn compare(
    source: &Source,
    target: &Target,
    line: &mut impl FnMut(String),
) -> Result<usize, Error> {
    let (mut compared, mut different) = (0_usize, 0_usize);
    for application in source.applications().await? {
        for description in source.descriptions(&application.name).await? {
            compared += 1;
            let here = target.description(&description).await?;
            if here.as_ref() == Some(&description.state) {
                continue;
            }
            different += 1;
            let what = if here.is_some() {
                "is another one here"
            } else {
                "is not here"
            };
            line(format!(
                "the description of {} version {} {what}",
                description.provider, description.version
            ));
        }
    }
    if compared > 0 {
        line(format!(
            "{} compared, {different} different",
            counted(compared, "provider description")
        ));
    }
    Ok(different)
}
