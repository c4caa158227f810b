//! Walks two schemas.

use std::borrow::Cow;
use std::collections::HashMap;

use super::all_of::merged;
use super::normal::{is_alike, is_equivalent};
use super::types::{admits_null, change_of_types, nullability, types_of};
use super::{branches, constraint, keywords, other, property, value};
use crate::breaking::sink::{Report, SchemaPair, Sink, Subject};
use crate::breaking::{BreakingOptions, rule};
use crate::description::{Description, Location, Operation};
use crate::document::Node;

/// The sender of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::breaking) enum Side {
    /// The consumer.
    Request,
    /// The provider.
    Response,
}

/// What the schemas describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::breaking) enum Part {
    /// A body of this media type; of a response with this status.
    Body {
        media_type: String,
        status: Option<String>,
    },
    /// A parameter.
    Parameter {
        location: Location,
        name: String,
        is_required: bool,
    },
}

impl Part {
    pub(super) fn is_parameter(&self) -> bool {
        matches!(self, Self::Parameter { .. })
    }

    pub(super) fn is_header(&self) -> bool {
        matches!(
            self,
            Self::Parameter {
                location: Location::Header,
                ..
            }
        )
    }
}

/// Two schemas under comparison.
pub(in crate::breaking) struct Walk<'w, 'a> {
    pub(super) sink: &'w mut Sink<'a>,
    pub(super) options: &'w BreakingOptions,
    pub(super) operation: &'w Operation<'a>,
    pub(super) side: Side,
    pub(super) part: Part,
    /// Pairs of schemas being compared, with their depth: a repeated pair adds nothing.
    active: HashMap<SchemaPair, usize>,
    /// The lowest depth of a repeated pair below the current one.
    lowest_repeat: usize,
    depth: usize,
    /// Number of pairs compared.
    work: usize,
    /// Whether it was reported that not everything was compared.
    is_cut: bool,
}

/// A pair of schemas, with references resolved, at one place.
#[derive(Clone, Copy)]
pub(super) struct Pair<'p> {
    pub(super) old: &'p Node,
    pub(super) new: &'p Node,
    /// The path from the body: names and steps joined by `/`; empty at the body itself.
    pub(super) way: &'p str,
}

/// Maximum nesting of compared schemas; `MAX_WORK` is the maximum number of pairs of one body.
const MAX_DEPTH: usize = 64;
const MAX_WORK: usize = 2_000;

impl<'w, 'a> Walk<'w, 'a> {
    pub(in crate::breaking) fn new(
        sink: &'w mut Sink<'a>,
        options: &'w BreakingOptions,
        operation: &'w Operation<'a>,
        side: Side,
        part: Part,
    ) -> Self {
        Self {
            sink,
            options,
            operation,
            side,
            part,
            active: HashMap::new(),
            lowest_repeat: usize::MAX,
            depth: 0,
            work: 0,
            is_cut: false,
        }
    }

    /// Compares two schemas.
    pub(in crate::breaking) fn compare(mut self, old: &Node, new: &Node) {
        self.pair(old, new, "");
    }

    /// Compares two schemas at a place.
    pub(super) fn pair(&mut self, old: &Node, new: &Node, way: &str) {
        let (base, revision) = (self.sink.base, self.sink.revision);
        let (old, new) = (self.whole(base, old), self.whole(revision, new));
        let (old, new) = (old.as_ref(), new.as_ref());
        let key = SchemaPair {
            old: old.at,
            new: new.at,
            is_request: self.side == Side::Request,
        };
        // Generated schemas have no place of their own.
        let is_placed = old.at.is_known() && new.at.is_known();
        if is_placed && self.sink.unchanged.contains(&key) {
            return;
        }
        if self.depth >= MAX_DEPTH || self.work >= MAX_WORK {
            self.cut(Pair { old, new, way });
            return;
        }
        if let Some(depth) = self.active.get(&key).filter(|_| is_placed) {
            self.lowest_repeat = self.lowest_repeat.min(*depth);
            return;
        }
        let reports = self.sink.reports;
        self.active.insert(key, self.depth);
        self.depth += 1;
        self.work += 1;
        self.judge(Pair { old, new, way });
        self.depth -= 1;
        self.active.remove(&key);
        // A pair that repeats one further up is not yet known to be equal.
        if self.lowest_repeat >= self.depth {
            self.lowest_repeat = usize::MAX;
            let is_whole = is_placed && self.work < MAX_WORK && self.depth + 1 < MAX_DEPTH;
            if self.sink.reports == reports && is_whole && matches!(self.part, Part::Body { .. }) {
                self.sink.unchanged.insert(key);
            }
        }
    }

