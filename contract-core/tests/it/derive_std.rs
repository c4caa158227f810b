//! The example of each type of the standard library can be read as that type.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZeroI128, NonZeroU8, NonZeroU64, Wrapping};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use contract_core::pattern::assert_example_deserializes;
use contract_core::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

macro_rules! round_trips {
    ($($name:ident: $($ty:ty),+ $(,)?;)+) => {
        $(#[test]
        fn $name() {
            $(assert_example_deserializes::<$ty>();)+
        })+
    };
}

round_trips! {
    integers: u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, NonZeroU8, NonZeroU64, NonZeroI128, Wrapping<u8>;
    other_scalars: f32, f64, bool, char, (), PhantomData<SystemTime>, PathBuf, std::sync::atomic::AtomicU64;
    texts: String, Box<str>, Cow<'static, str>, Cow<'static, [u8]>, Box<[String]>;
    pointers: Box<u8>, std::cell::Cell<u8>, std::cell::RefCell<u8>, Mutex<u8>, std::sync::RwLock<u8>, std::cmp::Reverse<u8>;
    options: Option<u8>, Option<Option<String>>, Vec<Option<bool>>;
    lists: Vec<u8>, VecDeque<u8>, LinkedList<u8>, BinaryHeap<u8>, BTreeSet<u8>, HashSet<u8>, [u8; 0], [bool; 3];
    tuples: (u8,), (u8, String), (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, String);
    maps: BTreeMap<String, u8>, HashMap<String, Vec<u8>>, BTreeMap<u32, u8>, BTreeMap<i8, u8>, BTreeMap<bool, u8>,
        BTreeMap<char, u8>, BTreeMap<Currency, u8>, BTreeMap<Id, u8>, BTreeMap<Name, u8>;
    addresses: IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6;
    objects: Duration, SystemTime, Range<u8>, RangeInclusive<u8>, RangeFrom<u8>, RangeTo<u8>, Bound<u8>, Result<u8, String>;
}

#[derive(Deserialize, Pattern, PartialEq, Eq, PartialOrd, Ord)]
enum Currency {
    Eur,
    Usd,
}

#[derive(Deserialize, Pattern, PartialEq, Eq, PartialOrd, Ord)]
struct Id(u64);

#[derive(Deserialize, Pattern, PartialEq, Eq, PartialOrd, Ord)]
struct Name(#[pattern(example = "EUR")] String);

#[test]
fn keys_are_checked_as_the_texts_that_serde_writes() {
    let by_id = BTreeMap::<Id, u8>::pattern();
    assert_eq!(by_id.expand().example, json!({ "1": 1 }));
    assert!(by_id.matches(&json!({ "7": 1, "8": 2 })));
    assert!(!by_id.matches(&json!({ "seven": 1 })));

    let by_currency = BTreeMap::<Currency, u8>::pattern();
    assert!(by_currency.matches(&json!({ "Usd": 1 })));
    assert!(!by_currency.matches(&json!({ "Gbp": 1 })));

    assert_eq!(
        BTreeMap::<Name, u8>::pattern().expand().example,
        json!({ "EUR": 1 })
    );
    assert!(BTreeMap::<Name, u8>::pattern().matches(&json!({ "anything": 1 })));

    let panic = std::panic::catch_unwind(BTreeMap::<(u8, u8), u8>::pattern).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("the keys of a JSON object are texts"),
        "{message}"
    );
}

#[test]
fn an_address_is_more_than_a_text() {
    assert!(IpAddr::pattern().matches(&"2001:db8::1"));
    assert!(!IpAddr::pattern().matches(&"localhost"));
}

#[derive(Serialize, Deserialize, Pattern, Default)]
#[serde(rename_all = "camelCase")]
struct Order {
    number: u64,
    lines: Vec<Line>,
    note: Option<String>,
    #[pattern(present)]
    zip_code: Option<String>,
    payment: Payment,
}

#[derive(Serialize, Deserialize, Pattern, Default)]
struct Line {
    sku: String,
}

#[derive(Serialize, Deserialize, Pattern)]
#[serde(tag = "type")]
enum Payment {
    #[pattern(example)]
    Card {
        number: String,
    },
    Cash {
        paid: bool,
    },
}

impl Default for Payment {
    fn default() -> Self {
        Self::Cash { paid: false }
    }
}

#[test]
fn a_value_gives_its_examples() {
    let order = Order {
        number: 42,
        lines: vec![
            Line {
                sku: "A-1".to_owned(),
            },
            Line::default(),
        ],
        note: Some("not needed".to_owned()),
        zip_code: None,
        payment: Payment::default(),
    };
    let pattern = Order::pattern_from(&order);
    assert_eq!(
        pattern.expand().example,
        json!({
            "number": 42, "lines": [{ "sku": "A-1" }], "zipCode": "text", "payment": { "type": "Cash", "paid": false },
        })
    );
    // An array without elements keeps the example of one.
    assert_eq!(
        Order::pattern_from(&Order::default()).expand().example["lines"],
        json!([{ "sku": "text" }])
    );
}

#[test]
fn a_given_example_has_no_members_that_the_pattern_lacks() {
    let misspelt = || Line::pattern().with_example(json!({ "skuu": "A-1" }));
    let panic = std::panic::catch_unwind(misspelt).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("\"skuu\""), "{message}");
}
