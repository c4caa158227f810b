//! Texts in charsets, of bodies and of header fields.

use serde_json::{Value, json};

use super::raw::{Raw, answer, verify};
use super::wire::{JSON, ada, get_it};

fn text(content_type: &str, content: &str) -> Value {
    json!({
        "status": 200,
        "headers": { "Content-Type": [content_type] },
        "body": { "content": content, "contentType": content_type, "encoded": false },
    })
}

#[tokio::test]
async fn charsets_are_decoded_or_named() {
    for (content_type, body, content) in [
        ("text/plain; charset=iso-8859-1", &b"n\xe9"[..], "né"),
        ("text/plain; charset=utf-16", b"\xff\xfen\x00\xe9\x00", "né"),
        (
            "application/xml",
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
            "<a>é</a>",
        ),
        (
            "application/xml",
            b"\xfe\xff\x00<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>",
            "<a>é</a>",
        ),
    ] {
        let line = format!("content-type: {content_type}");
        let raw = Raw::answering(answer(&[&line], body));
        assert_eq!(
            verify(&raw.url, get_it(), text(content_type, content)).await,
            "",
            "{content_type}"
        );
        let other = content.replace('é', "è");
        let said = verify(&raw.url, get_it(), text(content_type, &other)).await;
        assert!(said.contains('é') && said.contains('è'), "{said}");
    }
    let raw = Raw::answering(answer(&["content-type: text/plain"], b"n\xe9"));
    let said = verify(&raw.url, get_it(), text("text/plain", "né")).await;
    assert!(
        said.contains("not valid UTF-8: byte 0xE9 at offset 1 (its content type names no charset)"),
        "{said}"
    );
    // A byte order mark before JSON, in UTF-8 and in UTF-16.
    for body in [
        &b"\xef\xbb\xbf{\"name\":\"Ada\"}"[..],
        &utf_16("\u{feff}{\"name\":\"Ada\"}"),
    ] {
        let raw = Raw::answering(answer(&[JSON], body));
        assert_eq!(verify(&raw.url, get_it(), ada()).await, "");
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn a_request_is_sent_in_its_charset() {
    let raw = Raw::answering(answer(&[], b""));
    let request = json!({
        "method": "POST",
        "path": "/it",
        "headers": { "Content-Type": ["text/plain; charset=iso-8859-1"] },
        "body": { "content": "né", "contentType": "text/plain; charset=iso-8859-1", "encoded": false },
    });
    assert_eq!(
        verify(&raw.url, request.clone(), json!({ "status": 200 })).await,
        ""
    );
    assert!(raw.asked()[0].ends_with(b"\r\n\r\nn\xe9"));

    let mut unsendable = request;
    unsendable["body"]["content"] = json!("日本");
    let said = verify(&raw.url, unsendable, json!({ "status": 200 })).await;
    assert!(
        said.contains("characters that iso-8859-1 does not have"),
        "{said}"
    );
}

#[tokio::test]
async fn header_bytes_beyond_ascii_are_utf_8_or_latin_1() {
    let expected = json!({ "status": 200, "headers": { "X-Name": ["né"] } });
    for line in [&b"x-name: n\xe9"[..], "x-name: né".as_bytes()] {
        let bytes = [
            b"HTTP/1.1 200 OK\r\n",
            line,
            b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ]
        .concat();
        let raw = Raw::answering(bytes);
        assert_eq!(verify(&raw.url, get_it(), expected.clone()).await, "");
    }
}
