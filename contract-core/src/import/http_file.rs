//! `.http` and `.rest` files of editors: requests separated by lines of `###`, with stored or inline
//! responses.

use super::Source;
use super::draft::{self, Draft};
use super::exchange_headers::is_of_provider;
use super::finding::{Notes, Unfit};
use super::options::Options;
use super::url::Url;
use super::variables::Variables;
use crate::contract::{Headers, Request, Response};

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "PATCH", "OPTIONS", "TRACE",
];

/// Reads the requests of a file that have a response.
pub(super) fn read(source: &Source, options: &Options, notes: &mut Notes) -> Vec<Draft> {
    let lines: Vec<Line<'_>> = source
        .text
        .lines()
        .enumerate()
        .map(|(index, text)| Line {
            number: index + 1,
            text,
        })
        .collect();
    let mut reader = Reader {
        source,
        options,
        variables: Variables::of(options.variables.clone()),
        notes,
    };
    for line in &lines {
        if let Some((name, value)) = line.text.strip_prefix('@').and_then(|text| text.split_once('=')) {
            reader.variables.add(name.trim(), value.trim());
        }
    }
    let mut drafts = Vec::new();
    let mut title = None;
    let mut block: Vec<Line<'_>> = Vec::new();
    for line in lines {
        if let Some(next) = line.text.strip_prefix("###") {
            reader.block(&block, title, &mut drafts);
            block.clear();
            title = Some(next.trim_matches(['#', ' ']).to_owned()).filter(|title| !title.is_empty());
        } else {
            block.push(line);
        }
    }
    reader.block(&block, title, &mut drafts);
    drafts
}

#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl Line<'_> {
    fn place(&self) -> String {
        format!("line {}", self.number)
    }

    fn is_comment(&self) -> bool {
        let text = self.text.trim_start();
        text.starts_with('#') || text.starts_with("//")
    }
}

struct Reader<'a> {
    source: &'a Source,
    options: &'a Options,
    variables: Variables,
    notes: &'a mut Notes,
}

