//! Counts that agree in number with what they count.

use std::fmt::Display;

/// Returns a count with its noun: `1 version`, `2 versions`, `0 branches`, `3 webhook deliveries`.
///
/// `noun` is the singular. Its plural adds `s`, or `es` after `ch` and `s`; a `y` behind a consonant becomes `ies`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    if count == N::from(1) {
        return format!("1 {noun}");
    }
    let stem = noun.strip_suffix('y').unwrap_or_default();
    let is_after_consonant = stem.ends_with(|before: char| !"aeiou".contains(before));
    if is_after_consonant {
        return format!("{count} {stem}ies");
    }
    let ending = if noun.ends_with("ch") || noun.ends_with('s') {
        "es"
    } else {
        "s"
    };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noun_agrees_with_the_count() {
        for (count, noun, expected) in [
            (1, "version", "1 version"),
            (2, "version", "2 versions"),
            (0, "branch", "0 branches"),
            (1, "webhook delivery", "1 webhook delivery"),
            (3, "webhook delivery", "3 webhook deliveries"),
            (2, "day", "2 days"),
            (2, "success", "2 successes"),
        ] {
            assert_eq!(counted(count, noun), expected);
        }
        assert_eq!(counted(1.5_f32, "second"), "1.5 seconds");
        assert_eq!(counted(1.0_f32, "second"), "1 second");
    }
}
