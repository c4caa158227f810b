//! Dates and times relative to now: `next friday`, `+1 week -2 days`, `tomorrow @ noon +30 minutes`.
//!
//! | part | syntax |
//! |---|---|
//! | date | `now`, `today`, `yesterday` or `tomorrow`, then any number of steps |
//! | time | `now`, `midnight`, `noon`, or `3 o'clock` with `am` or `pm`, then any number of steps |
//! | step | `+ 2 days`, `-1 hour`, `next month`, `last tuesday`, `next january`, `next fortnight` |
//!
//! Date units are days, weeks, fortnights, months and years; time units are hours, minutes, seconds and milliseconds.
//! `next tuesday` is the first Tuesday after the day, never the day itself; `next january` keeps the day of the month.
//! A day that a month does not have becomes its last day. A date and a time are combined with `@`.

use jiff::civil::DateTime;
use jiff::{Span, ToSpan as _, Zoned};

use crate::matching::date::{MONTHS, WEEKDAYS};
use crate::{Error, ErrorKind};

/// Evaluates a date expression; the time of day is kept.
pub(super) fn date_expression(expression: &str, now: &Zoned) -> Result<Zoned, Error> {
    let moved = Reader::new(expression, 0, "date").date(now.datetime())?;
    at_zone(expression, moved, now)
}

/// Evaluates a time expression; steps may lead to other days.
pub(super) fn time_expression(expression: &str, now: &Zoned) -> Result<Zoned, Error> {
    let moved = Reader::new(expression, 0, "time").time(now.datetime())?;
    at_zone(expression, moved, now)
}

/// Evaluates a date, `@`, and a time; either is optional.
pub(super) fn date_time_expression(expression: &str, now: &Zoned) -> Result<Zoned, Error> {
    let (date, time) = match expression.find('@') {
        Some(at) => (&expression[..at], Some(at + 1)),
        None => (expression, None),
    };
    let mut moved = Reader::new(date, 0, "date").date(now.datetime())?;
    if let Some(start) = time {
        moved = Reader::new(expression, start, "time").time(moved)?;
    }
    at_zone(expression, moved, now)
}

fn at_zone(expression: &str, moved: DateTime, now: &Zoned) -> Result<Zoned, Error> {
    moved
        .to_zoned(now.time_zone().clone())
        .map_err(|error| out_of_range(expression).with_source(error))
}

fn out_of_range(expression: &str) -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!("the expression {expression:?} is outside of the years -9999 to 9999"),
    )
}

struct Reader<'a> {
    expression: &'a str,
    at: usize,
    kind: &'static str,
}

/// A word, a number or a sign.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    Name(String),
    Number(i64),
    Sign(i64),
}

impl<'a> Reader<'a> {
    fn new(expression: &'a str, at: usize, kind: &'static str) -> Self {
        Self { expression, at, kind }
    }

    fn error(&self, at: usize, expected: &str) -> Error {
        let character = self.expression[..at].chars().count() + 1;
        Error::new(
            ErrorKind::Malformed,
            format!(
                "{} expression {:?} cannot be read at character {character}: expected {expected}",
                self.kind, self.expression
            ),
        )
    }

