//! The description of the API, held against what the broker does.

use std::collections::BTreeSet;

use http::Method;

use crate::broker::on_each_database;

on_each_database! {
    async fn each_address_has_the_methods_that_are_described(broker) {
        let description = broker.get("/openapi.json").await.expect(200);
        assert_eq!(description.json["servers"][0]["url"], "http://broker.test");
        let paths = description.json["paths"].as_object().unwrap();
        assert!(paths.len() > 50);
        for (path, operations) in paths {
            let described: BTreeSet<String> =
                operations.as_object().unwrap().keys().filter(|key| *key != "parameters").map(|key| key.to_uppercase()).collect();
            let address: String = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
            let answer = broker.request(Method::OPTIONS, &address).send().await.expect(200);
            let allowed: BTreeSet<String> = answer.header("allow").split(',').filter(|one| *one != "HEAD").map(str::to_owned).collect();
            assert_eq!(allowed, described, "{path}");
        }
    }
}
