//! Schemas with an address of their own: `$id` (JSON Schema 2020-12, section 8.2.1).

use super::part::Part;
use super::position::ResourceId;
use super::reference::resolved;
use super::{FileId, Node, Value};

/// A schema with an address of its own, or a file that says what its address is.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// Its `$id`, resolved against the address around it.
    pub(super) address: String,
    pub(super) file: FileId,
    /// The names of the members and the indices of the elements that lead to it from the root of the file.
    pub(super) way: Vec<String>,
}

/// There are more schemas with an address of their own than can be told apart.
#[derive(Debug)]
pub(super) struct TooMany;

/// Finds the schemas of a file that have an address of their own, and notes in the position of each node which schema it
/// belongs to.
pub(super) struct Finder<'r> {
    /// Those of all files.
    pub(super) resources: &'r mut Vec<Resource>,
    pub(super) file: FileId,
    /// The names and indices that lead to the current node.
    pub(super) way: Vec<String>,
}

/// The schema or the file around a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) id: ResourceId,
    pub(super) address: &'a str,
}

impl Finder<'_> {
    /// # Errors
    ///
    /// There are too many of them.
    pub(super) fn look(&mut self, node: &mut Node, part: Part, around: Around<'_>) -> Result<(), TooMany> {
        let own = match part {
            Part::Keywords => self.own_address(node, around.address),
            Part::Names => None,
        };
        let around = match &own {
            Some(address) => Around {
                id: self.add(address)?,
                address,
            },
            None => around,
        };
        node.at.resource = around.id;
        match &mut node.value {
            Value::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.way.push(index.to_string());
                    self.look(element, Part::Keywords, around)?;
                    self.way.pop();
                }
            }
            Value::Object(object) => {
                for (name, member) in object.iter_mut() {
                    if let Some(part) = part.member(name) {
                        self.way.push(name.to_owned());
                        self.look(&mut member.node, part, around)?;
                        self.way.pop();
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns the address that an object says it has: `$id` of a schema, `$self` of a document (OpenAPI 3.2).
    fn own_address(&self, node: &Node, around: &str) -> Option<String> {
        let own = node
            .get("$id")
            .or_else(|| node.get("$self").filter(|_| self.way.is_empty()))?;
        let address = own.as_str()?.split('#').next()?;
        (!address.is_empty()).then(|| resolved(around, address))
    }

    fn add(&mut self, address: &str) -> Result<ResourceId, TooMany> {
        self.resources.push(Resource {
            address: address.to_owned(),
            file: self.file,
            way: self.way.clone(),
        });
        let id = u16::try_from(self.resources.len()).map_err(|_| TooMany)?;
        Ok(ResourceId(id))
    }
}
