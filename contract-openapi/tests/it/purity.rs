//! The crate does no I/O: it neither reads files nor opens connections, nor looks at clock or environment.

use std::path::Path;

#[test]
fn sources_name_nothing_that_does_io() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    assert!(
        files.len() > 20,
        "{} has only {} files",
        folder.display(),
        files.len()
    );
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let forbidden = [
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "std::io",
            "SystemTime",
            "Instant",
            "Zoned::now",
            "Timestamp::now",
            "println!",
            "read_file",
            "tokio",
            "reqwest",
        ];
        for word in forbidden {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn dependencies_do_no_network() {
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("[dev-dependencies]").next().unwrap();
    for name in ["tokio", "reqwest", "hyper", "rusqlite", "axum", "rustls"] {
        let begins = dependencies.lines().any(|line| line.starts_with(name));
        assert!(!begins, "{name} is a dependency");
    }
    assert!(
        dependencies.contains("contract-core.workspace = true\n"),
        "without features"
    );
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
