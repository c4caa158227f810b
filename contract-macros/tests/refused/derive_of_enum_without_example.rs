use contract_core::prelude::*;

#[derive(Pattern)]
enum Shape {
    Round { radius: f64 },
    Square { side: f64 },
}

#[derive(Pattern)]
#[pattern(all_variants)]
struct Circle {
    radius: f64,
}

fn main() {}
