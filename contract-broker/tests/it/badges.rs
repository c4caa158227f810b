//! Badges.

use crate::broker::on_each_database;

on_each_database! {
    async fn a_badge_says_how_the_contract_stands(broker) {
        let badge = "/pacts/provider/api/consumer/web/latest/badge.svg";
        let says = async |path: &str, text: &str| {
            let answer = broker.get(path).await.expect(200);
            assert_eq!(answer.header("content-type"), "image/svg+xml");
            assert!(answer.text.contains(text), "{text}: {}", answer.text);
        };
        says(badge, ">not found<").await;
        broker.publish("web", "1", Some("main"), "api", "a").await;
        says(badge, ">unknown<").await;
        broker.verify("web", "1", "api", "7", false).await;
        says(badge, ">failed<").await;
        broker.verify("web", "1", "api", "8", true).await;
        says(badge, ">verified<").await;
        broker.publish("web", "2", Some("feat/x"), "api", "b").await;
        says(badge, ">changed<").await;
        says("/pacts/provider/api/consumer/web/branch/main/latest/badge", ">verified<").await;
        says("/pacts/provider/api/consumer/web/latest/none/badge", ">not found<").await;
        says("/pacts/provider/api/consumer/web/latest/badge?label=%3Cb%3E", "&lt;b&gt;").await;
        says("/pacts/provider/api/consumer/web/latest/badge?label=consumer&initials=true", ">w<").await;
    }

    async fn a_badge_of_two_tags_is_about_those_versions(broker) {
        let badge = "/matrix/provider/api/latest/prod/consumer/web/latest/dev/badge";
        broker.publish("web", "1", None, "api", "a").await;
        broker.put("/pacticipants/web/versions/1/tags/dev", serde_json::json!({})).await;
        assert!(broker.get(badge).await.expect(200).text.contains(">not found<"));
        broker.put("/pacticipants/api/versions/7/tags/prod", serde_json::json!({})).await;
        assert!(broker.get(badge).await.expect(200).text.contains(">unknown<"));
        broker.verify("web", "1", "api", "7", true).await;
        assert!(broker.get(badge).await.expect(200).text.contains(">verified<"));
    }

    async fn a_badge_says_whether_a_branch_can_be_deployed(broker) {
        let badge = "/pacticipants/web/branches/main/latest-version/can-i-deploy/to-environment/production/badge.svg";
        let merge = "/pacticipants/web/main-branch/can-i-merge/badge";
        assert!(broker.get(badge).await.expect(200).text.contains(">not found<"));
        broker.publish("web", "1", Some("main"), "api", "a").await;
        broker.environment("production").await;
        broker.branch("api", "main", "7").await;
        broker.deploy("api", "7", "production").await;
        assert!(broker.get(badge).await.expect(200).text.contains(">unknown<"));
        broker.verify("web", "1", "api", "7", true).await;
        assert!(broker.get(badge).await.expect(200).text.contains(">yes<"));
        assert!(broker.get(merge).await.expect(200).text.contains(">yes<"));
        broker.verify("web", "1", "api", "7", false).await;
        assert!(broker.get(badge).await.expect(200).text.contains(">no<"));
    }

    async fn a_badge_about_a_version_that_is_not_there_says_so(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("feat/x"), "api", "a").await;
        broker.put("/pacticipants/web/versions/1/tags/dev", serde_json::json!({})).await.expect(201);
        let deploy = |from: &str| format!("/pacticipants/{from}/badge");
        for (from, text) in [
            ("web/branches/feat%2Fx/latest-version/can-i-deploy/to-environment/production", ">unknown<"),
            ("web/branches/none/latest-version/can-i-deploy/to-environment/production", ">not found<"),
            ("web/branches/feat%2Fx/latest-version/can-i-deploy/to-environment/nowhere", ">not found<"),
            ("none/branches/main/latest-version/can-i-deploy/to-environment/production", ">not found<"),
            ("web/latest-version/dev/can-i-deploy/to/prod", ">unknown<"),
            ("web/latest-version/none/can-i-deploy/to/prod", ">not found<"),
            // Without a main branch, and without a version on it.
            ("web/main-branch/can-i-merge", ">not found<"),
            ("none/main-branch/can-i-merge", ">not found<"),
        ] {
            let badge = broker.get(&deploy(from)).await.expect(200);
            assert!(badge.text.contains(text), "{from}: {}", badge.text);
        }
        broker.patch("/pacticipants/web", serde_json::json!({ "mainBranch": "trunk" })).await.expect(200);
        let merge = deploy("web/main-branch/can-i-merge");
        assert!(broker.get(&merge).await.text.contains(">not found<"));
        broker.publish("web", "2", Some("trunk"), "api", "a").await;
        let badge = broker.get(&merge).await.expect(200);
        assert!(badge.text.contains(">unknown<"), "{}", badge.text);
        assert_eq!(badge.header("cache-control"), "max-age=30");
        let other = broker.get(&deploy("web/latest-version/dev/can-i-deploy/to/prod")).await;
        assert_eq!(other.header("cache-control"), "no-cache");
    }
}