    /// Returns a schema without its reference, and without `allOf` if that is to be merged.
    pub(super) fn whole<'n>(&self, description: &'n Description, schema: &'n Node) -> Cow<'n, Node> {
        if self.options.compares_meaning {
            merged(description, schema)
        } else {
            Cow::Borrowed(description.resolve(schema))
        }
    }

    /// Reports, once, that schemas cannot be compared whole, unless they are written the same.
    fn cut(&mut self, pair: Pair<'_>) {
        if self.is_cut || pair.old.same_value(pair.new) && self.sink.has_same_components() {
            return;
        }
        self.is_cut = true;
        let text = "is too large, or has a $dynamicRef to one of several schemas: it is not compared whole"
            .to_owned();
        self.report(pair, "not-compared", text, &[]);
    }

    /// Returns whether two schemas say the same.
    pub(super) fn is_alike(&self, old: &Node, new: &Node) -> bool {
        is_alike(self.sink.base, old, self.sink.revision, new)
    }

    fn judge(&mut self, pair: Pair<'_>) {
        // One edit, one change: a schema made nullable by a wrapper is only reported as that.
        if let Some(became) = self.wrapped_in_null(pair) {
            self.report(pair, became, became.replace('-', " "), &[]);
            return;
        }
        let is_wrapped = is_wrapped_in_one_of(pair, |node| self.sink.revision.resolve(node).clone());
        let list = self.list_of_types(pair);
        if let Some(became) = nullability(pair.old, pair.new) {
            self.report(pair, became, became.replace('-', " "), &[]);
        }
        if is_wrapped {
            self.report(pair, "wrapped-in-one-of", "was wrapped in oneOf".to_owned(), &[]);
        } else if !list {
            self.types(pair);
        }
        constraint::compare(self, pair);
        value::compare(self, pair);
        // There is no rule for a wrapped property: its branches report it.
        let is_told = list || is_wrapped && pair.way.is_empty();
        let skips = if is_told {
            branches::Skip::Alternatives
        } else {
            branches::Skip::Nothing
        };
        branches::compare(self, pair, skips);
        property::compare(self, pair, is_wrapped);
        keywords::compare(self, pair);
        other::compare(self, pair);
        if pair.old.get("$dynamicRef").is_some() || pair.new.get("$dynamicRef").is_some() {
            self.cut(pair);
        }
    }

    fn types(&mut self, pair: Pair<'_>) {
        // The provider ignores such a property in a request.
        if self.side == Side::Request && Marks::of(pair).is_read_only {
            return;
        }
        let is_json = match &self.part {
            Part::Body { media_type, .. } => is_json(media_type),
            Part::Parameter { .. } => false,
        };
        let Some(change) = change_of_types(pair.old, pair.new, self.side, is_json) else {
            return;
        };
        let mut suffix = change.suffix;
        if matches!(self.part, Part::Parameter { .. }) {
            let narrows = super::types::is_covered(&types_of(pair.new), &types_of(pair.old));
            if suffix == "type-compatible" {
                suffix = "type-generalized";
            }
            if suffix == "type-changed" && narrows && change.what == "type" && !pair.way.is_empty() {
                suffix = "type-specialized";
            }
        }
        let text = format!(
            "changed its {} from {} to {}",
            change.what, change.old, change.new
        );
        self.report(pair, suffix, text, &[change.what, &change.old, &change.new]);
    }

