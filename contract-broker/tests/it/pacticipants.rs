//! Pacticipants, versions, branches, tags and labels.

use serde_json::json;

use crate::broker::on_each_database;

on_each_database! {
    async fn a_pacticipant_is_created_changed_and_replaced(broker) {
        let created = broker.post("/pacticipants", json!({ "name": "Foo Bar", "mainBranch": "main" })).await.expect(201);
        assert_eq!(created.header("location"), "http://broker.test/pacticipants/Foo%20Bar");
        broker.post("/pacticipants", json!({ "name": "Foo Bar" })).await.expect(400);
        broker.post("/pacticipants", json!({ "name": " " })).await.expect(400);
        broker.post("/pacticipants", json!({ "name": "x", "mainBranch": "a b" })).await.expect(400);
        let patched =
            broker.patch("/pacticipants/Foo%20Bar", json!({ "repositoryUrl": "http://git" })).await.expect(200);
        assert_eq!(patched.json["mainBranch"], "main");
        assert_eq!(patched.json["repositoryUrl"], "http://git");
        let replaced =
            broker.put("/pacticipants/Foo%20Bar", json!({ "displayName": "Foo" })).await.expect(200);
        assert_eq!(replaced.json["displayName"], "Foo");
        assert!(replaced.json.get("mainBranch").is_none());
        broker.patch("/pacticipants/new", json!({})).await.expect(201);
        broker.put("/pacticipants/unknown", json!({})).await.expect(404);
        let missing = broker.get("/pacticipants/unknown").await.expect(404);
        assert_eq!(missing.json["error"], "No pacticipant with name 'unknown' found");
    }

    async fn lists_are_paged_and_filtered(broker) {
        for name in ["c", "a", "B_x", "d%"] {
            broker.post("/pacticipants", json!({ "name": name })).await.expect(201);
        }
        let names = |answer: &crate::broker::Answer| -> Vec<String> {
            let list = answer.json["_embedded"]["pacticipants"].as_array().unwrap();
            list.iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = broker.get("/pacticipants").await.expect(200);
        assert_eq!(names(&all), ["a", "B_x", "c", "d%"]);
        assert!(all.json.get("page").is_none());
        let second = broker.get("/pacticipants?page=2&size=3").await.expect(200);
        assert_eq!(names(&second), ["d%"]);
        assert_eq!(second.json["page"], json!({ "number": 2, "size": 3, "totalElements": 4, "totalPages": 2 }));
        assert!(second.json["_links"].get("next").is_none());
        let first = broker.get(&second.link("previous")).await.expect(200);
        assert_eq!(names(&first), ["a", "B_x", "c"]);
        assert_eq!(names(&broker.get(&first.link("next")).await), ["d%"]);
        assert_eq!(names(&broker.get("/pacticipants?q=b_").await), ["B_x"]);
        assert_eq!(names(&broker.get("/pacticipants?q=%25").await), ["d%"]);
        for wrong in ["page=0", "size=x", "pageNumber=-1"] {
            broker.get(&format!("/pacticipants?{wrong}")).await.expect(400);
        }
        broker.put("/pacticipants/c/labels/team%20a", json!({})).await.expect(201);
        broker.put("/pacticipants/c/labels/team%20a", json!({})).await.expect(200);
        assert_eq!(names(&broker.get("/pacticipants/label/team%20a").await), ["c"]);
        assert_eq!(broker.get("/labels").await.json["_embedded"]["labels"], json!([{ "name": "team a" }]));
        broker.delete("/pacticipants/c/labels/team%20a").await.expect(204);
        broker.get("/pacticipants/c/labels/team%20a").await.expect(404);
    }

    async fn a_new_version_on_a_branch_is_its_head_and_an_old_one_is_not(broker) {
        broker.branch("web", "main", "1").await;
        broker.branch("web", "main", "2").await;
        broker.branch("web", "main", "1").await;
        let head = broker.get("/pacticipants/web/branches/main/latest-version").await.expect(200);
        assert_eq!(head.json["number"], "2");
        // A version that exists already becomes the head when it is added to another branch.
        broker.branch("web", "feat%2Fx", "2").await;
        broker.branch("web", "feat%2Fx", "1").await;
        let head = broker.get("/pacticipants/web/branches/feat%2Fx/latest-version").await.expect(200);
        assert_eq!(head.json["number"], "1");
        assert_eq!(head.json["_embedded"]["branches"], json!([
            { "name": "main", "latest": false,
              "_links": { "self": { "href": "http://broker.test/pacticipants/web/branches/main/versions/1" } } },
            { "name": "feat/x", "latest": true,
              "_links": { "self": { "href": "http://broker.test/pacticipants/web/branches/feat%2Fx/versions/1" } } },
        ]));
        assert_eq!(broker.get("/pacticipants/web/latest-version").await.json["number"], "2");
        assert_eq!(broker.get("/pacticipants/web").await.json["mainBranch"], "main");
        let branches = broker.get("/pacticipants/web/branches").await.expect(200);
        assert_eq!(branches.json["page"]["totalElements"], 2);
        assert_eq!(branches.json["_embedded"]["branches"][0]["name"], "feat/x");
    }

    async fn versions_are_put_patched_and_tagged(broker) {
        broker.request(http::Method::PUT, "/pacticipants/web/versions/1").send().await.expect(201);
        broker.put("/pacticipants/web/versions/1", json!({ "buildUrl": "http://ci/1" })).await.expect(200);
        let patched = broker.patch("/pacticipants/web/versions/1", json!({ "tags": [{ "name": "dev" }] })).await.expect(200);
        assert_eq!(patched.json["buildUrl"], "http://ci/1");
        assert_eq!(patched.json["_embedded"]["tags"][0]["name"], "dev");
        // The first tag of a new version without a branch is its branch too.
        assert_eq!(patched.json["_embedded"]["branches"][0]["name"], "dev");
        let replaced = broker.put("/pacticipants/web/versions/1", json!({})).await.expect(200);
        assert!(replaced.json.get("buildUrl").is_none());
        broker.put("/pacticipants/web/versions/2/tags/dev", json!({})).await.expect(201);
        broker.put("/pacticipants/web/versions/2/tags/dev", json!({})).await.expect(200);
        assert_eq!(broker.get("/pacticipants/web/latest-version/dev").await.json["number"], "2");
        let tagged = broker.get("/pacticipants/web/tags/dev/versions").await.expect(200);
        assert_eq!(tagged.json["_embedded"]["versions"].as_array().unwrap().len(), 2);
        broker.get("/pacticipants/web/latest-version/none").await.expect(404);
        // Clients need these lists even when there is no environment.
        assert_eq!(patched.json["_links"]["pb:record-deployment"], json!([]));
        assert_eq!(patched.json["_links"]["pb:record-release"], json!([]));
    }
}
