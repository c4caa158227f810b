//! `chrono`.

use chrono::{DateTime, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};

use super::dates::{day, instant, local, time_of_day};
use crate::pattern::typed::HasPattern;
use crate::pattern::typed::scalars::patterns;
use crate::pattern::{Pattern, any_of};

patterns!(NaiveDate => day());
patterns!(NaiveTime => time_of_day());
patterns!(NaiveDateTime => local());
patterns!(Weekday => any_of(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]));
patterns!(Month => any_of([
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]));

impl<Z: TimeZone> HasPattern for DateTime<Z> {
    fn pattern() -> Pattern {
        instant()
    }
}
