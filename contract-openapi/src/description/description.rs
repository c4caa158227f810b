//! A description with its files.

use super::{Operation, Version};
use crate::document::{Documents, Limits, LoadOptions, Node, Sources};
use crate::{Error, ErrorKind};

/// A description of an HTTP API and the files that it consists of.
///
/// Loading parses the files, but does not check them.
#[derive(Debug, Clone)]
pub struct Description {
    documents: Documents,
    version: Version,
}

impl Description {
    /// Reads a description in a single text.
    ///
    /// # Errors
    ///
    /// The text is neither YAML nor JSON, or names no supported version of OpenAPI.
    ///
    /// ```
    /// use contract_openapi::{Description, Version};
    ///
    /// let text = "openapi: 3.1.0\ninfo: {title: Orders, version: 1.0.0}\npaths: {}\n";
    /// let description = Description::from_text("openapi.yaml", text)?;
    /// assert_eq!(description.version(), Version::V3_1);
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn from_text(name: &str, text: &str) -> Result<Self, Error> {
        Self::from_documents(Documents::from_text(name, text, &Limits::default())?)
    }

    /// Reads a description and all files that it refers to.
    ///
    /// # Errors
    ///
    /// The first file cannot be read or names no supported version of OpenAPI, or a limit is exceeded.
    ///
    /// ```
    /// use contract_openapi::Description;
    /// use contract_openapi::document::{LoadOptions, MemorySources};
    ///
    /// let sources = MemorySources::from([
    ///     ("api/openapi.yaml", "openapi: 3.0.3\npaths:\n  /pets: {$ref: paths/pets.yaml}\n"),
    ///     ("api/paths/pets.yaml", "get: {responses: {200: {description: Pets}}}\n"),
    /// ]);
    /// let description = Description::load("api/openapi.yaml", &sources, &LoadOptions::default())?;
    /// let operations = description.operations();
    /// assert_eq!((operations[0].method, operations[0].path), ("get", "/pets"));
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn load(name: &str, sources: &dyn Sources, options: &LoadOptions) -> Result<Self, Error> {
        Self::from_documents(Documents::load(name, sources, options)?)
    }

    fn from_documents(documents: Documents) -> Result<Self, Error> {
        let Some(version) = Version::of(documents.root()) else {
            let place = documents.place(documents.root().at);
            let name = documents.name(documents.root().at.file);
            return Err(Error::at(
                ErrorKind::Unsupported,
                name,
                place,
                "no OpenAPI description: it needs `swagger: \"2.0\"` or `openapi: 3.x.y` at its top",
            ));
        };
        Ok(Self { documents, version })
    }

    /// Returns the version of the OpenAPI specification.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the files.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Returns the root of the first file.
    pub fn root(&self) -> &Node {
        self.documents.root()
    }

    /// Returns `info.version`, as written.
    pub fn api_version(&self) -> Option<String> {
        self.root()
            .descend(["info", "version"])
            .and_then(Node::scalar_text)
    }

    /// Returns the operations in document order.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        Operation::all(self)
    }

    /// Returns the node, or the target of its references; the node itself if the target does not exist.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Node) -> &'a Node {
        self.documents.resolve(node).unwrap_or(node)
    }
}
