//! What `#[consumer_test]` expands to.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use super::description::TestDescription;
use super::directory;
use super::provider::MockProvider;
use super::record::Recorder;
use super::running_test;
#[cfg(feature = "mock-tls")]
use super::server::{Protection, ServerTls};
use super::serving::Serving;
use super::session::Session;
use crate::contract::Specification;
use crate::report::Style;
use crate::{Error, ErrorKind};

/// What the attribute knows about the test.
#[derive(Debug, Clone, Copy)]
pub struct ConsumerTest<const N: usize> {
    /// The consumer's name.
    pub consumer: &'static str,
    /// The providers, in the order of the parameters.
    pub providers: [TestProvider; N],
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
    /// Whether to find out what the test does not need.
    pub minimize: bool,
}

/// What the attribute knows about one of the providers.
#[derive(Debug, Clone, Copy)]
pub struct TestProvider {
    /// Its name.
    pub name: &'static str,
    /// The address to listen at, if it is not to be a free port.
    pub listen: Option<&'static str>,
    /// Whether pages of other origins may use it.
    pub cors: bool,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// What its interactions must agree with.
    pub description: Option<TestDescription>,
}

/// The runtime that a test gets.
#[derive(Debug, Clone, Copy)]
pub enum Flavor {
    /// With the test's thread alone.
    CurrentThread,
    /// With several threads.
    MultiThread,
}

/// What a test may return: nothing, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "a consumer test returns nothing or a `Result`, and this one returns `{Self}`",
    label = "returns `{Self}`",
    note = "whether the test passed decides whether the contract is written: compare what it returns in its body, also in place of `=>` of `#[test_case]`"
)]
pub trait TestOutcome {
    /// Returns whether the test passed.
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

/// Runs the body, in a runtime of its own, with its mock providers; then checks them and writes the contracts, if everything
/// went as expected.
///
/// # Panics
///
/// If the body panics, if expectations were not met, or if a contract cannot be written.
#[track_caller]
pub fn run<const N: usize, F, R>(
    flavor: Flavor,
    test: &ConsumerTest<N>,
    body: impl FnOnce([MockProvider; N]) -> F,
) -> R
where
    F: Future<Output = R>,
    R: TestOutcome,
{
    let mut runtime = match flavor {
        Flavor::MultiThread => tokio::runtime::Builder::new_multi_thread(),
        Flavor::CurrentThread => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("starting the runtime of a consumer test: {error}"),
    };
    let (running, providers) = Running::start(test);
    let outcome = runtime.block_on(async { running.explaining(body(providers)).await });
    // Connections that the body left open must not keep the runtime.
    runtime.shutdown_background();
    running.conclude(outcome)
}

/// As [`run`], without a runtime: the body blocks.
#[track_caller]
pub fn run_blocking<const N: usize, R: TestOutcome>(
    test: &ConsumerTest<N>,
    body: impl FnOnce([MockProvider; N]) -> R,
) -> R {
    let (running, providers) = Running::start(test);
    let explain = Explain(&running.sessions);
    let outcome = body(providers);
    std::mem::forget(explain);
    running.conclude(outcome)
}

/// As [`run`], within the runtime that another attribute gives the test. What it returns has to be
/// concluded.
pub async fn run_within<const N: usize, F, R>(
    test: &ConsumerTest<N>,
    body: impl FnOnce([MockProvider; N]) -> F,
) -> Ended<N, R>
where
    F: Future<Output = R>,
    R: TestOutcome,
{
    let (running, providers) = Running::start(test);
    let outcome = running.explaining(body(providers)).await;
    Ended { running, outcome }
}

/// A test whose body has ended.
#[must_use = "nothing is checked or written until it is concluded"]
pub struct Ended<const N: usize, R> {
    running: Running<N>,
    outcome: R,
}

impl<const N: usize, R: TestOutcome> Ended<N, R> {
    /// Checks the providers and writes the contracts.
    ///
    /// # Panics
    ///
    /// As [`run`].
    #[track_caller]
    pub fn conclude(self) -> R {
        self.running.conclude(self.outcome)
    }
}

/// The providers of a test that runs.
struct Running<const N: usize> {
    sessions: [Arc<Session>; N],
}

impl<const N: usize> Running<N> {
    #[track_caller]
    fn start(test: &ConsumerTest<N>) -> (Self, [MockProvider; N]) {
        let sessions = test
            .providers
            .map(|provider| Arc::new(Session::new(test.recorder(provider.name))));
        let mut providers = Vec::with_capacity(N);
        for (session, provider) in sessions.iter().zip(&test.providers) {
            let started = provider
                .describe(session, Path::new(test.manifest_dir))
                .and_then(|()| provider.serving())
                .and_then(|serving| MockProvider::start(Arc::clone(session), &serving));
            match started {
                // The end of the test looks after it, not its drop.
                Ok(provider) => providers.push(provider.managed()),
                Err(error) => panic!("{error}"),
            }
        }
        let Ok(providers) = <[MockProvider; N]>::try_from(providers) else {
            unreachable!("one provider was started for each session");
        };
        (Self { sessions }, providers)
    }

    /// Waits for the body. One that panics is still explained.
    async fn explaining<R>(&self, body: impl Future<Output = R>) -> R {
        let explain = Explain(&self.sessions);
        let outcome = body.await;
        std::mem::forget(explain);
        outcome
    }

    #[track_caller]
    fn conclude<R: TestOutcome>(self, outcome: R) -> R {
        let sessions = &self.sessions;
        let verdict = check_all(sessions);
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
            for session in sessions {
                session.recorder.failed();
            }
            if let Err(error) = verdict {
                tell(&error);
            }
        }
        outcome
    }
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
                running_test::with_case(self.name, running_test::name().as_deref())
            )),
            minimize: Some(self.minimize),
        }
    }
}

impl TestProvider {
    /// A provider of this name on a free port.
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            listen: None,
            cors: false,
            tls: false,
            description: None,
        }
    }

    /// Reads the provider's description, if there is one.
    fn describe(&self, session: &Session, manifest_dir: &Path) -> Result<(), Error> {
        if let Some(description) = &self.description {
            session.is_described_by(description.load(manifest_dir)?);
        }
        Ok(())
    }

    fn serving(&self) -> Result<Serving, Error> {
        if self.tls && !cfg!(feature = "mock-tls") {
            return Err(Error::new(
                ErrorKind::MissingFeature,
                format!(
                    "the mock provider {:?} cannot speak TLS: build contract-core with the feature `mock-tls`",
                    self.name
                ),
            ));
        }
        Ok(Serving {
            address: self.listen.map(ToOwned::to_owned),
            cors: self.cors,
            #[cfg(feature = "mock-tls")]
            protection: if self.tls {
                Protection::Tls(ServerTls::self_signed([] as [&str; 0])?)
            } else {
                Protection::None
            },
            ..Serving::default()
        })
    }
}

impl MockProvider {
    /// Leaves the end of the test to [`Running::conclude`].
    fn managed(self) -> Self {
        self.session().finish();
        self
    }
}
