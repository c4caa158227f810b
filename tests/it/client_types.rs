//! `pattern_of` on the types of a real client: Docker's API, as the crate bollard reads it.

use bollard_stubs::models;
use contract_core::json;
use contract_core::pattern::{Learned, pattern_of_example};
use contract_core::prelude::*;
use serde::de::DeserializeOwned;

macro_rules! types {
    ($($ty:ident),+ $(,)?) => {
        /// The message for each type that was not learnt.
        fn refusals() -> Vec<String> {
            [$(refusal::<models::$ty>()),+].into_iter().flatten().collect()
        }
    };
}

types! {
    AuthResponse, ChangeType, Config, ContainerCreateResponse, ContainerInspectResponse,
    ContainerSummary, ContainerWaitResponse, DistributionInspect, Driver, DriverData, ErrorResponse,
    EventMessage, FilesystemChange, HealthStatusEnum, HostConfig, IdResponse, ImageHistoryResponseItem,
    ImageInspect, ImageInspectRootFs, ImageManifestSummary, ImageManifestSummaryAttestationData,
    ImageManifestSummaryImageData, ImageManifestSummaryImageDataSize, ImageManifestSummarySize,
    ImageSummary, Network, NetworkConnectRequest, NetworkCreateRequest, NetworkCreateResponse,
    NetworkDisconnectRequest, NetworkInspect, Node, Plugin, PluginConfig, PluginConfigArgs,
    PluginConfigInterface, PluginConfigLinux, PluginConfigNetwork, PluginDevice, PluginEnv, PluginMount,
    PluginSettings, PortSummary, RestartPolicyNameEnum, Secret, Service, Swarm, SystemInfo,
    SystemVersion, SystemVersionComponents, SystemVersionPlatform, Task, Volume, VolumeUsageData,
}

/// Why the type was not learnt, if it was not. The type reads the example of what is learnt.
fn refusal<T: DeserializeOwned>() -> Option<String> {
    let learned = match Learned::of::<T>() {
        Ok(learned) => learned,
        Err(error) => return Some(error.to_string()),
    };
    let pattern = learned.pattern();
    if let Err(error) = json::from_value::<T>(&pattern.expand().example) {
        panic!("{}: {error}", learned.type_name);
    }
    None
}

#[test]
fn the_types_of_a_docker_client_are_learnt_but_for_texts_that_are_parsed_by_hand() {
    let refusals = refusals();
    // An option with a function of its own is required, and of what it reads only `null` is found.
    let unknown = [
        "ImageManifestSummary: $.Kind:",
        "PortSummary: $.Type:",
        "Volume: $.Scope:",
    ];
    assert_eq!(refusals.len(), unknown.len(), "{refusals:#?}");
    for (refusal, place) in refusals.iter().zip(unknown) {
        assert!(
            refusal.contains(place) && refusal.contains("pattern_of_example"),
            "{refusal}"
        );
    }
}

#[test]
fn an_image_needs_what_the_client_says() {
    let learned = Learned::of::<models::ImageSummary>().unwrap();
    let required: Vec<&str> = learned
        .fields
        .iter()
        .filter(|field| field.required && field.path.matches(['.', '[']).count() == 1)
        .map(|field| field.path.as_str())
        .collect();
    assert_eq!(
        required,
        [
            "$.Containers",
            "$.Created",
            "$.Id",
            "$.Labels",
            "$.ParentId",
            "$.RepoDigests",
            "$.RepoTags",
            "$.SharedSize",
            "$.Size",
        ]
    );
    // The client reads `null` for lists that Docker leaves out.
    assert!(learned.field("$.RepoTags").unwrap().null_tolerated);
}

#[test]
fn an_example_of_the_provider_is_cut_to_what_the_client_needs() {
    let volume = serde_json::json!({
        "Name": "data", "Driver": "local", "Mountpoint": "/var/lib/docker/volumes/data", "Labels": { "team": "web" },
        "Options": { "type": "nfs" }, "Scope": "local", "CreatedAt": "2026-01-01T12:30:00Z"
    });
    let pattern: Pattern = pattern_of_example::<models::Volume>(volume);
    let example = pattern.expand().example;
    assert_eq!(example["Name"], "data");
    assert!(example.get("CreatedAt").is_none(), "{example}");
    // Docker's client reads no volume without it.
    assert_eq!(example["Scope"], "local");
}
