//! Makes one document of a description in several files.

mod place;

use std::collections::{HashMap, HashSet};

use self::place::{Kind, Place};
use super::Version;
use crate::document::{Documents, FileId, Node, Object, Reference, Value, escape, fragment_tokens};
use crate::{Error, ErrorKind};

/// How many nodes the document has at most.
const MAX_NODES: usize = 1_000_000;

/// Makes one document of a description in several files, for those who take one file alone.
///
/// What references lead to in other files becomes a component with the name that it has there: `pet.yaml#/Pet` becomes
/// `#/components/schemas/Pet`. A name that is taken gets a number, as `Pet-2`. What cannot be a component, as a path, is
/// written where the reference was. References within the first file and to URLs that were not loaded stay as they are.
/// A schema of another file loses its `$id`: references in it are relative to the document then. The same files give the
/// same document.
///
/// # Errors
///
/// A reference leads nowhere, or to something around itself that cannot be a component, or from a schema of the first file
/// that has an `$id` to another file, or the document would have more than a million nodes. The error names the place.
///
/// ```
/// use contract_openapi::document::{Documents, LoadOptions, MemorySources};
///
/// let sources = MemorySources::from([
///     ("openapi.yaml", "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths:\n  /pets: {$ref: 'pets.yaml#/pets'}\n"),
///     ("pets.yaml", "pets: {get: {responses: {default: {description: a, content: {application/json: {schema: {$ref: '#/Pet'}}}}}}}\n\
///                    Pet: {type: object}\n"),
/// ]);
/// let documents = Documents::load("openapi.yaml", &sources, &LoadOptions::default())?;
/// let bundled = contract_openapi::bundle(&documents)?;
/// assert_eq!(
///     bundled.to_serde()["paths"]["/pets"]["get"]["responses"]["default"]["content"]["application/json"]["schema"]["$ref"],
///     "#/components/schemas/Pet"
/// );
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn bundle(documents: &Documents) -> Result<Node, Error> {
    let root = documents.root();
    let is_v2 = Version::of(root) == Some(Version::V2);
    let mut bundle = Bundle {
        documents,
        is_v2,
        names: HashMap::new(),
        taken: HashSet::new(),
        waiting: Vec::new(),
        around: Vec::new(),
        nodes: 0,
    };
    bundle.take_names();
    let mut whole = bundle.copy(root, Place::Document)?;
    while let Some(component) = bundle.waiting.pop() {
        let node = bundle.copy(component.node, Place::Of(component.kind))?;
        insert(&mut whole, component.kind, is_v2, &component.name, node);
    }
    Ok(whole)
}

/// What a reference leads to, and as what.
type Target = (Kind, *const Node);

struct Bundle<'d> {
    documents: &'d Documents,
    is_v2: bool,
    /// The names of components that were made, and of those of the first file that are references themselves.
    names: HashMap<Target, String>,
    /// Names of components, which no other gets.
    taken: HashSet<(Kind, String)>,
    /// Components that are still to be copied.
    waiting: Vec<Component<'d>>,
    /// The nodes that are being written in place of references.
    around: Vec<*const Node>,
    nodes: usize,
}

struct Component<'d> {
    kind: Kind,
    name: String,
    node: &'d Node,
}

impl<'d> Bundle<'d> {
    /// Notes the components of the first file. One that is nothing but a reference to another file gets what that leads to.
    fn take_names(&mut self) {
        for kind in Kind::COMPONENTS {
            let Some(way) = kind.section(self.is_v2) else {
                continue;
            };
            let mut section = Some(self.documents.root());
            for name in way {
                section = section
                    .and_then(|node| node.get(name))
                    .map(|node| self.documents.resolve(node).unwrap_or(node));
            }
            for (name, node) in section.into_iter().flat_map(Node::entries) {
                self.taken.insert((kind, name.to_owned()));
                let target = node.get("$ref").and_then(Node::as_str).and_then(|reference| {
                    let target = self.documents.lookup(node.at.base(), reference).ok()?;
                    (target.at.file != FileId::ROOT).then_some(target)
                });
                if let Some(target) = target {
                    self.names
                        .entry((kind, std::ptr::from_ref(target)))
                        .or_insert_with(|| name.to_owned());
                }
            }
        }
    }

