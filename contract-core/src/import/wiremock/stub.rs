//! One stub mapping, or a list.

use super::{request, response};
use crate::contract::ProviderState;
use crate::import::Source;
use crate::import::at::At;
use crate::import::draft::Draft;
use crate::import::finding::{Notes, Unfit};
use crate::json::Value;

/// Reads a stub, `{"mappings": […]}`, or an array of stubs.
pub(in crate::import) fn read(document: &Value, source: &Source, notes: &mut Notes) -> Vec<Draft> {
    let root = At::root(document);
    let stubs = match root.get("mappings") {
        Some(mappings) => mappings.items(),
        None => root.items(),
    };
    let mut drafts = Vec::new();
    for stub in stubs {
        match read_stub(&stub, source, notes) {
            Ok(found) => drafts.extend(found),
            Err(unfit) => notes.left_out(unfit),
        }
    }
    drafts
}

/// Returns one draft for each method of the stub.
fn read_stub(stub: &At<'_>, source: &Source, notes: &mut Notes) -> Result<Vec<Draft>, Unfit> {
    let states = states(stub, notes)?;
    for name in ["postServeActions", "serveEventListeners"] {
        if let Some(actions) = stub.get(name) {
            notes.lost(actions.place, "a contract has no actions after a response");
        }
    }
    if let Some(priority) = stub.get("priority") {
        notes.lost(
            priority.place,
            "a contract has no priorities: if another stub answers the same request, give both a provider state",
        );
    }
    let asked = stub.needed("request")?;
    let methods = request::methods(&asked)?;
    let request = request::read(&asked, notes)?;
    let response = response::read(&stub.needed("response")?, source, notes)?;
    let name = stub.text_of("name")?;
    let has_several = methods.len() > 1;
    Ok(methods
        .into_iter()
        .map(|method| {
            let name = name.as_ref().map(|name| {
                if has_several {
                    format!("{name} ({method})")
                } else {
                    name.clone()
                }
            });
            let mut request = request.clone();
            request.method = method;
            Draft {
                place: stub.place.clone(),
                name,
                states: states.clone(),
                request,
                response: response.clone(),
                is_assumed: false,
            }
        })
        .collect())
}

/// Returns the state of a scenario. States in `metadata.providerStates` come from an exported contract.
fn states(stub: &At<'_>, notes: &mut Notes) -> Result<Vec<ProviderState>, Unfit> {
    if let Some(states) = stub
        .get("metadata")
        .and_then(|metadata| metadata.get("providerStates"))
    {
        return states.items().iter().map(provider_state).collect();
    }
    if let Some(next) = stub.get("newScenarioState") {
        notes.lost(
            next.place,
            "a contract has no order of interactions: the provider state stands for itself",
        );
    }
    let Some(scenario) = stub.text_of("scenarioName")? else {
        return Ok(Vec::new());
    };
    Ok(match stub.text_of("requiredScenarioState")? {
        Some(state) => vec![ProviderState::new(format!("{scenario}: {state}"))],
        None => Vec::new(),
    })
}

fn provider_state(at: &At<'_>) -> Result<ProviderState, Unfit> {
    let mut state = ProviderState::new(at.needed("name")?.text()?);
    if let Some(params) = at.get("params") {
        state.params = params
            .value
            .as_object()
            .cloned()
            .ok_or_else(|| params.unfit("an object is expected"))?;
    }
    Ok(state)
}
