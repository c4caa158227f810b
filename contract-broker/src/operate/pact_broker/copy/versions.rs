//! Versions with their branches and tags.

use http::Method;
use serde_json::json;

use super::Copy;
use crate::{Error, domain::count::counted, operate::pact_broker::records::Version, store::moved::Moved};

impl<L: FnMut(String)> Copy<'_, L> {
    /// Writes the versions of all applications in the order in which they were made: here it is what counts.
    pub(super) async fn versions(&mut self, pacticipants: &[String]) -> Result<Vec<Version>, Error> {
        let mut of_each = Vec::new();
        for pacticipant in pacticipants {
            of_each.push(self.source.versions(pacticipant).await?);
        }
        let versions = in_order(of_each);
        for version in &versions {
            self.version(version).await?;
        }
        self.say(counted(versions.len(), "version"));
        Ok(versions)
    }

    async fn version(&mut self, version: &Version) -> Result<(), Error> {
        let (pacticipant, number) = (&version.pacticipant, &version.number);
        let fields = match &version.build_url {
            Some(build_url) => json!({ "buildUrl": build_url }),
            None => json!({}),
        };
        let own = ["pacticipants", pacticipant, "versions", number];
        self.write(Method::PUT, &own, &fields).await?;
        for branch in &version.branches {
            let place = [
                "pacticipants",
                pacticipant,
                "branches",
                &branch.name,
                "versions",
                number,
            ];
            self.write(Method::PUT, &place, &json!({})).await?;
        }
        self.target.keep(as_it_was(version)).await
    }
}

/// What the API does not let anyone say of a version.
fn as_it_was(version: &Version) -> Vec<Moved> {
    let now = crate::domain::time::now();
    let (pacticipant, number) = (&version.pacticipant, &version.number);
    let mut moved = Vec::new();
    if let Some(created_at) = version.created_at {
        moved.push(Moved::Version {
            pacticipant: pacticipant.clone(),
            number: number.clone(),
            created_at,
        });
    }
    for branch in &version.branches {
        // A branch is not younger than its versions.
        if let Some(created_at) = branch.created_at.or(version.created_at) {
            moved.push(Moved::Branch {
                pacticipant: pacticipant.clone(),
                number: number.clone(),
                name: branch.name.clone(),
                created_at,
            });
        }
    }
    for tag in &version.tags {
        moved.push(Moved::Tag {
            pacticipant: pacticipant.clone(),
            number: number.clone(),
            name: tag.name.clone(),
            created_at: tag.created_at.or(version.created_at).unwrap_or(now),
        });
    }
    moved
}

/// Merges the versions of applications by their times. The order within an application stays, even if a time contradicts
/// it; a version without a time follows the one before it.
fn in_order(of_each: Vec<Vec<Version>>) -> Vec<Version> {
    struct Placed {
        at: i64,
        version: Version,
    }
    let mut all = Vec::new();
    for versions in of_each {
        let mut at = i64::MIN;
        for version in versions {
            at = at.max(version.created_at.unwrap_or(at));
            all.push(Placed { at, version });
        }
    }
    // A stable sort.
    all.sort_by_key(|placed| placed.at);
    all.into_iter().map(|placed| placed.version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(pacticipant: &str, number: &str, created_at: Option<i64>) -> Version {
        Version {
            pacticipant: pacticipant.to_owned(),
            number: number.to_owned(),
            build_url: None,
            created_at,
            branches: Vec::new(),
            tags: Vec::new(),
            contracts_at: Vec::new(),
        }
    }

    #[test]
    fn versions_stay_in_the_order_of_their_application_whatever_their_times_say() {
        let shop = [Some(30), Some(10), None, Some(50)];
        let stock = [None, Some(20), Some(40)];
        let of = |name: &str, times: &[Option<i64>]| {
            let numbered = times.iter().enumerate();
            numbered
                .map(|(place, at)| version(name, &format!("{place}"), *at))
                .collect::<Vec<_>>()
        };
        let ordered = in_order(vec![of("shop", &shop), of("stock", &stock)]);
        let names: Vec<String> = ordered
            .iter()
            .map(|version| format!("{} {}", version.pacticipant, version.number))
            .collect();
        let expected = [
            "stock 0", "stock 1", "shop 0", "shop 1", "shop 2", "stock 2", "shop 3",
        ];
        assert_eq!(names, expected);
    }
}
