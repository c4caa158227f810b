//! Reads rule files.

use std::collections::BTreeMap;

use super::overrides::Override;
use super::read_rule::{formats, read_rules};
use super::{Chosen, Layer, Ruleset};
use crate::Error;
use crate::document::{FileId, Limits, Node, Reference, Sources, Value, read};
use crate::lint::own::{Format, Refuse};

/// How many rule files may extend each other in a row.
const MAX_DEPTH: usize = 16;

/// A rule file, with what it extends.
#[derive(Default)]
pub(super) struct RuleFile {
    pub(super) ruleset: Ruleset,
    /// Paths by the names of their aliases.
    pub(super) aliases: BTreeMap<String, Vec<AliasTarget>>,
}

/// A path that an alias stands for.
#[derive(Debug, Clone)]
pub(super) struct AliasTarget {
    /// The versions of OpenAPI that it is for; empty for all.
    pub(super) formats: Vec<Format>,
    pub(super) path: String,
}

pub(super) fn load(name: &str, sources: &dyn Sources) -> Result<Ruleset, Error> {
    let mut reader = Reader {
        sources,
        open: Vec::new(),
    };
    reader.file(name).map(|file| file.ruleset)
}

struct Reader<'r> {
    sources: &'r dyn Sources,
    /// The files that are being read, from the first one.
    open: Vec<String>,
}

impl Reader<'_> {
    fn file(&mut self, name: &str) -> Result<RuleFile, Error> {
        let text = self
            .sources
            .read(name)
            .map_err(|error| Error::file(name, error.to_string()))?;
        let root =
            read(&text, FileId::ROOT, &Limits::default()).map_err(|error| Error::read(name, &error))?;
        let refuse = Refuse { file: name };
        let mut file = RuleFile::default();
        self.open.push(name.to_owned());
        let allowed = [
            "extends",
            "rules",
            "aliases",
            "overrides",
            "formats",
            "documentationUrl",
        ];
        for (member, node) in root.members() {
            if !allowed.contains(&member) {
                let mut place = node.node.clone();
                place.at = node.name_at;
                return Err(refuse.at(
                    &place,
                    format!(
                        "`{member}` in a rule file is not supported: {} are",
                        allowed.join(", ")
                    ),
                ));
            }
        }
        if let Some(node) = root.get("extends") {
            self.extends(node, &refuse, &mut file)?;
        }
        if let Some(node) = root.get("aliases") {
            aliases(node, &refuse, &mut file.aliases)?;
        }
        let for_all = root
            .get("formats")
            .map(|node| formats(node, &refuse))
            .transpose()?;
        if let Some(node) = root.get("rules") {
            let mut layer = std::mem::take(&mut file.ruleset.layer);
            read_rules(node, &file.aliases, for_all.as_deref(), &mut layer, &refuse)?;
            file.ruleset.layer = layer;
        }
        if let Some(node) = root.get("overrides") {
            overrides(node, &refuse, &mut file)?;
        }
        self.open.pop();
        Ok(file)
    }

    fn extends(&mut self, node: &Node, refuse: &Refuse<'_>, file: &mut RuleFile) -> Result<(), Error> {
        let entries: Vec<&Node> = match &node.value {
            Value::Array(entries) => entries.iter().collect(),
            _ => vec![node],
        };
        for entry in entries {
            let (name, chosen) = match entry.as_array() {
                Some([name, chosen]) => (name, Some(chosen)),
                Some(_) => {
                    return Err(refuse.at(entry, "write [NAME, off], [NAME, recommended] or [NAME, all]"));
                }
                None => (entry, None),
            };
            let chosen = match chosen.map(|node| (node, node.scalar_text())) {
                None => Chosen::Recommended,
                Some((node, text)) => match text.as_deref() {
                    Some("recommended") => Chosen::Recommended,
                    Some("all") => Chosen::All,
                    Some("off" | "false") => Chosen::Off,
                    _ => return Err(refuse.at(node, "write off, recommended or all")),
                },
            };
            self.extend(name, chosen, refuse, file)?;
        }
        Ok(())
    }

    fn extend(
        &mut self,
        node: &Node,
        chosen: Chosen,
        refuse: &Refuse<'_>,
        file: &mut RuleFile,
    ) -> Result<(), Error> {
        let name = node.as_str().unwrap_or_default();
        match name {
            "spectral:oas" => file.ruleset.style = chosen,
            "vacuum:owasp" => file.ruleset.security = chosen,
            _ => {
                let is_file = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
                let target = Reference::parse(name).file_from(refuse.file);
                let Some(target) = target.filter(|_| is_file && !name.contains("://")) else {
                    return Err(refuse.at(
                        node,
                        format!(
                            "{name} cannot be extended: spectral:oas, vacuum:owasp and files in YAML or JSON can. Save a rule \
                             set of a package or a URL beside this file"
                        ),
                    ));
                };
                if self.open.contains(&target) || self.open.len() >= MAX_DEPTH {
                    return Err(refuse.at(node, format!("{name} extends itself: {}", self.open.join(" → "))));
                }
                let mut base = self.file(&target).map_err(|error| match error.kind() {
                    crate::ErrorKind::File => refuse.at(node, error.to_string()),
                    _ => error,
                })?;
                base.ruleset.choose(chosen);
                file.extend(base);
            }
        }
        Ok(())
    }
}

