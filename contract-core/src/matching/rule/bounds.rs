//! Bounds on the number of elements of an array.

/// The minimum and maximum number of elements of an array. Members of an object are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<usize>,
    pub(crate) max: Option<usize>,
}

impl Bounds {
    /// Returns whether this number of elements is within the bounds.
    pub(crate) fn hold(self, count: usize) -> bool {
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }

    /// Returns whether any number of elements is within the bounds.
    pub(crate) fn is_open(self) -> bool {
        self == Self::default()
    }

    /// Returns `Expected [] (size 0) to have minimum size of 1`; the caller formats the list.
    pub(crate) fn description(self, list: &str, count: usize) -> String {
        match (self.min, self.max) {
            (Some(min), _) if count < min => {
                format!("Expected {list} (size {count}) to have minimum size of {min}")
            }
            (_, Some(max)) => format!("Expected {list} (size {count}) to have maximum size of {max}"),
            _ => format!("Expected {list} (size {count}) to have another size"),
        }
    }

    /// Returns `at least 1 element`, `2 to 4 elements`.
    pub(crate) fn in_words(self) -> String {
        let elements = |count: usize| if count == 1 { "element" } else { "elements" };
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("{min} {}", elements(min)),
            (Some(min), Some(max)) => format!("{min} to {max} elements"),
            (Some(min), None) => format!("at least {min} {}", elements(min)),
            (None, Some(max)) => format!("at most {max} {}", elements(max)),
            (None, None) => "any number of elements".to_owned(),
        }
    }
}
