use contract_core::prelude::*;

fn main() {
    json_like!();
}
