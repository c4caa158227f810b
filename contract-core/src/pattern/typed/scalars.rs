//! Single values: numbers, texts, booleans, addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64, AtomicUsize,
};

use crate::pattern::{Pattern, boolean, integer, null, number, regex, string};

/// The example of a text without further information.
pub(super) const TEXT: &str = "text";

macro_rules! patterns {
    ($($types:ty),+ $(,)? => $pattern:expr) => {
        $(impl $crate::pattern::HasPattern for $types {
            fn pattern() -> $crate::pattern::Pattern {
                $pattern
            }
        })+
    };
}
pub(super) use patterns;

patterns!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize => integer(1));
patterns!(
    AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize => integer(1)
);
patterns!(
    NonZero<u8>, NonZero<u16>, NonZero<u32>, NonZero<u64>, NonZero<u128>, NonZero<usize>,
    NonZero<i8>, NonZero<i16>, NonZero<i32>, NonZero<i64>, NonZero<i128>, NonZero<isize> => integer(1)
);
// A number without a fraction is accepted as well, and some writers omit ".0".
patterns!(f32, f64 => number(1.5));
patterns!(bool, AtomicBool => boolean(true));
patterns!(String, str => string(TEXT));
patterns!(PathBuf, Path => string("path/to/file"));
patterns!(char => regex("(?s)^.$", "c"));
patterns!(() => null());

const V4: &str = r"\d{1,3}(?:\.\d{1,3}){3}";
const V6: &str = r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";

fn whole(expression: &str, example: &str) -> Pattern {
    regex(format!("^(?:{expression})$"), example)
}

patterns!(Ipv4Addr => whole(V4, "127.0.0.1"));
patterns!(Ipv6Addr => whole(V6, "::1"));
patterns!(IpAddr => whole(&format!("{V4}|{V6}"), "127.0.0.1"));
patterns!(SocketAddrV4 => whole(&format!(r"{V4}:\d+"), "127.0.0.1:8080"));
patterns!(SocketAddrV6 => whole(&format!(r"\[{V6}(?:%\d+)?\]:\d+"), "[::1]:8080"));
patterns!(SocketAddr => whole(&format!(r"{V4}:\d+|\[{V6}(?:%\d+)?\]:\d+"), "127.0.0.1:8080"));
