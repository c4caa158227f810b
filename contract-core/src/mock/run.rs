//! What `#[consumer_test]` expands to.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use super::directory;
use super::provider::MockProvider;
use super::record::Recorder;
use super::session::Session;
use super::socket::bind;
use crate::Error;
use crate::contract::Specification;
use crate::report::Style;
use crate::wire::BODY_LIMIT;

/// What the attribute knows about the test.
#[derive(Debug, Clone, Copy)]
pub struct ConsumerTest<const N: usize> {
    /// The consumer's name.
    pub consumer: &'static str,
    /// The providers' names, in the order of the parameters.
    pub providers: [&'static str; N],
    /// The function's name.
    pub name: &'static str,
    /// `file!()`
    pub file: &'static str,
    /// `line!()`
    pub line: u32,
    /// `env!("CARGO_MANIFEST_DIR")`
    pub manifest_dir: &'static str,
    /// The version to write.
    pub specification: Specification,
    /// Whether the runtime has several threads.
    pub multi_thread: bool,
}

/// What a test may return: nothing, or a `Result`.
pub trait TestOutcome {
    /// Whether the test passed.
    fn passed(&self) -> bool;
}

impl TestOutcome for () {
    fn passed(&self) -> bool {
        true
    }
}

impl<T, E> TestOutcome for Result<T, E> {
    fn passed(&self) -> bool {
        self.is_ok()
    }
}

/// Runs the body with its mock providers; then checks them and writes the contracts, if everything went as expected.
///
/// # Panics
///
/// If the body panics, if expectations were not met, or if a contract cannot be written.
#[track_caller]
pub fn run<const N: usize, F, R>(test: ConsumerTest<N>, body: impl FnOnce([MockProvider; N]) -> F) -> R
where
    F: Future<Output = R>,
    R: TestOutcome,
{
    let mut runtime = if test.multi_thread {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("starting the runtime of a consumer test: {error}"),
    };
    let sessions: [Arc<Session>; N] = test
        .providers
        .map(|provider| Arc::new(Session::new(test.recorder(provider))));
    let outcome = runtime.block_on(async {
        let mut providers = Vec::with_capacity(N);
        for session in &sessions {
            let started = bind(None, "")
                .and_then(|socket| MockProvider::start(Arc::clone(session), socket, BODY_LIMIT));
            match started {
                Ok(provider) => providers.push(provider),
                Err(error) => panic!("{error}"),
            }
        }
        // The end of this function looks after them, not their drop. A body that panics is still explained by it.
        let Ok(providers) = <[MockProvider; N]>::try_from(providers) else {
            unreachable!("one provider was started for each session");
        };
        let guard = Explain(&sessions);
        let outcome = body(providers.map(MockProvider::managed)).await;
        std::mem::forget(guard);
        outcome
    });
    // Connections that the body left open must not keep the runtime.
    runtime.shutdown_background();
    let verdict = check_all(&sessions);
    if outcome.passed() {
        // One of several providers may be there to see that it is not asked; all of them would mean an empty test.
        let expectations = sessions
            .iter()
            .map(|session| session.expects_something())
            .reduce(Result::or)
            .unwrap_or(Ok(()));
        let recorded = verdict
            .and(expectations)
            .and_then(|()| sessions.iter().try_for_each(|session| session.record()));
        if let Err(error) = recorded {
            panic!("{error}");
        }
    } else {
        for session in &sessions {
            session.recorder.failed();
        }
        if let Err(error) = verdict {
            tell(&error);
        }
    }
    outcome
}

/// Tells about unexpected requests when the body panics: they are often the reason.
struct Explain<'a>(&'a [Arc<Session>]);

impl Drop for Explain<'_> {
    fn drop(&mut self) {
        for session in self.0 {
            session.recorder.failed();
            if !session.unexpected().is_empty()
                && let Err(error) = session.verify(Style::detect())
            {
                tell(&error);
            }
        }
    }
}

fn check_all(sessions: &[Arc<Session>]) -> Result<(), Error> {
    let mut failed: Option<Error> = None;
    for session in sessions {
        if let Err(error) = session.verify(Style::detect()) {
            failed = Some(match failed {
                None => error,
                Some(earlier) => Error::new(error.kind(), format!("{earlier}\n{error}")),
            });
        }
    }
    failed.map_or(Ok(()), Err)
}

#[expect(
    clippy::print_stderr,
    reason = "the test is failing already; its captured output is where the reason belongs"
)]
pub(super) fn tell(error: &Error) {
    eprintln!("{error}");
}

impl<const N: usize> ConsumerTest<N> {
    fn recorder(&self, provider: &str) -> Recorder {
        Recorder {
            consumer: self.consumer.to_owned(),
            provider: provider.to_owned(),
            directory: directory::contracts(Path::new(self.manifest_dir)),
            specification: self.specification,
            test: Some(format!(
                "{}:{} {}",
                self.file.replace('\\', "/"),
                self.line,
                self.name
            )),
        }
    }
}

impl MockProvider {
    /// Leaves the end of the test to [`run`].
    fn managed(self) -> Self {
        self.session().finish();
        self
    }
}
