//! Types of other crates, by features: the example is read by the crate's own `Deserialize`.
#![cfg(all(
    feature = "bytes",
    feature = "chrono",
    feature = "http",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "url",
    feature = "uuid"
))]

use contract_core::pattern::assert_example_deserializes;
use contract_core::prelude::*;

macro_rules! round_trips {
    ($($name:ident: $($ty:ty),+;)+) => {
        $(#[test]
        fn $name() {
            $(assert_example_deserializes::<$ty>();)+
        })+
    };
}

round_trips! {
    of_bytes: bytes::Bytes, bytes::BytesMut;
    of_chrono: chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>,
        chrono::DateTime<chrono::FixedOffset>, chrono::Weekday, chrono::Month;
    of_jiff: jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp, jiff::Zoned, jiff::Span,
        jiff::SignedDuration;
    of_rust_decimal: rust_decimal::Decimal;
    of_time: time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime, time::UtcOffset, time::Duration;
    of_url: url::Url;
    of_uuid: uuid::Uuid, std::collections::BTreeMap<uuid::Uuid, u8>;
}

#[test]
fn of_http() {
    let read = |pattern: Pattern| pattern.expand().example.as_str().map(str::to_owned).unwrap();
    assert_eq!(http::StatusCode::pattern().expand().example, 200);
    assert_eq!(
        read(http::Method::pattern()).parse::<http::Method>().unwrap(),
        http::Method::GET
    );
    assert!(read(http::Uri::pattern()).parse::<http::Uri>().is_ok());
    assert!(
        read(http::HeaderName::pattern())
            .parse::<http::HeaderName>()
            .is_ok()
    );
    assert!(
        read(http::HeaderValue::pattern())
            .parse::<http::HeaderValue>()
            .is_ok()
    );
}

#[test]
fn a_moment_has_any_number_of_digits_behind_the_second() {
    for pattern in [
        jiff::Timestamp::pattern(),
        chrono::DateTime::<chrono::Utc>::pattern(),
    ] {
        for text in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+02:00"] {
            assert!(pattern.matches(&text), "{text}");
        }
        assert!(!pattern.matches(&"2026-01-01"));
    }
}
