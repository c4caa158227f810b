//! All files of a description.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::part::Part;
use super::position::ResourceId;
use super::reference::{Reference, resolved};
use super::resource::{Around, Finder, Resource};
use super::{Base, FileId, Limits, Node, Object, Place, Position, ReadError, Sources, Value, escape, read};
use crate::Error;

/// What a description may be made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    /// The limits.
    pub limits: Limits,
    /// Whether `$ref` may lead to `http:` and `https:` addresses, which are then asked of the [`Sources`].
    pub allow_urls: bool,
    /// Whether `$ref` may lead out of the folder of the first file.
    pub allow_outside: bool,
}

/// The files of a description: the first one and all that its references lead to.
#[derive(Debug, Clone)]
pub struct Documents {
    files: Vec<File>,
    by_name: HashMap<String, FileId>,
    /// Files that a reference leads to and that could not be read, with the reason.
    missing: HashMap<String, String>,
    /// Schemas with an address of their own, by their [`ResourceId`] from 1.
    resources: Vec<Resource>,
    /// References to the schemas that extend another one by `allOf`, by the position of that one.
    subtypes: OnceLock<HashMap<Position, Vec<Node>>>,
}

#[derive(Debug, Clone)]
struct File {
    name: String,
    text: String,
    root: Node,
    /// Where the lines of the text begin, once one was asked for.
    line_starts: OnceLock<Vec<usize>>,
}

impl Documents {
    /// Reads one text; references to other files lead nowhere.
    ///
    /// # Errors
    ///
    /// The text is not a document, see [`read`]; the error names the place.
    pub fn from_text(name: &str, text: &str, limits: &Limits) -> Result<Self, Error> {
        Self::of_first(name, text.to_owned(), limits)
    }

    fn of_first(name: &str, text: String, limits: &Limits) -> Result<Self, Error> {
        let mut documents = Self {
            files: Vec::new(),
            by_name: HashMap::new(),
            missing: HashMap::new(),
            resources: Vec::new(),
            subtypes: OnceLock::new(),
        };
        documents.add(name, text, limits)?;
        Ok(documents)
    }

    /// Reads the file with this name and all files that references lead to.
    ///
    /// A file beyond the first that is missing, unreadable or not allowed is not an error here: it makes the reference that
    /// leads to it unresolved.
    ///
    /// # Errors
    ///
    /// The first file is missing or no document, or a limit over all files is exceeded.
    pub fn load(name: &str, sources: &dyn Sources, options: &LoadOptions) -> Result<Self, Error> {
        let text = sources
            .read(name)
            .map_err(|error| Error::file(name, error.to_string()))?;
        let mut total = text.len();
        let mut documents = Self::of_first(name, text, &options.limits)?;
        let folder = folder_of(name).to_owned();
        let mut next = 0;
        while let Some(file) = documents.files.get(next) {
            let id = Self::id_at(next);
            let mut wanted = Vec::new();
            documents.collect_files(&file.root, &file.name, &mut wanted);
            for target in wanted {
                if documents.by_name.contains_key(&target) || documents.missing.contains_key(&target) {
                    continue;
                }
                let text = match allowed(&target, &folder, options) {
                    Ok(()) => sources.read(&target).map_err(|error| error.to_string()),
                    Err(reason) => Err(reason),
                };
                let text = match text {
                    Ok(text) => text,
                    Err(reason) => {
                        documents.missing.insert(target, reason);
                        continue;
                    }
                };
                total = total.saturating_add(text.len());
                if documents.files.len() >= options.limits.max_files || total > options.limits.max_total_bytes
                {
                    return Err(Error::file(
                        documents.name(id),
                        format!(
                            "the description has more than {} files or {} bytes: raise the limit or split it",
                            options.limits.max_files, options.limits.max_total_bytes
                        ),
                    ));
                }
                if let Err(error) = documents.add(&target, text, &options.limits) {
                    documents.missing.insert(target, error.to_string());
                }
            }
            next += 1;
        }
        Ok(documents)
    }

