//! Pages offer what whoever looks at them may do: no link and no form of any page is refused to who is shown it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    accounts::{ADMINISTRATOR, CI, Machine, USER, ask, machine, role, with_writer},
    broker::{Answer, Database, TestBroker, publish_body},
};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const READ_ONLY: &str = "9fa50562-a42b-4771-aa8e-4bb3d623ae60";

/// A button of a form, with what the form sends if nobody fills it in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Button {
    page: String,
    action: String,
    body: String,
    name: String,
}

impl Button {
    /// Whether it is tried after the others, because it takes away what they change.
    fn is_last(&self) -> bool {
        ["delete", "revoke"].contains(&self.name.as_str())
    }
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..start + tag[start..].find('"')?];
    Some(
        value
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&#38;", "&"),
    )
}

/// The tags of a text that begin with this.
fn tags<'a>(text: &'a str, begin: &str) -> impl Iterator<Item = &'a str> {
    text.split(begin)
        .skip(1)
        .map(|rest| &rest[..rest.find('>').unwrap_or(rest.len())])
}

fn links(page: &str) -> impl Iterator<Item = String> {
    tags(page, "<a")
        .filter_map(|tag| attribute(tag, "href"))
        .filter(|href| href.starts_with('/'))
        .map(|href| href.split('#').next().unwrap_or_default().to_owned())
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn buttons(path: &str, page: &str) -> Vec<Button> {
    let mut found = Vec::new();
    for form in page.split("<form").skip(1) {
        let form = &form[..form.find("</form>").unwrap()];
        let head = &form[..form.find('>').unwrap()];
        if attribute(head, "method").as_deref() != Some("post") {
            continue;
        }
        let mut fields = Vec::new();
        for input in tags(form, "<input") {
            let is_ticked =
                attribute(input, "type").as_deref() != Some("checkbox") || input.contains(" checked");
            if let Some(name) = attribute(input, "name").filter(|_| is_ticked) {
                let value = attribute(input, "value").filter(|value| !value.is_empty());
                let made_up = match attribute(input, "type").as_deref() {
                    Some("email") => "new@example.org",
                    _ if input.contains(" required") => "new",
                    _ => "",
                };
                fields.push((name, value.unwrap_or_else(|| made_up.to_owned())));
            }
        }
        for select in form.split("<select").skip(1) {
            let chosen = tags(select, "<option")
                .next()
                .and_then(|option| attribute(option, "value"));
            fields.extend(attribute(&format!(" {select}"), "name").zip(chosen));
        }
        for button in tags(form, "<button") {
            let name = attribute(button, "value").unwrap_or_default();
            let pressed = attribute(button, "name").map(|pressed| (pressed, name.clone()));
            let body: Vec<String> = fields
                .iter()
                .chain(&pressed)
                .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
                .collect();
            found.push(Button {
                page: path.to_owned(),
                action: attribute(head, "action").unwrap(),
                body: body.join("&"),
                name,
            });
        }
    }
    found
}

async fn look(broker: &TestBroker, token: &str, path: &str) -> Answer {
    let request = broker.request(Method::GET, path);
    let request = request.header("authorization", &format!("Bearer {token}"));
    request.header("accept", BROWSER).send().await
}

async fn press(broker: &TestBroker, token: &str, button: &Button) -> Answer {
    broker
        .request(Method::POST, &button.action)
        .header("authorization", &format!("Bearer {token}"))
        .header("accept", BROWSER)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(button.body.clone())
        .send()
        .await
}

/// Follows every link that somebody is shown, and gives the buttons that they are shown.
async fn walk(broker: &TestBroker, who: &str, token: &str) -> BTreeSet<Button> {
    let mut seen = BTreeSet::new();
    let mut shown = BTreeMap::new();
    // Where people begin: the second is what everybody may open.
    let mut next = VecDeque::from([
        ("/".to_owned(), String::new()),
        ("/settings/tokens".to_owned(), String::new()),
    ]);
    while let Some((path, from)) = next.pop_front() {
        let address = path.split('?').next().unwrap_or_default().to_owned();
        if !seen.insert(address) {
            continue;
        }
        let answer = look(broker, token, &path).await;
        if answer.status == StatusCode::FORBIDDEN && from.is_empty() {
            continue;
        }
        assert!(
            answer.status.is_success() || answer.status.is_redirection(),
            "{who} is shown a link to {path} on {from}: {} {}",
            answer.status,
            answer.text
        );
        next.extend(links(&answer.text).map(|link| (link, path.clone())));
        for button in buttons(&path, &answer.text) {
            shown.insert((button.action.clone(), button.name.clone()), button);
        }
    }
    assert!(seen.len() > 2, "{who} sees {seen:?}");
    shown.into_values().collect()
}

/// Presses every button, but those with which somebody locks themselves out.
async fn press_all(broker: &TestBroker, who: &str, machine: &Machine) -> usize {
    let mut shown: Vec<Button> = walk(broker, who, &machine.token).await.into_iter().collect();
    let own = ask(broker, &machine.token, Method::GET, "/settings/tokens", None)
        .await
        .json;
    let own = own["_embedded"]["items"][2]["uuid"].as_str().unwrap().to_owned();
    shown.retain(|button| !button.action.ends_with(&machine.uuid) && !button.action.contains(&own));
    shown.sort_by_key(Button::is_last);
    for button in &shown {
        let answer = press(broker, &machine.token, button).await;
        let is_refused = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&answer.status);
        assert!(
            !is_refused && !answer.status.is_server_error(),
            "{who}: {button:?}: {}",
            answer.text
        );
    }
    shown.len()
}

