//! Detects interactions that need a Pact plugin.
//!
//! A plugin adds content types, matching rules and transports. An interaction that uses one is reported and not
//! verified: comparing its bytes, or sending it over HTTP, would verify something else than the contract means.

use std::fmt;

use crate::json::Value;

use super::{Body, Contract, Interaction, InteractionKind, Members, Message};

/// What an interaction needs that this library does not support.
///
/// Displayed as `it needs the plugin protobuf 0.3.14 (transport "grpc"), which this library does not run`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PluginNeed {
    /// The plugins' names, with their versions if the contract has them; empty if only the transport is unknown.
    pub plugins: Vec<String>,
    /// The transport, if it is not HTTP.
    pub transport: Option<String>,
    /// The content type handled by a plugin of the contract, if the interaction itself names no plugin.
    pub content_type: Option<String>,
}

impl Contract {
    /// Returns which plugin or transport this interaction needs; `None` if it can be verified.
    ///
    /// It needs one if it has a `pluginConfiguration`, a transport other than HTTP, or contents of a type handled by a
    /// plugin in the contract's `metadata.plugins`.
    ///
    /// ```
    /// use contract_core::contract::Contract;
    ///
    /// let contract = Contract::read_str(
    ///     r#"{"interactions": [{"type": "Asynchronous/Messages", "description": "area", "transport": "grpc"}]}"#,
    ///     "area.json",
    /// )?;
    /// let need = contract.plugin_need(&contract.interactions[0]).unwrap();
    /// assert_eq!(need.to_string(), "it needs the transport \"grpc\", which this library does not have");
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    pub fn plugin_need(&self, interaction: &Interaction) -> Option<PluginNeed> {
        let mut plugins: Vec<String> = configured(interaction)
            .map(|name| self.with_version(name))
            .collect();
        let transport = interaction
            .transport
            .clone()
            .filter(|transport| !is_known(transport, &interaction.kind));
        let mut content_type = None;
        if plugins.is_empty() && self.plugins().next().is_some() {
            let types = content_types(interaction);
            let of_a_plugin = types.iter().find_map(|content_type| {
                let plugin = self.plugins().find(|plugin| handles(plugin, content_type))?;
                Some((self.with_version(plugin), content_type.clone()))
            });
            if let Some((plugin, handled)) = of_a_plugin {
                plugins.push(plugin);
                content_type = Some(handled);
            }
        }
        (!plugins.is_empty() || transport.is_some()).then_some(PluginNeed {
            plugins,
            transport,
            content_type,
        })
    }

    /// Returns the names of the plugins that the contract lists.
    fn plugins(&self) -> impl Iterator<Item = &str> {
        let listed = self.metadata.get("plugins").and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(|plugin| plugin.get("name")?.as_str())
    }

    /// Returns the plugin with its version: `protobuf 0.3.14`. All versions in the contract are listed.
    fn with_version(&self, name: &str) -> String {
        let listed = self.metadata.get("plugins").and_then(Value::as_array);
        let mut versions: Vec<&str> = listed
            .into_iter()
            .flatten()
            .filter(|plugin| plugin.get("name").and_then(Value::as_str) == Some(name))
            .filter_map(|plugin| plugin.get("version")?.as_str())
            .collect();
        versions.sort_unstable();
        versions.dedup();
        if versions.is_empty() {
            name.to_owned()
        } else {
            format!("{name} {}", versions.join("/"))
        }
    }
}

impl fmt::Display for PluginNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.plugins.is_empty() {
            let transport = self.transport.as_deref().unwrap_or_default();
            return write!(
                f,
                "it needs the transport {transport:?}, which this library does not have"
            );
        }
        let plugins = if self.plugins.len() == 1 {
            "plugin"
        } else {
            "plugins"
        };
        write!(f, "it needs the {plugins} {}", self.plugins.join(", "))?;
        match (&self.transport, &self.content_type) {
            (Some(transport), _) => write!(f, " (transport {transport:?})")?,
            (None, Some(content_type)) => write!(f, " (content type {content_type:?})")?,
            (None, None) => {}
        }
        f.write_str(", which this library does not run")
    }
}

/// Returns the plugins that the interaction is configured for.
fn configured(interaction: &Interaction) -> impl Iterator<Item = &str> {
    let unknown = match &interaction.kind {
        InteractionKind::Unknown { members, .. } => members.get("pluginConfiguration"),
        _ => None,
    };
    let configuration = interaction.extra.get("pluginConfiguration").or(unknown);
    let by_name = configuration.and_then(Value::as_object).map(Members::keys);
    by_name.into_iter().flatten().map(String::as_str)
}

/// Returns whether interactions of this kind can be exchanged over the transport.
fn is_known(transport: &str, kind: &InteractionKind) -> bool {
    match transport.to_ascii_lowercase().as_str() {
        "" | "http" | "https" => true,
        "message" | "messages" | "async" | "sync" | "async-message" | "sync-message" => {
            !matches!(kind, InteractionKind::Http(_))
        }
        _ => false,
    }
}

/// Returns the content types of all bodies, without parameters, in lower case.
fn content_types(interaction: &Interaction) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    let mut add = |body: &Body, named: Option<&str>| {
        let own = body.content().and_then(|content| content.content_type.as_ref());
        let own = own.map(super::ContentType::as_str);
        types.extend([own, named].into_iter().flatten().map(|text| {
            let essence = text.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        }));
    };
    let of_message = |message: &Message| {
        let named = ["contentType", "content-type", "Content-Type"]
            .iter()
            .find_map(|name| message.metadata.get(*name)?.as_str());
        named.map(str::to_owned)
    };
    match &interaction.kind {
        InteractionKind::Http(http) => {
            add(&http.request.body, http.request.headers.first("content-type"));
            add(&http.response.body, http.response.headers.first("content-type"));
        }
        InteractionKind::Message(message) => add(&message.contents, of_message(message).as_deref()),
        InteractionKind::SyncMessage(exchange) => {
            for message in std::iter::once(&exchange.request).chain(&exchange.responses) {
                add(&message.contents, of_message(message).as_deref());
            }
        }
        InteractionKind::Unknown { .. } => {}
    }
    types
}

/// Returns whether the plugin handles a content type: its name is part of the type, as in `application/protobuf` and
/// `avro/binary`. The plugin for Protocol Buffers also handles gRPC.
fn handles(plugin: &str, content_type: &str) -> bool {
    let plugin = plugin.to_ascii_lowercase();
    content_type.contains(&plugin) || (plugin == "protobuf" && content_type.contains("grpc"))
}