    /// Returns the next word and its position; `None` at the end.
    fn next(&mut self) -> Result<Option<(usize, Word)>, Error> {
        let rest = &self.expression[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.expression[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let length_while = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let (length, word) = if first.is_ascii_digit() {
            let length = length_while(|c| c.is_ascii_digit());
            let number = rest[..length]
                .parse()
                .map_err(|_| self.error(start, "a smaller number"))?;
            (length, Word::Number(number))
        } else if first.is_ascii_alphabetic() {
            let length = length_while(|c| c.is_ascii_alphabetic() || c == '\'');
            (length, Word::Name(rest[..length].to_ascii_lowercase()))
        } else if first == '+' || first == '-' {
            (1, Word::Sign(if first == '+' { 1 } else { -1 }))
        } else {
            return Err(self.error(start, "a word, a number, '+' or '-'"));
        };
        self.at = start + length;
        Ok(Some((start, word)))
    }

    /// Returns the next word if the test accepts it.
    fn next_if(&mut self, test: impl Fn(&Word) -> bool) -> Result<Option<Word>, Error> {
        let before = self.at;
        match self.next()? {
            Some((_, word)) if test(&word) => Ok(Some(word)),
            _ => {
                self.at = before;
                Ok(None)
            }
        }
    }

    fn date(&mut self, now: DateTime) -> Result<DateTime, Error> {
        let base = |word: &Word| matches!(word, Word::Name(name) if ["now", "today", "yesterday", "tomorrow"].contains(&name.as_str()));
        let mut date = match self.next_if(base)? {
            Some(Word::Name(name)) if name == "yesterday" => self.add(now, -1.days())?,
            Some(Word::Name(name)) if name == "tomorrow" => self.add(now, 1.day())?,
            _ => now,
        };
        while let Some((sign, step)) = self.step()? {
            date = match step {
                Step::Count(count, unit) => {
                    let count = sign * count;
                    let span = match unit.as_str() {
                        "day" | "days" => Span::new().try_days(count),
                        "week" | "weeks" => Span::new().try_weeks(count),
                        "fortnight" | "fortnights" => Span::new().try_days(count.saturating_mul(14)),
                        "month" | "months" => Span::new().try_months(count),
                        "year" | "years" => Span::new().try_years(count),
                        _ => return Err(self.unknown_unit(&unit, "days, weeks, fortnights, months or years")),
                    };
                    self.add(date, span.map_err(|_| out_of_range(self.expression))?)?
                }
                Step::To(name) => self.to(date, sign, &name)?,
            };
        }
        Ok(date)
    }

    fn time(&mut self, now: DateTime) -> Result<DateTime, Error> {
        let base = |word: &Word| match word {
            Word::Name(name) => ["now", "midnight", "noon"].contains(&name.as_str()),
            Word::Number(_) => true,
            Word::Sign(_) => false,
        };
        let hour_of = |hour: i64| now.date().at(i8::try_from(hour).unwrap_or(0), 0, 0, 0);
        let mut time = match self.next_if(base)? {
            Some(Word::Name(name)) if name == "midnight" => hour_of(0),
            Some(Word::Name(name)) if name == "noon" => hour_of(12),
            Some(Word::Number(hour)) => hour_of(self.clock_hour(hour)?),
            _ => now,
        };
        while let Some((sign, step)) = self.step()? {
            let (count, unit) = match step {
                Step::Count(count, unit) => (count, unit),
                Step::To(unit) => (1, unit),
            };
            let count = sign * count;
            let span = match unit.as_str() {
                "hour" | "hours" => Span::new().try_hours(count),
                "minute" | "minutes" => Span::new().try_minutes(count),
                "second" | "seconds" => Span::new().try_seconds(count),
                "millisecond" | "milliseconds" => Span::new().try_milliseconds(count),
                _ => return Err(self.unknown_unit(&unit, "hours, minutes, seconds or milliseconds")),
            };
            time = self.add(time, span.map_err(|_| out_of_range(self.expression))?)?;
        }
        Ok(time)
    }

    /// Parses `3 o'clock pm`; the number has been read.
    fn clock_hour(&mut self, hour: i64) -> Result<i64, Error> {
        let at = self.at;
        let is = |expected: &'static [&'static str]| move |word: &Word| matches!(word, Word::Name(name) if expected.contains(&name.as_str()));
        self.next_if(is(&["o'clock", "oclock"]))?
            .ok_or_else(|| self.error(at, "\"o'clock\" after the hour"))?;
        let half = self.next_if(is(&["am", "pm"]))?;
        match half {
            Some(Word::Name(half)) if (1..=12).contains(&hour) => {
                Ok(hour % 12 + if half == "pm" { 12 } else { 0 })
            }
            None if (0..=23).contains(&hour) => Ok(hour),
            _ => Err(self.error(at, "a clock hour before this")),
        }
    }

    /// Parses one step with its direction; returns `None` at the end.
    fn step(&mut self) -> Result<Option<(i64, Step)>, Error> {
        let Some((at, word)) = self.next()? else {
            return Ok(None);
        };
        let direction = match &word {
            Word::Sign(sign) => {
                let number = match self.next()? {
                    Some((_, Word::Number(number))) => number,
                    Some((at, _)) => return Err(self.error(at, "a number")),
                    None => return Err(self.error(self.expression.len(), "a number")),
                };
                let unit = self.name("a unit")?;
                return Ok(Some((*sign, Step::Count(number, unit))));
            }
            Word::Name(name) if name == "next" => 1,
            Word::Name(name) if name == "last" => -1,
            _ => return Err(self.error(at, "'+', '-', 'next' or 'last'")),
        };
        let name = self.name("a unit, a weekday or a month")?;
        Ok(Some((direction, Step::To(name))))
    }

    fn name(&mut self, expected: &str) -> Result<String, Error> {
        match self.next()? {
            Some((_, Word::Name(name))) => Ok(name),
            Some((at, _)) => Err(self.error(at, expected)),
            None => Err(self.error(self.expression.len(), expected)),
        }
    }

    fn unknown_unit(&self, unit: &str, known: &str) -> Error {
        self.error(self.at - unit.len(), known)
    }

    /// Returns the date at `next` or `last` of a unit, a weekday or a month.
    fn to(&self, date: DateTime, direction: i64, name: &str) -> Result<DateTime, Error> {
        let position = |names: &[&str]| {
            names.iter().position(|known| {
                let known = known.to_ascii_lowercase();
                known == name || (name.len() >= 3 && known.starts_with(name))
            })
        };
        let span = match name {
            "day" => Span::new().days(direction),
            "week" => Span::new().weeks(direction),
            "fortnight" => Span::new().days(14 * direction),
            "month" => Span::new().months(direction),
            "year" => Span::new().years(direction),
            _ => {
                if let Some(weekday) = position(&WEEKDAYS) {
                    let today = i64::from(date.weekday().to_monday_zero_offset());
                    Span::new().days(direction * apart(today, weekday, direction, 7))
                } else if let Some(month) = position(&MONTHS) {
                    let this = i64::from(date.month()) - 1;
                    Span::new().months(direction * apart(this, month, direction, 12))
                } else {
                    return Err(self.unknown_unit(name, "a unit of dates, a weekday or a month"));
                }
            }
        };
        self.add(date, span)
    }

    fn add(&self, date: DateTime, span: Span) -> Result<DateTime, Error> {
        date.checked_add(span)
            .map_err(|error| out_of_range(self.expression).with_source(error))
    }
}

enum Step {
    Count(i64, String),
    To(String),
}

/// Returns the number of steps in this direction from one position of a cycle to another; a full cycle if they are
/// equal.
fn apart(from: i64, to: usize, direction: i64, cycle: i64) -> i64 {
    let to = i64::try_from(to).unwrap_or(0);
    match ((to - from) * direction).rem_euclid(cycle) {
        0 => cycle,
        steps => steps,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn now() -> Zoned {
        // A Thursday.
        date(2024, 2, 29)
            .at(13, 30, 15, 500_000_000)
            .to_zoned(TimeZone::UTC)
            .unwrap()
    }

    #[test]
    fn dates_are_reckoned_from_now() {
        for (expression, expected) in [
            ("", "2024-02-29"),
            ("now", "2024-02-29"),
            ("today", "2024-02-29"),
            ("yesterday", "2024-02-28"),
            ("tomorrow", "2024-03-01"),
            ("+1 day", "2024-03-01"),
            ("+ 2 weeks - 1 day", "2024-03-13"),
            ("today +1 year", "2025-02-28"),
            ("tomorrow - 1 month", "2024-02-01"),
            ("+1month-1week", "2024-03-22"),
            ("next week", "2024-03-07"),
            ("last fortnight", "2024-02-15"),
            ("next month next year", "2025-03-29"),
            ("next Thursday", "2024-03-07"),
            ("last thursday", "2024-02-22"),
            ("next fri", "2024-03-01"),
            ("last monday", "2024-02-26"),
            ("next jan", "2025-01-29"),
            ("last december", "2023-12-29"),
            ("next february", "2025-02-28"),
            ("next may", "2024-05-29"),
        ] {
            let found = date_expression(expression, &now()).unwrap();
            assert_eq!(found.date().to_string(), expected, "{expression}");
            assert_eq!(found.time(), now().time(), "{expression}");
        }
    }

    #[test]
    fn times_are_reckoned_from_now() {
        for (expression, expected) in [
            ("", "13:30:15.5"),
            ("now", "13:30:15.5"),
            ("midnight", "00:00:00"),
            ("noon + 30 minutes", "12:30:00"),
            ("3 o'clock pm", "15:00:00"),
            ("12 o'clock am", "00:00:00"),
            ("12 o'clock pm", "12:00:00"),
            ("15 o'clock -1 hour", "14:00:00"),
            ("+ 1 hour - 10 seconds + 500 milliseconds", "14:30:06"),
            ("next minute last second", "13:31:14.5"),
            ("+12 hours", "01:30:15.5"),
        ] {
            assert_eq!(
                time_expression(expression, &now()).unwrap().time().to_string(),
                expected,
                "{expression}"
            );
        }
    }

    #[test]
    fn a_date_and_a_time_go_together() {
        for (expression, expected) in [
            ("tomorrow @ noon", "2024-03-01T12:00:00"),
            ("@ +12 hours", "2024-03-01T01:30:15.5"),
            ("next friday", "2024-03-01T13:30:15.5"),
            ("+1 day @", "2024-03-01T13:30:15.5"),
        ] {
            let found = date_time_expression(expression, &now()).unwrap();
            assert_eq!(found.datetime().to_string(), expected, "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_place() {
        for (expression, at, word) in [
            ("next blursday", 6, "weekday"),
            ("+ day", 3, "a number"),
            ("+", 2, "a number"),
            ("+1", 3, "a unit"),
            ("+1 hour", 4, "days"),
            ("maybe", 1, "'next'"),
            ("today, tomorrow", 6, "a word"),
            ("+99999999999999999999 days", 2, "smaller"),
        ] {
            let error = date_expression(expression, &now()).unwrap_err().to_string();
            assert!(
                error.contains(&format!("character {at}:")) && error.contains(word),
                "{error}"
            );
        }
        let error = date_time_expression("today @ 3 pm", &now())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("time expression") && error.contains("o'clock"),
            "{error}"
        );
        for expression in [
            "+99999 years",
            "+9223372036854775807 days",
            "-9223372036854775807 weeks",
        ] {
            let error = date_expression(expression, &now()).unwrap_err().to_string();
            assert!(error.contains("outside of the years"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(
            words in prop::collection::vec(prop::sample::select(vec![
                "now", "tomorrow", "next", "last", "+", "-", "1", "9223372036854775807", "day", "months", "year", "friday", "dec", "@", "noon",
                "13", "o'clock", "pm", "hours", "millisecond", "é", "'", ",",
            ]), 0..8),
        ) {
            let expression = words.join(" ");
            let _ = date_expression(&expression, &now());
            let _ = time_expression(&expression, &now());
            let _ = date_time_expression(&expression, &now());
        }
    }
}
