//! Dates and times in Java's pattern syntax, which contracts of all languages use.
//!
//! The letters are those of `java.time.format.DateTimeFormatter`, also if `SimpleDateFormat` gives a letter another
//! meaning (`u`). Names are English regardless of the machine's locale and case-sensitive, except `am` and `pm`.
//!
//! | letters | meaning |
//! |---|---|
//! | `G` | era: `AD`; `GGGG` `Anno Domini`; `GGGGG` `A` |
//! | `u` `y` `Y` | year, year of the era, week-based year: `uu` two digits from 2000; `uuuu` four, more with a sign |
//! | `Q` `q` | quarter: `1`, `01`, `Q1`, `1st quarter`, `1` |
//! | `M` `L` | month: `1`, `01`, `Jan`, `January`, `J` |
//! | `w` `W` | week of the week-based year, of the month |
//! | `D` `d` `F` `g` | day of the year, of the month; which such weekday of the month; modified Julian day |
//! | `E` | weekday: `Mon`; `EEEE` `Monday`; `EEEEE` `M` |
//! | `e` `c` | weekday as a number, or as `E` from three letters on |
//! | `a` | `AM` or `PM` |
//! | `H` `k` `K` `h` | hour: 0 to 23, 1 to 24, 0 to 11, 1 to 12 |
//! | `m` `s` `S` `n` | minute, second, digits of the second's fraction, nanosecond |
//! | `A` `N` | millisecond and nanosecond of the day |
//! | `VV` | zone identifier: `Europe/Paris`, `Z`, `+01:00` |
//! | `z` `v` | zone name: `UTC`, `CET`, `GMT+01:00`; `zzzz` in words |
//! | `O` | `GMT+1`; `OOOO` `GMT+01:00` |
//! | `X` | `Z` or `+01`; `XX` `+0100`; `XXX` `+01:00`; `XXXX`, `XXXXX` with seconds if they are not zero |
//! | `x` | like `X`, never `Z` |
//! | `Z` | `+0100`; `ZZZZ` `GMT+01:00`; `ZZZZZ` like `XXXXX` |
//! | `'…'` | text; `''` a quote |
//! | `[…]` | optional section |
//!
//! A text matches if it has the pattern's form *and* is possible: rejected are 31 February, day 366 of a year with 365
//! days, a weekday or quarter that contradicts the date, second 60, and a zone identifier that is not in the time zone
//! database. Numbers must have the width that the letters specify: `MM/dd/yy` does not match `1/1/23`.
//!
//! One exception: `Z`, `ZZ` and `ZZZ` also match an offset with a colon (`+01:00`), because existing contracts contain
//! such examples: Python's `%z` is translated to `Z`.

mod calendar;
pub(crate) mod mistaken;
mod pattern;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use self::calendar::{MONTHS, WEEKDAYS};
pub use self::pattern::DatePattern;
