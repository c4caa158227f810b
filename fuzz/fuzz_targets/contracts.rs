//! A contract file: read, checked, written again.
#![no_main]

use contract_core::contract::Contract;
use contract_fuzz::within_a_second;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    within_a_second(|| {
        let Ok(contract) = Contract::read_bytes(bytes, "fuzz.json") else {
            return;
        };
        let _ = contract.faults();
    });
});
