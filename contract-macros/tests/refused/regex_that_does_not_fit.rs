use contract_core::prelude::*;

fn main() {
    json_like!({
        "email": regex(r"^\S+@\S+$", "ada"),
        "codes": each_like(regex("[A-Z]{3}", "EURO")),
    });
    regex!(r"\d+", "12a");
}
