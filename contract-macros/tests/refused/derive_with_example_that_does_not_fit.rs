use contract_core::prelude::*;

#[derive(Pattern)]
struct User {
    #[pattern(regex = r"^\S+@\S+$", example = "ada")]
    email: String,
    #[pattern(regex = r"\d+")]
    zip: String,
}

fn main() {}
