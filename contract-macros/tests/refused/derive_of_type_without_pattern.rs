use contract_core::prelude::*;

struct Money(u64);

#[derive(Pattern)]
struct Order {
    total: Money,
}

fn main() {}
