//! Reads the rules of a rule file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::read::AliasTarget;
use super::{Layer, OwnEntry};
use crate::Error;
use crate::document::Node;
use crate::lint::finding::Severity;
use crate::lint::own::path::JsonPath;
use crate::lint::own::{Check, Field, Format, Function, Given, OwnRule, Refuse};
use crate::lint::rule::lint_rules;

/// Paths by the names of their aliases.
type Aliases = BTreeMap<String, Vec<AliasTarget>>;

/// How many aliases may stand for each other in a row.
const MAX_ALIASES: usize = 16;

/// Members of a rule that only people read.
const INFORMATION: [&str; 6] = ["documentationUrl", "type", "tags", "id", "category", "howToFix"];

/// Reads `rules`.
pub(super) fn read_rules(
    node: &Node,
    aliases: &Aliases,
    formats: Option<&[Format]>,
    layer: &mut Layer,
    refuse: &Refuse<'_>,
) -> Result<(), Error> {
    let rules = Rules {
        aliases,
        formats: formats.unwrap_or_default(),
        refuse: *refuse,
    };
    if node.as_object().is_none() && !node.is_null() {
        return Err(refuse.at(
            node,
            "rules must be an object: the ids of rules with what they say",
        ));
    }
    node.entries()
        .try_for_each(|(id, setting)| rules.rule(id, setting, layer))
}

/// Reads `formats`.
pub(super) fn formats(node: &Node, refuse: &Refuse<'_>) -> Result<Vec<Format>, Error> {
    let Some(elements) = node.as_array() else {
        return Err(refuse.at(node, "formats must be a list, as [oas3]"));
    };
    let named = elements.iter().map(|element| {
        let name = element.scalar_text().unwrap_or_default();
        Format::named(&name).ok_or_else(|| {
            refuse.at(
                element,
                format!("there is no format {name}: oas2, oas3, oas3.0 and oas3.1 exist"),
            )
        })
    });
    named.collect()
}

/// A severity, and whether it turns the rule on.
enum Weight {
    Off,
    On,
    Severity(Severity),
}

/// A path that `given` stands for.
struct Expanded {
    /// The formats of the aliases that led to it: each must admit the document.
    formats: Vec<Vec<Format>>,
    path: String,
}

struct Rules<'r> {
    aliases: &'r Aliases,
    /// The formats of the file, for rules that have none.
    formats: &'r [Format],
    refuse: Refuse<'r>,
}

