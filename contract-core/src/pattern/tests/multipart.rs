//! Multipart bodies: parts by name, file name and content, regardless of the boundary.

use super::*;
use crate::contract::{Body, Request, Response, Specification};
use crate::matching::{RequestPlan, ResponsePlan};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Returns parts as written by another writer: other boundary, order and header fields.
fn written(boundary: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Returns the mismatches of these parts in a request and in a response.
fn differences(parts: Vec<BodyPart>, actual: &[(&str, &[u8])]) -> Vec<String> {
    let content_type = "multipart/form-data; boundary=\"other\"; charset=utf-8";
    let expected: Request = Request::post("/").multipart(parts.clone()).into();
    let mut request = Request {
        body: Body::binary(written("other", actual), None),
        ..expected.clone()
    };
    request.headers.set("content-type", vec![content_type.to_owned()]);
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let mismatches = plan.compare(&request).into_mismatches();
    let in_request: Vec<String> = mismatches.into_iter().map(|mismatch| mismatch.path).collect();

    let expected: Response = Response::ok().multipart(parts).into();
    let mut response = Response {
        body: request.body.clone(),
        ..expected.clone()
    };
    response
        .headers
        .set("content-type", vec![content_type.to_owned()]);
    let plan = ResponsePlan::compile(&expected).unwrap();
    let mismatches = plan.compare(&response).into_mismatches();
    let in_response: Vec<String> = mismatches.into_iter().map(|mismatch| mismatch.path).collect();
    assert_eq!(in_request, in_response);
    in_request
}

#[test]
fn parts_are_found_by_name_and_compared_by_their_patterns() {
    let parts = || {
        vec![
            part("title").text(string("Holiday")),
            part("kind").text("photo"),
            part("meta").json(object(vec![
                member("id", integer(1)),
                member("tags", each_like("sea")),
            ])),
            part("note").xml(element("note").attribute("id", integer(1)).text("hello")),
            part("photo")
                .file_name(regex(r"^.+\.png$", "beach.png"))
                .bytes_like("image/png", PNG)
                .header("x-checksum", regex("[0-9a-f]+", "4f")),
        ]
    };
    let title: (&str, &[u8]) = ("content-disposition: form-data; name=title", b"Sea");
    let kind: (&str, &[u8]) = (
        "Content-Disposition: form-data; name=\"kind\"\r\nContent-Type: text/plain",
        b"photo",
    );
    let meta: (&str, &[u8]) = (
        "Content-Type: application/json\r\nContent-Disposition: form-data; name=\"meta\"",
        b"{\"tags\": [\"a\", \"b\"], \"id\": 7}",
    );
    let note: (&str, &[u8]) = (
        "Content-Disposition: form-data; name=\"note\"\r\nContent-Type: text/xml",
        b"<note id='7'>bye</note>",
    );
    let photo: (&str, &[u8]) = (
        "Content-Disposition: form-data; filename=\"x.png\"; name=\"photo\"\r\nContent-Type: image/png\r\nX-Checksum: 00",
        b"\x89PNG\r\n\x1a\n\0\0",
    );
    let none: Vec<String> = Vec::new();
    let all = [photo, note, meta, kind, title];
    if cfg!(feature = "xml") {
        assert_eq!(differences(parts(), &all), none);
    }
    let parts = || -> Vec<BodyPart> {
        let mut parts = parts();
        drop(parts.remove(3));
        parts
    };
    assert_eq!(differences(parts(), &[photo, meta, kind, title]), none);
    for (other, path) in [
        (
            ("Content-Disposition: form-data; name=\"kind\"", &b"film"[..]),
            "$.kind",
        ),
        (
            (
                "Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json",
                &b"{\"id\": \"7\", \"tags\": [\"a\"]}"[..],
            ),
            "$.meta.id",
        ),
        (
            (
                "Content-Disposition: form-data; filename=\"x.gif\"; name=\"photo\"\r\nContent-Type: image/png\r\nX-Checksum: 00",
                PNG,
            ),
            "$.photo.Content-Disposition",
        ),
        (
            (
                "Content-Disposition: form-data; filename=\"x.png\"; name=\"photo\"\r\nContent-Type: image/png\r\nX-Checksum: no",
                PNG,
            ),
            "$.photo.x-checksum",
        ),
        (
            (
                "Content-Disposition: form-data; filename=\"x.png\"; name=\"photo\"\r\nContent-Type: image/png\r\nX-Checksum: 00",
                &b"GIF89a"[..],
            ),
            "$.photo",
        ),
    ] {
        let name = path.split('.').nth(1).unwrap();
        let mut actual = vec![photo, meta, kind, title];
        let own = format!("name=\"{name}\"");
        actual.retain(|(head, _)| !head.contains(&own));
        actual.push(other);
        let found = differences(parts(), &actual);
        let found: Vec<String> = found
            .iter()
            .map(|path| path.replace(['[', ']', '\''], ""))
            .collect();
        assert_eq!(found.len(), 1, "{path} {found:?}");
        let wanted = path.to_ascii_lowercase();
        assert!(
            found[0]
                .to_ascii_lowercase()
                .replace("$.photo", "$.photo.")
                .replace("..", ".")
                .trim_end_matches('.')
                .starts_with(&wanted),
            "{path} {found:?}"
        );
    }
    assert_eq!(differences(parts(), &[photo, meta, kind]), ["$.title"]);
}

#[test]
fn parts_of_one_name_have_their_own_rules() {
    let parts = || {
        vec![
            part("tag").text(regex("[a-z]+", "a")),
            part("tag").text(regex("[0-9]+", "1")),
            // Elements of an array are not parts.
            part("list").json(array(vec![integer(1), string("x")])),
        ]
    };
    let tag = "Content-Disposition: form-data; name=\"tag\"";
    let list = "Content-Disposition: form-data; name=\"list\"\r\nContent-Type: application/json";
    let none: Vec<String> = Vec::new();
    assert_eq!(
        differences(parts(), &[(tag, b"b"), (tag, b"22"), (list, b"[7, \"y\"]")]),
        none
    );
    assert_eq!(
        differences(parts(), &[(tag, b"22"), (tag, b"b"), (list, b"[7, 8]")]),
        ["$.tag[0]", "$.tag[1]", "$.list[1]"]
    );
}

#[test]
fn a_file_name_is_exact_any_or_of_a_form() {
    let file = |name: &str| format!("Content-Disposition: form-data; name=\"f\"; filename={name}");
    let fits = |pattern: Pattern, name: &str| {
        let parts = vec![
            part("f")
                .file_name(pattern)
                .bytes("application/octet-stream", vec![0, 255]),
        ];
        differences(parts, &[(&file(name), &[0, 255])]).is_empty()
    };
    let exact = || "a \"b\".bin".into_pattern();
    assert!(fits(exact(), r#""a \"b\".bin""#));
    assert!(!fits(exact(), "\"other.bin\""));
    assert!(fits(string("a.bin"), "other.bin"));
    assert!(fits(regex("^[a-z]+[.](bin|dat)$", "a.bin"), "\"b.dat\""));
    assert!(!fits(regex("^[a-z]+[.](bin|dat)$", "a.bin"), "\"b.dat.exe\""));
}

#[test]
fn the_boundary_comes_in_no_part() {
    let request: Request = Request::post("/")
        .multipart([part("a").text("x\r\n--contract-part\r\ny")])
        .into();
    let content_type = request.headers.first("content-type").unwrap();
    let boundary = content_type.split_once("boundary=").unwrap().1;
    let body = request.body.to_bytes();
    let body = String::from_utf8_lossy(&body);
    assert_eq!(body.matches(&format!("--{boundary}")).count(), 2, "{body}");
}

#[test]
fn another_multipart_type_can_be_set() {
    let request: Request = Request::post("/")
        .header("content-type", "multipart/mixed")
        .multipart([part("a").text("b")])
        .into();
    let content_type = request.headers.first("content-type").unwrap();
    assert!(
        content_type.starts_with("multipart/mixed; boundary="),
        "{content_type}"
    );
    assert_eq!(request.headers.get("content-type").unwrap().len(), 1);
}

#[test]
fn misuse_of_parts_says_what_to_write() {
    let no_part: [BodyPart; 0] = [];
    for (said, expected) in [
        (
            misuse(move || drop(Request::post("/").multipart(no_part))),
            "a multipart body needs a part",
        ),
        (misuse(|| drop(part("a").text("b").text("c"))), "has two contents"),
        (misuse(|| drop(part("a\nb"))), "is one line"),
        (
            misuse(|| drop(part("a").text(from_state("id", "b")))),
            "without from_state",
        ),
        (
            misuse(|| drop(part("a").file_name(integer(1)))),
            "takes a text, string(…) or regex(…)",
        ),
        (
            misuse(|| drop(part("a").header("content-type", "text/plain"))),
            ".content_type(…)",
        ),
        (
            misuse(|| {
                drop(
                    Request::post("/")
                        .multipart([part("a").json(object(vec![member("Content-Type", integer(1))]))]),
                );
            }),
            "would be one for its header",
        ),
        (
            misuse(|| {
                drop(
                    Request::post("/")
                        .header("content-type", "text/plain")
                        .multipart([part("a").text("b")]),
                );
            }),
            "leave the header out",
        ),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}
