//! The parts of a document that the broker reads.

use std::borrow::Cow;

use sha1::{Digest, Sha1};

use super::{Edits, hex};
use crate::domain::json::{Malformed, Member, Part};

/// The members of a contract that contain what is verified.
pub(in crate::domain) const LISTS: [&str; 2] = ["interactions", "messages"];

/// The parts of a document that the broker reads; the rest was parsed and skipped.
pub(super) struct Outline<'t> {
    /// `None` for a document that is not an object.
    members: Option<Vec<OutlineMember<'t>>>,
}

/// A member of the document; `items` for a list that contains what is verified.
struct OutlineMember<'t> {
    member: Member<'t>,
    items: Option<Vec<Item>>,
}

/// An interaction or a message.
pub(super) struct Item {
    start: usize,
    canonical: String,
    /// `None` for anything but an object.
    pub(super) object: Option<ItemObject>,
}

/// The properties of an interaction.
#[derive(Clone, Copy)]
pub(super) struct ItemObject {
    /// It has no members.
    empty: bool,
    /// It has an `_id`.
    identified: bool,
    /// Its `type` names messages.
    pub(super) of_messages: bool,
}

impl Item {
    fn of(part: Part<'_>) -> Result<Self, Malformed> {
        let object = match part.members()? {
            Some(members) => Some(ItemObject {
                empty: members.0.is_empty(),
                identified: members.get("_id").is_some(),
                of_messages: match members.get("type") {
                    Some(kind) => kind.string()?.is_some_and(|kind| kind.contains("Messages")),
                    None => false,
                },
            }),
            None => None,
        };
        Ok(Self {
            start: part.start,
            canonical: part.canonical()?,
            object,
        })
    }
}

impl<'t> Outline<'t> {
    pub(super) fn of(root: Part<'t>) -> Result<Self, Malformed> {
        let Some(members) = root.members()? else {
            return Ok(Self { members: None });
        };
        let members = members.0.into_iter().map(|member| {
            let items = match member.value.items()? {
                Some(items) if LISTS.contains(&&*member.name) => {
                    Some(items.into_iter().map(Item::of).collect::<Result<_, _>>()?)
                }
                _ => {
                    // Read only to find errors in it.
                    member.value.canonical()?;
                    None
                }
            };
            Ok(OutlineMember { member, items })
        });
        Ok(Self {
            members: Some(members.collect::<Result<_, _>>()?),
        })
    }

    /// Returns the member with this name; the last if it is repeated.
    fn member(&self, name: &str) -> Option<&OutlineMember<'t>> {
        let found = self.members.iter().flatten().rev();
        found.into_iter().find(|one| one.member.name == name)
    }

    /// Returns a list that contains what is verified.
    pub(super) fn list(&self, name: &str) -> Option<&[Item]> {
        self.member(name)?.items.as_deref()
    }

    /// Returns the name of the consumer or the provider.
    pub(super) fn name_of(&self, role: &str) -> Result<Option<String>, Malformed> {
        let Some(role) = self.member(role) else {
            return Ok(None);
        };
        let name = role
            .member
            .value
            .members()?
            .and_then(|members| members.get("name"));
        match name {
            Some(name) => Ok(name.string()?.map(Cow::into_owned)),
            None => Ok(None),
        }
    }

    /// Returns the hash of what affects verification: independent of the order of interactions, messages and members
    /// and of white space, and including the specification version. A document that is not a contract is hashed as a
    /// whole.
    pub(super) fn sha(&self, root: Part<'_>) -> Result<String, Malformed> {
        let lists = LISTS.map(|name| self.list(name));
        let mut hash = Sha1::new();
        if lists.iter().all(Option::is_none) {
            hash.update(root.canonical()?);
            return Ok(hex(&hash.finalize()));
        }
        let mut start = "{";
        for (name, list) in LISTS.into_iter().zip(lists) {
            let Some(list) = list else { continue };
            let mut texts: Vec<&str> = list.iter().map(|item| item.canonical.as_str()).collect();
            texts.sort_unstable();
            hash.update(format!("{start}\"{name}\":["));
            for (index, text) in texts.into_iter().enumerate() {
                if index > 0 {
                    hash.update(",");
                }
                hash.update(text.as_bytes());
            }
            hash.update("]");
            start = ",";
        }
        if let Some(version) = self.specification()? {
            hash.update(format!(
                ",\"pact_specification_version\":{}",
                version.canonical()?
            ));
        }
        hash.update("}");
        Ok(hex(&hash.finalize()))
    }

    /// Returns the specification version in the contract.
    fn specification(&self) -> Result<Option<Part<'t>>, Malformed> {
        let metadata = self
            .member("metadata")
            .map(|metadata| metadata.member.value.members());
        let Some(metadata) = metadata.transpose()?.flatten() else {
            return Ok(None);
        };
        for name in ["pactSpecification", "pact-specification"] {
            let specification = metadata
                .get(name)
                .map(|part| part.members())
                .transpose()?
                .flatten();
            if let Some(version) = specification.and_then(|members| members.get("version")) {
                return Ok(Some(version));
            }
        }
        Ok(metadata.get("pactSpecificationVersion"))
    }

    pub(super) fn edits(&self, root: Part<'_>) -> Edits {
        let Some(members) = &self.members else {
            return Edits::default();
        };
        let mut replace = Vec::new();
        // A contract that was fetched from a broker and is published again contains that broker's links, which are
        // removed.
        let ours = |one: &OutlineMember<'_>| one.member.name == "_links" || one.member.name == "createdAt";
        let stay = members.iter().filter(|one| !ours(one)).count();
        let mut index = 0;
        while let Some(one) = members.get(index) {
            let mut next = index + 1;
            if ours(one) {
                while members.get(next).is_some_and(ours) {
                    next += 1;
                }
                let last = members[next - 1].member.value.end;
                let (from, to) = match (index.checked_sub(1), members.get(next)) {
                    (_, Some(after)) => (one.member.start, after.member.start),
                    (Some(before), None) => (members[before].member.value.end, last),
                    (None, None) => (one.member.start, last),
                };
                replace.push((from, to, String::new()));
            }
            for item in one.items.iter().flatten() {
                if let Some(object) = item.object.filter(|object| !object.identified) {
                    let comma = if object.empty { "" } else { "," };
                    let id = hex(&Sha1::digest(&item.canonical));
                    replace.push((item.start + 1, item.start + 1, format!("\"_id\":\"{id}\"{comma}")));
                }
            }
            index = next;
        }
        Edits {
            end: Some(root.end - 1),
            members: stay > 0,
            replace,
        }
    }
}
