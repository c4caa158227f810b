# Thin aliases; every one is a plain cargo command.

# The whole story in one terminal.
quickstart *ARGS:
    cargo run -p quickstart -- {{ARGS}}

test:
    cargo test --workspace

lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

bench:
    cargo bench -p contract-core --bench matching

ci:
    .ci/run
