//! A thousand mock providers at once in one process, which is this test binary, asked to run one test alone.

use contract_core::prelude::*;

use crate::talk::get;

const WORKER: &str = "CONTRACT_TEST_THOUSAND_PROVIDERS";
const PROVIDERS: usize = 1_000;
/// Threads that start and use them.
const STARTERS: usize = 8;

/// Threads and descriptors that the process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Resources {
    threads: usize,
    descriptors: usize,
}

impl Resources {
    fn now() -> Self {
        let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        Self {
            threads: count("/proc/self/task"),
            descriptors: count("/proc/self/fd"),
        }
    }
}

fn serve(directory: &std::path::Path, number: usize) -> BlockingMockProvider {
    Contract::between("web-app", format!("provider-{number}"))
        .directory(directory)
        .interaction(
            Interaction::http("its number")
                .request(Request::get("/number"))
                .response(Response::ok().text(number.to_string())),
        )
        .serve_blocking()
        .unwrap()
}

/// Not a test of its own: what the process of the test below runs.
#[test]
fn worker() {
    if std::env::var_os(WORKER).is_none() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    // What the first one of a process makes once stays.
    let first = serve(directory.path(), PROVIDERS);
    get(first.url(), "/number");
    drop(first);
    let before = Resources::now();

    let providers: Vec<BlockingMockProvider> = std::thread::scope(|scope| {
        let starters: Vec<_> = (0..STARTERS)
            .map(|starter| {
                let directory = directory.path();
                scope.spawn(move || {
                    let numbers = (0..PROVIDERS).skip(starter).step_by(STARTERS);
                    numbers.map(|number| serve(directory, number)).collect::<Vec<_>>()
                })
            })
            .collect();
        starters
            .into_iter()
            .flat_map(|starter| starter.join().unwrap())
            .collect()
    });
    let during = Resources::now();
    assert!(
        during.threads >= before.threads + PROVIDERS,
        "{before:?} {during:?}"
    );
    let each = (during.descriptors - before.descriptors).div_ceil(PROVIDERS);
    // Four, and one more if tokio is built with signals.
    assert!(each <= 5, "{each} descriptors for each provider");

    std::thread::scope(|scope| {
        for providers in providers.chunks(PROVIDERS / STARTERS) {
            scope.spawn(move || {
                for provider in providers {
                    let answer = get(provider.url(), "/number").body;
                    let name = format!("{provider:?}");
                    assert!(
                        name.contains(&format!("\"provider-{answer}\"")),
                        "{name} answers {answer}"
                    );
                }
            });
        }
    });
    // Half of them end as an error would be handled, half by their drop.
    for (number, provider) in providers.into_iter().enumerate() {
        if number % 2 == 0 {
            provider.finish().unwrap();
        }
    }
    assert_eq!(
        std::fs::read_dir(directory.path())
            .unwrap()
            .filter(is_contract)
            .count(),
        PROVIDERS + 1
    );
    // The system takes a thread off its list a moment after it was joined.
    while Resources::now().threads > before.threads {
        std::thread::yield_now();
    }
    assert_eq!(Resources::now(), before);
}

fn is_contract(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
    name.starts_with("web-app-")
}

#[test]
#[cfg(target_os = "linux")]
fn a_thousand_providers_live_beside_each_other_and_leave_nothing() {
    // A shell raises the number of descriptors, which is 1,024 on many machines, for this process alone.
    let output = std::process::Command::new("sh")
        .args([
            "-c",
            "ulimit -n 8192 && exec \"$0\" --exact mock_many::worker --test-threads 1 --nocapture",
        ])
        .arg(std::env::current_exe().unwrap())
        .env(WORKER, "1")
        .env_remove("CONTRACT_CHECK")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("1 passed"), "{text}");
}