impl Reader<'_> {
    fn block(&mut self, lines: &[Line<'_>], title: Option<String>, drafts: &mut Vec<Draft>) {
        match self.request(lines, title) {
            Ok(draft) => drafts.extend(draft),
            Err(unfit) => self.notes.left_out(unfit),
        }
    }

    /// Reads one request; `None` if the block has only comments and variables.
    fn request(&mut self, lines: &[Line<'_>], title: Option<String>) -> Result<Option<Draft>, Unfit> {
        let mut title = title;
        let is_before =
            |line: &Line<'_>| line.text.trim().is_empty() || line.is_comment() || line.text.starts_with('@');
        let before = lines.iter().take_while(|line| is_before(line)).count();
        for line in &lines[..before] {
            let comment = line.text.trim_start_matches(['#', '/', ' ']);
            if let Some(name) = comment.strip_prefix("@name") {
                title.get_or_insert(name.trim_matches(['=', ' ']).to_owned());
            }
        }
        let Some((first, rest)) = lines[before..].split_first() else {
            return Ok(None);
        };
        let place = first.place();
        if first.text.starts_with('<') || first.text.starts_with("> ") {
            return Err(Unfit::new(
                place,
                "scripts before a request are not read: write the request that they make",
            ));
        }
        // The target may continue in indented lines.
        let continued = rest
            .iter()
            .take_while(|line| line.text.starts_with([' ', '\t']) && !line.text.trim().is_empty())
            .count();
        let mut target = first.text.trim().to_owned();
        for line in &rest[..continued] {
            target.push_str(line.text.trim());
        }
        let mut request = self.target(&target, &place)?;
        let rest = &rest[continued..];
        let of_headers = rest
            .iter()
            .take_while(|line| !line.text.trim().is_empty())
            .count();
        for line in rest[..of_headers].iter().filter(|line| !line.is_comment()) {
            let Some((name, value)) = line.text.split_once(':') else {
                return Err(Unfit::new(
                    line.place(),
                    "a header is expected, as Name: value, or an empty line before the body",
                ));
            };
            request
                .headers
                .append(name.trim(), self.variables.put_into(value.trim(), &line.place())?);
        }
        request.headers.remove("host");
        request.headers.remove("content-length");
        let rest = &rest[of_headers..];
        let response = self.rest(rest, &mut request)?;
        let is_assumed = response.is_none();
        let response = match response {
            Some(response) => response,
            None => self.assumed(&place)?,
        };
        Ok(Some(Draft {
            place,
            name: title,
            states: Vec::new(),
            request,
            response,
            is_assumed,
        }))
    }

    fn assumed(&self, place: &str) -> Result<Response, Unfit> {
        let status = self.options.assume_status.ok_or_else(|| {
            Unfit::new(
                place,
                "the request has no stored response: add one (<> file.200.json), or give a status with --assume-status",
            )
        })?;
        Ok(Response {
            status: Some(status),
            ..Response::default()
        })
    }

    fn target(&self, line: &str, place: &str) -> Result<Request, Unfit> {
        let (method, target) = match line.split_once(char::is_whitespace) {
            Some((method, target)) if method.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                (method, target)
            }
            _ => ("GET", line),
        };
        let method = if method == "GRAPHQL" { "POST" } else { method };
        if !METHODS.contains(&method) {
            return Err(Unfit::new(place, format!("{method} is no method of HTTP")));
        }
        let target = target.trim();
        let target = match target.rsplit_once(char::is_whitespace) {
            Some((target, version)) if version.starts_with("HTTP/") => target.trim(),
            _ => target,
        };
        // A variable at the start is the base address.
        let of_host = target
            .strip_prefix("{{")
            .and_then(|rest| rest.split_once("}}"))
            .map(|(_, path)| path)
            .filter(|path| path.is_empty() || path.starts_with(['/', '?']));
        let target = match of_host {
            Some(path) => format!("http://host{path}"),
            None if target.starts_with('/') || target.contains("://") => target.to_owned(),
            None => format!("http://{target}"),
        };
        let url = Url::parse(&self.variables.put_into(&target, place)?);
        Ok(Request {
            method: method.to_owned(),
            path: url.path,
            query: url.query,
            ..Request::default()
        })
    }

    /// Reads the body, and the response if there is one.
    fn rest(&mut self, lines: &[Line<'_>], request: &mut Request) -> Result<Option<Response>, Unfit> {
        let mut body = Vec::new();
        let mut response = None;
        let mut is_script = false;
        for (index, line) in lines.iter().enumerate() {
            if is_script {
                is_script = !line.text.trim_end().ends_with("%}");
            } else if let Some(name) = line.text.strip_prefix("<>") {
                response = Some(self.stored(name.trim(), line)?);
            } else if line.text.starts_with("> ") || line.text.starts_with(">{%") {
                self.notes.lost(
                    line.place(),
                    "scripts are not read: what they check is not in the contract",
                );
                is_script = line.text.contains("{%") && !line.text.contains("%}");
            } else if line.text.starts_with("HTTP/") {
                response = Some(Self::inline(&lines[index..])?);
                break;
            } else if let Some(name) = line.text.strip_prefix("< ") {
                let bytes = Source::beneath(self.source.folder(), name.trim(), &line.place())?;
                let text = String::from_utf8(bytes).map_err(|_| {
                    Unfit::new(line.place(), "a file that is not text cannot stand in a body")
                })?;
                body.push(text);
            } else {
                body.push(self.variables.put_into(line.text, &line.place())?);
            }
        }
        let body = body.join("\n");
        let content_type = request.headers.first("content-type");
        request.body = draft::body(body.trim().to_owned(), content_type);
        Ok(response)
    }

    /// Reads a stored response: `users.200.json`, with the status before the extension.
    fn stored(&self, name: &str, line: &Line<'_>) -> Result<Response, Unfit> {
        let place = line.place();
        let mut parts = name.rsplit('.');
        let extension = parts.next().unwrap_or_default();
        let status = parts
            .next()
            .and_then(|status| status.parse().ok())
            .filter(|status| (100..=599).contains(status))
            .ok_or_else(|| {
                Unfit::new(
                    place.clone(),
                    "the name of a stored response has the status before its extension: users.200.json",
                )
            })?;
        let content_type = match extension {
            "json" => Some("application/json"),
            "xml" => Some("application/xml"),
            "html" => Some("text/html"),
            "txt" => Some("text/plain"),
            _ => None,
        };
        let bytes = Source::beneath(self.source.folder(), name, &place)?;
        Ok(Response {
            status: Some(status),
            body: draft::body(bytes, content_type),
            ..Response::default()
        })
    }

    /// Reads a response that follows its request: `HTTP/1.1 200 OK`, headers, body.
    fn inline(lines: &[Line<'_>]) -> Result<Response, Unfit> {
        let first = lines[0];
        let status = first
            .text
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .filter(|status| (100..=599).contains(status))
            .ok_or_else(|| Unfit::new(first.place(), "a status is expected, as HTTP/1.1 200 OK"))?;
        let mut headers = Headers::new();
        let of_headers = lines[1..]
            .iter()
            .take_while(|line| !line.text.trim().is_empty())
            .count();
        for line in &lines[1..=of_headers] {
            if let Some((name, value)) = line.text.split_once(':')
                && is_of_provider(name.trim())
            {
                headers.append(name.trim(), value.trim());
            }
        }
        let body: Vec<&str> = lines[1 + of_headers..].iter().map(|line| line.text).collect();
        let body = body.join("\n");
        let content_type = headers.first("content-type").map(str::to_owned);
        Ok(Response {
            status: Some(status),
            headers,
            body: draft::body(body.trim().to_owned(), content_type.as_deref()),
            ..Response::default()
        })
    }
}
