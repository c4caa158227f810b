use contract_core::prelude::*;

fn main() {
    xml_like!(<order id={integer(42)} id="7"/>);
}
