use contract_core::prelude::*;

#[derive(Pattern)]
struct User {
    #[pattern(regex = r"^\S+@\S+$", example = "ada")]
    email: String,
}

#[derive(Pattern)]
struct Place {
    #[pattern(regex = r"\d+")]
    zip: String,
}

#[derive(Pattern)]
struct Defaulted {
    #[pattern(date = "yyyy-MM-dd", example = default)]
    day: String,
}

fn main() {}