    /// Returns whether a single type became a list of types in `oneOf` or `anyOf`, or the other way round;
    /// reports it.
    fn list_of_types(&mut self, pair: Pair<'_>) -> bool {
        let resolved = |node: &Node, is_old: bool| {
            let description = if is_old {
                self.sink.base
            } else {
                self.sink.revision
            };
            description.resolve(node).clone()
        };
        let (Some(old), Some(new)) = (
            TypeList::of(pair.old, &|node| resolved(node, true)),
            TypeList::of(pair.new, &|node| resolved(node, false)),
        ) else {
            return false;
        };
        if !old.is_list && !new.is_list {
            return false;
        }
        let gone: Vec<String> = old
            .types
            .iter()
            .filter(|name| !new.types.contains(name))
            .cloned()
            .collect();
        let added: Vec<String> = new
            .types
            .iter()
            .filter(|name| !old.types.contains(name))
            .cloned()
            .collect();
        if gone.is_empty() && added.is_empty() {
            return old.is_list != new.is_list;
        }
        let narrows = match self.side {
            Side::Request => !gone.is_empty(),
            Side::Response => added.is_empty(),
        };
        let names = if narrows {
            gone.join(", ")
        } else {
            added.join(", ")
        };
        let (suffix, verb) = if narrows {
            ("list-of-types-narrowed", "lost")
        } else {
            ("list-of-types-widened", "got")
        };
        self.report(pair, suffix, format!("{verb} the types {names}"), &[&names]);
        true
    }

    /// Returns the suffix of the rule's id if one schema is the other in a `oneOf` with `null`.
    fn wrapped_in_null(&self, pair: Pair<'_>) -> Option<&'static str> {
        let (base, revision) = (self.sink.base, self.sink.revision);
        let payload = |wrapped: &Node, resolve: &dyn Fn(&Node) -> Node| -> Option<Node> {
            let branches = wrapped.get("oneOf")?.as_array()?;
            let says_more = wrapped
                .entries()
                .any(|(keyword, _)| keyword != "oneOf" && !super::normal::is_annotation(keyword));
            let [one, other] = branches else { return None };
            let is_null = |node: &Node| {
                let node = resolve(node);
                node.get("type").and_then(Node::as_str) == Some("null")
            };
            match (is_null(one), is_null(other)) {
                (true, false) if !says_more => Some(other.clone()),
                (false, true) if !says_more => Some(one.clone()),
                _ => None,
            }
        };
        let is_plain = |node: &Node| {
            !admits_null(node)
                && ["oneOf", "anyOf", "allOf", "not"]
                    .iter()
                    .all(|keyword| node.get(keyword).is_none())
        };
        let in_base = |node: &Node| base.resolve(node).clone();
        let in_revision = |node: &Node| revision.resolve(node).clone();
        if is_plain(pair.old)
            && let Some(payload) = payload(pair.new, &in_revision)
        {
            let resolve = |node: &Node, is_old: bool| if is_old { in_base(node) } else { in_revision(node) };
            return is_equivalent(pair.old, &payload, &resolve, 0).then_some("became-nullable");
        }
        if is_plain(pair.new)
            && let Some(payload) = payload(pair.old, &in_base)
        {
            let resolve = |node: &Node, is_old: bool| if is_old { in_base(node) } else { in_revision(node) };
            return is_equivalent(&payload, pair.new, &resolve, 0).then_some("became-not-nullable");
        }
        None
    }

    /// Reports a change of the schema at this place.
    #[expect(clippy::needless_pass_by_value, reason = "a text is made for its report")]
    pub(super) fn report(&mut self, pair: Pair<'_>, suffix: &str, text: String, arguments: &[&str]) {
        let marks = Marks::of(pair);
        let is_body = matches!(self.part, Part::Body { .. });
        let place = match (is_body, pair.way.is_empty()) {
            (true, true) => "body",
            (true, false) => "property",
            (false, true) => "parameter",
            (false, false) => "parameter-property",
        };
        let side = match self.side {
            Side::Request => "request",
            Side::Response => "response",
        };
        let special = match self.side {
            Side::Request if marks.is_read_only => Some("request-read-only-property"),
            Side::Response if marks.is_write_only => Some("response-write-only-property"),
            _ => None,
        };
        let plain = format!("{side}-{place}-{suffix}");
        let id = match special {
            Some(special) if is_body && !pair.way.is_empty() => {
                let id = format!("{special}-{suffix}");
                if rule(&id).is_some() { id } else { plain }
            }
            _ => plain,
        };
        self.report_as(&id, pair, &text, arguments);
    }

    /// Reports a change with this id at this place.
    pub(super) fn report_as(&mut self, id: &str, pair: Pair<'_>, text: &str, arguments: &[&str]) {
        let what = self.what(pair.way);
        let mut all: Vec<String> = match &self.part {
            Part::Body { media_type, status } => status.iter().cloned().chain([media_type.clone()]).collect(),
            Part::Parameter { location, name, .. } => vec![location.name().to_owned(), name.clone()],
        };
        if !pair.way.is_empty() {
            all.insert(0, pair.way.to_owned());
        }
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let report = Report {
            id,
            text: format!("{what} {text}"),
            arguments: all,
            base: Some(pair.old.at),
            revision: Some(pair.new.at),
        };
        self.sink.report(Some(Subject::of(self.operation)), report);
    }

    /// Returns the subject of a report.
    fn what(&self, way: &str) -> String {
        let part = match &self.part {
            Part::Body { status: None, .. } => "the request body".to_owned(),
            Part::Body {
                status: Some(status), ..
            } => format!("the body of the response with status {status}"),
            Part::Parameter { location, name, .. } => format!("the {} parameter `{name}`", location.name()),
        };
        if way.is_empty() {
            part
        } else {
            format!("`{way}` of {part}")
        }
    }
}

/// The `readOnly` and `writeOnly` marks of a property in the newer description.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) is_read_only: bool,
    pub(super) is_write_only: bool,
}

