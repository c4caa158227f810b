use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

use super::DatePattern;

/// Pattern, texts that match, texts that do not.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    (
        DatePattern::ISO_DATE,
        &["2000-02-29", "2024-12-31", "0001-01-01", "+12345-01-01"],
        &[
            "2001-02-29",
            "1900-02-29",
            "2024-02-31",
            "2024-13-01",
            "2024-00-10",
            "24-01-01",
            "2024-1-1",
            "12345-01-01",
            "2024-01-01 ",
            "0000-01-01",
            "",
        ],
    ),
    (
        DatePattern::ISO_TIME,
        &["00:00:00", "23:59:59"],
        &["24:00:00", "23:60:00", "23:59:60", "1:00:00"],
    ),
    (
        DatePattern::ISO_DATETIME,
        &[
            "2024-02-29T23:59:59Z",
            "2024-02-29T23:59:59+00:00",
            "2024-02-29T23:59:59-18:00",
        ],
        &[
            "2024-02-29T23:59:59",
            "2024-02-29T23:59:59+0000",
            "2024-02-29T23:59:59+19:00",
            "2024-02-29T23:59:59+01:60",
            "2024-02-29 23:59:59Z",
        ],
    ),
    (
        "yyyy-MM-dd'T'HH:mm:ssZ",
        &["2024-01-01T00:00:00+0000", "2024-01-01T00:00:00+00:00"],
        &["2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00"],
    ),
    (
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        &["2024-01-01T00:00:00.123Z"],
        &["2024-01-01T00:00:00.12Z", "2024-01-01T00:00:00Z"],
    ),
    (
        "yyyy-MM-dd'T'HH:mm[:ss][.SSS][XXX]",
        &[
            "2024-01-01T00:00",
            "2024-01-01T00:00:01",
            "2024-01-01T00:00:01.123Z",
            "2024-01-01T00:00Z",
        ],
        &["2024-01-01T00"],
    ),
    (
        "yyyy-DDD",
        &["2024-366", "2023-365", "2023-001"],
        &["2023-366", "2023-000", "2024-367", "2023-1"],
    ),
    ("yyyy-D", &["2024-366", "2024-1"], &["2023-366"]),
    ("MM/dd/yy", &["01/01/23", "02/29/24"], &["1/1/23", "02/29/23"]),
    (
        "M/d/yyyy",
        &["1/1/2023", "12/31/2023", "02/01/2023"],
        &["13/1/2023", "2/30/2023"],
    ),
    ("MM-dd", &["02-29"], &["02-30"]),
    ("dd", &["31"], &["32", "00"]),
    ("d", &["1", "31"], &["0", "32"]),
    ("yyyy-LL-dd", &["2024-02-29"], &["2024-02-31"]),
    (
        "EEE, dd MMM yyyy",
        &["Thu, 29 Feb 2024"],
        &["Fri, 29 Feb 2024", "thu, 29 Feb 2024", "Thu, 29 feb 2024"],
    ),
    (
        "EEEE d MMMM uuuu",
        &["Thursday 29 February 2024"],
        &["Friday 29 February 2024"],
    ),
    ("EEEEE MMMMM", &["T F"], &["X F"]),
    ("EEE dd MMM", &["Fri 29 Feb"], &["Fri 30 Feb"]),
    ("uuuuu", &["02024", "-02024", "+123456"], &["2024", "123456"]),
    ("uuuu-MM-dd", &["-0004-02-29", "0000-02-29"], &["-0001-02-29"]),
    ("y G", &["44 BC", "2024 AD"], &["0 AD", "44 bc"]),
    (
        "yyyy-MM-dd GGGG",
        &["0001-02-29 Before Christ"],
        &["0001-02-29 Anno Domini"],
    ),
    (
        "yyyyMMddHHmmss",
        &["20240229235959"],
        &["20230229235959", "2024022923595"],
    ),
    ("yMd", &["2024229", "20241231"], &["x"]),
    (
        "h:mm a",
        &["12:00 AM", "1:30 pm", "12:59 PM"],
        &["0:00 AM", "13:00 PM", "1:30"],
    ),
    ("HH h a", &["13 1 PM", "00 12 AM"], &["13 1 AM", "13 2 PM"]),
    ("kk", &["24", "01"], &["00", "25"]),
    ("KK", &["00", "11"], &["12"]),
    ("YYYY-'W'ww", &["2020-W53"], &["2020-W54", "2020-W00"]),
    ("YYYY-MM-dd", &["2024-02-29"], &["2023-02-29"]),
    ("yyyy-QQ QQQ", &["2024-01 Q1"], &["2024-01 Q2", "2024-05 Q5"]),
    ("yyyy-MM QQQQ", &["2024-02 1st quarter"], &["2024-02 2nd quarter"]),
    (
        "d MMM yyyy 'week' F",
        &["15 Mar 2024 week 3"],
        &["15 Mar 2024 week 2"],
    ),
    ("A n N", &["86399999 999999999 86399999999999"], &["86400000 1 1"]),
    ("hh 'o''clock'", &["10 o'clock"], &["10 oclock"]),
    ("''yy", &["'24"], &["24"]),
    (
        "VV",
        &[
            "Europe/Paris",
            "Z",
            "UTC",
            "+01:00",
            "Etc/GMT+1",
            "UTC+01:00",
            "GMT+8",
            "America/Argentina/Ushuaia",
        ],
        &[
            "",
            "paris",
            "+1",
            "Europe/Atlantis",
            "europe/paris",
            "Europe/",
            "Paris/Europe",
            "+25:00",
            "UTC+1:99",
            "EST5EDTX",
        ],
    ),
    (
        "yyyy-MM-dd'T'HH:mm VV",
        &["2024-02-29T10:00 Asia/Tokyo"],
        &["2024-02-29T10:00 Asia/Kyoto", "2023-02-29T10:00 Asia/Tokyo"],
    ),
    (
        "HH:mm'['VV']'",
        &["10:00[Asia/Kolkata]"],
        &["10:00[Asia/Calcuta]", "10:00[]"],
    ),
    (
        "z",
        &["UTC", "CET", "PST", "GMT+01:00", "GMT", "Europe/Paris"],
        &["utc", "", "+01:00"],
    ),
    ("zzzz", &["Central European Standard Time"], &["", "1"]),
    ("O", &["GMT", "GMT+8", "GMT+8:30", "GMT-10"], &["+8", "UTC"]),
    ("OOOO", &["GMT+08:00", "GMT"], &["GMT+8"]),
    ("X", &["Z", "+01", "+0130"], &["+01:30", "01"]),
    ("XX", &["Z", "+0130"], &["+01", "+01:30"]),
    ("XXX", &["Z", "+01:30", "-00:00"], &["+0130", "z"]),
    ("XXXXX", &["+01:30:15", "+01:30"], &["+013015"]),
    ("xxx", &["+00:00"], &["Z"]),
    ("ZZZZ", &["GMT+01:00"], &["+01:00"]),
    ("ZZZZZ", &["Z", "+01:00"], &["+0100"]),
    ("", &[""], &["x"]),
    ("yyyy年MM月", &["2024年02月"], &["2024-02-"]),
];

