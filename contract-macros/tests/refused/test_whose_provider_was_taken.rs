use contract_core::prelude::*;

// As attributes leave it that stand above and supply parameters.
#[consumer_test(consumer = "web-app", provider = "user-api")]
#[::core::prelude::v1::test]
fn case_1() {}

fn main() {}
