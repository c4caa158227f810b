# Short names for what people do; each is a plain command. `just` lists them.

[private]
default:
    @just --list

# The whole story in one terminal, with a broker of its own.
quickstart *ARGS:
    cargo run -p quickstart -- {{ARGS}}

# A broker on http://127.0.0.1:9292 that keeps its database in `broker.sqlite`.
broker *ARGS:
    cargo run -p contract-broker -- {{ARGS}}

# The `contract` command.
contract *ARGS:
    cargo run --quiet -p contract-testing-cli -- {{ARGS}}

# The tests; ARGS are those of `cargo test`, such as `-p contract-core matching`.
test *ARGS:
    cargo test {{ if ARGS == "" { "--workspace" } else { ARGS } }}

# The broker's tests on SQLite and on a PostgreSQL server that is started for them.
test-broker *ARGS:
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d)
    trap '.ci/postgres stop "$folder" || true; rm -rf "$folder"' EXIT
    CONTRACT_TEST_POSTGRES_URL=$(.ci/postgres start "$folder")
    export CONTRACT_TEST_POSTGRES_URL
    cargo test -p contract-broker {{ARGS}}

# Pact clients of other languages against the broker; installs them below `target/`.
test-clients *ARGS:
    mkdir -p target/pact-clients
    CONTRACT_CLIENTS_DIR="$PWD/target/pact-clients" cargo test -p contract-tests --test clients {{ARGS}}

# Format, clippy, documentation: what a change must not warn about.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Looks at texts that changed and takes them over, one by one (needs cargo-insta).
review:
    cargo insta review

# Benchmarks: `just bench matching`, `mock`, `verification`, `bodies`, `hostile`.
bench NAME *ARGS:
    cargo bench -p contract-core --features full,tls-ring --bench {{NAME}} -- {{ARGS}}

# One fuzz target for a minute (needs cargo-fuzz and a nightly toolchain).
fuzz TARGET SECONDS="60":
    mkdir -p fuzz/corpus/{{TARGET}}
    cargo +nightly fuzz run {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} -- -max_total_time={{SECONDS}} -max_len=100000

# The book, in a browser (needs mdbook).
book:
    mdbook serve docs --open

# What a change must pass.
ci:
    .ci/run
