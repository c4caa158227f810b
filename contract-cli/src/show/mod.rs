//! Shows broker data: to people as tables or lines, to programs as JSON.

mod answer;
mod facts;
mod table;
mod time;

pub(crate) use self::answer::{changes, deleted, ensured, list, one, saved, told};
pub(crate) use self::facts::{Fact, Shown, or_dash};
pub(crate) use self::table::Table;
pub(crate) use self::time::day_and_time;
