//! The matrix as clients read it. A page of it has thousands of members, most of them links, and the same versions
//! stand in many rows: each is written once and copied.

use std::collections::BTreeMap;

use crate::{
    app::{DecidedRow, Decision},
    domain::{
        matrix::{MatrixRow, VersionRef},
        time::iso,
    },
    http::{
        base_url::{BaseUrl, encode},
        json::{self, Object},
    },
    store::versions::Details,
};

/// The whole answer as JSON.
pub(super) fn of(decision: &Decision, base: &BaseUrl) -> String {
    let summary = &decision.summary;
    let sides = Sides::of(decision, base);
    json::object(|body| {
        body.object("summary", |counts| {
            match summary.deployable {
                Some(deployable) => counts.flag("deployable", deployable),
                None => counts.null("deployable"),
            }
            counts.text("reason", &summary.reason);
            counts.number("success", summary.success);
            counts.number("failed", summary.failed);
            counts.number("unknown", summary.unknown);
            if decision.ignoring {
                counts.number("ignored", summary.ignored);
            }
        });
        body.objects("notices", &summary.notices, |body, notice| {
            body.text("type", notice.kind.as_str());
            body.text("text", &notice.text);
        });
        body.objects("matrix", &decision.rows, |body, DecidedRow { row, ignored }| {
            write_row(body, base, &sides, row);
            if *ignored {
                body.flag("ignored", true);
            }
        });
    })
}

fn write_row(body: &mut Object<'_>, base: &BaseUrl, sides: &Sides<'_>, row: &MatrixRow) {
    let pair = base.url(["pacts", "provider", &row.provider, "consumer", &row.consumer]);
    sides.write(body, "consumer", &row.consumer, Some(&row.consumer_version));
    sides.write(body, "provider", &row.provider, row.provider_version.as_ref());
    body.object("pact", |contract| {
        contract.text("createdAt", iso(row.published_at));
        contract.itself(format_args!(
            "{pair}/version/{}",
            encode(&row.consumer_version.number)
        ));
    });
    match &row.verification {
        None => body.null("verificationResult"),
        Some(result) => body.object("verificationResult", |body| {
            body.flag("success", result.success);
            body.text("verifiedAt", iso(result.verified_at));
            body.itself(format_args!(
                "{pair}/pact-version/{}/verification-results/{}",
                row.sha, result.id
            ));
        }),
    }
}

/// What the rows say about their consumers and providers, each made once.
struct Sides<'a> {
    /// The addresses of pacticipants, by name.
    pacticipants: BTreeMap<&'a str, String>,
    versions: BTreeMap<i64, String>,
}

impl<'a> Sides<'a> {
    fn of(decision: &'a Decision, base: &BaseUrl) -> Self {
        let mut sides = Self {
            pacticipants: BTreeMap::new(),
            versions: BTreeMap::new(),
        };
        let none = Details::default();
        for DecidedRow { row, .. } in &decision.rows {
            for (name, version) in [
                (&row.consumer, Some(&row.consumer_version)),
                (&row.provider, row.provider_version.as_ref()),
            ] {
                let url = sides
                    .pacticipants
                    .entry(name)
                    .or_insert_with(|| base.url(["pacticipants", name]));
                if let Some(VersionRef { id, number }) = version {
                    sides.versions.entry(*id).or_insert_with(|| {
                        let details = decision.details.get(id).unwrap_or(&none);
                        self::version(base, url, number, details)
                    });
                }
            }
        }
        sides
    }

    fn write(&self, body: &mut Object<'_>, side: &str, name: &str, version: Option<&VersionRef>) {
        body.object(side, |body| {
            body.text("name", name);
            match version.and_then(|version| self.versions.get(&version.id)) {
                Some(version) => body.written("version", version),
                None => body.null("version"),
            }
            body.itself(self.pacticipants.get(name).map_or("", String::as_str));
        });
    }
}

/// A version of the pacticipant with that address.
fn version(base: &BaseUrl, pacticipant: &str, number: &str, details: &Details) -> String {
    let encoded = encode(number);
    json::object(|body| {
        body.text("number", number);
        body.text_or_null("branch", details.branches.last().map(|branch| &branch.name));
        for member in ["branches", "branchVersions"] {
            body.objects(member, &details.branches, |body, branch| {
                body.text("name", &branch.name);
                body.flag("latest", branch.is_newest);
                body.itself(format_args!(
                    "{pacticipant}/branches/{}/versions/{encoded}",
                    encode(&branch.name)
                ));
            });
        }
        body.objects("environments", &details.environments, |body, place| {
            body.text("uuid", &place.environment_uuid);
            body.text("name", &place.environment);
            body.text("displayName", &place.display_name);
            body.flag("production", place.production);
            body.itself(base.url(["environments", &place.environment_uuid]));
        });
        body.objects("tags", &details.tags, |body, tag| {
            body.text("name", &tag.name);
            body.flag("latest", tag.is_newest);
            body.itself(format_args!(
                "{pacticipant}/versions/{encoded}/tags/{}",
                encode(&tag.name)
            ));
        });
        body.itself(format_args!("{pacticipant}/versions/{encoded}"));
    })
}
