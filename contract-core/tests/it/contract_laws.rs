//! Laws of contract files: what was written reads as the same, the order of interactions does not show, and no text makes a
//! reader panic.

use contract_core::contract::{
    Body, Contract, Data, Headers, Interaction, InteractionKind, Members, Path, Specification,
};
use contract_core::pattern::integration::{self, Definition};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::arbitrary::{interaction, path, value};

fn contract(version: Specification, interactions: Vec<Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.specification = version;
    contract.interactions = interactions;
    contract.metadata.insert(
        "pactSpecification".into(),
        contract_core::json::object([("version", version.as_str().into())]),
    );
    contract
}

fn reads_as_it_was(version: Specification, interaction: Interaction) -> Result<(), TestCaseError> {
    let contract = contract(version, vec![interaction]);
    let written = contract.to_text(version).unwrap();
    let read = Contract::read_str(&written, "written")
        .map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
    prop_assert_eq!(&read, &contract, "{}", written);
    prop_assert_eq!(read.to_text(version).unwrap(), written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn version_4_reads_as_it_was_written(interaction in interaction(Specification::V4)) {
        reads_as_it_was(Specification::V4, interaction)?;
    }

    #[test]
    fn version_3_reads_as_it_was_written(interaction in interaction(Specification::V3)) {
        reads_as_it_was(Specification::V3, interaction)?;
    }

    #[test]
    fn version_2_reads_as_it_was_written(interaction in interaction(Specification::V2)) {
        reads_as_it_was(Specification::V2, interaction)?;
    }

    /// A member that nobody knows stays where it is, in whatever object of the format, with every digit of its numbers.
    #[test]
    fn reading_and_writing_loses_no_unknown_member(
        (version, interaction) in select(vec![Specification::V2, Specification::V3, Specification::V4])
            .prop_flat_map(|version| (Just(version), interaction(version))),
        added in value(),
    ) {
        let mut document = contract(version, vec![interaction]).to_json(version).unwrap();
        for place in [
            "", "consumer", "provider", "metadata", "metadata pactSpecification", "interactions 0", "interactions 0 request",
            "interactions 0 response", "interactions 0 providerStates 0", "messages 0", "messages 0 providerStates 0",
        ] {
            if let Some(members) = members_at(&mut document, place) {
                members.insert("x-kept".into(), added.clone());
            }
        }
        if version == Specification::V4 {
            for place in ["interactions 0 request body", "interactions 0 response body", "interactions 0 contents"] {
                if let Some(members) = members_at(&mut document, place) {
                    members.insert("x-kept".into(), added.clone());
                }
            }
        }
        let read = Contract::read_str(&document.to_string(), "written").unwrap();
        prop_assert_eq!(read.to_json(version).unwrap().to_string(), document.to_string());
    }

    #[test]
    fn the_order_of_interactions_does_not_show(
        (interactions, shuffled) in vec(interaction(Specification::V4), 0..5)
            .prop_flat_map(|interactions| (Just(interactions.clone()), Just(interactions).prop_shuffle()))
    ) {
        let one = contract(Specification::V4, interactions).to_text(Specification::V4).unwrap();
        let other = contract(Specification::V4, shuffled).to_text(Specification::V4).unwrap();
        prop_assert_eq!(one, other);
    }

    /// What an older version cannot say is refused with the interaction's name; what is written reads as it was, but for what
    /// decides nothing.
    #[test]
    fn a_downgrade_is_refused_by_name_or_reads_as_it_was(mut interaction in interaction(Specification::V4)) {
        interaction.description = "asks for \"it\"".into();
        let contract = contract(Specification::V4, vec![interaction]);
        for version in [Specification::V3, Specification::V2] {
            match contract.to_text(version) {
                Ok(text) => {
                    let read = Contract::read_str(&text, "written").unwrap();
                    prop_assert_eq!(read.specification, version);
                    let decides = |contract: &Contract| contract.interactions.iter().map(what_decides).collect::<Vec<_>>();
                    prop_assert_eq!(decides(&read), decides(&contract), "{}", text);
                }
                Err(error) => {
                    let text = error.to_string();
                    let named = format!("interaction \"asks for \\\"it\\\"\" cannot be written in version {version} of the contract format: ");
                    prop_assert!(text.starts_with(&named), "{}", text);
                    prop_assert!(text.contains("write version"), "{}", text);
                }
            }
        }
    }

    /// A contract with one place changed is read or refused, with an error that names a line.
    #[test]
    fn a_damaged_file_is_refused_or_read(
        interaction in interaction(Specification::V4),
        damage in vec((any::<prop::sample::Index>(), select(vec!["", "\"", "{", "}", "[", "]", "0", "null", ",", ":", "\\", "☃", "\u{0}"]), any::<bool>()), 1..4),
    ) {
        let mut text = contract(Specification::V4, vec![interaction]).to_text(Specification::V4).unwrap();
        for (place, replacement, takes_a_word) in damage {
            let mut start = place.index(text.len());
            while !text.is_char_boundary(start) { start -= 1; }
            let rest = &text[start..];
            let length = if takes_a_word { rest.find('\n').unwrap_or(rest.len()) } else { rest.chars().next().map_or(0, char::len_utf8) };
            text.replace_range(start..start + length, replacement);
        }
        if let Err(error) = Contract::read_str(&text, "damaged.json") {
            prop_assert!(error.to_string().starts_with("damaged.json:"), "{}", error);
        }
    }

    /// A member of another kind than the reader expects is an error with its place, or read leniently.
    #[test]
    fn a_member_of_another_kind_is_refused_or_read(
        interaction in interaction(Specification::V4),
        version in select(vec![Specification::V2, Specification::V3, Specification::V4]),
        place in any::<prop::sample::Index>(),
        replacement in value(),
    ) {
        let mut document = contract(Specification::V4, vec![interaction]).to_json(Specification::V4).unwrap().to_serde();
        document["metadata"]["pactSpecification"]["version"] = version.as_str().into();
        let mut pointers = Vec::new();
        collect(&document["interactions"], "/interactions".to_owned(), &mut pointers);
        let pointer = place.get(&pointers);
        *document.pointer_mut(pointer).unwrap() = replacement.to_serde();
        if let Ok(contract) = Contract::from_json(document) {
            // What was read can be written again, and reads as the same.
            if let Ok(text) = contract.to_text(version) {
                let again = Contract::read_str(&text, "again").unwrap();
                prop_assert_eq!(again.to_text(version).unwrap(), text);
            }
        }
    }

    #[test]
    fn any_text_is_a_matching_definition_or_an_error(
        text in "(matching|eachKey|eachValue|notEmpty|atLeast|arrayContains|type|regex|integer|date|true|null|fromProviderState|[(),'$0-9.é \n\\\\u{}+-]){0,12}"
    ) {
        if let Err(error) = text.parse::<Definition>() {
            prop_assert!(error.to_string().starts_with("matching definition is not valid at byte "), "{}", error);
        }
    }

    /// A definition survives the loss of any of its characters, or is an error.
    #[test]
    fn a_damaged_matching_definition_is_read_or_refused(place in any::<prop::sample::Index>(), with in select(vec!["", "'", "(", ")", ",", "\\", "é", "9"])) {
        let whole = r"eachKey(matching(regex, '\w+\'\u00e9', 'é')), eachValue(arrayContains(matching(date, 'yyyy', '2000'), notEmpty(fromProviderState('${id}', -1.5)))), atLeast(1), atMost(5), matching($'x')";
        prop_assert!(whole.parse::<Definition>().is_ok());
        let mut damaged = whole.to_owned();
        let mut start = place.index(whole.len());
        while !whole.is_char_boundary(start) { start -= 1; }
        let length = whole[start..].chars().next().map_or(0, char::len_utf8);
        damaged.replace_range(start..start + length, with);
        let _ = damaged.parse::<Definition>();
    }

    /// Integration JSON with a value of another kind somewhere is read, or refused with its place.
    #[test]
    fn damaged_integration_json_is_read_or_refused(place in any::<prop::sample::Index>(), replacement in value()) {
        let mut document = serde_json::json!({
            "id": {"pact:matcher:type": "integer", "value": 7, "pact:generator:type": "RandomInt", "min": 1, "max": 9},
            "both": {"pact:matcher:type": [{"pact:matcher:type": "include", "value": "x"}, {"pact:matcher:type": "regex", "regex": ".x"}], "value": "ax"},
            "list": {"pact:matcher:type": "arrayContains", "variants": [{"a": {"pact:matcher:type": "type", "value": 1}}, "literal"]},
            "keys": {"pact:matcher:type": "eachKey", "rules": [{"pact:matcher:type": "regex", "regex": "a"}], "value": {"a": [1]}},
            "status": {"pact:matcher:type": "statusCode", "status": [200, 404]},
        });
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        let pointer = place.get(&pointers);
        *document.pointer_mut(pointer).unwrap() = replacement.to_serde();
        if let Err(error) = integration::from_json(document) {
            prop_assert!(error.to_string().starts_with('$'), "{}", error);
        }
    }

    #[test]
    fn any_text_is_a_path_or_an_error(text in "[$.\\[\\]'\"*a-z0-9é -]{0,16}") {
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn a_path_reads_as_it_was_shown(path in path()) {
        let read: Path = path.to_string().parse().unwrap();
        prop_assert_eq!(read.tokens(), path.tokens());
    }
}

/// The members of the object at a place, if there is one: names and indexes, apart by blanks.
fn members_at<'d>(document: &'d mut contract_core::json::Value, place: &str) -> Option<&'d mut Members> {
    place
        .split_whitespace()
        .try_fold(document, |value, step| match step.parse::<usize>() {
            Ok(index) => value.as_array_mut()?.get_mut(index),
            Err(_) => value.as_object_mut()?.get_mut(step),
        })?
        .as_object_mut()
}

