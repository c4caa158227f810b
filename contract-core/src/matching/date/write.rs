//! Formats a date and time with a pattern.

use std::fmt::Write as _;

use jiff::Zoned;
use jiff::tz::Offset;

use super::calendar::{MONTHS, QUARTERS, WEEKDAYS};
use super::pattern::{DatePattern, Item};

impl DatePattern {
    /// Formats the date and time with this pattern, including optional sections.
    pub fn format(&self, when: &Zoned) -> String {
        let mut out = String::new();
        for item in &self.items {
            match item {
                Item::Literal(text) => out.push_str(text),
                Item::Field { letter, count } => write_field(*letter, *count, when, &mut out),
                Item::OptionalStart(_) | Item::OptionalEnd => {}
            }
        }
        out
    }
}

fn write_field(letter: char, count: usize, when: &Zoned, out: &mut String) {
    let month = usize::from(when.month().unsigned_abs());
    let quarter = month.div_ceil(3);
    let weekday = usize::from(when.weekday().to_monday_one_offset().unsigned_abs());
    let year = i64::from(when.year());
    let hour = i64::from(when.hour());
    let nanosecond = i64::from(when.subsec_nanosecond());
    let nanosecond_of_day =
        ((hour * 60 + i64::from(when.minute())) * 60 + i64::from(when.second())) * 1_000_000_000 + nanosecond;
    let number = match letter {
        'G' => return out.push_str(era(year > 0, count)),
        'u' => return write_year(year, count, out),
        'y' => return write_year(if year > 0 { year } else { 1 - year }, count, out),
        'Y' => return write_year(i64::from(when.date().iso_week_date().year()), count, out),
        'M' | 'L' if count >= 3 => return write_name(MONTHS[month - 1], count, out),
        'E' => return write_name(WEEKDAYS[weekday - 1], count, out),
        'e' | 'c' if count >= 3 => return write_name(WEEKDAYS[weekday - 1], count, out),
        'Q' | 'q' if count == 4 => return out.push_str(QUARTERS[quarter - 1]),
        'Q' | 'q' if count == 3 => {
            let _ = write!(out, "Q{quarter}");
            return;
        }
        'Q' | 'q' if count == 5 => return out.push_str(&quarter.to_string()),
        'a' => return out.push_str(if hour < 12 { "AM" } else { "PM" }),
        'S' => {
            let digits = format!("{nanosecond:09}");
            return out.push_str(&digits[..count.min(9)]);
        }
        'V' => return out.push_str(&zone_identifier(when)),
        'z' | 'v' => return write_zone_name(when, out),
        'O' | 'X' | 'x' | 'Z' => return write_offset(letter, count, when.offset(), out),
        'Q' | 'q' => i64::try_from(quarter).unwrap_or(1),
        'M' | 'L' => i64::from(when.month()),
        'w' => i64::from(when.date().iso_week_date().week()),
        'W' => {
            (i64::from(when.day())
                + i64::from(when.date().first_of_month().weekday().to_monday_zero_offset())
                - 1)
                / 7
                + 1
        }
        'D' => i64::from(when.day_of_year()),
        'd' => i64::from(when.day()),
        'F' => (i64::from(when.day()) - 1) / 7 + 1,
        'g' => {
            when.date()
                .duration_since(jiff::civil::date(1858, 11, 17))
                .as_hours()
                / 24
        }
        'e' | 'c' => i64::try_from(weekday).unwrap_or(1),
        'H' => hour,
        'k' => (hour + 23) % 24 + 1,
        'K' => hour % 12,
        'h' => (hour + 11) % 12 + 1,
        'm' => i64::from(when.minute()),
        's' => i64::from(when.second()),
        'n' => nanosecond,
        'A' => nanosecond_of_day / 1_000_000,
        'N' => nanosecond_of_day,
        _ => return,
    };
    let _ = write!(out, "{number:0count$}");
}

fn era(after: bool, count: usize) -> &'static str {
    match (count, after) {
        (4, true) => "Anno Domini",
        (4, false) => "Before Christ",
        (5, true) => "A",
        (5, false) => "B",
        (_, true) => "AD",
        (_, false) => "BC",
    }
}

fn write_year(year: i64, count: usize, out: &mut String) {
    if count == 2 {
        let _ = write!(out, "{:02}", year.rem_euclid(100));
        return;
    }
    let digits = year.unsigned_abs().to_string();
    if year < 0 {
        out.push('-');
    } else if count > 2 && digits.len() > count {
        out.push('+');
    }
    let _ = write!(out, "{digits:0>count$}");
}

fn write_name(name: &str, count: usize, out: &mut String) {
    out.push_str(match count {
        4 => name,
        5 => &name[..1],
        _ => &name[..3],
    });
}

fn zone_identifier(when: &Zoned) -> String {
    if let Some(name) = when.time_zone().iana_name() {
        return name.to_owned();
    }
    let mut text = String::new();
    write_offset('X', 5, when.offset(), &mut text);
    text
}

/// Writes the zone's abbreviation (`UTC`), or its offset as `GMT+01:00` if it has none.
fn write_zone_name(when: &Zoned, out: &mut String) {
    let info = when.time_zone().to_offset_info(when.timestamp());
    let abbreviation = info.abbreviation();
    if abbreviation.len() >= 3 && abbreviation.bytes().all(|byte| byte.is_ascii_uppercase()) {
        out.push_str(abbreviation);
    } else {
        write_offset('O', 4, when.offset(), out);
    }
}

fn write_offset(letter: char, count: usize, offset: Offset, out: &mut String) {
    let seconds = offset.seconds();
    let local = letter == 'O' || (letter == 'Z' && count == 4);
    if seconds == 0 && (letter == 'X' || (letter == 'Z' && count == 5)) {
        return out.push('Z');
    }
    if local {
        out.push_str("GMT");
        if seconds == 0 {
            return;
        }
    }
    out.push(if seconds < 0 { '-' } else { '+' });
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let style = if letter == 'Z' && count < 4 { 2 } else { count };
    let colon = if local || matches!(style, 3 | 5) { ":" } else { "" };
    let _ = match (letter, count) {
        ('O', 1) => write!(out, "{hours}"),
        _ => write!(out, "{hours:02}"),
    };
    if minutes > 0 || seconds > 0 || (style > 1 && !(letter == 'O' && count == 1)) {
        let _ = write!(out, "{colon}{minutes:02}");
    }
    if seconds > 0 && (local || style > 3) {
        let _ = write!(out, "{colon}{seconds:02}");
    }
}
