//! The example of the book.

#[test]
fn reads_an_archive() -> Result<(), contract_core::Error> {
    // ANCHOR: read
    use contract_core::import::{self, Options, Source};

    let har = r#"{ "log": { "version": "1.2", "entries": [{
        "request": { "method": "GET", "url": "https://api.test/users/42", "headers": [] },
        "response": { "status": 200, "headers": [], "content": { "mimeType": "application/json", "text": "{}" } }
    }] } }"#;
    let imported = import::read(&[Source::new("users.har", har)], &Options::default())?;
    assert_eq!(imported.interactions[0].description, "GET /users/42");
    // ANCHOR_END: read
    Ok(())
}