#[test]
fn nobody_is_offered_what_they_may_not_do() {
    let run = async |broker: &TestBroker| {
        let auditor = role(broker, "auditor", &["audit:read:*"]).await;
        let lists = role(broker, "lists", &["user:read:*", "contract_data:read:*"]).await;
        let machines = role(
            broker,
            "machines",
            &["system_account:manage:team", "role:read:*", "team:read:*"],
        )
        .await;
        let roles = role(broker, "roles", &["role:manage:*", "contract_data:read:*"]).await;
        let mut people = Vec::new();
        for (who, roles) in [
            ("nobody", &[][..]),
            ("auditor", &[auditor.as_str()]),
            ("reader", &[READ_ONLY]),
            ("build", &[CI]),
            ("list reader", &[lists.as_str()]),
            ("keeper of machines", &[machines.as_str()]),
            ("keeper of roles", &[roles.as_str()]),
            ("user", &[USER]),
            ("team lead", &[READ_ONLY]),
            ("administrator", &[ADMINISTRATOR]),
        ] {
            people.push((who, machine(broker, who, roles).await));
        }
        let other = machine(broker, "other", &[USER]).await;
        let lead = &people[8].1.uuid;
        for (name, members) in [
            ("shop", vec![lead, &people[7].1.uuid]),
            ("checkout", vec![&other.uuid]),
        ] {
            let administrators = if name == "shop" { vec![lead] } else { Vec::new() };
            let body = json!({ "name": name, "administratorUuids": administrators });
            let team = ask(broker, "writer", Method::POST, "/admin/teams", Some(body))
                .await
                .expect(201)
                .json;
            let path = format!("/admin/teams/{}/users", team["uuid"].as_str().unwrap());
            ask(
                broker,
                "writer",
                Method::PUT,
                &path,
                Some(json!({ "users": members })),
            )
            .await
            .expect(200);
        }
        let body = publish_body("web", "1", Some("main"), "api", "first");
        ask(broker, "writer", Method::POST, "/contracts/publish", Some(body))
            .await
            .expect(200);
        let body = json!({ "name": "prod", "production": true });
        ask(broker, "writer", Method::POST, "/environments", Some(body))
            .await
            .expect(201);
        let mut pressed = BTreeMap::new();
        for (who, machine) in &people {
            pressed.insert(*who, press_all(broker, who, machine).await);
        }
        assert!(
            pressed["administrator"] > pressed["user"] && pressed["user"] > pressed["reader"],
            "{pressed:?}"
        );
        assert_eq!(pressed["nobody"], 0, "{pressed:?}");
    };
    TestBroker::run_with(Database::sqlite(), with_writer, run);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, with_writer, run);
    }
}
