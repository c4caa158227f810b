//! Detects patterns written in another tool's syntax and suggests the Java pattern.
//!
//! `YYYY-MM-DD` (moment.js, day.js, SQL) and `%Y-%m-%d` (strftime) are dates in other tools. Java reads the first as
//! week-based year and day of the year, and the second as literal text: neither matches the intended dates, or only on
//! some days.

/// The kind of value that a pattern describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Date,
    Time,
    DateTime,
}

/// A pattern that probably does not mean what its author intended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistaken {
    /// What its letters mean in Java: `Y is the year of a week`.
    pub(crate) why: String,
    /// The pattern in Java's syntax, if it can be derived.
    pub(crate) instead: Option<String>,
}

/// A letter and the one that is usually meant.
struct Slip {
    letter: char,
    means: &'static str,
    meant: char,
}

const YEAR_OF_WEEK: Slip = Slip {
    letter: 'Y',
    means: "Y is the year of a week",
    meant: 'y',
};
const DAY_OF_YEAR: Slip = Slip {
    letter: 'D',
    means: "D is the day of the year",
    meant: 'd',
};
const MINUTE_AS_MONTH: Slip = Slip {
    letter: 'm',
    means: "m is the minute",
    meant: 'M',
};
const MONTH_AS_MINUTE: Slip = Slip {
    letter: 'M',
    means: "M is the month",
    meant: 'm',
};
const FRACTION_AS_SECOND: Slip = Slip {
    letter: 'S',
    means: "S is a fraction of a second",
    meant: 's',
};

/// Returns why a pattern is probably mistaken; `None` if it is fine.
pub(crate) fn mistaken(pattern: &str, kind: Kind) -> Option<Mistaken> {
    if is_strftime(pattern) {
        return Some(Mistaken {
            why: "it is written for strftime, but Java's letters apply".to_owned(),
            instead: from_strftime(pattern),
        });
    }
    let runs = runs(pattern);
    let count = |letter: char| runs.iter().filter(|run| run.letter == Some(letter)).count();
    let has = |letter: char| count(letter) > 0;
    let mut slips: Vec<(Slip, Option<usize>)> = Vec::new();
    if has('Y') && !has('w') {
        slips.push((YEAR_OF_WEEK, None));
    }
    if has('D') && (has('M') || has('L') || (has('Y') && !has('w'))) {
        slips.push((DAY_OF_YEAR, None));
    }
    let has_month = has('M') || has('L') || has('D');
    let has_year_or_day = has('y') || has('u') || has('Y') || has('d');
    match kind {
        Kind::Date if has('m') && !has_month => slips.push((MINUTE_AS_MONTH, None)),
        Kind::Time if has('M') && !has('m') => slips.push((MONTH_AS_MINUTE, None)),
        // If there are two, the first is in the date and the second in the time.
        Kind::DateTime if has_year_or_day && !has_month && count('m') == 2 => {
            slips.push((MINUTE_AS_MONTH, Some(0)));
        }
        Kind::DateTime if !has('m') && count('M') == 2 => slips.push((MONTH_AS_MINUTE, Some(1))),
        _ => {}
    }
    let has_minute = has('m') || count('M') == 2 || (kind == Kind::Time && has('M'));
    if kind != Kind::Date
        && has_minute
        && !has('s')
        && runs
            .iter()
            .any(|run| run.letter == Some('S') && run.text.len() == 2)
    {
        slips.push((FRACTION_AS_SECOND, None));
    }
    if slips.is_empty() {
        return None;
    }
    let instead = runs
        .iter()
        .enumerate()
        .map(|(index, run)| {
            let nth = || {
                runs[..index]
                    .iter()
                    .filter(|earlier| earlier.letter == run.letter)
                    .count()
            };
            let slip = slips.iter().find(|(slip, which)| {
                run.letter == Some(slip.letter) && which.is_none_or(|which| which == nth())
            });
            slip.map_or_else(
                || run.text.to_owned(),
                |(slip, _)| run.text.replace(slip.letter, &slip.meant.to_string()),
            )
        })
        .collect();
    let why: Vec<&str> = slips.iter().map(|(slip, _)| slip.means).collect();
    Some(Mistaken {
        why: format!("in Java's letters {}", why.join(" and ")),
        instead: Some(instead),
    })
}

/// A repeated letter, or the text between letters.
struct Run<'a> {
    letter: Option<char>,
    text: &'a str,
}

/// Splits the pattern into runs; quoted text is not a letter.
fn runs(pattern: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut start = 0;
    let mut is_quoted = false;
    let mut last: Option<char> = None;
    for (at, character) in pattern.char_indices() {
        let is_quote = character == '\'';
        let letter = (!is_quoted && character.is_ascii_alphabetic()).then_some(character);
        if at > 0 && letter != last {
            runs.push(Run {
                letter: last,
                text: &pattern[start..at],
            });
            start = at;
        }
        last = letter;
        is_quoted ^= is_quote;
    }
    runs.push(Run {
        letter: last,
        text: &pattern[start..],
    });
    runs
}

