//! Types of the standard library that serde writes as objects.

use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::time::{Duration, SystemTime};

use super::scalars::patterns;
use super::{HasPattern, derived_or_endless, variants};
use crate::pattern::value::object;
use crate::pattern::{Pattern, exactly, integer};

fn members<const N: usize>(members: [(&str, Pattern); N]) -> Pattern {
    object(
        members
            .into_iter()
            .map(|(name, member)| (name.to_owned(), member))
            .collect(),
    )
}

patterns!(Duration => members([("secs", integer(1)), ("nanos", integer(0))]));
patterns!(SystemTime => members([("secs_since_epoch", integer(1_767_225_600)), ("nanos_since_epoch", integer(0))]));

macro_rules! ranges {
    ($($range:ident => $($end:literal)+),+ $(,)?) => {
        $(impl<T: HasPattern> HasPattern for $range<T> {
            fn pattern() -> Pattern {
                members([$(($end, T::pattern())),+])
            }

            fn nested_pattern() -> Option<Pattern> {
                Some(members([$(($end, T::nested_pattern()?)),+]))
            }
        })+
    };
}

ranges!(
    Range => "start" "end",
    RangeInclusive => "start" "end",
    RangeFrom => "start",
    RangeTo => "end",
);

impl<T: HasPattern> HasPattern for Bound<T> {
    fn pattern() -> Pattern {
        derived_or_endless(std::any::type_name::<Self>(), Self::nested_pattern())
    }

    fn nested_pattern() -> Option<Pattern> {
        let of = |name| Some(members([(name, T::nested_pattern()?)]));
        variants(
            vec![of("Included"), of("Excluded"), Some(exactly("Unbounded"))],
            0,
        )
    }
}

impl<T: HasPattern, E: HasPattern> HasPattern for Result<T, E> {
    fn pattern() -> Pattern {
        derived_or_endless(std::any::type_name::<Self>(), Self::nested_pattern())
    }

    fn nested_pattern() -> Option<Pattern> {
        variants(
            vec![
                T::nested_pattern().map(|value| members([("Ok", value)])),
                E::nested_pattern().map(|error| members([("Err", error)])),
            ],
            0,
        )
    }
}
