//! Objects whose members keep their order.

use indexmap::IndexMap;

use super::{Node, Position};

/// A member of an object.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// The position of its name.
    pub name_at: Position,
    /// Its value.
    pub node: Node,
}

/// An object whose members keep their order.
#[derive(Debug, Clone)]
pub struct Object(Members);

/// Most objects of a description have a few members: comparing their names is then faster than hashing the wanted
/// one, and there is no table to store. With `IndexMap` alone a loaded description took 14.3 times the size of its file,
/// and takes about half of that so (`cargo bench -p contract-openapi --bench large`).
#[derive(Debug, Clone)]
enum Members {
    /// Up to [`FEW`] members.
    Few(Vec<Entry>),
    Many(Box<IndexMap<Box<str>, Member>>),
}

#[derive(Debug, Clone)]
struct Entry {
    name: Box<str>,
    member: Member,
}

/// Maximum number of members without a table.
const FEW: usize = 16;

impl Default for Object {
    fn default() -> Self {
        Self(Members::Few(Vec::new()))
    }
}

impl Object {
    /// Creates an object with room for this number of members.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(if count <= FEW {
            Members::Few(Vec::with_capacity(count))
        } else {
            Members::Many(Box::new(IndexMap::with_capacity(count)))
        })
    }

    /// Returns the value of the member with this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.member(name).map(|member| &member.node)
    }

    /// Returns the member with this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        match &self.0 {
            Members::Few(entries) => entries
                .iter()
                .find(|entry| *entry.name == *name)
                .map(|entry| &entry.member),
            Members::Many(members) => members.get(name),
        }
    }

    /// Returns the value of the member with this name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.member_mut(name).map(|member| &mut member.node)
    }

    fn member_mut(&mut self, name: &str) -> Option<&mut Member> {
        match &mut self.0 {
            Members::Few(entries) => entries
                .iter_mut()
                .find(|entry| *entry.name == *name)
                .map(|entry| &mut entry.member),
            Members::Many(members) => members.get_mut(name),
        }
    }

    /// Returns whether there is a member with this name.
    pub fn contains(&self, name: &str) -> bool {
        self.member(name).is_some()
    }

    /// Sets a member; a new one comes last.
    pub fn insert(&mut self, name: &str, node: Node) {
        match self.member_mut(name) {
            Some(member) => member.node = node,
            None => self.push(
                name.into(),
                Member {
                    name_at: node.at,
                    node,
                },
            ),
        }
    }

    /// Sets a member with the position of its name; a new one comes last.
    pub fn insert_member(&mut self, name: Box<str>, member: Member) {
        match self.member_mut(&name) {
            Some(present) => *present = member,
            None => self.push(name, member),
        }
    }

    /// Adds a member whose name is new.
    fn push(&mut self, name: Box<str>, member: Member) {
        match &mut self.0 {
            Members::Few(entries) if entries.len() < FEW => entries.push(Entry { name, member }),
            Members::Few(entries) => {
                let mut members: IndexMap<_, _> = std::mem::take(entries)
                    .into_iter()
                    .map(|entry| (entry.name, entry.member))
                    .collect();
                members.insert(name, member);
                self.0 = Members::Many(Box::new(members));
            }
            Members::Many(members) => {
                members.insert(name, member);
            }
        }
    }

    /// Takes a member out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let member = match &mut self.0 {
            Members::Few(entries) => {
                let index = entries.iter().position(|entry| *entry.name == *name)?;
                entries.remove(index).member
            }
            Members::Many(members) => members.shift_remove(name)?,
        };
        Some(member.node)
    }

    /// Returns the members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Member)> {
        let (few, many) = match &self.0 {
            Members::Few(entries) => (Some(entries), None),
            Members::Many(members) => (None, Some(members)),
        };
        let few = few
            .into_iter()
            .flatten()
            .map(|entry| (&*entry.name, &entry.member));
        let many = many.into_iter().flat_map(|members| members.iter());
        few.chain(many.map(|(name, member)| (&**name, member)))
    }

    /// Returns the members in their order, to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Member)> {
        let (few, many) = match &mut self.0 {
            Members::Few(entries) => (Some(entries), None),
            Members::Many(members) => (None, Some(members)),
        };
        let few = few.into_iter().flatten();
        let few = few.map(|entry| (&*entry.name, &mut entry.member));
        let many = many.into_iter().flat_map(|members| members.iter_mut());
        few.chain(many.map(|(name, member)| (&**name, member)))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        match &self.0 {
            Members::Few(entries) => entries.len(),
            Members::Many(members) => members.len(),
        }
    }

    /// Returns whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> FromIterator<(&'a str, Node)> for Object {
    fn from_iter<I: IntoIterator<Item = (&'a str, Node)>>(members: I) -> Self {
        let members = members.into_iter();
        let mut object = Self::with_capacity(members.size_hint().0);
        for (name, node) in members {
            object.insert(name, node);
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Node, Object};

    fn object(count: usize) -> Object {
        let names: Vec<String> = (0..count).map(|index| format!("m{index}")).collect();
        names
            .iter()
            .map(|name| (name.as_str(), Node::from(name.as_str())))
            .collect()
    }

    fn names(object: &Object) -> Vec<&str> {
        object.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn members_keep_their_order_with_and_without_a_table() {
        for count in [1, FEW, FEW + 1, 3 * FEW] {
            let mut object = object(count);
            object.insert("last", true.into());
            object.insert("m0", false.into());
            assert_eq!(object.len(), count + 1);
            assert_eq!(object.get("m0").and_then(Node::as_bool), Some(false));
            let removed = object.remove("m0").and_then(|node| node.as_bool());
            assert_eq!((removed, object.contains("m0")), (Some(false), false));
            let expected: Vec<String> = (1..count)
                .map(|index| format!("m{index}"))
                .chain(["last".to_owned()])
                .collect();
            assert_eq!(names(&object), expected);
        }
    }
}
