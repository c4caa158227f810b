use contract_core::prelude::*;

#[derive(Pattern)]
struct CustomField {
    #[serde(with = "module")]
    with: u64,
}

#[derive(Pattern)]
struct CustomReading {
    #[serde(deserialize_with = "function")]
    read: Option<u64>,
}

#[derive(Pattern)]
struct CustomWriting {
    #[serde(serialize_with = "function")]
    written: u64,
}

#[derive(Pattern)]
enum CustomVariant {
    #[serde(with = "module")]
    Variant(u64),
}

#[derive(Pattern)]
#[serde(field_identifier)]
enum Identifier {
    Name,
}

#[derive(Pattern)]
struct UnknownToSerde {
    #[serde(rename_everything = "camelCase")]
    name: String,
}

#[derive(Pattern)]
enum UnknownVariant {
    #[serde(flatten)]
    Variant(u64),
}

#[derive(Pattern)]
struct Unknown {
    #[pattern(exmaple = 1)]
    id: u64,
}

#[derive(Pattern)]
#[pattern(examples = 1)]
struct UnknownOfType {
    id: u64,
}

#[derive(Pattern)]
enum ExampleOfVariant {
    #[pattern(example = 1)]
    Variant(u64),
}

#[derive(Pattern)]
struct Both {
    #[pattern(exactly = 1, with = integer(1))]
    id: u64,
}

#[derive(Pattern)]
#[serde(rename_all = "Title Case")]
struct UnknownCase {
    id: u64,
}

#[derive(Pattern)]
union Union {
    number: u64,
}

fn main() {}
