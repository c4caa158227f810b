//! The descriptions that consumer tests are compared with.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::record::Recorder;
use crate::contract::Interaction;
use crate::description::{ProviderDescription, ReadDescription, stays_beside};
use crate::{Error, ErrorKind};

/// What the attribute knows about the description of a provider.
#[derive(Debug, Clone, Copy)]
pub struct TestDescription {
    /// A file, or `broker:PROVIDER@BRANCH`.
    pub source: &'static str,
    /// Reads it.
    pub read: ReadDescription,
}

/// The descriptions that tests of this process have read, by their full names.
static READ: Mutex<Option<HashMap<String, Arc<dyn ProviderDescription>>>> = Mutex::new(None);

impl TestDescription {
    /// Returns the description, which is read once in a process. A path begins at the folder of the crate.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn load(&self, manifest_dir: &Path) -> Result<Arc<dyn ProviderDescription>, Error> {
        let is_published = self.source.starts_with(BROKER);
        let name = if is_published {
            self.source.to_owned()
        } else {
            full_name(manifest_dir, self.source)
        };
        // Held while it is read, so that tests that begin together read it once. An entry is whole or absent.
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let read = read.get_or_insert_default();
        if let Some(known) = read.get(&name) {
            return Ok(Arc::clone(known));
        }
        let description = if is_published {
            let content = published(self.source)?;
            (self.read)(&name, &|wanted| {
                if wanted == name {
                    return Ok(content.clone());
                }
                Err(Error::new(
                    ErrorKind::Usage,
                    "a published description is one file",
                ))
            })
        } else {
            (self.read)(&name, &|wanted| {
                if wanted != name {
                    stays_beside(Path::new(&name), Path::new(wanted))?;
                }
                std::fs::read_to_string(wanted).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
            })
        };
        let description =
            description.map_err(|error| error.context(format!("reading openapi = {:?}", self.source)))?;
        read.insert(name, Arc::clone(&description));
        Ok(description)
    }
}

/// How the name of a published description begins.
const BROKER: &str = "broker:";

/// Joins folder and path, without `.` and `..`, with `/` between the steps.
fn full_name(folder: &Path, path: &str) -> String {
    let mut full = PathBuf::new();
    for step in folder.join(path).components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => {
                full.pop();
            }
            other => full.push(other),
        }
    }
    full.to_string_lossy().replace('\\', "/")
}

/// Fetches the description that `broker:PROVIDER@BRANCH` names.
#[cfg(feature = "broker")]
fn published(source: &str) -> Result<String, Error> {
    let named = source
        .strip_prefix(BROKER)
        .and_then(|named| named.split_once('@'))
        .filter(|(provider, of)| !provider.is_empty() && !of.is_empty());
    let Some((provider, of)) = named else {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "openapi = {source:?} names no description: write broker:PROVIDER@BRANCH, with the name of a branch, an \
                 environment or a version"
            ),
        ));
    };
    let Some(client) = crate::broker::Client::from_env()? else {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "openapi = {source:?} is a description of the broker: set {} to its address",
                crate::broker::Client::URL_VARIABLE
            ),
        ));
    };
    // The test may run within a runtime, which must not be blocked by another one on the same thread.
    let fetched = std::thread::scope(|scope| {
        let fetching = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| {
                    Error::new(
                        ErrorKind::Io,
                        format!("starting a runtime to fetch {source}: {error}"),
                    )
                })?;
            runtime.block_on(client.provider_description(provider, of))
        });
        fetching.join()
    });
    match fetched {
        Ok(fetched) => fetched.map(|description| description.content),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[cfg(not(feature = "broker"))]
fn published(source: &str) -> Result<String, Error> {
    Err(Error::new(
        ErrorKind::MissingFeature,
        format!(
            "openapi = {source:?} is a description of the broker: build contract-core with the feature `broker`"
        ),
    ))
}

/// Refuses an interaction that needs what the provider does not describe, while its author's line is known.
///
/// # Errors
///
/// `Invalid`, with each disagreement and its places.
pub(super) fn agrees(
    description: &dyn ProviderDescription,
    interaction: &Interaction,
    recorder: &Recorder,
) -> Result<(), Error> {
    let disagreements = description.disagreements(interaction)?;
    if disagreements.is_empty() {
        return Ok(());
    }
    let test = recorder.test.as_ref();
    let test = test.map_or_else(String::new, |test| format!(" ({test})"));
    let mut message = format!(
        "{:?} needs what {:?} does not describe{test}",
        interaction.description, recorder.provider
    );
    for disagreement in disagreements {
        // Writing into a text cannot fail.
        let _ = write!(message, "\n  {disagreement}");
    }
    Err(Error::new(ErrorKind::Invalid, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_name_has_no_steps_back() {
        for (path, full) in [
            ("openapi.yaml", "/projects/shop/openapi.yaml"),
            ("./openapi.yaml", "/projects/shop/openapi.yaml"),
            ("../api/openapi.yaml", "/projects/api/openapi.yaml"),
            ("/elsewhere/openapi.yaml", "/elsewhere/openapi.yaml"),
        ] {
            assert_eq!(full_name(Path::new("/projects/shop"), path), full);
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_are_read_beside_the_description_only() {
        struct Described;
        impl ProviderDescription for Described {
            fn disagreements(&self, _: &Interaction) -> Result<Vec<crate::description::Disagreement>, Error> {
                Ok(Vec::new())
            }
        }
        fn read_all(
            name: &str,
            read: crate::description::ReadText<'_>,
        ) -> Result<Arc<dyn ProviderDescription>, Error> {
            let folder = Path::new(name).parent().unwrap();
            for file in ["openapi.yaml", "beside.yaml", "linked.yaml"] {
                read(&folder.join(file).to_string_lossy())?;
            }
            let error = read(&folder.join("outside.yaml").to_string_lossy()).unwrap_err();
            assert!(error.to_string().contains("a link out of the folder"), "{error}");
            Ok(Arc::new(Described))
        }
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("openapi.yaml"), "openapi: 3.1.0").unwrap();
        std::fs::write(at("beside.yaml"), "a: 1").unwrap();
        std::os::unix::fs::symlink(at("beside.yaml"), at("linked.yaml")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), at("outside.yaml")).unwrap();
        let description = TestDescription {
            source: "openapi.yaml",
            read: read_all,
        };
        assert!(description.load(folder.path()).is_ok());
    }
}