    fn add(&mut self, name: &str, text: String, limits: &Limits) -> Result<(), Error> {
        let id = Self::id_at(self.files.len());
        let mut root = read(&text, id, limits).map_err(|error: ReadError| Error::read(name, &error))?;
        self.find_resources(id, name, &text, &mut root)?;
        self.by_name.insert(name.to_owned(), id);
        self.files.push(File {
            name: name.to_owned(),
            text,
            root,
            line_starts: OnceLock::new(),
        });
        Ok(())
    }

    /// Finds the schemas of a file that have an address of their own.
    fn find_resources(&mut self, id: FileId, name: &str, text: &str, root: &mut Node) -> Result<(), Error> {
        // Few descriptions have any: the others are not walked.
        if !text.contains("$id") && !text.contains("$self") {
            return Ok(());
        }
        let mut finder = Finder {
            resources: &mut self.resources,
            file: id,
            way: Vec::new(),
        };
        let around = Around {
            id: ResourceId::FILE,
            address: name,
        };
        finder.look(root, Part::Keywords, around).map_err(|_| {
            Error::file(
                name,
                "the description has more than 65535 schemas with an `$id`: remove those that no reference names",
            )
        })
    }

    /// Returns the address that references are relative to: that of a schema with an `$id`, or the name of the file.
    pub(crate) fn address(&self, base: Base) -> &str {
        self.resource(base)
            .map_or(self.name(base.file), |resource| resource.address.as_str())
    }

    /// Returns the schema with an address of its own that references are relative to, if they are to any.
    pub(super) fn resource(&self, base: Base) -> Option<&Resource> {
        let index = usize::from(base.resource.0).checked_sub(1)?;
        self.resources.get(index)
    }

    /// Returns whether references are relative to a schema with an `$id`, not to a whole file.
    pub(crate) fn is_in_own_schema(&self, base: Base) -> bool {
        self.resource(base)
            .is_some_and(|resource| !resource.way.is_empty())
    }

    /// Returns the root of a schema or file with an address of its own.
    pub(super) fn root_of_resource(&self, resource: &Resource) -> &Node {
        let root = self.root_of(resource.file);
        root.descend(resource.way.iter().map(String::as_str))
            .unwrap_or(root)
    }

    /// Returns the schema or file that says of itself that it has the address in a reference.
    pub(super) fn addressed(&self, from: Base, reference: &Reference<'_>) -> Option<&Resource> {
        if self.resources.is_empty() || reference.file.is_empty() {
            return None;
        }
        let address = resolved(self.address(from), reference.file);
        self.resources.iter().find(|resource| resource.address == address)
    }

    /// Collects the names of all files that references of this node lead to.
    fn collect_files(&self, node: &Node, file: &str, wanted: &mut Vec<String>) {
        match &node.value {
            Value::Array(elements) => {
                for element in elements {
                    self.collect_files(element, file, wanted);
                }
            }
            Value::Object(object) => {
                for (name, member) in object.iter() {
                    if name == "$ref"
                        && let Some(text) = member.node.as_str()
                    {
                        let reference = Reference::parse(text);
                        let is_here = self.addressed(member.node.at.base(), &reference).is_some();
                        wanted.extend(reference.file_from(file).filter(|_| !is_here));
                    }
                    self.collect_files(&member.node, file, wanted);
                }
            }
            _ => {}
        }
    }

