use contract_core::prelude::*;

fn main() {
    json_like!({ "id" integer(42) });
}