    fn refuse(&self, node: &Node, message: impl Into<String>) -> Error {
        let file = self.documents.name(node.at.file);
        Error::at(ErrorKind::File, file, self.documents.place(node.at), message)
    }

    fn copy(&mut self, node: &'d Node, place: Place) -> Result<Node, Error> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.refuse(
                node,
                format!("the bundled description would have more than {MAX_NODES} nodes"),
            ));
        }
        if place == Place::Data {
            return Ok(node.clone());
        }
        if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
            return self.reference(node, reference, place);
        }
        let value = match &node.value {
            Value::Array(elements) => {
                let copies: Result<Vec<Node>, Error> = elements
                    .iter()
                    .map(|element| self.copy(element, place.element()))
                    .collect();
                Value::Array(copies?)
            }
            Value::Object(object) => Value::Object(self.members(object, place)?),
            Value::String(text) if place == Place::Mapping => self.mapped(node, text)?,
            other => other.clone(),
        };
        Ok(Node { value, at: node.at })
    }

    fn members(&mut self, object: &'d Object, place: Place) -> Result<Object, Error> {
        let mut copy = Object::default();
        for (name, member) in object.iter() {
            let is_other_file = member.node.at.file != FileId::ROOT;
            if name == "$id" && is_other_file && place == Place::Of(Kind::Schema) {
                continue;
            }
            let node = match self.own_component(name, &member.node, place) {
                Some((kind, target)) => self.copy(target, Place::Of(kind))?,
                None => self.copy(&member.node, place.member(name, self.is_v2))?,
            };
            copy.insert(name, node);
        }
        Ok(copy)
    }

    /// Returns what a component of the first file leads to, if it has its name.
    fn own_component(&self, name: &str, node: &'d Node, place: Place) -> Option<(Kind, &'d Node)> {
        let Place::Components(kind) = place else {
            return None;
        };
        let reference = node.get("$ref").and_then(Node::as_str)?;
        let target = self.documents.lookup(node.at.base(), reference).ok()?;
        let named = self.names.get(&(kind, std::ptr::from_ref(target)))?;
        (named == name).then_some((kind, target))
    }

    fn reference(&mut self, node: &'d Node, reference: &str, place: Place) -> Result<Node, Error> {
        let parsed = Reference::parse(reference);
        let target = match self.documents.lookup(node.at.base(), reference) {
            Ok(target) => target,
            Err(_) if parsed.file.contains("://") => return Ok(node.clone()),
            Err(error) => {
                return Err(self.refuse(node, format!("the reference {reference} leads nowhere: {error}")));
            }
        };
        let is_pointer = fragment_tokens(parsed.fragment).is_some();
        if target.at.file == FileId::ROOT && node.at.file == FileId::ROOT {
            return Ok(node.clone());
        }
        if node.at.file == FileId::ROOT && self.documents.is_in_own_schema(node.at.base()) {
            return Err(self.refuse(
                node,
                "the schema around this reference has an `$id`, so that the reference cannot lead to a component: remove the `$id`",
            ));
        }
        if target.at.file == FileId::ROOT && is_pointer {
            return Ok(with_reference(node, &self.in_document(node, reference)));
        }
        if let Place::Of(kind) = place
            && let Some(way) = kind.section(self.is_v2)
        {
            let name = self.name(kind, target, &parsed, node);
            return Ok(with_reference(
                node,
                &format!("#/{}/{}", way.join("/"), escape(&name)),
            ));
        }
        self.in_place(node, target, place)
    }

    /// Returns a reference to something in the first file, as it is written there.
    fn in_document(&self, node: &Node, reference: &str) -> String {
        match self.documents.way_to(node.at.base(), reference) {
            Some(way) => {
                let tokens = way.iter().map(|name| format!("/{}", escape(name)));
                format!("#{}", tokens.collect::<String>())
            }
            None => reference.to_owned(),
        }
    }

    /// Writes what a reference leads to in its place.
    fn in_place(&mut self, node: &'d Node, target: &'d Node, place: Place) -> Result<Node, Error> {
        let identity = std::ptr::from_ref(target);
        if self.around.contains(&identity) {
            return Err(self.refuse(
                node,
                "the reference leads to itself, and no component can stand for it",
            ));
        }
        self.around.push(identity);
        let copied = self.copy(target, place);
        self.around.pop();
        let mut copied = copied?;
        // What stands beside the reference holds for the path as well.
        if let Value::Object(object) = &mut copied.value {
            for (name, member) in node.entries().filter(|(name, _)| *name != "$ref") {
                let member = self.copy(member, place.member(name, self.is_v2))?;
                object.insert(name, member);
            }
        }
        Ok(copied)
    }

    /// Returns the name of the component that stands for a node of another file.
    fn name(&mut self, kind: Kind, target: &'d Node, reference: &Reference<'_>, from: &Node) -> String {
        let identity = (kind, std::ptr::from_ref(target));
        if let Some(name) = self.names.get(&identity) {
            return name.clone();
        }
        let last = fragment_tokens(reference.fragment).and_then(|tokens| tokens.last().cloned());
        let file = reference
            .file_from(self.documents.name(from.at.file))
            .unwrap_or_else(|| self.documents.name(from.at.file).to_owned());
        let stem = file.rsplit(['/', ':']).next().unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let wanted = allowed(&last.unwrap_or_else(|| stem.to_owned()));
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.taken.insert((kind, name.clone())) {
            name = format!("{wanted}-{number}");
            number += 1;
        }
        self.names.insert(identity, name.clone());
        self.waiting.push(Component {
            kind,
            name: name.clone(),
            node: target,
        });
        name
    }

    /// Returns a value of `mapping` of a discriminator: the name of a schema, or a reference to one.
    fn mapped(&mut self, node: &'d Node, text: &str) -> Result<Value, Error> {
        let ending = text
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        let is_file = matches!(ending.as_deref(), Some("yaml" | "yml" | "json"));
        let is_reference = text.contains(['#', '/']) || is_file;
        if !is_reference {
            return Ok(Value::String(text.into()));
        }
        let mut stands_for = Object::default();
        stands_for.insert("$ref", Node::from(text));
        let stands_for = Node {
            value: Value::Object(stands_for),
            at: node.at,
        };
        let parsed = Reference::parse(text);
        let Ok(target) = self.documents.lookup(node.at.base(), text) else {
            return Err(self.refuse(&stands_for, format!("the mapping {text} leads nowhere")));
        };
        let reference = match (target.at.file == FileId::ROOT, Kind::Schema.section(self.is_v2)) {
            (true, _) => self.in_document(node, text),
            (false, Some(way)) => {
                let name = self.name(Kind::Schema, target, &parsed, node);
                format!("#/{}/{}", way.join("/"), escape(&name))
            }
            (false, None) => text.to_owned(),
        };
        Ok(Value::String(reference.into()))
    }
}

/// Returns a reference with another target; what stands beside it stays.
fn with_reference(node: &Node, reference: &str) -> Node {
    let mut changed = node.clone();
    if let Value::Object(object) = &mut changed.value {
        object.insert("$ref", Node::from(reference));
    }
    changed
}

/// Returns a name with characters that names of components may have.
fn allowed(name: &str) -> String {
    let changed: String = name
        .chars()
        .map(|character| {
            let is_allowed = character.is_ascii_alphanumeric() || ".-_".contains(character);
            if is_allowed { character } else { '-' }
        })
        .collect();
    if changed.is_empty() {
        "component".to_owned()
    } else {
        changed
    }
}

/// Adds a component.
fn insert(whole: &mut Node, kind: Kind, is_v2: bool, name: &str, component: Node) {
    let Some(way) = kind.section(is_v2) else { return };
    let mut node = whole;
    for step in way {
        let Value::Object(object) = &mut node.value else {
            return;
        };
        if !object.contains(step) {
            object.insert(step, Node::from(Object::default()));
        }
        let Some(next) = object.get_mut(step) else { return };
        node = next;
    }
    if let Value::Object(object) = &mut node.value {
        object.insert(name, component);
    }
}