    /// Returns the identity of the file with this index; there are at most [`Limits::max_files`].
    fn id_at(index: usize) -> FileId {
        FileId(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// Returns references to the schemas that extend the schema at a position by `allOf`, directly or not.
    pub(crate) fn subtypes(&self, schema: Position) -> Vec<Node> {
        let direct = self.subtypes.get_or_init(|| self.find_subtypes());
        let mut found: Vec<Node> = Vec::new();
        let mut seen = HashSet::from([schema]);
        let mut waiting = vec![schema];
        while let Some(base) = waiting.pop() {
            for reference in direct.get(&base).into_iter().flatten() {
                let target = self.resolve(reference).map(|target| target.at);
                if let Ok(target) = target
                    && seen.insert(target)
                {
                    found.push(reference.clone());
                    waiting.push(target);
                }
            }
        }
        found
    }

    fn find_subtypes(&self) -> HashMap<Position, Vec<Node>> {
        let mut subtypes: HashMap<Position, Vec<Node>> = HashMap::new();
        for file in self.files() {
            for way in [["components", "schemas"].as_slice(), ["definitions"].as_slice()] {
                let schemas = self.root_of(file).descend(way.iter().copied());
                for (name, schema) in schemas.into_iter().flat_map(Node::entries) {
                    let reference = Node {
                        at: schema.at.in_file(),
                        ..Node::from(format!("#/{}/{}", way.join("/"), escape(name)).as_str())
                    };
                    let reference: Object = [("$ref", reference)].into_iter().collect();
                    let branches = schema.get("allOf").and_then(Node::as_array).unwrap_or_default();
                    for branch in branches.iter().filter(|branch| branch.get("$ref").is_some()) {
                        if let Ok(base) = self.resolve(branch) {
                            subtypes
                                .entry(base.at)
                                .or_default()
                                .push(reference.clone().into());
                        }
                    }
                }
            }
        }
        subtypes
    }

    /// Returns the first file's root node.
    pub fn root(&self) -> &Node {
        self.root_of(FileId::ROOT)
    }

    /// Returns the root node of a file.
    pub fn root_of(&self, file: FileId) -> &Node {
        &self.file(file).root
    }

    /// Returns the name of a file, as its source was asked for it.
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// Returns the file with this identity. Identities come from this value alone; a foreign one means the first
    /// file.
    fn file(&self, file: FileId) -> &File {
        self.files.get(file.index()).unwrap_or(&self.files[0])
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Never: there is at least the first file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the identities of all files, the first one first.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..self.files.len()).map(Self::id_at)
    }

    /// Returns the file with this name.
    pub fn by_name(&self, name: &str) -> Option<FileId> {
        self.by_name.get(name).copied()
    }

    /// Returns whether a reference leads to a file that could not be read. URLs that were not asked for do not count.
    pub fn refers_to_missing_files(&self) -> bool {
        self.missing.keys().any(|name| !is_url(name))
    }

    /// Why a file that a reference leads to could not be read.
    pub(crate) fn why_missing(&self, name: &str) -> Option<&str> {
        self.missing.get(name).map(String::as_str)
    }

    /// Returns a position with the name of its file; `None` if it is unknown.
    pub fn place(&self, at: Position) -> Option<Place> {
        at.is_known().then(|| Place {
            file: self.name(at.file).to_owned(),
            line: at.line,
            column: at.column,
        })
    }

    /// Returns the line of text at a position, without its end.
    pub fn line(&self, at: Position) -> Option<&str> {
        let line = usize::try_from(at.line.checked_sub(1)?).ok()?;
        self.file(at.file).line(line)
    }
}

impl File {
    /// Returns the line with this index, without its end.
    fn line(&self, index: usize) -> Option<&str> {
        let starts = self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(end, _)| end + 1);
            std::iter::once(0).chain(ends).collect()
        });
        self.text.get(*starts.get(index)?..)?.lines().next()
    }
}

/// Returns the folder of a file: everything up to the last `/`, with it; without one up to the last `:`, so that the files
/// beside `REVISION:openapi.yaml` are those of the same revision.
pub(crate) fn folder_of(name: &str) -> &str {
    name.rfind('/')
        .or_else(|| name.rfind(':'))
        .map_or("", |end| &name[..=end])
}

fn is_url(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// Returns whether a reference may lead to this file.
fn allowed(target: &str, folder: &str, options: &LoadOptions) -> Result<(), String> {
    if is_url(target) && !is_url(folder) {
        return if options.allow_urls {
            Ok(())
        } else {
            Err("references to URLs are not followed unless they are allowed (--allow-url-refs)".to_owned())
        };
    }
    if target.contains("://") && !is_url(target) {
        return Err("only relative files and http(s) URLs can be referenced".to_owned());
    }
    let outside = !target.starts_with(folder) || target.split('/').any(|step| step == "..");
    if outside && !options.allow_outside {
        return Err(
            "references may not leave the folder of the description unless that is allowed".to_owned(),
        );
    }
    Ok(())
}
