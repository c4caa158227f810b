use contract_core::prelude::*;

fn main() {
    xml_like!(<email>{regex(r"^\S+@\S+$", "ada")}</email>);
}
