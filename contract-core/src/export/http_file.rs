//! Requests for editors that run `.http` files.

use std::fmt::Write as _;

use super::form::{Exchange, without_rules};
use crate::import::Notes;

pub(super) fn write(exchanges: &[Exchange<'_>], notes: &mut Notes) -> String {
    let mut text = String::from("@baseUrl = http://localhost:8080\n");
    for exchange in exchanges {
        without_rules(*exchange, notes);
        let description = &exchange.interaction.description;
        notes.lost(
            description.clone(),
            "its response: the file says in a comment which status is expected",
        );
        let _ = writeln!(text, "\n### {}", on_one_line(description));
        for state in &exchange.interaction.provider_states {
            let _ = writeln!(text, "# given {}", on_one_line(&state.to_string()));
        }
        let _ = writeln!(text, "# expects {}", exchange.status());
        let request = &exchange.http.request;
        let _ = writeln!(
            text,
            "{} {{{{baseUrl}}}}{}",
            request.method,
            exchange.http.request.target()
        );
        for (name, values) in request.headers.iter() {
            for value in values {
                let _ = writeln!(text, "{name}: {}", on_one_line(value));
            }
        }
        match exchange.sent_text() {
            Some(body) => {
                if body.lines().any(|line| line.starts_with("###")) {
                    notes.lost(
                        description.clone(),
                        "a line of its body begins with ###, which ends the request in such a file",
                    );
                }
                let _ = writeln!(text, "\n{body}");
            }
            None if request.body.content().is_some() => {
                notes.lost(description.clone(), "the body of its request, which is not text");
            }
            None => {}
        }
    }
    text
}

fn on_one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