impl RuleFile {
    fn extend(&mut self, base: Self) {
        let ruleset = &mut self.ruleset;
        ruleset.style = ruleset.style.with(base.ruleset.style);
        ruleset.security = ruleset.security.with(base.ruleset.security);
        ruleset.layer.extend(base.ruleset.layer);
        ruleset.overrides.extend(base.ruleset.overrides);
        self.aliases.extend(base.aliases);
    }
}

impl Ruleset {
    fn choose(&mut self, chosen: Chosen) {
        match chosen {
            Chosen::Recommended => return,
            Chosen::Off => (self.style, self.security) = (Chosen::Off, Chosen::Off),
            Chosen::All => {
                for group in [&mut self.style, &mut self.security] {
                    if *group != Chosen::Off {
                        *group = Chosen::All;
                    }
                }
            }
        }
        self.layer.choose(chosen);
    }
}

impl Chosen {
    /// Returns what is on if two files are extended: what the later one says, if it says anything.
    fn with(self, later: Self) -> Self {
        if later == Self::Off { self } else { later }
    }
}

fn aliases(
    node: &Node,
    refuse: &Refuse<'_>,
    aliases: &mut BTreeMap<String, Vec<AliasTarget>>,
) -> Result<(), Error> {
    for (name, value) in node.entries() {
        let mut targets = Vec::new();
        match value.get("targets").and_then(Node::as_array) {
            Some(entries) => {
                for entry in entries {
                    let only = entry
                        .get("formats")
                        .map(|node| formats(node, refuse))
                        .transpose()?
                        .unwrap_or_default();
                    let Some(given) = entry.get("given") else {
                        return Err(refuse.at(entry, "a target of an alias needs given"));
                    };
                    targets.extend(paths(given, &only, refuse)?);
                }
            }
            None => targets.extend(paths(value, &[], refuse)?),
        }
        aliases.insert(name.to_owned(), targets);
    }
    Ok(())
}

fn paths(node: &Node, formats: &[Format], refuse: &Refuse<'_>) -> Result<Vec<AliasTarget>, Error> {
    let texts: Vec<&str> = node.as_str().into_iter().chain(node.strings()).collect();
    if texts.is_empty() {
        return Err(refuse.at(node, "an alias stands for a JSONPath or a list of them"));
    }
    Ok(texts
        .into_iter()
        .map(|text| AliasTarget {
            formats: formats.to_vec(),
            path: text.to_owned(),
        })
        .collect())
}

fn overrides(node: &Node, refuse: &Refuse<'_>, file: &mut RuleFile) -> Result<(), Error> {
    let Some(entries) = node.as_array() else {
        return Err(refuse.at(node, "overrides must be a list"));
    };
    for entry in entries {
        if let Some((name, member)) = entry
            .members()
            .find(|(name, _)| !["files", "rules", "aliases", "formats"].contains(name))
        {
            return Err(refuse.at(
                &member.node,
                format!("`{name}` of overrides is not supported: files, rules, aliases and formats are"),
            ));
        }
        let mut known = file.aliases.clone();
        if let Some(node) = entry.get("aliases") {
            aliases(node, refuse, &mut known)?;
        }
        let for_all = entry
            .get("formats")
            .map(|node| formats(node, refuse))
            .transpose()?;
        // Rules of the file may be changed, those of other overrides not.
        let mut layer = Layer {
            severities: BTreeMap::new(),
            own: file.ruleset.layer.own.clone(),
        };
        if let Some(rules) = entry.get("rules") {
            read_rules(rules, &known, for_all.as_deref(), &mut layer, refuse)?;
        }
        let named = entry.get("rules");
        layer.own.retain(|id, _| {
            named.is_some_and(|rules| rules.get(id).is_some_and(|rule| rule.as_object().is_some()))
        });
        let Some(files) = entry.get("files") else {
            return Err(refuse.at(entry, "an override needs files"));
        };
        file.ruleset.overrides.push(Override::read(files, layer, refuse)?);
    }
    Ok(())
}