impl Marks {
    pub(super) fn of(pair: Pair<'_>) -> Self {
        let has = |mark: &str| pair.new.get(mark).and_then(Node::as_bool) == Some(true);
        Self {
            is_read_only: has("readOnly"),
            is_write_only: has("writeOnly"),
        }
    }
}

/// Returns whether a media type is JSON.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or(media_type).trim();
    essence == "application/json" || essence.ends_with("+json")
}

/// Returns whether an object became a `oneOf` of objects that have its properties.
fn is_wrapped_in_one_of(pair: Pair<'_>, resolve: impl Fn(&Node) -> Node) -> bool {
    let Some(properties) = pair
        .old
        .get("properties")
        .filter(|_| pair.old.get("oneOf").is_none())
    else {
        return false;
    };
    let Some(branches) = pair.new.get("oneOf").and_then(Node::as_array) else {
        return false;
    };
    if pair.new.get("properties").is_some() || pair.new.get("type").is_some() {
        return false;
    }
    branches.iter().map(resolve).any(|branch| {
        let names = branch.get("properties");
        properties
            .entries()
            .any(|(name, _)| names.is_some_and(|names| names.get(name).is_some()))
    })
}

/// The types of a schema with nothing but types.
struct TypeList {
    types: Vec<String>,
    /// Whether they are in `oneOf` or `anyOf`.
    is_list: bool,
}

impl TypeList {
    fn of(schema: &Node, resolve: &dyn Fn(&Node) -> Node) -> Option<Self> {
        if ["not", "allOf", "properties"]
            .iter()
            .any(|keyword| schema.get(keyword).is_some())
        {
            return None;
        }
        if let Some(name) = schema
            .get("type")
            .and_then(|node| node.as_str().or_else(|| node.strings().next()))
        {
            return Some(Self {
                types: vec![name.to_owned()],
                is_list: false,
            });
        }
        let branches = ["oneOf", "anyOf"]
            .iter()
            .find_map(|keyword| schema.get(keyword).and_then(Node::as_array))?;
        let types: Option<Vec<String>> = branches
            .iter()
            .map(|branch| {
                let branch = resolve(branch);
                let is_simple = branch
                    .entries()
                    .all(|(keyword, _)| keyword == "type" || super::normal::is_annotation(keyword));
                branch
                    .get("type")
                    .and_then(Node::as_str)
                    .filter(|_| is_simple)
                    .map(str::to_owned)
            })
            .collect();
        types
            .filter(|types| !types.is_empty())
            .map(|types| Self { types, is_list: true })
    }
}
