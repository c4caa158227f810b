//! Fields read from a text, and whether they form a possible date and time.

use jiff::civil::Date;

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

pub(super) const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// The date and time fields read so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fields {
    /// 0 before Christ, 1 after.
    era: Option<i64>,
    year: Option<i64>,
    year_of_era: Option<i64>,
    week_year: Option<i64>,
    quarter: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    /// From Monday (1) to Sunday (7).
    weekday: Option<i64>,
    weekday_in_month: Option<i64>,
    hour: Option<i64>,
    /// From 0 to 11.
    half_day_hour: Option<i64>,
    /// 0 in the morning, 1 in the afternoon.
    half_day: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
}

impl Fields {
    /// Returns the fields with this letter's value, if it is in range and contradicts no earlier one.
    pub(super) fn with(mut self, letter: char, value: i64) -> Option<Self> {
        let (slot, range, value) = match letter {
            'G' => (&mut self.era, 0..=1, value),
            'u' => (&mut self.year, -999_999_999..=999_999_999, value),
            'y' => (&mut self.year_of_era, 1..=999_999_999, value),
            'Y' => (&mut self.week_year, -999_999_999..=999_999_999, value),
            'Q' | 'q' => (&mut self.quarter, 1..=4, value),
            'M' | 'L' => (&mut self.month, 1..=12, value),
            'd' => (&mut self.day, 1..=31, value),
            'D' => (&mut self.day_of_year, 1..=366, value),
            'E' => (&mut self.weekday, 1..=7, value),
            'F' => (&mut self.weekday_in_month, 1..=5, value),
            'H' => (&mut self.hour, 0..=23, value),
            'k' | 'h' if value == 0 => return None,
            'k' => (&mut self.hour, 0..=23, if value == 24 { 0 } else { value }),
            'K' => (&mut self.half_day_hour, 0..=11, value),
            'h' => (
                &mut self.half_day_hour,
                0..=11,
                if value == 12 { 0 } else { value },
            ),
            'a' => (&mut self.half_day, 0..=1, value),
            'm' => (&mut self.minute, 0..=59, value),
            's' => (&mut self.second, 0..=59, value),
            other => return unnamed_range(other).contains(&value).then_some(self),
        };
        if !range.contains(&value) || slot.is_some_and(|earlier| earlier != value) {
            return None;
        }
        *slot = Some(value);
        Some(self)
    }

    /// Returns whether there is a date and time with all these fields.
    pub(super) fn is_possible(&self) -> bool {
        self.is_possible_time() && self.is_possible_date().unwrap_or(false)
    }

    fn is_possible_time(&self) -> bool {
        let agrees = |hour: i64| {
            self.half_day_hour.is_none_or(|half| half == hour % 12)
                && self.half_day.is_none_or(|half| half == hour / 12)
        };
        self.hour.is_none_or(agrees)
    }

    /// Returns an equivalent year within the calendar's range: leap years and weekdays repeat every 400 years.
    fn calendar_year(&self) -> Option<i16> {
        let of_era = self
            .year_of_era
            .map(|year| if self.era == Some(0) { 1 - year } else { year });
        // The week-based year differs from the calendar year only around New Year, so it determines the year of a day
        // in February.
        let of_week = self.week_year.filter(|_| self.month == Some(2));
        let year = self.year.or(of_era).or(of_week)?;
        i16::try_from(2000 + year.rem_euclid(400)).ok()
    }

    /// Returns whether the date is possible; `None` if a field is out of the calendar's bounds.
    fn is_possible_date(&self) -> Option<bool> {
        if let (Some(year), Some(of_era)) = (self.year, self.year_of_era) {
            let expected = if year > 0 { year } else { 1 - year };
            if expected != of_era || self.era.is_some_and(|era| (era == 1) != (year > 0)) {
                return Some(false);
            }
        }
        let small = |part: Option<i64>| part.and_then(|part| i8::try_from(part).ok());
        let year = self.calendar_year();
        // Without a year the day may be in a leap year.
        let assumed = year.unwrap_or(2000);
        let date = match (self.day_of_year, small(self.month), small(self.day)) {
            (None, None, _) => return Some(true),
            (Some(day), ..) => {
                let first = Date::new(assumed, 1, 1).ok()?;
                let date = first.checked_add(jiff::Span::new().days(day - 1)).ok()?;
                if date.year() != assumed {
                    return Some(false);
                }
                Some(date)
            }
            (None, Some(month), Some(day)) => Some(Date::new(assumed, month, day).ok()?),
            (None, Some(_), None) => None,
        };
        if self
            .quarter
            .is_some_and(|quarter| self.month.is_some_and(|month| (month + 2) / 3 != quarter))
        {
            return Some(false);
        }
        let Some(date) = date else { return Some(true) };
        let agrees = |part: Option<i64>, found: i8| part.is_none_or(|part| part == i64::from(found));
        let weekday = date.weekday().to_monday_one_offset();
        let known = year.is_some();
        if !known && self.day_of_year.is_some() {
            return Some(true);
        }
        Some(
            agrees(self.month, date.month())
                && agrees(self.day, date.day())
                && (!known || agrees(self.weekday, weekday))
                && agrees(self.weekday_in_month, (date.day() - 1) / 7 + 1)
                && agrees(self.quarter, (date.month() + 2) / 3),
        )
    }
}

/// Returns the range of a letter that cannot contradict any other.
fn unnamed_range(letter: char) -> std::ops::RangeInclusive<i64> {
    match letter {
        'w' => 1..=53,
        'W' => 0..=6,
        'e' | 'c' => 1..=7,
        'A' => 0..=86_399_999,
        'N' => 0..=86_399_999_999_999,
        'n' | 'S' => 0..=999_999_999,
        _ => i64::MIN..=i64::MAX,
    }
}