/// Returns whether a percent sign precedes a letter, which does not occur in Java patterns.
fn is_strftime(pattern: &str) -> bool {
    let mut is_percent = false;
    pattern.chars().any(|character| {
        let found = is_percent && (character.is_ascii_alphabetic() || "-_:.0123456789".contains(character));
        is_percent = character == '%';
        found
    })
}

/// Converts a strftime pattern to Java's syntax; `None` if a directive has no counterpart.
fn from_strftime(pattern: &str) -> Option<String> {
    let mut java = String::new();
    let mut literal = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            literal.push(character);
            continue;
        }
        let mut directive = characters.next()?;
        // Flags and widths: no padding, digits of a fraction.
        let mut digits = None;
        let mut unpadded = false;
        while "-_.:0123456789".contains(directive) {
            unpadded |= directive == '-';
            digits = directive.to_digit(10).or(digits);
            directive = characters.next()?;
        }
        let fraction = digits.unwrap_or(6);
        let letters = match directive {
            'Y' => "yyyy",
            'y' => "yy",
            'm' if unpadded => "M",
            'm' => "MM",
            'd' | 'e' if unpadded => "d",
            'd' => "dd",
            'e' => "d",
            'H' if unpadded => "H",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'S' => "ss",
            'f' | 'N' | 'L' => &"SSSSSSSSS"[..usize::try_from(fraction.min(9)).ok()?],
            'p' | 'P' => "a",
            'b' | 'h' => "MMM",
            'B' => "MMMM",
            'a' => "EEE",
            'A' => "EEEE",
            'j' => "DDD",
            'z' => "xx",
            'Z' => "z",
            'F' => "yyyy-MM-dd",
            'D' => "MM/dd/yy",
            'T' | 'X' => "HH:mm:ss",
            'R' => "HH:mm",
            '%' => {
                literal.push('%');
                continue;
            }
            _ => return None,
        };
        push_literal(&mut java, &mut literal);
        java.push_str(letters);
    }
    push_literal(&mut java, &mut literal);
    Some(java)
}

/// Appends literal text, quoted if it contains letters.
fn push_literal(java: &mut String, literal: &mut String) {
    if literal.chars().any(|character| character.is_ascii_alphabetic()) {
        java.push('\'');
        java.push_str(&literal.replace('\'', "''"));
        java.push('\'');
    } else {
        java.push_str(literal);
    }
    literal.clear();
}

#[cfg(test)]
mod tests {
    use super::Kind::{Date, DateTime, Time};
    use super::*;

    #[test]
    fn the_letters_of_other_tools_are_told_with_the_right_ones() {
        for (kind, pattern, instead) in [
            (Date, "YYYY-MM-DD", "yyyy-MM-dd"),
            (Date, "DD/MM/YYYY", "dd/MM/yyyy"),
            (Date, "yyyy-MM-DD", "yyyy-MM-dd"),
            (Date, "YYYY-MM-dd", "yyyy-MM-dd"),
            (Date, "yyyy-mm-dd", "yyyy-MM-dd"),
            (Date, "%Y-%m-%d", "yyyy-MM-dd"),
            (Date, "%-d.%-m.%y", "d.M.yy"),
            (Time, "HH:MM", "HH:mm"),
            (Time, "HH:MM:SS", "HH:mm:ss"),
            (Time, "HH:mm:SS", "HH:mm:ss"),
            (Time, "%H:%M:%S.%3f", "HH:mm:ss.SSS"),
            (DateTime, "yyyy-mm-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"),
            (DateTime, "yyyy-MM-dd HH:MM", "yyyy-MM-dd HH:mm"),
            (DateTime, "YYYY-MM-DD'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            (DateTime, "%FT%T%z", "yyyy-MM-dd'T'HH:mm:ssxx"),
            (DateTime, "%d %b %Y at %I:%M %p", "dd MMM yyyy' at 'hh:mm a"),
        ] {
            let found = mistaken(pattern, kind).and_then(|found| found.instead);
            assert_eq!(found.as_deref(), Some(instead), "{pattern}");
        }
        let unknown = mistaken("%s", DateTime).unwrap();
        assert_eq!(unknown.instead, None);
    }

    #[test]
    fn patterns_that_say_what_they_mean_are_left_alone() {
        for (kind, pattern) in [
            (Date, "yyyy-MM-dd"),
            (Date, "YYYY-'W'ww-e"),
            (Date, "yyyy-DDD"),
            (Date, "dd MMM yyyy"),
            (Date, "'YYYY'-yyyy"),
            (Date, "''yy"),
            (Time, "HH:mm:ss.SS"),
            (Time, "HH:mm"),
            (Time, "mm:ss"),
            (DateTime, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
            (DateTime, "dd.MM.yyyy HH:mm"),
            (DateTime, "100% yyyy"),
        ] {
            assert_eq!(mistaken(pattern, kind), None, "{pattern}");
        }
    }
}
