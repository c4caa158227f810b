use contract_core::prelude::*;

fn main() {
    xml_like!(<order>each_like("open")</order>);
}
