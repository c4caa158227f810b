//! Who is connected with whom, for graphs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::{
    domain::Refusal,
    http::{
        call::Call,
        error::{Failure, Result},
        hal::Hal,
        negotiation,
        path::{At, Path},
        resource::{Connected, IntegrationNetwork, Link, Links, Named, NetworkDocument, NetworkParts},
    },
    store::Slice,
};

const OFFERED: &[&str] = &["text/csv", "application/hal+json"];

/// The most pacticipants of a group where the client names no number.
const MOST: usize = 150;

/// Everyone.
pub(super) async fn relationships(call: Call, headers: HeaderMap, at: At) -> Result<Response> {
    let network = Network::load(&call).await?;
    network.answer(&call, &headers, &at)
}

/// Those who are connected with one pacticipant, nearest first.
pub(super) async fn group(
    call: Call,
    headers: HeaderMap,
    Path(name): Path<String>,
    at: At,
) -> Result<Response> {
    let network = Network::load(&call).await?;
    let id = network.id(&name).ok_or_else(|| {
        Failure::not_found(format!(
            "No pacticipant with name '{name}' in any integration found"
        ))
    })?;
    network.around(id, most(&at)?).answer(&call, &headers, &at)
}

/// As [`group`], in the form of PactFlow: of a pacticipant that nobody is connected with the list is empty.
pub(super) async fn of_pacticipant(
    call: Call,
    Path(name): Path<String>,
    at: At,
) -> Result<Hal<IntegrationNetwork>> {
    let network = Network::load(&call).await?;
    let integrations = if let Some(id) = network.id(&name) {
        network.around(id, most(&at)?).connected()
    } else {
        call.app().pacticipant(&call.who, &name).await?;
        Vec::new()
    };
    Ok(Hal::ok(IntegrationNetwork {
        integrations,
        links: Links::itself(Link::to(call.base.join(&at.path)).titled("Network")),
    }))
}

fn most(at: &At) -> Result<usize, Refusal> {
    let name = "maxPacticipants";
    match at.query.get(name).map(str::parse) {
        None => Ok(MOST),
        Some(Ok(most)) => Ok(most),
        Some(Err(_)) => Err(Refusal::invalid(name, "must be a whole number")),
    }
}

/// Pacticipants and their integrations (consumer, provider), by id.
struct Network {
    names: BTreeMap<i64, String>,
    pairs: BTreeSet<(i64, i64)>,
}

impl Network {
    async fn load(call: &Call) -> Result<Self> {
        let all = call.app().integrations(&call.who, None, Slice::WHOLE).await?.rows;
        let mut network = Self {
            names: BTreeMap::new(),
            pairs: BTreeSet::new(),
        };
        for integration in all {
            network
                .names
                .insert(integration.consumer_id, integration.consumer);
            network
                .names
                .insert(integration.provider_id, integration.provider);
            network
                .pairs
                .insert((integration.consumer_id, integration.provider_id));
        }
        Ok(network)
    }

    fn id(&self, name: &str) -> Option<i64> {
        self.names
            .iter()
            .find_map(|(id, known)| (known == name).then_some(*id))
    }

    fn around(self, start: i64, most: usize) -> Self {
        let mut neighbours: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (consumer, provider) in &self.pairs {
            neighbours.entry(*consumer).or_default().push(*provider);
            neighbours.entry(*provider).or_default().push(*consumer);
        }
        let mut inside = BTreeSet::from([start]);
        let mut queue = VecDeque::from([start]);
        while let Some(id) = queue.pop_front() {
            for other in neighbours.get(&id).into_iter().flatten() {
                if inside.len() < most && inside.insert(*other) {
                    queue.push_back(*other);
                }
            }
        }
        Self {
            names: self
                .names
                .into_iter()
                .filter(|(id, _)| inside.contains(id))
                .collect(),
            pairs: self
                .pairs
                .into_iter()
                .filter(|(a, b)| inside.contains(a) && inside.contains(b))
                .collect(),
        }
    }

    fn answer(&self, call: &Call, headers: &HeaderMap, at: &At) -> Result<Response> {
        let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
        Ok(if media == "text/csv" {
            ([(header::CONTENT_TYPE, "text/csv;charset=utf-8")], self.csv()).into_response()
        } else {
            Hal::ok(self.document(Link::to(call.base.join(&at.path)))).into_response()
        })
    }

    fn document(&self, itself: Link) -> NetworkDocument {
        NetworkDocument {
            embedded: NetworkParts {
                pacticipants: self.names.values().map(|name| Named::of(name)).collect(),
                integrations: self.connected(),
            },
            links: Links::itself(itself),
        }
    }

    fn connected(&self) -> Vec<Connected> {
        let pairs = self.pairs.iter().map(|(consumer, provider)| Connected {
            consumer: Named::of(&self.names[consumer]),
            provider: Named::of(&self.names[provider]),
        });
        pairs.collect()
    }

    /// One line a pacticipant: number, name, two weights, a constant, a place, and the numbers of its providers, filled
    /// up with zeros to the same length.
    fn csv(&self) -> String {
        let number: BTreeMap<i64, usize> = self
            .names
            .keys()
            .enumerate()
            .map(|(index, id)| (*id, index + 1))
            .collect();
        let mut providers: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (consumer, provider) in &self.pairs {
            let providers = providers.entry(*consumer).or_default();
            providers.push(number[provider].to_string());
        }
        let width = providers.values().map(Vec::len).max().unwrap_or_default();
        let mut text = String::new();
        for (index, (id, name)) in self.names.iter().enumerate() {
            let mut fields = vec![
                number[id].to_string(),
                quoted(name),
                "1".to_owned(),
                "1".to_owned(),
                "0".to_owned(),
                index.to_string(),
            ];
            let mut providers = providers.remove(id).unwrap_or_default();
            providers.resize(width, "0".to_owned());
            fields.append(&mut providers);
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

/// A field of a CSV line. A leading sign that a spreadsheet would take for a formula is disarmed.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
