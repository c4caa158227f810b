use contract_core::prelude::*;

fn main() {
    xml_like!(<order>"open" <item/> "paid"</order>);
}