#[test]
fn texts_match_that_are_possible_dates_of_the_pattern() {
    for (pattern, matching, differing) in TABLE {
        let compiled = DatePattern::compile(pattern).unwrap();
        for text in *matching {
            assert!(compiled.matches(text), "{pattern} should match {text:?}");
        }
        for text in *differing {
            assert!(!compiled.matches(text), "{pattern} should not match {text:?}");
        }
    }
}

#[test]
fn dates_are_written_in_the_pattern() {
    let paris = TimeZone::fixed(Offset::constant(1));
    let when = date(2024, 2, 29)
        .at(13, 5, 9, 12_345_678)
        .to_zoned(paris)
        .unwrap();
    let utc = date(2024, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
    for (pattern, at_paris, at_utc) in [
        (DatePattern::ISO_DATE, "2024-02-29", "2024-01-01"),
        (DatePattern::ISO_TIME, "13:05:09", "00:00:00"),
        (
            DatePattern::ISO_DATETIME,
            "2024-02-29T13:05:09+01:00",
            "2024-01-01T00:00:00Z",
        ),
        (
            "EEE, d MMM yy h:mm a",
            "Thu, 29 Feb 24 1:05 PM",
            "Mon, 1 Jan 24 12:00 AM",
        ),
        (
            "EEEE MMMM EEEEE QQQQ G",
            "Thursday February T 1st quarter AD",
            "Monday January M 1st quarter AD",
        ),
        ("DDD SSS n K k", "060 012 12345678 1 13", "001 000 0 0 24"),
        ("YYYY-'W'ww-e W F", "2024-W09-4 5 5", "2024-W01-1 1 1"),
        (
            "Z ZZZZ ZZZZZ X x O OOOO VV z",
            "+0100 GMT+01:00 +01:00 +01 +01 GMT+1 GMT+01:00 +01:00 GMT+01:00",
            "+0000 GMT Z Z +00 GMT GMT UTC UTC",
        ),
        ("uuuuu[ 'optional']", "02024 optional", "02024 optional"),
        ("g A N", "60369 47109012 47109012345678", "60310 0 0"),
    ] {
        let compiled = DatePattern::compile(pattern).unwrap();
        assert_eq!(compiled.format(&when), at_paris, "{pattern}");
        assert_eq!(compiled.format(&utc), at_utc, "{pattern}");
    }
}

#[test]
fn what_has_no_meaning_is_refused_at_its_place() {
    for (pattern, at, word) in [
        ("yyyy-MM-ddTHH:mm", 11, "'T'"),
        ("yyyy-MM-ddd", 9, "3 times"),
        ("'open", 1, "quote"),
        ("[yyyy", 1, "'['"),
        ("yyyy]", 5, "']'"),
        ("{yyyy}", 1, "reserved"),
        ("V", 1, "'VV'"),
        ("OO", 1, "one or four"),
        ("BB", 1, "'B'"),
    ] {
        let error = DatePattern::compile(pattern).unwrap_err().to_string();
        assert!(
            error.contains(&format!("character {at}:")) && error.contains(word),
            "{pattern}: {error}"
        );
    }
    assert!(DatePattern::compile(&"d".repeat(300)).is_err());
}

#[test]
fn numbers_of_open_width_side_by_side_do_not_hang() {
    let pattern = DatePattern::compile(&"dHm".repeat(40)).unwrap();
    assert!(!pattern.matches(&format!("{}x", "1".repeat(200))));
    let pattern = DatePattern::compile(&"[d]".repeat(60)).unwrap();
    assert!(!pattern.matches(&format!("{}x", "1".repeat(61))));
}

proptest! {
    #[test]
    fn nothing_panics(pattern in "[GuyYQqMLwWDdFgEecaHkKhmsSnANVzvOXxZ'\\[\\] :/T-]{0,20}", text in "[ -~é年]{0,30}") {
        if let Ok(compiled) = DatePattern::compile(&pattern) {
            let _ = compiled.matches(&text);
        }
        let _ = DatePattern::compile(&text);
    }

    #[test]
    fn what_is_written_matches(
        fields in prop::collection::vec(prop::sample::select(vec![
            "G", "GGGG", "uuuu", "yyyy", "yy", "YYYY", "Q", "QQQ", "QQQQ", "M", "MM", "MMM", "MMMM", "MMMMM", "L", "w", "ww", "W", "D", "DDD", "d", "dd", "F",
            "g", "E", "EEEE", "EEEEE", "e", "ccc", "a", "H", "HH", "k", "K", "h", "m", "ss", "S", "SSSSSS", "n", "A", "N", "VV", "z", "zzzz", "O", "OOOO",
            "X", "XX", "XXX", "XXXX", "XXXXX", "x", "xxx", "Z", "ZZZZ", "ZZZZZ", "'T'", "['opt']",
        ]), 0..12),
        seconds in -60_000_000_000_i64..250_000_000_000, nanosecond in 0..1_000_000_000_i32, hours in -12..=14_i8,
    ) {
        let pattern = DatePattern::compile(&fields.join(" ")).unwrap();
        let when = jiff::Timestamp::new(seconds, if seconds < 0 { -nanosecond } else { nanosecond }).unwrap();
        let text = pattern.format(&when.to_zoned(TimeZone::fixed(Offset::constant(hours))));
        // Two digits are a year of this century, which would contradict a full year elsewhere in the pattern.
        let short = fields.contains(&"yy") && !(946_684_800 + 100_000..4_102_444_800 - 100_000).contains(&seconds);
        prop_assert!(short || pattern.matches(&text), "{pattern} wrote {text:?}");
    }
}
