//! The story, chapter by chapter.

use contract_core::broker::{
    CanIDeploy, Client, CompatibilityBasis, CompatibilityLevel, NewEnvironment, ProviderContract,
    Publication, SelfVerification, Verdict,
};
use contract_core::provider::VerificationReport;
use contract_core::report::Style;
use orders_api::Build;

use crate::narration::{aside, chapter, command, no, quote, say, yes};
use crate::{broker, consumer, provider};

/// What may go wrong on the way is shown and ends the story.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Tells the story; with `keep` the broker stays up at the end until Ctrl-C.
pub(crate) async fn tell(keep: bool) -> Result<()> {
    let directory = tempfile::tempdir()?;
    say(
        "Two services: orders-web, a shop, asks; orders-api answers. Will a new version of one still fit the other?",
    );

    chapter(1, "A broker keeps contracts and results");
    let broker = broker::start(directory.path()).await?;
    broker
        .client
        .create_environment(&NewEnvironment::new("production").production(true))
        .await?;
    yes("started, with an environment called production");
    aside(&format!(
        "{} · SQLite in {}",
        broker.url,
        directory.path().display()
    ));

    chapter(2, "The consumer's tests record what orders-web needs");
    let contract = consumer::record(&directory.path().join("contracts")).await?;
    yes("a request for an order, where an order exists");
    yes("a request for an unknown order, where no orders exist");
    aside(&format!("the contract: {}", contract.display()));

    chapter(3, "CI publishes the contract: orders-web 1.0.0 on branch main");
    let publication = Publication::new("1.0.0").branch("main").file(&contract)?;
    broker.client.publish(&publication).await?;
    yes("published");
    say("May it be deployed? Nobody has verified it yet:");
    answer(&can_i_deploy(&broker.client, "orders-web", "1.0.0").await?);

    chapter(
        4,
        "The provider's CI replays the contract against orders-api 1.0.0",
    );
    let current = provider::start(Build::Current).await?;
    let report = current.verify(&broker.client, "1.0.0", "main").await?;
    interactions(&report);
    if !report.is_success() {
        return Err(report.to_text(Style::detect()).into());
    }
    broker
        .client
        .record_deployment("orders-api", "1.0.0", "production", None)
        .await?;
    yes("results published; orders-api 1.0.0 deployed to production");

    chapter(5, "Can I deploy orders-web 1.0.0 to production?");
    answer(&can_i_deploy(&broker.client, "orders-web", "1.0.0").await?);
    broker
        .client
        .record_deployment("orders-web", "1.0.0", "production", None)
        .await?;
    yes("orders-web 1.0.0 deployed to production");

    chapter(
        6,
        "The description of orders-api 2.0.0 calls an order's `status` `state`",
    );
    broker
        .client
        .set_compatibility(
            "orders-api",
            CompatibilityLevel::Refuse,
            CompatibilityBasis::Usage,
        )
        .await?;
    describe(&broker.client, Build::Current, "1.0.0", "main").await?;
    yes("orders-api 1.0.0 published its description, openapi.yaml");
    say("The next description is written before the code. The broker holds it against what consumers need:");
    match describe(&broker.client, Build::RenamedField, "2.0.0", "rename-status").await {
        Err(error) if error.is_conflict() => {
            no("refused, before any code runs");
            quote(&error.to_string());
        }
        Err(error) => return Err(error.into()),
        Ok(()) => return Err("the broker took a description that breaks the shop".into()),
    }

    chapter(
        7,
        "The change is made all the same: orders-api 2.0.0 calls an order's `status` `state`",
    );
    say("Its own tests pass. The contract's do not:");
    let breaking = provider::start(Build::RenamedField).await?;
    let report = breaking.verify(&broker.client, "2.0.0", "rename-status").await?;
    interactions(&report);
    for (contract, interaction) in report
        .interactions()
        .filter(|(_, interaction)| interaction.fails())
    {
        quote(&interaction.explanation(
            contract,
            Style {
                colour: false,
                ..Style::detect()
            },
        ));
    }

    chapter(8, "Can I deploy orders-api 2.0.0 to production?");
    answer(&can_i_deploy(&broker.client, "orders-api", "2.0.0").await?);

    chapter(9, "What to try next");
    command(
        "cargo test -p orders-web",
        "run the consumer's tests, which write contracts/orders-web-orders-api.json",
    );
    command(
        "cargo test -p orders-api",
        "verify the provider in process, one test per interaction",
    );
    if !keep {
        command(
            "cargo run -p quickstart -- --keep",
            "tell the story again and leave the broker running to look around in",
        );
    }
    aside("The tutorial in docs/src/tutorial.md takes the same road by hand.");

    if keep {
        say(&format!(
            "\nThe broker is at {} until you press Ctrl-C.",
            broker.url
        ));
        tokio::signal::ctrl_c().await?;
    }
    broker.stop().await
}

/// Publishes the description of a build of orders-api, whose own tests have passed.
async fn describe(
    client: &Client,
    build: Build,
    version: &str,
    branch: &str,
) -> std::result::Result<(), contract_core::Error> {
    let description = ProviderContract::new("orders-api", version, build.description().into_bytes())
        .branch(branch)
        .self_verification(SelfVerification {
            success: true,
            ..SelfVerification::default()
        });
    client.publish_provider_contract(&description).await.map(drop)
}

async fn can_i_deploy(client: &Client, pacticipant: &str, version: &str) -> Result<Verdict> {
    let question = CanIDeploy::version(pacticipant, version).to_environment("production");
    Ok(client.can_i_deploy(&question).await?)
}

fn interactions(report: &VerificationReport) {
    for (_, interaction) in report.interactions() {
        let mark = if interaction.fails() { no } else { yes };
        mark(&interaction.name);
    }
}

fn answer(verdict: &Verdict) {
    match verdict.deployable {
        Some(true) => yes("Yes."),
        Some(false) => no("No."),
        None => no("Not yet."),
    }
    quote(&verdict.reason);
}
