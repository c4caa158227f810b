//! What is made of a description once, for all contracts that are compared with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::CompareOptions;
use super::quirks::Quirks;
use super::route::{Router, RouterOptions};
use super::sets::Declared;
use crate::description::{Description, Operation, Version, path_prefixes};
use crate::document::Node;
use crate::schema::bundle::Target;
use crate::schema::{Bundle, Direction, Patterns};
use crate::{Error, ErrorKind};

/// What is made of a description once. It borrows nothing of it, so that it can be kept beside it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) quirks: Quirks,
    pub(super) patterns: Patterns,
    pub(super) router: Router,
    pub(super) bundles: Shared<Bundle>,
    pub(super) declared: Shared<Declared>,
}

/// Values that are made once for each schema.
#[derive(Debug)]
pub(super) struct Shared<T>(Mutex<HashMap<SchemaKey, Arc<T>>>);

/// A schema and the sender of its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SchemaKey {
    schema: SchemaId,
    direction: Direction,
}

/// Identifies a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum SchemaId {
    /// A plain reference: equal ones are one schema.
    Reference(Target),
    /// The address of its node, which does not move as long as its description lives.
    Address(usize),
}

impl SchemaKey {
    pub(super) fn of(schema: &Node, direction: Direction) -> Self {
        let is_reference_alone = schema.as_object().is_some_and(|object| object.len() == 1);
        let schema = match Target::of(schema).filter(|_| is_reference_alone) {
            Some(target) => SchemaId::Reference(target),
            None => SchemaId::Address(std::ptr::from_ref(schema).addr()),
        };
        Self { schema, direction }
    }
}

impl<T> Shared<T> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Returns the value for a schema. It is made without holding the lock, so two threads may make one; the first is kept.
    pub(super) fn get_or_make(&self, key: SchemaKey, make: impl FnOnce() -> Arc<T>) -> Arc<T> {
        if let Some(present) = self.lock().get(&key) {
            return Arc::clone(present);
        }
        let made = make();
        Arc::clone(self.lock().entry(key).or_insert(made))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SchemaKey, Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prepared {
    /// # Errors
    ///
    /// Two templates differ only in parameter names, and the options do not tell them apart.
    pub(super) fn of(
        description: Option<&Description>,
        operations: &[Operation<'_>],
        options: CompareOptions,
    ) -> Result<Self, Error> {
        let quirks = description.map(Quirks::of).unwrap_or_default();
        let mut router = Router::new(RouterOptions {
            is_case_insensitive: quirks.case_insensitive,
            ignores_duplicate_slashes: quirks.ignore_duplicate_slashes,
            ignores_trailing_slash: quirks.ignore_trailing_slash,
        });
        for (index, operation) in operations.iter().enumerate() {
            for (rank, prefix) in prefixes(operation, &quirks, options).iter().enumerate() {
                router.add(
                    operation.method,
                    &format!("{prefix}{}", operation.path),
                    index,
                    rank,
                );
            }
        }
        if !options.mends.equivalent_templates
            && let Some((one, other)) = router.equivalent()
        {
            let (one, other) = (&operations[one], &operations[other]);
            let documents = other.description().documents();
            return Err(Error::at(
                ErrorKind::Unsupported,
                documents.name(other.at.file),
                documents.place(other.at),
                format!(
                    "{} and {} differ in names of parameters alone: without the mend `equivalent_templates` they cannot be told apart",
                    one.path, other.path
                ),
            ));
        }
        Ok(Self {
            quirks,
            patterns: Patterns::default(),
            router,
            bundles: Shared::new(),
            declared: Shared::new(),
        })
    }
}

/// Returns the possible prefixes of the path of an operation, best first.
fn prefixes(operation: &Operation<'_>, quirks: &Quirks, options: CompareOptions) -> Vec<String> {
    if let Some(base) = quirks.base_path.as_ref().filter(|base| !base.is_empty()) {
        return vec![base.clone()];
    }
    if options.mends.servers {
        return with_servers(operation);
    }
    let description = operation.description();
    if description.version() == Version::V2 {
        let base = description
            .root()
            .get("basePath")
            .and_then(Node::as_str)
            .unwrap_or("");
        return vec![base.to_owned()];
    }
    vec![String::new()]
}

/// Returns the paths of servers, then none, then those that have variables of any value: they match what the others do not.
fn with_servers(operation: &Operation<'_>) -> Vec<String> {
    let paths = path_prefixes(operation)
        .into_iter()
        .filter(|path| !path.is_empty());
    let (open, mut prefixes): (Vec<String>, Vec<String>) = paths.partition(|path| path.contains('{'));
    prefixes.push(String::new());
    prefixes.extend(open);
    prefixes
}