impl Rules<'_> {
    fn rule(&self, id: &str, setting: &Node, layer: &mut Layer) -> Result<(), Error> {
        let is_definition = setting.get("given").is_some() || setting.get("then").is_some();
        if is_definition || layer.own.contains_key(id) && setting.as_object().is_some() {
            let entry = self.own(id, setting, layer.own.get(id))?;
            layer.own.insert(id.to_owned(), entry);
            return Ok(());
        }
        if !layer.own.contains_key(id) {
            return self.known(id, setting, layer);
        }
        let weight = self.weight(id, setting.get("severity").unwrap_or(setting))?;
        if let Some(entry) = layer.own.get_mut(id) {
            entry.is_on = !matches!(weight, Weight::Off);
            if let Weight::Severity(severity) = weight {
                entry.severity = severity;
            }
            // For overrides, which look at ids alone.
            layer
                .severities
                .insert(id.to_owned(), entry.is_on.then_some(entry.severity));
        }
        Ok(())
    }

    /// Reads what is said about a rule that this crate knows.
    fn known(&self, id: &str, setting: &Node, layer: &mut Layer) -> Result<(), Error> {
        let Some(rule) = lint_rules().iter().find(|rule| rule.id == id) else {
            return Err(self.refuse.at(
                setting,
                format!("there is no rule {id}: a rule of one's own needs given and then"),
            ));
        };
        let other = setting
            .entries()
            .find(|(name, _)| *name != "severity" && !INFORMATION.contains(name));
        if let Some((name, node)) = other {
            return Err(self.refuse.at(
                node,
                format!(
                    "`{name}` of the rule {id} cannot be changed: give its severity alone, or given and then"
                ),
            ));
        }
        let severity = match self.weight(id, setting.get("severity").unwrap_or(setting))? {
            Weight::Off => None,
            Weight::On => Some(rule.severity),
            Weight::Severity(severity) => Some(severity),
        };
        layer.severities.insert(id.to_owned(), severity);
        Ok(())
    }

    fn weight(&self, id: &str, node: &Node) -> Result<Weight, Error> {
        match node.scalar_text().as_deref() {
            Some("off" | "false") => Ok(Weight::Off),
            Some("on" | "true") => Ok(Weight::On),
            Some(text) => Severity::named(text).map(Weight::Severity).ok_or_else(|| {
                self.refuse.at(
                    node,
                    format!("{text} is no severity: write error, warn, info, hint or off"),
                )
            }),
            None => Err(self.refuse.at(node, format!("the rule {id} has no severity"))),
        }
    }

    /// Reads a rule of the file. Without `given` and `then` it changes the weight of a rule that was read before.
    fn own(&self, id: &str, node: &Node, before: Option<&OwnEntry>) -> Result<OwnEntry, Error> {
        let known = [
            "given",
            "then",
            "severity",
            "message",
            "description",
            "formats",
            "recommended",
            "resolved",
            "enabled",
        ];
        if let Some((name, member)) = node
            .members()
            .find(|(name, _)| !known.contains(name) && !INFORMATION.contains(name))
        {
            return Err(self.refuse.at(
                &member.node,
                format!("`{name}` of a rule is not supported: {} are", known.join(", ")),
            ));
        }
        if before.is_some() && node.get("given").is_none() && node.get("then").is_none() {
            // Its places and functions are those of a rule that cannot be read twice: only the weight changes.
            return self.reweighed(id, node, before);
        }
        let required = |name: &str| {
            node.get(name)
                .ok_or_else(|| self.refuse.at(node, format!("the rule {id} needs {name}")))
        };
        let (given, then) = (required("given")?, required("then")?);
        let flag = |name: &str, otherwise: bool| match node.get(name) {
            None => Ok(otherwise),
            Some(value) => value
                .as_bool()
                .ok_or_else(|| self.refuse.at(value, format!("{name} must be true or false"))),
        };
        let is_recommended = flag("recommended", true)? && flag("enabled", true)?;
        let weight = match node.get("severity") {
            None => Weight::On,
            Some(severity) => self.weight(id, severity)?,
        };
        let rule = OwnRule {
            id: id.to_owned(),
            description: self.text(node, "description")?,
            message: self.text(node, "message")?,
            is_resolved: flag("resolved", true)?,
            formats: match node.get("formats") {
                None => self.formats.to_vec(),
                Some(node) => formats(node, &self.refuse)?,
            },
            given: self.given(given)?,
            checks: self.checks(then)?,
        };
        Ok(OwnEntry {
            rule: Arc::new(rule),
            severity: match weight {
                Weight::Severity(severity) => severity,
                Weight::On | Weight::Off => Severity::Warn,
            },
            is_on: is_recommended && !matches!(weight, Weight::Off),
        })
    }

    fn reweighed(&self, id: &str, node: &Node, before: Option<&OwnEntry>) -> Result<OwnEntry, Error> {
        let changed = node
            .members()
            .find(|(name, _)| !["severity", "recommended"].contains(name) && !INFORMATION.contains(name));
        let (Some(before), None) = (before, changed) else {
            let place = changed.map_or(node, |(_, member)| &member.node);
            return Err(self.refuse.at(
                place,
                format!("of the rule {id} only the severity can be changed, unless given and then are written again"),
            ));
        };
        let mut entry = before.clone();
        if let Some(flag) = node.get("recommended").and_then(Node::as_bool) {
            entry.is_on = flag;
        }
        match node
            .get("severity")
            .map(|severity| self.weight(id, severity))
            .transpose()?
        {
            None => {}
            Some(Weight::On) => entry.is_on = true,
            Some(Weight::Off) => entry.is_on = false,
            Some(Weight::Severity(severity)) => {
                entry.is_on = true;
                entry.severity = severity;
            }
        }
        Ok(entry)
    }

    fn text(&self, node: &Node, name: &str) -> Result<Option<String>, Error> {
        match node.get(name) {
            None => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.refuse.at(value, format!("{name} must be a text"))),
            },
        }
    }

    fn given(&self, node: &Node) -> Result<Vec<Given>, Error> {
        let entries: Vec<&Node> = match node.as_array() {
            Some(elements) => elements.iter().collect(),
            None => vec![node],
        };
        let mut given = Vec::new();
        for entry in entries {
            let Some(text) = entry.as_str() else {
                return Err(self
                    .refuse
                    .at(entry, "given must be a JSONPath, or a list of them"));
            };
            for target in self.expanded(entry, text, 0)? {
                let path = JsonPath::parse(&target.path).map_err(|error| {
                    self.refuse.at(
                        entry,
                        format!("the JSONPath {} cannot be used: {error}", target.path),
                    )
                })?;
                given.push(Given {
                    formats: target.formats,
                    path,
                });
            }
        }
        Ok(given)
    }

    /// Returns the paths that a text stands for: itself, or an alias and what follows it.
    fn expanded(&self, node: &Node, text: &str, depth: usize) -> Result<Vec<Expanded>, Error> {
        let Some(rest) = text.strip_prefix('#') else {
            return Ok(vec![Expanded {
                formats: Vec::new(),
                path: text.to_owned(),
            }]);
        };
        let end = rest
            .find(|character: char| !character.is_alphanumeric() && !"_-".contains(character))
            .unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let Some(targets) = self.aliases.get(name) else {
            return Err(self
                .refuse
                .at(node, format!("there is no alias {name}: define it in aliases")));
        };
        if depth >= MAX_ALIASES {
            return Err(self
                .refuse
                .at(node, format!("the alias {name} stands for itself")));
        }
        let mut paths = Vec::new();
        for target in targets {
            for mut inner in self.expanded(node, &target.path, depth + 1)? {
                inner.path.push_str(tail);
                inner.formats.push(target.formats.clone());
                paths.push(inner);
            }
        }
        Ok(paths)
    }

    fn checks(&self, node: &Node) -> Result<Vec<Check>, Error> {
        let entries: Vec<&Node> = match node.as_array() {
            Some(elements) => elements.iter().collect(),
            None => vec![node],
        };
        entries.into_iter().map(|entry| self.check(entry)).collect()
    }

    fn check(&self, node: &Node) -> Result<Check, Error> {
        if let Some((name, member)) = node
            .members()
            .find(|(name, _)| !["field", "function", "functionOptions"].contains(name))
        {
            return Err(self.refuse.at(
                &member.node,
                format!("`{name}` of then is not supported: field, function and functionOptions are"),
            ));
        }
        let Some(function) = node.get("function") else {
            return Err(self.refuse.at(node, "then needs a function"));
        };
        let field = match self.text(node, "field")? {
            None => None,
            Some(text) => Some(Field::parse(&text).map_err(|error| {
                let place = node.get("field").unwrap_or(node);
                self.refuse
                    .at(place, format!("the field {text} cannot be used: {error}"))
            })?),
        };
        Ok(Check {
            field,
            function: Function::read(function, node.get("functionOptions"), &self.refuse)?,
        })
    }
}
