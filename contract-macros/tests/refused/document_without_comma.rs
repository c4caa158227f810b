use contract_core::prelude::*;

fn main() {
    json_like!({
        "user": { "id": 1 }
        "name": "Ada",
    });
}
