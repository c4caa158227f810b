use contract_core::prelude::*;

fn main() {
    regex!("(a", "a");
}
