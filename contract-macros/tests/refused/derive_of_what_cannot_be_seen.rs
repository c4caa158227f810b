use contract_core::prelude::*;

#[derive(Pattern)]
struct CustomField {
    #[serde(with = "module")]
    at: u64,
}

#[derive(Pattern)]
#[serde(from = "String")]
struct Converted(String);

#[derive(Pattern)]
struct TwoNames {
    #[serde(rename(serialize = "a", deserialize = "b"))]
    name: String,
}

#[derive(Pattern)]
struct Unknown {
    #[pattern(exmaple = 1)]
    id: u64,
}

fn main() {}