/// An interaction without what changes nothing that is verified, or has another form in older versions.
fn what_decides(interaction: &Interaction) -> Interaction {
    let mut interaction = interaction.clone();
    interaction.key = None;
    interaction.comments.clear();
    interaction.transport = None;
    match &mut interaction.kind {
        InteractionKind::Http(http) => {
            fields_of_v3(&mut http.request.headers, &mut http.request.body);
            fields_of_v3(&mut http.response.headers, &mut http.response.body);
        }
        InteractionKind::Message(message) => {
            if let Some(content_type) = own_type(&mut message.contents) {
                message
                    .metadata
                    .entry("contentType".into())
                    .or_insert(content_type.into());
            }
        }
        _ => {}
    }
    interaction
}

/// Several values of a field are one text, and the content type stands among the fields alone.
fn fields_of_v3(headers: &mut Headers, body: &mut Body) {
    let joined: Vec<(String, String)> = headers
        .iter()
        .map(|(name, values)| (name.to_owned(), values.join(", ")))
        .collect();
    for (name, text) in joined {
        headers.set(name, vec![text]);
    }
    if let Some(content_type) = own_type(body)
        && headers.get("content-type").is_none()
    {
        headers.set("Content-Type", vec![content_type]);
    }
}

/// Takes the content type off a body; of a JSON document it says nothing.
fn own_type(body: &mut Body) -> Option<String> {
    let Body::Present(content) = body else { return None };
    content.hint = None;
    let own = content.content_type.take()?;
    let is_document = own.is_json() && matches!(content.data, Data::Json(_));
    (!is_document).then(|| own.as_str().to_owned())
}

/// JSON pointers to every value of the document.
fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(
                    value,
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    into,
                );
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                collect(value, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}
